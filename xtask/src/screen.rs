//! What tasks print, which may go into a pipe that nobody reads to its end.

use std::io::{self, Write};

/// Prints a text; a reader that has gone, as `| head` does, is no error.
///
/// # Errors
/// Any other of the standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    print_to(&mut io::stdout().lock(), text)
}

/// Tells people something on the standard error, whether or not anybody reads it.
pub(crate) fn tell(text: &str) {
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
    fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is() {
        assert!(print_to(&mut Closed(io::ErrorKind::BrokenPipe), "x").is_ok());
        assert!(print_to(&mut Closed(io::ErrorKind::StorageFull), "x").is_err());
        let mut out = Vec::new();
        print_to(&mut out, "x").unwrap();
        assert_eq!(out, b"x");
    }
}
