//! What accompanies a request must not decide who is logged in.
//!
//! Many companions are sent at once, because each of them alone must have no effect. If a request that
//! must be refused is accepted, the set shrinks to the fewest companions that do it.

use serde_json::{Value, json};

use super::{
    companion::{Companion, Facts, KNOWN, MISPLACED, Spot, sets, together, with},
    guess::Attempt,
};
use crate::login::{
    Driver, Scenario, Session,
    accounts::Account,
    attempts::{may_fail, reset_count},
    identity::check_identity,
    requests,
    scenario::CombinedCase,
    steps::{shared_session, step_and_log_out},
};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::{Step, search::Counterexample},
};

/// The name of the space in reports.
const SPACE: &str = "companions";
pub(super) const RULE: &str = "companions_have_no_effect";
const WRONG_PASSWORD: &str = "a wrong password";
pub(super) const PLACE_RULE: &str = "credentials_have_one_place";

/// The scenarios of companions.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "without-password",
            rules: &[RULE, "mandatory_members"],
            production: true,
            run: without_password,
        },
        Scenario { name: "companions", rules: &[RULE, PLACE_RULE], production: true, run: bundled },
    ]
}
/// A request that must be refused, whatever accompanies it.
pub(super) struct Base {
    pub(super) case: Case,
    pub(super) account: Account,
    /// Whether it holds no credentials at all.
    pub(super) is_bare: bool,
}

/// The requests that must be refused: wrong or missing credentials of each kind.
fn bases(driver: &mut Driver<'_, '_>) -> Step<Vec<Base>> {
    let suite = driver.run.suite;
    let mut bases = Vec::new();
    let base = |title: &str, operation: &str, request: Request, account: &Account| Base {
        case: Case::new(operation, title, request, Expect::Refusal).of(&account.username),
        account: account.clone(),
        is_bare: false,
    };
    let login = |body: Value| requests::in_json(&body);
    for (at, account) in suite.plain_accounts().take(2).enumerate() {
        if at == 0 {
            let bare = Request::new("GET", requests::ME);
            let bare = base("a request without credentials", "me", bare, account);
            let empty = login(json!({}));
            let empty = base("a login without credentials", "login", empty, account);
            bases.extend([bare, empty].map(|base| Base { is_bare: true, ..base }));
            let forged =
                requests::authenticated("GET", requests::ME, &"Q".repeat(43), "23456789ABCDEFGHJ");
            bases.push(base("a request with a made-up token", "me", forged, account));
            let forged = login(json!({"resume": "Q".repeat(43)}));
            bases.push(base("resume with a made-up token", "login", forged, account));
        } else {
            let wrong = login(json!({"user": account.username, "password": "not-the-password"}));
            bases.push(base(WRONG_PASSWORD, "login", wrong, account));
        }
    }
    let right =
        |account: &Account| login(json!({"user": account.username, "password": account.password}));
    let with_factor = |a: &&Account| a.active && a.totp_secret.is_some();
    if let Some(account) = suite.accounts.iter().rev().find(with_factor) {
        bases.push(base("the right password without the code", "login", right(account), account));
    }
    if let Some(account) = suite.accounts.iter().find(|a| !a.active) {
        bases.push(base("an inactive account's right password", "login", right(account), account));
    }
    Ok(bases)
}

/// A login with only a name, and everything that a careless server may take for a password.
fn without_password(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let facts = Facts::of(driver, account);
    let request = requests::in_json(&json!({"user": account.username}));
    let case = |title: &str, request: Request, rule| {
        let case = Case::new("login", title, request, Expect::Refusal);
        case.rule(rule).of(&account.username)
    };
    let title = "a login with only `user` and companions";
    let spots = [Spot::Header, Spot::Query, Spot::Cookie, Spot::Member];
    let mut companions = together(driver, KNOWN, &spots);
    // This would be a login of another kind.
    companions.retain(|companion| companion.name != "resume");
    let combined = CombinedCase {
        case: &case(title, with(&request, &companions, &facts), RULE),
        rules: &[RULE, "mandatory_members"],
        is_right: |response| !response.is_success(),
        separate: &[case("a login with only `user`", request, "mandatory_members")],
    };
    combined.run(driver).map(drop)
}

