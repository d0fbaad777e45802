//! Retries calls where that is safe and the caller has enabled it.

use std::time::Duration;

use crate::{Error, response::Response, wait::Wait};

/// When to retry a call. The client retries only if it is built with a policy.
///
/// | what happened | retried calls |
/// |---|---|
/// | the connection failed, so nothing was sent | every call |
/// | status 429 or 503 with a time to wait | `resume`, `me`, `logout`, and a `GET` or `HEAD` by [`Session::send`] |
/// | status 429 or 503 without one, a timeout, a broken connection, any other status | none |
///
/// The client never repeats a login with a password once it was sent: each try may count towards a
/// lockout, and a second factor may be used up. If the server asks for more than the maximum wait,
/// the client gives up.
///
/// [`Session::send`]: crate::Session::send
///
/// ```no_run
/// use std::time::Duration;
///
/// use login_client::{Client, Retry};
///
/// # fn f() -> Result<(), login_client::Error> {
/// let client = Client::builder("https://chat.example.org")
///     .retry(Retry::times(3).max_wait(Duration::from_secs(60)))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    times: u32,
    max_wait: Duration,
}

impl Retry {
    /// Retries up to this many times, and waits at most 30 seconds before each retry.
    ///
    /// ```
    /// use login_client::{Client, Retry};
    ///
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client =
    ///     Client::builder("https://chat.example.org").retry(Retry::times(2)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn times(times: u32) -> Self {
        Self { times, max_wait: Duration::from_secs(30) }
    }

    /// Sets the maximum time to wait before a retry.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let client = login_client::Retry::times(5).max_wait(Duration::from_secs(120));
    /// ```
    pub fn max_wait(self, max_wait: Duration) -> Self {
        Self { max_wait, ..self }
    }

    /// How long to wait after this outcome of attempt number `attempt`, counted from 0. `None`
    /// means not to retry.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(dead_code, reason = "in a browser there is no timer to wait with")
    )]
    pub(crate) fn wait_after(
        &self,
        attempt: u32,
        safety: Safety,
        outcome: &Result<Response, Error>,
    ) -> Option<Duration> {
        if attempt >= self.times {
            return None;
        }
        let backoff = Duration::from_millis(100).saturating_mul(1 << attempt.min(16));
        let wait = match (outcome, safety) {
            (Err(Error::Transport(failure)), _) if failure.is_connect() => {
                backoff.min(self.max_wait)
            }
            (Ok(response), Safety::Repeatable) if matches!(response.status.as_u16(), 429 | 503) => {
                // Without the backoff, a retry could come just before the window ends.
                Wait::from_headers(&response.headers).wait()?.max(backoff)
            }
            _ => return None,
        };
        (wait <= self.max_wait).then_some(wait)
    }
}

/// Whether it is safe to send a request twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// A repetition does no harm.
    Repeatable,
    /// The request contains a password or a second factor, or has an effect that must not happen
    /// twice.
    OnlyOnce,
}
