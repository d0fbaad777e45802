//! A string that must not be seen: a password, a second factor, a token.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A string that must not be seen.
///
/// It has no `Display`, its `Debug` shows none of it, not even its length, and its memory is
/// overwritten when it is dropped. Who needs the text asks for it by name, with
/// [`expose`](Self::expose), so that a search for that word finds every place where it is read.
///
/// It serialises as a plain string, because that is how it has to travel and to be stored: what
/// comes out of a serialiser is no longer protected.
///
/// ```
/// use login_client::Secret;
///
/// let password = Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret(…)");
/// assert_eq!(password.expose(), "correct horse");
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a string over.
    ///
    /// ```
    /// let token = login_client::Secret::new("q8IcEaaK5EDZsMG5sf_7qLP0zfZKUHkzKVnmZBRc0Uj");
    /// assert_eq!(token.expose().len(), 43);
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    ///
    /// ```
    /// assert_eq!(login_client::Secret::from("123456").expose(), "123456");
    /// ```
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&Secret> for Secret {
    /// A copy, so that a session's token can be handed to a call that takes any secret.
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    /// Never fails; it is here for command line parsers and for the generated types.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let secret = Secret::from("hunter2");
        for shown in [format!("{secret:?}"), format!("{secret:#?}"), format!("{:?}", Some(&secret))]
        {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert_eq!(
            format!("{:?}", Secret::from("")),
            format!("{secret:?}"),
            "the length is hidden too"
        );
    }

    #[test]
    fn it_travels_as_a_plain_string() {
        let secret: Secret = serde_json::from_str("\"p\\u00e4ss\"").unwrap();
        assert_eq!(secret.expose(), "päss");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"päss\"");
        assert!(serde_json::from_str::<Secret>("123456").is_err());
    }
}
