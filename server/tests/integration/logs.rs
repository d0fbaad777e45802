//! The log and the error responses contain none of the secrets that the server received.

use login_server::{
    accounts::TotpSecret,
    config::{ConfigLogging, LogFormat, LogLevel},
    logging,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};

use crate::{
    captured::Captured,
    http::{Response, send},
};

const PASSWORD: &str = "pw-5ecret-word";
const WRONG: &str = "wr0ng-guess";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Sends requests as clients might, and records the secrets and the error responses.
struct Exchanges {
    server: TestServer,
    secrets: Vec<String>,
    errors: Vec<String>,
}

impl Exchanges {
    async fn start(format: LogFormat, log: &Captured) -> (Self, TotpSecret) {
        let totp = TotpSecret::random();
        let config = ConfigLogging { level: LogLevel::Debug, format };
        let server = TestServer::builder()
            .account(TestAccount::new("alice", PASSWORD))
            .account(TestAccount::new("carol", PASSWORD).totp(totp.clone()))
            .account(TestAccount::new("dora", PASSWORD).inactive())
            .config(|config| {
                config.compatibility.rocketchat = true;
                config.lockout.account_failures = 4;
                config.server.body_timeout_seconds = 1;
                config.hashing.queue = 64;
            })
            .log(logging::logger(&config, log.clone()))
            .start()
            .await
            .unwrap();
        let secrets =
            vec![PASSWORD.to_owned(), WRONG.to_owned(), totp.to_base32().expose().to_owned()];
        (Self { server, secrets, errors: Vec::new() }, totp)
    }

