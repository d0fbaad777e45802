//! The requests that the client sends, and to which URLs.

use login_client::{Client, Error, Secret, Session, StoredSession};
use serde_json::{Value, json};

use crate::mock::{self, Mock};

const TOTP_REQUIRED: &str = r#"{"success":false,"status":"error","error":"totp-required",
    "message":"TOTP Required","details":{"method":"totp","availableMethods":["totp"]}}"#;

#[tokio::test]
async fn session_from_login_to_logout_sends_the_documented_requests() {
    let me = r#"{"success":true,"_id":"u1","username":"ana"}"#;
    let out = r#"{"status":"success","data":{"message":"You've been logged out!"}}"#;
    let responses = [mock::logged_in(), mock::json(200, me), mock::json(200, out)];
    let server = Mock::start(responses).await;
    let client = Client::new(&format!("{}/sub/path/", server.base_url())).unwrap();

    let session = client.login("Ana", "pa55").code("123456").await.unwrap();
    assert_eq!(session.user_id(), "u1");
    assert_eq!(session.auth_token().expose(), "t1");
    assert_eq!(session.me().await.unwrap().username.as_deref(), Some("ana"));
    session.logout().await.unwrap();

    let [login, me, logout] = server.requests().try_into().unwrap();
    assert_eq!(login.line, "POST /sub/path/api/v1/login HTTP/1.1");
    assert_eq!(login.header("content-type"), "application/json");
    assert_eq!(login.header("accept"), "application/json");
    assert!(login.header("user-agent").starts_with("login-client/"));
    let body: Value = serde_json::from_str(&login.body).unwrap();
    assert_eq!(body, json!({ "user": "Ana", "password": "pa55", "code": "123456" }));
    assert_eq!(me.line, "GET /sub/path/api/v1/me HTTP/1.1");
    assert_eq!(logout.line, "POST /sub/path/api/v1/logout HTTP/1.1");
    for request in [me, logout] {
        assert_eq!(request.header("x-user-id"), "u1");
        assert_eq!(request.header("x-auth-token"), "t1");
    }
}

