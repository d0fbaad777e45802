//! What a login presents.

use specfirst_dropshot::Secret;

use crate::accounts::{Identity, PasswordDigest, Token};

/// One of the two ways to log in.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    /// A name and a password, perhaps with the code of a second factor.
    Password {
        /// The name that the client logs in by.
        identity: Identity,
        /// Never empty.
        password: Password,
        /// A code of the user's device, or a backup code.
        code: Option<Secret>,
    },
    /// An earlier token.
    Resume(Token),
}

/// A password as the client sent it.
#[derive(Clone, Debug)]
pub(crate) enum Password {
    /// In clear.
    Clear(Secret),
    /// Hashed by the client, which spares nobody anything but is what some clients do.
    Digest(PasswordDigest),
}

/// Neither a name with a password nor a token: that logs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a name with a password nor a token")]
pub(crate) struct Incomplete;

impl Password {
    /// What the hash of an account is computed from.
    pub(crate) fn digest(&self) -> PasswordDigest {
        match self {
            Self::Clear(password) => PasswordDigest::of(password),
            Self::Digest(digest) => digest.clone(),
        }
    }

    /// What a directory must be asked with.
    pub(crate) fn clear(&self) -> Option<&Secret> {
        match self {
            Self::Clear(password) => Some(password),
            Self::Digest(_) => None,
        }
    }
}

/// The members of a login request, each of which may be missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct PresentedMembers {
    /// The name that the client logs in by.
    pub identity: Option<Identity>,
    /// The password that belongs to it.
    pub password: Option<Password>,
    /// The code of a second factor.
    pub code: Option<Secret>,
    /// An earlier token.
    pub resume: Option<Secret>,
}

impl TryFrom<PresentedMembers> for Credentials {
    type Error = Incomplete;

    /// An empty member counts as a missing one. `resume` takes precedence, as in Rocket.Chat: a
    /// client that resumes may send its old name along.
    fn try_from(presented: PresentedMembers) -> Result<Self, Incomplete> {
        let PresentedMembers { identity, password, code, resume } = presented;
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

    /// A member that is `-` is missing.
    fn credentials(user: &str, password: &str, resume: &str) -> Result<Credentials, Incomplete> {
        let some = |text: &str| (text != "-").then(|| text.to_owned());
        let presented = PresentedMembers {
            identity: some(user).map(Identity::Either),
            password: some(password).map(|text| Password::Clear(Secret::from(text))),
            code: None,
            resume: some(resume).map(Secret::from),
        };
        presented.try_into()
    }

    #[test]
    fn empty_member_counts_as_missing() {
        for (user, password, resume) in [
            ("-", "-", "-"),
            ("u", "-", "-"),
            ("-", "p", "-"),
            ("u", "", "-"),
            ("", "p", ""),
            ("-", "-", ""),
        ] {
            assert_eq!(credentials(user, password, resume).unwrap_err(), Incomplete);
        }
    }

    #[test]
    fn token_takes_precedence_over_a_password() {
        assert!(matches!(credentials("u", "p", "t"), Ok(Credentials::Resume(_))));
        assert!(matches!(credentials("u", "p", ""), Ok(Credentials::Password { .. })));
    }
}
