//! The client against the real server.

use login_client::{Client, Error, Locked, Secret, Session, StoredSession, api};
use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};

use crate::mock;

const PASSWORD: &str = "correct horse";

async fn alice() -> (TestServer, Client) {
    let alice = TestAccount::new("alice", PASSWORD).email("alice@example.org").utc_offset(-3.0);
    let server = TestServer::builder().account(alice).start().await.unwrap();
    let client = Client::new(&server.base_url()).unwrap();
    (server, client)
}

#[track_caller]
fn assert_same_session(a: &Session, b: &Session) {
    assert_eq!(a.user_id(), b.user_id());
    assert!(a.auth_token().expose() == b.auth_token().expose(), "the tokens differ");
}

#[tokio::test]
async fn user_name_and_email_address_both_log_in() {
    let (_server, client) = alice().await;
    let by_name = client.login("alice", PASSWORD).await.unwrap();
    let by_address = client.login("alice@example.org", PASSWORD).await.unwrap();
    assert_eq!(by_name.user_id(), by_address.user_id());
    assert!(by_name.auth_token().expose() != by_address.auth_token().expose());
    let profile = by_name.profile().unwrap();
    assert_eq!(profile.id.as_deref(), Some(by_name.user_id()));
    assert_eq!(profile.username.as_deref(), Some("alice"));
    assert_eq!(profile.emails[0].address.as_deref(), Some("alice@example.org"));
}

#[tokio::test]
async fn conforming_server_has_no_deviations() {
    let (_server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    assert_eq!(session.profile().unwrap().utc_offset, Some(-3.0));
    assert_eq!(session.deviations(), []);
}

#[tokio::test]
async fn login_as_a_form_succeeds() {
    let (server, _) = alice().await;
    let client = Client::builder(&format!("{}/", server.base_url())).form().build().unwrap();
    let session = client.login("alice", PASSWORD).await.unwrap();
    assert_eq!(session.me().await.unwrap().username.as_deref(), Some("alice"));
}

#[tokio::test]
async fn wrong_password_unknown_user_and_wrong_token_give_the_same_error() {
    let (_server, client) = alice().await;
    for user in ["alice", "nobody"] {
        let error = client.login(user, "wrong").await.unwrap_err();
        assert!(matches!(error, Error::InvalidCredentials), "{error:?}");
    }
    let error = client.resume("no-such-token").await.unwrap_err();
    assert!(matches!(error, Error::InvalidCredentials), "{error:?}");
}

#[tokio::test]
async fn second_factor_is_required_and_checked() {
    let secret = TotpSecret::random();
    let carol = TestAccount::new("carol", PASSWORD).totp(secret.clone());
    let server = TestServer::builder().account(carol).start().await.unwrap();
    let client = Client::new(&server.base_url()).unwrap();

    let error = client.login("carol", PASSWORD).await.unwrap_err();
    let Error::TotpRequired(factor) = &error else { panic!("another error: {error:?}") };
    assert_eq!(factor.methods(), ["totp"]);
    let given_up = client.login("carol", PASSWORD).code_with(async |_| None::<String>).await;
    assert!(matches!(given_up, Err(Error::TotpRequired(_))), "{given_up:?}");
    let error = client.login("carol", PASSWORD).code("no code").await.unwrap_err();
    assert!(matches!(error, Error::TotpInvalid(_)), "{error:?}");

    let code = secret.code_at(server.clock().now());
    let session = client.login("carol", PASSWORD).code(code.expose()).await.unwrap();
    assert_eq!(session.me().await.unwrap().username.as_deref(), Some("carol"));
}

#[tokio::test]
async fn code_is_asked_for_only_when_required() {
    let secret = TotpSecret::random();
    let server = TestServer::builder()
        .account(TestAccount::new("alice", PASSWORD))
        .account(TestAccount::new("carol", PASSWORD).totp(secret.clone()))
        .start()
        .await
        .unwrap();
    let client = Client::new(&server.base_url()).unwrap();

    let unasked = client
        .login("alice", PASSWORD)
        .code_with(|_| async { panic!("nobody wanted a code") as Option<String> });
    unasked.await.unwrap();
    let code = secret.code_at(server.clock().now()).expose().to_owned();
    let asked = client.login("carol", PASSWORD).code_with(|factor| async move {
        assert_eq!(factor.method(), Some("totp"));
        Some(code)
    });
    asked.await.unwrap();
}

#[tokio::test]
async fn token_resumes_its_session() {
    let (_server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    let resumed = client.resume(session.auth_token()).await.unwrap();
    assert_same_session(&session, &resumed);
}

#[tokio::test]
async fn stored_session_is_restored_only_for_its_own_server() {
    let (_server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    let text = serde_json::to_string(&session.to_stored()).unwrap();
    let stored = || serde_json::from_str::<StoredSession>(&text).unwrap();

    let restored = client.restore(stored()).unwrap();
    assert_same_session(&session, &restored);
    assert_eq!(restored.me().await.unwrap().username.as_deref(), Some("alice"));
    let elsewhere = Client::new("https://elsewhere.example").unwrap();
    assert!(matches!(elsewhere.restore(stored()), Err(Error::InvalidSession { .. })));
}

#[tokio::test]
async fn logout_ends_only_its_own_session() {
    let (_server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    let other = client.login("alice", PASSWORD).await.unwrap();
    let ended = session.clone();
    session.logout().await.unwrap();
    assert!(matches!(ended.me().await, Err(Error::Unauthenticated)));
    assert!(matches!(ended.logout().await, Err(Error::Unauthenticated)));
    other.me().await.unwrap();
}

#[tokio::test]
async fn inactive_and_locked_accounts_are_told_apart() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", PASSWORD))
        .account(TestAccount::new("dora", PASSWORD).inactive())
        .start()
        .await
        .unwrap();
    let client = Client::new(&server.base_url()).unwrap();
    let error = client.login("dora", PASSWORD).await.unwrap_err();
    assert!(matches!(error, Error::AccountInactive), "{error:?}");
    for _ in 0..10 {
        let error = client.login("alice", "wrong").await.unwrap_err();
        assert!(matches!(error, Error::InvalidCredentials), "{error:?}");
    }
    let error = client.login("alice", PASSWORD).await.unwrap_err();
    assert!(matches!(error, Error::Locked(Locked::User)), "{error:?}");
}

#[tokio::test]
async fn rate_limit_says_how_long_to_wait() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", PASSWORD))
        .config(|config| {
            config.rate_limit.enabled = true;
            config.rate_limit.calls = 1;
        })
        .start()
        .await
        .unwrap();
    let client = Client::new(&server.base_url()).unwrap();
    client.login("alice", PASSWORD).await.unwrap();
    let error = client.login("alice", PASSWORD).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    assert!(error.wait().unwrap().as_secs() <= 60);
}

#[tokio::test]
async fn refused_connection_is_a_connect_error() {
    let (_taken, base_url) = mock::unused_address();
    let client = Client::new(&base_url).unwrap();
    let error = client.login("alice", PASSWORD).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(failure) if failure.is_connect()), "{error:?}");
}

