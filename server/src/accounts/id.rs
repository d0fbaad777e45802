//! Account identifiers.

use std::fmt;

use rand::Rng as _;

/// Rocket.Chat's alphabet: no character that is read as another one.
const ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH: usize = 17;

/// The `userId` of an account: 17 characters that a client must treat as opaque.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

impl UserId {
    /// A new random one (98 bits).
    pub fn random() -> Self {
        let mut rng = rand::rng();
        let pick = || char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]);
        Self(std::iter::repeat_with(pick).take(LENGTH).collect())
    }

    /// One that the store or an import already knows.
    pub fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The characters.
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
    fn has_the_shape_of_rocketchats() {
        let id = UserId::random();
        assert_eq!(id.as_str().len(), LENGTH);
        assert!(id.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_ne!(id, UserId::random());
    }
}
