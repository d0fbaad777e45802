//! Mutants that handle the second factor wrongly.

use serde_json::json;

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::{accounts::Account, totp};

/// The account with a second factor, and the code, if the request holds the right password.
fn entering<'w>(
    state: &'w ProxyState,
    request: &ProxyRequest,
) -> Option<(&'w Account, Option<String>)> {
    let account = state.named(request).filter(|account| account.totp_secret.is_some())?;
    (request.member("password")? == account.password).then(|| (account, request.member("code")))
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    totp::step(since.map_or(0, |time| time.as_secs()))
}

fn code(account: &Account, step: u64) -> String {
    account.totp_secret.as_ref().map(|secret| secret.code(step)).unwrap_or_default()
}

macro_rules! lets_in {
    ($id:literal, $title:literal, $when:expr) => {
        Mutant::new($id, $title).before(|state, request| {
            let (account, code) = entering(state, request)?;
            let when: fn(&ProxyState, &Account, Option<&str>) -> bool = $when;
            when(state, account, code.as_deref()).then(|| state.forged(account))
        })
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new("code-not-asked-for", "a missing code is refused like a wrong password").after(
            |_, request, response| {
                let is_asked = response.value()["error"] == json!("totp-required");
                if request.is_login() && is_asked {
                    response.change(|body| {
                        body["error"] = json!("Unauthorized");
                        body["message"] = json!("Unauthorized");
                        body.as_object_mut().map(|members| members.shift_remove("details"));
                    });
                }
            },
        ),
        lets_in!("code-not-required", "no code is needed", |_, _, code| code.is_none()),
        Mutant::new("code-needless", "an account that is not of a directory needs no code").before(
            |state, request| {
                let (account, _) = entering(state, request)?;
                (request.json().get("code").is_none() && !account.directory)
                    .then(|| state.forged(account))
            },
        ),
        lets_in!("code-empty", "an empty code logs in", |_, _, code| code == Some("")),
        lets_in!("code-any", "any six digits log in", |_, _, code| {
            code.is_some_and(|code| code.len() == 6)
        }),
        lets_in!("code-zeros", "six zeros log in", |_, _, code| code == Some("000000")),
        lets_in!("code-short", "the beginning of a code logs in", |_, account, given| {
            given.is_some_and(|given| {
                given.len() == 5
                    && (now() - 2..now() + 3).any(|s| code(account, s).starts_with(given))
            })
        }),
        lets_in!("code-old", "a code of two minutes ago logs in", |_, account, given| {
            (4..7).any(|back| Some(code(account, now() - back).as_str()) == given)
        }),
        lets_in!("code-end", "the last digits of a code log in", |_, account, given| {
            given.is_some_and(|given| {
                given.len() == 4
                    && (now() - 2..now() + 3).any(|s| code(account, s).ends_with(given))
            })
        }),
        lets_in!("backup-code-case", "backup codes ignore case", |_, account, given| {
            given.is_some_and(|given| {
                let is = |code: &String| code != given && code.eq_ignore_ascii_case(given);
                account.backup_codes.iter().any(is)
            })
        }),
        lets_in!(
            "code-future",
            "a code of two minutes in the future logs in",
            |_, account, given| {
                (3..7).any(|ahead| Some(code(account, now() + ahead).as_str()) == given)
            }
        ),
        lets_in!("code-replayed", "a TOTP code logs in twice", |state, account, given| {
            let memory = state.memory.lock().expect("no mutant panics");
            let is_own = (now() - 2..now() + 3).any(|s| Some(code(account, s).as_str()) == given);
            is_own && given.is_some_and(|given| memory.codes.iter().any(|used| used == given))
        }),
        lets_in!("backup-code-twice", "a backup code logs in twice", |state, account, code| {
            let memory = state.memory.lock().expect("no mutant panics");
            code.is_some_and(|code| {
                let is_backup = account.backup_codes.iter().any(|known| known == code);
                is_backup && memory.codes.iter().any(|used| used == code)
            })
        }),
        lets_in!(
            "backup-code-short",
            "the beginning of a backup code logs in",
            |_, account, code| {
                let begins = |code: &str| {
                    code.len() == 7
                        && account.backup_codes.iter().any(|known| known.starts_with(code))
                };
                code.is_some_and(begins)
            }
        ),
        Mutant::new("backup-codes-gone", "one backup code uses up the others").before(
            |state, request| {
                let (account, code) = entering(state, request)?;
                let code = code.filter(|code| account.backup_codes.contains(code))?;
                let memory = state.memory.lock().expect("no mutant panics");
                let is_other = |used: &String| *used != code && account.backup_codes.contains(used);
                let message = "TOTP Invalid";
                let is_gone = memory.codes.iter().any(is_other);
                is_gone.then(|| ProxyResponse::error(401, "totp-invalid", message))
            },
        ),
        Mutant::new("code-refused", "the right code is refused").before(|state, request| {
            let (_, code) = entering(state, request)?;
            code.map(|_| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
        }),
        Mutant::new(
            "local-code-refused",
            "the right code of an account that is not of a directory is refused",
        )
        .before(|state, request| {
            let (account, code) = entering(state, request)?;
            code.filter(|_| !account.directory)
                .map(|_| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
        }),
        Mutant::new(
            "factor-before-password",
            "the server asks for the code before it checks the password",
        )
        .before(|state, request| {
            let account = state.named(request).filter(|account| account.totp_secret.is_some())?;
            let wrong = request.member("password")? != account.password;
            (wrong && request.member("code").is_none())
                .then(|| ProxyResponse::error(401, "totp-required", "TOTP Required"))
        }),
        Mutant::new("code-in-place-of-password", "a code logs in with a wrong password").before(
            |state, request| {
                let account =
                    state.named(request).filter(|account| account.totp_secret.is_some())?;
                let wrong = request.member("password")? != account.password;
                wrong.then(|| state.forged(account))
            },
        ),
        Mutant::new("factor-on-resume", "a resume asks for a code").before(|state, request| {
            let (name, _) = state.owner(&request.member("resume")?)?;
            let account = state.accounts.iter().find(|account| account.username == name)?;
            account
                .totp_secret
                .is_some()
                .then(|| ProxyResponse::error(401, "totp-required", "TOTP Required"))
        }),
    ]
}

/// A server that takes a code as a number, as one client in use types it.
pub(super) fn code_as_number() -> Mutant {
    Mutant::new("code-number", "a code is accepted as a number").before(|state, request| {
        let (account, _) = entering(state, request)?;
        let number = request.json()["code"].as_u64()?;
        (now() - 1..now() + 3)
            .any(|step| code(account, step) == format!("{number:06}"))
            .then(|| state.forged(account))
    })
}
