//! Request variants that real clients send.

use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::{Response, call, log_in, post, send};

const FORM: &str = "application/x-www-form-urlencoded";

async fn server(rocketchat: bool, accounts: impl IntoIterator<Item = TestAccount>) -> TestServer {
    accounts
        .into_iter()
        .fold(TestServer::builder(), |builder, account| builder.account(account))
        .config(|config| config.compatibility.rocketchat = rocketchat)
        .start()
        .await
        .unwrap()
}

fn alice() -> TestAccount {
    TestAccount::new("alice", "pw").email("alice@example.org")
}

fn digest(password: &str) -> Value {
    json!({"digest": hex::encode(Sha256::digest(password)), "algorithm": "sha-256"})
}

fn numeric_code(server: &TestServer, secret: &TotpSecret) -> u64 {
    secret.code_at(server.clock().now()).expose().parse().unwrap()
}

async fn log_in_with_header(server: &TestServer, body: &Value, code: &str) -> Response {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-2FA-Code: {code}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    send(&server.base_url(), request.into_bytes()).await
}

#[tokio::test]
async fn member_username_is_a_user_name() {
    let server = server(false, [alice()]).await;
    let response = log_in(&server.base_url(), json!({"username": "alice", "password": "pw"})).await;
    assert_eq!(response.status, 200, "{response:?}");
    // The member `username` is never read as an address.
    let wrong = json!({"username": "alice@example.org", "password": "pw"});
    assert_eq!(log_in(&server.base_url(), wrong).await.status, 401);
}

#[tokio::test]
async fn member_email_is_an_address() {
    let server = server(false, [alice()]).await;
    let body = json!({"email": "Alice@example.org", "password": "pw"});
    assert_eq!(log_in(&server.base_url(), body).await.status, 200);
    let wrong = json!({"email": "alice", "password": "pw"});
    assert_eq!(log_in(&server.base_url(), wrong).await.status, 401);
}

#[tokio::test]
async fn form_logs_in() {
    let server = server(false, [alice()]).await;
    for form in [
        &b"user=alice&password=pw"[..],
        b"username=alice&password=pw",
        b"email=alice%40example.org&password=%70w",
    ] {
        assert_eq!(post(&server.base_url(), FORM, form).await.status, 200);
    }
    assert_eq!(post(&server.base_url(), FORM, b"user=alice&password=no").await.status, 401);
}

#[tokio::test]
async fn numeric_code_in_a_form_is_accepted() {
    let secret = TotpSecret::random();
    let server = server(false, [alice().totp(secret.clone())]).await;
    let code = secret.code_at(server.clock().now());
    let form = format!("user=alice&password=pw&code={}", code.expose());
    let response = post(&server.base_url(), FORM, form.as_bytes()).await;
    assert_eq!(response.status, 200, "{response:?}");
}

#[tokio::test]
async fn logout_accepts_an_empty_json_body() {
    let server = server(false, [alice()]).await;
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    // `call` sends `Content-Type: application/json` and `Content-Length: 0`.
    assert_eq!(call(&server.base_url(), "POST /api/v1/logout", &login.body).await.status, 200);
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &login.body).await.status, 401);
}

#[tokio::test]
async fn logout_by_get_ends_the_session() {
    let server = server(false, [alice()]).await;
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(call(&server.base_url(), "GET /api/v1/logout", &login.body).await.status, 200);
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &login.body).await.status, 401);
}

#[tokio::test]
async fn resume_ignores_the_headers_of_an_older_session() {
    let server = server(false, [alice()]).await;
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    let token = login.body["data"]["authToken"].as_str().unwrap();
    let body = json!({"resume": token}).to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Auth-Token: stale\r\n\
         X-User-Id: somebody\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let resumed = send(&server.base_url(), request.into_bytes()).await;
    assert_eq!(resumed.body["data"]["authToken"], token, "{resumed:?}");
}

#[tokio::test]
async fn undocumented_types_are_refused_by_default() {
    let secret = TotpSecret::random();
    let server = server(false, [alice().totp(secret.clone())]).await;
    let code = numeric_code(&server, &secret);
    for (body, member) in [
        (json!({"user": {"username": "alice"}, "password": "pw"}), "`user`"),
        (json!({"user": {"email": "alice@example.org"}, "password": "pw"}), "`user`"),
        (json!({"user": "alice", "password": digest("pw")}), "`password`"),
        (json!({"user": "alice", "password": "pw", "code": code}), "`code`"),
    ] {
        let response = log_in(&server.base_url(), body).await;
        let message = response.body["message"].as_str().unwrap();
        assert_eq!((response.status, &response.body["error"]), (400, &json!("error-bad-request")));
        assert!(message.contains(member), "{message}");
    }
}

