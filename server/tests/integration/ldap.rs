//! Accounts of a directory, against a real slapd.

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
    http::{Answer, call, get_text, log_in},
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

pub(crate) async fn attempt(server: &TestServer, user: &str, password: &str) -> Answer {
    log_in(&server.base_url(), json!({"user": user, "password": password})).await
}

pub(crate) async fn find(server: &TestServer, username: &str) -> Option<Account> {
    server.store().find_account(&Identity::Username(username.to_owned())).await.unwrap()
}

pub(crate) fn unauthorized(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["error"]), (401, &json!("Unauthorized")), "{answer:?}");
}

#[tokio::test]
async fn the_first_login_makes_the_account_and_later_ones_keep_it_up_to_date() {
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
    // By her new address, of which this server has not heard yet.
    let second = attempt(&server, "croft@example.org", "lara-pw").await;
    assert_eq!(second.body["data"]["userId"], first.body["data"]["userId"], "{second:?}");
    let me = &second.body["data"]["me"];
    assert_eq!((&me["name"], &me["email"]), (&json!("Lara Croft"), &json!("croft@example.org")));
    // The first session goes on.
    let me = call(&server.base_url(), "GET /api/v1/me", &first.body).await;
    assert_eq!(me.body["name"], "Lara Croft", "{me:?}");
}

#[tokio::test]
async fn an_empty_password_is_never_bound() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    // This directory says yes to a name without a password.
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
async fn a_name_is_only_ever_a_name() {
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
async fn a_name_that_two_entries_have_means_nobody() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    unauthorized(&attempt(&server, "twins@example.org", "twin-pw").await);
    assert_eq!(attempt(&server, "one", "twin-pw").await.status, 200);
    // The address is now that account's; the other twin comes in without it.
    let two = attempt(&server, "two", "twin-pw").await;
    assert_eq!(two.status, 200, "{two:?}");
    assert!(find(&server, "two").await.unwrap().profile.emails.is_empty());
}

#[tokio::test]
async fn a_local_account_is_not_the_directorys() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    assert_eq!(attempt(&server, "max", "max-here").await.status, 200);
    unauthorized(&attempt(&server, "max", "max-in-the-directory").await);
    // Nor by the address that the directory has for the name.
    unauthorized(&attempt(&server, "max@example.org", "max-in-the-directory").await);
    assert_eq!(find(&server, "max").await.unwrap().directory_dn, None);
}

#[tokio::test]
async fn an_entry_whose_name_is_an_accounts_but_for_its_case_is_refused() {
    let (slapd, log) = (Slapd::start(), Captured::default());
    let server = TestServer::builder()
        .account(TestAccount::new("LARA", "lara-here"))
        .config(|config| config.ldap = Some(slapd.config(None)))
        .log(logging::logger(&ConfigLogging::default(), log.clone()))
        .start()
        .await
        .unwrap();
    // By the name: the local account is meant, and its own password counts.
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    log.wait_for("not asked of the directory: a local account has the name, username: LARA");
    // By the address, which only the directory knows.
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
    log.wait_for("an entry of the directory is refused: an account has its user name");
    assert_eq!(server.store().accounts(None, 9).await.unwrap().len(), 1);
    let here = attempt(&server, "lara", "lara-here").await;
    assert_eq!(here.body["data"]["me"]["username"], "LARA", "{here:?}");
    assert_eq!(here.body["data"]["me"]["emails"], json!([]));
}

#[tokio::test]
async fn the_second_factor_is_asked_for_as_of_anyone() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    attempt(&server, "lara", "lara-pw").await;
    let (lara, secret) = (find(&server, "lara").await.unwrap(), TotpSecret::random());
    server.store().set_totp(&lara.id, Some((&secret, &[]))).await.unwrap();
    let body = |code: &str| json!({"user": "lara", "password": "lara-pw", "code": code});
    let answer = log_in(&server.base_url(), body("")).await;
    assert_eq!(answer.body["error"], "totp-required");
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
async fn over_tls_only_with_a_certificate_that_is_trusted() {
    let slapd = Slapd::start();
    let strangers = tempfile::tempdir().unwrap();
    let stranger = Authority::new().write_root(strangers.path());
    let trusted = slapd.authority().write_root(strangers.path());
    assert_eq!(trusted, stranger, "one file, so that only what is in it differs");
    for config in [slapd.ldaps(), slapd.start_tls()] {
        let good = server(config.clone()).await;
        let answer = attempt(&good, "lara", "lara-pw").await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", config.url);
        unauthorized(&attempt(&good, "lara", "no").await);

        Authority::new().write_root(strangers.path());
        let bad = server(ConfigLdap { root_certificate: Some(stranger.clone()), ..config }).await;
        unauthorized(&attempt(&bad, "lara", "lara-pw").await);
        assert_eq!(attempt(&bad, "alice", "alice-pw").await.status, 200);
    }
}

