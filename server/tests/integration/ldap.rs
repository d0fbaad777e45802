//! Directory accounts, with a real slapd.

use std::time::{Duration, Instant};

use login_server::{
    accounts::{Account, Identity, NewAccount, PasswordHash, Profile, TotpSecret},
    config::{ConfigLdap, ConfigLogging},
    logging,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    captured::Captured,
    http::{Response, call, get_text, log_in},
    pki::Authority,
    slapd::{Proxy, Slapd},
};

pub(crate) async fn server(ldap: ConfigLdap) -> TestServer {
    TestServer::builder()
        .account(TestAccount::new("alice", "alice-pw").email("alice@example.org"))
        .account(TestAccount::new("max", "max-here"))
        .config(|config| {
            config.ldap = Some(ldap);
            config.lockout.account_failures = 1000;
            config.lockout.address_failures = 1000;
        })
        .start()
        .await
        .unwrap()
}

pub(crate) async fn attempt(server: &TestServer, user: &str, password: &str) -> Response {
    log_in(&server.base_url(), json!({"user": user, "password": password})).await
}

pub(crate) async fn find(server: &TestServer, username: &str) -> Option<Account> {
    server.store().find_account(&Identity::Username(username.to_owned())).await.unwrap()
}

pub(crate) fn unauthorized(response: &Response) {
    assert_eq!(
        (response.status, &response.body["error"]),
        (401, &json!("Unauthorized")),
        "{response:?}"
    );
}

#[tokio::test]
async fn first_login_creates_the_account_and_later_ones_update_it() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    unauthorized(&attempt(&server, "lara", "alice-pw").await);
    assert_eq!(find(&server, "lara").await, None);

    let first = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(first.status, 200, "{first:?}");
    let me = &first.body["data"]["me"];
    assert_eq!((&me["username"], &me["name"]), (&json!("lara"), &json!("Lara")));
    assert_eq!((&me["email"], &me["roles"]), (&json!("lara@example.org"), &json!(["user"])));
    let account = find(&server, "lara").await.unwrap();
    assert_eq!(account.directory_dn.as_deref(), Some("uid=lara,ou=people,dc=example,dc=org"));
    assert_eq!(account.password, None, "without fallback no password is kept");

    slapd.replace("lara", "cn", &["Lara Croft"]).await;
    slapd.replace("lara", "mail", &["croft@example.org"]).await;
    // By the new address, which this server does not know yet.
    let second = attempt(&server, "croft@example.org", "lara-pw").await;
    assert_eq!(second.body["data"]["userId"], first.body["data"]["userId"], "{second:?}");
    let me = &second.body["data"]["me"];
    assert_eq!((&me["name"], &me["email"]), (&json!("Lara Croft"), &json!("croft@example.org")));
    // The first session is still valid.
    let me = call(&server.base_url(), "GET /api/v1/me", &first.body).await;
    assert_eq!(me.body["name"], "Lara Croft", "{me:?}");
}

#[tokio::test]
async fn empty_password_is_never_bound() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    // This directory accepts a bind without a password.
    for body in [
        json!({"user": "lara", "password": ""}),
        json!({"user": "lara"}),
        json!({"username": "lara", "password": ""}),
    ] {
        unauthorized(&log_in(&server.base_url(), body).await);
    }
    assert_eq!(find(&server, "lara").await, None);
}

#[tokio::test]
async fn name_cannot_change_the_search_filter() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    for name in [
        "*",
        "l*",
        "lara*",
        "*)(uid=lara",
        "lara)(objectClass=*",
        "lara))(|(uid=lara",
        "lara)(cn=*))(|(uid=x",
        "\\6cara",
        "\\2a",
        "uid=lara",
        "uid=lara,ou=people,dc=example,dc=org",
        "{login}",
        "lara\u{1}",
    ] {
        unauthorized(&attempt(&server, name, "lara-pw").await);
    }
    assert_eq!(find(&server, "lara").await, None);
    let odd = attempt(&server, "o(d)d*\\name", "odd-pw").await;
    assert_eq!(odd.body["data"]["me"]["username"], "o(d)d*\\name", "{odd:?}");
}

