//! What the store promises.

use futures::future::join_all;
use login_server::accounts::{Account, Identity, NewAccount, Profile, Token, TotpSecret};
use login_server::clock::Timestamp;
use login_server::store::sqlite::{FILE_NAME, SqliteStore};
use login_server::store::{OpenError, Session, Store, StoreError};

fn new_account(username: &str) -> NewAccount {
    let profile = Profile { username: username.to_owned(), ..Profile::default() };
    NewAccount { account: Account::new(profile), backup_code_hashes: vec!["code".to_owned()] }
}

fn session(at: i64) -> Session {
    Session { token: Token::random().hash(), issued_at: Timestamp::from_millis(at) }
}

#[test]
fn a_newer_schema_is_refused() {
    let data = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(data.path()).unwrap());
    let db = rusqlite::Connection::open(data.path().join(FILE_NAME)).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
    drop(db);
    let refused = SqliteStore::open(data.path()).err();
    assert!(matches!(refused, Some(OpenError::NewerSchema { found: 999, .. })), "{refused:?}");
}

#[tokio::test]
async fn writes_that_share_a_commit_do_not_share_a_fault() {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path()).unwrap();
    // Every name twice: of each pair, one is stored and one refused, whoever commits with whom.
    let accounts: Vec<_> = (0..200).map(|n| new_account(&format!("user{}", n / 2))).collect();
    let results = join_all(accounts.iter().map(|account| store.add_account(account))).await;
    let refused = results.iter().filter(|r| matches!(r, Err(StoreError::Taken { .. }))).count();
    assert_eq!((refused, results.iter().filter(|r| r.is_ok()).count()), (100, 100));
    drop(store);
    let reopened = SqliteStore::open(data.path()).unwrap();
    assert_eq!(reopened.accounts(None, 1000).await.unwrap().len(), 100);
}

#[tokio::test]
async fn codes_are_used_up_once_and_stay_so() {
    let data = tempfile::tempdir().unwrap();
    let new = new_account("alice");
    let id = new.account.id.clone();
    let store = SqliteStore::open(data.path()).unwrap();
    store.add_account(&new).await.unwrap();
    let claims = join_all((0..20).map(|_| store.claim_totp_step(&id, 7))).await;
    assert_eq!(claims.into_iter().filter(|claim| *claim.as_ref().unwrap()).count(), 1);
    let claims = join_all((0..20).map(|_| store.claim_backup_code(&id, "code"))).await;
    assert_eq!(claims.into_iter().filter(|claim| *claim.as_ref().unwrap()).count(), 1);
    drop(store);
    let reopened = SqliteStore::open(data.path()).unwrap();
    assert!(!reopened.claim_totp_step(&id, 7).await.unwrap());
    assert!(!reopened.claim_totp_step(&id, 6).await.unwrap());
    let secret = TotpSecret::random();
    assert!(reopened.set_totp(&id, Some((&secret, &[]))).await.unwrap());
    assert!(!reopened.claim_totp_step(&id, 7).await.unwrap());
    assert!(reopened.claim_totp_step(&id, 8).await.unwrap());
}

#[tokio::test]
async fn sessions_end_by_number_by_age_and_with_the_account() {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path()).unwrap();
    let new = new_account("alice");
    let id = new.account.id.clone();
    store.add_account(&new).await.unwrap();
    let opened: Vec<_> = (0..5).map(session).collect();
    for session in &opened {
        store.open_session(&id, session, 3).await.unwrap();
    }
    assert_eq!(store.sessions(&id).await.unwrap(), opened[2..]);
    let cleaned = store.clean_up(Timestamp::from_millis(3), Timestamp::from_millis(0)).await;
    assert_eq!(cleaned.unwrap().sessions, 1);
    let alive = |at: i64| store.session_account(&opened[4].token, Timestamp::from_millis(at));
    assert_eq!(alive(4).await.unwrap().unwrap().id, id);
    assert!(alive(5).await.unwrap().is_none());
    assert!(store.set_active(&id, false).await.unwrap());
    assert!(alive(4).await.unwrap().is_none());
    store.open_session(&id, &session(9), 3).await.unwrap();
    assert!(store.remove_account(&id).await.unwrap());
    assert!(store.sessions(&id).await.unwrap().is_empty());
}

#[tokio::test]
async fn names_are_found_exactly_and_else_without_case_where_one_is_meant() {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path()).unwrap();
    for username in ["Alice", "alice", "Bob"] {
        store.add_account(&new_account(username)).await.unwrap();
    }
    let find = async |name: &str| {
        let account = store.find_account(&Identity::Username(name.to_owned())).await.unwrap();
        account.map(|account| account.profile.username)
    };
    assert_eq!(find("alice").await.as_deref(), Some("alice"));
    assert_eq!(find("Alice").await.as_deref(), Some("Alice"));
    assert_eq!(find("ALICE").await, None);
    assert_eq!(find("BOB").await.as_deref(), Some("Bob"));
}
