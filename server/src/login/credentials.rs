//! The credentials of a login request.

use specfirst_dropshot::Secret;

use crate::accounts::{Identity, PasswordDigest, Token};

/// The credentials of one of the two kinds of login.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    /// A name and a password, with an optional code of a second factor.
    Password {
        /// The name that the client logs in with.
        identity: Identity,
        /// The password, which is not empty.
        password: Password,
        /// A code of an authenticator app, or a backup code.
        code: Option<Secret>,
    },
    /// The token of an earlier session.
    Resume(Token),
}

/// A password as the client sent it.
#[derive(Clone, Debug)]
pub(crate) enum Password {
    /// The plain password.
    Clear(Secret),
    /// A digest of the password. It is as sensitive as the password itself, but some clients send
    /// it.
    Digest(PasswordDigest),
}

/// The request contains neither a name with a password nor a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a name with a password nor a token")]
pub(crate) struct Incomplete;

impl Password {
    /// The digest that account hashes are computed from.
    pub(crate) fn digest(&self) -> PasswordDigest {
        match self {
            Self::Clear(password) => PasswordDigest::of(password),
            Self::Digest(digest) => digest.clone(),
        }
    }

    /// The plain password, which a directory requires; `None` if the client sent a digest.
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
    /// The name that the client logs in with.
    pub identity: Option<Identity>,
    /// The password for the name.
    pub password: Option<Password>,
    /// The code of a second factor.
    pub code: Option<Secret>,
    /// The token of an earlier session.
    pub resume: Option<Secret>,
}

impl TryFrom<PresentedMembers> for Credentials {
    type Error = Incomplete;

    /// An empty member counts as absent. `resume` takes precedence, as in Rocket.Chat, because a
    /// client that resumes may also send its old name.
    fn try_from(presented: PresentedMembers) -> Result<Self, Incomplete> {
        let PresentedMembers { identity, password, code, resume } = presented;
        if let Some(token) = resume.filter(|token| !token.is_empty()) {
            return Ok(Self::Resume(Token::from_client(token)));
        }
        let identity = identity.filter(|identity| !identity.resolve().1.is_empty());
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

    /// Members given as `-` are absent.
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
    fn empty_member_counts_as_absent() {
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
