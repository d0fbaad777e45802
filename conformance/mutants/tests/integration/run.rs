//! Whole runs: findings, repeatability, and redaction.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use login_conformance::login::{
    Login,
    accounts::{Account, WithoutPassword},
    record::{self, Recording},
    rules,
};
use login_mutants::{
    in_process::InProcessServer,
    mutants::{self, MostFailures, Mutant, Proxy, ProxyRequest, ProxyResponse, ProxyState},
};
use specfirst_engine::{
    http::transport::Target,
    redact::{Secrets, encodings},
    report::{Report, exit_code, html, junit, sarif, status::RuleStatus, terminal},
    rule::side::Side,
    run::{self, RunError},
    runner::{Options, environment::Environment},
};

/// The options and accounts of a run in a test.
pub(crate) struct Setup {
    pub(crate) options: Options,
    pub(crate) accounts: Vec<Account>,
    pub(crate) without_password: Vec<WithoutPassword>,
}

impl Setup {
    pub(crate) fn run(&self, secrets: &Secrets) -> Result<Report, RunError> {
        run::run(&self.options, &self.login(), &Environment::new(secrets))
    }

    pub(crate) fn record(&self, secrets: &Secrets) -> Result<Recording, RunError> {
        record::record(&self.options, &self.login(), &Environment::new(secrets))
    }

    fn login(&self) -> Login {
        let mut login = Login::new(self.accounts.clone())
            .unwrap()
            .with_accounts_without_password(self.without_password.clone());
        login.allow_unsafe = self.options.allow_unsafe;
        login
    }
}

impl Deref for Setup {
    type Target = Options;

    fn deref(&self) -> &Options {
        &self.options
    }
}

impl DerefMut for Setup {
    fn deref_mut(&mut self) -> &mut Options {
        &mut self.options
    }
}

pub(crate) fn options(base_url: &str, accounts: Vec<Account>) -> Setup {
    let options = Options {
        seed: 7,
        cases: 12,
        allow_unsafe: true,
        practice: true,
        timeout: Duration::from_secs(5),
        ..Options::new(Target::new(base_url).unwrap())
    };
    Setup { options, accounts, without_password: Vec::new() }
}

pub(crate) fn printed(report: &Report) -> String {
    let mut out = Vec::new();
    terminal::write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A run against a mutant of the real server.
pub(crate) fn against(mutant: Mutant, change: impl FnOnce(&mut Setup)) -> (Report, Vec<Account>) {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant).unwrap();
    let mut options = options(proxy.base_url(), accounts.clone());
    options.without_password.clone_from(&server.without_password);
    change(&mut options);
    let report = options.run(&Secrets::default()).unwrap();
    (report, accounts)
}

pub(crate) fn mutant(id: &str) -> Mutant {
    mutants::find(id).unwrap()
}

#[test]
fn real_server_conforms() {
    let server = InProcessServer::start().unwrap().sacrificial();
    let mut options = options(server.base_url(), server.accounts.clone());
    options.without_password.clone_from(&server.without_password);
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::CONFORMS);
    assert_eq!((report.operations, report.sessions_left), (8, 0));
    let left_out: Vec<_> = report
        .rules
        .iter()
        .filter(|rule| {
            rule.status != RuleStatus::Passed
                && rules::catalogue().by_id(rule.rule).side() == Side::Server
        })
        .map(|rule| rule.rule)
        .collect();
    // No deviation is known, and this server locks out later than the scenario waits for.
    let locks = [
        "lockout_counts_simultaneous_failures",
        "lockout_covers_every_way",
        "lockout_hides_the_password",
        "lockout_spares_others",
        "wrong_codes_count_as_failures",
    ];
    assert_eq!(left_out, [&locks[..], &["deviations_are_current"]].concat());
}

#[test]
fn failure_names_its_place_in_the_page_and_a_minimal_case() {
    let (report, _) = against(mutant("active-string"), |_| {});
    assert_eq!(report.exit_code(), exit_code::FAILURES);
    let failure = report.failures.iter().find(|f| f.rule == "response_schema_conformance").unwrap();
    assert_eq!(
        failure.place,
        "documented.json#/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema\
         /properties/data/properties/me/properties/active/type"
    );
    assert_eq!(failure.got, "\"true\"");
    assert!(failure.curl.starts_with("curl -sS -i -X POST 'http://127.0.0.1:"), "{}", failure.curl);
    assert!(failure.curl.contains("\"password\":\"[password]\""), "{}", failure.curl);
}

