//! Targets that are down, are something else, hang, or die: the run ends soon, with an error.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use login_mutants::{
    in_process::InProcessServer,
    mutants::{self, Mutant, Proxy, ProxyRequest, ProxyResponse, ProxyState},
};
use serde_json::json;
use specfirst_engine::{
    redact::Secrets,
    report::{exit_code, html, status::RuleStatus},
    run::RunError,
};

use crate::{
    run::{against, options, printed},
    scene::says,
};

fn accounts() -> Vec<login_conformance::login::accounts::Account> {
    InProcessServer::start().unwrap().accounts.clone()
}

#[test]
fn target_that_is_down_is_an_error() {
    // A port on which no server listens, since it was free just before.
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let options = options(&format!("http://127.0.0.1:{port}"), accounts());
    let error = options.run(&Secrets::default()).unwrap_err();
    assert!(matches!(error, RunError::Target(_)), "{error}");
}

#[test]
fn server_of_another_api_is_an_error() {
    for (response, reason) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            "text/html in place of JSON",
        ),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is not found"),
        (
            "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere\r\nContent-Length: 0\r\n\r\n",
            "redirects to https://elsewhere",
        ),
    ] {
        let error = options(&says(response), accounts()).run(&Secrets::default());
        let error = error.unwrap_err();
        assert!(matches!(&error, RunError::OtherServer { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn server_that_hangs_is_an_error_within_seconds() {
    let mut options = options(&says(""), accounts());
    options.timeout = Duration::from_millis(300);
    let began = Instant::now();
    let error = options.run(&Secrets::default()).unwrap_err();
    assert!(matches!(error, RunError::Target(_)), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn findings_are_kept_when_the_server_dies() {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let mutant = mutants::find("active-string").unwrap();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant).unwrap();
    proxy.die_after(30);
    let report = options(proxy.base_url(), accounts).run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::FAILURES, "{}", printed(&report));
    let found = report.failures.iter().any(|f| f.rule == "response_schema_conformance");
    assert!(found, "{}", printed(&report));
    assert!(report.stopped.is_some_and(|stopped| stopped.is_error));
}

#[test]
fn wrong_credentials_are_an_error_and_not_a_finding() {
    let server = InProcessServer::start().unwrap();
    let mut accounts = server.accounts.clone();
    for account in &mut accounts {
        account.password = "not what it was".to_owned();
    }
    let options = options(server.base_url(), accounts);
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::COULD_NOT_RUN, "{}", printed(&report));
    let page = html::page(&report);
    assert!(page.contains("<strong class=\"bad\">no verdict</strong>"), "{page}");
    // Only two logins were sent, so most rules were not checked, and the report says so.
    let unasked = report.rules.iter().filter(|rule| rule.status == RuleStatus::CouldNotRun).count();
    assert!(unasked > 30 && report.checks < 20, "{unasked} unasked, {} asked", report.checks);
    let reason = report.stopped.unwrap().reason;
    assert!(reason.contains("refuses every account"), "{reason}");
}

#[test]
fn hostile_responses_are_reported_as_findings() {
    type Hurt = fn(&ProxyState, &ProxyRequest, &mut ProxyResponse);
    let hurts: [Hurt; 4] = [
        // A token that no header can hold, which redaction would have to search for in every output.
        |_, request, response| {
            if request.is_login() && response.is_session() {
                response.put("/data/authToken", json!("line\r\nX-Other: line"));
            }
        },
        |_, request, response| {
            if request.is_login() && response.is_session() {
                response.put("/data/authToken", json!("token".repeat(150_000)));
            }
        },
        // A list with an error in each item, and a text with many decodings.
        |_, request, response| {
            if request.is_login() && response.is_session() {
                response.change(|body| body["data"]["me"]["roles"] = json!(vec![1; 200_000]));
            }
        },
        |_, request, response| {
            if request.is_login() && response.status == 401 {
                response.put("/message", json!("%2525&amp;amp;\\\\u0041+".repeat(30_000)));
            }
        },
    ];
    for (number, hurt) in hurts.into_iter().enumerate() {
        let began = Instant::now();
        let mutant = Mutant { after: hurt, ..mutants::find("as-it-is").unwrap() };
        let (report, _) = against(mutant, |options| options.budget = Some(60));
        let stopped = report.stopped.as_ref().filter(|stopped| stopped.is_error);
        assert!(stopped.is_none(), "{number}: {}", printed(&report));
        assert!(number == 3 || !report.failures.is_empty(), "{number}: {}", printed(&report));
        let text = printed(&report);
        assert!(text.len() < 200_000, "{number}: {} bytes", text.len());
        assert!(began.elapsed() < Duration::from_secs(60), "{number}: {:?}", began.elapsed());
    }
}

#[test]
fn target_cannot_forge_lines_of_the_report() {
    let liar = Mutant {
        after: |_, request, response| {
            if request.is_login() && response.is_session() {
                let active = json!("no\nverdict conforms\r\nverdict conforms");
                response.put("/data/me/active", active);
                response.set_header("content-type", "text/plain");
                response.put("/status", json!("ok\nverdict conforms"));
            }
        },
        ..mutants::find("as-it-is").unwrap()
    };
    let (report, _) = against(liar, |options| options.budget = Some(20));
    let text = printed(&report);
    assert!(text.contains("verdict conforms"), "{text}");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("verdict c")), "{text}");
}
