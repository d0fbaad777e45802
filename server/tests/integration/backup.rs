//! Backups of the SQLite database while it is in use, and their way back.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::future::join_all;
use login_server::{
    store::sqlite::{BackupError, FILE_NAME, SqliteStore, back_up, restore},
    testing::{TestAccount, TestServer, TestServerBuilder},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    cli::login_server,
    http::{call, log_in},
};

fn builder(data: &Path) -> TestServerBuilder {
    TestServer::builder().data(data)
}

async fn session(url: &str) -> Value {
    let login = log_in(url, json!({"user": "al", "password": "pw"})).await;
    assert_eq!(login.status, 200, "{}", login.body);
    login.body
}

async fn is_valid(url: &str, login: &Value) -> bool {
    match call(url, "GET /api/v1/me", login).await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

/// A data directory with an account and a backup of it, and the names of both.
async fn backup_of_one_account(folder: &TempDir) -> (PathBuf, PathBuf) {
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let server = builder(&data).account(TestAccount::new("al", "pw")).start().await.unwrap();
    session(&server.base_url()).await;
    server.stop().await.unwrap();
    back_up(&data, &backup).unwrap();
    (data, backup)
}

fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backup_under_load_has_every_earlier_token_and_no_ended_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let server = builder(&data)
        .account(TestAccount::new("al", "pw"))
        .config(|config| config.tokens.per_account = 10_000)
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    let done = Arc::new(AtomicBool::new(false));
    // Each client logs in and out again and again, so that commits surround the backup.
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (url, done) = (url.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut logins = 0;
                while !done.load(Ordering::SeqCst) {
                    let login = session(&url).await;
                    assert_eq!(call(&url, "POST /api/v1/logout", &login).await.status, 200);
                    logins += 1;
                }
                logins
            })
        })
        .collect();
    let kept = join_all((0..20).map(|_| session(&url))).await;
    let ended = join_all((0..20).map(|_| session(&url))).await;
    for login in &ended {
        assert_eq!(call(&url, "POST /api/v1/logout", login).await.status, 200);
    }
    let copy = {
        let (data, backup) = (data.clone(), backup.clone());
        tokio::task::spawn_blocking(move || back_up(&data, &backup)).await.unwrap().unwrap()
    };
    let later = session(&url).await;
    done.store(true, Ordering::SeqCst);
    for logins in load {
        assert!(logins.await.unwrap() > 0, "there was no load");
    }
    server.stop().await.unwrap();

    let elsewhere = folder.path().join("elsewhere");
    let restored = restore(&backup, &elsewhere, false, false).unwrap();
    assert_eq!((restored.contents, restored.earlier), (copy, None));
    let server = builder(&elsewhere).start().await.unwrap();
    let url = server.base_url();
    for login in &kept {
        assert!(is_valid(&url, login).await);
    }
    for login in ended.iter().chain([&later]) {
        assert!(!is_valid(&url, login).await);
    }
}

#[tokio::test]
async fn restore_is_refused_while_a_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = backup_of_one_account(&folder).await;
    let server = builder(&data).start().await.unwrap();
    let login = session(&server.base_url()).await;
    let error = restore(&backup, &data, true, false).unwrap_err();
    assert!(matches!(error, BackupError::InUse(_)), "{error}");
    assert!(is_valid(&server.base_url(), &login).await);
    server.stop().await.unwrap();
    restore(&backup, &data, true, false).unwrap();
}

#[tokio::test]
async fn restore_beside_the_log_of_another_state_gives_the_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = backup_of_one_account(&folder).await;
    // A crash leaves a log: the files are copied while the server runs.
    let crashed = folder.path().join("crashed");
    let server = builder(&data).account(TestAccount::new("bo", "pw")).start().await.unwrap();
    fs::create_dir(&crashed).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let name = format!("{FILE_NAME}{ending}");
        fs::copy(data.join(&name), crashed.join(&name)).unwrap();
    }
    server.stop().await.unwrap();
    let log = fs::read(crashed.join(format!("{FILE_NAME}-wal"))).unwrap();
    assert!(!log.is_empty());
    // Without a restore, SQLite replays the log on whatever file has the name.
    fs::copy(&backup, crashed.join(FILE_NAME)).unwrap();

    let restored = restore(&backup, &crashed, true, false).unwrap();
    let earlier = crashed.join(format!("{FILE_NAME}.replaced-1"));
    assert_eq!(restored.earlier.as_ref(), Some(&earlier));
    let name = |ending: &str| format!("{FILE_NAME}{ending}");
    assert_eq!(files(&crashed), [name(""), name(".replaced-1"), name(".replaced-1-wal")]);
    assert_eq!(fs::read(crashed.join(FILE_NAME)).unwrap(), fs::read(&backup).unwrap());
    assert_eq!(fs::read(crashed.join(name(".replaced-1-wal"))).unwrap(), log);
    let again = restore(&backup, &crashed, true, false).unwrap();
    assert_eq!(again.earlier, Some(crashed.join(name(".replaced-2"))));
}

#[tokio::test]
async fn sessions_can_be_ended_by_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let (_, backup) = backup_of_one_account(&folder).await;
    for (end_sessions, sessions) in [(false, 1), (true, 0)] {
        let data = folder.path().join(format!("restored-{end_sessions}"));
        let restored = restore(&backup, &data, false, end_sessions).unwrap();
        assert_eq!((restored.contents.accounts, restored.contents.sessions), (1, sessions));
        assert_eq!(files(&data), [FILE_NAME]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&data.join(FILE_NAME))), (0o700, 0o600));
    }
}

