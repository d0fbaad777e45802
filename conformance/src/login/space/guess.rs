//! Cells in which one credential is almost right.

use unicode_normalization::UnicodeNormalization as _;

use super::way::{Body, Identity, Way};
use crate::login::{Driver, accounts::Account, requests, steps::shared_session};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
    space::{Cell, Value},
    transform::{Class, Composition, Edit, Transform, Weight},
};

/// The credential that is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// The password of a login.
    Password,
    /// The name of a login.
    User,
    /// The token of `resume`.
    Resume,
    /// The token in its header.
    Token,
    /// The user id in its header.
    UserId,
}

impl Subject {
    /// Whether a request can hold this text as the credential.
    pub(super) fn can_be(self, text: &str) -> bool {
        !matches!(self, Self::Token | Self::UserId) || is_header_value(text)
    }

    /// A token or a user id, changed. What a transform makes of one may depend on its characters, which the
    /// target draws at random, and the number of requests must not: where a transform makes nothing that can
    /// be sent, the middle of the text is replaced.
    fn change_drawn(self, composition: &Composition, text: &str) -> Option<String> {
        let changed = composition.apply(text).filter(|text| self.can_be(text));
        changed.or_else(|| Transform::Edit(Edit::ReplaceMiddle).apply(text))
    }
}

/// The password that comes with a changed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum GivenPassword {
    /// The right password of the account.
    Right,
    /// A wrong password.
    Wrong,
    /// The right password of another account.
    Others,
}

/// What is changed: a transform, or another known text in the place of the credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// Changes, one after the other.
    Transforms(Composition),
    /// A text that an attacker knows.
    Known(Known),
}

/// A text that an attacker knows, or that a careless server takes for a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Known {
    UserName,
    Email,
    LocalPart,
    UserId,
    ReversedName,
    NameAndDigits,
    OthersPassword,
    OthersUserId,
    OthersToken,
}

/// A credential that is almost right, and how it is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) subject: Subject,
    pub(super) change: Change,
    pub(super) way: Way,
    pub(super) password: GivenPassword,
    /// The index among the accounts without a second factor.
    pub(super) account: usize,
    pub(super) weight: Weight,
}

/// The case of a guess.
pub(crate) struct Attempt {
    pub(crate) case: Case,
    /// Whether a success is allowed, if it is about the account itself.
    pub(crate) may_succeed: bool,
    /// The changed credential, if it may be a part of a secret. Then it must be redacted where it is printed.
    pub(crate) changed: Option<(&'static str, String)>,
}

impl Cell for Guess {
    fn groups(&self) -> Vec<Vec<Value>> {
        let class = Value::of("class", (self.subject, self.change.class()));
        let mut groups = vec![
            vec![class, Value::of("way", self.way), Value::of("password", self.password)],
            vec![class, Value::of("account", self.account)],
        ];
        // Each change is tried with an otherwise right login in a documented way. Elsewhere, one change of
        // each class is enough, and so it is where the same text is only looked up in another way.
        let is_email = self.subject == Subject::User && self.way.identity == Identity::Email;
        let tries_each = match self.subject {
            Subject::User if is_email => self.change.is_often_undone(),
            Subject::Password | Subject::User | Subject::Token => true,
            Subject::Resume | Subject::UserId => false,
        };
        if self.password == GivenPassword::Right && self.way.is_documented() && tries_each {
            groups.push(vec![Value::of("change", (self.subject, is_email, &self.change))]);
        }
        // A default password may be that of one account only, such as a bot's.
        if self.subject == Subject::Password
            && self.way == Way::DOCUMENTED
            && self.change.is_default()
        {
            groups
                .push(vec![Value::of("default", &self.change), Value::of("account", self.account)]);
        }
        groups
    }

    fn weight(&self) -> Weight {
        self.weight
    }
}

impl Change {
    pub(super) fn of(transform: Transform) -> Self {
        Self::Transforms(Composition(vec![transform]))
    }

    /// How the credential is changed, for titles.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Transforms(composition) => composition.to_string(),
            Self::Known(known) => format!("replaced by {}", known.name()),
        }
    }

    /// Whether careless code often finds the original by the changed text.
    fn is_often_undone(&self) -> bool {
        use Class::{Blank, Constant, Control, Encoding, Number};
        let Self::Transforms(composition) = self else { return true };
        let mut classes = composition.0.iter().map(Transform::class);
        classes.any(|class| !matches!(class, Blank | Constant | Control | Encoding | Number))
    }

    /// Whether an account may have the text as a default password.
    fn is_default(&self) -> bool {
        match self {
            Self::Known(known) => *known == Known::UserName,
            Self::Transforms(Composition(transforms)) => {
                matches!(transforms.as_slice(), [Transform::Constant("")])
            }
        }
    }

    /// Whether the changed text is made of the original.
    fn uses_original(&self) -> bool {
        match self {
            Self::Transforms(composition) => composition.0.iter().all(Transform::uses_original),
            Self::Known(_) => false,
        }
    }

    /// The class of the first change, for grouping.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Transforms(composition) => {
                composition.0.first().map_or("", |transform| transform.class().name())
            }
            Self::Known(_) => "known text",
        }
    }
}