#[tokio::test]
async fn name_of_two_entries_is_refused() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    unauthorized(&attempt(&server, "twins@example.org", "twin-pw").await);
    assert_eq!(attempt(&server, "one", "twin-pw").await.status, 200);
    // The address belongs to the first account now, so the other one gets none.
    let two = attempt(&server, "two", "twin-pw").await;
    assert_eq!(two.status, 200, "{two:?}");
    assert!(find(&server, "two").await.unwrap().profile.emails.is_empty());
}

#[tokio::test]
async fn directory_password_does_not_open_a_local_account() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "max", "max-here").await.status, 200);
    unauthorized(&attempt(&server, "max", "max-in-the-directory").await);
    // The address of the directory entry does not work either.
    unauthorized(&attempt(&server, "max@example.org", "max-in-the-directory").await);
    assert_eq!(find(&server, "max").await.unwrap().directory_dn, None);
}

#[tokio::test]
async fn entry_is_refused_if_its_name_differs_from_an_account_only_in_case() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let server = TestServer::builder()
        .account(TestAccount::new("LARA", "lara-here"))
        .config(|config| config.ldap = Some(slapd.config(None)))
        .log(logging::logger(&ConfigLogging::default(), log.clone()))
        .start()
        .await
        .unwrap();
    // The name belongs to the local account, so only its password counts.
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    log.wait_for("not asked of the directory: a local account has the name, username: LARA");
    // Only the directory knows the address.
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
    log.wait_for("an entry of the directory is refused: an account has its user name");
    assert_eq!(server.store().accounts(None, 9).await.unwrap().len(), 1);
    let here = attempt(&server, "lara", "lara-here").await;
    assert_eq!(here.body["data"]["me"]["username"], "LARA", "{here:?}");
    assert_eq!(here.body["data"]["me"]["emails"], json!([]));
}

#[tokio::test]
async fn second_factor_is_required_of_directory_accounts() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    attempt(&server, "lara", "lara-pw").await;
    let (lara, secret) = (find(&server, "lara").await.unwrap(), TotpSecret::random());
    server.store().set_totp(&lara.id, Some((&secret, &[]))).await.unwrap();
    let body = |code: &str| json!({"user": "lara", "password": "lara-pw", "code": code});
    let response = log_in(&server.base_url(), body("")).await;
    assert_eq!(response.body["error"], "totp-required");
    let code = secret.code_at(server.clock().now());
    assert_eq!(log_in(&server.base_url(), body(code.expose())).await.status, 200);
    let replayed = log_in(&server.base_url(), body(code.expose())).await;
    assert_eq!(replayed.body["error"], "totp-invalid");
    unauthorized(&attempt(&server, "lara", "no").await);
    server.store().set_active(&lara.id, false).await.unwrap();
    let inactive = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(inactive.body["error"], "error-user-is-not-activated");
}

#[tokio::test]
async fn tls_requires_a_trusted_certificate() {
    let slapd = Slapd::start();
    let strangers = tempfile::tempdir().unwrap();
    let stranger = Authority::new().write_root(strangers.path());
    let trusted = slapd.authority().write_root(strangers.path());
    assert_eq!(trusted, stranger, "one file, so that only what is in it differs");
    for config in [slapd.ldaps(), slapd.start_tls()] {
        let good = server(config.clone()).await;
        let response = attempt(&good, "lara", "lara-pw").await;
        assert_eq!(response.status, 200, "{}: {response:?}", config.url);
        unauthorized(&attempt(&good, "lara", "no").await);

        Authority::new().write_root(strangers.path());
        let bad = server(ConfigLdap { root_certificate: Some(stranger.clone()), ..config }).await;
        unauthorized(&attempt(&bad, "lara", "lara-pw").await);
        assert_eq!(attempt(&bad, "alice", "alice-pw").await.status, 200);
    }
}

#[tokio::test]
async fn local_accounts_log_in_while_the_directory_is_stopped() {
    let mut slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let lara = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(lara.status, 200, "{lara:?}");
    slapd.stop();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    for _ in 0..5 {
        assert_eq!(attempt(&server, "alice", "alice-pw").await.status, 200);
        unauthorized(&attempt(&server, "alice", "no").await);
    }
    // A session needs no directory.
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &lara.body).await.status, 200);
    slapd.resume();
    wait_until_directory_is_back(&server).await;
}

