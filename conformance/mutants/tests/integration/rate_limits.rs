//! How a run obeys its options and reacts to rate limits and lockouts of the target.

use login_mutants::{
    in_process::InProcessServer,
    mutants::{self, Mutant, ProxyRequest, ProxyResponse, ProxyState},
};
use serde_json::json;
use specfirst_engine::{
    http::{
        case::Request,
        transport::{Target, Transport, TransportError},
    },
    redact::Secrets,
    report::{exit_code, html, junit},
    rule::Tier,
    runner::Halt,
};

use crate::{
    run::{Setup, against, mutant, options, printed},
    scene::says,
};

fn with(before: fn(&ProxyState, &mut ProxyRequest) -> Option<ProxyResponse>) -> Mutant {
    Mutant { before, ..mutant("as-it-is") }
}

#[test]
fn lockout_of_the_address_ends_the_run() {
    let locked = with(|state, request| {
        let locks = request.is_login() && state.count("login") > 3;
        locks.then(|| ProxyResponse::error(401, "error-login-blocked-for-ip", "blocked"))
    });
    let (report, _) = against(locked, |_| {});
    let stopped = report.stopped.as_ref().unwrap();
    assert!(stopped.is_error);
    assert_eq!(stopped.reason, Halt::LockedOut("this address".to_owned()).to_string());
    // The probe, three logins, `/me`, the refused login, and a logout.
    assert!(report.exchanges <= 7, "{}", report.exchanges);
}

#[test]
fn early_lockout_of_accounts_is_a_finding() {
    let locked = with(|state, request| {
        let locks = request.is_login() && state.count("login") > 3;
        locks.then(|| ProxyResponse::error(401, "error-login-blocked-for-user", "blocked"))
    });
    let (report, _) = against(locked, |options| options.cases = 0);
    assert_eq!(report.exit_code(), exit_code::FAILURES, "{}", printed(&report));
    let is_reported = report.failures.iter().any(|f| f.rule == "lockout_takes_some_failures");
    assert!(is_reported, "{}", printed(&report));
}

#[test]
fn run_leaves_few_counted_failures_behind() {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let fine = mutant("as-it-is");
    let proxy = mutants::Proxy::start(handle, server.base_url(), accounts.clone(), fine).unwrap();
    for rule in ["password_is_compared_whole", "ill_typed_member_is_refused", "mandatory_members"] {
        let mut options = options(proxy.base_url(), accounts.clone());
        options.only = vec![rule.to_owned()];
        let report = options.run(&Secrets::default()).unwrap();
        assert_eq!(report.failures.len(), 0, "{}", printed(&report));
        for account in ["alice", "bob", "carol"] {
            let left = proxy.failures(account);
            assert!(left <= 2, "{rule} leaves {left} failures of {account}");
        }
        assert!(proxy.failures("") <= 17, "{rule} leaves {} failures", proxy.failures(""));
    }
}

#[test]
fn one_tier_can_be_judged_alone() {
    let schema = |options: &mut Setup| options.tier = Some(Tier::Schema);
    let (report, _) = against(mutant("password-case"), schema);
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let (report, _) = against(mutant("status-ok"), schema);
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let (report, _) = against(mutant("active-string"), schema);
    assert!(!report.failures.is_empty());
    assert!(report.failures.iter().all(|failure| failure.tier == Tier::Schema));
}

#[test]
fn run_can_stop_at_the_first_failure() {
    let (report, _) = against(mutant("refused-at-200"), |options| options.fail_fast = true);
    let stopped = report.stopped.as_ref().unwrap();
    assert_eq!(stopped.reason, Halt::FailFast.to_string());
    assert!(!stopped.is_error);
    // One response may show several failures, but no request follows it.
    assert!((1..=4).contains(&report.failures.len()), "{}", printed(&report));
    assert!(report.exchanges < 12, "{}", report.exchanges);
}

#[test]
fn findings_are_sorted_by_severity() {
    let (report, _) = against(mutant("refused-at-200"), |options| options.cases = 1);
    let severities: Vec<_> = report.failures.iter().map(|failure| failure.severity).collect();
    assert!(severities.is_sorted(), "{severities:?}");
    assert!(severities.first() < severities.last(), "{severities:?}");
}

#[test]
fn unchecked_rules_are_reported_with_what_they_need() {
    let (report, _) = against(mutant("as-it-is"), |options| {
        options.accounts.retain(|account| account.totp_secret.is_none());
        options.cases = 1;
    });
    let needs = "an account with `totp_secret`";
    assert!(printed(&report).contains(&format!("not run code_logs_in: needs {needs}")));
    let xml = junit::xml(&report).unwrap();
    let case = xml.split("<testcase name=\"code_logs_in\"").nth(1).unwrap();
    let case = case.split("</testcase>").next().unwrap();
    assert!(case.contains("<skipped") && case.contains(needs), "{case}");
}

#[test]
fn server_text_is_escaped_in_the_html_report() {
    let scripted = Mutant {
        after: |_, request, response| {
            if request.is_login() && response.is_session() {
                let text = String::from_utf8_lossy(&response.body).into_owned();
                let twice = r#"{"<script>alert(1)</script>":1,"<script>alert(1)</script>":2,"#;
                response.body = text.replacen('{', twice, 1).into();
                response.set_header("x-powered-by", "<img src=x onerror=alert(2)>");
            } else if request.is_login() {
                response.change(|body| body["message"] = json!("</pre><script>alert(3)</script>"));
                response.status = 402;
            }
        },
        ..mutant("as-it-is")
    };
    let (report, _) = against(scripted, |_| {});
    assert!(report.failures.iter().any(|f| f.message.contains("<script>")), "{report:?}");
    let page = html::page(&report);
    assert!(page.contains("alert(1)") && page.contains("alert(3)"));
    for foreign in ["<script>alert", "<img src=x", "</pre><script"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn oversized_response_is_not_read() {
    let body = "x".repeat((8 << 20) + 1);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let target = Target::new(&says(head + &body)).unwrap();
    let transport = Transport::new(&target, std::time::Duration::from_secs(20)).unwrap();
    let request = Request::new("GET", "/api/v1/me");
    let error = transport.send(&request).unwrap_err();
    assert!(matches!(error, TransportError::NoResponse { .. }), "{error}");
}

#[test]
fn path_of_the_base_url_is_kept() {
    let below = Mutant {
        before: |_, request| match request.path.strip_prefix("/chat").map(str::to_owned) {
            Some(path) => {
                request.path = path;
                None
            }
            None => Some(ProxyResponse::error(404, "not-found", "nothing here")),
        },
        ..mutant("as-it-is")
    };
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = mutants::Proxy::start(handle, server.base_url(), accounts.clone(), below).unwrap();
    let mut options = options(&format!("{}/chat/", proxy.base_url()), accounts);
    options.budget = Some(30);
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    assert!(report.exchanges >= 25);
}
