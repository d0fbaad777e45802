//! Taking over the users of a Rocket.Chat.

use std::path::PathBuf;

use login_server::accounts::{BackupCodes, TotpSecret};
use login_server::config::Config;
use login_server::server::Server;
use login_server::store::Store;
use login_server::store::sqlite::SqliteStore;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tempfile::TempDir;

use crate::cli::login_server;
use crate::http::{call, log_in};

fn bcrypt(password: &str) -> String {
    bcrypt::hash(hex::encode(Sha256::digest(password)), 4).unwrap()
}

fn alice() -> Value {
    json!({
        "_id": "aobEdbYhXfu5hkeqG", "username": "alice", "name": "Alice", "active": true,
        "createdAt": {"$date": "2024-01-01T00:00:00.000Z"},
        "emails": [{"address": "alice@example.org", "verified": true}],
        "roles": ["user", "admin"], "utcOffset": {"$numberDouble": "5.75"},
        "services": {"password": {"bcrypt": bcrypt("pw")}},
    })
}

fn write(data: &TempDir, lines: &[Value]) -> PathBuf {
    let path = data.path().join("users.jsonl");
    let text: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, text.concat()).unwrap();
    path
}

async fn import(data: &TempDir, lines: &[Value], options: &str) -> Result<String, String> {
    let file = write(data, lines);
    login_server(data, &format!("import {}{options}", file.display()), "").await
}

async fn usernames(data: &TempDir) -> Vec<String> {
    let listed = login_server(data, "account list", "").await.unwrap();
    listed.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_bcrypt_account_logs_in_and_is_rehashed() {
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &[alice()], "").await.unwrap();
    assert_eq!(report, "imported 1 accounts, 0 with TOTP, 0 of the directory; left out 0\n");

    let mut config = Config::default();
    config.server.listen.set_port(0);
    (config.hashing.memory_kib, config.hashing.passes) = (8, 1);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data.path()).unwrap());
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let server = Server::start(&config, Arc::clone(&store), Default::default(), log).await.unwrap();
    let url = server.base_url();
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "no"})).await.status, 401);
    assert_eq!(store.hash_kinds().await.unwrap().len(), 1);
    let login = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(login.body["data"]["userId"], "aobEdbYhXfu5hkeqG", "{login:?}");
    assert_eq!(login.body["data"]["me"]["roles"], json!(["user", "admin"]));
    assert_eq!(login.body["data"]["me"]["email"], "alice@example.org");
    assert_eq!(store.hash_kinds().await.unwrap().len(), 1);
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "pw"})).await.status, 200);
    assert_eq!(call(&url, "GET /api/v1/me", &login.body).await.status, 200);
}

#[tokio::test]
async fn the_second_factor_comes_along() {
    let data = tempfile::tempdir().unwrap();
    let secret = TotpSecret::random();
    let mut carol = alice();
    carol["services"]["totp"] = json!({
        "enabled": true, "secret": secret.to_base32().expose(),
        "hashedBackup": [BackupCodes::hash("AAAA2222")],
    });
    import(&data, &[carol], "").await.unwrap();
    let mut config = Config::default();
    config.server.listen.set_port(0);
    (config.hashing.memory_kib, config.hashing.passes) = (8, 1);
    let store = Arc::new(SqliteStore::open(data.path()).unwrap());
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let clock = login_server::clock::Clock::default();
    let server = Server::start(&config, store, clock.clone(), log).await.unwrap();
    let attempt = |code: Value| {
        let url = server.base_url();
        async move { log_in(&url, json!({"user": "alice", "password": "pw", "code": code})).await }
    };
    let code = secret.code_at(clock.now());
    assert_eq!(attempt(json!("")).await.body["error"], "totp-required");
    assert_eq!(attempt(json!(code)).await.status, 200);
    assert_eq!(attempt(json!("AAAA2222")).await.status, 200);
    assert_eq!(attempt(json!("AAAA2222")).await.body["error"], "totp-invalid");
}

