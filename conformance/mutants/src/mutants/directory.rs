//! Mutants that treat accounts of a directory differently from other accounts.

use super::{Mutant, ProxyRequest, ProxyResponse, ProxyState};
use login_conformance::login::accounts::Account;

/// The account that the request names, if it is one of a directory.
fn of_directory<'w>(state: &'w ProxyState, request: &ProxyRequest) -> Option<&'w Account> {
    state.named(request).filter(|account| account.directory)
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        Mutant::new(
            "directory-empty-password",
            "an empty password logs in to an account of a directory",
        )
        .before(|state, request| {
            let account = of_directory(state, request)?;
            request.member("password")?.is_empty().then(|| state.forged(account))
        }),
        Mutant::new("directory-refused", "accounts of a directory do not log in").before(
            |state, request| {
                let account = of_directory(state, request)?;
                (request.member("password")? == account.password).then(ProxyResponse::unauthorized)
            },
        ),
        Mutant::new("directory-without-factor", "an account of a directory needs no code").before(
            |state, request| {
                let account = of_directory(state, request).filter(|a| a.totp_secret.is_some())?;
                (request.member("password")? == account.password).then(|| state.forged(account))
            },
        ),
        Mutant::new(
            "directory-code-refused",
            "the right code of an account of a directory is refused",
        )
        .before(|state, request| {
            let account = of_directory(state, request).filter(|a| a.totp_secret.is_some())?;
            let is_right = request.member("password")? == account.password;
            (is_right && request.member("code").is_some_and(|code| !code.is_empty()))
                .then(|| ProxyResponse::error(401, "totp-invalid", "TOTP Invalid"))
        }),
        Mutant::new("directory-told", "a refusal reveals that an account is one of a directory")
            .after(|state, request, response| {
                if response.status == 401 && of_directory(state, request).is_some() {
                    response.change(|body| body["error"] = "ldap-login-failed".into());
                }
            }),
    ]
}
