//! How tokens look: long enough, random, and none like another.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Scenario;
use crate::login::{
    Driver, Session,
    accounts::Account,
    requests,
    steps::{log_in, log_out},
};
use specfirst_engine::{check::finding::Finding, http::case::Expect, runner::Step};

const RULE: &str = "tokens_are_unguessable";

/// The scenario of tokens of one account in a row.
pub fn scenarios() -> Vec<Scenario> {
    vec![Scenario { name: "token-form", rules: &[RULE], production: true, run: token_form }]
}

fn token_form(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.extend(log_in(driver, account)?);
    }
    judge(driver, account, &sessions);
    for session in &sessions {
        log_out(driver, session)?;
    }
    Ok(())
}

/// Reports what makes tokens of one account guessable; needs no request, so that every login that has
/// to be is judged.
pub(super) fn judge(driver: &Driver<'_, '_>, account: &Account, sessions: &[Session]) {
    if sessions.is_empty() {
        return;
    }
    driver.run.count_check(RULE);
    let tokens: Vec<&str> = sessions.iter().map(|session| session.token.as_str()).collect();
    if let Some((at, wrong, expected)) = guessable(account, &tokens) {
        let case = requests::password(account, Expect::Success, RULE);
        let finding = Finding::new(RULE, "/data/authToken", wrong, expected, tokens[at]);
        driver.run.report(finding, &case, None);
    }
}

/// What makes tokens of one account guessable: which one, why, and what would not be.
fn guessable(account: &Account, tokens: &[&str]) -> Option<(usize, String, &'static str)> {
    for (at, token) in tokens.iter().enumerate() {
        if tokens[..at].contains(token) {
            return Some((
                at,
                "two logins were given the same token".into(),
                "a token for each login",
            ));
        }
        // 128 bits are 22 characters of base64 and 32 of hexadecimal.
        let is_hex = token.chars().all(|c| c.is_ascii_hexdigit());
        let least = if is_hex { 32 } else { 22 };
        if token.len() < least {
            let message = format!("a token of {} characters holds less than 128 bits", token.len());
            return Some((at, message, "at least 128 bits"));
        }
        let mut kinds: Vec<char> = token.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < 8 {
            let message = format!("a token is made of {} different characters", kinds.len());
            return Some((at, message, "a text that looks random"));
        }
        let email = account.email.as_deref().unwrap_or(&account.username);
        let reversed = STANDARD.decode(token).unwrap_or_default();
        let inside = String::from_utf8_lossy(&reversed).into_owned();
        for known in [&account.username, email, &account.password] {
            if known.len() >= 4 && (token.contains(known) || inside.contains(known)) {
                return Some((
                    at,
                    "a token holds what is known of its account".into(),
                    "nothing known",
                ));
            }
        }
    }
    for (at, pair) in tokens.windows(2).enumerate() {
        let same = pair[0].chars().zip(pair[1].chars()).filter(|(a, b)| a == b).count();
        // Two random texts of an alphabet of 16 share one in 16 places; half is no chance.
        if same * 2 > pair[0].len() {
            let message = format!("two tokens are the same in {same} of {} places", pair[0].len());
            return Some((at + 1, message, "tokens that do not follow from each other"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_tokens_are_told_from_others() {
        let account = Account {
            username: "alice".to_owned(),
            email: None,
            password: "correct horse".to_owned(),
            totp_secret: None,
            active: true,
            directory: false,
        };
        let good = [
            "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq",
            "b1XxGc2mT9dQpRz7NfYkW4vJ0sLhE6aUoI8tKqMj3wB",
        ];
        assert_eq!(guessable(&account, &good), None);
        let said = |tokens: &[&str]| guessable(&account, tokens).map(|(_, said, _)| said).unwrap();
        assert!(said(&[good[0], good[0]]).contains("same token"));
        assert!(said(&["short"]).contains("less than 128 bits"));
        assert!(said(&["0123456789abcdef01234567"]).contains("less than 128 bits"));
        assert!(said(&["000000000000000000000000000000000042"]).contains("different characters"));
        let sequence = ["token-9HqLlyZOugoStsXCUfD-1", "token-9HqLlyZOugoStsXCUfD-2"];
        assert!(said(&sequence).contains("the same in"));
        assert!(said(&["alice-9HqLlyZOugoStsXCUfD_0"]).contains("known of its account"));
    }
}
