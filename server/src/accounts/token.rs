//! Session tokens.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;
use zeroize::Zeroizing;

/// An `authToken`: 43 characters of `[A-Za-z0-9_-]` with 256 random bits.
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// A new random token.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rand::rng().fill_bytes(&mut *bytes);
        Self(Secret::from(URL_SAFE_NO_PAD.encode(*bytes)))
    }

    /// A token that a client sent.
    pub fn from_client(secret: Secret) -> Self {
        Self(secret)
    }

    /// The hash that the store keeps.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.expose()).into())
    }

    /// The last 6 characters, by which people recognise a token in a list. The others still have 222
    /// random bits.
    pub fn last_part(&self) -> String {
        let text = self.0.expose();
        text.char_indices().rev().nth(5).map_or(text, |(at, _)| &text[at..]).to_owned()
    }

    /// The token itself, for the response to the login.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

/// The SHA-256 of a token. Nobody can log in with the hashes in a stolen database.
///
/// A token has 256 random bits, so neither a salt nor a slow hash would add security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// A hash that the store returned.
    pub fn from_stored(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Parses base64; `None` if the text is not the base64 of 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        Some(Self(STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// The hash in base64, as Rocket.Chat stores it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_and_hash_have_the_format_of_rocketchat() {
        let token = Token::random();
        let text = token.clone().into_secret();
        assert_eq!(text.expose().len(), 43);
        assert!(text.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
        assert_eq!(token.last_part(), text.expose()[37..]);
        // echo -n abc | openssl dgst -sha256 -binary | base64
        let known = Token::from_client(Secret::from("abc")).hash();
        let text = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        assert_eq!(known.to_base64(), text);
        assert_eq!(TokenHash::from_base64(text), Some(known));
        for wrong in ["", "ungW", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0", "-"] {
            assert_eq!(TokenHash::from_base64(wrong), None, "{wrong}");
        }
    }
}
