//! Whole runs: what is reported, how often, and without secrets.

use std::time::Duration;

use login_conformance::{
    accounts::{self, Account},
    deviation::Deviations,
    exit_code,
    faulty::{self, Proxy, Variant},
    own::OwnServer,
    rate::Rate,
    report::{Report, html, junit, terminal},
    run::{self, Options},
    secrets::{Secrets, forms},
    transport::Target,
};

pub(crate) fn options(base_url: &str, accounts: Vec<Account>) -> Options {
    Options {
        target: Target::new(base_url).unwrap(),
        accounts,
        seed: 7,
        rate: Rate::Unlimited,
        budget: None,
        cases: 12,
        jobs: 1,
        allow_unsafe: true,
        remote: false,
        only: Vec::new(),
        tier: None,
        fail_fast: false,
        timeout: Duration::from_secs(5),
        deviations: Deviations::default(),
        regressions: None,
    }
}

pub(crate) fn printed(report: &Report) -> String {
    let mut out = Vec::new();
    terminal::write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A run against a variant of the real server.
fn against(variant: Variant, change: impl FnOnce(&mut Options)) -> (Report, Vec<Account>) {
    let server = OwnServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), variant).unwrap();
    let mut options = options(proxy.base_url(), accounts.clone());
    change(&mut options);
    let report = run::run(&options, &Secrets::default(), &|_| {}).unwrap();
    (report, accounts)
}

fn variant(id: &str) -> Variant {
    faulty::find(id).unwrap()
}

#[test]
fn the_real_server_conforms() {
    let server = OwnServer::start().unwrap();
    let options = options(server.base_url(), server.accounts.clone());
    let report = run::run(&options, &Secrets::default(), &|_| {}).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::CONFORMS);
    assert_eq!((report.operations, report.sessions_left), (4, 0));
    assert!(report.not_run.is_empty(), "{:?}", report.not_run);
}

#[test]
fn a_failure_names_the_place_in_the_page_and_the_minimal_case() {
    let (report, _) = against(variant("active-string"), |_| {});
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

#[test]
fn generated_failures_are_shrunk() {
    let (report, _) = against(variant("user-underscore-refused"), |options| options.cases = 120);
    let failure = report.failures.iter().find(|f| f.rule == "positive_data_acceptance").unwrap();
    // One character is enough to show it.
    let user = failure.curl.split("\"user\":\"").nth(1).or(failure.curl.split("user=").nth(1));
    let user = user.unwrap().split(['"', '&', '\'']).next().unwrap();
    assert!(user == "_", "{}", failure.curl);
}

#[test]
fn no_output_holds_a_secret() {
    for id in [
        "password-echoed",
        "name-twice",
        "any-password",
        "code-any",
        "token-in-refusal",
        "token-any-user",
    ] {
        let server = OwnServer::start().unwrap();
        let accounts = server.accounts.clone();
        let handle = server.runtime().handle();
        let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), variant(id)).unwrap();
        let options = options(proxy.base_url(), accounts.clone());
        let secrets = Secrets::default();
        let report = run::run(&options, &secrets, &|_| {}).unwrap();
        assert!(!report.failures.is_empty(), "{id}");
        for output in [
            printed(&report),
            serde_json::to_string_pretty(&report).unwrap(),
            junit::xml(&report).unwrap(),
            html::page(&report),
        ] {
            for account in &accounts {
                for secret in
                    [Some(&account.password), account.totp_secret.as_ref()].into_iter().flatten()
                {
                    for form in forms(secret) {
                        assert!(
                            !output.contains(&form),
                            "{id}: {} leaks: {output}",
                            account.username
                        );
                    }
                }
            }
            // Tokens, codes and the neighbours of passwords too: all that the run has learnt.
            assert!(secrets.is_clean(&output), "{id}: {output}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_cases_and_the_same_verdict() {
    let verdict = || {
        let (report, _) = against(variant("ill-typed-500"), |_| {});
        let keys: Vec<_> =
            report.failures.iter().map(|f| (f.rule, f.place.clone(), f.case.clone())).collect();
        (report.cases, keys)
    };
    let first = verdict();
    assert!(!first.1.is_empty());
    assert_eq!(first, verdict());
}

#[test]
fn a_budget_is_kept_and_leaves_no_session() {
    for budget in [10, 25, 60] {
        let server = OwnServer::start().unwrap();
        let accounts = server.accounts.clone();
        let handle = server.runtime().handle();
        let seen = variant("as-it-is");
        let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), seen).unwrap();
        let mut options = options(proxy.base_url(), accounts);
        options.budget = Some(budget);
        let report = run::run(&options, &Secrets::default(), &|_| {}).unwrap();
        assert_eq!(report.failures.len(), 0, "{}", printed(&report));
        assert!(proxy.requests() <= budget, "{} of {budget}", proxy.requests());
        assert!(proxy.requests() + 3 > budget, "{} of {budget} are used", proxy.requests());
        assert_eq!((report.sessions_left, proxy.live_sessions()), (0, 0));
        assert_eq!(report.exit_code(), exit_code::CONFORMS);
    }
}

#[test]
fn rules_can_be_chosen() {
    let (report, _) = against(variant("password-case"), |options| {
        options.only = vec!["logout_ends_the_token".to_owned()];
    });
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    let (report, _) = against(variant("password-case"), |options| {
        options.only = vec!["password_is_compared_whole".to_owned()];
        options.fail_fast = true;
    });
    assert_eq!(report.failures.len(), 1, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::FAILURES);
}

#[test]
fn an_account_never_nears_its_lock_out() {
    let server = OwnServer::start().unwrap();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy =
        Proxy::start(handle, server.base_url(), accounts.clone(), variant("as-it-is")).unwrap();
    let options = options(proxy.base_url(), accounts);
    run::run(&options, &Secrets::default(), &|_| {}).unwrap();
    let (account, address) = proxy.most_failures();
    assert!(account > 0 && account <= 4, "{account} failures in a row of one account");
    assert!(address <= 40, "{address} failures in a row of one address");
}

#[test]
fn a_bad_accounts_file_is_named_with_the_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("accounts.toml");
    let said = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let error = accounts::read(&path, |name| (name == "PW").then(|| "s3cret".to_owned()));
        error.map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
    };
    let account = "[[account]]\nusername = \"a\"\n";
    let read = said(&format!("{account}password_env = \"PW\"")).unwrap();
    assert_eq!(read[0].password, "s3cret");
    assert!(!format!("{read:?}").contains("s3cret"));
    let error = |text: &str| said(text).unwrap_err();
    assert_eq!(error(account), "FILE: account[0]: `password` or `password_env` is missing");
    assert!(error(&format!("{account}password = hunter2")).starts_with("FILE:3:"));
    assert!(!error(&format!("{account}password = hunter2")).contains("hunter2"));
    assert!(error("").contains("at least one"));
}
