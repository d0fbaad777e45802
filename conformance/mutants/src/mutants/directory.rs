//! Servers that treat an account of a directory otherwise than one of their own.

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::accounts::Account;

/// The directory's account that a request names.
fn of_directory<'w>(world: &'w ProxyState, ask: &ProxyRequest) -> Option<&'w Account> {
    world.named(ask).filter(|account| account.directory)
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new(
            "directory-empty-password",
            "a directory's bind with an empty password is taken for a login",
        )
        .before(|world, ask| {
            let account = of_directory(world, ask)?;
            ask.member("password")?.is_empty().then(|| world.forged(account))
        }),
        Mutant::new("directory-refused", "accounts of a directory do not log in").before(
            |world, ask| {
                let account = of_directory(world, ask)?;
                (ask.member("password")? == account.password).then(ProxyResponse::unauthorized)
            },
        ),
        Mutant::new("directory-without-factor", "a directory's account needs no code").before(
            |world, ask| {
                let account = of_directory(world, ask).filter(|a| a.totp_secret.is_some())?;
                (ask.member("password")? == account.password).then(|| world.forged(account))
            },
        ),
        Mutant::new("directory-told", "a refusal tells that a directory has the account").after(
            |world, ask, reply| {
                if reply.status == 401 && of_directory(world, ask).is_some() {
                    reply.change(|body| body["error"] = "ldap-login-failed".into());
                }
            },
        ),
    ]
}
