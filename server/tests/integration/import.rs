//! The import of Rocket.Chat users.

use std::{path::PathBuf, sync::Arc};

use login_server::{
    Server,
    accounts::{BackupCodes, TotpSecret},
    config::Config,
    store::{
        Store,
        sqlite::{FILE_NAME, SqliteStore},
    },
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::{
    cli::login_server,
    http::{call, log_in},
};

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

/// A server on the imported accounts, with cheap hashes.
async fn serve(data: &TempDir) -> (Server, Arc<dyn Store>) {
    let mut config = Config::default();
    config.server.listen.set_port(0);
    (config.hashing.memory_kib, config.hashing.passes) = (8, 1);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data.path()).unwrap());
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let clock = login_server::clock::Clock::default();
    (Server::start(&config, Arc::clone(&store), clock, log).await.unwrap(), store)
}

async fn kinds(store: &dyn Store) -> Vec<String> {
    store.hash_kinds().await.unwrap().iter().map(ToString::to_string).collect()
}

async fn usernames(data: &TempDir) -> Vec<String> {
    let listed = login_server(data, "account list", "").await.unwrap();
    listed.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn imported_bcrypt_account_logs_in_and_is_rehashed() {
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &[alice()], "").await.unwrap();
    assert_eq!(report, "imported 1 accounts, 0 with TOTP, 0 of the directory\n");

    let (server, store) = serve(&data).await;
    let url = server.base_url();
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "no"})).await.status, 401);
    assert_eq!(kinds(&*store).await, ["bcrypt 04"]);
    let login = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(login.body["data"]["userId"], "aobEdbYhXfu5hkeqG", "{login:?}");
    assert_eq!(login.body["data"]["me"]["roles"], json!(["user", "admin"]));
    assert_eq!(login.body["data"]["me"]["email"], "alice@example.org");
    assert_eq!(kinds(&*store).await, ["argon2id m=8,t=1,p=1"]);
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "pw"})).await.status, 200);
    assert_eq!(call(&url, "GET /api/v1/me", &login.body).await.status, 200);
}

#[tokio::test]
async fn second_factor_is_imported() {
    let data = tempfile::tempdir().unwrap();
    let secret = TotpSecret::random();
    let mut carol = alice();
    carol["services"]["totp"] = json!({
        "enabled": true, "secret": secret.to_base32().expose(),
        "hashedBackup": [BackupCodes::hash("AAAA2222")],
    });
    import(&data, &[carol], "").await.unwrap();
    let (server, _store) = serve(&data).await;
    let attempt = |code: Value| {
        let url = server.base_url();
        async move { log_in(&url, json!({"user": "alice", "password": "pw", "code": code})).await }
    };
    let code = secret.code_at(login_server::clock::Clock::default().now());
    assert_eq!(attempt(json!("")).await.body["error"], "totp-required");
    assert_eq!(attempt(json!(code)).await.status, 200);
    assert_eq!(attempt(json!("AAAA2222")).await.status, 200);
    assert_eq!(attempt(json!("AAAA2222")).await.body["error"], "totp-invalid");
}

#[tokio::test]
async fn invalid_line_is_named_and_nothing_is_imported() {
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
    assert_eq!(invalid[1]["error"], "the id is already in line 1");
    assert_eq!(invalid[2]["error"], "the e-mail address is already in line 1");
    assert_eq!(usernames(&data).await, ["alice", "dora"]);

    // The second import finds the accounts, and the invalid lines are still invalid.
    let error = import(&data, &lines, "").await.unwrap_err();
    assert_eq!(error, "3 of 5 accounts cannot be imported; nothing was changed");
    let report = import(&data, &lines, " --skip-invalid").await.unwrap();
    assert!(report.contains("\nnothing is new\n2 accounts are here already"), "{report}");
    assert!(report.ends_with("left out 3 invalid lines\n"), "{report}");
}

#[tokio::test]
async fn names_may_differ_only_in_case_but_not_repeat() {
    let data = tempfile::tempdir().unwrap();
    let user = |id: &str, name: &str| json!({"_id": id, "username": name});
    import(&data, &[user("a1", "al")], "").await.unwrap();
    import(&data, &[user("a2", "AL"), user("a3", "Al")], "").await.unwrap();
    assert_eq!(usernames(&data).await, ["AL", "Al", "al"]);
    let lines = [user("b1", "bob"), user("b2", "bob"), user("a4", "al")];
    let report = import(&data, &lines, " --skip-invalid --json").await.unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["imported"], 1, "{report}");
    assert_eq!(report["invalid"][0]["error"], "the user name is already in line 1");
    assert_eq!(report["invalid"][1]["error"], "the user name is taken by another account");
}