#[tokio::test]
async fn generated_client_accepts_the_headers_of_a_session() {
    let (server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    let http =
        reqwest::Client::builder().default_headers(session.headers().clone()).build().unwrap();
    let api = api::Client::new_with_client(&server.base_url(), http);
    api.logout().send().await.unwrap();
    assert!(matches!(session.me().await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let (_server, client) = alice().await;
    let session = client.login("alice", PASSWORD).await.unwrap();
    let token = session.auth_token().expose();
    let request = api::types::LoginRequest {
        user: Some("alice".to_owned()),
        password: Some(Secret::from(PASSWORD)),
        code: Some(Secret::from("246810")),
        resume: Some(session.auth_token().clone()),
    };
    let shown = [
        format!("{request:?}"),
        format!("{:?}", client.login("alice", PASSWORD).code("246810")),
        format!("{:?}", client.resume(session.auth_token())),
        format!("{session:?} {:?} {:?}", session.to_stored(), session.headers()),
        format!("{:?}", session.get("/api/v1/me")),
    ];
    for shown in shown {
        for secret in [PASSWORD, "246810", token] {
            assert!(!shown.contains(secret), "a secret shows");
        }
    }
}

#[tokio::test]
async fn body_over_the_servers_limit_is_refused() {
    let (_server, client) = alice().await;
    let error = client.login("alice", "x".repeat(100_000)).await.unwrap_err();
    let Error::BadRequest(rejection) = &error else { panic!("another error: {error:?}") };
    assert_eq!(rejection.status(), 413);
    assert!(rejection.message().is_some());
}