impl Known {
    pub(super) const ALL: [Self; 9] = [
        Self::UserName,
        Self::Email,
        Self::LocalPart,
        Self::UserId,
        Self::ReversedName,
        Self::NameAndDigits,
        Self::OthersPassword,
        Self::OthersUserId,
        Self::OthersToken,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::UserName => "the user name",
            Self::Email => "the e-mail address",
            Self::LocalPart => "the local part of the e-mail address",
            Self::UserId => "the user id",
            Self::ReversedName => "the user name reversed",
            Self::NameAndDigits => "the user name and `123`",
            Self::OthersPassword => "the password of another account",
            Self::OthersUserId => "the user id of another account",
            Self::OthersToken => "the token of another account",
        }
    }

    fn text(self, driver: &Driver<'_, '_>, account: &Account, other: &Account) -> Option<String> {
        let suite = driver.run.suite;
        match self {
            Self::UserName => Some(account.username.clone()),
            Self::Email => account.email.clone(),
            Self::LocalPart => Some(account.email.as_ref()?.split('@').next()?.to_owned()),
            Self::UserId => suite.user_id(&account.username),
            Self::ReversedName => Some(account.username.chars().rev().collect()),
            Self::NameAndDigits => Some(format!("{}123", account.username)),
            Self::OthersPassword => Some(other.password.clone()),
            Self::OthersUserId => suite.user_id(&other.username),
            Self::OthersToken => Some(suite.shared.get(other)?.token),
        }
    }
}

impl Guess {
    /// The case, with what it needs. `None` if the target does not offer the way, or if the account has no
    /// such credential.
    pub(super) fn attempt(&self, driver: &mut Driver<'_, '_>) -> Step<Option<Attempt>> {
        let accounts: Vec<&Account> = driver.run.suite.plain_accounts().collect();
        let Some(account) = accounts.get(self.account).copied() else { return Ok(None) };
        let other = accounts.iter().copied().find(|other| other.username != account.username);
        match self.subject {
            Subject::Password | Subject::User => {
                if !self.way.is_open(driver)? {
                    return Ok(None);
                }
                Ok(self.login(driver, account, other))
            }
            Subject::Resume | Subject::Token | Subject::UserId => {
                let Some(session) = shared_session(driver, account)? else { return Ok(None) };
                let text =
                    if self.subject == Subject::UserId { &session.user_id } else { &session.token };
                let Some(changed) = self.changed(driver, text, account, other) else {
                    return Ok(None);
                };
                let (token, user_id) = (session.token.as_str(), session.user_id.as_str());
                Ok(match self.subject {
                    Subject::UserId => self.by_headers(account, token, &changed),
                    Subject::Token => self.by_headers(account, &changed, user_id),
                    _ => Some(self.resume(account, &changed)),
                })
            }
        }
    }

    fn changed(
        &self,
        driver: &Driver<'_, '_>,
        text: &str,
        account: &Account,
        other: Option<&Account>,
    ) -> Option<String> {
        let is_drawn = matches!(self.subject, Subject::Resume | Subject::Token | Subject::UserId);
        let changed = match &self.change {
            Change::Transforms(composition) if is_drawn => {
                self.subject.change_drawn(composition, text)
            }
            Change::Transforms(composition) => composition.apply(text),
            Change::Known(known) => known.text(driver, account, other.unwrap_or(account)),
        };
        changed.filter(|changed| changed != text)
    }

    fn login(
        &self,
        driver: &Driver<'_, '_>,
        account: &Account,
        other: Option<&Account>,
    ) -> Option<Attempt> {
        let name = self.way.name_of(account)?;
        let (subject, rule, may_succeed, user, password);
        let mut secret = None;
        if self.subject == Subject::Password {
            password = self.changed(driver, &account.password, account, other)?;
            user = name.to_owned();
            // A canonical equivalent may be the same text (RFC 8265, section 4.2).
            may_succeed = is_canonically_equal(&password, &account.password);
            secret = self.secret("password", &password);
            (subject, rule) = ("password", self.password_rule());
        } else {
            user = self.changed(driver, name, account, other)?;
            if names_somebody(driver, &user, account) {
                return None;
            }
            password = match self.password {
                GivenPassword::Right => account.password.clone(),
                GivenPassword::Wrong => "not-the-password".to_owned(),
                GivenPassword::Others => other?.password.clone(),
            };
            // A server may ignore the case of names.
            may_succeed = self.password == GivenPassword::Right && is_same_name(&user, name);
            (subject, rule) = ("name", "unknown_user_is_refused");
        }
        let with = match (self.subject, self.password) {
            (Subject::User, GivenPassword::Wrong) => " and a wrong password",
            (Subject::User, GivenPassword::Others) => " and another account's password",
            _ => "",
        };
        let title = format!("the {subject} {}{with}", self.change.title());
        let title =
            if self.way == Way::DOCUMENTED { title } else { format!("{title}, {}", self.way) };
        let request = self.way.request(&user, &password);
        let attempt = attempt("login", title, request, may_succeed, rule, account);
        Some(Attempt { changed: secret, ..attempt })
    }