#[tokio::test]
async fn refusal_by_the_store_undoes_the_import() {
    let data = tempfile::tempdir().unwrap();
    let user = |id: &str, name: &str, dn: &str| json!({"_id": id, "username": name, "services": {"ldap": {"id": dn}}});
    import(&data, &[user("a1", "al", "61")], "").await.unwrap();
    // Only the store finds out that an entry already has an account.
    let lines = [user("b1", "bob", "62"), user("c1", "alf", "61"), user("d1", "dora", "63")];
    let error = import(&data, &lines, "").await.unwrap_err();
    assert!(error.starts_with("line 2: nothing was imported: "), "{error}");
    assert_eq!(usernames(&data).await, ["al"]);
    let report = import(&data, &lines, " --skip-invalid").await.unwrap();
    assert!(report.contains("line 2 (alf): ") && report.contains("imported 2 "), "{report}");
    assert_eq!(usernames(&data).await, ["al", "bob", "dora"]);
}

#[tokio::test]
async fn second_import_finds_accounts_by_their_id() {
    let data = tempfile::tempdir().unwrap();
    import(&data, &[alice()], "").await.unwrap();
    let report = import(&data, &[alice()], "").await.unwrap();
    let stays = "1 accounts are here already and stay as they are; --update brings them up to date";
    assert_eq!(report, format!("nothing is new\n{stays}\n"));

    // An account with a changed name is still the same account.
    let mut renamed = alice();
    renamed["username"] = json!("alicia");
    renamed["emails"] = json!([{"address": "alicia@example.org", "verified": true}]);
    let dora = json!({"_id": "d1", "username": "dora", "active": true});
    let report = import(&data, &[renamed.clone(), dora], "").await.unwrap();
    let imported = "imported 1 accounts, 0 with TOTP, 0 of the directory";
    assert_eq!(report, format!("{imported}\n{stays}\n"));
    assert_eq!(usernames(&data).await, ["alice", "dora"]);

    let report = import(&data, &[renamed.clone()], " --update --dry-run").await.unwrap();
    assert!(report.contains("would update 1 accounts"), "{report}");
    assert_eq!(usernames(&data).await, ["alice", "dora"]);
    let report = import(&data, &[renamed], " --update --json").await.unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!([&report["imported"], &report["updated"], &report["alreadyHere"]], [0, 1, 0]);
    assert_eq!(usernames(&data).await, ["alicia", "dora"]);

    // The name of an account with another id is still taken.
    let taken = json!({"_id": "e1", "username": "dora"});
    let error = import(&data, &[taken], " --update").await.unwrap_err();
    assert_eq!(error, "1 of 1 accounts cannot be imported; nothing was changed");
    let mut taken = alice();
    taken["username"] = json!("dora");
    import(&data, &[taken], " --update").await.unwrap_err();
}

#[tokio::test]
async fn update_ends_sessions_only_if_the_password_has_changed() {
    let data = tempfile::tempdir().unwrap();
    let (mut before, user) = (alice(), |password| json!({"user": "alice", "password": password}));
    import(&data, &[before.clone()], "").await.unwrap();
    let (server, store) = serve(&data).await;
    let url = server.base_url();
    let session = log_in(&url, user("pw")).await;
    assert_eq!(kinds(&*store).await, ["argon2id m=8,t=1,p=1"], "a login replaced the hash");

    before["roles"] = json!(["user"]);
    import(&data, &[before.clone()], " --update").await.unwrap();
    let me = call(&url, "GET /api/v1/me", &session.body).await;
    assert_eq!((me.status, &me.body["roles"]), (200, &json!(["user"])));
    assert_eq!(kinds(&*store).await, ["argon2id m=8,t=1,p=1"]);

    before["services"]["password"]["bcrypt"] = json!(bcrypt("new"));
    import(&data, &[before], " --update").await.unwrap();
    assert_eq!(call(&url, "GET /api/v1/me", &session.body).await.status, 401);
    assert_eq!(log_in(&url, user("pw")).await.status, 401);
    assert_eq!(log_in(&url, user("new")).await.status, 200);
}

#[tokio::test]
async fn users_who_cannot_log_in_are_counted_and_left_out() {
    let data = tempfile::tempdir().unwrap();
    let others = [
        json!({"_id": "f1", "username": "@zoe:matrix.org", "federated": true, "type": "user"}),
        json!({"_id": "f2", "username": "@yan:matrix.org"}),
        json!({"_id": "a1", "username": "poll.app", "type": "app", "active": true}),
        json!({"_id": "rocket.cat", "username": "rocket.cat", "type": "bot", "active": true}),
        json!({"_id": "v1", "username": "guest-1", "type": "visitor", "emails": 7}),
        json!({"_id": "u1", "username": "x", "type": "unknown"}),
    ];
    let lines = [&others[..], &[alice()]].concat();
    let report = import(&data, &lines, "").await.unwrap();
    let who = "2 federated, 1 app, 1 bot, 1 visitor, 1 of an unknown type";
    assert_eq!(
        report,
        format!(
            "imported 1 accounts, 0 with TOTP, 0 of the directory\n\
             left out 6 who cannot log in here: {who}\n"
        )
    );
    assert_eq!(usernames(&data).await, ["alice"]);
    let report = import(&data, &lines, " --json").await.unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let left_out = json!({"federated": 2, "app": 1, "bot": 1, "visitor": 1, "otherType": 1});
    assert_eq!((&report["leftOut"], &report["alreadyHere"]), (&left_out, &json!(1)));
}