#[tokio::test]
async fn every_operation_is_in_the_document() {
    let document: Value = serde_json::from_str(include_str!("../../../spec/openapi.json")).unwrap();
    let responses = [mock::logged_in(), mock::json(200, r#"{"_id":"u1"}"#), mock::json(200, "{}")];
    let server = Mock::start(responses).await;
    let session = Client::new(&server.base_url()).unwrap().resume("t0").await.unwrap();
    session.me().await.unwrap();
    session.logout().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].body, r#"{"resume":"t0"}"#);
    for request in requests {
        let (method, path) = request.line.trim_end_matches(" HTTP/1.1").split_once(' ').unwrap();
        let operation = &document["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not in the document");
    }
}

#[tokio::test]
async fn login_as_a_form_is_url_encoded() {
    let server = Mock::start([mock::logged_in()]).await;
    let client = Client::builder(&server.base_url()).form().build().unwrap();
    client.login("ana@example.org", "a&b=c d").await.unwrap();
    let [login] = server.requests().try_into().unwrap();
    assert_eq!(login.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(login.body, "password=a%26b%3Dc+d&user=ana%40example.org");
}

#[tokio::test]
async fn callback_is_called_only_when_the_server_requires_a_code() {
    let responses = [mock::logged_in(), mock::json(401, TOTP_REQUIRED), mock::logged_in()];
    let server = Mock::start(responses).await;
    let client = Client::new(&server.base_url()).unwrap();

    let never = |_| async { panic!("the callback was called") };
    client.login("ana", "pa55").code_with::<_, _, Secret>(never).await.unwrap();

    let hint = String::from("from a borrowed string");
    let ask = |factor: login_client::TwoFactor| {
        let hint = &hint;
        async move {
            assert_eq!(factor.method(), Some("totp"));
            assert!(hint.starts_with("from"));
            Some("654321")
        }
    };
    client.login("ana", "pa55").code_with(ask).await.unwrap();
    let bodies: Vec<Value> =
        server.requests().iter().map(|r| serde_json::from_str(&r.body).unwrap()).collect();
    assert_eq!(bodies[1], json!({ "user": "ana", "password": "pa55" }));
    assert_eq!(bodies[2], json!({ "user": "ana", "password": "pa55", "code": "654321" }));
}

#[tokio::test]
async fn callback_is_called_once_and_may_give_up() {
    let invalid = TOTP_REQUIRED.replace("totp-required", "totp-invalid");
    let responses =
        [TOTP_REQUIRED, TOTP_REQUIRED, &invalid, &invalid].map(|body| mock::json(401, body));
    let server = Mock::start(responses).await;
    let client = Client::new(&server.base_url()).unwrap();
    let give_up = client.login("ana", "pa55").code_with(|_| async { None::<Secret> }).await;
    assert!(matches!(give_up, Err(Error::TotpRequired(_))));
    let wrong = client.login("ana", "pa55").code_with(|_| async { Some("000000") }).await;
    assert!(matches!(wrong, Err(Error::TotpInvalid(_))));
    assert_eq!(server.requests().len(), 3);
    // A response that rejects a code, although none was sent, does not ask for one.
    let never = |_| async { panic!("the callback was called") };
    let odd = client.login("ana", "pa55").code_with::<_, _, Secret>(never).await;
    assert!(matches!(odd, Err(Error::TotpInvalid(_))));
}

#[tokio::test]
async fn custom_request_stays_on_the_server() {
    let responses = [mock::logged_in(), mock::json(200, "[]"), mock::json(200, "[]")];
    let server = Mock::start(responses).await;
    let session = Client::new(&server.base_url()).unwrap().resume("t0").await.unwrap();
    session.get("/api/v1/rooms.get?count=5").send().await.unwrap();
    session.post("https://evil.example/x").send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[1].line, "GET /api/v1/rooms.get?count=5 HTTP/1.1");
    assert_eq!(requests[1].header("x-auth-token"), "t1");
    assert_eq!(requests[2].line, "POST /https://evil.example/x HTTP/1.1");
}

#[tokio::test]
async fn custom_request_returns_a_custom_type() {
    #[derive(Debug, serde::Deserialize)]
    struct Room {
        name: String,
    }
    let responses = [
        mock::json(200, r#"{"success":true,"name":"x\ud83d"}"#),
        mock::json(200, "{\n\"name\": 12345}"),
        mock::json(200, r#"{"success":false,"name":"x"}"#),
        mock::json(200, "<html>"),
        mock::json(401, r#"{"status":"error","message":"You must be logged in to do this."}"#),
        mock::json(400, r#"{"success":false,"error":"error-room-not-found"}"#),
        mock::with_headers(503, "Retry-After: 7\r\n", ""),
    ];
    let server = Mock::start(responses).await;
    let session = restored(&Client::new(&server.base_url()).unwrap());
    let ask = || session.send::<Room>(session.get("/api/v1/rooms.info?roomId=r1"));

    assert_eq!(ask().await.unwrap().name, "x\u{fffd}", "a lone surrogate is replaced");
    let Error::Protocol(protocol) = ask().await.unwrap_err() else { panic!("another error") };
    assert_eq!(protocol.found(), "another at line 2, column 13");
    let Error::Protocol(protocol) = ask().await.unwrap_err() else { panic!("another error") };
    assert_eq!(protocol.pointer(), Some("/success"));
    let Error::Protocol(protocol) = ask().await.unwrap_err() else { panic!("another error") };
    assert_eq!(protocol.found(), "a page of HTML, perhaps from a proxy");
    assert!(matches!(ask().await, Err(Error::Unauthenticated)));
    let Error::BadRequest(rejection) = ask().await.unwrap_err() else { panic!("another error") };
    assert_eq!(rejection.code(), Some("error-room-not-found"));
    assert_eq!(ask().await.unwrap_err().wait(), Some(std::time::Duration::from_secs(7)));
    for request in server.requests() {
        assert_eq!(request.line, "GET /api/v1/rooms.info?roomId=r1 HTTP/1.1");
        assert_eq!(request.header("x-auth-token"), "t1");
        assert_eq!(request.header("accept"), "application/json");
    }
}

fn restored(client: &Client) -> Session {
    let stored = StoredSession {
        base_url: client.base_url().to_owned(),
        user_id: "u1".to_owned(),
        auth_token: "t1".into(),
    };
    client.restore(stored).unwrap()
}

/// The tasks of a bot run on any thread.
#[test]
fn client_session_and_futures_are_send() {
    fn sendable<T: Send>(_: &T) {}
    fn shareable<T: Send + Sync + Clone + 'static>(_: &T) {}
    let client = Client::new("https://chat.example.org").unwrap();
    let session = restored(&client);
    shareable(&client);
    shareable(&session);
    sendable(&client.login("ana", "pa55").code_with(async |_| None::<Secret>).into_future());
    sendable(&client.resume("t0").into_future());
    sendable(&session.me());
    sendable(&session.send::<Value>(session.get("/x")));
    sendable(&session.logout());
    fn an_error<T: std::error::Error + Send + Sync + 'static>() {}
    an_error::<Error>();
}

/// A sub-path may be a secret.
#[tokio::test]
async fn failed_exchange_shows_no_url() {
    let (_taken, base_url) = mock::unused_address();
    let client = Client::new(&format!("{base_url}/hidden-path")).unwrap();
    let error = client.resume("t0").await.unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        shown.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    assert!(!shown.contains("hidden-path"), "{shown}");
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = Mock::start([mock::logged_in()]).await;
    for status in [301, 302, 307, 308] {
        let location = format!("Location: {}/api/v1/login\r\n", elsewhere.base_url());
        let server = Mock::start([mock::with_headers(status, &location, "")]).await;
        let error =
            Client::new(&server.base_url()).unwrap().login("ana", "pa55").await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{error}");
        assert!(error.to_string().contains(&elsewhere.base_url()), "{error}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn generated_client_uses_the_same_base_url_and_connections() {
    let me = r#"{"success":true,"_id":"u1"}"#;
    let server = Mock::start([mock::logged_in(), mock::logged_in(), mock::json(200, me)]).await;
    let client = Client::new(&format!("{}/sub/", server.base_url())).unwrap();
    let body = |body: login_client::api::types::builder::LoginRequest| {
        body.user("ana".to_owned()).password(Secret::from("pa55"))
    };
    let response = client.api().login().body_map(body).send().await.unwrap();
    assert_eq!(response.data.user_id, "u1");
    assert_eq!(server.requests()[0].line, "POST /sub/api/v1/login HTTP/1.1");
    let user_agent = server.requests()[0].header("user-agent").to_owned();
    assert!(user_agent.starts_with("login-client/"), "the same connections: {user_agent}");
    let shown = format!("{response:?}");
    assert!(!shown.contains("t1"), "{shown}");

    let session = client.resume(&response.data.auth_token).await.unwrap();
    let http = reqwest::Client::builder().default_headers(session.headers().clone());
    let api = login_client::api::Client::new_with_client(&server.base_url(), http.build().unwrap());
    assert_eq!(api.me().send().await.unwrap().id, "u1");
    assert_eq!(server.requests()[2].header("x-auth-token"), "t1");
}

#[tokio::test]
async fn session_is_stored_and_restored() {
    let responses = [mock::logged_in(), mock::json(200, r#"{"_id":"u1"}"#)];
    let server = Mock::start(responses).await;
    let client = Client::new(&server.base_url()).unwrap();
    let session = client.resume("t0").await.unwrap();
    let text = serde_json::to_string(&session.to_stored()).unwrap();
    let restored = client.restore(serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(restored.me().await.unwrap().id.as_deref(), Some("u1"));
    assert_eq!(server.requests()[1].header("x-auth-token"), "t1");

    let other = Client::new("https://elsewhere.example").unwrap();
    let foreign = other.restore(serde_json::from_str(&text).unwrap()).unwrap_err();
    assert!(matches!(foreign, Error::InvalidSession { .. }));
    let mut broken = session.to_stored();
    broken.auth_token = Secret::from("t1\r\nX-Evil: 1");
    assert!(matches!(client.restore(broken), Err(Error::InvalidSession { .. })));
    let mut broken = session.to_stored();
    broken.user_id = String::from("u 1");
    assert!(matches!(client.restore(broken), Err(Error::InvalidSession { .. })));
}

#[tokio::test]
async fn debug_output_shows_no_secret() {
    let server = Mock::start([mock::json(
        200,
        r#"{"status":"success","data":{"userId":"u1","authToken":"tok-secret"}}"#,
    )])
    .await;
    let client = Client::new(&server.base_url()).unwrap();
    let shown = format!("{:?}", client.login("ana", "pw-secret").code("code-secret"));
    assert!(!shown.contains("secret"), "{shown}");
    let shown = format!("{:?}", client.resume("old-secret"));
    assert!(!shown.contains("secret"), "{shown}");
    let session = client.resume("old-secret").await.unwrap();
    let request = session.get("/api/v1/me").build().unwrap();
    let shown =
        format!("{session:?} {:?} {:?} {request:?}", session.to_stored(), session.headers());
    assert!(!shown.contains("secret"), "{shown}");
}
