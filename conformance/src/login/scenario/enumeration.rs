//! Checks that refusals do not reveal whether a user exists, by their bytes or by the time they take.

use std::time::Duration;

use serde_json::json;

use super::Scenario;
use crate::login::{Driver, accounts::Account, requests, steps::step_and_log_out};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

/// How many pairs of attempts the comparison of times takes.
const PAIRS: usize = 24;

/// The scenarios of enumeration.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "look-alike",
            rules: &["refusals_look_alike"],
            production: true,
            run: look_alike,
        },
        Scenario {
            name: "look-alike-names",
            rules: &["refusals_look_alike"],
            production: true,
            run: look_alike_names,
        },
        Scenario {
            name: "users",
            rules: &["unknown_user_is_refused"],
            production: true,
            run: users,
        },
        Scenario {
            name: "user-injections",
            rules: &["unknown_user_is_refused"],
            production: true,
            run: user_injections,
        },
        Scenario {
            name: "timing",
            rules: &["refusals_take_as_long"],
            production: false,
            run: timing,
        },
    ]
}

/// Headers that may differ between any two responses.
const VARYING: [&str; 12] = [
    "date",
    "age",
    "content-length",
    "etag",
    "x-request-id",
    "x-instance-id",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
    "set-cookie",
    "server-timing",
    "x-response-time",
];

const WRONG: &str = "Wr0ng-but-plausible";

fn wrong(user: &str, password: &str) -> Case {
    let body = json!({"user": user, "password": password});
    requests::login(
        &format!("a wrong password for `{user}`"),
        &body,
        Expect::Unauthorized,
        "refusals_look_alike",
    )
}

/// The parts of a response to compare: without headers that always vary, and without the user name.
fn shown(response: &Response, user: &str) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = response
        .headers
        .iter()
        .filter(|(name, _)| !VARYING.contains(&name.as_str()))
        .cloned()
        .collect();
    headers.sort();
    // A JSON encoder may escape characters beyond ASCII.
    let escaped: String = user.encode_utf16().map(escaped).collect();
    let text = response.text().replace(user, "USER");
    let text = text.replace(&escaped, "USER").replace(&escaped.to_lowercase(), "USER");
    (response.status, headers, text)
}

/// A UTF-16 code unit as JSON that is ASCII only.
fn escaped(unit: u16) -> String {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04X}"),
    }
}

/// The refusal of an unknown user, and the user name of its request. `smoke` has usually stored one
/// already.
pub(super) fn reference(driver: &mut Driver<'_, '_>) -> Step<Option<(Response, String)>> {
    if let Some(known) = driver.run.suite.shared.refusal() {
        return Ok(Some(known));
    }
    let user = requests::nobody(driver.run.options.seed, "look-alike");
    let response = step_and_log_out(driver, &wrong(&user, WRONG))?;
    let refusal =
        response.filter(|response| !response.is_success()).map(|response| (response, user));
    if let Some((response, user)) = &refusal {
        driver.run.suite.shared.put_refusal(response.clone(), user.clone());
    }
    Ok(refusal)
}

/// Compares the refusals that servers most often distinguish: of an unknown e-mail address and an
/// inactive account.
fn look_alike(driver: &mut Driver<'_, '_>) -> Step<()> {
    let nobody = format!("{}@example.invalid", requests::nobody(driver.run.options.seed, "e-mail"));
    let mut attempts = vec![(wrong(&nobody, WRONG), nobody)];
    if let Some(account) = driver.run.suite.accounts.iter().find(|account| !account.active) {
        let case = wrong(&account.username, WRONG).of(&account.username);
        attempts.push((case, account.username.clone()));
    }
    all_alike(driver, attempts)
}

