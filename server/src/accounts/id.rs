//! The ids of accounts.

use std::fmt;

use rand::Rng as _;

/// Rocket.Chat's alphabet, which has no look-alike characters.
const ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH: usize = 17;

/// The `userId` of an account: 17 characters, which are opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

impl UserId {
    /// A new random id of 98 bits.
    pub fn random() -> Self {
        let mut rng = rand::rng();
        let pick = || char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]);
        Self(std::iter::repeat_with(pick).take(LENGTH).collect())
    }

    /// An id from the store or an import.
    pub fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_has_the_format_of_rocketchat() {
        let id = UserId::random();
        assert_eq!(id.as_str().len(), LENGTH);
        assert!(id.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_ne!(id, UserId::random());
    }
}