/// Waits until the server uses the directory again.
async fn wait_until_directory_is_back(server: &TestServer) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while attempt(server, "lara", "lara-pw").await.status != 200 {
        assert!(Instant::now() < deadline, "the server does not use the directory again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn slow_directory_is_waited_for_and_a_silent_one_is_skipped() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    let server = server(slapd.config(Some(by_way_of))).await;
    proxy.delay(Duration::from_millis(40));
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);

    proxy.silence(true);
    let began = Instant::now();
    for _ in 0..10 {
        assert_eq!(attempt(&server, "alice", "alice-pw").await.status, 200);
        unauthorized(&attempt(&server, "alice", "no").await);
        unauthorized(&attempt(&server, "nobody", "no").await);
        unauthorized(&attempt(&server, "lara", "lara-pw").await);
    }
    // Thirty of the logins need the directory, and waiting a second for each would take thirty
    // seconds.
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    proxy.silence(false);
    proxy.delay(Duration::ZERO);
    wait_until_directory_is_back(&server).await;
}

/// `tests/timing` cannot measure this, because a request to a local directory is short compared
/// with a hash.
#[tokio::test]
async fn every_refusal_takes_a_search_and_a_bind() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    let server = server(slapd.config(Some(by_way_of))).await;
    // Make the account and a connection to the directory.
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    let delay = Duration::from_millis(100);
    proxy.delay(delay);
    for user in ["alice", "lara", "two", "nobody"] {
        let began = Instant::now();
        unauthorized(&attempt(&server, user, "no").await);
        // Two requests and two responses.
        assert!(began.elapsed() >= 4 * delay, "{user}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn refusal_by_a_hidden_lock_takes_a_search_and_a_bind() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    let server = TestServer::builder()
        .config(|config| {
            config.ldap = Some(slapd.config(Some(by_way_of)));
            config.lockout.account_failures = 3;
        })
        .start()
        .await
        .unwrap();
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    for _ in 0..3 {
        unauthorized(&attempt(&server, "lara@example.org", "no").await);
    }
    let delay = Duration::from_millis(100);
    proxy.delay(delay);
    let began = Instant::now();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    assert!(began.elapsed() >= 4 * delay, "{:?}", began.elapsed());
}

#[tokio::test]
async fn fallback_accepts_the_last_password_while_the_directory_is_down() {
    let mut slapd = Slapd::start();
    let server = server(ConfigLdap { fallback: true, ..slapd.config(None) }).await;
    let lara = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(lara.status, 200, "{lara:?}");
    slapd.replace("lara", "userPassword", &["new-pw"]).await;
    assert_eq!(attempt(&server, "lara", "new-pw").await.status, 200);
    // The directory's verdict has priority: it refuses the old password.
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    slapd.stop();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    assert_eq!(attempt(&server, "lara", "new-pw").await.status, 200);
    // None of this ended a session.
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &lara.body).await.status, 200);
    unauthorized(&attempt(&server, "two", "twin-pw").await);
}

#[tokio::test]
async fn stored_hash_is_ignored_without_fallback() {
    let mut slapd = Slapd::start();
    for ldap in [Some(slapd.config(None)), None] {
        slapd.stop();
        let server = TestServer::builder().config(|config| config.ldap = ldap).start();
        let server = server.await.unwrap();
        let profile = Profile { username: "lara".to_owned(), ..Profile::default() };
        // A hash that an import or an earlier configuration left behind.
        let hash = bcrypt::hash(hex::encode(Sha256::digest("kept-pw")), 4).unwrap();
        let account = Account {
            directory_dn: Some("rocketchat:61".to_owned()),
            password: Some(PasswordHash::from_stored(hash)),
            ..Account::new(profile)
        };
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        server.store().add_account(&new).await.unwrap();
        unauthorized(&attempt(&server, "lara", "kept-pw").await);
        slapd.resume();
    }
}

#[tokio::test]
async fn entry_without_a_usable_user_name_is_refused() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    unauthorized(&attempt(&server, "spaced@example.org", "spaced-pw").await);
    assert_eq!(find(&server, "two words").await, None);
}

