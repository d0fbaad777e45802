//! Personal access tokens over HTTP.

use std::time::Duration;

use login_server::{
    accounts::{Identity, TotpSecret},
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};

use crate::http::{Response, call, log_in, send};

const GENERATE: &str = "users.generatePersonalAccessToken";
const REGENERATE: &str = "users.regeneratePersonalAccessToken";
const REMOVE: &str = "users.removePersonalAccessToken";
const LIST: &str = "GET /api/v1/users.getPersonalAccessTokens";

async fn server() -> TestServer {
    let [alice, bob] = ["alice", "bob"].map(|name| TestAccount::new(name, "pw"));
    TestServer::builder().account(alice).account(bob).start().await.unwrap()
}

/// The data of a login, as `call` takes it, with another token.
fn with_token(login: &Value, token: &Value) -> Value {
    json!({"data": {"userId": login["data"]["userId"], "authToken": token}})
}

async fn session(server: &TestServer, user: &str) -> Value {
    let login = log_in(&server.base_url(), json!({"user": user, "password": "pw"})).await;
    assert_eq!(login.status, 200, "{login:?}");
    login.body
}

/// Calls an operation with a JSON body and further header lines.
async fn post(
    server: &TestServer,
    operation: &str,
    login: &Value,
    headers: &str,
    body: &Value,
) -> Response {
    let (kind, body) = ("application/json", body.to_string());
    post_as(server, operation, login, &format!("Content-Type: {kind}\r\n{headers}"), &body).await
}

async fn post_as(
    server: &TestServer,
    operation: &str,
    login: &Value,
    headers: &str,
    body: &str,
) -> Response {
    let header = |name: &str| login["data"][name].as_str().unwrap_or_default().to_owned();
    let request = format!(
        "POST /api/v1/{operation} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-User-Id: {}\r\n\
         X-Auth-Token: {}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        header("userId"),
        header("authToken"),
        body.len()
    );
    send(&server.base_url(), request.into_bytes()).await
}

