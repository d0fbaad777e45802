//! The output of the command, which may go into a pipe that its reader closes early.

use std::io::{self, Write};

/// Prints a text. A pipe that its reader has closed, as `head` does, is not an error.
///
/// # Errors
///
/// Writing to standard output failed in another way.
pub fn print(text: &str) -> io::Result<()> {
    print_to(&mut io::stdout().lock(), text)
}

/// Prints a line on standard error and ignores failures.
pub fn print_error(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn print_to(out: &mut dyn Write, text: &str) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn closed_pipe_is_no_error_but_a_full_disk_is() {
        assert!(print_to(&mut Closed(io::ErrorKind::BrokenPipe), "x").is_ok());
        assert!(print_to(&mut Closed(io::ErrorKind::StorageFull), "x").is_err());
        let mut out = Vec::new();
        print_to(&mut out, "x").unwrap();
        assert_eq!(out, b"x");
    }
}
