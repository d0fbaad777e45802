//! Unusable values of an entry prevent no login.

use login_server::{
    Secret,
    config::{ConfigLdap, ConfigLdapAttributes, ConfigLogging},
    logging,
    testing::{TestAccount, TestPostgres, TestServer},
};
use serde_json::json;

use crate::{
    captured::Captured,
    http::Response,
    ldap::{attempt, find, unauthorized},
    slapd::Slapd,
};

async fn server(ldap: ConfigLdap, store: Option<Secret>, log: &Captured) -> TestServer {
    TestServer::builder()
        .account(TestAccount::new("alice", "alice-pw").email("alice@example.org"))
        .config(|config| (config.ldap, config.store.url) = (Some(ldap), store))
        .log(logging::logger(&ConfigLogging::default(), log.clone()))
        .start()
        .await
        .unwrap()
}

/// The e-mail addresses of the user who logged in, sorted.
fn addresses(response: &Response) -> Vec<&str> {
    assert_eq!(response.status, 200, "{response:?}");
    let emails = response.body["data"]["me"]["emails"].as_array().unwrap();
    let mut addresses: Vec<_> =
        emails.iter().map(|email| email["address"].as_str().unwrap()).collect();
    addresses.sort_unstable();
    addresses
}

#[tokio::test]
async fn malformed_addresses_are_left_out_one_by_one() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    for store in [None, Some(url)] {
        let (slapd, log) = (Slapd::start(), Captured::default());
        let server = server(slapd.config(None), store, &log).await;
        // Too long for an index of PostgreSQL.
        let long = format!("{}@example.org", "x".repeat(5000));
        let first = ["lara", "@x.org", "lara@", "one@x.org", "a@b@c", "two words@x.org"];
        let first = [&first[..], &["control\u{1}@x.org", &long, "two@x.org"]].concat();
        slapd.replace("lara", "mail", &first).await;
        let lara = attempt(&server, "lara", "lara-pw").await;
        assert_eq!(addresses(&lara), ["one@x.org", "two@x.org"]);
        log.wait_for("an address of an entry is left out");

        slapd.replace("lara", "mail", &["lara@", "three@x.org"]).await;
        assert_eq!(addresses(&attempt(&server, "lara", "lara-pw").await), ["three@x.org"]);
        slapd.replace("lara", "mail", &["lara@"]).await;
        assert_eq!(addresses(&attempt(&server, "lara", "lara-pw").await), ["three@x.org"]);
        let log = log.text();
        assert!(
            !log.contains("two words") && !log.contains("lara@") && !log.contains("xxx"),
            "{log}"
        );
    }
}

#[tokio::test]
async fn address_of_another_account_is_left_out_alone() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let server = server(slapd.config(None), None, &log).await;
    slapd.replace("lara", "mail", &["Alice@example.org", "one@x.org"]).await;
    assert_eq!(addresses(&attempt(&server, "lara", "lara-pw").await), ["one@x.org"]);
    slapd.replace("lara", "mail", &["two@x.org", "Alice@example.org"]).await;
    assert_eq!(addresses(&attempt(&server, "lara", "lara-pw").await), ["two@x.org"]);
    let alice = attempt(&server, "alice", "alice-pw").await;
    assert_eq!(addresses(&alice), ["alice@example.org"]);
}

#[tokio::test]
async fn malformed_name_is_left_out() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let server = server(slapd.config(None), None, &log).await;
    let long = "x".repeat(5000);
    for bad in ["La\u{1}ra", " \u{a0} ", &long] {
        slapd.replace("lara", "cn", &[bad]).await;
        let lara = attempt(&server, "lara", "lara-pw").await;
        assert_eq!(
            (lara.status, &lara.body["data"]["me"]["name"]),
            (200, &json!(null)),
            "{lara:?}"
        );
    }
    for name in ["Lara", "La\nra"] {
        slapd.replace("lara", "cn", &[name]).await;
        let lara = attempt(&server, "lara", "lara-pw").await;
        assert_eq!(lara.body["data"]["me"]["name"], "Lara");
    }
}

/// The account is found by the entry's id; only a new account needs a user name.
#[tokio::test]
async fn entry_that_has_lost_its_user_name_keeps_its_account() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let attributes = ConfigLdapAttributes {
        username: "displayName".to_owned(),
        ..ConfigLdapAttributes::default()
    };
    let ldap = ConfigLdap { attributes, ..slapd.config(None) };
    let server = server(ldap, None, &log).await;
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    log.wait_for("cannot make an account of an entry");
    slapd.replace("lara", "displayName", &["croft"]).await;
    let first = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(first.body["data"]["me"]["username"], "croft", "{first:?}");
    for lost in [&[][..], &["two words"]] {
        slapd.replace("lara", "displayName", lost).await;
        let later = attempt(&server, "lara", "lara-pw").await;
        assert_eq!(later.body["data"]["userId"], first.body["data"]["userId"], "{later:?}");
        assert_eq!(find(&server, "croft").await.unwrap().profile.username, "croft");
    }
}
