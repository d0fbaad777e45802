//! Servers that get the second factor wrong.

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::{accounts::Account, totp};

/// The account with a second factor that a request names with its right password, and the code.
fn entering<'w>(
    world: &'w ProxyState,
    ask: &ProxyRequest,
) -> Option<(&'w Account, Option<String>)> {
    let account = world.named(ask).filter(|account| account.totp_secret.is_some())?;
    (ask.member("password")? == account.password).then(|| (account, ask.member("code")))
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
        Mutant::new($id, $title).before(|world, ask| {
            let (account, code) = entering(world, ask)?;
            let when: fn(&ProxyState, &Account, Option<&str>) -> bool = $when;
            when(world, account, code.as_deref()).then(|| world.forged(account))
        })
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        lets_in!("code-not-required", "no code is needed", |_, _, code| code.is_none()),
        Mutant::new("code-needless", "a local account needs no code").before(|world, ask| {
            let (account, _) = entering(world, ask)?;
            (ask.json().get("code").is_none() && !account.directory).then(|| world.forged(account))
        }),
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
        lets_in!("code-future", "a code of two minutes to come logs in", |_, account, given| {
            (3..7).any(|ahead| Some(code(account, now() + ahead).as_str()) == given)
        }),
        lets_in!("code-replayed", "a code logs in twice", |world, _, code| {
            let memory = world.memory.lock().expect("no variant panics");
            code.is_some_and(|code| memory.codes.iter().any(|used| used == code))
        }),
        Mutant::new("code-number", "a code may be a number").before(|world, ask| {
            let (account, _) = entering(world, ask)?;
            let number = ask.json()["code"].as_u64()?;
            (now() - 1..now() + 3)
                .any(|step| code(account, step) == format!("{number:06}"))
                .then(|| world.forged(account))
        }),
        Mutant::new("code-refused", "the right code is refused").before(|world, ask| {
            let (_, code) = entering(world, ask)?;
            code.map(|_| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
        }),
        Mutant::new("local-code-refused", "the right code of a local account is refused").before(
            |world, ask| {
                let (account, code) = entering(world, ask)?;
                code.filter(|_| !account.directory)
                    .map(|_| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
            },
        ),
        Mutant::new("factor-before-password", "the factor is asked for before the password")
            .before(|world, ask| {
                let account = world.named(ask).filter(|account| account.totp_secret.is_some())?;
                let wrong = ask.member("password")? != account.password;
                (wrong && ask.member("code").is_none())
                    .then(|| ProxyResponse::error(401, "totp-required", "TOTP Required"))
            }),
        Mutant::new("code-in-place-of-password", "a right code makes up for the password").before(
            |world, ask| {
                let account = world.named(ask).filter(|account| account.totp_secret.is_some())?;
                let wrong = ask.member("password")? != account.password;
                wrong.then(|| world.forged(account))
            },
        ),
        Mutant::new("factor-on-resume", "a resume asks for a code").before(|world, ask| {
            let (name, _) = world.owner(&ask.member("resume")?)?;
            let account = world.accounts.iter().find(|account| account.username == name)?;
            account
                .totp_secret
                .is_some()
                .then(|| ProxyResponse::error(401, "totp-required", "TOTP Required"))
        }),
    ]
}
