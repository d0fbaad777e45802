//! Cells in which a member has a value of another type, or is missing or empty.

use serde_json::{Value as Json, json};

use crate::login::{Driver, accounts::Account, requests, steps::shared_session};
use specfirst_engine::{
    http::case::{Broken, Expect},
    runner::Step,
    space::{Cell, Value},
    transform::Weight,
};
use specfirst_model::Pointer;

use super::guess::Attempt;

const REQUEST: &str = "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema";

/// A value of another type than the documented string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hostile {
    name: &'static str,
    make: fn(&str) -> Json,
    weight: Weight,
}

/// The values. The right text of the member is the argument.
const HOSTILE: [Hostile; 24] = {
    use Weight::{First, Rare, Usual};
    const fn hostile(name: &'static str, make: fn(&str) -> Json, weight: Weight) -> Hostile {
        Hostile { name, make, weight }
    }
    [
        hostile("an operator object", |_| json!({"$ne": null}), First),
        hostile("an array with the right value", |right| json!([right]), First),
        hostile("a number of the same digits", number, First),
        hostile("true", |_| json!(true), First),
        hostile("an operator object with an order", |_| json!({"$gt": ""}), Usual),
        hostile("null", |_| Json::Null, Usual),
        hostile(
            "a regular expression object",
            |right| json!({"$regex": format!("^{right}")}),
            Usual,
        ),
        hostile("a number", |_| json!(0), Usual),
        hostile("an empty array", |_| json!([]), Usual),
        hostile("an empty object", |_| json!({}), Usual),
        hostile("false", |_| json!(false), Usual),
        hostile("an operator object with the right value", |right| json!({"$eq": right}), Usual),
        hostile("an operator object with a list", |right| json!({"$in": [right]}), Usual),
        hostile("an operator object that negates", |_| json!({"$nin": []}), Usual),
        hostile("an operator object about existence", |_| json!({"$exists": true}), Usual),
        hostile("an array with a wrong and the right value", |right| json!(["x", right]), Usual),
        hostile("nested arrays with the right value", |right| json!([[right]]), Usual),
        hostile("an object without its digest", |_| json!({"algorithm": "sha-256"}), Usual),
        hostile("an object with the right value", |right| json!({"value": right}), Rare),
        hostile("an object like an array", |right| json!({"0": right, "length": 1}), Rare),
        hostile("an array of an operator object", |_| json!([{"$ne": null}]), Rare),
        hostile("a negative number", |_| json!(-1), Rare),
        hostile("an operator object with code", |_| json!({"$where": "1"}), Rare),
        hostile("an object with a prototype", |_| json!({"__proto__": {"length": 0}}), Rare),
    ]
};

/// A number has the same digits only if the text has no leading zero.
fn number(right: &str) -> Json {
    match right.parse::<u64>() {
        Ok(number) if number.to_string() == right => json!(number),
        _ => Json::Null,
    }
}

/// The member with the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Member {
    User,
    Password,
    Resume,
    Code,
}

/// What else the login holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rest {
    /// The right other part.
    Right,
    /// A wrong other part.
    Wrong,
    /// Nothing.
    Nothing,
}

/// A login with a member of another type.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    member: Member,
    hostile: Hostile,
    rest: Rest,
    account: usize,
}

/// A member that is absent, empty or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Presence {
    Absent,
    Empty,
    Right,
}

/// A login that lacks what the page calls mandatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incomplete {
    user: Presence,
    password: Presence,
    resume: Presence,
    has_code: bool,
}

impl Cell for Typed {
    fn groups(&self) -> Vec<Vec<Value>> {
        let member = Value::of("member", self.member);
        vec![
            vec![member, Value::of("value", self.hostile.name)],
            vec![member, Value::of("rest", self.rest), Value::of("account", self.account)],
        ]
    }

    fn weight(&self) -> Weight {
        let is_telling = match self.member {
            Member::Password => self.rest == Rest::Right,
            Member::User => self.rest == Rest::Right && self.hostile.may_be_a_name(),
            // An operator object alone is the injection that got into real servers.
            Member::Resume => self.rest == Rest::Nothing && self.hostile.is_operator(),
            Member::Code => false,
        };
        // A number with the digits of a password exists only for some account.
        let is_plain = self.account == 0 || self.hostile.name.contains("same digits");
        if is_plain && is_telling {
            self.hostile.weight
        } else {
            self.hostile.weight.max(Weight::Usual)
        }
    }
}

impl Hostile {
    fn is_operator(self) -> bool {
        self.name.starts_with("an operator object")
    }

    /// Whether a server may take it for a name, and not only for a wrong type.
    fn may_be_a_name(self) -> bool {
        !matches!(self.name, "true" | "a number of the same digits")
    }
}

impl Cell for Incomplete {
    fn groups(&self) -> Vec<Vec<Value>> {
        vec![vec![
            Value::of("user", self.user),
            Value::of("password", self.password),
            Value::of("resume", self.resume),
            Value::of("code", self.has_code),
        ]]
    }

    fn weight(&self) -> Weight {
        use Presence::{Absent, Right};
        let is_simple = (self.resume, self.has_code) == (Absent, false)
            && [self.user, self.password].iter().all(|presence| matches!(presence, Absent | Right))
            // The scenario `without-password` comes before.
            && self.user == Absent;
        if is_simple { Weight::First } else { Weight::Usual }
    }
}

