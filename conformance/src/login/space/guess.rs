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

/// What comes with a changed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Half {
    /// The right password of the account.
    Right,
    /// A wrong password.
    Wrong,
    /// The right password of another account.
    Others,
}

/// What is changed: a transform, or another known text in the place of the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(super) half: Half,
    /// The index among the accounts without a second factor.
    pub(super) account: usize,
    pub(super) weight: Weight,
}

/// The relation of a changed credential to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// It must be refused.
    Refused,
    /// It may be refused, or mean the same account: names ignore case, and a canonical equivalent is the
    /// same text (RFC 8265, section 4.2).
    SameOrRefused,
}

/// The case of a guess.
pub(super) struct Attempt {
    pub(super) case: Case,
    /// Whether a success is allowed, if it is about the account itself.
    pub(super) may_succeed: bool,
    /// The changed credential. It may be a part of a secret, so it must be redacted if it is printed.
    pub(super) changed: Option<(&'static str, String)>,
}

impl Cell for Guess {
    fn groups(&self) -> Vec<Vec<Value>> {
        let subject = format!("{:?}", self.subject);
        let (change, class) = (self.change.title(), self.change.class());
        let mut groups = vec![
            vec![
                ("class", format!("{subject} {class}")),
                ("way", format!("{:?}", self.way)),
                ("half", format!("{:?}", self.half)),
            ],
            vec![("class", format!("{subject} {class}")), ("account", self.account.to_string())],
        ];
        // Each change is tried with an otherwise right login in a documented way. Elsewhere, the class is
        // enough. A name and an e-mail address are looked up differently.
        if self.half == Half::Right && self.way.is_documented() {
            let is_email = self.subject == Subject::User && self.way.identity == Identity::Email;
            groups.push(vec![("change", format!("{subject} {is_email} {change}"))]);
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
        // What a transform makes of a token may depend on the token, and the number of requests must not.
        let is_token = matches!(self.subject, Subject::Resume | Subject::Token);
        let other_text = || Transform::Edit(Edit::ReplaceMiddle).apply(text);
        let changed = match &self.change {
            Change::Transforms(composition) if is_token => {
                composition.apply(text).or_else(other_text)
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
        let (subject, rule, relation, user, password);
        let mut secret = None;
        if self.subject == Subject::Password {
            password = self.changed(driver, &account.password, account, other)?;
            user = name.to_owned();
            relation = same_if(is_canonically_equal(&password, &account.password));
            secret = Some(("password", password.clone()));
            (subject, rule) = ("password", self.password_rule());
        } else {
            user = self.changed(driver, name, account, other)?;
            if names_somebody(driver, &user, account) {
                return None;
            }
            password = match self.half {
                Half::Right => account.password.clone(),
                Half::Wrong => "not-the-password".to_owned(),
                Half::Others => other?.password.clone(),
            };
            relation = same_if(self.half == Half::Right && is_same_name(&user, name));
            (subject, rule) = ("name", "unknown_user_is_refused");
        }
        let half = match (self.subject, self.half) {
            (Subject::User, Half::Wrong) => " and a wrong password",
            (Subject::User, Half::Others) => " and another account's password",
            _ => "",
        };
        let title = format!("the {subject} {}{half}, {}", self.change.title(), self.way);
        let request = self.way.request(&user, &password);
        let attempt = attempt("login", title, request, relation, rule, account);
        Some(Attempt { changed: secret, ..attempt })
    }

    fn password_rule(&self) -> &'static str {
        let Change::Transforms(composition) = &self.change else {
            return "wrong_password_is_refused";
        };
        let depends = |transform: &Transform| match transform {
            Transform::Constant(_) => false,
            Transform::Operator(operator) => !operator.is_self_contained(),
            _ => true,
        };
        if composition.0.iter().all(depends) {
            "password_is_compared_whole"
        } else {
            "wrong_password_is_refused"
        }
    }

    fn resume(&self, account: &Account, token: &str) -> Attempt {
        let body = serde_json::json!({"resume": token});
        let (relation, request) =
            (Relation::Refused, Request::new("POST", requests::LOGIN).json(&body));
        let title = format!("resume with the token {}", self.change.title());
        let attempt =
            attempt("login", title, request, relation, "token_is_compared_whole", account);
        Attempt { changed: Some(("token", token.to_owned())), ..attempt }
    }

    fn by_headers(&self, account: &Account, token: &str, user_id: &str) -> Option<Attempt> {
        // HTTP removes white space around the value of a header (RFC 9110, section 5.5).
        let fits = |text: &str| {
            text.trim() == text && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
        };
        if !fits(token) || !fits(user_id) {
            return None;
        }
        let (what, rule) = if self.subject == Subject::UserId {
            ("user id", "token_is_bound_to_its_user")
        } else {
            ("token", "token_is_compared_whole")
        };
        let title = format!("a request with the {what} {}", self.change.title());
        let request = requests::authenticated("GET", requests::ME, token, user_id);
        let attempt = attempt("me", title, request, Relation::Refused, rule, account);
        Some(Attempt { changed: Some(("token", token.to_owned())), ..attempt })
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
        if self.half != Half::Right {
            simpler.push(Self { half: Half::Right, ..self.clone() });
        }
        simpler
    }
}

fn same_if(is_same: bool) -> Relation {
    if is_same { Relation::SameOrRefused } else { Relation::Refused }
}

fn attempt(
    operation: &str,
    title: String,
    request: Request,
    relation: Relation,
    rule: &'static str,
    account: &Account,
) -> Attempt {
    let may_succeed = relation == Relation::SameOrRefused;
    let expect = if may_succeed { Expect::Anything } else { Expect::Refusal };
    let case = Case::new(operation, title, request, expect).rule(rule).of(&account.username);
    Attempt { case, may_succeed, changed: None }
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

/// The guesses of the space: every subject with every transform, way, half and account.
pub(super) fn guesses(accounts: &[&Account], catalogue: &[(Transform, Weight)]) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let whose = 0..accounts.len().min(4);
    for subject in
        [Subject::Password, Subject::User, Subject::Resume, Subject::Token, Subject::UserId]
    {
        let changes = catalogue.iter().filter(|(transform, _)| applies(subject, transform));
        // Tokens are compared by code that is simpler than that of passwords and names.
        let is_token = !matches!(subject, Subject::Password | Subject::User);
        let changes = changes.filter(|(_, weight)| !is_token || *weight != Weight::Rare);
        let changes = changes.map(|(transform, weight)| {
            (Change::of(*transform), weight_for(subject, *transform, *weight))
        });
        let known = Known::ALL.into_iter().filter(|known| is_useful(subject, *known));
        let known = known.map(|known| (Change::Known(known), Weight::Usual));
        for (change, weight) in changes.chain(known) {
            for account in whose.clone() {
                for (way, half) in presentations(subject) {
                    // The first cells of a run are the plainest ones.
                    let is_plain = account == 0 && way == Way::DOCUMENTED && half == Half::Right;
                    let weight = if is_plain { weight } else { weight.max(Weight::Usual) };
                    let change = change.clone();
                    guesses.push(Guess { subject, change, way, half, account, weight });
                }
            }
        }
    }
    guesses
}

/// In which ways and with which halves a changed credential is presented.
fn presentations(subject: Subject) -> Vec<(Way, Half)> {
    match subject {
        Subject::Password => Way::ALL.map(|way| (way, Half::Right)).to_vec(),
        Subject::User => {
            let ways = Way::ALL.into_iter().filter(|way| way.body != Body::Digest);
            ways.flat_map(|way| [Half::Right, Half::Wrong, Half::Others].map(|half| (way, half)))
                .collect()
        }
        Subject::Resume | Subject::Token | Subject::UserId => vec![(Way::DOCUMENTED, Half::Right)],
    }
}

pub(super) fn applies(subject: Subject, transform: &Transform) -> bool {
    match (subject, transform.class()) {
        (Subject::User, Class::Email) => true,
        (_, Class::Email) => false,
        (Subject::Resume | Subject::Token, Class::Signed) => true,
        (_, Class::Signed) => false,
        (Subject::User | Subject::UserId, Class::Digest | Class::Number) => false,
        // A lenient decoder of Base64 ignores padding.
        (Subject::Resume | Subject::Token, Class::Extension) => {
            !transform.to_string().contains("`=`")
        }
        _ => true,
    }
}

fn is_useful(subject: Subject, known: Known) -> bool {
    use Known::{OthersPassword, OthersToken, OthersUserId, UserId, UserName};
    match subject {
        Subject::Password => true,
        Subject::User => known == UserId,
        Subject::Resume => matches!(known, UserName | UserId),
        Subject::Token => matches!(known, UserName | UserId | OthersToken),
        Subject::UserId => {
            !matches!(known, OthersPassword | OthersToken | UserId) || known == OthersUserId
        }
    }
}

/// The weight of a transform for a credential. Only a few guesses of each credential come first.
fn weight_for(subject: Subject, transform: Transform, weight: Weight) -> Weight {
    if weight != Weight::First {
        return weight;
    }
    let class = transform.class();
    let is_first = match subject {
        Subject::Password => !matches!(class, Class::Pattern | Class::Injection),
        Subject::User => matches!(class, Class::Pattern | Class::Injection | Class::Cut),
        Subject::Resume | Subject::Token => {
            matches!(class, Class::Cut | Class::Digest | Class::Case | Class::Edit)
        }
        Subject::UserId => false,
    };
    if is_first { Weight::First } else { Weight::Usual }
}
