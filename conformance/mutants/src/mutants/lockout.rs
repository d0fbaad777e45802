//! Mutants that lock accounts out wrongly.

use std::time::{Duration, Instant};

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::accounts::Account;

/// How many failures in a row lock an account out.
const LIMIT: usize = 8;

/// The account that a login names, in whatever member and case.
fn meant<'w>(state: &'w ProxyState, request: &ProxyRequest) -> Option<&'w Account> {
    let body = String::from_utf8_lossy(&request.body).to_lowercase().replace("%40", "@");
    let names = |account: &Account| {
        let names = [Some(account.username.clone()), account.email.clone()];
        names.into_iter().flatten().any(|name| {
            let as_json = format!("\"{name}\"");
            let as_form = format!("={name}");
            body.contains(&as_json) || body.split('&').any(|pair| pair.ends_with(&as_form))
        })
    };
    state.accounts.iter().find(|account| request.is_login() && names(account))
}

/// The account that a login names, if it is locked out.
fn locked<'w>(state: &'w ProxyState, request: &ProxyRequest) -> Option<&'w Account> {
    meant(state, request).filter(|account| state.failures(&account.username) >= LIMIT)
}

/// The refusal of a name that nobody has, if it is locked out. It looks like that of an account.
fn unknown_locked(state: &ProxyState, request: &ProxyRequest) -> Option<ProxyResponse> {
    let name = request.member("user").filter(|_| meant(state, request).is_none())?;
    (state.failures(&name.to_lowercase()) >= LIMIT).then(blocked)
}

fn blocked() -> ProxyResponse {
    let message = "Login has been temporarily blocked For User";
    ProxyResponse::error(401, "error-login-blocked-for-user", message)
}

/// Lets the real server refuse a login, so that no header tells.
fn refuse_quietly(request: &mut ProxyRequest) {
    request.set_header("content-type", "application/json");
    // A name of its own each time, because the real server locks a name out too.
    let name = rand::random::<u64>();
    request.body = format!(r#"{{"user":"nobody-{name}","password":"x"}}"#).into();
}

/// Mutants with a defect.
pub(super) fn all() -> Vec<Mutant> {
    [
        Mutant::new("lockout-of-accounts", "a lockout tells accounts from names that nobody has")
            .before(|state, request| {
                locked(state, request)?;
                Some(blocked())
            }),
        Mutant::new("lockout-by-name", "an account that is locked out logs in by e-mail").before(
            |state, request| {
                if let Some(account) = locked(state, request) {
                    return (request.member("user")? == account.username).then(blocked);
                }
                unknown_locked(state, request)
            },
        ),
        Mutant::new("lockout-tells", "a lockout refuses the right password in another way").before(
            |state, request| {
                let account = locked(state, request)?;
                let is_wrong =
                    request.member("password").is_some_and(|given| given != account.password);
                // The real server refuses a wrong password in its own words.
                (!is_wrong).then(blocked)
            },
        ),
        Mutant::new("lockout-of-wrong-passwords", "a lockout refuses only wrong passwords").before(
            |state, request| {
                let Some(account) = locked(state, request) else {
                    return unknown_locked(state, request);
                };
                (request.member("password")? != account.password).then(blocked)
            },
        ),
        Mutant::new("lockout-of-sessions", "a lockout also refuses tokens").before(
            |state, request| {
                if locked(state, request).is_some() {
                    return Some(blocked());
                }
                if request.is_login() {
                    return unknown_locked(state, request);
                }
                let (name, _) = state.owner(request.header("x-auth-token")?)?;
                let message = "You must be logged in to do this.";
                let is_plain = |a: &&Account| a.username == name && a.totp_secret.is_none();
                let is_locked = state.failures(&name) >= LIMIT
                    && state.accounts.iter().any(|account| is_plain(&account))
                    && request.is_me();
                is_locked.then(|| ProxyResponse::error(401, message, message))
            },
        ),
        Mutant::new("lockout-at-four", "four failures lock an account out, without a word").before(
            |state, request| {
                let account = meant(state, request)?;
                if state.failures(&account.username) >= 4 {
                    refuse_quietly(request);
                }
                None
            },
        ),
        Mutant::new("lockout-without-codes", "wrong codes lock nobody out").before(
            |state, request| {
                let Some(account) = locked(state, request) else {
                    return unknown_locked(state, request);
                };
                let is_right = request.member("password").as_ref() == Some(&account.password);
                (!is_right || account.totp_secret.is_none()).then(blocked)
            },
        ),
    ]
    .map(Mutant::serial)
    .into_iter()
    .chain([at_once(), unlimited()])
    .collect()
}

/// A server that checks whether an account is locked out before it compares the password, and counts after it.
fn at_once() -> Mutant {
    /// How long a comparison takes.
    const COMPARISON: Duration = Duration::from_millis(30);
    let title = "failures that come at once are counted too late";
    Mutant::new("lockout-late", title)
        .before(|state, request| {
            let Some(account) = locked(state, request) else {
                return unknown_locked(state, request);
            };
            let memory = state.memory.lock().expect("no mutant panics");
            let since = memory.locked.get(&account.username)?;
            (since.elapsed() * 10 > COMPARISON * 9).then(blocked)
        })
        .after(|state, request, response| {
            let Some(account) = meant(state, request) else { return };
            let failures = state.failures(&account.username);
            let mut memory = state.memory.lock().expect("no mutant panics");
            if failures < LIMIT {
                memory.locked.remove(&account.username);
            } else {
                memory.locked.entry(account.username.clone()).or_insert_with(Instant::now);
            }
            // Only where a scenario locks an account out.
            if failures > 5 {
                response.delay = COMPARISON;
            }
        })
}

/// A server without a limit. The failures that the real server would count are those of nobody.
fn unlimited() -> Mutant {
    let title = "no number of failures locks an account out";
    Mutant::new("failures-unlimited", title).before(|state, request| {
        let account = meant(state, request)?;
        let is_wrong = request.member("password").is_some_and(|given| given != account.password);
        if is_wrong && state.failures(&account.username) >= 20 {
            refuse_quietly(request);
        }
        None
    })
}

/// Correct servers that lock accounts out.
pub(super) fn correct() -> Vec<Mutant> {
    let mutants = [
        Mutant::new("lockout", "an account is locked out after eight failures").before(
            |state, request| {
                locked(state, request).map(|_| blocked()).or_else(|| unknown_locked(state, request))
            },
        ),
        Mutant::new("lockout-quiet", "a lockout looks like a wrong password").before(
            |state, request| {
                locked(state, request)?;
                refuse_quietly(request);
                None
            },
        ),
    ];
    // They count a failure before they compare the next password.
    mutants.map(|mutant| mutant.correct().serial()).to_vec()
}
