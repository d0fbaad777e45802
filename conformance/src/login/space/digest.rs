//! Cells in which the digest of a password is almost right.
//!
//! Clients of Rocket.Chat send `{"digest": …, "algorithm": "sha-256"}` as `password`. The digest of the password
//! is a credential like the password itself, and nothing else in its place is.

use serde_json::{Value as Json, json};

use super::{
    guess::{Attempt, attempt},
    way::Identity,
};
use crate::login::{Driver, accounts::Account, requests};
use specfirst_engine::{
    space::{Cell, Value},
    transform::{Algorithm, Case, Digest, Edit, Notation, Transform, Weight},
};

/// What stands in the place of the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Text {
    /// The password itself.
    Password,
    /// A digest of the password that is not its SHA-256.
    Digest(Digest),
    /// The right digest, changed.
    Changed(Transform),
    /// The right digest of a changed password.
    OfChanged(Transform),
    /// A text that does not depend on the password.
    Known(&'static str),
    /// The user name, or its digest.
    UserName { is_digest: bool },
}

/// The names of algorithms. Only the first one is in use. [`NO_NAME`] leaves the member out.
const ALGORITHMS: [&str; 5] = ["sha-256", NO_NAME, "none", "md5", "SHA-256"];
const NO_NAME: &str = "(none)";

const RIGHT: Digest = Digest { algorithm: Algorithm::Sha256, notation: Notation::Hex };

/// A login with a digest that is not the one of the password.
#[derive(Clone, Debug)]
pub(super) struct Digested {
    text: Text,
    algorithm: &'static str,
    identity: Identity,
    account: usize,
}

impl Cell for Digested {
    fn groups(&self) -> Vec<Vec<Value>> {
        let is_usual = self.algorithm == ALGORITHMS[0];
        let mut groups = vec![
            vec![Value::of("identity", self.identity)],
            vec![Value::of("kind", std::mem::discriminant(&self.text))],
        ];
        // Code that does not know an algorithm compares the text itself.
        if self.text == Text::Password {
            groups.push(vec![Value::of("algorithm", self.algorithm)]);
        }
        if is_usual {
            groups.push(vec![Value::of("text", self.text)]);
        }
        groups
    }

    fn weight(&self) -> Weight {
        Weight::Usual
    }
}

impl Text {
    fn all() -> Vec<Self> {
        let other = |algorithm, notation| Self::Digest(Digest { algorithm, notation });
        vec![
            Self::Password,
            other(Algorithm::Md5, Notation::Hex),
            other(Algorithm::Sha1, Notation::Hex),
            other(Algorithm::Sha512, Notation::Hex),
            Self::Changed(Transform::Edit(Edit::Keep(8))),
            Self::Changed(Transform::Edit(Edit::RemoveLast(1))),
            Self::Changed(Transform::Edit(Edit::Add("x", specfirst_engine::transform::Place::End))),
            Self::Changed(Transform::Digest(RIGHT)),
            Self::OfChanged(Transform::Case(Case::Swapped)),
            Self::OfChanged(Transform::Constant("")),
            Self::Known(""),
            Self::Known("0000000000000000000000000000000000000000000000000000000000000000"),
            Self::UserName { is_digest: false },
            Self::UserName { is_digest: true },
        ]
    }

    fn of(self, account: &Account) -> Option<String> {
        let (name, password) = (&account.username, account.password.as_str());
        match self {
            Self::Password => Some(password.to_owned()),
            Self::Digest(digest) => Some(digest.of(password)),
            Self::Changed(transform) => transform.apply(&RIGHT.of(password)),
            Self::OfChanged(transform) => Some(RIGHT.of(&transform.apply(password)?)),
            Self::Known(text) => Some(text.to_owned()),
            Self::UserName { is_digest: false } => Some(name.clone()),
            Self::UserName { is_digest: true } => Some(RIGHT.of(name)),
        }
    }

    fn title(self) -> String {
        match self {
            Self::Password => "the password itself".to_owned(),
            Self::Digest(digest) => format!("the password {}", Transform::Digest(digest)),
            Self::Changed(transform) => format!("the right digest {transform}"),
            Self::OfChanged(transform) => format!("the digest of the password {transform}"),
            Self::Known("") => "an empty text".to_owned(),
            Self::Known(_) => "zeros".to_owned(),
            Self::UserName { is_digest: false } => "the user name".to_owned(),
            Self::UserName { is_digest: true } => "the digest of the user name".to_owned(),
        }
    }
}

/// Every text with every name of an algorithm.
pub(super) fn digested(accounts: &[&Account]) -> Vec<Digested> {
    let mut cells = Vec::new();
    for account in 0..accounts.len().min(4) {
        for text in Text::all() {
            for algorithm in ALGORITHMS {
                for identity in [Identity::Name, Identity::Email] {
                    cells.push(Digested { text, algorithm, identity, account });
                }
            }
        }
    }
    cells
}

impl Digested {
    pub(super) fn attempt(&self, driver: &Driver<'_, '_>) -> Option<Attempt> {
        let account = driver.run.suite.plain_accounts().nth(self.account)?;
        let name = match self.identity {
            Identity::Name => &account.username,
            Identity::Email => account.email.as_ref()?,
        };
        let text = self.text.of(account)?;
        let mut password = json!({"digest": text});
        let algorithm = if self.algorithm == NO_NAME {
            "no algorithm".to_owned()
        } else {
            password["algorithm"] = Json::from(self.algorithm);
            format!("the algorithm `{}`", self.algorithm)
        };
        let by = if self.identity == Identity::Email { ", by e-mail" } else { "" };
        let title = format!("{} as digest, and {algorithm}{by}", self.text.title());
        let request = requests::in_json(&json!({"user": name, "password": password}));
        let rule = "digest_is_compared_whole";
        let attempt = attempt("login", title, request, false, rule, account);
        let is_public = matches!(self.text, Text::Known(_) | Text::UserName { .. });
        let changed = (!is_public && self.text != Text::Password).then_some(("digest", text));
        Some(Attempt { changed, ..attempt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_holds_the_right_digest() {
        let account = Account {
            username: "alice".to_owned(),
            email: None,
            password: "Correct-Horse7".to_owned(),
            totp_secret: None,
            backup_codes: Vec::new(),
            active: true,
            directory: false,
            sacrificial: false,
        };
        for text in Text::all() {
            let made = text.of(&account).expect("every text is made of this password");
            assert!(!made.eq_ignore_ascii_case(&RIGHT.of(&account.password)), "{text:?}");
        }
    }
}
