//! Personal access tokens, against the server of this workspace and against scripted responses.

use std::time::Duration;

use login_client::{Client, Error, NewAccessToken, Session};
use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};

use crate::mock::{self, Mock};

const PASSWORD: &str = "correct horse";

async fn session(server: &TestServer, user: &str) -> (Client, Session) {
    let client = Client::new(&server.base_url()).unwrap();
    let session = client.login(user, PASSWORD).await.unwrap();
    (client, session)
}

#[tokio::test]
async fn bot_works_with_a_token_until_it_is_removed() {
    let alice = TestAccount::new("alice", PASSWORD);
    let server = TestServer::builder().account(alice).start().await.unwrap();
    let (client, session) = session(&server, "alice").await;
    let tokens = session.personal_access_tokens();
    let token = tokens.create("my bot").await.unwrap();
    let bot = client.with_token(session.user_id(), token.clone()).unwrap();
    assert_eq!(bot.me().await.unwrap().username.as_deref(), Some("alice"));
    let resumed = client.resume(token.clone()).await.unwrap();
    assert!(resumed.auth_token().expose() == token.expose(), "another token");

    let error = tokens.create(NewAccessToken::from("my bot").bypass_two_factor()).await;
    assert!(matches!(error, Err(Error::AccessTokenExists)), "{error:?}");
    for error in [tokens.regenerate("bot").await.map(drop), tokens.remove("bot").await] {
        assert!(matches!(error, Err(Error::NoSuchAccessToken)), "{error:?}");
    }
    let listed = tokens.list().await.unwrap();
    let [listed] = listed.as_slice() else { panic!("another number: {listed:?}") };
    assert_eq!((listed.name.as_str(), listed.bypass_two_factor), ("my bot", Some(false)));
    assert_eq!(listed.last_part.as_deref(), Some(&token.expose()[37..]));
    assert!(listed.created_at.as_deref().unwrap().ends_with('Z'));

    let new = bot.personal_access_tokens().regenerate("my bot").await.unwrap();
    let error = bot.me().await.unwrap_err();
    assert!(matches!(error, Error::Unauthenticated), "{error:?}");
    let bot = client.with_token(session.user_id(), new).unwrap();
    session.logout().await.unwrap();
    bot.personal_access_tokens().remove("my bot").await.unwrap();
    assert!(matches!(bot.me().await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn second_factor_is_sent_with_a_change() {
    let secret = TotpSecret::random();
    let carol = TestAccount::new("carol", PASSWORD).totp(secret.clone());
    let server = TestServer::builder().account(carol).start().await.unwrap();
    let client = Client::new(&server.base_url()).unwrap();
    let code = || secret.code_at(server.clock().now()).expose().to_owned();
    let session = client.login("carol", PASSWORD).code(code()).await.unwrap();
    let tokens = || session.personal_access_tokens();

    let error = tokens().create("bot").await.unwrap_err();
    let Error::TotpRequired(factor) = &error else { panic!("another error: {error:?}") };
    assert_eq!(factor.methods(), ["totp"]);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    for wrong in ["no code", "no header\n"] {
        let error = tokens().code(wrong).create("bot").await.unwrap_err();
        assert!(matches!(error, Error::TotpInvalid(_)), "{error:?}");
    }
    server.clock().advance(Duration::from_secs(120));
    tokens().code(code()).create("bot").await.unwrap();
    assert_eq!(tokens().list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn requests_are_those_of_the_document() {
    let issued = mock::json(200, r#"{"token":"t2","success":true}"#);
    let listed = r#"{"tokens":[{"name":"a","createdAt":"2018-08-01T17:17:48.068Z",
        "lastTokenPart":"R8Agh3"}],"success":true}"#;
    let done = mock::json(200, r#"{"success":true}"#);
    let responses = [issued.clone(), issued, done, mock::json(200, listed)];
    let server = Mock::start(responses).await;
    let client = Client::new(&server.base_url()).unwrap();
    let session = client.with_token("u1", "t1").unwrap();
    let tokens = session.personal_access_tokens().code("123456");
    let new = NewAccessToken::from("a").bypass_two_factor();
    assert_eq!(tokens.create(new).await.unwrap().expose(), "t2");
    assert_eq!(tokens.regenerate("a").await.unwrap().expose(), "t2");
    tokens.remove("a").await.unwrap();
    // An old server does not say whether the token bypasses the second factor.
    assert_eq!(tokens.list().await.unwrap()[0].bypass_two_factor, None);

    let document: Value = serde_json::from_str(include_str!("../../../spec/openapi.json")).unwrap();
    let requests = server.requests();
    let bodies = [json!({"tokenName": "a", "bypassTwoFactor": true}), json!({"tokenName": "a"})];
    let bodies = [&bodies[0], &bodies[1], &bodies[1]];
    assert_eq!(requests.len(), 4);
    for (at, request) in requests.iter().enumerate() {
        let (method, path) = request.line.trim_end_matches(" HTTP/1.1").split_once(' ').unwrap();
        let operation = &document["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not in the document");
        assert_eq!((request.header("x-user-id"), request.header("x-auth-token")), ("u1", "t1"));
        let code = request.find_header("x-2fa-code");
        assert_eq!(code, (at < 3).then_some("123456"));
        if at < 3 {
            let body: Value = serde_json::from_str(&request.body).unwrap();
            assert_eq!(&body, bodies[at]);
        }
    }
}

#[tokio::test]
async fn error_type_decides_the_error() {
    let refused = |status: u16, error: &str, kind: &str| {
        let body =
            json!({"success": false, "error": format!("{error} [{kind}]"), "errorType": kind});
        mock::json(status, body)
    };
    let old = json!({"success": false, "error": "The 'tokenName' param is required"});
    let permission = json!({"success": false, "error": "User does not have the permissions required \
        for this action [error-unauthorized]"});
    let server = Mock::start([
        refused(400, "TOTP Required", "totp-required"),
        refused(400, "Blocked", "error-login-blocked-for-user"),
        refused(400, "Not Authorized", "not-authorized"),
        refused(400, "Too many", "error-too-many-requests"),
        mock::json(400, old),
        mock::json(403, permission),
        mock::json(404, r#"{"success":false,"error":"error-not-found"}"#),
    ])
    .await;
    let session = Client::new(&server.base_url()).unwrap().with_token("u1", "t1").unwrap();
    let mut errors = Vec::new();
    for _ in 0..7 {
        errors.push(session.personal_access_tokens().create("a").await.unwrap_err());
    }
    let [required, locked, not_authorized, limited, old, permission, missing] =
        errors.try_into().unwrap();
    assert!(matches!(required, Error::TotpRequired(_)), "{required:?}");
    assert!(matches!(locked, Error::Locked(login_client::Locked::User)), "{locked:?}");
    let Error::BadRequest(rejection) = not_authorized else { panic!("{not_authorized:?}") };
    assert_eq!((rejection.status().as_u16(), rejection.code()), (400, Some("not-authorized")));
    assert!(matches!(limited, Error::RateLimited(_)), "{limited:?}");
    assert!(matches!(old, Error::BadRequest(_)), "{old:?}");
    assert!(matches!(permission, Error::BadRequest(_)), "{permission:?}");
    let Error::BadRequest(rejection) = missing else { panic!("{missing:?}") };
    assert_eq!(rejection.status().as_u16(), 404);
}

#[test]
fn token_that_cannot_be_a_header_makes_no_session() {
    let client = Client::new("http://localhost:3000").unwrap();
    for (user, token) in [("", "t"), ("u", ""), ("u\n", "t"), ("u", "t t"), ("u", "\u{e9}")] {
        let error = client.with_token(user, token).unwrap_err();
        assert!(matches!(error, Error::InvalidSession { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("t t"), "{error:?}");
    }
}
