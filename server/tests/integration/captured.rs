//! A log in memory.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The text that was logged.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits for a text in the log, which is written on another thread.
    pub(crate) fn wait_for(&self, mark: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let text = self.text();
            if text.contains(mark) {
                return text;
            }
            assert!(Instant::now() < deadline, "no {mark} in {text}");
            std::thread::yield_now();
        }
    }
}
