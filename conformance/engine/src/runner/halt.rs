//! The reasons for which a run ends early.

use crate::http::transport::TransportError;

/// Why a run ends before the end of its plan.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Halt {
    /// The budget is spent. The parts of the plan that find most are done by then.
    #[error("the budget of {0} requests is spent")]
    Budget(u64),
    /// One more request could do harm to the target.
    #[error("{reason}")]
    Guard {
        /// The harm, and why it could happen now.
        reason: String,
        /// What a run needs to continue: `needs …`.
        needs: String,
    },
    /// This case could do harm, for this reason. Other cases may still be sent.
    #[error("no verdict: {0}")]
    LeftOut(String),
    /// The user interrupted the run.
    #[error("interrupted")]
    Interrupted,
    /// There is a failure, and `--fail-fast` is set.
    #[error("stopped at the first failure")]
    FailFast,
    /// The target says that an account or this address is locked out.
    #[error("the target has locked out {0}: nothing more is sent")]
    LockedOut(String),
    /// The target asks to wait for longer than a run does.
    #[error("no verdict: the target asks to wait for {0} seconds: nothing more is sent")]
    RateLimited(u64),
    /// The target has sent nothing but this status for some time.
    #[error(
        "no verdict: the target limits requests or is unavailable: for {seconds} s it answered {status} \
         to every request"
    )]
    Unavailable {
        /// The status.
        status: u16,
        /// For how long, in seconds.
        seconds: u64,
    },
    /// The target does not respond.
    #[error(transparent)]
    Target(#[from] TransportError),
    /// The run is not possible with these inputs.
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
