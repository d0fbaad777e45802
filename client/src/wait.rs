//! How long a server asks to wait before a retry.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long the server asks to wait before a retry.
///
/// `Retry-After` (seconds or a date) has priority, because it is the standard. Rocket.Chat itself
/// sends `X-RateLimit-Reset` in milliseconds since 1970. Dates are compared with the server's own
/// `Date` header if there is one, so a wrong clock on either side does no harm.
///
/// ```
/// # fn f(error: login_client::Error) {
/// if let login_client::Error::RateLimited(limit) = error {
///     match limit.wait() {
///         Some(wait) => println!("in {} s", wait.as_secs()),
///         None => println!("the server does not say when"),
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wait {
    wait: Option<Duration>,
    until: Option<SystemTime>,
}

impl Wait {
    /// How long to wait from the arrival of the response; zero if the time has already passed.
    ///
    /// ```
    /// # fn f(limit: login_client::Wait) {
    /// let pause = limit.wait().unwrap_or(std::time::Duration::from_secs(60));
    /// # }
    /// ```
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// The time at which the wait ends, by the local clock. `None` in a browser, where there is no
    /// such clock.
    ///
    /// ```
    /// # fn f(limit: login_client::Wait) {
    /// if limit.until().is_some_and(|until| until <= std::time::SystemTime::now()) {
    ///     println!("now is the time");
    /// }
    /// # }
    /// ```
    pub fn until(&self) -> Option<SystemTime> {
        self.until
    }

    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self::at(headers, local_clock())
    }

    fn at(headers: &HeaderMap, now: Option<SystemTime>) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let server_now =
            text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).or(now);
        let from_server_now = |then: SystemTime| {
            server_now.map(|now| then.duration_since(now).unwrap_or(Duration::ZERO))
        };
        let retry_after = text(RETRY_AFTER.as_str()).and_then(|text| match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => httpdate::parse_http_date(text).ok().and_then(from_server_now),
        });
        let reset = || {
            let milliseconds = text("x-ratelimit-reset")?.parse().ok()?;
            let then = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))?;
            from_server_now(then)
        };
        let wait = retry_after.or_else(reset);
        // A server may send a number of seconds whose sum with the current time overflows.
        let until = wait.and_then(|wait| now?.checked_add(wait));
        Self { wait, until }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn local_clock() -> Option<SystemTime> {
    Some(SystemTime::now())
}

/// `SystemTime::now` panics in a browser.
#[cfg(target_arch = "wasm32")]
fn local_clock() -> Option<SystemTime> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT in seconds since 1970, the example of RFC 9110.
    const NOW: u64 = 784_111_777;

    #[track_caller]
    fn wait(headers: &[(&'static str, &str)]) -> Option<u64> {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        Wait::at(&headers.collect(), Some(now)).wait().map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_dates_and_rate_limit_resets_are_read() {
        assert_eq!(wait(&[("retry-after", "30")]), Some(30));
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")]), Some(60));
        assert_eq!(wait(&[("x-ratelimit-reset", "784111782000")]), Some(5));
        assert_eq!(wait(&[("retry-after", "30"), ("x-ratelimit-reset", "784111782000")]), Some(30));
    }

    #[test]
    fn dates_are_compared_with_the_servers_clock() {
        let date = ("date", "Sun, 06 Nov 1994 08:50:30 GMT");
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"), date]), Some(7));
        assert_eq!(wait(&[("x-ratelimit-reset", "784111840000"), date]), Some(10));
    }

    #[test]
    fn past_and_invalid_values_are_accepted() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[("retry-after", "-5")]), None);
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")]), Some(0));
        assert_eq!(wait(&[("x-ratelimit-reset", "1")]), Some(0));
        assert_eq!(wait(&[("x-ratelimit-reset", "99999999999999999999999")]), None);
        assert_eq!(wait(&[("retry-after", "18446744073709551615")]), Some(u64::MAX));
        let huge = [("retry-after".parse().unwrap(), "18446744073709551615".parse().unwrap())];
        assert_eq!(Wait::from_headers(&huge.into_iter().collect()).until(), None);
    }
}