#[tokio::test]
async fn code_in_the_header_is_accepted_in_every_mode() {
    for rocketchat in [false, true] {
        let secrets = [(); 4].map(|()| TotpSecret::random());
        let account = |(n, secret): (usize, &TotpSecret)| {
            TestAccount::new(&format!("user{n}"), "pw").totp(secret.clone())
        };
        let server = server(rocketchat, secrets.iter().enumerate().map(account)).await;
        let codes = secrets.map(|secret| secret.code_at(server.clock().now()));
        let log_in = async |user: usize, code: Option<&str>, header: &str| {
            let mut body = json!({"user": format!("user{user}"), "password": "pw"});
            if let Some(code) = code {
                body["code"] = code.into();
            }
            let response = log_in_with_header(&server, &body, header).await;
            (response.status, response.body["error"].as_str().unwrap_or_default().to_owned())
        };
        let refused = |error: &str| (401, error.to_owned());
        let right = |user: usize| codes[user].expose();
        assert_eq!(log_in(0, None, "").await, refused("totp-required"));
        assert_eq!(log_in(0, None, "000").await, refused("totp-invalid"));
        // A code in the body has priority, right or wrong; an empty one counts as absent.
        assert_eq!(log_in(0, Some("000"), right(0)).await, refused("totp-invalid"));
        assert_eq!(log_in(0, None, right(0)).await.0, 200);
        assert_eq!(log_in(1, Some(right(1)), "000").await.0, 200);
        assert_eq!(log_in(2, Some(""), right(2)).await.0, 200);
        let body = json!({"user": "user3", "password": "pw", "code": null});
        assert_eq!(log_in_with_header(&server, &body, right(3)).await.status, 200);
    }
}

#[tokio::test]
async fn null_counts_as_an_absent_member() {
    let secret = TotpSecret::random();
    for rocketchat in [false, true] {
        let bob = TestAccount::new("bob", "pw").totp(secret.clone());
        let server = server(rocketchat, [alice(), bob]).await;
        let log_in = async |body: Value| log_in(&server.base_url(), body).await;
        let login = log_in(json!({"user": "alice", "password": "pw", "code": null})).await;
        assert_eq!(login.status, 200, "{login:?}");
        let token = &login.body["data"]["authToken"];
        for (body, expected) in [
            (json!({"user": "alice", "password": "pw", "resume": null, "code": null}), "success"),
            (json!({"user": null, "username": "alice", "password": "pw"}), "success"),
            (
                json!({"user": null, "username": null, "email": "alice@example.org", "password": "pw"}),
                "success",
            ),
            (
                json!({"user": "alice", "username": null, "email": null, "password": "pw"}),
                "success",
            ),
            (json!({"resume": token, "user": null, "password": null, "code": null}), "success"),
            (json!({"user": "bob", "password": "pw", "code": null}), "totp-required"),
            (json!({"user": null, "password": "pw"}), "Unauthorized"),
            (json!({"user": "alice", "password": null}), "Unauthorized"),
            (json!({"resume": null}), "Unauthorized"),
            (json!({"user": null, "password": null, "resume": null, "code": null}), "Unauthorized"),
        ] {
            let response = log_in(body.clone()).await;
            let found = response.body.get("error").unwrap_or(&response.body["status"]);
            assert_eq!(found, expected, "{body}: {response:?}");
        }
    }
}

