//! Why a run ends before its plan does.

use crate::http::transport::TransportError;

/// Why a run ends before its plan does.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Halt {
    /// The budget is spent: the plan's most telling part was done.
    #[error("the budget of {0} requests is spent")]
    Budget(u64),
    /// One more request could do harm that the suite is to keep from the target.
    #[error("{reason}")]
    Guard {
        /// What harm, and why it is near.
        reason: String,
        /// What a run needs to go on: `needs …`.
        needs: String,
    },
    /// This case alone could do harm, for this reason; another may still be sent.
    #[error("no verdict: {0}")]
    LeftOut(String),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// `--fail-fast`, and there is a failure.
    #[error("stopped at the first failure")]
    FailFast,
    /// The target says that an account or this address is locked out.
    #[error("the target has locked out {0}: nothing more is sent")]
    LockedOut(String),
    /// The target asks to wait for longer than a run can.
    #[error("no verdict: the target asks to wait for {0} seconds: nothing more is sent")]
    RateLimited(u64),
    /// The target answers nothing else any more.
    #[error(
        "no verdict: the target limits requests or is unavailable: for {seconds} s it answered {status} \
         to every request"
    )]
    Unavailable {
        /// The status.
        status: u16,
        /// For how long.
        seconds: u64,
    },
    /// The target is gone.
    #[error(transparent)]
    Target(#[from] TransportError),
    /// What was asked of the suite cannot be done.
    #[error("{0}")]
    Unusable(String),
}

impl Halt {
    /// Whether the run could not do its work: exit code 1, unless it was asked to stop early.
    pub fn is_error(&self) -> bool {
        !matches!(self, Self::Budget(_) | Self::Guard { .. } | Self::FailFast)
    }
}

/// The result of a step of the plan.
pub type Step<T> = Result<T, Halt>;
