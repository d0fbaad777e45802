//! Keeps to the rate of the run and to the rate limits of the target.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::http::{rate::Rate, response::Response};

/// The longest pause that the run grants to a target.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(120);
/// The longest interval between requests for a target that does not say how long to wait.
const MAX_INTERVAL: Duration = Duration::from_secs(10);
/// A second refusal within this many requests shows a rate limit.
const SOON: u64 = 20;

/// Spaces requests, so that no window holds more than the rate allows. Each route counts separately, as
/// servers do.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: Rate,
    /// The rate after the first response that limits requests without saying for how long.
    when_limited: Option<Rate>,
    is_limited: bool,
    /// The interval between two requests of a route, derived from a limit that does not say how long to
    /// wait.
    interval: Duration,
    /// How many requests had been sent when the run last waited for such a limit, and for how long.
    outlasted: Option<(u64, Duration)>,
    sent: HashMap<String, VecDeque<Instant>>,
    totals: HashMap<String, u64>,
    /// For each route, until when it must not get a request.
    paused: HashMap<String, Instant>,
}

/// Why a request has to wait for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The run's own rate.
    Rate(Rate),
    /// The target asked for a pause, or was seen to need one.
    Target,
}

impl Pace {
    /// A pace with a rate. If no rate was chosen, `when_limited` is the rate after the first response
    /// that limits requests without saying for how long.
    pub(crate) fn new(rate: Rate, when_limited: Option<Rate>) -> Self {
        Self {
            rate,
            when_limited,
            is_limited: rate != Rate::Unlimited,
            interval: Duration::ZERO,
            outlasted: None,
            sent: HashMap::new(),
            totals: HashMap::new(),
            paused: HashMap::new(),
        }
    }

    /// How long to wait before the next request of a route, and why. `None` if the request may be sent,
    /// which also counts it.
    pub(crate) fn reserve(&mut self, route: &str, now: Instant) -> Option<(Duration, Hold)> {
        if let Some(until) = self.paused.get(route).filter(|until| **until > now) {
            return Some((*until - now, Hold::Target));
        }
        let sent = self.sent.entry(route.to_owned()).or_default();
        let since = sent.back().map_or(self.interval, |last| now.duration_since(*last));
        if since < self.interval {
            return Some((self.interval.saturating_sub(since), Hold::Target));
        }
        if let Rate::Limited { requests, seconds } = self.rate {
            // A little longer than the window, because the server counts from the arrival of the request.
            let window = Duration::from_secs(seconds) + Duration::from_millis(250);
            while sent.front().is_some_and(|at| now.duration_since(*at) >= window) {
                sent.pop_front();
            }
            if sent.len() >= requests as usize {
                let oldest = sent.front().map_or(window, |at| now.duration_since(*at));
                return Some((window.saturating_sub(oldest), Hold::Rate(self.rate)));
            }
        } else {
            sent.clear();
        }
        sent.push_back(now);
        *self.totals.entry(route.to_owned()).or_default() += 1;
        None
    }

    /// Records what a response says about rate limits. Returns how long the route must wait, if the
    /// response says so.
    pub(crate) fn note_rate_limit(
        &mut self,
        route: &str,
        response: &Response,
        now: Instant,
        wall: SystemTime,
    ) -> Option<Duration> {
        let is_spent = response.header("x-ratelimit-remaining").map(str::trim) == Some("0");
        if !response.is_transient() && !is_spent {
            return None;
        }
        let wait = requested_wait(response, wall);
        if response.status == 429 && wait.is_none() {
            self.slow_down();
        }
        // A server that is unavailable does not necessarily limit requests.
        self.is_limited |= response.status == 429 || is_spent && wait.is_some();
        let wait = wait?;
        self.paused.insert(route.to_owned(), now + wait.min(MAX_WAIT));
        Some(wait)
    }

    /// Records that the target accepted a request after a pause, having refused it without saying for how
    /// long. The first time may be a restart. Soon after that it is a limit, and requests are spaced.
    pub(crate) fn note_outlasted(&mut self, pause: Duration) {
        let sent = self.totals.values().sum();
        if let Some((before, other)) = self.outlasted.replace((sent, pause))
            && sent - before <= SOON
        {
            self.interval = self.interval.max(pause.min(other)).min(MAX_INTERVAL);
            self.is_limited = true;
            self.slow_down();
        }
    }

    /// Switches to the rate for targets that limit requests, if no rate was chosen.
    fn slow_down(&mut self) {
        if self.rate == Rate::Unlimited {
            self.rate = self.when_limited.unwrap_or(Rate::Unlimited);
        }
    }

    /// Whether requests are limited, by the rate of the run or by the target.
    pub(crate) fn is_limited(&self) -> bool {
        self.is_limited
    }

    /// The estimated time for more requests at the rate of the run, if they are spread over the routes
    /// like the earlier ones. `None` if there is no rate.
    pub(crate) fn time_for(&self, requests: u64) -> Option<Duration> {
        let Rate::Limited { requests: per_window, seconds } = self.rate else { return None };
        let all: u64 = self.totals.values().sum();
        let busiest = self.totals.values().max()?;
        let to_busiest = requests.saturating_mul(*busiest) / all.max(1);
        Some(Duration::from_secs(to_busiest.saturating_mul(seconds) / u64::from(per_window)))
    }
}

