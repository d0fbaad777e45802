//! Targets behind an intermediary that limits requests, and targets that are unavailable. The run waits
//! for them and reports no finding about something else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use login_conformance::login::accounts::Account;
use login_mutants::{
    in_process::InProcessServer,
    mutants::{
        LimitedRequests, MostFailures, Mutant, Proxy, ProxyRequest, ProxyResponse, ProxyState,
    },
};
use specfirst_engine::{
    redact::Secrets,
    report::{Report, exit_code, status::RuleStatus},
    run::RunError,
    runner::Patience,
};

use crate::{
    run::{Setup, against, mutant, options, printed},
    scene::{Scene, report, text},
};

/// A page of an intermediary, as nginx writes it.
fn page(status: u16, reason: &str) -> ProxyResponse {
    let body = format!(
        "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n\
         <center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n\
         </body>\r\n</html>\r\n"
    );
    let mut response = ProxyResponse::error(status, "", "");
    response.headers = vec![
        ("server".to_owned(), "nginx/1.22.1".to_owned()),
        ("content-type".to_owned(), "text/html".to_owned()),
    ];
    response.body = body.into();
    response
}

fn busy() -> ProxyResponse {
    page(503, "Service Temporarily Unavailable")
}

/// Whether `limit_req` refuses a request, given the milliseconds for each request and the burst,
/// without delay. This is a leaky bucket, as in `ngx_http_limit_req_module`.
fn is_beyond(state: &ProxyState, interval: usize, burst: usize) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let now = usize::try_from(now).unwrap();
    let mut memory = state.memory.lock().unwrap();
    let before = memory.counts.get("bucket-time").copied();
    let excess = before.map_or(0, |before| {
        let held = memory.counts.get("bucket-excess").copied().unwrap_or(0);
        // In thousandths of a request.
        (held + 1_000).saturating_sub((now - before) * 1_000 / interval)
    });
    if excess > burst * 1_000 {
        return true;
    }
    memory.counts.insert("bucket-excess", excess);
    memory.counts.insert("bucket-time", now);
    false
}

fn with(before: fn(&ProxyState, &mut ProxyRequest) -> Option<ProxyResponse>) -> Mutant {
    Mutant { before, ..mutant("as-it-is") }
}

/// A run of 60 requests, including those that the limiter refuses.
fn short(options: &mut Setup) {
    options.budget = Some(60);
}

fn status(report: &Report, rule: &str) -> (RuleStatus, String) {
    let rule = report.rules.iter().find(|report| report.rule == rule).unwrap();
    (rule.status, rule.reason.clone().unwrap_or_default())
}

#[test]
fn rate_limit_is_not_a_failure() {
    for limiter in [
        // `limit_req zone=one;`
        with(|state, _| is_beyond(state, 40, 0).then(busy)),
        // `limit_req zone=one burst=5 nodelay;`
        with(|state, _| is_beyond(state, 40, 5).then(busy)),
        // `limit_req_status 429;`
        with(|state, _| is_beyond(state, 40, 2).then(|| page(429, "Too Many Requests"))),
        // For logins only.
        with(|state, request| (request.is_login() && is_beyond(state, 60, 0)).then(busy)),
    ] {
        let (report, _) = against(limiter, short);
        assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
        assert_eq!(status(&report, "refusals_look_alike").0, RuleStatus::Passed);
    }
}

/// A server may have counted a login that it refused with 503. No password alone resets the count of an
/// account with a second factor. So the run leaves out requests that could lock it out, and goes on.
#[test]
fn refused_two_factor_logins_do_not_end_the_run() {
    let every_other_login_of_tom = with(|state, request| {
        let is_tom = request.is_login() && request.member("user").as_deref() == Some("tom");
        (is_tom && state.count("tom") % 2 == 0).then(busy)
    });
    let (report, _) = against(every_other_login_of_tom, |_| {});
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    // A fresh code resets the count of failures, so that the rest of the plan needs no omission.
    for rule in ["code_is_required", "code_logs_in", "code_works_once", "old_code_is_refused"] {
        let of_rule = report.rules.iter().find(|status| status.rule == rule).unwrap();
        assert_eq!(of_rule.status, RuleStatus::Passed, "{rule}: {:?}", of_rule.reason);
    }
}