fn bundled(driver: &mut Driver<'_, '_>) -> Step<()> {
    for account in driver.run.suite.plain_accounts().take(2).collect::<Vec<_>>() {
        shared_session(driver, account)?;
    }
    let mut bundles = Vec::new();
    for spot in [Spot::Member, Spot::Header, Spot::Query, Spot::Cookie] {
        for set in sets(driver, KNOWN, spot) {
            let usable = usable(driver, set)?;
            if !usable.is_empty() {
                bundles.push((RULE, usable));
            }
        }
    }
    for spot in [Spot::Header, Spot::Query, Spot::Cookie, Spot::Member] {
        bundles.extend(sets(driver, MISPLACED, spot).into_iter().map(|set| (PLACE_RULE, set)));
    }
    twice(driver)?;
    beside_resume(driver)?;
    let bases = bases(driver)?;
    // An account that no login resets may have only a few failures, so all spots share a request.
    let mut joined: Vec<Vec<Companion>> = Vec::new();
    for spot in [Spot::Member, Spot::Header, Spot::Query, Spot::Cookie] {
        let of_spot = bundles.iter().filter(|(rule, set)| *rule == RULE && set[0].spot == spot);
        for (at, (_, set)) in of_spot.enumerate() {
            match joined.get_mut(at) {
                Some(joined) => joined.extend(set),
                None => joined.push(set.clone()),
            }
        }
    }
    // Careless code compares the whole query with one text.
    let alone: Vec<Companion> =
        KNOWN.iter().filter(|companion| companion.is_query_flag()).copied().collect();
    let all = bundles.len() * bases.len() + alone.len();
    driver.run.plan_space(SPACE, (KNOWN.len() + MISPLACED.len()) * bases.len(), all);
    for base in &bases {
        if base.account.totp_secret.is_some() || !base.account.active {
            // Without a fresh code, an account that must not be locked out has room for two.
            let most = if base.account.sacrificial { joined.len() } else { 2 };
            for bundle in joined.iter().take(most) {
                if !may_fail(driver, &base.account)? {
                    break;
                }
                driver.run.count_cell(SPACE);
                judge(driver, base, RULE, bundle)?;
            }
            continue;
        }
        if base.case.title == WRONG_PASSWORD {
            for flag in &alone {
                driver.run.count_cell(SPACE);
                judge(driver, base, RULE, std::slice::from_ref(flag))?;
            }
        }
        for (rule, bundle) in &bundles {
            // A misplaced credential is right, so it says something only where the rest is not.
            if *rule == PLACE_RULE && !base.is_bare {
                continue;
            }
            driver.run.count_cell(SPACE);
            judge(driver, base, rule, bundle)?;
        }
    }
    Ok(())
}

/// The companions of a set that a right login may have. A server may refuse members that it does not know,
/// and then they say nothing about a wrong login.
fn usable(driver: &mut Driver<'_, '_>, set: Vec<Companion>) -> Step<Vec<Companion>> {
    let mut accounts = driver.run.suite.plain_accounts();
    let Some(account) = accounts.next() else { return Ok(set) };
    // The companions name another account, which must not become the one that is logged in.
    let facts = Facts::of(driver, accounts.next().unwrap_or(account));
    let plain = requests::password(account, Expect::Anything, RULE);
    let (mut usable, mut left) = (Vec::new(), vec![set]);
    while let Some(set) = left.pop() {
        let request = with(&plain.request, &set, &facts);
        let case = Case {
            title: "the right password and companions".to_owned(),
            request,
            ..plain.clone()
        };
        let response = step_and_log_out(driver, &case)?;
        if let Some(response) = response.filter(|response| response.is_success()) {
            check_identity(driver, account, &case, &response);
            usable.extend(set);
        } else if set.len() > 4 {
            let (one, other) = set.split_at(set.len() / 2);
            left.extend([other.to_vec(), one.to_vec()]);
        }
    }
    Ok(usable)
}

fn judge(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    bundle: &[Companion],
) -> Step<()> {
    let Some(found) = try_companions(driver, base, rule, bundle)? else { return Ok(()) };
    if driver.run.is_known(&found.finding, &found.case) {
        return Ok(());
    }
    match try_companions(driver, base, rule, &[]) {
        // The request is accepted without companions too, which another rule reports.
        Ok(Some(_)) => Ok(()),
        Ok(None) => shrink(driver, base, rule, bundle, found),
        Err(halt) => {
            driver.run.report(found.finding, &found.case, found.response.as_ref());
            Err(halt)
        }
    }
}

/// Reports the fewest companions that let a request in. If the run ends before they are found, the fewest so
/// far are reported.
pub(super) fn shrink(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    bundle: &[Companion],
    mut found: Counterexample,
) -> Step<()> {
    let ended = fewest(driver, base, rule, bundle, &mut found);
    driver.run.report(found.finding, &found.case, found.response.as_ref());
    ended?;
    driver.stop_at_failure()
}

/// Halves the companions, and then leaves out one after the other, while the request is accepted.
fn fewest(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    bundle: &[Companion],
    found: &mut Counterexample,
) -> Step<()> {
    let mut smallest = bundle.to_vec();
    while smallest.len() > 1 {
        let half = smallest.len() / 2;
        let mut parts = vec![smallest[..half].to_vec(), smallest[half..].to_vec()];
        if smallest.len() <= 4 {
            parts.extend((0..smallest.len()).map(|at| {
                let mut fewer = smallest.clone();
                fewer.remove(at);
                fewer
            }));
        }
        let before = smallest.len();
        for part in parts {
            if let Some(again) = try_companions(driver, base, rule, &part)? {
                (smallest, *found) = (part, again);
                break;
            }
        }
        if smallest.len() == before {
            break;
        }
    }
    Ok(())
}

/// The title of a request with companions.
pub(super) fn named(title: &str, companions: &[Companion]) -> String {
    match companions {
        [] => title.to_owned(),
        [one] => format!("{title} and {}", one.told()),
        many => format!("{title} and {} companions", many.len()),
    }
}