/// A server that refuses user names with a dot. Only generated requests hold one that is to conform.
fn dot_refused() -> Mutant {
    Mutant {
        before: |_, request| {
            let user = request.member("user")?;
            let message = "no such name";
            let is_name = user.contains('.') && !user.contains('@');
            is_name.then(|| ProxyResponse::error(400, "error-invalid-user", message))
        },
        ..mutant("as-it-is")
    }
}

#[test]
fn generated_failures_are_shrunk() {
    let (report, _) = against(dot_refused(), |options| options.cases = 120);
    let failure = report.failures.iter().find(|f| f.rule == "positive_data_acceptance").unwrap();
    // One character is enough for the finding.
    let user = failure.curl.split("\"user\":\"").nth(1).or(failure.curl.split("user=").nth(1));
    let user = user.unwrap().split(['"', '&', '\'']).next().unwrap();
    assert!(user == ".", "{}", failure.curl);
}

#[test]
fn fuzzing_finds_several_failures_of_one_operation() {
    let twofold = Mutant {
        before: |_, request| {
            let body = request.json();
            request.header("content-type").filter(|kind| kind.contains("json"))?;
            // This mutant does not affect requests that violate the document.
            let conforms = body.as_object()?.values().all(serde_json::Value::is_string);
            let user =
                request.member("user").filter(|_| conforms && body.get("password").is_some())?;
            if user.contains('_') {
                return Some(ProxyResponse::error(400, "error-invalid-user", "no underscore"));
            }
            let is_hit = user.contains(|letter: char| letter.is_ascii_digit());
            is_hit.then(|| ProxyResponse::error(500, "internal", "Internal server error"))
        },
        ..mutant("as-it-is")
    };
    let rules = ["positive_data_acceptance", "not_a_server_error"];
    let (report, _) = against(twofold, |options| {
        options.cases = 160;
        options.only = rules.map(str::to_owned).to_vec();
    });
    for rule in rules {
        assert!(report.failures.iter().any(|f| f.rule == rule), "{rule}: {}", printed(&report));
    }
}

#[test]
fn no_output_holds_a_secret() {
    for id in [
        "password-echoed",
        "credentials-echoed",
        "name-twice",
        "any-password",
        "code-any",
        "token-in-refusal",
        "token-any-user",
    ] {
        let server = InProcessServer::start().unwrap();
        let accounts = server.accounts.clone();
        let handle = server.runtime().handle();
        let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant(id)).unwrap();
        let options = options(proxy.base_url(), accounts.clone());
        let secrets = Secrets::default();
        let report = options.run(&secrets).unwrap();
        assert!(!report.failures.is_empty(), "{id}");
        for output in [
            printed(&report),
            serde_json::to_string_pretty(&report).unwrap(),
            junit::xml(&report).unwrap(),
            html::page(&report),
            sarif::log(&report).to_string(),
        ] {
            for account in &accounts {
                let factor = account.totp_secret.as_ref().map(|secret| secret.as_base32());
                for secret in [Some(account.password.as_str()), factor].into_iter().flatten() {
                    for form in encodings(secret) {
                        assert!(
                            !output.contains(&form),
                            "{id}: {} leaks: {output}",
                            account.username
                        );
                    }
                }
            }
            // All secrets of the run: also tokens, codes and the neighbours of passwords.
            assert!(secrets.is_clean(&output), "{id}: {output}");
        }
    }
}

#[test]
fn same_seed_sends_the_same_requests_and_gives_the_same_report() {
    let run = || {
        let (report, _) = against(mutant("ill-typed-500"), |_| {});
        let keys: Vec<_> =
            report.failures.iter().map(|f| (f.rule, f.place.clone(), f.case.clone())).collect();
        let stages: Vec<_> =
            report.stages.iter().map(|stage| (stage.name, stage.requests, stage.found)).collect();
        (report.cases, stages, keys)
    };
    let first = run();
    assert!(!first.2.is_empty());
    // Tokens, ids, codes and passwords differ, but the requests, their number and order do not.
    assert_eq!(first, run());
}