#[tokio::test]
async fn a_bad_line_is_named_and_nothing_is_imported() {
    let data = tempfile::tempdir().unwrap();
    let mut twin = alice();
    twin["username"] = json!("twin");
    let lines = [
        alice(),
        json!({"_id": "b1"}),
        twin.clone(),
        json!({"_id": "c1", "username": "carol", "emails": [{"address": "ALICE@example.org"}]}),
        json!({"_id": "d1", "username": "dora"}),
    ];
    let error = import(&data, &lines, "").await.unwrap_err();
    assert_eq!(error, "3 of 5 accounts cannot be imported; nothing was changed");
    assert_eq!(usernames(&data).await, [""; 0]);

    let report = import(&data, &lines, " --skip-invalid --json").await.unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["imported"], 2, "{report}");
    let invalid = &report["invalid"];
    assert_eq!(
        [&invalid[0]["line"], &invalid[1]["line"], &invalid[2]["line"]],
        [&json!(2), &json!(3), &json!(4)]
    );
    assert_eq!(invalid[0]["error"], "there is no user name");
    assert_eq!(invalid[1]["error"], "the id stands in line 1 already");
    assert_eq!(invalid[2]["error"], "the e-mail address stands in line 1 already");
    assert_eq!(usernames(&data).await, ["alice", "dora"]);

    // Once more, they are all there already, or still wrong.
    let error = import(&data, &lines, "").await.unwrap_err();
    assert_eq!(error, "5 of 5 accounts cannot be imported; nothing was changed");
}

#[tokio::test]
async fn names_that_differ_only_in_case_come_along_and_a_name_comes_once() {
    let data = tempfile::tempdir().unwrap();
    let user = |id: &str, name: &str| json!({"_id": id, "username": name});
    import(&data, &[user("a1", "al")], "").await.unwrap();
    import(&data, &[user("a2", "AL"), user("a3", "Al")], "").await.unwrap();
    assert_eq!(usernames(&data).await, ["AL", "Al", "al"]);
    let lines = [user("b1", "bob"), user("b2", "bob"), user("a4", "al")];
    let report = import(&data, &lines, " --skip-invalid --json").await.unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["imported"], 1, "{report}");
    assert_eq!(report["invalid"][0]["error"], "the user name stands in line 1 already");
    assert_eq!(report["invalid"][1]["error"], "the user name is taken by another account");
}

#[tokio::test]
async fn what_the_store_refuses_undoes_the_rest() {
    let data = tempfile::tempdir().unwrap();
    import(&data, &[json!({"_id": "a1", "username": "al"})], "").await.unwrap();
    // The id is only found out when it is stored.
    let lines = [
        json!({"_id": "b1", "username": "bob"}),
        json!({"_id": "a1", "username": "alf"}),
        json!({"_id": "c1", "username": "carol"}),
    ];
    let error = import(&data, &lines, "").await.unwrap_err();
    assert!(error.starts_with("line 2: nothing was imported: "), "{error}");
    assert_eq!(usernames(&data).await, ["al"]);
    let report = import(&data, &lines, " --skip-invalid").await.unwrap();
    assert!(report.contains("line 2 (alf): ") && report.contains("imported 2 "), "{report}");
    assert_eq!(usernames(&data).await, ["al", "bob", "carol"]);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &[alice()], " --dry-run").await.unwrap();
    assert!(report.starts_with("would import 1 accounts"), "{report}");
    assert_eq!(usernames(&data).await, [""; 0]);
}

#[tokio::test]
async fn the_standard_input_will_do_and_an_array_will_not() {
    let data = tempfile::tempdir().unwrap();
    let line = json!({"_id": "a1", "username": "al", "services": {"ldap": {"id": "61"}}});
    login_server(&data, "import -", &format!("\u{feff}{line}\n\n")).await.unwrap();
    let shown = login_server(&data, "account show --username al --json", "").await.unwrap();
    assert!(shown.contains(r#""directoryDn":"rocketchat:61""#), "{shown}");
    let error = login_server(&data, "import -", &format!("[{line}]")).await.unwrap_err();
    assert!(error.contains("--jsonArray"), "{error}");
}