    async fn raw(&mut self, head: &str, body: &str) -> Response {
        let request = format!(
            "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let response = send(&self.server.base_url(), request.into_bytes()).await;
        if response.status >= 400 {
            self.errors.push(format!("{}\n{}", response.head, response.body));
        }
        if let Some(token) = response.body["data"]["authToken"].as_str() {
            self.secrets.push(token.to_owned());
        }
        response
    }

    async fn post(&mut self, content_type: &str, body: &str) -> Response {
        let head = format!("POST /api/v1/login HTTP/1.1\r\nContent-Type: {content_type}");
        self.raw(&head, body).await
    }

    async fn log_in(&mut self, body: Value) -> Response {
        self.post(JSON, &body.to_string()).await
    }
}

/// Sends requests to all of the login API, with secrets wherever a client may put them.
async fn everything(exchanges: &mut Exchanges, totp: &TotpSecret) {
    let code = totp.code_at(exchanges.server.clock().now()).expose().to_owned();
    exchanges.secrets.push(code.clone());
    let login = exchanges.log_in(json!({"user": "alice", "password": PASSWORD})).await;
    assert_eq!(login.status, 200);
    let (user, token) = (
        login.body["data"]["userId"].as_str().unwrap().to_owned(),
        login.body["data"]["authToken"].as_str().unwrap().to_owned(),
    );
    for body in [
        json!({"resume": token}),
        json!({"resume": WRONG}),
        json!({"user": "alice", "password": WRONG}),
        json!({"user": WRONG, "password": WRONG}),
        json!({"user": "carol", "password": PASSWORD}),
        json!({"user": "carol", "password": PASSWORD, "code": WRONG}),
        json!({"user": "carol", "password": PASSWORD, "code": code}),
        json!({"user": "carol", "password": PASSWORD, "code": code}),
        json!({"user": "dora", "password": PASSWORD}),
        json!({"user": [PASSWORD]}),
        json!({"user": {"username": "alice", "x": PASSWORD}}),
        json!({"user": "alice", "password": {"digest": PASSWORD, "algorithm": PASSWORD}}),
        json!({"user": "alice", "password": {PASSWORD: PASSWORD}}),
        json!({"user": "alice", "password": PASSWORD, "code": {"code": code}}),
        json!([PASSWORD]),
    ] {
        exchanges.log_in(body).await;
    }
    for _ in 0..5 {
        exchanges.log_in(json!({"user": "nobody", "password": WRONG})).await;
    }
    let long = format!("user=alice&password={}", PASSWORD.repeat(6000));
    for (content_type, body) in [
        (FORM, format!("user=alice&password={PASSWORD}")),
        (FORM, format!("user=alice&password={WRONG}")),
        (FORM, format!("password={PASSWORD}&password={PASSWORD}")),
        (FORM, format!("password={PASSWORD}%ff")),
        (FORM, long),
        (JSON, format!("{{\"password\":\"{PASSWORD}")),
        (JSON, format!("{{\"password\":\"{PASSWORD}\\u0000\"}}")),
        (JSON, PASSWORD.to_owned()),
        ("text/plain", PASSWORD.to_owned()),
        (PASSWORD, PASSWORD.to_owned()),
    ] {
        exchanges.post(content_type, &body).await;
    }
    for head in [
        format!("GET /api/v1/login?user=alice&password={PASSWORD}&code={code} HTTP/1.1"),
        format!("GET http://alice:{PASSWORD}@host/api/v1/me?resume={token} HTTP/1.1"),
        format!(
            "GET /api/v1/me?token={token} HTTP/1.1\r\nX-User-Id: {user}\r\nX-Auth-Token: {token}"
        ),
        format!("GET /api/v1/me HTTP/1.1\r\nX-User-Id: {user}\r\nX-Auth-Token: {WRONG}"),
        format!(
            "GET /api/v1/me HTTP/1.1\r\nAuthorization: Basic {PASSWORD}\r\nCookie: rc_token={token}"
        ),
        format!("POST /api/v1/login?password={PASSWORD} HTTP/1.1\r\nX-2FA-Code: {code}"),
        format!("DELETE /api/v1/logout?token={token} HTTP/1.1"),
        format!("GET /nowhere?token={token} HTTP/1.1"),
        format!("GET /health?token={token} HTTP/1.1"),
        format!("GET /openapi.json?token={token} HTTP/1.1"),
        format!(
            "POST /api/v1/logout?{token} HTTP/1.1\r\nX-User-Id: {user}\r\nX-Auth-Token: {token}"
        ),
        format!("POST /api/v1/logout HTTP/1.1\r\nX-User-Id: {user}\r\nX-Auth-Token: {token}"),
    ] {
        exchanges.raw(&head, "").await;
    }
    // A body that never arrives.
    let slow = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {JSON}\r\n\
         Content-Length: 100\r\n\r\n{{\"password\":\"{PASSWORD}"
    );
    let response = send(&exchanges.server.base_url(), slow.into_bytes()).await;
    assert_eq!(response.status, 408);
    exchanges.errors.push(response.body.to_string());
}

async fn no_secret_in(format: LogFormat) -> String {
    let log = Captured::default();
    let (mut exchanges, totp) = Exchanges::start(format, &log).await;
    everything(&mut exchanges, &totp).await;
    exchanges.raw("GET /last-one HTTP/1.1", "").await;
    let text = log.wait_for("/last-one");
    let Exchanges { server, secrets, errors } = exchanges;
    assert!(errors.len() > 35 && secrets.len() > 6, "{} {}", errors.len(), secrets.len());
    for secret in &secrets {
        let leak = text.lines().find(|line| line.contains(secret.as_str()));
        assert!(leak.is_none(), "{secret} is in the log: {leak:?}");
        let leak = errors.iter().find(|error| error.contains(secret.as_str()));
        assert!(leak.is_none(), "{secret} is in an response: {leak:?}");
    }
    server.stop().await.unwrap();
    text
}

#[tokio::test]
async fn no_secret_reaches_a_text_log_or_an_error_response() {
    let text = no_secret_in(LogFormat::Text).await;
    // The log is not empty.
    for part in ["uri: /api/v1/login", "method: POST", "response_code: 200"] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[tokio::test]
async fn no_secret_reaches_a_json_log_and_its_lines_are_objects() {
    let text = no_secret_in(LogFormat::Json).await;
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let login = lines
        .iter()
        .find(|line| line["uri"] == "/api/v1/login" && line["msg"] == "request completed");
    let login = login.unwrap_or_else(|| panic!("no login in {text}"));
    assert!(login["response_code"].is_number() && login["latency_us"].is_number(), "{login}");
    assert!(login["ts"].is_string() && login["level"] == "INFO", "{login}");
}

#[tokio::test]
async fn log_level_is_a_threshold() {
    let log = Captured::default();
    let config = ConfigLogging { level: LogLevel::Warning, format: LogFormat::Text };
    let logger = logging::logger(&config, log.clone());
    slog::info!(logger, "unimportant");
    slog::warn!(logger, "important");
    let text = log.wait_for("important");
    assert!(!text.contains("unimportant"), "{text}");
}