#[test]
fn generated_failures_are_stored_and_replayed_first() {
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().to_owned();
    let run = |mutant: Mutant, cases: u32| {
        let (report, _) = against(mutant, |options| {
            options.cases = cases;
            options.regressions = Some(kept.clone());
        });
        report.failures.iter().any(|f| f.rule == "positive_data_acceptance")
    };
    assert!(run(dot_refused(), 120));
    let texts: Vec<String> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert!(texts.iter().any(|text| text.starts_with("cc ")), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("Case {")), "{texts:?}");
    // A single case would not find it by itself.
    assert!(run(dot_refused(), 1));
    assert!(!run(mutant("as-it-is"), 1));
}

#[test]
fn budget_is_kept_and_no_session_is_left() {
    for budget in [10, 25, 60] {
        let server = InProcessServer::start().unwrap();
        let accounts = server.accounts.clone();
        let handle = server.runtime().handle();
        let seen = mutant("as-it-is");
        let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), seen).unwrap();
        let mut options = options(proxy.base_url(), accounts);
        options.budget = Some(budget);
        let report = options.run(&Secrets::default()).unwrap();
        assert_eq!(report.failures.len(), 0, "{}", printed(&report));
        assert!(proxy.requests() <= budget, "{} of {budget}", proxy.requests());
        assert!(proxy.requests() + 3 > budget, "{} of {budget} are used", proxy.requests());
        assert_eq!((report.sessions_left, proxy.live_sessions()), (0, 0));
        assert_eq!(report.exit_code(), exit_code::CONFORMS);
    }
}

#[test]
fn rules_can_be_chosen() {
    let (report, _) = against(mutant("password-case"), |options| {
        options.only = vec!["logout_ends_the_token".to_owned()];
    });
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let (report, _) = against(mutant("password-case"), |options| {
        options.only = vec!["password_is_compared_whole".to_owned()];
        options.fail_fast = true;
    });
    assert_eq!(report.failures.len(), 1, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::FAILURES);
}

#[test]
fn accounts_stay_below_their_lockout() {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy =
        Proxy::start(handle, server.base_url(), accounts.clone(), mutant("as-it-is")).unwrap();
    let options = options(proxy.base_url(), accounts);
    options.run(&Secrets::default()).unwrap();
    let MostFailures { account, address } = proxy.most_failures();
    assert!(account > 0 && account <= 4, "{account} failures in a row of one account");
    assert!(address <= 40, "{address} failures in a row of one address");
}

#[test]
fn failures_are_counted_for_every_refusal_status() {
    // The status that the suite sees instead of the real server's.
    for status in [200, 400, 404] {
        let renamed = match status {
            200 => |_: &ProxyState, request: &ProxyRequest, response: &mut ProxyResponse| {
                if request.is_login() && response.status == 401 {
                    response.status = 200;
                }
            },
            400 => |_: &ProxyState, request: &ProxyRequest, response: &mut ProxyResponse| {
                if request.is_login() && response.status == 401 {
                    response.status = 400;
                }
            },
            _ => |_: &ProxyState, request: &ProxyRequest, response: &mut ProxyResponse| {
                if request.is_login() && response.status == 401 {
                    response.status = 404;
                }
            },
        };
        let server = InProcessServer::start().unwrap();
        let accounts = server.accounts.clone();
        let handle = server.runtime().handle();
        let renamed = Mutant { after: renamed, ..mutant("as-it-is") };
        let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), renamed).unwrap();
        let mut options = options(proxy.base_url(), accounts);
        options.cases = 0;
        options.run(&Secrets::default()).unwrap();
        let MostFailures { account, .. } = proxy.most_failures();
        assert!(account <= 4, "{status}: {account} failures in a row of one account");
    }
}

#[test]
fn final_logouts_are_judged() {
    // With this budget there is no other logout.
    let (report, _) = against(mutant("logout-202"), |options| options.budget = Some(8));
    let rules: Vec<_> = report.failures.iter().map(|failure| failure.rule).collect();
    assert_eq!(rules, ["status_code_conformance"], "{}", printed(&report));
    assert_eq!(report.sessions_left, 0);
}