/// Compares the refusals for an account by user name and by e-mail address, and for an unknown ASCII
/// name.
fn look_alike_names(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts = &driver.run.suite.accounts;
    let user = requests::nobody(driver.run.options.seed, "look-alike");
    let mut attempts = vec![(wrong(&user, WRONG), user)];
    if let Some((account, email)) = accounts.iter().find_map(|a| Some((a, a.email.clone()?))) {
        attempts.push((wrong(&email, WRONG).of(&account.username), email));
    }
    for account in driver.run.suite.plain_accounts().take(1) {
        let case = wrong(&account.username, WRONG).of(&account.username);
        attempts.push((case, account.username.clone()));
    }
    all_alike(driver, attempts)
}

fn all_alike(driver: &mut Driver<'_, '_>, attempts: Vec<(Case, String)>) -> Step<()> {
    let Some((reference, user)) = reference(driver)? else { return Ok(()) };
    for (case, name) in attempts {
        if let Some(response) = step_and_log_out(driver, &case)? {
            compare(driver, (&reference, &user), (&case, &response, &name));
        }
    }
    Ok(())
}

/// Reports a refusal that differs from `reference`, the refusal of an unknown user. Each response comes
/// with the user name of its request.
pub(super) fn compare(
    driver: &Driver<'_, '_>,
    (reference, user): (&Response, &str),
    (case, response, name): (&Case, &Response, &str),
) {
    if reference.is_success() || response.is_success() {
        return;
    }
    driver.run.count_check("refusals_look_alike");
    let (expected, got) = (shown(reference, user), shown(response, name));
    if expected == got {
        return;
    }
    let part = if expected.0 != got.0 {
        "status"
    } else if expected.2 != got.2 {
        "body"
    } else {
        "headers"
    };
    let finding = Finding::new(
        "refusals_look_alike",
        part,
        format!("{}: the {part} differs from the refusal of an unknown user", case.title),
        format!("{} {:?} {}", expected.0, differing(&expected.1, &got.1), expected.2),
        format!("{} {:?} {}", got.0, differing(&got.1, &expected.1), got.2),
    );
    driver.run.report(finding, case, Some(response));
}

fn differing(these: &[(String, String)], those: &[(String, String)]) -> Vec<(String, String)> {
    these.iter().filter(|header| !those.contains(header)).cloned().collect()
}

/// Unknown names that match a user if the server reads them as a pattern, a query or a prefix.
fn users(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let name = &account.username;
    let prefix: String = name.chars().take(name.chars().count() - 1).collect();
    refuse_names(
        driver,
        account,
        [
            ("a wildcard", "*".to_owned()),
            ("a name and SQL after it", format!("{name}' OR '1'='1")),
            ("the beginning of a name", prefix),
        ],
    )
}

/// Unknown names that change the query or filter into which a server inserts them.
fn user_injections(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let name = &account.username;
    let names = [
        ("a regular expression", ".*".to_owned()),
        ("a name and SQL that ends the statement", format!("{name}'--")),
        ("a name and an LDAP filter", format!("{name})(uid=*")),
        ("a name and a wildcard", format!("{name}%")),
        ("a name and a NUL", format!("{name}\0")),
    ];
    refuse_names(driver, account, names)
}

