//! The kinds of password hashes, and the bounds on their cost.
//!
//! Every password guess makes the server compute a hash, so a hash may take at most about a second
//! on one core. The bounds apply to imported hashes, to hashes that are verified, and to the
//! parameters that an operator configures.

use std::{fmt, str::FromStr};

use argon2::Params;

/// The lowest bcrypt cost that bcrypt defines.
pub const MIN_BCRYPT_COST: u32 = 4;
/// The highest accepted bcrypt cost. Each step doubles the time; Rocket.Chat uses 10.
pub const MAX_BCRYPT_COST: u32 = 14;
/// The maximum memory of one Argon2 hash in KiB. OWASP's parameters stay below 64 MiB.
pub const MAX_ARGON2_MEMORY_KIB: u32 = 256 * 1024;
/// The maximum of memory times passes of one Argon2 hash, in KiB.
pub const MAX_ARGON2_WORK_KIB: u32 = 1024 * 1024;
/// The maximum number of lanes of an Argon2 hash.
pub const MAX_ARGON2_LANES: u32 = 16;

/// The cost of one Argon2id hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashParameters {
    /// The memory in KiB.
    pub memory_kib: u32,
    /// The number of passes over the memory.
    pub passes: u32,
    /// The number of lanes, which this implementation computes sequentially.
    pub lanes: u32,
}

/// The algorithm and the cost of a hash, within the bounds. Hashes of the same kind take the same
/// time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKind(Algorithm);

/// The contents of a [`HashKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Algorithm {
    Bcrypt { cost: u32 },
    Argon2id(HashParameters),
}

/// A hash cost is outside of the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashCostError {
    /// The bcrypt cost is too low or too high.
    #[error("bcrypt cost {0} is not between {MIN_BCRYPT_COST} and {MAX_BCRYPT_COST}")]
    Bcrypt(u32),
    /// The memory, in KiB, is too large.
    #[error("Argon2 memory of {0} KiB is more than {MAX_ARGON2_MEMORY_KIB}")]
    Memory(u32),
    /// The work, memory times passes, is too large.
    #[error(
        "Argon2 memory of {memory_kib} KiB times {passes} passes is more than {MAX_ARGON2_WORK_KIB} KiB"
    )]
    Work {
        /// The memory in KiB.
        memory_kib: u32,
        /// The number of passes over the memory.
        passes: u32,
    },
    /// There are too many lanes.
    #[error("{0} lanes of Argon2 are more than {MAX_ARGON2_LANES}")]
    Lanes(u32),
    /// Argon2 does not allow the parameters.
    #[error("Argon2 refuses these parameters")]
    Argon2(#[source] argon2::Error),
}

/// The text is not a kind of hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of password hash")]
pub struct UnknownHashKind;

impl HashKind {
    pub(super) fn bcrypt(cost: u32) -> Result<Self, HashCostError> {
        if !(MIN_BCRYPT_COST..=MAX_BCRYPT_COST).contains(&cost) {
            return Err(HashCostError::Bcrypt(cost));
        }
        Ok(Self(Algorithm::Bcrypt { cost }))
    }

    pub(super) fn algorithm(self) -> Algorithm {
        self.0
    }
}

impl HashParameters {
    /// The recommendation of OWASP and of the crate's authors: 19 MiB, two passes, one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// Parameters for tests, which take a hundredth of a millisecond.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    /// The kind of the Argon2id hashes with these parameters.
    ///
    /// # Errors
    ///
    /// The parameters are outside of the bounds, or Argon2 does not allow them.
    pub fn kind(self) -> Result<HashKind, HashCostError> {
        let Self { memory_kib, passes, lanes } = self;
        if memory_kib > MAX_ARGON2_MEMORY_KIB {
            return Err(HashCostError::Memory(memory_kib));
        }
        if memory_kib.saturating_mul(passes) > MAX_ARGON2_WORK_KIB {
            return Err(HashCostError::Work { memory_kib, passes });
        }
        if lanes > MAX_ARGON2_LANES {
            return Err(HashCostError::Lanes(lanes));
        }
        self.to_params(None).map_err(HashCostError::Argon2)?;
        Ok(HashKind(Algorithm::Argon2id(self)))
    }

    pub(super) fn to_params(self, output_bytes: Option<usize>) -> argon2::Result<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, output_bytes)
    }
}

