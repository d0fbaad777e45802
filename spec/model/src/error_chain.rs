//! Errors in one line.

use std::{error::Error, iter::successors};

/// The message of an error and those of its causes, joined by colons.
pub fn error_chain(error: &dyn Error) -> String {
    let causes = successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::error_chain;

    #[test]
    fn causes_follow_the_error() {
        #[derive(Debug, thiserror::Error)]
        #[error("no response")]
        struct NoResponse(#[source] io::Error);

        let error = NoResponse(io::Error::other("connection reset"));
        assert_eq!(error_chain(&error), "no response: connection reset");
    }
}