    /// The changed credential, if it may hold a part of the secret.
    fn secret(&self, kind: &'static str, changed: &str) -> Option<(&'static str, String)> {
        self.change.uses_original().then(|| (kind, changed.to_owned()))
    }

    fn password_rule(&self) -> &'static str {
        if self.change.uses_original() {
            "password_is_compared_whole"
        } else {
            "wrong_password_is_refused"
        }
    }

    fn resume(&self, account: &Account, token: &str) -> Attempt {
        let body = serde_json::json!({"resume": token});
        let request = Request::new("POST", requests::LOGIN).json(&body);
        let title = format!("resume with the token {}", self.change.title());
        let attempt = attempt("login", title, request, false, "token_is_compared_whole", account);
        Attempt { changed: self.secret("token", token), ..attempt }
    }

    fn by_headers(&self, account: &Account, token: &str, user_id: &str) -> Option<Attempt> {
        if !is_header_value(token) || !is_header_value(user_id) {
            return None;
        }
        let (what, rule) = if self.subject == Subject::UserId {
            ("user id", "token_is_bound_to_its_user")
        } else {
            ("token", "token_is_compared_whole")
        };
        let title = format!("a request with the {what} {}", self.change.title());
        let request = requests::authenticated("GET", requests::ME, token, user_id);
        let attempt = attempt("me", title, request, false, rule, account);
        Some(Attempt { changed: self.secret("token", token), ..attempt })
    }

    /// Guesses that differ less from a documented login, for shrinking.
    pub(super) fn simpler(&self) -> Vec<Self> {
        let mut simpler = Vec::new();
        if self.way != Way::DOCUMENTED {
            simpler.push(Self { way: Way::DOCUMENTED, ..self.clone() });
            let by_name = Way { identity: Identity::Name, ..self.way };
            let in_json = Way { body: Body::Json, ..self.way };
            for way in [by_name, in_json] {
                if way != self.way && way != Way::DOCUMENTED {
                    simpler.push(Self { way, ..self.clone() });
                }
            }
        }
        if self.password != GivenPassword::Right {
            simpler.push(Self { password: GivenPassword::Right, ..self.clone() });
        }
        simpler
    }
}

/// The case of a changed credential, which must be refused, or may mean the same account.
pub(super) fn attempt(
    operation: &str,
    title: String,
    request: Request,
    may_succeed: bool,
    rule: &'static str,
    account: &Account,
) -> Attempt {
    let expect = if may_succeed { Expect::Anything } else { Expect::Refusal };
    let case = Case::new(operation, title, request, expect).rule(rule).of(&account.username);
    Attempt { case, may_succeed, changed: None }
}

/// Whether a text reaches a server unchanged as the value of a header. HTTP removes white space around it
/// (RFC 9110, section 5.5).
fn is_header_value(text: &str) -> bool {
    text.trim() == text && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

/// Whether two texts are the same by canonical equivalence (UAX #15), which servers may apply to passwords
/// (RFC 8265, section 4.2).
fn is_canonically_equal(one: &str, other: &str) -> bool {
    one.nfc().eq(other.nfc())
}

/// Whether a server may take two names for the same one: they differ only in case, or in white space
/// around them.
fn is_same_name(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.trim().to_lowercase();
    folded(one) == folded(other) || is_canonically_equal(one, other)
}

/// Whether a name is that of some account, in any case. A right password there is no guess.
fn names_somebody(driver: &Driver<'_, '_>, name: &str, account: &Account) -> bool {
    driver.run.suite.accounts.iter().any(|known| {
        let is_other = known.username != account.username;
        let mut names = [Some(&known.username), known.email.as_ref()].into_iter().flatten();
        let is_own = !is_other
            && [Some(&known.username), known.email.as_ref()]
                .into_iter()
                .flatten()
                .any(|n| n == name);
        is_own || is_other && names.any(|own| is_same_name(own, name))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use specfirst_engine::transform::catalogue;

    proptest! {
        #[test]
        fn what_is_sent_of_a_drawn_text_does_not_depend_on_its_characters(text in "[0-9A-Za-z]{17}") {
            for (transform, _) in catalogue() {
                let composition = Composition(vec![transform]);
                for subject in [Subject::Resume, Subject::Token, Subject::UserId] {
                    let changed = subject.change_drawn(&composition, &text);
                    let is_sent = changed.is_some_and(|changed| changed != text && subject.can_be(&changed));
                    prop_assert!(is_sent, "{subject:?}: {composition}");
                }
            }
        }
    }
}
