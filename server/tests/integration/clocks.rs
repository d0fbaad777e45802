//! Sessions while clocks are wrong or differ.

use std::time::Duration;

use login_server::{
    accounts::Identity,
    testing::{TestAccount, TestPostgres, TestServer, TestServerBuilder},
};
use serde_json::json;

use crate::http::{call, log_in};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Two servers that allow three tokens per account; tests make the clock of the second one wrong.
async fn two_servers(server: impl Fn() -> TestServerBuilder) -> [TestServer; 2] {
    let keep = |server: TestServerBuilder| server.config(|config| config.tokens.per_account = 3);
    let alice = TestAccount::new("alice", "pw");
    let one = keep(server().account(alice)).start().await.unwrap();
    [one, keep(server()).start().await.unwrap()]
}

async fn new_token_is_valid_with_differing_clocks(server: impl Fn() -> TestServerBuilder) {
    let servers = two_servers(server).await;
    servers[1].clock().set_back(Duration::from_secs(60));
    for n in 0..12 {
        // Each server issues two tokens in a row, so that the one with the earlier clock also
        // follows itself.
        let [issuer, elsewhere] = [&servers[n / 2 % 2], &servers[1 - n / 2 % 2]];
        let login = log_in(&issuer.base_url(), json!({"user": "alice", "password": "pw"})).await;
        assert_eq!(login.status, 200, "{login:?}");
        for server in [issuer, elsewhere] {
            let me = call(&server.base_url(), "GET /api/v1/me", &login.body).await;
            assert_eq!(me.status, 200, "{n}: {me:?}");
        }
    }
    let alice = Identity::Username("alice".to_owned());
    let alice = servers[0].store().find_account(&alice).await.unwrap().unwrap();
    assert_eq!(servers[0].store().sessions(&alice.id).await.unwrap().len(), 3);
}

#[tokio::test]
async fn new_token_is_valid_with_differing_clocks_on_postgres() {
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    new_token_is_valid_with_differing_clocks(|| TestServer::builder().store(url.clone())).await;
}

#[tokio::test]
async fn new_token_is_valid_with_differing_clocks_on_sqlite() {
    let data = tempfile::tempdir().unwrap();
    new_token_is_valid_with_differing_clocks(|| TestServer::builder().data(data.path())).await;
}

async fn temporarily_wrong_clock_ends_no_session(builder: TestServerBuilder) {
    let server = builder
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.tokens.clean_up_seconds = 1)
        .start()
        .await
        .unwrap();
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    server.clock().set_forward(91 * DAY);
    // Long enough for two clean-ups.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    server.clock().set_back(91 * DAY);
    let me = call(&server.base_url(), "GET /api/v1/me", &login.body).await;
    assert_eq!(me.status, 200, "{me:?}");
}

#[tokio::test]
async fn temporarily_wrong_clock_ends_no_session_on_postgres() {
    let postgres = TestPostgres::shared().unwrap();
    let builder = TestServer::builder().store(postgres.database().await.unwrap());
    temporarily_wrong_clock_ends_no_session(builder).await;
}

#[tokio::test]
async fn temporarily_wrong_clock_ends_no_session_on_sqlite() {
    temporarily_wrong_clock_ends_no_session(TestServer::builder()).await;
}