fn error_of(response: &Response) -> (u16, &str) {
    (response.status, response.body["errorType"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn token_authenticates_resumes_and_ends() {
    let server = server().await;
    let url = server.base_url();
    let login = session(&server, "alice").await;
    let made = post(&server, GENERATE, &login, "", &json!({"tokenName": "bot"})).await;
    assert_eq!((made.status, &made.body["success"]), (200, &json!(true)), "{made:?}");
    assert!(made.head.contains("cache-control: no-store"), "{}", made.head);
    let token = made.body["token"].clone();
    assert_eq!(token.as_str().unwrap().len(), 43);
    let bot = with_token(&login, &token);
    assert_eq!(call(&url, "GET /api/v1/me", &bot).await.body["username"], "alice");
    let resumed = log_in(&url, json!({"resume": token})).await;
    assert_eq!((resumed.status, &resumed.body["data"]["authToken"]), (200, &token));
    assert_eq!(resumed.body["data"]["userId"], login["data"]["userId"]);
    // The end of every session and their expiry do not end it.
    assert_eq!(call(&url, "POST /api/v1/logout", &login).await.status, 200);
    server.clock().advance(Duration::from_secs(400 * 24 * 60 * 60));
    assert_eq!(call(&url, "GET /api/v1/me", &bot).await.status, 200);

    let again = post(&server, REGENERATE, &bot, "", &json!({"tokenName": "bot"})).await;
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!(call(&url, "GET /api/v1/me", &bot).await.status, 401);
    assert_eq!(log_in(&url, json!({"resume": token})).await.status, 401);
    let bot = with_token(&login, &again.body["token"]);
    let removed = post(&server, REMOVE, &bot, "", &json!({"tokenName": "bot"})).await;
    assert_eq!((removed.status, &removed.body), (200, &json!({"success": true})));
    assert_eq!(call(&url, "GET /api/v1/me", &bot).await.status, 401);

    let login = session(&server, "alice").await;
    let made = post(&server, GENERATE, &login, "", &json!({"tokenName": "bot"})).await;
    let bot = with_token(&login, &made.body["token"]);
    assert_eq!(call(&url, "POST /api/v1/logout", &bot).await.status, 200);
    assert_eq!(call(&url, "GET /api/v1/me", &bot).await.status, 401);
    assert_eq!(call(&url, "GET /api/v1/me", &login).await.status, 200);
    assert_eq!(call(&url, LIST, &login).await.body["tokens"], json!([]));
}

#[tokio::test]
async fn list_describes_tokens_without_their_secrets() {
    let server = server().await;
    let url = server.base_url();
    let login = session(&server, "alice").await;
    let body = json!({"tokenName": "bot", "bypassTwoFactor": true});
    let made = post(&server, GENERATE, &login, "", &body).await;
    // A form, and a null, as clients send them.
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let second = post_as(&server, GENERATE, &login, form, "tokenName=").await;
    assert_eq!(second.status, 200, "{second:?}");
    let body = json!({"tokenName": "n", "bypassTwoFactor": null});
    assert_eq!(post(&server, GENERATE, &login, "", &body).await.status, 200);

    let listed = call(&url, LIST, &login).await;
    assert_eq!((listed.status, &listed.body["success"]), (200, &json!(true)));
    let tokens = listed.body["tokens"].as_array().unwrap();
    let of = |name: &str| tokens.iter().find(|token| token["name"] == name).unwrap();
    let secret = made.body["token"].as_str().unwrap();
    assert_eq!(of("bot")["lastTokenPart"], secret[37..]);
    assert_eq!(of("bot")["bypassTwoFactor"], json!(true));
    assert_eq!(of("")["bypassTwoFactor"], json!(false));
    assert_eq!(of("n")["bypassTwoFactor"], json!(false));
    let created = of("bot")["createdAt"].as_str().unwrap();
    assert!(created.ends_with('Z') && created.len() == "2018-08-01T17:17:48.068Z".len());
    assert_eq!(tokens.len(), 3);
    assert!(!listed.body.to_string().contains(&secret[..37]));
    // Nobody sees the tokens of another account.
    let bob = session(&server, "bob").await;
    assert_eq!(call(&url, LIST, &bob).await.body["tokens"], json!([]));
    let mixed =
        json!({"data": {"userId": login["data"]["userId"], "authToken": bob["data"]["authToken"]}});
    assert_eq!(call(&url, LIST, &mixed).await.status, 401);
    let removed = post(&server, REMOVE, &mixed, "", &json!({"tokenName": "bot"})).await;
    assert_eq!(removed.status, 401);
    let removed = post(&server, REMOVE, &bob, "", &json!({"tokenName": "bot"})).await;
    assert_eq!(error_of(&removed), (400, "error-token-does-not-exists"));
}

#[tokio::test]
async fn errors_have_the_shape_of_rocketchat() {
    let server = server().await;
    let login = session(&server, "alice").await;
    let name = json!({"tokenName": "bot"});
    assert_eq!(post(&server, GENERATE, &login, "", &name).await.status, 200);
    let taken = post(&server, GENERATE, &login, "", &name).await;
    assert_eq!(taken.status, 400);
    assert_eq!(
        taken.body,
        json!({
            "success": false,
            "error": "A token with this name already exists [error-token-already-exists]",
            "errorType": "error-token-already-exists",
            "details": {"method": "personalAccessTokens:generateToken"},
        })
    );
    for (operation, method) in [(REGENERATE, "regenerateToken"), (REMOVE, "removeToken")] {
        let missing = post(&server, operation, &login, "", &json!({"tokenName": "Bot"})).await;
        assert_eq!(error_of(&missing), (400, "error-token-does-not-exists"));
        assert_eq!(missing.body["details"]["method"], format!("personalAccessTokens:{method}"));
    }
    for operation in [GENERATE, REGENERATE, REMOVE] {
        for body in [json!({}), json!({"tokenName": 7}), json!({"tokenName": null}), json!([])] {
            let refused = post(&server, operation, &login, "", &body).await;
            assert_eq!(error_of(&refused), (400, "invalid-params"), "{body}");
            // Without a session, the body does not matter.
            let refused = post(&server, operation, &json!({}), "", &body).await;
            let expected = json!("You must be logged in to do this.");
            assert_eq!((refused.status, &refused.body["message"]), (401, &expected), "{body}");
        }
        let text = post_as(&server, operation, &login, "Content-Type: text/plain\r\n", "x").await;
        assert_eq!((text.status, &text.body["status"]), (415, &json!("error")));
    }
    let flag = json!({"tokenName": "other", "bypassTwoFactor": "yes"});
    let refused = post(&server, GENERATE, &login, "", &flag).await;
    assert_eq!(error_of(&refused), (400, "invalid-params"));
    assert!(refused.body["error"].as_str().unwrap().contains("bypassTwoFactor"), "{refused:?}");
    // A GET changes nothing.
    let by_get = call(&server.base_url(), &format!("GET /api/v1/{REMOVE}"), &login).await;
    assert_eq!(by_get.status, 405);
}

/// The code of the present time.
fn code(server: &TestServer, totp: &TotpSecret) -> String {
    totp.code_at(server.clock().now()).expose().to_owned()
}

fn header(code: &str) -> String {
    format!("x-2fa-code: {code}\r\nx-2fa-method: totp\r\n")
}

async fn with_totp() -> (TestServer, TotpSecret) {
    let totp = TotpSecret::random();
    let carol = TestAccount::new("carol", "pw").totp(totp.clone()).backup_code("backup01");
    let server = TestServer::builder()
        .account(carol)
        .config(|config| config.lockout.account_failures = 3)
        .start()
        .await
        .unwrap();
    (server, totp)
}

async fn session_with_code(server: &TestServer, totp: &TotpSecret) -> Value {
    let body = json!({"user": "carol", "password": "pw", "code": code(server, totp)});
    let login = log_in(&server.base_url(), body).await;
    server.clock().advance(Duration::from_secs(120));
    assert_eq!(login.status, 200, "{login:?}");
    login.body
}

#[tokio::test]
async fn second_factor_is_needed_and_used_once() {
    let (server, totp) = with_totp().await;
    let login = session_with_code(&server, &totp).await;
    let names = ["a", "b", "c", "d"].map(|name| json!({"tokenName": name}));
    for operation in [GENERATE, REGENERATE, REMOVE] {
        for headers in ["", "x-2fa-code: \r\n", "x-2fa-method: totp\r\n"] {
            let refused = post(&server, operation, &login, headers, &names[0]).await;
            assert_eq!(error_of(&refused), (400, "totp-required"), "{headers}");
            assert_eq!(refused.body["details"]["availableMethods"], json!(["totp"]));
        }
    }
    let right = header(&code(&server, &totp));
    let made = post(&server, GENERATE, &login, &right, &names[0]).await;
    assert_eq!(made.status, 200, "{made:?}");
    let again = post(&server, GENERATE, &login, &right, &names[1]).await;
    assert_eq!(error_of(&again), (400, "totp-invalid"));
    // Without a method the server takes the code; by e-mail it has sent none.
    let backup = "x-2fa-code: backup01\r\n";
    let by_mail = format!("{backup}x-2fa-method: email\r\n");
    let refused = post(&server, GENERATE, &login, &by_mail, &names[1]).await;
    assert_eq!(error_of(&refused), (400, "totp-invalid"));
    assert_eq!(post(&server, GENERATE, &login, backup, &names[1]).await.status, 200);
    assert_eq!(
        error_of(&post(&server, GENERATE, &login, backup, &names[2]).await),
        (400, "totp-invalid")
    );
    // A token without the flag needs a code, and one with it does not.
    let bot = with_token(&login, &made.body["token"]);
    let refused = post(&server, REMOVE, &bot, "", &names[0]).await;
    assert_eq!(error_of(&refused), (400, "totp-required"));
    server.clock().advance(Duration::from_secs(600));
    let body = json!({"tokenName": "c", "bypassTwoFactor": true});
    let made = post(&server, GENERATE, &bot, &header(&code(&server, &totp)), &body).await;
    assert_eq!(made.status, 200, "{made:?}");
    let bot = with_token(&login, &made.body["token"]);
    assert_eq!(post(&server, GENERATE, &bot, "", &names[3]).await.status, 200);
    let listed = call(&server.base_url(), LIST, &login).await;
    assert_eq!(listed.body["tokens"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn wrong_codes_count_as_failures_of_the_account() {
    let (server, totp) = with_totp().await;
    let login = session_with_code(&server, &totp).await;
    let name = json!({"tokenName": "a"});
    for _ in 0..3 {
        let refused = post(&server, GENERATE, &login, &header("wrong-code"), &name).await;
        assert_eq!(error_of(&refused), (400, "totp-invalid"));
    }
    let right = header(&code(&server, &totp));
    let locked = post(&server, GENERATE, &login, &right, &name).await;
    assert_eq!(error_of(&locked), (400, "error-login-blocked-for-user"));
    let body = json!({"user": "carol", "password": "pw", "code": code(&server, &totp)});
    let refused = log_in(&server.base_url(), body).await;
    assert_eq!(refused.body["error"], "error-login-blocked-for-user");
    // The session itself goes on.
    assert_eq!(call(&server.base_url(), LIST, &login).await.body["tokens"], json!([]));
    server.clock().advance(Duration::from_secs(301));
    let right = header(&code(&server, &totp));
    assert_eq!(post(&server, GENERATE, &login, &right, &name).await.status, 200);
}

#[tokio::test]
async fn right_code_resets_no_failures_and_leaves_no_attempt() {
    let (server, totp) = with_totp().await;
    let login = session_with_code(&server, &totp).await;
    let wrong = json!({"user": "carol", "password": "no"});
    for _ in 0..2 {
        assert_eq!(log_in(&server.base_url(), wrong.clone()).await.status, 401);
    }
    for name in ["a", "b", "c", "d"] {
        let right = header(&code(&server, &totp));
        let body = json!({"tokenName": name});
        assert_eq!(post(&server, GENERATE, &login, &right, &body).await.status, 200);
        // Less than the time for which failures count.
        server.clock().advance(Duration::from_secs(60));
    }
    assert_eq!(log_in(&server.base_url(), wrong.clone()).await.body["error"], "Unauthorized");
    let locked = log_in(&server.base_url(), wrong).await;
    assert_eq!(locked.body["error"], "error-login-blocked-for-user");
}

#[tokio::test]
async fn deactivation_ends_access_tokens() {
    let server = server().await;
    let login = session(&server, "alice").await;
    let made = post(&server, GENERATE, &login, "", &json!({"tokenName": "bot"})).await;
    let bot = with_token(&login, &made.body["token"]);
    let alice = Identity::Username("alice".to_owned());
    let alice = server.store().find_account(&alice).await.unwrap().unwrap();
    server.store().set_active(&alice.id, false).await.unwrap();
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &bot).await.status, 401);
    server.store().set_active(&alice.id, true).await.unwrap();
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &bot).await.status, 401);
}

#[tokio::test]
async fn two_servers_share_access_tokens() {
    let data = tempfile::tempdir().unwrap();
    let builder = || TestServer::builder().data(data.path());
    let one = builder().account(TestAccount::new("alice", "pw")).start().await.unwrap();
    let other = builder().start().await.unwrap();
    let login = session(&one, "alice").await;
    for _ in 0..5 {
        let name = json!({"tokenName": "bot"});
        let made = post(&one, GENERATE, &login, "", &name).await;
        let bot = with_token(&login, &made.body["token"]);
        assert_eq!(call(&other.base_url(), "GET /api/v1/me", &bot).await.status, 200);
        assert_eq!(post(&one, REMOVE, &login, "", &name).await.status, 200);
        assert_eq!(call(&other.base_url(), "GET /api/v1/me", &bot).await.status, 401);
    }
}
