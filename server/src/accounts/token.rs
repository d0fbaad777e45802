//! Session tokens.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;
use zeroize::Zeroizing;

/// An `authToken`: 43 characters of `[A-Za-z0-9_-]`, 256 random bits.
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// A new one.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rand::rng().fill_bytes(&mut *bytes);
        Self(Secret::from(URL_SAFE_NO_PAD.encode(*bytes)))
    }

    /// One that a client presents.
    pub fn presented(secret: Secret) -> Self {
        Self(secret)
    }

    /// What the store keeps of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.expose()).into())
    }

    /// The token, for the one answer that carries it.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

/// `SHA-256(token)`: what a stolen database holds, which logs nobody in.
///
/// The token has 256 random bits, so neither a salt nor a slow hash would add anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// One that the store knows.
    pub fn from_stored(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// One that is stored as text, if the text is one.
    pub fn from_base64(text: &str) -> Option<Self> {
        Some(Self(STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// The text in base64, as Rocket.Chat keeps it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_shape_of_rocketchats() {
        let token = Token::random();
        let text = token.clone().into_secret();
        assert_eq!(text.expose().len(), 43);
        assert!(text.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
        // echo -n abc | openssl dgst -sha256 -binary | base64
        let known = Token::presented(Secret::from("abc")).hash();
        let text = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        assert_eq!(known.to_base64(), text);
        assert_eq!(TokenHash::from_base64(text), Some(known));
        for wrong in ["", "ungW", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0", "-"] {
            assert_eq!(TokenHash::from_base64(wrong), None, "{wrong}");
        }
    }
}
