//! Trying again, where that is safe and the caller wants it.

use std::time::Duration;

use crate::{Error, response::Response, wait::Wait};

/// When to try a call again. Nothing is ever tried again unless a client is built with this.
///
/// | what happened | tried again |
/// |---|---|
/// | no connection came about, so that nothing was sent | every call |
/// | 429 or 503 that says when to come back | `resume`, `me`, `logout`, and a `GET` by [`Session::send`] |
/// | 429 or 503 that does not say when, a time-out, a broken connection, any other status | none |
///
/// A login with a password is not tried again once it was sent: each try may count towards a lock-out,
/// and a second factor may be used up. A wait longer than the longest allowed ends the tries.
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
///     .retry(Retry::times(3).longest_wait(Duration::from_secs(60)))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    times: u32,
    longest_wait: Duration,
}

impl Retry {
    /// So many tries after the first, each after a wait of at most 30 seconds.
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
        Self { times, longest_wait: Duration::from_secs(30) }
    }

    /// The longest single wait.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let patient = login_client::Retry::times(5).longest_wait(Duration::from_secs(120));
    /// ```
    pub fn longest_wait(self, longest_wait: Duration) -> Self {
        Self { longest_wait, ..self }
    }

    /// How long to wait after this outcome of try number `attempt` (from 0); `None` ends the tries.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(dead_code, reason = "a browser has no timer of ours")
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
                backoff.min(self.longest_wait)
            }
            (Ok(response), Safety::Repeatable) if matches!(response.status.as_u16(), 429 | 503) => {
                // A window that ends now would otherwise be met a moment too early.
                Wait::from_headers(&response.headers).wait()?.max(backoff)
            }
            _ => return None,
        };
        (wait <= self.longest_wait).then_some(wait)
    }
}

/// Whether sending a request twice can do harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// It cannot.
    Repeatable,
    /// It holds a password or a second factor, or does something that may be done once only.
    OnlyOnce,
}