#[tokio::test]
async fn while_it_is_stopped_local_accounts_log_in_and_afterwards_all_do() {
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
    // Her session needs no directory.
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &lara.body).await.status, 200);
    slapd.resume();
    comes_back(&server).await;
}

/// After its pause, the server asks the directory again.
async fn comes_back(server: &TestServer) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while attempt(server, "lara", "lara-pw").await.status != 200 {
        assert!(Instant::now() < deadline, "the directory is back, and nobody notices");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_directory_that_is_slow_is_waited_for_and_a_silent_one_is_left_alone() {
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
    // Thirty of these ask; waiting a second for each would take thirty.
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    proxy.silence(false);
    proxy.delay(Duration::ZERO);
    comes_back(&server).await;
}

/// What `tests/timing` cannot see, since a question to a directory nearby is short beside a hash.
#[tokio::test]
async fn whoever_is_refused_has_cost_a_search_and_a_bind() {
    let (slapd, proxy) = (Slapd::start(), Proxy::default());
    let by_way_of = proxy.start(slapd.address()).await;
    let server = server(slapd.config(Some(by_way_of))).await;
    // So that there is an account of the directory, and a connection to it.
    assert_eq!(attempt(&server, "lara", "lara-pw").await.status, 200);
    let delay = Duration::from_millis(100);
    proxy.delay(delay);
    for user in ["alice", "lara", "two", "nobody"] {
        let began = Instant::now();
        unauthorized(&attempt(&server, user, "no").await);
        // Two questions and two answers.
        assert!(began.elapsed() >= 4 * delay, "{user}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_lock_that_does_not_show_costs_a_search_and_a_bind_too() {
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
async fn with_fallback_the_last_password_will_do_while_the_directory_is_away() {
    let mut slapd = Slapd::start();
    let server = server(ConfigLdap { fallback: true, ..slapd.config(None) }).await;
    let lara = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(lara.status, 200, "{lara:?}");
    slapd.replace("lara", "userPassword", &["new-pw"]).await;
    assert_eq!(attempt(&server, "lara", "new-pw").await.status, 200);
    // The directory's word comes first: what it refuses, only the last password opens.
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    slapd.stop();
    unauthorized(&attempt(&server, "lara", "lara-pw").await);
    assert_eq!(attempt(&server, "lara", "new-pw").await.status, 200);
    // Nobody has been logged out by any of that.
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &lara.body).await.status, 200);
    unauthorized(&attempt(&server, "two", "twin-pw").await);
}

#[tokio::test]
async fn without_fallback_a_hash_that_was_kept_opens_nothing() {
    let mut slapd = Slapd::start();
    for ldap in [Some(slapd.config(None)), None] {
        slapd.stop();
        let server = TestServer::builder().config(|config| config.ldap = ldap).start();
        let server = server.await.unwrap();
        let profile = Profile { username: "lara".to_owned(), ..Profile::default() };
        // As an import or an earlier configuration leaves it.
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
async fn an_entry_that_could_not_be_an_account_logs_nobody_in() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    unauthorized(&attempt(&server, "spaced@example.org", "spaced-pw").await);
    assert_eq!(find(&server, "two words").await, None);
}

#[tokio::test]
async fn a_lock_holds_whatever_the_directory_says() {
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
    // By another of her names the lock must not show, and nobody gets in either.
    unauthorized(&attempt(&server, "lara@example.org", "lara-pw").await);
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(attempt(&server, "lara@example.org", "lara-pw").await.status, 200);
}

/// A directory overlooks spaces, among other things: one entry has names without end.
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
        // Before there is an account, and after.
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

/// As an import leaves her.
async fn import_lara(server: &TestServer) -> Account {
    // LDAP does not tell a `uid` in one case from the same in another.
    let profile = Profile { username: "Lara".to_owned(), ..Profile::default() };
    let imported =
        Account { directory_dn: Some("rocketchat:61".to_owned()), ..Account::new(profile) };
    let new = NewAccount { account: imported.clone(), backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
    imported
}

#[tokio::test]
async fn an_imported_account_of_the_directory_stays_the_same_one() {
    let slapd = Slapd::start();
    let server = server(slapd.config(None)).await;
    let imported = import_lara(&server).await;
    let answer = attempt(&server, "lara", "lara-pw").await;
    assert_eq!(answer.body["data"]["userId"], Value::from(imported.id.as_str()), "{answer:?}");
}

/// Somebody new in the directory has the name of somebody who has left it.
#[tokio::test]
async fn an_account_of_another_entry_is_not_taken_over_by_its_name() {
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
async fn many_log_in_at_once_over_few_connections() {
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
    let answers = futures::future::join_all(all).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 401].repeat(10));
    let users = ["lara", "one", "alice"];
    for (index, answer) in answers.iter().enumerate().filter(|(index, _)| index % 4 < 3) {
        assert_eq!(answer.body["data"]["me"]["username"], users[index % 4]);
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
