//! What keeps a run harmless: no account nears its lock-out, no route its rate limit, and every
//! token is logged out.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::{answer::Answer, rate::Rate};

/// Failures in a row that one account gets at most; servers lock at 10, some at 5.
pub const ACCOUNT_LIMIT: u32 = 4;
/// Failures in a row from this address; servers lock at 50.
pub const ADDRESS_LIMIT: u32 = 35;
/// The longest that a 429 is waited for.
pub const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Counts failed logins as a server does: a success resets.
#[derive(Debug, Default)]
pub struct LockOutGuard {
    accounts: HashMap<String, u32>,
    address: u32,
}

impl LockOutGuard {
    /// Whether one more failure needs a success first: of this account, or of any.
    pub fn needs_success(&self, account: Option<&str>) -> bool {
        account.is_some_and(|name| self.is_near(name)) || self.address >= ADDRESS_LIMIT
    }

    /// How many failures in a row an account has.
    pub fn failures(&self, account: &str) -> u32 {
        self.accounts.get(account).copied().unwrap_or(0)
    }

    /// Whether the account itself is near its limit.
    pub fn is_near(&self, account: &str) -> bool {
        self.failures(account) >= ACCOUNT_LIMIT
    }

    /// Whether so many failures are left that the next run, which counts from zero, could get near
    /// the limit with its own: half of ours, of this account or of the address.
    pub fn has_many(&self, account: &str) -> bool {
        self.failures(account) > ACCOUNT_LIMIT / 2 || self.address > ADDRESS_LIMIT / 2
    }