#[test]
fn run_waits_for_a_target_that_recovers() {
    for hiccup in [
        with(|state, _| (7..11).contains(&state.count("any")).then(|| page(502, "Bad Gateway"))),
        with(|state, _| (state.count("any") == 7).then(|| page(504, "Gateway Time-out"))),
        // The server's own error.
        with(|state, _| {
            (7..11).contains(&state.count("any")).then(|| {
                let mut response =
                    ProxyResponse::error(503, "error-unavailable", "try again later");
                response.set_header("retry-after", "0");
                response
            })
        }),
    ] {
        let (report, _) = against(hiccup, short);
        assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    }
}

#[test]
fn retry_after_of_the_target_is_obeyed() {
    let in_seconds = with(|state, _| {
        (state.count("any") == 7).then(|| {
            let mut response = busy();
            response.set_header("retry-after", "1");
            response
        })
    });
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), in_seconds).unwrap();
    let mut options = options(proxy.base_url(), accounts);
    options.budget = Some(20);
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    assert_eq!(proxy.limited_requests(), LimitedRequests { refused: 1, early: 0 });
}

/// The response of a target that stays unavailable after some request.
fn unavailable(report: &Report, code: &str) {
    assert_eq!(report.failures.len(), 0, "{}", printed(report));
    assert_eq!(report.exit_code(), exit_code::COULD_NOT_RUN);
    let reason = &report.stopped.as_ref().unwrap().reason;
    assert!(reason.contains("no verdict") && reason.contains(code), "{reason}");
    let (status, said) = status(report, "refusals_look_alike");
    assert_eq!((status, said.as_str()), (RuleStatus::CouldNotRun, reason.as_str()));
}

fn impatient(options: &mut Setup) {
    options.patience.most = Duration::from_millis(400);
}

#[test]
fn unavailable_target_gets_no_verdict() {
    for (mutant, code) in [
        (with(|state, _| (state.count("any") > 4).then(busy)), "503"),
        (with(|state, _| (state.count("any") > 4).then(|| page(502, "Bad Gateway"))), "502"),
        (with(|state, _| (state.count("any") > 4).then(|| page(429, "Too Many"))), "429"),
        // Its store is down: only requests without a password and a token get a normal response.
        (
            with(|_, request| {
                let asks_the_store = request.is_login() || request.header("x-auth-token").is_some();
                asks_the_store.then(|| ProxyResponse::error(503, "error-unavailable", "store"))
            }),
            "503",
        ),
    ] {
        let (report, _) = against(mutant, impatient);
        unavailable(&report, code);
    }
}

#[test]
fn target_that_is_unavailable_from_the_start_is_an_error() {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let down = with(|_, _| Some(busy()));
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), down).unwrap();
    let mut options = options(proxy.base_url(), accounts);
    impatient(&mut options);
    let error = options.run(&Secrets::default()).unwrap_err();
    assert!(matches!(error, RunError::Halted(_)), "{error}");
    assert!(error.to_string().contains("answered 503"), "{error}");
    let error = options.record(&Secrets::default()).unwrap_err();
    assert!(error.to_string().contains("answered 503"), "{error}");
}

