//! What can be wrong with a body.

/// Each variant is answered with a status of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not what the document says: 400.
    #[error("{0}")]
    Malformed(String),
    /// 408.
    #[error("the body did not arrive in time")]
    TimedOut,
    /// 413.
    #[error("the body is longer than {limit} bytes")]
    TooLong {
        /// What is allowed.
        limit: usize,
    },
    /// 415.
    #[error("{0}")]
    Unsupported(&'static str),
}