fn refuse_names<const N: usize>(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    names: [(&'static str, String); N],
) -> Step<()> {
    for (title, user) in names {
        if user.is_empty() {
            continue;
        }
        let body = json!({"user": user, "password": account.password});
        let title = format!("{title} as user, with a right password");
        let case = requests::login(&title, &body, Expect::Unauthorized, "unknown_user_is_refused");
        step_and_log_out(driver, &case)?;
    }
    Ok(())
}

/// Compares the times of refusals in pairs, so that a slow moment affects both requests of a pair.
///
/// A sign test over the pairs decides whether one kind takes longer. By chance alone, 21 of 24 pairs
/// agree less than three times in ten thousand. Two samples must agree, which by chance alone happens
/// less than once in 10⁷ runs. The medians must also differ by a ratio and an amount that an attacker
/// could use. Both samples are always taken, because the requests of a run must not depend on timing.
fn timing(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let (Some(first), Some(second)) = (sample(driver, account)?, sample(driver, account)?) else {
        return Ok(());
    };
    driver.run.count_check("refusals_take_as_long");
    let (Some((before, ..)), Some((longer, known, unknown))) = (first.verdict(), second.verdict())
    else {
        return Ok(());
    };
    if before != longer {
        return Ok(());
    }
    let case = wrong(&account.username, "Wr0ng-timing");
    let finding = Finding::new(
        "refusals_take_as_long",
        "time",
        format!("the refusal of {longer} takes longer, in two samples of {PAIRS} pairs"),
        format!("about {:.1} ms, as for an unknown user", unknown.as_secs_f64() * 1e3),
        format!("about {:.1} ms (medians)", known.as_secs_f64() * 1e3),
    );
    driver.run.report(finding, &case, None);
    Ok(())
}

struct Sample(Vec<(Duration, Duration)>);

impl Sample {
    /// Which kind takes longer, and the two medians. `None` if the difference is not significant.
    fn verdict(&self) -> Option<(&'static str, Duration, Duration)> {
        let longer = self.0.iter().filter(|(known, unknown)| known > unknown).count();
        let shorter = self.0.len() - longer;
        // At least 21 of 24: p < 0.0003, two-sided.
        if longer.max(shorter) < self.0.len() * 7 / 8 {
            return None;
        }
        let median = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2]
        };
        let known = median(self.0.iter().map(|pair| pair.0).collect());
        let unknown = median(self.0.iter().map(|pair| pair.1).collect());
        let gap = known.abs_diff(unknown);
        if gap < Duration::from_millis(2) || gap * 4 < known.min(unknown) {
            return None;
        }
        let longer = if longer > shorter { "a known user" } else { "an unknown user" };
        Some((longer, known, unknown))
    }
}

fn sample(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Sample>> {
    let mut pairs = Vec::new();
    for number in 0..PAIRS {
        let known = wrong(&account.username, "Wr0ng-timing").of(&account.username);
        // As long as the known name, so that the two requests differ only in whether the user exists.
        let name: String = format!("q{number:x}{}", "zxqj".repeat(16))
            .chars()
            .take(account.username.len().max(3))
            .collect();
        let unknown = wrong(&name, "Wr0ng-timing");
        let mut times = [Duration::ZERO; 2];
        // The order alternates, because the first request of a pair may be slower after a pause.
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for at in order {
            let case = if at == 0 { &known } else { &unknown };
            let Some(response) = step_and_log_out(driver, case)? else { return Ok(None) };
            times[at] = response.duration;
        }
        pairs.push((times[0], times[1]));
    }
    Ok(Some(Sample(pairs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoed_user_name_makes_no_difference_in_any_encoding() {
        let user = "nobody-Ünï-名";
        let said = |name: &str| Response::of_json(401, &json!({ "message": format!("no {name}") }));
        let mut by_number = said(user);
        by_number.body = r#"{"message":"no nobody-\u00dcn\u00ef-\u540d"}"#.to_owned().into();
        let plain = shown(&said("alice"), "alice");
        assert_eq!(shown(&said(user), user), plain);
        assert_eq!(shown(&by_number, user), plain);
        assert_ne!(shown(&said("bob"), user), plain);
    }

    #[test]
    fn only_a_clear_gap_in_times_is_a_difference() {
        let ms = Duration::from_micros;
        let noise = (0..24).map(|n| (ms(3_000 + n * 37 % 500), ms(3_000 + n * 91 % 500)));
        assert!(Sample(noise.collect()).verdict().is_none());
        let gap = (0..24).map(|n| (ms(9_000 + n * 37 % 500), ms(1_000 + n * 91 % 500)));
        assert_eq!(Sample(gap.collect()).verdict().unwrap().0, "a known user");
        // Always longer, but by less than anybody could use over a network.
        let little = (0..24).map(|n| (ms(3_100 + n), ms(3_000 + n)));
        assert!(Sample(little.collect()).verdict().is_none());
    }
}