#[test]
fn request_that_makes_the_server_fail_is_a_failure() {
    for (responses, is_own) in [
        (with(|_, request| ill_typed(request).then(|| page(502, "Bad Gateway"))), false),
        (with(|_, request| ill_typed(request).then(busy)), false),
        (
            with(|_, request| {
                ill_typed(request).then(|| ProxyResponse::error(503, "error-unavailable", "later"))
            }),
            true,
        ),
    ] {
        let (report, _) = against(responses, |options| options.cases = 0);
        let found: Vec<_> = report.failures.iter().map(|failure| failure.rule).collect();
        assert!(!found.is_empty(), "{is_own}");
        assert!(found.iter().all(|rule| *rule == "not_a_server_error"), "{}", printed(&report));
        assert_eq!(report.exit_code(), exit_code::FAILURES);
    }
}

fn ill_typed(request: &ProxyRequest) -> bool {
    request.is_login() && request.json().get("password").is_some_and(serde_json::Value::is_array)
}

#[test]
fn repeated_requests_keep_accounts_below_their_lockout() {
    // The gateway times out, while the server carries out the login and counts it.
    let gives_up = Mutant {
        after: |state, request, response| {
            if request.is_login() && !response.is_session() && state.count("refused") % 3 == 1 {
                *response = page(504, "Gateway Time-out");
            }
        },
        ..mutant("as-it-is")
    };
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), gives_up).unwrap();
    let mut options = options(proxy.base_url(), accounts);
    options.cases = 0;
    options.patience = Patience { first_pause: Duration::from_millis(1), ..Patience::LOCAL };
    options.budget = Some(400);
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    let MostFailures { account, .. } = proxy.most_failures();
    assert!(account > 0 && account <= 5, "{account} failures in a row of one account");
}

#[test]
fn lockouts_of_the_real_server_are_checked() {
    let sacrificial = |name: &str| Account {
        sacrificial: true,
        ..crate::scene::account(name, "correct horse battery")
    };
    let accounts = vec![
        crate::scene::account("alice", "another horse battery"),
        sacrificial("bob"),
        Account {
            totp_secret: Some(crate::scene::TOTP_SECRET.parse().unwrap()),
            backup_codes: (1..=4).map(|number| format!("backup0{number}")).collect(),
            ..sacrificial("tom")
        },
    ];
    let scene = Scene::with(accounts.clone(), mutant("as-it-is"), |config| {
        config.rate_limit.enabled = false;
        config.lockout.address_failures = 1_000_000;
    });
    let report = options(scene.proxy.base_url(), accounts).run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    for rule in [
        "lockout_covers_every_way",
        "lockout_hides_the_password",
        "lockout_spares_others",
        "wrong_codes_count_as_failures",
    ] {
        let of_rule = report.rules.iter().find(|status| status.rule == rule).unwrap();
        assert_eq!(of_rule.status, RuleStatus::Passed, "{rule}: {:?}", of_rule.reason);
    }
}

/// Each run fails to log in with the same names that nobody has, until the server locks them out.
#[test]
fn repeated_runs_with_one_seed_conform() {
    let accounts = ["alice", "bob"].map(|name| crate::scene::account(name, "correct horse"));
    let scene = Scene::with(accounts.to_vec(), mutant("as-it-is"), |config| {
        config.rate_limit.enabled = false;
        config.lockout.account_failures = 5;
        config.lockout.address_failures = 1_000_000;
    });
    for run in 1..=4 {
        let mut options = options(scene.proxy.base_url(), accounts.to_vec());
        options.only = ["refusals_look_alike", "refusals_take_as_long"].map(str::to_owned).to_vec();
        let report = options.run(&Secrets::default()).unwrap();
        assert_eq!(report.exit_code(), exit_code::CONFORMS, "run {run}: {}", printed(&report));
    }
}

#[test]
fn program_waits_for_the_rate_limit_of_a_proxy() {
    let scene = Scene::with(
        vec![crate::scene::account("alice", "correct horse battery")],
        with(|state, _| is_beyond(state, 300, 1).then(busy)),
        |config| config.rate_limit.enabled = false,
    );
    let output = scene.run(&["--budget", "12", "--json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}{}", text(&output.stderr));
    assert_eq!(report["failures"], serde_json::json!([]));
}