/// Every member with every value.
pub(super) fn typed(accounts: &[&Account]) -> Vec<Typed> {
    let mut cells = Vec::new();
    for member in [Member::Password, Member::User, Member::Resume, Member::Code] {
        for hostile in HOSTILE {
            for rest in [Rest::Right, Rest::Wrong, Rest::Nothing] {
                for (account, own) in accounts.iter().enumerate().take(3) {
                    let right = match member {
                        Member::User => &own.username,
                        Member::Password => &own.password,
                        Member::Resume | Member::Code => "",
                    };
                    let value = (hostile.make)(right);
                    // An optional member that is null may count as absent.
                    let is_optional = matches!(member, Member::Resume | Member::Code);
                    let is_absent = value.is_null() && rest != Rest::Nothing && is_optional;
                    let is_number = hostile.name.contains("same digits");
                    // One client in use types its code as a number, and a server may take it.
                    let is_code = member == Member::Code && value.is_number();
                    let is_no_number = is_number && value.is_null();
                    // Only a token logs in alone, and everything else needs its right other half. The
                    // simplest values are tried without it too, and rare ones only for mandatory members.
                    let best = if member == Member::Resume { Rest::Nothing } else { Rest::Right };
                    let is_telling = hostile.weight == Weight::First
                        || rest == best && !(is_optional && hostile.weight == Weight::Rare);
                    if is_telling && !(is_code || is_absent || is_no_number) {
                        cells.push(Typed { member, hostile, rest, account });
                    }
                }
            }
        }
    }
    cells
}

/// Every login in which the credentials are incomplete.
pub(super) fn incomplete() -> Vec<Incomplete> {
    use Presence::{Absent, Empty, Right};
    let mut cells = Vec::new();
    for user in [Absent, Empty, Right] {
        for password in [Absent, Empty, Right] {
            for resume in [Absent, Empty] {
                for has_code in [false, true] {
                    if (user, password) != (Right, Right) {
                        cells.push(Incomplete { user, password, resume, has_code });
                    }
                }
            }
        }
    }
    cells
}

impl Typed {
    pub(super) fn attempt(&self, driver: &mut Driver<'_, '_>) -> Step<Option<Attempt>> {
        let accounts: Vec<&Account> = driver.run.suite.plain_accounts().collect();
        let Some(account) = accounts.get(self.account).copied() else { return Ok(None) };
        let (name, right) = match self.member {
            Member::User => ("user", account.username.clone()),
            Member::Password => ("password", account.password.clone()),
            Member::Code => ("code", "123456".to_owned()),
            Member::Resume => {
                let session = shared_session(driver, account)?;
                ("resume", session.map(|session| session.token).unwrap_or_default())
            }
        };
        let mut body = match (self.member, self.rest) {
            (_, Rest::Nothing) => json!({}),
            (Member::User, Rest::Right) => json!({"password": account.password}),
            (Member::Password, Rest::Right) => json!({"user": account.username}),
            (Member::Password, Rest::Wrong) => json!({"user": "nobody-here"}),
            (_, Rest::Right) => json!({"user": account.username, "password": account.password}),
            (Member::User, Rest::Wrong) => json!({"password": "not-the-password"}),
            (_, Rest::Wrong) => json!({"user": account.username, "password": "not-the-password"}),
        };
        body[name] = (self.hostile.make)(&right);
        let rest = match self.rest {
            Rest::Right => "valid credentials, but",
            Rest::Wrong => "wrong credentials, and",
            Rest::Nothing => "a login in which only",
        };
        let title = match self.rest {
            Rest::Nothing => format!("a login with only `{name}`, which is {}", self.hostile.name),
            _ => format!("{rest} `{name}` is {}", self.hostile.name),
        };
        let (expect, rule) = (Expect::RefusalNotCoercion, "ill_typed_member_is_refused");
        let mut case = requests::login(&title, &body, expect, rule).of(&account.username);
        case.broken = Some(Broken {
            mutation: "wrong-type",
            instance: Pointer::root().child(name),
            schema: Pointer::parse(&format!("{REQUEST}/properties/{name}/type"))
                .unwrap_or_default(),
        });
        Ok(Some(Attempt { case, may_succeed: false, changed: None }))
    }
}

impl Incomplete {
    pub(super) fn attempt(&self, driver: &Driver<'_, '_>) -> Option<Attempt> {
        let account = driver.run.suite.plain_accounts().next()?;
        let mut body = json!({});
        let mut parts = Vec::new();
        let mut put = |name: &str, presence: Presence, right: &str| match presence {
            Presence::Absent => {}
            Presence::Empty => {
                body[name] = json!("");
                parts.push(format!("an empty `{name}`"));
            }
            Presence::Right => {
                body[name] = json!(right);
                parts.push(format!("`{name}`"));
            }
        };
        put("user", self.user, &account.username);
        put("password", self.password, &account.password);
        put("resume", self.resume, "");
        if self.has_code {
            put("code", Presence::Right, "123456");
        }
        let title = match parts.as_slice() {
            [] => "a login with an empty object".to_owned(),
            parts => format!("a login with only {}", parts.join(" and ")),
        };
        let case = requests::login(&title, &body, Expect::Refusal, "mandatory_members");
        // A server may count a login without a password as a failed one.
        let names = self.user == Presence::Right;
        let case = if names { case.of(&account.username) } else { case };
        Some(Attempt { case, may_succeed: false, changed: None })
    }
}