#[tokio::test]
async fn user_name_is_one_path_segment_of_the_avatar_url() {
    for (username, segment) in [
        ("alice", "alice"),
        ("zoë/50%#1?", "zo%C3%AB%2F50%25%231%3F"),
        ("a.b-c_d~e", "a.b-c_d~e"),
        ("!$&'()*+,;=:", "!$&'()*+,;=:"),
        ("\"<>\\^`{|}[]", "%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("...", "..."),
    ] {
        let server = server(false, [TestAccount::new(username, "pw")]).await;
        let login = log_in(&server.base_url(), json!({"user": username, "password": "pw"})).await;
        let expected = format!("{}/avatar/{segment}", server.base_url());
        assert_eq!(login.body["data"]["me"]["avatarUrl"], expected, "{username}");
        let me = call(&server.base_url(), "GET /api/v1/me", &login.body).await;
        assert_eq!(me.body["avatarUrl"], expected, "{username}");
    }
    // No path segment can be `.` or `..`, even if it is escaped (RFC 3986, section 5.2.4).
    // Rocket.Chat also serves the avatar by id.
    for username in [".", ".."] {
        let server = server(false, [TestAccount::new(username, "pw")]).await;
        let login = log_in(&server.base_url(), json!({"user": username, "password": "pw"})).await;
        let id = login.body["data"]["userId"].as_str().unwrap();
        let expected = format!("{}/avatar/uid/{id}", server.base_url());
        assert_eq!(login.body["data"]["me"]["avatarUrl"], expected, "{username}");
    }
}

#[tokio::test]
async fn compatibility_mode_accepts_an_object_as_user() {
    let server = server(true, [alice()]).await;
    for (user, status) in [
        (json!({"username": "alice"}), 200),
        (json!({"email": "ALICE@example.org"}), 200),
        (json!("alice"), 200),
        (json!({"username": "alice@example.org"}), 401),
        (json!({"email": "alice"}), 401),
        (json!({"username": ""}), 401),
        (json!({}), 400),
        (json!({"username": 1}), 400),
        (json!({"id": "alice"}), 400),
        (json!({"username": "alice", "email": "bob@example.org"}), 400),
        (json!(["alice"]), 400),
    ] {
        let response =
            log_in(&server.base_url(), json!({"user": user.clone(), "password": "pw"})).await;
        assert_eq!(response.status, status, "{user}: {response:?}");
    }
}

#[tokio::test]
async fn compatibility_mode_accepts_a_digest_as_password() {
    let server = server(true, [alice()]).await;
    let hex = |password: &str| hex::encode(Sha256::digest(password));
    for (password, status) in [
        (digest("pw"), 200),
        (json!({"algorithm": "sha-256", "digest": hex("pw").to_uppercase()}), 200),
        (digest("no"), 401),
        (json!({"digest": hex("pw"), "algorithm": "sha-1"}), 400),
        (json!({"digest": hex("pw")}), 400),
        (json!({"digest": "hunter2", "algorithm": "sha-256"}), 400),
        (json!({"digest": hex("pw"), "algorithm": "sha-256", "salt": ""}), 400),
        (json!({}), 400),
    ] {
        let response =
            log_in(&server.base_url(), json!({"user": "alice", "password": password.clone()}))
                .await;
        assert_eq!(response.status, status, "{password}: {response:?}");
        assert!(!response.body.to_string().contains("hunter2"), "{response:?}");
    }
}

#[tokio::test]
async fn compatibility_mode_accepts_a_numeric_code_and_a_header() {
    let (by_number, by_header) = (TotpSecret::random(), TotpSecret::random());
    let bob = TestAccount::new("bob", "pw").totp(by_header.clone());
    let server = server(true, [alice().totp(by_number.clone()), bob]).await;
    let url = server.base_url();
    let code = numeric_code(&server, &by_number);
    for (code, status) in [(json!(code), 200), (json!(1.5), 400), (json!(-1), 400)] {
        let body = json!({"user": "alice", "password": "pw", "code": code});
        assert_eq!(log_in(&url, body).await.status, status);
    }
    let code = by_header.code_at(server.clock().now());
    let body = json!({"user": "bob", "password": "pw"});
    assert_eq!(log_in_with_header(&server, &body, code.expose()).await.status, 200);
    let response = log_in_with_header(&server, &body, "000").await;
    assert_eq!(response.body["error"], "totp-invalid");
}

#[tokio::test]
async fn leading_zeros_of_a_numeric_code_are_restored() {
    // Find a secret whose present code begins with a zero, as one in ten does.
    let secrets = std::iter::repeat_with(TotpSecret::random);
    let now = login_server::clock::Clock::default().now();
    let begins_with_zero = |secret: &TotpSecret| secret.code_at(now).expose().starts_with('0');
    let secret = secrets.take(1000).find(begins_with_zero).unwrap();
    let server = server(true, [alice().totp(secret.clone())]).await;
    let code: u64 = secret.code_at(now).expose().parse().unwrap();
    let body = json!({"user": "alice", "password": "pw", "code": code});
    assert_eq!(log_in(&server.base_url(), body).await.status, 200);
}
