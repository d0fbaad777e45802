//! Databases with older schemas, which are updated.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use login_server::{
    Secret,
    accounts::{
        Account, Email, Identity, PasswordHash, Profile, Token, TokenHash, TotpSecret, UserId,
    },
    clock::Timestamp,
    store::{Failures, OpenError, Session, Store, sqlite::FILE_NAME},
};
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

use super::{on_each_store, place::Place};

const FIRST: &str = include_str!("schema_1.sql");
const SECOND_ON_POSTGRES: &str = include_str!("schema_2_postgres.sql");

fn hash(token: &str) -> TokenHash {
    Token::from_client(Secret::from(token)).hash()
}

fn id(id: &str) -> UserId {
    UserId::from_stored(id.to_owned())
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(milliseconds)
}

fn zoe() -> Account {
    Account {
        id: id("zoesId"),
        profile: Profile {
            username: "Zoë".to_owned(),
            name: Some("Zoë Z".to_owned()),
            emails: vec![Email { address: "Zoe@x.org".to_owned(), verified: true }],
            roles: vec!["user".to_owned(), "bot".to_owned()],
            utc_offset: Some(5.75),
        },
        active: true,
        directory_dn: Some("uid=zoe,ou=people".to_owned()),
        directory_id: None,
        password: Some(PasswordHash::from_stored("$2b$10$z".to_owned())),
        totp: Some(TotpSecret::from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap()),
    }
}

fn bob() -> Account {
    let profile = Profile { username: "bob".to_owned(), ..Profile::default() };
    Account { id: id("bobsId"), active: false, ..Account::new(profile) }
}

async fn find(store: &dyn Store, name: &str) -> Option<Account> {
    store.find_account(&Identity::Either(name.to_owned())).await.unwrap()
}

#[tokio::test]
async fn data_of_the_first_schema_is_kept() {
    let place = Place::sqlite();
    place.execute(FIRST, "").await;
    assert_data_is_kept(&*place.open().await).await;
}

#[tokio::test]
async fn data_of_the_second_schema_on_postgres_is_kept() {
    let place = Place::postgres().await;
    place.execute("", SECOND_ON_POSTGRES).await;
    assert_data_is_kept(&*place.open().await).await;
}

async fn assert_data_is_kept(store: &dyn Store) {
    let mut all = store.accounts(None, 9).await.unwrap();
    all.sort_by_key(|account| account.id != zoe().id);
    assert_eq!(all, [zoe(), bob()]);
    for name in ["Zoë", "zoË", "zoe@X.org"] {
        assert_eq!(find(store, name).await, Some(zoe()), "{name}");
    }
    assert_eq!(store.find_directory_accounts(&[], "uid=zoe,ou=people").await.unwrap(), [zoe()]);
    let kinds = store.hash_kinds().await.unwrap();
    assert_eq!(kinds.iter().map(ToString::to_string).collect::<Vec<_>>(), ["bcrypt 10"]);

    let of_zoe = [("abcd", 6), ("abc", 7)]
        .map(|(token, issued_at)| Session { token: hash(token), issued_at: at(issued_at) });
    assert_eq!(store.sessions(&zoe().id).await.unwrap(), of_zoe);
    let resumed = store.session_user(&hash("abc"), at(7)).await.unwrap();
    assert_eq!(resumed, Some(zoe().into()));
    assert_eq!(store.session_user(&hash("ab"), at(0)).await.unwrap(), None);

    assert!(!store.claim_totp_step(&zoe().id, 41).await.unwrap());
    assert!(store.claim_totp_step(&zoe().id, 42).await.unwrap());
    assert!(!store.claim_backup_code(&zoe().id, "bb").await.unwrap());
    assert!(store.claim_backup_code(&zoe().id, "aa").await.unwrap());
    let failures = Failures { key: "user:bob".to_owned(), count: 3, since: at(9), pending: 0 };
    assert_eq!(store.failures(&["user:bob"]).await.unwrap(), [failures]);

    // Existing sessions are older than new ones, whatever the clock says.
    let new = Session { token: hash("new"), issued_at: at(1) };
    assert!(store.open_session(&zoe(), &new, 2).await.unwrap());
    assert_eq!(store.sessions(&zoe().id).await.unwrap(), [of_zoe[1].clone(), new]);
}

/// Takes PostgreSQL back to the second version of the schema, with these hashes.
const BACK_TO_SECOND: &str = "
    ALTER TABLE accounts DROP COLUMN hash_kind;
    ALTER TABLE accounts DROP COLUMN imported_hash;
    ALTER TABLE accounts ADD COLUMN legacy_hash BOOLEAN NOT NULL DEFAULT FALSE;
    CREATE INDEX accounts_legacy_hash ON accounts (id) WHERE legacy_hash;
    UPDATE accounts SET password_hash =
        '$2y$08$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' WHERE username = 'a';
    UPDATE accounts SET password_hash =
        '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
        WHERE username = 'b';
    UPDATE accounts SET password_hash = 'broken' WHERE username = 'c';
    UPDATE schema_version SET version = 2;";

#[tokio::test]
async fn kinds_of_hashes_are_listed_after_an_upgrade_on_postgres() {
    let place = Place::postgres().await;
    let store = place.open().await;
    for name in ["a", "b", "c", "d"] {
        store.add_account(&super::new_account(name)).await.unwrap();
    }
    drop(store);
    place.execute("", BACK_TO_SECOND).await;
    // Start two servers at once, as after an upgrade.
    let opened = futures::future::join_all([place.try_open(), place.try_open()]).await;
    for store in opened {
        let kinds = store.unwrap().hash_kinds().await.unwrap();
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        assert_eq!(kinds, ["bcrypt 08", "argon2id m=65536,t=3,p=4"]);
    }
    let store = place.open().await;
    store.add_account(&super::new_account("e")).await.unwrap();
    assert_eq!(store.accounts(None, 9).await.unwrap().len(), 5);
}