#[tokio::test]
async fn lock_applies_whatever_the_directory_says() {
    let slapd = Slapd::start();
    let server = TestServer::builder()
        .config(|config| {
            config.ldap = Some(slapd.config(None));
            config.lockout.account_failures = 3;
        })
        .start()
        .await
        .unwrap();
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    for _ in 0..3 {
        unauthorized(&attempt(&server, "lara", "no").await);
    }
    let locked = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(locked.body["error"], "error-login-blocked-for-user");
    // With another name of the same account, the lock is hidden, but no login succeeds.
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(attempt(&server, "lara@example.org", "lara-pw").await.status, 200);
}

/// A directory ignores additional spaces, so an entry has an unlimited number of names.
#[tokio::test]
async fn guesses_under_many_spellings_are_counted_together() {
    let slapd = Slapd::start();
    for imported in [false, true] {
        let server = TestServer::builder()
            .config(|config| {
                config.ldap = Some(slapd.config(None));
                config.lockout.account_failures = 3;
            })
            .start()
            .await
            .unwrap();
        if imported {
            import_lara(&server).await;
        }
        // Before the account exists, and after.
        for round in 0..2 {
            for spelling in [" lara", "lara ", "  lara"] {
                let spelling = format!("{spelling}{}", " ".repeat(round));
                unauthorized(&attempt(&server, &spelling, "no").await);
            }
            for spelling in ["lara   ", "   lara"] {
                unauthorized(&attempt(&server, spelling, "lara-pw").await);
            }
            server.clock().advance(Duration::from_secs(301));
            assert_eq!(attempt(&server, "lara    ", "lara-pw").await.status, 200);
        }
    }
}

/// Adds the account as an import does.
async fn import_lara(server: &TestServer) -> Account {
    // A `uid` in LDAP ignores case.
    let profile = Profile { username: "Lara".to_owned(), ..Profile::default() };
    let imported =
        Account { directory_dn: Some("rocketchat:61".to_owned()), ..Account::new(profile) };
    let new = NewAccount { account: imported.clone(), backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
    imported
}

#[tokio::test]
async fn imported_directory_account_is_found_at_its_first_login() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let imported = import_lara(&server).await;
    let response = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(response.body["data"]["userId"], Value::from(imported.id.as_str()), "{response:?}");
}

/// A new person in the directory has the user name of one who has left.
#[tokio::test]
async fn account_of_another_entry_is_not_found_by_its_name() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let profile = Profile { username: "lara".to_owned(), ..Profile::default() };
    let earlier = Some("uid=lara,ou=former,dc=example,dc=org".to_owned());
    let account = Account { directory_dn: earlier, ..Account::new(profile) };
    let new = NewAccount { account, backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
}

#[tokio::test]
async fn concurrent_logins_share_few_connections() {
    let slapd = Slapd::start();
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "alice-pw"))
        .config(|config| {
            config.ldap = Some(slapd.config(None));
            config.metrics.listen = Some(([127, 0, 0, 1], 0).into());
            config.lockout.enabled = false;
        })
        .start()
        .await
        .unwrap();
    let all = (0..40).map(|index| {
        let (user, password) =
            [("lara", "lara-pw"), ("one", "twin-pw"), ("alice", "alice-pw"), ("lara", "no")]
                [index % 4];
        attempt(&server, user, password)
    });
    let responses = futures::future::join_all(all).await;
    let statuses: Vec<u16> = responses.iter().map(|response| response.status).collect();
    assert_eq!(statuses, [200, 200, 200, 401].repeat(10));
    let users = ["lara", "one", "alice"];
    for (index, response) in responses.iter().enumerate().filter(|(index, _)| index % 4 < 3) {
        assert_eq!(response.body["data"]["me"]["username"], users[index % 4]);
    }
    let metrics = format!("http://{}", server.server().metrics_addr().unwrap());
    let (_, text) = get_text(&metrics, "/metrics").await;
    for line in [
        "login_server_directory_total{result=\"accepted\"} 20",
        "login_server_directory_total{result=\"refused\"} 10",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in {text}");
    }
}
