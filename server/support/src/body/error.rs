//! The errors of a body.

/// Why a body was refused. Each variant has its own response status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body does not conform to the document: status 400.
    #[error("{0}")]
    Malformed(String),
    /// The body did not arrive in time: status 408.
    #[error("the body did not arrive in time")]
    TimedOut,
    /// The body is too long: status 413.
    #[error("the body is longer than {limit} bytes")]
    TooLong {
        /// The maximum length in bytes.
        limit: usize,
    },
    /// The media type or the encoding is not supported: status 415.
    #[error("{0}")]
    Unsupported(&'static str),
}