#[tokio::test]
async fn constraints_still_hold_after_an_upgrade() {
    let place = Place::sqlite();
    place.execute(FIRST, "").await;
    let store = &*place.open().await;
    let taken = |change: fn(&mut Account)| {
        let mut new = super::new_account("new");
        change(&mut new.account);
        async move { store.add_account(&new).await.unwrap_err().to_string() }
    };
    let refused = [
        taken(|new| new.profile.username = "bob".to_owned()).await,
        taken(|new| new.profile.emails = zoe().profile.emails).await,
        taken(|new| new.directory_dn = zoe().directory_dn).await,
        taken(|new| new.id = bob().id).await,
    ];
    let what = ["the user name", "the e-mail address", "the directory entry", "the id"];
    for (refused, what) in refused.iter().zip(what) {
        assert!(refused.contains(what), "{refused}");
    }
    assert!(store.remove_account(&zoe().id).await.unwrap());
    assert_eq!(store.session_user(&hash("abc"), at(0)).await.unwrap(), None);
    assert_eq!(
        super::cleaned(store, 100, 0).await.sessions,
        0,
        "they were removed with the account"
    );
    store.add_account(&super::new_account("zoe")).await.unwrap();
    assert_eq!(find(store, "zoe@x.org").await, None);
}

#[tokio::test]
async fn failed_upgrade_leaves_the_database_unchanged() {
    let place = Place::sqlite();
    place.execute(FIRST, "").await;
    place.execute("UPDATE sessions SET token_hash = 'YWJj' WHERE issued_at = 6", "").await;
    let refused = place.try_open().await.err().unwrap();
    assert!(matches!(refused, OpenError::Unusable { .. }), "{refused:?}");
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert!(cause.contains("token hash"), "{cause}");
    let hash = "UPDATE sessions SET token_hash = 'iNQmb9TmM40TuEX88olXnSCciXgjuSF9o+Fhk28DFYk='
         WHERE issued_at = 6";
    place.execute(hash, "").await;
    assert_eq!(place.open().await.accounts(None, 9).await.unwrap(), [zoe(), bob()]);
}

#[tokio::test]
async fn command_line_announces_an_upgrade() {
    let said = |place: &Place| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_login-server"));
        let output =
            program.args(["account", "list", "--data"]).arg(place.data()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let new = Place::sqlite();
    drop(new.open().await);
    assert_eq!(said(&new), "", "a new one is no old one");
    let old = Place::sqlite();
    old.execute(FIRST, "").await;
    let first = said(&old);
    assert!(first.starts_with("bringing the database in "), "{first}");
    assert_eq!(first.lines().count(), 1, "{first}");
    assert_eq!(said(&old), "");
}

#[tokio::test]
async fn waiting_for_a_locked_database_can_be_interrupted() {
    let old = Place::sqlite();
    old.execute(FIRST, "").await;
    // The program waits for five seconds; a million accounts would take longer.
    let other = Connection::open(old.data().join(FILE_NAME)).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_login-server"));
    program.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(old.data());
    let mut server = program.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.next().unwrap().starts_with("bringing the database in "));
    kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
    assert_eq!(said.next().unwrap(), "error: stopped before the database was open");
    assert_eq!(server.wait().unwrap().code(), Some(1));
    drop(other);
    assert_eq!(old.open().await.accounts(None, 9).await.unwrap(), [zoe(), bob()]);
}

on_each_store!(stored_distinguished_names_are_normalised_and_stay_unique);

async fn stored_distinguished_names_are_normalised_and_stay_unique(place: Place) {
    let before = [
        ("a", "UID=Anna, DC=x", "uid=anna,dc=x"),
        ("b", "uid=bert,dc=x", "uid=bert,dc=x"),
        // Of two spellings of the same entry, only one can be its account.
        ("c", "UID=BERT,DC=X", "UID=BERT,DC=X"),
        ("d", "rocketchat:61", "rocketchat:61"),
        ("e", r"CN=E\2C \C3\89,DC=x", r"cn=e\, é,dc=x"),
    ];
    {
        let store = place.open().await;
        store.add_account(&super::new_account("local")).await.unwrap();
        for (name, dn, _) in before {
            let mut new = super::new_account(name);
            new.account.directory_dn = Some(dn.to_owned());
            store.add_account(&new).await.unwrap();
        }
    }
    // Go back to the version before the step, and undo the later steps too.
    let undo = "
        DROP TABLE personal_access_tokens;
        DROP INDEX accounts_hash_kind;
        ALTER TABLE accounts DROP COLUMN hash_kind;
        ALTER TABLE accounts DROP COLUMN imported_hash;
        ALTER TABLE accounts ADD COLUMN legacy_hash BOOLEAN NOT NULL DEFAULT FALSE;
        CREATE INDEX accounts_legacy_hash ON accounts (id) WHERE legacy_hash;
        DROP INDEX accounts_directory_id;
        ALTER TABLE accounts DROP COLUMN directory_id;";
    place
        .execute(
            &format!("{undo} PRAGMA user_version = 3"),
            &format!("{undo} UPDATE schema_version SET version = 3"),
        )
        .await;
    let store = place.open().await;
    let accounts = store.accounts(None, 9).await.unwrap();
    let dns: Vec<_> = accounts.iter().filter_map(|a| a.directory_dn.as_deref()).collect();
    assert_eq!(dns, before.map(|(_, _, after)| after));
    assert!(accounts.iter().all(|account| account.directory_id.is_none()));
}