/// How long a response asks to wait: by `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3),
/// else by `X-RateLimit-Reset`, a Unix time in milliseconds or in seconds. `wall` is the time of day.
pub(crate) fn requested_wait(response: &Response, wall: SystemTime) -> Option<Duration> {
    if let Some(text) = response.header("retry-after").map(str::trim) {
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        if let Ok(moment) = httpdate::parse_http_date(text) {
            return Some(moment.duration_since(wall).unwrap_or_default());
        }
    }
    let reset: u64 = response.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let reset = if reset > 100_000_000_000 {
        Duration::from_millis(reset)
    } else {
        Duration::from_secs(reset)
    };
    Some(reset.saturating_sub(wall.duration_since(UNIX_EPOCH).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_exceeds_the_rate() {
        let rate = Rate::Limited { requests: 2, seconds: 10 };
        let mut pace = Pace::new(rate, None);
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(pace.reserve("/a", start), None);
        assert_eq!(pace.reserve("/a", after(4_000)), None);
        let wait = pace.reserve("/a", after(5_000));
        assert_eq!(wait, Some((Duration::from_millis(5_250), Hold::Rate(rate))));
        assert_eq!(pace.reserve("/b", after(5_000)), None);
        assert_eq!(pace.reserve("/a", after(10_250)), None);
        // Three of four requests went to one route, and a window allows two.
        assert_eq!(pace.time_for(8), Some(Duration::from_secs(30)));
    }

    fn response(status: u16, headers: &[(&str, &str)]) -> Response {
        let plain = Response::of(status, "", "");
        headers.iter().fold(plain, |response, (name, value)| response.with(name, value))
    }

    #[test]
    fn pause_that_a_server_asks_for_is_kept() {
        let mut pace = Pace::new(Rate::Unlimited, None);
        let (now, wall) = (Instant::now(), SystemTime::now());
        let mut note =
            |route: &str, response: &Response| pace.note_rate_limit(route, response, now, wall);
        assert_eq!(note("/a", &response(200, &[])), None);
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(note("/a", &response(429, &[("retry-after", "7")])), seconds(7));
        assert_eq!(note("/f", &response(503, &[("retry-after", "8")])), seconds(8));
        assert_eq!(note("/b", &response(429, &[])), None);
        let spent = [("x-ratelimit-remaining", "0"), ("retry-after", "3")];
        assert_eq!(note("/c", &response(200, &spent)), seconds(3));
        // A moment: as HTTP writes dates, in milliseconds, or in seconds.
        let at = wall + Duration::from_secs(40);
        let date = httpdate::fmt_http_date(at);
        let at = at.duration_since(UNIX_EPOCH).unwrap().as_secs();
        for (name, value) in [
            ("retry-after", date),
            ("x-ratelimit-reset", at.to_string()),
            ("x-ratelimit-reset", (at * 1_000).to_string()),
        ] {
            let wait = note("/d", &response(429, &[(name, &value)])).unwrap();
            assert!((30..=40).contains(&wait.as_secs()), "{name}: {value}: {wait:?}");
        }
        // A longer pause is cut to the maximum, but the caller gets its full length.
        assert_eq!(note("/e", &response(429, &[("retry-after", "9000")])), seconds(9_000));
        let hold = |wait| Some((wait, Hold::Target));
        assert_eq!(pace.reserve("/a", now), hold(Duration::from_secs(7)));
        assert_eq!(pace.reserve("/e", now), hold(MAX_WAIT));
        assert_eq!(pace.reserve("/b", now), None);
    }

    #[test]
    fn rate_is_unlimited_until_the_target_limits() {
        let limited = Rate::Limited { requests: 1, seconds: 10 };
        let now = Instant::now();
        // The rate applies only if the target does not say how long to wait.
        for (headers, is_slow) in [(&[("retry-after", "0")][..], false), (&[], true)] {
            let mut pace = Pace::new(Rate::Unlimited, Some(limited));
            assert!(!pace.is_limited());
            assert!((0..50).all(|_| pace.reserve("/a", now).is_none()));
            pace.note_rate_limit("/a", &response(429, headers), now, SystemTime::now());
            assert!(pace.is_limited());
            pace.reserve("/a", now);
            assert_eq!(pace.reserve("/a", now).is_some(), is_slow, "{headers:?}");
        }
        // A rate that was chosen stays.
        let mut pace = Pace::new(Rate::Unlimited, None);
        pace.note_rate_limit("/a", &response(429, &[]), now, SystemTime::now());
        assert!(pace.is_limited() && (0..50).all(|_| pace.reserve("/a", now).is_none()));
    }

    #[test]
    fn requests_are_spaced_once_that_helps() {
        let mut pace = Pace::new(Rate::Unlimited, None);
        let now = Instant::now();
        // One pause may be a restart, so it does not show a limit.
        pace.note_outlasted(Duration::from_secs(30));
        assert!((0..50).all(|_| pace.reserve("/a", now).is_none()) && !pace.is_limited());
        pace.note_outlasted(Duration::from_secs(2));
        assert!((0..5).all(|_| pace.reserve("/a", now).is_none()) && !pace.is_limited());
        pace.note_outlasted(Duration::from_secs(4));
        assert!(pace.is_limited());
        let now = now + Duration::from_secs(10);
        assert_eq!(pace.reserve("/a", now), None);
        let wait = pace.reserve("/a", now + Duration::from_millis(500));
        assert_eq!(wait, Some((Duration::from_millis(1_500), Hold::Target)));
        assert_eq!(pace.reserve("/a", now + Duration::from_secs(2)), None);
    }
}
