//! Defects that appear rarely: only in some responses, only on one path, or only after many failures.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};

use serde_json::{Value, json};

use super::Scenario;
use crate::login::{
    Driver, Session,
    identity::check_identity,
    latency::SAMPLE,
    requests,
    steps::{shared_session, step_and_log_out},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::Step,
};

/// The scenarios of repeated requests.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "stability",
            rules: &["optional_members_keep_their_type"],
            production: true,
            run: stability,
        },
        Scenario { name: "latency", rules: &[LATENCY_RULE], production: true, run: latency },
        Scenario {
            name: "persistence",
            rules: &["service_survives_failures"],
            production: false,
            run: persistence,
        },
    ]
}

/// Members that may come and go, because the presence of a user changes between two requests.
pub(super) const PRESENCE: [&str; 4] =
    ["/status", "/statusConnection", "/statusText", "/statusDefault"];
/// How many requests each path gets.
const TIMES: usize = 12;

/// The type of each member of `me`, by pointer.
fn shape(me: &Value, at: &str, types: &mut BTreeMap<String, &'static str>) {
    let kind = match me {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    types.insert(at.to_owned(), kind);
    if let Value::Object(members) = me {
        for (name, value) in members {
            // These objects hold data that a user may change at any time.
            let is_free = matches!(at, "/settings" | "/customFields" | "/services");
            if !is_free && name != "success" {
                shape(value, &format!("{at}/{name}"), types);
            }
        }
    }
}

fn stability(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(mut current) = shared_session(driver, account)? else { return Ok(()) };
    let mut first: BTreeMap<&str, BTreeMap<String, &'static str>> = BTreeMap::new();
    for _ in 0..TIMES {
        let resume = requests::resume(&current, Expect::Success, "resume_logs_in");
        let me = requests::me(&current, Expect::Success, "token_authenticates");
        for (path, case) in [("login", resume), ("me", me)] {
            // A server that renews the token at each resume may end the old one.
            let mut case = case;
            if path == "me" {
                case.request =
                    requests::authenticated("GET", requests::ME, &current.token, &current.user_id);
            }
            let Some(response) = driver.step(&case)?.filter(Response::is_success) else { continue };
            check_identity(driver, account, &case, &response);
            if path == "login"
                && let Some(renewed) = Session::begun_by(&case, &response)
            {
                driver.run.suite.shared.put(account, renewed.clone());
                current = renewed;
            }
            let Some(body) = response.json() else { continue };
            let me = if path == "login" { body.pointer("/data/me") } else { Some(body) };
            let mut types = BTreeMap::new();
            if let Some(me) = me {
                shape(me, "", &mut types);
            }
            match first.entry(path) {
                Entry::Occupied(first) => compare(driver, &case, &response, first.get(), &types),
                Entry::Vacant(first) => drop(first.insert(types)),
            }
        }
    }
    Ok(())
}

fn compare(
    driver: &Driver<'_, '_>,
    case: &Case,
    response: &Response,
    first: &BTreeMap<String, &'static str>,
    now: &BTreeMap<String, &'static str>,
) {
    driver.run.count_check("optional_members_keep_their_type");
    for place in first.keys().chain(now.keys()) {
        let (before, after) = (first.get(place), now.get(place));
        if before == after || PRESENCE.contains(&place.as_str()) {
            continue;
        }
        let finding = Finding::new(
            "optional_members_keep_their_type",
            place,
            format!(
                "{}: `{place}` differs in type or presence from an earlier response",
                case.title
            ),
            before.copied().unwrap_or("absent"),
            after.copied().unwrap_or("absent"),
        );
        driver.run.report(finding, case, Some(response));
        return;
    }
}

const LATENCY_RULE: &str = "latency_does_not_grow";
/// A growth that is smaller than this is noise.
const MIN_GROWTH: Duration = Duration::from_millis(25);

/// Compares the durations at the end of a run with those at its beginning. Load on the machine only adds to a
/// duration, so the shortest one of the end must exceed the longest one of the beginning.
fn latency(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let Some(early) = driver.run.suite.early_latency() else { return Ok(()) };
    let Some(session) = shared_session(driver, account)? else { return Ok(()) };
    let mut case = requests::me(&session, Expect::Success, LATENCY_RULE);
    case.title = "the account of a token at the end of the run".to_owned();
    let mut late = Duration::MAX;
    for _ in 0..SAMPLE {
        let Some(response) = driver.step(&case)?.filter(Response::is_success) else {
            return Ok(());
        };
        late = late.min(response.duration);
    }
    driver.run.count_check(LATENCY_RULE);
    if late > early * 3 && late - early >= MIN_GROWTH {
        let finding = Finding::new(
            LATENCY_RULE,
            "time",
            format!("{}: the shortest of {SAMPLE} responses is slow", case.title),
            format!(
                "about {:.1} ms, as the longest of the first {SAMPLE}",
                early.as_secs_f64() * 1e3
            ),
            format!("{:.1} ms", late.as_secs_f64() * 1e3),
        );
        driver.run.report(finding, &case, None);
    }
    Ok(())
}

/// How many refusals precede the login.
const FAILURES: usize = 60;

fn persistence(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().last() else { return Ok(()) };
    let rule = "service_survives_failures";
    for number in 0..FAILURES {
        // Most requests are malformed, because those do not count for a lockout.
        let body = if number % 10 == 0 {
            json!({"user": requests::nobody(driver.run.options.seed, "many"), "password": "x"})
        } else {
            json!({"user": number, "password": []})
        };
        step_and_log_out(
            driver,
            &requests::login("one of many refusals", &body, Expect::Refusal, rule),
        )?;
    }
    let mut case = requests::password(account, Expect::Success, rule);
    case.title = "the right password after many refusals".to_owned();
    step_and_log_out(driver, &case)?;
    Ok(())
}
