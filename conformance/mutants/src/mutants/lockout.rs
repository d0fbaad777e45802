//! Mutants that lock accounts out wrongly.

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

fn blocked() -> ProxyResponse {
    let message = "Login has been temporarily blocked For User";
    ProxyResponse::error(401, "error-login-blocked-for-user", message)
}

/// Lets the real server refuse a login, so that no header tells.
fn refuse_quietly(request: &mut ProxyRequest) {
    request.set_header("content-type", "application/json");
    request.body = r#"{"user":"nobody-at-all","password":"x"}"#.into();
}

/// Mutants with a defect.
pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("lockout-by-name", "an account that is locked out logs in by e-mail").before(
            |state, request| {
                let account = locked(state, request)?;
                (request.member("user")? == account.username).then(blocked)
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
        Mutant::new("lockout-of-sessions", "a lockout also refuses tokens").before(
            |state, request| {
                if locked(state, request).is_some() {
                    return Some(blocked());
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
                let account = locked(state, request)?;
                let is_right = request.member("password").as_ref() == Some(&account.password);
                (!is_right || account.totp_secret.is_none()).then(blocked)
            },
        ),
    ]
}

/// Correct servers that lock accounts out.
pub(super) fn correct() -> Vec<Mutant> {
    let mutants = [
        Mutant::new("lockout", "an account is locked out after eight failures").before(
            |state, request| {
                locked(state, request)?;
                Some(blocked())
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
    mutants.map(Mutant::correct).to_vec()
}
