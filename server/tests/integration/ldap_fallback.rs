//! The fallback: a directory account may log in with its last password only while the directory
//! gives no verdict.

use login_server::{
    accounts::{Account, NewAccount, PasswordHash, Profile},
    config::ConfigLdap,
    store::Store,
    testing::{TestServer, TestServerBuilder},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    http::log_in,
    ldap::{attempt, find, unauthorized},
    slapd::{Proxy, Slapd, dn},
};

fn builder(ldap: ConfigLdap) -> TestServerBuilder {
    TestServer::builder().config(|config| {
        config.ldap = Some(ConfigLdap { fallback: true, ..ldap });
        config.compatibility.rocketchat = true;
        config.lockout.account_failures = 1000;
        config.lockout.address_failures = 1000;
    })
}

async fn server(ldap: ConfigLdap) -> TestServer {
    builder(ldap).start().await.unwrap()
}

/// Stores an account that has logged in before with this password.
async fn remember(store: &dyn Store, username: &str, password: &str) {
    let hash = bcrypt::hash(hex::encode(Sha256::digest(password)), 4).unwrap();
    let profile = Profile { username: username.to_owned(), ..Profile::default() };
    let account = Account {
        directory_dn: Some(dn(username)),
        password: Some(PasswordHash::from_stored(hash)),
        ..Account::new(profile)
    };
    store.add_account(&NewAccount { account, backup_code_hashes: Vec::new() }).await.unwrap();
}

/// The body of a login with the SHA-256 of the password.
fn digest(user: &str, password: &str) -> serde_json::Value {
    let digest = hex::encode(Sha256::digest(password));
    json!({"user": user, "password": {"digest": digest, "algorithm": "sha-256"}})
}

#[tokio::test]
async fn password_changed_in_the_directory_ends_the_old_one() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    slapd.replace("lara", "userPassword", &["new-pw"]).await;
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    unauthorized(&log_in(&server.base_url(), digest("lara", "lara-pw")).await);
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
    slapd.stop();
    // The directory has refused it, so it stays refused.
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    slapd.resume();
}

#[tokio::test]
async fn mistyped_password_leaves_the_remembered_one() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    unauthorized(&attempt(&server, "lara", "lara-wp").await);
    slapd.stop();
    unauthorized(&attempt(&server, "lara", "lara-wp").await);
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
}

#[tokio::test]
async fn deleted_entry_ends_the_remembered_password() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    slapd.delete(&dn("lara")).await;
    for user in ["lara", "lara@example.org"] {
        unauthorized(&attempt(&server, user, "lara-pw").await);
    }
    unauthorized(&log_in(&server.base_url(), digest("lara", "lara-pw")).await);
    assert_eq!(find(&server, "lara").await.unwrap().password, None);
    slapd.stop();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
}

#[tokio::test]
async fn name_of_several_entries_does_not_open_the_account_that_has_it_here() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    // The first twin to log in gets the address that both have in the directory.
    assert_eq!(attempt(&server, "one", "twin-pw").await.status, 200);
    unauthorized(&attempt(&server, "twins@example.org", "twin-pw").await);
    // This says nothing about the password.
    slapd.stop();
    assert_eq!(attempt(&server, "one", "twin-pw").await.status, 200);
}

/// A digest cannot be bound with, so the directory cannot check it.
#[tokio::test]
async fn digest_opens_an_account_only_while_the_directory_is_away() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    unauthorized(&log_in(&server.base_url(), digest("lara", "lara-pw")).await);
    slapd.stop();
    assert_eq!(log_in(&server.base_url(), digest("lara", "lara-pw")).await.status, 200);
    unauthorized(&log_in(&server.base_url(), digest("lara", "lara-wp")).await);
}

#[tokio::test]
async fn only_a_result_code_that_judges_the_password_is_a_verdict() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    slapd.replace("lara", "userPassword", &["new-pw"]).await;
    // Constraint violation, no such object, inappropriate authentication, invalid credentials,
    // insufficient access rights, unwilling to perform: these are about the password or the entry.
    let verdicts = [19, 32, 48, 49, 50, 53];
    // Operations error, protocol error, time limit, administrative limit, confidentiality required,
    // busy, unavailable, other: these are about the directory itself.
    for code in [1, 2, 3, 11, 13, 51, 52, 80].into_iter().chain(verdicts) {
        let server = server(slapd.config(Some(by_way_of))).await;
        remember(server.store(), "lara", "lara-pw").await;
        proxy.refuse_binds_with(code);
        let status = attempt(&server, "lara", "lara-pw").await.status;
        assert_eq!(status, if verdicts.contains(&code) { 401 } else { 200 }, "code {code}");
    }
}

#[tokio::test]
async fn search_that_fails_is_no_verdict() {
    let slapd = Slapd::start();
    let elsewhere = "ou=nowhere,dc=example,dc=org".to_owned();
    let server = server(ConfigLdap { base_dn: elsewhere, ..slapd.config(None) }).await;
    remember(server.store(), "lara", "lara-pw").await;
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    unauthorized(&attempt(&server, "lara", "no").await);
}

/// The result of the search stays valid if the dummy bind after it fails.
#[tokio::test]
async fn entry_that_is_not_found_is_a_verdict_even_if_nobody_can_bind() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    let server = server(slapd.config(Some(by_way_of))).await;
    for username in ["lara", "gone"] {
        remember(server.store(), username, "kept-pw").await;
    }
    proxy.connect_at_most(1);
    unauthorized(&attempt(&server, "gone", "kept-pw").await);
    // The circuit breaker is open now, so an account whose entry may exist can use the fallback.
    assert_eq!(attempt(&server, "lara", "kept-pw").await.status, 200);
}
