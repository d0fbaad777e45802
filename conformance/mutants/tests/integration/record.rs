//! Records: equal servers have equal records, and changes are sorted by their impact.

use login_conformance::login::{accounts::Account, record};
use login_mutants::{
    in_process::InProcessServer,
    mutants::{self, Proxy},
};
use specfirst_engine::{
    record::{Change, Impact, Snapshot},
    redact::Secrets,
};

use crate::run::options;

fn recorded(name: &str) -> (Vec<Snapshot>, Vec<Account>) {
    let server = InProcessServer::start().unwrap();
    let accounts = server.accounts.clone();
    let mutant = mutants::find(name).unwrap();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant).unwrap();
    let options = options(proxy.base_url(), accounts.clone());
    let recording = options.record(&Secrets::default()).unwrap();
    assert!(recording.halt.is_none(), "{:?}", recording.halt);
    assert_eq!((recording.skipped.len(), recording.sessions_left), (0, 0));
    // Tokens that a mutant made up cannot be logged out.
    assert!(proxy.live_sessions() == 0 || name != "as-it-is");
    (recording.snapshots, accounts)
}

fn changes(mutant: &str) -> Vec<Change> {
    specfirst_engine::record::changes(&recorded("as-it-is").0, &recorded(mutant).0, record::purpose)
}

#[test]
fn two_equal_servers_have_the_same_record_without_their_data() {
    let (first, accounts) = recorded("as-it-is");
    let (second, _) = recorded("as-it-is");
    // Other accounts, tokens, codes and ports give the same text.
    assert_eq!(first, second);
    assert_eq!(first.len(), 23);
    for snapshot in &first {
        let text = snapshot.to_string();
        assert!(text.lines().count() < 60, "{text}");
        for account in &accounts {
            assert!(!text.contains(&account.password) && !text.contains("127.0.0.1"), "{text}");
            let email = account.email.as_deref().unwrap();
            assert!(!text.contains(email), "{text}");
        }
        assert_eq!(text.parse::<Snapshot>().as_ref(), Ok(snapshot));
    }
}

#[test]
fn breaking_changes_are_distinguished_from_others() {
    let breaking = changes("form-refused");
    assert_eq!(breaking[0].impact, Impact::Breaking);
    assert_eq!(
        (breaking[0].exchange.as_str(), breaking[0].place.as_str()),
        ("login-by-form", "status")
    );
    let types = changes("active-string");
    assert!(types.iter().all(|change| change.impact == Impact::Breaking), "{types:?}");
    assert!(types.iter().any(|change| change.place == "/data/me/active"), "{types:?}");
    let stricter = changes("ill-typed-422");
    assert!(stricter.iter().any(|change| change.impact == Impact::Tightening), "{stricter:?}");
    assert!(stricter.iter().all(|change| change.impact != Impact::Breaking), "{stricter:?}");
    for cosmetic in ["extra-members", "charset", "pretty", "other-errors", "request-ids", "slow"] {
        let found = changes(cosmetic);
        assert!(found.iter().all(|change| change.impact == Impact::Cosmetic), "{found:?}");
    }
    let gets_in = changes("directory-without-factor");
    assert!(gets_in.is_empty(), "the record asks nothing of a directory: {gets_in:?}");
    let gets_in = changes("code-not-required");
    assert_eq!(
        (gets_in[0].impact, gets_in[0].exchange.as_str()),
        (Impact::Breaking, "code-missing")
    );
}

/// The exchanges of every client with this workspace's server, as a record holds them.
#[test]
fn canonical_exchanges_match_their_snapshots() {
    for snapshot in recorded("as-it-is").0 {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("exchange-{}", snapshot.name), snapshot.to_string());
        });
    }
}