/// The text in the store: `bcrypt 10`, `argon2id m=19456,t=2,p=1`.
impl fmt::Display for HashKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Algorithm::Bcrypt { cost } => write!(f, "bcrypt {cost:02}"),
            Algorithm::Argon2id(HashParameters { memory_kib, passes, lanes }) => {
                write!(f, "argon2id m={memory_kib},t={passes},p={lanes}")
            }
        }
    }
}

impl FromStr for HashKind {
    type Err = UnknownHashKind;

    fn from_str(text: &str) -> Result<Self, UnknownHashKind> {
        let number = |text: Option<&str>| text.and_then(|digits| digits.parse().ok());
        let kind = match text.split_once(' ') {
            Some(("bcrypt", cost)) => number(Some(cost)).and_then(|cost| Self::bcrypt(cost).ok()),
            Some(("argon2id", parameters)) => {
                let mut members = parameters.split(',');
                let mut member =
                    |prefix| number(members.next().and_then(|member| member.strip_prefix(prefix)));
                match (member("m="), member("t="), member("p=")) {
                    (Some(memory_kib), Some(passes), Some(lanes)) => {
                        HashParameters { memory_kib, passes, lanes }.kind().ok()
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        kind.ok_or(UnknownHashKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argon2id(memory_kib: u32, passes: u32, lanes: u32) -> Result<HashKind, HashCostError> {
        HashParameters { memory_kib, passes, lanes }.kind()
    }

    #[test]
    fn kinds_round_trip_through_text() {
        for (kind, text) in [
            (HashKind::bcrypt(4), "bcrypt 04"),
            (HashKind::bcrypt(14), "bcrypt 14"),
            (HashParameters::RECOMMENDED.kind(), "argon2id m=19456,t=2,p=1"),
            (argon2id(MAX_ARGON2_MEMORY_KIB, 4, 16), "argon2id m=262144,t=4,p=16"),
        ] {
            let kind = kind.unwrap();
            assert_eq!(kind.to_string(), text);
            assert_eq!(text.parse(), Ok(kind));
        }
    }

    #[test]
    fn parameters_of_real_deployments_are_within_the_bounds() {
        // OWASP's five, the second of RFC 9106, and the defaults of PHP, Django and libsodium.
        for (memory_kib, passes, lanes) in [
            (47_104, 1, 1),
            (19_456, 2, 1),
            (12_288, 3, 1),
            (9_216, 4, 1),
            (7_168, 5, 1),
            (65_536, 3, 4),
            (65_536, 4, 1),
            (102_400, 2, 8),
            (262_144, 3, 1),
        ] {
            assert!(argon2id(memory_kib, passes, lanes).is_ok(), "{memory_kib} {passes} {lanes}");
        }
        assert!((4..=14).all(|cost| HashKind::bcrypt(cost).is_ok()));
    }

    #[test]
    fn kinds_outside_of_the_bounds_are_refused() {
        for (kind, error) in [
            (HashKind::bcrypt(3), "bcrypt cost 3 is not between 4 and 14"),
            (HashKind::bcrypt(15), "bcrypt cost 15 is not between 4 and 14"),
            (HashKind::bcrypt(99), "bcrypt cost 99 is not between 4 and 14"),
            (argon2id(524_288, 1, 1), "Argon2 memory of 524288 KiB is more than 262144"),
            (argon2id(u32::MAX, 1, 1), "Argon2 memory of 4294967295 KiB is more than 262144"),
            (
                argon2id(262_144, 5, 1),
                "Argon2 memory of 262144 KiB times 5 passes is more than 1048576 KiB",
            ),
            (
                argon2id(8, u32::MAX, 1),
                "Argon2 memory of 8 KiB times 4294967295 passes is more than 1048576 KiB",
            ),
            (argon2id(65_536, 1, 17), "17 lanes of Argon2 are more than 16"),
            (argon2id(8, 0, 1), "Argon2 refuses these parameters"),
            (argon2id(7, 1, 1), "Argon2 refuses these parameters"),
            (argon2id(8, 1, 0), "Argon2 refuses these parameters"),
        ] {
            assert_eq!(kind.unwrap_err().to_string(), error);
        }
        for text in [
            "",
            "bcrypt",
            "bcrypt 31",
            "bcrypt x",
            "argon2id m=8,t=1",
            "argon2id t=1,m=8,p=1",
            "argon2id m=524288,t=1,p=1",
            "argon2i m=8,t=1,p=1",
        ] {
            assert_eq!(text.parse::<HashKind>(), Err(UnknownHashKind), "{text}");
        }
    }
}
