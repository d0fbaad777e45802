//! Secrets: passwords, second factors and tokens.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A string that must not be shown: a password, a second factor or a token.
///
/// It has no `Display`. Its `Debug` shows neither the text nor its length. Its memory is
/// overwritten on drop. Code that needs the text calls [`expose`](Self::expose), so a search for
/// that name finds every place that reads it.
///
/// It serialises as a plain string, as the API and stored sessions require. The output of a
/// serialiser is not protected.
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
    /// A secret that owns this string.
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
    /// Copies the secret, so that a session's token can be passed to a call that takes any secret.
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    /// Never fails. Command line parsers and the generated types need it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_text_and_its_length() {
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
    fn secret_serialises_as_a_plain_string() {
        let secret: Secret = serde_json::from_str("\"p\\u00e4ss\"").unwrap();
        assert_eq!(secret.expose(), "päss");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"päss\"");
        assert!(serde_json::from_str::<Secret>("123456").is_err());
    }
}
