//! A line on standard error while a step takes long.

use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::screen;

/// After how long the first line appears.
const FIRST: Duration = Duration::from_secs(1);
/// After how long the next one does.
const NEXT: Duration = Duration::from_secs(5);

/// Runs a step, and says on standard error what it is doing if it takes longer than a second.
pub(crate) fn watch<T>(what: &str, step: impl FnOnce() -> T) -> T {
    let watcher = Watcher::start(what.to_owned(), FIRST, screen::print_error);
    let result = step();
    drop(watcher);
    result
}

/// A thread that prints until it is dropped.
struct Watcher {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    fn start(what: String, first: Duration, print: impl Fn(&str) + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let start = Instant::now();
            let mut wait = first;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                print(&format!("{what} ({} s)", start.elapsed().as_secs()));
                wait = NEXT;
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread only prints; a panic of it is no reason to fail.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_step_is_announced_and_short_one_is_not() {
        let (send, lines) = mpsc::channel();
        let print = move |line: &str| drop(send.send(line.to_owned()));
        let watcher = Watcher::start("generating".to_owned(), Duration::from_millis(1), print);
        assert_eq!(lines.recv().unwrap(), "generating (0 s)");
        drop(watcher);
        let (send, lines) = mpsc::channel();
        let print = move |line: &str| drop(send.send(line.to_owned()));
        drop(Watcher::start("generating".to_owned(), Duration::from_secs(60), print));
        assert!(lines.recv().is_err(), "the thread has ended and has printed nothing");
    }
}