fn try_companions(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    companions: &[Companion],
) -> Step<Option<Counterexample>> {
    let facts = Facts::of(driver, &base.account);
    let request = with(&base.case.request, companions, &facts);
    let title = named(&base.case.title, companions);
    let case = Case { title, request, ..base.case.clone() }.rule(rule);
    let place = companions.first().map_or("", |companion| companion.spot_name());
    let attempt = Attempt { case, may_succeed: false, changed: None };
    super::accepted(driver, &attempt, place)
}

/// The right login with a second `user`: the account is that of the password, or the login is refused.
fn twice(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(2).cloned().collect();
    let [account, other] = accounts.as_slice() else { return Ok(()) };
    let text = |value: &str| Value::from(value).to_string();
    let (name, password) = (text(&account.username), text(&account.password));
    let (others, email) =
        (text(&other.username), text(other.email.as_deref().unwrap_or(&other.username)));
    for body in [
        format!(r#"{{"user":{name},"password":{password},"user":{others}}}"#),
        format!(r#"{{"user":{others},"password":{password},"user":{name}}}"#),
        format!(r#"{{"user":{name},"password":{password},"username":{others}}}"#),
        format!(r#"{{"user":{name},"password":{password},"email":{email}}}"#),
        format!(r#"{{"username":{others},"user":{name},"password":{password}}}"#),
    ] {
        let request = Request::new("POST", requests::LOGIN).body("application/json", body);
        // A server that takes the other name counts a failure of the other account.
        count_failure(driver, other)?;
        let title = "a login with two names";
        let case = Case::new("login", title, request, Expect::Anything).rule(RULE);
        let case = case.of(&account.username);
        if let Some(response) = step_and_log_out(driver, &case)? {
            check_identity(driver, account, &case, &response);
        }
    }
    Ok(())
}

/// A token of one account beside what belongs to another: the account is that of the token, or the login is
/// refused.
fn beside_resume(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(2).cloned().collect();
    let [account, other] = accounts.as_slice() else { return Ok(()) };
    let suite = driver.run.suite;
    let email = other.email.as_ref().unwrap_or(&other.username);
    let id = suite.user_id(&other.username).unwrap_or_default();
    let name = &other.username;
    for (what, members) in [
        ("another account's name", json!({"user": name})),
        ("another account's name in an object", json!({"user": {"username": name}})),
        ("another account's name in a member of its own", json!({"username": name})),
        ("another account's e-mail address", json!({"email": email})),
        ("another account's id", json!({"userId": id, "_id": id})),
    ] {
        count_failure(driver, other)?;
        let Some(session) = shared_session(driver, account)? else { return Ok(()) };
        let mut body = members;
        body["resume"] = Value::from(session.token);
        let title = format!("resume beside {what}");
        let request = requests::in_json(&body).header(requests::USER_HEADER, &id);
        let case = Case::new("login", title, request, Expect::Anything).rule(RULE);
        let case = case.of(&account.username);
        let Some(response) = driver.step(&case)? else { continue };
        check_identity(driver, account, &case, &response);
        // A server may renew the token.
        if let Some(begun) = Session::begun_by(&case, &response) {
            suite.shared.put(account, begun);
        }
    }
    Ok(())
}

/// Counts a failure that an account may get by a request that is about another one. A login resets the count
/// where it is at its limit.
fn count_failure(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let suite = driver.run.suite;
    if suite.is_near_lock(&account.username) {
        reset_count(driver, &account.username)?;
    }
    suite.note_failure(&account.username);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::login::{Login, Run, guard::ACCOUNT_LIMIT};
    use specfirst_engine::{
        http::transport::Target,
        redact::Secrets,
        runner::{Options, environment::Environment},
    };

    #[test]
    fn failures_of_another_account_count_and_a_login_comes_before_one_too_many() {
        let account = Account {
            username: "bob".to_owned(),
            email: None,
            password: "Correct-Horse7".to_owned(),
            totp_secret: None,
            backup_codes: Vec::new(),
            active: true,
            directory: false,
            sacrificial: false,
        };
        let login = Login::new(vec![account.clone()]).unwrap();
        // Nothing listens at this port any more, so that each request is an error.
        let port =
            std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let options = Options::new(Target::new(&format!("http://127.0.0.1:{port}")).unwrap());
        let (secrets, sent) = (Secrets::default(), Mutex::new(Vec::new()));
        let on_request = |request: &Request| sent.lock().unwrap().push(request.clone());
        let environment = Environment { on_request: &on_request, ..Environment::new(&secrets) };
        let run = Run::new(&options, &login, &environment);
        let mut driver = run.driver().unwrap();
        for left in (0..ACCOUNT_LIMIT).rev() {
            assert!(count_failure(&mut driver, &account).is_ok());
            assert_eq!(login.failures_left("bob"), left);
        }
        assert!(sent.lock().unwrap().is_empty());
        assert!(count_failure(&mut driver, &account).is_err());
        let right = requests::password(&account, Expect::Success, RULE).request;
        assert_eq!(*sent.lock().unwrap(), [right]);
    }
}
