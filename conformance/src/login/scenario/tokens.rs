//! Checks that tokens are long enough, random, and different from each other.

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

/// The scenario that compares tokens of consecutive logins of one account.
pub(super) fn scenarios() -> Vec<Scenario> {
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

/// Reports what makes tokens of one account guessable. This needs no further request, so other scenarios
/// use it for their logins too.
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

/// The first guessable token of an account: its index, the reason, and what was expected.
fn guessable(account: &Account, tokens: &[&str]) -> Option<(usize, String, &'static str)> {
    for (at, token) in tokens.iter().enumerate() {
        if tokens[..at].contains(token) {
            return Some((
                at,
                "two logins got the same token".into(),
                "a new token for each login",
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
            let message = format!("a token has only {} different characters", kinds.len());
            return Some((at, message, "a random text"));
        }
        let email = account.email.as_deref().unwrap_or(&account.username);
        let reversed = STANDARD.decode(token).unwrap_or_default();
        let inside = String::from_utf8_lossy(&reversed).into_owned();
        for known in [&account.username, email, &account.password] {
            if known.len() >= 4 && (token.contains(known) || inside.contains(known)) {
                return Some((
                    at,
                    "a token holds known data of its account".into(),
                    "no known data",
                ));
            }
        }
    }
    for (at, pair) in tokens.windows(2).enumerate() {
        let same = pair[0].chars().zip(pair[1].chars()).filter(|(a, b)| a == b).count();
        // Two random texts of 16 different characters agree in one of 16 places. Half is not chance.
        if same * 2 > pair[0].len() {
            let message = format!("two tokens agree in {same} of {} places", pair[0].len());
            return Some((at + 1, message, "independent tokens"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_tokens_are_recognised() {
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
        let reason =
            |tokens: &[&str]| guessable(&account, tokens).map(|(_, reason, _)| reason).unwrap();
        assert!(reason(&[good[0], good[0]]).contains("same token"));
        assert!(reason(&["short"]).contains("less than 128 bits"));
        assert!(reason(&["0123456789abcdef01234567"]).contains("less than 128 bits"));
        assert!(reason(&["000000000000000000000000000000000042"]).contains("different characters"));
        let sequence = ["token-9HqLlyZOugoStsXCUfD-1", "token-9HqLlyZOugoStsXCUfD-2"];
        assert!(reason(&sequence).contains("agree in"));
        assert!(reason(&["alice-9HqLlyZOugoStsXCUfD_0"]).contains("known data of its account"));
    }
}
