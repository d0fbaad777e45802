//! Two tasks at once.

use std::{panic, thread};

/// As much as the first thread of a process usually has: deep documents need deep recursion.
const STACK_BYTES: usize = 8 << 20;

/// Runs the first task on another thread, and the second one on this thread.
pub(crate) fn run_both<A: Send, B>(
    first: impl Fn() -> A + Sync,
    second: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, &first);
        let second = second();
        let first = match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
            // The system has no further thread, so this one does both.
            Err(_) => first(),
        };
        (first, second)
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn tasks_run_on_different_threads() {
        let (first, second) = run_both(|| thread::current().id(), || thread::current().id());
        assert_eq!(second, thread::current().id());
        assert_ne!(first, second);
    }
}
