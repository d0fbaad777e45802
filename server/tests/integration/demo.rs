//! What `serve --demo` prints can be used.

use serde_json::{Value, json};

use crate::{binary::Binary, http::log_in};

#[tokio::test]
async fn each_printed_login_and_code_logs_in() {
    let server = Binary::start_with("", &["--demo"]);
    let base_url = format!("http://{}", server.address());
    assert_eq!(server.printed(), "demo accounts, removed when the server stops:");
    let mut users = Vec::new();
    for _ in 0..3 {
        let line = server.printed();
        let (body, url) = line.strip_prefix("  curl --json '").unwrap().split_once("' ").unwrap();
        assert_eq!(url, format!("{base_url}/api/v1/login"));
        let body: Value = serde_json::from_str(body).unwrap();
        let response = log_in(&base_url, body.clone()).await;
        assert_eq!((response.status, &response.body["status"]), (200, &json!("success")), "{body}");
        users.push(response.body["data"]["me"]["username"].clone());
        if body.get("code").is_some() {
            let again = log_in(&base_url, body).await;
            assert_eq!(again.body["error"], json!("totp-invalid"), "it was used");
        }
    }
    assert_eq!(users, ["alice", "bob", "carol"]);
    let mut carol = json!({"user": "carol", "password": "carol-demo"});
    assert_eq!(log_in(&base_url, carol.clone()).await.body["error"], json!("totp-required"));
    assert_eq!(server.printed(), "carol's backup codes, each for one login:");
    let codes = server.printed();
    carol["code"] = codes.split_whitespace().nth(1).into();
    assert_eq!(log_in(&base_url, carol).await.status, 200);
    assert_eq!(server.printed(), "or use the codes of an authenticator app for");
    assert!(server.printed().starts_with("  otpauth://totp/login-server:carol?secret="));
}
