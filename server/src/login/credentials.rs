//! What a login presents.

use crate::accounts::{Identity, PasswordDigest, Token};
use crate::secret::Secret;

/// The two ways to log in.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A name and a password, perhaps with the code of a second factor.
    Password {
        /// Whose.
        identity: Identity,
        /// Never empty.
        password: Password,
        /// Of the user's device, or a backup code.
        code: Option<Secret>,
    },
    /// An earlier token.
    Resume(Token),
}

/// A password as the client sent it.
#[derive(Clone, Debug)]
pub enum Password {
    /// In clear.
    Clear(Secret),
    /// Hashed by the client, which spares nobody anything but is what some clients do.
    Digest(PasswordDigest),
}

/// Neither a name with a password nor a token: that logs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a name with a password nor a token")]
pub struct Incomplete;

impl Password {
    /// What the hash of an account is computed from.
    #[must_use]
    pub fn digest(&self) -> PasswordDigest {
        match self {
            Self::Clear(password) => PasswordDigest::of(password),
            Self::Digest(digest) => digest.clone(),
        }
    }

    /// What a directory must be asked with.
    #[must_use]
    pub fn clear(&self) -> Option<&Secret> {
        match self {
            Self::Clear(password) => Some(password),
            Self::Digest(_) => None,
        }
    }
}

impl Credentials {
    /// Sorts out what came in; an empty member counts as one that is missing.
    ///
    /// `resume` goes first, as in Rocket.Chat: a client that resumes may send its old name along.
    ///
    /// # Errors
    /// Too little is there.
    pub fn sort_out(
        identity: Option<Identity>,
        password: Option<Password>,
        resume: Option<Secret>,
        code: Option<Secret>,
    ) -> Result<Self, Incomplete> {
        if let Some(token) = resume.filter(|token| !token.is_empty()) {
            return Ok(Self::Resume(Token::presented(token)));
        }
        let identity = identity.filter(|identity| !identity.resolved().1.is_empty());
        let password = password.filter(|password| match password {
            Password::Clear(password) => !password.is_empty(),
            Password::Digest(_) => true,
        });
        match (identity, password) {
            (Some(identity), Some(password)) => {
                Ok(Self::Password { identity, password, code: code.filter(|c| !c.is_empty()) })
            }
            _ => Err(Incomplete),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort_out(user: &str, password: &str, resume: &str) -> Result<Credentials, Incomplete> {
        let some = |text: &str| (text != "-").then(|| text.to_owned());
        Credentials::sort_out(
            some(user).map(Identity::Either),
            some(password).map(|text| Password::Clear(Secret::from(text))),
            some(resume).map(Secret::from),
            None,
        )
    }

    #[test]
    fn what_is_empty_is_missing() {
        for (user, password, resume) in [
            ("-", "-", "-"),
            ("u", "-", "-"),
            ("-", "p", "-"),
            ("u", "", "-"),
            ("", "p", ""),
            ("-", "-", ""),
        ] {
            assert_eq!(sort_out(user, password, resume).unwrap_err(), Incomplete);
        }
    }

    #[test]
    fn a_token_goes_before_a_password() {
        assert!(matches!(sort_out("u", "p", "t"), Ok(Credentials::Resume(_))));
        assert!(matches!(sort_out("u", "p", ""), Ok(Credentials::Password { .. })));
    }
}