#[tokio::test]
async fn access_tokens_are_ended_with_the_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let (_, earlier) = backup_of_one_account(&folder).await;
    let data = TempDir::new_in(folder.path()).unwrap();
    restore(&earlier, data.path(), false, false).unwrap();
    login_server(&data, "token create --username al --name bot", "").await.unwrap();
    let backup = folder.path().join("with-token");
    back_up(data.path(), &backup).unwrap();
    for (end_sessions, expected) in [(false, 1), (true, 0)] {
        let restored = folder.path().join(format!("restored-{end_sessions}"));
        restore(&backup, &restored, false, end_sessions).unwrap();
        let db = Connection::open(restored.join(FILE_NAME)).unwrap();
        let count = "SELECT COUNT(*) FROM personal_access_tokens";
        assert_eq!(db.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap(), expected);
    }
    // A backup of a version without such tokens.
    let db = Connection::open(&earlier).unwrap();
    db.execute_batch("DROP TABLE personal_access_tokens; PRAGMA user_version = 6").unwrap();
    drop(db);
    let restored = restore(&earlier, &folder.path().join("restored-old"), false, true).unwrap();
    assert_eq!(restored.contents.sessions, 0);
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = backup_of_one_account(&folder).await;
    let before = (fs::read(&backup).unwrap(), fs::read(data.join(FILE_NAME)).unwrap());
    let error = back_up(&data, &backup).unwrap_err();
    assert!(matches!(error, BackupError::Exists(_)), "{error}");
    let error = restore(&backup, &data, false, false).unwrap_err();
    assert!(matches!(error, BackupError::WouldReplace(_)), "{error}");
    assert_eq!((fs::read(&backup).unwrap(), fs::read(data.join(FILE_NAME)).unwrap()), before);
    assert_eq!(files(folder.path()), ["backup", "data"]);
    assert_eq!(files(&data), [FILE_NAME]);
}

#[tokio::test]
async fn unusable_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = backup_of_one_account(&folder).await;
    let before = fs::read(data.join(FILE_NAME)).unwrap();
    let refused = |change: &dyn Fn(&Path), expected: &str| {
        let changed = folder.path().join("changed");
        fs::copy(&backup, &changed).unwrap();
        change(&changed);
        let error = restore(&changed, &data, true, false).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(fs::read(data.join(FILE_NAME)).unwrap(), before, "{error}");
        assert_eq!(files(&data), [FILE_NAME], "{error}");
    };
    let sql = |sql: &'static str| {
        move |file: &Path| {
            Connection::open(file).unwrap().execute_batch(sql).unwrap();
        }
    };
    refused(&|file| fs::write(file, "not a database").unwrap(), "not a usable backup");
    refused(&|file| fs::write(file, "").unwrap(), "not a database of this program");
    refused(&|file| fs::remove_file(file).unwrap(), "cannot read");
    refused(&sql("DROP TABLE sessions"), "not a database of this program");
    refused(&sql("PRAGMA user_version = 999"), "schema version 999");
    refused(
        &sql("PRAGMA foreign_keys = OFF; DELETE FROM accounts"),
        "refers to an account that does not exist",
    );
    refused(
        &|file| {
            let mut bytes = fs::read(file).unwrap();
            let half = bytes.len() / 2;
            bytes.truncate(half);
            fs::write(file, bytes).unwrap();
        },
        "not a usable backup",
    );
    refused(
        &|file| fs::write(file.with_file_name("changed-wal"), "commits").unwrap(),
        "not a backup",
    );
}

#[tokio::test]
async fn backup_keeps_the_schema_of_an_older_database() {
    let folder = tempfile::tempdir().unwrap();
    let (data, _) = backup_of_one_account(&folder).await;
    let older = folder.path().join("older");
    let version = |file: &Path| -> i64 {
        let db = Connection::open(file).unwrap();
        db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    };
    Connection::open(data.join(FILE_NAME)).unwrap().pragma_update(None, "user_version", 1).unwrap();
    back_up(&data, &older).unwrap();
    assert_eq!((version(&older), version(&data.join(FILE_NAME))), (1, 1));
}

#[tokio::test]
async fn commands_say_what_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let data = TempDir::new_in(folder.path()).unwrap();
    let file = folder.path().join("backup");
    let command = |name: &str, more: &str| format!("{name} {}{more}", file.display());
    let run = async |command: String| login_server(&data, &command, "").await;

    let missing = run(command("backup", "")).await.unwrap_err();
    assert!(missing.contains("there is no database in"), "{missing}");
    assert!(!file.exists());
    drop(SqliteStore::open(data.path()).unwrap());
    let said = run(command("backup", "")).await.unwrap();
    assert_eq!(said, format!("{}: 0 accounts, 0 sessions, 1 MiB, verified\n", file.display()));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let refused = run(command("restore", "")).await.unwrap_err();
    assert!(refused.contains("`--replace` keeps it"), "{refused}");
    let said = run(command("restore", " --replace")).await.unwrap();
    let (first, second) = said.split_once('\n').unwrap();
    let data_shown = data.path().display();
    assert_eq!(first, format!("restored 0 accounts, 0 sessions, 1 MiB to {data_shown}"));
    assert_eq!(second, format!("the earlier database is {data_shown}/{FILE_NAME}.replaced-1\n"));
    let said = run(command("restore", " --replace --json")).await.unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    let earlier = format!("{data_shown}/{FILE_NAME}.replaced-2");
    assert_eq!((&said["accounts"], &said["earlier"]), (&json!(0), &json!(earlier)));
    let config = folder.path().join("postgres.toml");
    fs::write(&config, "[store]\nurl = 'postgres://login@127.0.0.1:1/x?sslmode=disable'").unwrap();
    let refused = run(command("backup", &format!(" --config {}", config.display()))).await;
    assert!(refused.unwrap_err().contains("pg_dump"));
}
