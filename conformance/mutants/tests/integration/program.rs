//! The program against a server in its default configuration, with rate limits and lockouts, and
//! against targets that are not usable.

use std::{
    fs::File,
    io::Read as _,
    net::TcpListener,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use login_mutants::mutants::{LimitedRequests, MostFailures};
use login_server::config::Config;
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::OpenptFlags,
};

use crate::scene::{Scene, ended, report, says, text};

#[test]
fn server_in_default_configuration_stays_usable_after_a_run() {
    let scene = Scene::in_default_configuration();
    // Within one window of the rate limit of logins, so that the test need not wait.
    let output = scene.run(&["--budget", "16", "--seed", "3", "--json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert_eq!(report["failures"], serde_json::json!([]));
    // The run does not log in if the budget leaves no request for the logout.
    assert!((15..=16).contains(&scene.proxy.requests()), "{}", scene.proxy.requests());
    assert_eq!(scene.proxy.limited_requests(), LimitedRequests { refused: 0, early: 0 });
    assert_eq!((scene.proxy.live_sessions(), report["sessions_left"].as_u64()), (0, Some(0)));
    assert!(scene.is_open_to_all());
    // Rules that were not checked are listed with what they need.
    let rules = report["rules"].as_array().unwrap();
    let reason = |rule: &str| {
        let entry = rules.iter().find(|entry| entry["rule"] == rule).unwrap();
        assert_eq!(entry["status"], "not_run", "{entry}");
        entry["reason"].as_str().unwrap().to_owned()
    };
    for rule in ["http_is_survived", "service_survives_failures", "refusals_take_as_long"] {
        assert!(reason(rule).contains("--allow-unsafe"), "{rule}: {rules:#?}");
    }
    assert!(reason("code_works_once").contains("--budget"), "{rules:#?}");
}

#[test]
fn accounts_stay_below_the_lockout_without_a_rate_limit() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let output = scene.run(&["--rate", "unlimited", "--allow-unsafe", "--cases", "10", "--json"]);
    let first = report(&output);
    assert_eq!(output.status.code(), Some(0), "{:#}", first["failures"]);
    let MostFailures { account, address } = scene.proxy.most_failures();
    assert!(account <= 4 && address <= 35, "{account} of an account, {address} of the address");
    assert_eq!(scene.proxy.live_sessions(), 0);
    // The failures that one run leaves do not harm the next run, which counts from zero.
    let output = scene.run(&["--rate", "unlimited", "--budget", "60", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{:#}", report(&output)["failures"]);
    assert!(scene.is_open_to_all());
}

#[test]
fn rate_limit_of_the_target_is_obeyed() {
    let scene = Scene::new("as-it-is", |config| {
        config.rate_limit.calls = 6;
        config.rate_limit.seconds = 2;
    });
    let output = scene.run(&["--rate", "unlimited", "--budget", "24", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{:#}", report(&output));
    let LimitedRequests { refused, early } = scene.proxy.limited_requests();
    assert_eq!(early, 0, "{refused} requests met the limit");
    // The headers announce the limit, so no request needs to meet it.
    assert_eq!(refused, 0);
    let scene = Scene::new("limited-for-a-second", |config| config.rate_limit.enabled = false);
    let output = scene.run(&["--rate", "unlimited", "--budget", "24", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{:#}", report(&output));
    let LimitedRequests { refused, early } = scene.proxy.limited_requests();
    assert!(refused > 0 && early == 0, "{refused} met a limit, {early} came too early");
}

#[test]
fn interrupted_run_leaves_no_session() {
    for signal in [Signal::INT, Signal::TERM] {
        let scene = Scene::new("slow", |config| config.rate_limit.enabled = false);
        let options = ["--rate", "unlimited", "--budget", "4000", "--cases", "900", "--json"];
        let child = scene.program(scene.proxy.base_url(), &options).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while scene.proxy.live_sessions() == 0 {
            assert!(Instant::now() < deadline, "no session was begun");
            std::thread::sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = ended(child);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert_eq!(scene.proxy.live_sessions(), 0, "{signal:?}");
        assert_eq!(report(&output)["stopped"]["reason"], "interrupted");
    }
}

#[test]
fn target_without_the_api_is_an_error_within_seconds() {
    let scene = Scene::in_default_configuration();
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    for (base_url, reason) in [
        (format!("http://{free}"), "cannot connect"),
        ("localhost:3000".to_owned(), "is no base URL"),
        (says(html), "text/html in place of JSON"),
        (says(""), "no response within 1 s"),
    ] {
        let began = Instant::now();
        let output = ended(scene.program(&base_url, &["--timeout", "1"]).spawn().unwrap());
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.contains("error: ") && said.contains(reason), "{said}");
        assert!(said.contains("seed "), "{said}");
        assert!(began.elapsed() < Duration::from_secs(8));
    }
}

#[test]
fn findings_are_kept_when_the_server_dies() {
    let scene = Scene::new("active-string", |config| config.rate_limit.enabled = false);
    scene.proxy.die_after(12);
    let output = scene.run(&["--rate", "unlimited", "--timeout", "1", "--json"]);
    assert_eq!(output.status.code(), Some(100));
    let report = report(&output);
    assert_eq!(report["stopped"]["is_error"], true);
    let found = report["failures"].as_array().unwrap();
    assert!(found.iter().any(|f| f["rule"] == "response_schema_conformance"), "{report:#}");
}

#[test]
fn exit_code_is_kept_when_standard_error_is_closed() {
    let status = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut program = Command::new(env!("CARGO_BIN_EXE_login-mutants"));
        let program = program.args(arguments).stdout(Stdio::null()).stderr(writer);
        program.status().unwrap().code()
    };
    assert_eq!(status(&["run", "--side", "client", "--cases", "1"]), Some(0));
    assert_eq!(status(&["run", "--base-url", "no url", "--accounts", "none"]), Some(1));
}

#[test]
fn wrong_credentials_are_an_error_that_names_the_file() {
    let scene = Scene::in_default_configuration();
    scene.write_accounts(|_| "not what it was".to_owned());
    let output = scene.run(&["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report = report(&output);
    let reason = report["stopped"]["reason"].as_str().unwrap();
    assert!(reason.contains("refuses every account of the accounts file"), "{reason}");
    // It is not a finding, and took no more than one login for each account.
    assert_eq!(report["failures"], serde_json::json!([]));
    assert!(scene.proxy.requests() <= 4, "{}", scene.proxy.requests());
}

#[test]
fn program_compares_records() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let other = Scene::new("form-refused", |config| config.rate_limit.enabled = false);
    let record = scene.directory.path().join("record").display().to_string();
    let accounts = scene.accounts_file().display().to_string();
    let program = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_login-mutants"));
        let command = command.args(options).args(["--rate", "unlimited", "--accounts", &accounts]);
        command.output().unwrap()
    };
    let output = program(&["record", "--out", &record, "--base-url", scene.proxy.base_url()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let same = program(&["compare", &record, "--base-url", other.server.base_url().as_str()]);
    assert_eq!(same.status.code(), Some(0), "{}{}", text(&same.stdout), text(&same.stderr));
    let worse = program(&["compare", &record, "--json", "--base-url", other.proxy.base_url()]);
    assert_eq!(worse.status.code(), Some(100), "{}", text(&worse.stderr));
    let changes: serde_json::Value = serde_json::from_slice(&worse.stdout).unwrap();
    assert_eq!(changes["changes"][0]["impact"], "breaking");
    assert_eq!(changes["changes"][0]["exchange"], "login-by-form");
    let directory = tempfile::tempdir().unwrap().path().display().to_string();
    let nothing = program(&["compare", &directory, "--base-url", scene.proxy.base_url()]);
    assert_eq!(nothing.status.code(), Some(1));
}

#[test]
fn program_compares_two_servers() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let other = Scene::new("active-string", |config| config.rate_limit.enabled = false);
    let output = Command::new(env!("CARGO_BIN_EXE_login-mutants"))
        .args(["diff", scene.proxy.base_url(), other.proxy.base_url(), "--rate", "unlimited"])
        .arg("--accounts")
        .arg(scene.accounts_file())
        .output()
        .unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(100), "{said}{}", text(&output.stderr));
    assert!(said.contains("breaking   login-by-user-name: /data/me/active"), "{said}");
    assert_eq!((scene.proxy.live_sessions(), other.proxy.live_sessions()), (0, 0));
}

/// The output of a run on a terminal.
fn on_terminal(scene: &Scene, options: &[&str]) -> String {
    let terminal = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    rustix::pty::unlockpt(&terminal).unwrap();
    let name = rustix::pty::ptsname(&terminal, Vec::new()).unwrap();
    let end = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = scene.program(scene.proxy.base_url(), options);
    let child = command.stderr(end).spawn().unwrap();
    // The command holds the other end of the terminal, which would never reach its end.
    drop(command);
    let mut shown = Vec::new();
    // Linux reports the end of the last writer as an error.
    let _ = File::from(terminal).read_to_end(&mut shown);
    let output = ended(child);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    text(&shown)
}

#[test]
fn progress_is_shown_on_a_terminal() {
    let scene = Scene::new("slow", |config| config.rate_limit.enabled = false);
    let shown = on_terminal(&scene, &["--rate", "unlimited", "--budget", "40", "--json"]);
    assert!(shown.contains(" of 40 exchanges"), "{shown}");
}

#[test]
fn run_that_waits_for_its_own_rate_says_so() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let shown = on_terminal(&scene, &["--rate", "4/2s", "--budget", "12", "--json"]);
    assert!(shown.contains(": rate limit 4/2s: next request in "), "{shown}");
    assert!(shown.contains(" s, about 10 s left"), "{shown}");
}

#[test]
fn address_is_not_locked_out_by_a_run_without_a_rate() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let output = scene.run(&["--json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{:#}", report["failures"]);
    let reason = report["stopped"]["reason"].as_str().unwrap();
    assert!(reason.contains("one more could lock this address out"), "{reason}");
    assert_eq!(report["stopped"]["is_error"], false);
    assert!(scene.is_open_to_all());
}

#[test]
fn local_target_has_no_rate_until_it_limits() {
    let locks_no_address = |config: &mut Config| {
        config.rate_limit.enabled = false;
        config.lockout.address_failures = 100_000;
    };
    // At ten requests a minute this run would take hours.
    let scene = Scene::new("as-it-is", locks_no_address);
    let output = scene.run(&["--no-address-lockout", "--json"]);
    let first = report(&output);
    let said = (&first["failures"], &first["stopped"]);
    assert_eq!(output.status.code(), Some(0), "{said:#?}");
    assert!(scene.proxy.requests() > 200, "{}", scene.proxy.requests());
    // Every fortieth request gets 429.
    let scene = Scene::new("rate-limited", locks_no_address);
    let output = scene.run(&["--no-address-lockout", "--json"]);
    let second = report(&output);
    assert_eq!(output.status.code(), Some(0), "{:#}", second["failures"]);
    // From then on the run has the budget of a limited run.
    assert_eq!(scene.proxy.limited_requests(), LimitedRequests { refused: 1, early: 0 });
    assert!((50..=60).contains(&scene.proxy.requests()), "{}", scene.proxy.requests());
    assert_eq!(second["stopped"]["reason"], "the budget of 60 requests is spent");
    assert!(scene.is_open_to_all());
}