#[tokio::test]
async fn import_without_a_usable_account_fails() {
    let data = tempfile::tempdir().unwrap();
    let app = json!({"_id": "a1", "username": "poll.app", "type": "app"});
    let broken = json!({"_id": "b1"});
    for (lines, options, error) in [
        (vec![], "", "nothing was imported: the export contains no users"),
        (
            vec![app.clone(), broken],
            " --skip-invalid",
            "nothing was imported: of 2 users, 1 cannot log in here and 1 are invalid",
        ),
        (vec![app], "", "nothing was imported: of 1 users, 1 cannot log in here and 0 are invalid"),
    ] {
        assert_eq!(import(&data, &lines, options).await.unwrap_err(), error);
    }
}

#[tokio::test]
async fn hash_outside_of_the_bounds_is_not_imported() {
    let data = tempfile::tempdir().unwrap();
    let mut dear = alice();
    let hash = bcrypt("pw").replacen("$04$", "$31$", 1);
    dear["services"]["password"]["bcrypt"] = json!(hash);
    let lines = [dear, json!({"_id": "b1", "username": "bob"})];
    let report = import(&data, &lines, " --skip-invalid").await.unwrap();
    let error = "line 1: `services.password`: bcrypt cost 31 is not between 4 and 14\n";
    assert!(report.starts_with(error), "{report}");
    assert_eq!(usernames(&data).await, ["bob"]);
}

#[tokio::test]
async fn dry_run_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &[alice()], " --dry-run").await.unwrap();
    assert!(report.starts_with("would import 1 accounts"), "{report}");
    assert_eq!(usernames(&data).await, [""; 0]);
}

#[tokio::test]
async fn export_is_read_from_standard_input() {
    let data = tempfile::tempdir().unwrap();
    let line = json!({"_id": "a1", "username": "al", "services": {"ldap": {"id": "61"}}});
    login_server(&data, "import -", &format!("\u{feff}{line}\n\n")).await.unwrap();
    let shown = login_server(&data, "account show --username al --json", "").await.unwrap();
    assert!(shown.contains(r#""directoryDn":"rocketchat:61""#), "{shown}");
}

#[tokio::test]
async fn export_that_is_not_json_lines_is_refused_in_one_line() {
    let data = tempfile::tempdir().unwrap();
    let not_lines = "not JSON lines: export without --pretty and without --jsonArray";
    let pretty = serde_json::to_string_pretty(&alice()).unwrap();
    let compact = alice().to_string();
    let begun = compact.replacen(',', ",\n  ", 1);
    for export in [
        pretty.clone(),
        format!("{pretty}\n{pretty}\n"),
        format!("{compact}\n{pretty}\n"),
        begun,
        format!("[{compact}]"),
        format!("[\n{pretty}\n]"),
        format!("\u{feff}\n{pretty}"),
    ] {
        for options in ["import -", "import - --skip-invalid"] {
            let error = login_server(&data, options, &export).await.unwrap_err();
            assert_eq!(error, not_lines, "{export}");
        }
    }
    // A truncated line does not affect the others.
    let cut = format!("{}\n{{\"_id\":\"b1\",\"username\":\"bob\"}}\n", &compact[..40]);
    let report = login_server(&data, "import - --skip-invalid", &cut).await.unwrap();
    assert!(report.starts_with("line 1: the line ends in the middle of a document\n"), "{report}");
    assert_eq!(usernames(&data).await, ["bob"]);
}

#[tokio::test]
async fn utf_16_export_is_refused_with_advice() {
    let data = tempfile::tempdir().unwrap();
    let line = format!("{}\n", json!({"_id": "a1", "username": "zoë"}));
    for (mark, is_little_endian) in
        [("", true), ("", false), ("\u{feff}", true), ("\u{feff}", false)]
    {
        let units = mark.encode_utf16().chain(line.encode_utf16());
        let bytes: Vec<u8> = units
            .flat_map(|unit| if is_little_endian { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect();
        let file = data.path().join("users.jsonl");
        std::fs::write(&file, bytes).unwrap();
        let command = format!("import {}", file.display());
        let error = login_server(&data, &command, "").await.unwrap_err();
        let encoding = if is_little_endian { "UTF-16LE" } else { "UTF-16BE" };
        let advice = format!("convert it with `iconv -f {encoding} -t UTF-8`");
        assert!(
            error.starts_with(&format!("the export is {encoding}, not UTF-8: {advice}")),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1);
    }
    assert!(!data.path().join(FILE_NAME).exists(), "there is nothing to make a database for");
}
