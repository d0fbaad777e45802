//! The ways to log in with a password: by which name, in which member, and in which form.

use std::fmt;

use serde_json::{Value, json};

use crate::login::{Driver, accounts::Account, requests, steps::succeeds};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
    transform::{Algorithm, Digest, Notation},
};

/// How a login names the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Identity {
    Name,
    Email,
}

/// How a login carries its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Body {
    /// `user` and `password` in JSON, as the page documents.
    Json,
    /// The same as a form.
    Form,
    /// The member `username` or `email` instead of `user`.
    Member,
    /// An object with `username` or `email` as `user`.
    Wrapper,
    /// The digest of the password instead of the password.
    Digest,
}

/// A way to log in. The page documents the first two. Real servers offer the others, and what a server
/// offers has to be as safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Way {
    pub(crate) body: Body,
    pub(crate) identity: Identity,
}

const PASSWORD_DIGEST: Digest = Digest { algorithm: Algorithm::Sha256, notation: Notation::Hex };

impl Way {
    /// The documented way by user name.
    pub(crate) const DOCUMENTED: Self = Self { body: Body::Json, identity: Identity::Name };

    /// Every way.
    pub(crate) const ALL: [Self; 9] = {
        use Body::{Digest, Form, Json, Member, Wrapper};
        use Identity::{Email, Name};
        [
            Self { body: Json, identity: Name },
            Self { body: Json, identity: Email },
            Self { body: Form, identity: Name },
            Self { body: Form, identity: Email },
            Self { body: Member, identity: Name },
            Self { body: Member, identity: Email },
            Self { body: Wrapper, identity: Name },
            Self { body: Wrapper, identity: Email },
            Self { body: Digest, identity: Name },
        ]
    };

    /// Whether the page documents it.
    pub(crate) fn is_documented(self) -> bool {
        self.body == Body::Json
    }

    /// The name of an account for this way. `None` if the account has no such name.
    pub(crate) fn name_of(self, account: &Account) -> Option<&str> {
        match self.identity {
            Identity::Name => Some(&account.username),
            Identity::Email => account.email.as_deref(),
        }
    }

    /// The body of a login as JSON. A form holds the same members.
    pub(crate) fn members(self, user: &str, password: &str) -> Value {
        let member = match self.identity {
            Identity::Name => "username",
            Identity::Email => "email",
        };
        match self.body {
            Body::Json | Body::Form => json!({"user": user, "password": password}),
            Body::Member => json!({member: user, "password": password}),
            Body::Wrapper => json!({"user": {member: user}, "password": password}),
            Body::Digest => {
                let digest = PASSWORD_DIGEST.of(password);
                json!({"user": user, "password": {"digest": digest, "algorithm": "sha-256"}})
            }
        }
    }

    /// A login with this name and password.
    pub(crate) fn request(self, user: &str, password: &str) -> Request {
        let members = self.members(user, password);
        if self.body == Body::Form {
            requests::in_form(&members)
        } else {
            requests::in_json(&members)
        }
    }

    /// Whether the target offers the way, and refuses a wrong password there. The first question about a
    /// way asks the target: the right password must log in, and a wrong one must not.
    pub(crate) fn is_open(self, driver: &mut Driver<'_, '_>) -> Step<bool> {
        if let Some(known) = driver.run.suite.way(self) {
            return Ok(known);
        }
        let open = self.ask(driver)?;
        driver.run.suite.learn_way(self, open);
        Ok(open)
    }

    fn ask(self, driver: &mut Driver<'_, '_>) -> Step<bool> {
        let mut accounts = driver.run.suite.plain_accounts();
        let found = accounts.find_map(|account| Some((account, self.name_of(account)?)));
        let Some((account, user)) = found else { return Ok(false) };
        let case = |title: String, password: &str, expect| {
            Case::new("login", title, self.request(user, password), expect).of(&account.username)
        };
        let right = case(format!("the right password {self}"), &account.password, Expect::Anything);
        if !succeeds(driver, &right)? {
            return Ok(false);
        }
        // If any password logs in, that is one finding and not one for each transform.
        let wrong = case(
            format!("a wrong password {self}"),
            "not-the-password",
            if self.is_documented() { Expect::Unauthorized } else { Expect::Refusal },
        );
        let wrong = wrong.rule("wrong_password_is_refused");
        Ok(!succeeds(driver, &wrong)?)
    }
}

/// Completes a title: "a wrong password {}".
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.identity {
            Identity::Name => "user name",
            Identity::Email => "e-mail",
        };
        match self.body {
            Body::Json => write!(f, "by {name}"),
            Body::Form => write!(f, "by {name}, as a form"),
            Body::Member => write!(f, "by {name}, in a member of its own"),
            Body::Wrapper => write!(f, "by {name}, in an object"),
            Body::Digest => write!(f, "by {name}, as a digest"),
        }
    }
}
