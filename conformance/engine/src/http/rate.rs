//! The rate of requests.

use std::{fmt, str::FromStr};

/// A limit on requests: `10/60s`, or `unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As fast as the target responds.
    Unlimited,
    /// A number of requests in a number of seconds.
    Limited {
        /// The requests.
        requests: u32,
        /// The seconds.
        seconds: u64,
    },
}

/// A text that is not a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rate: write `10/60s` or `unlimited`")]
pub struct RateError(String);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::Limited { requests, seconds } => write!(f, "{requests}/{seconds}s"),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text == "unlimited" {
            return Ok(Self::Unlimited);
        }
        text.strip_suffix('s')
            .and_then(|text| text.split_once('/'))
            .and_then(|(requests, seconds)| Some((requests.parse().ok()?, seconds.parse().ok()?)))
            .filter(|&(requests, seconds): &(u32, u64)| requests > 0 && seconds > 0)
            .map(|(requests, seconds)| Self::Limited { requests, seconds })
            .ok_or_else(|| RateError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_parsed() {
        let limited = Rate::Limited { requests: 10, seconds: 60 };
        assert_eq!("10/60s".parse(), Ok(limited));
        assert_eq!(limited.to_string(), "10/60s");
        assert_eq!("unlimited".parse(), Ok(Rate::Unlimited));
        for bad in ["", "10", "10/60", "0/60s", "10/0s", "-1/60s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