    /// Counts a login's answer.
    pub fn record(&mut self, account: Option<&str>, succeeded: bool) {
        if succeeded {
            self.address = 0;
            if let Some(name) = account {
                self.accounts.remove(name);
            }
            return;
        }
        self.address += 1;
        if let Some(name) = account {
            *self.accounts.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// Spaces requests: never more in any window than the rate allows, each route by itself, as
/// servers count.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    sent: HashMap<String, VecDeque<Instant>>,
    /// Until when a route asked to be left alone.
    paused: HashMap<String, Instant>,
}

impl Pace {
    /// At a rate.
    pub fn new(rate: Rate) -> Self {
        Self { rate, sent: HashMap::new(), paused: HashMap::new() }
    }

    /// How long to wait before the next request of a route; zero where it may go, and then it is
    /// counted.
    pub fn reserve(&mut self, route: &str, now: Instant) -> Duration {
        if let Some(until) = self.paused.get(route).filter(|until| **until > now) {
            return *until - now;
        }
        let Rate::Limited { requests, seconds } = self.rate else { return Duration::ZERO };
        // A little longer than the window: the server's clock starts when the request arrives.
        let window = Duration::from_secs(seconds) + Duration::from_millis(250);
        let sent = self.sent.entry(route.to_owned()).or_default();
        while sent.front().is_some_and(|at| now.duration_since(*at) >= window) {
            sent.pop_front();
        }
        if sent.len() < requests as usize {
            sent.push_back(now);
            return Duration::ZERO;
        }
        sent.front().map_or(Duration::ZERO, |at| window.saturating_sub(now.duration_since(*at)))
    }

    /// Takes note of what an answer says about limits: how long the route is to be left alone.
    pub fn heed(&mut self, route: &str, answer: &Answer, now: Instant) -> Option<Duration> {
        let wait = if answer.status == 429 {
            asked_wait(answer).unwrap_or(Duration::from_secs(60))
        } else if answer.header("x-ratelimit-remaining").map(str::trim) == Some("0") {
            asked_wait(answer)?
        } else {
            return None;
        };
        self.paused.insert(route.to_owned(), now + wait.min(LONGEST_WAIT));
        Some(wait)
    }
}

/// How long an answer asks to wait: `Retry-After` in seconds (RFC 9110, section 10.2.3), else
/// `X-RateLimit-Reset`, a moment in milliseconds, or in seconds as other servers have it.
fn asked_wait(answer: &Answer) -> Option<Duration> {
    if let Some(seconds) = answer.header("retry-after").and_then(|text| text.trim().parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let reset: u64 = answer.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let reset = if reset > 100_000_000_000 {
        Duration::from_millis(reset)
    } else {
        Duration::from_secs(reset)
    };
    Some(reset.checked_sub(now).unwrap_or_default())
}

/// A session that a run obtained and has to end.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The token.
    pub token: String,
    /// The account's id.
    pub user_id: String,
    /// The account that logged in, where it is one of the accounts file.
    pub account: Option<String>,
}

/// The sessions that live.
#[derive(Default)]
pub struct Ledger {
    live: Vec<Session>,
    issued: usize,
}

impl Ledger {
    /// A login was answered with a token; `resume` answers with one that is known.
    pub fn issued(&mut self, session: Session) {
        if !self.live.iter().any(|known| known.token == session.token) {
            self.issued += 1;
            self.live.push(session);
        }
    }

    /// A logout was answered with success.
    pub fn ended(&mut self, token: &str) {
        self.live.retain(|session| session.token != token);
    }

    /// The sessions that live.
    pub fn live(&self) -> &[Session] {
        &self.live
    }

    /// How many there ever were.
    pub fn count(&self) -> usize {
        self.issued
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_and_no_address_nears_its_lock_out() {
        let mut guard = LockOutGuard::default();
        for _ in 0..ACCOUNT_LIMIT {
            assert!(!guard.needs_success(Some("a")));
            guard.record(Some("a"), false);
        }
        assert!(guard.needs_success(Some("a")) && guard.is_near("a"));
        assert!(!guard.needs_success(Some("b")));
        guard.record(Some("a"), true);
        assert!(!guard.needs_success(Some("a")));
        for _ in 0..ADDRESS_LIMIT {
            guard.record(None, false);
        }
        assert!(guard.needs_success(None) && guard.needs_success(Some("b")));
        assert!(guard.has_many("b"));
        guard.record(Some("b"), true);
        for _ in 0..ACCOUNT_LIMIT / 2 {
            guard.record(Some("a"), false);
        }
        assert!(!guard.has_many("a"));
        guard.record(Some("a"), false);
        assert!(guard.has_many("a") && !guard.has_many("b"));
    }

    #[test]
    fn a_window_never_holds_more_than_the_rate() {
        let mut pace = Pace::new(Rate::Limited { requests: 2, seconds: 10 });
        let start = Instant::now();
        assert_eq!(pace.reserve("/a", start), Duration::ZERO);
        assert_eq!(pace.reserve("/a", start + Duration::from_secs(4)), Duration::ZERO);
        let wait = pace.reserve("/a", start + Duration::from_secs(5));
        assert_eq!(wait, Duration::from_millis(5_250));
        assert_eq!(pace.reserve("/b", start + Duration::from_secs(5)), Duration::ZERO);
        assert_eq!(pace.reserve("/a", start + Duration::from_millis(10_250)), Duration::ZERO);
    }

    #[test]
    fn what_a_server_asks_is_heeded() {
        let mut pace = Pace::new(Rate::Unlimited);
        let answer = |status, headers: &[(&str, &str)]| Answer {
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: crate::answer::Body::default(),
            duration: Duration::ZERO,
        };
        let now = Instant::now();
        assert_eq!(pace.heed("/a", &answer(200, &[]), now), None);
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(pace.heed("/a", &answer(429, &[("retry-after", "7")]), now), seconds(7));
        assert_eq!(pace.reserve("/a", now), Duration::from_secs(7));
        assert_eq!(pace.heed("/b", &answer(429, &[]), now), seconds(60));
        let spent = [("x-ratelimit-remaining", "0"), ("retry-after", "3")];
        assert_eq!(pace.heed("/c", &answer(200, &spent), now), seconds(3));
        // A moment, in milliseconds or in seconds.
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 40;
        for reset in [at, at * 1_000] {
            let headers = [("x-ratelimit-reset", &*reset.to_string())];
            let wait = pace.heed("/d", &answer(429, &headers), now).unwrap();
            assert!((30..=40).contains(&wait.as_secs()), "{wait:?}");
        }
        // Whoever asks for more is not waited for, and the caller is told.
        assert_eq!(pace.heed("/e", &answer(429, &[("retry-after", "9000")]), now), seconds(9_000));
        assert_eq!(pace.reserve("/e", now), LONGEST_WAIT);
    }
}
