//! A proxy before the target that requires a header with every request.

use login_mutants::{
    in_process::InProcessServer,
    mutants::{Mutant, Proxy, ProxyRequest, ProxyResponse, ProxyState},
};
use specfirst_engine::{
    http::{extra_header::ExtraHeader, transport::Target},
    redact::Secrets,
    report::{exit_code, html, junit},
};

use crate::{
    run::{mutant, options, printed},
    scene::{Scene, account, text},
};

const VALUE: &str = "Bearer let-me-in-7431";
const PASSWORD: &str = "let-me-in-7431";

/// Refuses requests without the header, and counts.
fn gate(state: &ProxyState, request: &mut ProxyRequest) -> Option<ProxyResponse> {
    if request.header("proxy-authorization") == Some(VALUE) {
        return None;
    }
    state.count("turned-away");
    Some(ProxyResponse::error(407, "gate", "who are you?"))
}

fn gated() -> Mutant {
    Mutant { before: gate, ..mutant("as-it-is") }
}

fn headers() -> Vec<ExtraHeader> {
    let argument = ["Proxy-Authorization=GATE".to_owned()];
    ExtraHeader::read_all(&argument, &[], |_| Some(VALUE.to_owned())).unwrap()
}

#[test]
fn every_request_of_a_run_has_the_extra_header() {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), gated()).unwrap();
    let mut options = options(proxy.base_url(), accounts);
    let without = options.run(&Secrets::default()).unwrap();
    assert_eq!(without.exit_code(), exit_code::COULD_NOT_RUN, "{}", printed(&without));
    let before = proxy.count("turned-away");
    assert!(before > 0);
    options.target = Target::new(proxy.base_url()).unwrap().with_headers(headers());
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    assert_eq!(proxy.count("turned-away"), before);
}

#[test]
fn every_sending_command_accepts_the_extra_header() {
    let accounts = vec![account("alice", "correct horse"), account("bob", "battery staple")];
    let scene = Scene::with(accounts, gated(), |config| config.rate_limit.enabled = false);
    let record = scene.directory.path().join("record").display().to_string();
    let url = scene.proxy.base_url();
    for command in [
        &["run", "--budget", "20", "--base-url", url][..],
        &["record", "--out", &record, "--base-url", url],
        &["compare", &record, "--base-url", url],
        &["diff", url, url],
    ] {
        let options = ["--rate", "unlimited", "--header", "Proxy-Authorization=GATE"];
        let mut command = scene.command(&[command, &options].concat());
        let output = command.env("GATE", VALUE).output().unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command:?}: {said}");
        assert_eq!(scene.proxy.count("turned-away"), 0, "{command:?}");
    }
}

#[test]
fn extra_header_value_is_in_no_output() {
    let accounts = vec![account("alice", "correct horse")];
    // The proxy repeats the header and its value.
    let telling = Mutant {
        after: |_, request, response| {
            if request.is_login() {
                let value = request.header("proxy-authorization").unwrap_or_default().to_owned();
                response.set_header("x-seen", &value);
                response.put("/message", format!("{value} {PASSWORD}").into());
                response.put("/status", format!("{value} {PASSWORD}").into());
            }
        },
        ..gated()
    };
    let server = InProcessServer::start().unwrap();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), server.accounts.clone(), telling).unwrap();
    let mut options = options(proxy.base_url(), server.accounts.clone());
    options.target = options.target.clone().with_headers(headers());
    options.budget = Some(20);
    let report = options.run(&Secrets::default()).unwrap();
    assert!(!report.failures.is_empty());
    // The `curl` line of a failure names the variable.
    let variable = "-H \"proxy-authorization: $GATE\"";
    assert!(report.failures.iter().all(|failure| failure.curl.ends_with(variable)), "{report:?}");
    for output in [printed(&report), junit::xml(&report).unwrap(), html::page(&report)] {
        assert!(!output.contains(PASSWORD), "{output}");
    }
    // The output of a refused run does not hold it either.
    let scene = Scene::with(accounts, gated(), |_| {});
    for header in ["X-User-Id=GATE", "Host=GATE", "Proxy-Authorization=ABSENT"] {
        let mut command = scene.program(scene.proxy.base_url(), &["--header", header]);
        let output = command.env("GATE", VALUE).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("--header: ") && !said.contains(PASSWORD), "{said}");
        assert_eq!(scene.proxy.requests(), 0);
    }
}

#[test]
fn base_url_with_a_password_is_refused_and_names_the_option() {
    let scene = Scene::in_default_configuration();
    let url = scene.proxy.base_url().replace("http://", "http://gate:let-me-in-7431@");
    let output = scene.program(&url, &[]).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("--header Authorization=VARIABLE"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
}
