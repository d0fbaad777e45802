//! Logins that replace password hashes.

use futures::future::join_all;
use login_server::{
    accounts::{Account, HashParameters, NewAccount, PasswordHash, Profile},
    testing::TestServer,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::http::log_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_logins_that_replace_the_same_hash_all_succeed() {
    let server = TestServer::builder()
        .config(|config| config.hashing.threads = Some(4))
        .start()
        .await
        .unwrap();
    let bcrypt = bcrypt::hash(hex::encode(Sha256::digest("pw")), 6).unwrap();
    let profile = Profile { username: "alice".to_owned(), ..Profile::default() };
    let password = Some(PasswordHash::from_stored(bcrypt));
    let account = Account { password, ..Account::new(profile) };
    let new = NewAccount { account, backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
    let url = server.base_url();
    let logins = (0..8).map(|_| log_in(&url, json!({"user": "alice", "password": "pw"})));
    for login in join_all(logins).await {
        assert_eq!(login.status, 200, "{login:?}");
    }
    let kinds = server.store().hash_kinds().await.unwrap();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [HashParameters::CHEAP.kind().unwrap()]);
}
