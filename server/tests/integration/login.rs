//! Login, resume, calls and logout.

use std::time::{Duration, Instant};

use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};
use serde_json::json;

use crate::http::{call, get_text, log_in, post};

async fn server() -> TestServer {
    let alice = TestAccount::new("alice", "pw").email("alice@example.org").utc_offset(2.0);
    TestServer::builder().account(alice).start().await.unwrap()
}

#[tokio::test]
async fn session_works_from_login_to_logout() {
    let server = server().await;
    let url = server.base_url();
    for user in ["alice", "ALICE", "Alice@Example.org"] {
        let login = log_in(&url, json!({"user": user, "password": "pw"})).await;
        assert_eq!(login.status, 200, "{login:?}");
        assert!(login.head.contains("cache-control: no-store"), "{}", login.head);
        assert!(login.head.contains("pragma: no-cache"), "{}", login.head);
        assert!(login.head.contains("content-type: application/json\r\n"), "{}", login.head);
        let me = &login.body["data"]["me"];
        assert_eq!(me["_id"], login.body["data"]["userId"]);
        assert_eq!(me["utcOffset"], json!(2));

        let token = login.body["data"]["authToken"].clone();
        let resumed = log_in(&url, json!({"resume": token})).await;
        assert_eq!(resumed.body["data"]["authToken"], token);

        let me = call(&url, "GET /api/v1/me", &login.body).await;
        assert_eq!((me.status, &me.body["username"]), (200, &json!("alice")));
        let logout = call(&url, "POST /api/v1/logout", &login.body).await;
        assert_eq!(logout.body["data"]["message"], "You've been logged out!");
        let again = call(&url, "GET /api/v1/logout", &login.body).await;
        assert_eq!(
            (again.status, &again.body["message"]),
            (401, &json!("You must be logged in to do this."))
        );
        assert_eq!(log_in(&url, json!({"resume": token})).await.status, 401);
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn forms_and_members_of_real_clients_log_in() {
    let server = server().await;
    let url = server.base_url();
    let form = "application/x-www-form-urlencoded";
    let login = post(&url, form, b"user=alice%40example.org&password=pw").await;
    assert_eq!(login.status, 200, "{login:?}");
    assert_eq!(log_in(&url, json!({"username": "alice", "password": "pw"})).await.status, 200);
    let login = log_in(&url, json!({"email": "alice@example.org", "password": "pw"})).await;
    assert_eq!(login.status, 200, "{login:?}");
}

#[tokio::test]
async fn all_wrong_credentials_get_the_same_response() {
    let server = server().await;
    let unauthorized = json!({"success": false, "status": "error", "error": "Unauthorized", "message": "Unauthorized"});
    for body in [
        json!({}),
        json!({"user": "alice"}),
        json!({"password": "pw"}),
        json!({"user": "alice", "password": ""}),
        json!({"user": "alice", "password": "no"}),
        json!({"user": "nobody", "password": "pw"}),
        json!({"user": "nobody@example.org", "password": "pw"}),
        json!({"resume": "nonsense"}),
    ] {
        let response = log_in(&server.base_url(), body.clone()).await;
        assert_eq!((response.status, &response.body), (401, &unauthorized), "{body}");
    }
    assert_eq!(post(&server.base_url(), "text/plain", b"").await.body, unauthorized);
}

#[tokio::test]
async fn known_and_unknown_names_are_locked_alike() {
    let server = server().await;
    let url = server.base_url();
    for user in ["alice", "nobody"] {
        for _ in 0..10 {
            let response = log_in(&url, json!({"user": user, "password": "no"})).await;
            assert_eq!(response.body["error"], "Unauthorized");
        }
        let response = log_in(&url, json!({"user": user, "password": "pw"})).await;
        assert_eq!(response.body["error"], "error-login-blocked-for-user", "{user}");
    }
    // With another name of the same account, the lock is hidden, but no login succeeds.
    let response = log_in(&url, json!({"user": "alice@example.org", "password": "pw"})).await;
    assert_eq!(response.body["error"], "Unauthorized");
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "pw"})).await.status, 200);
}

#[tokio::test]
async fn hidden_lock_lasts_until_the_guessing_stops() {
    let server = server().await;
    let url = server.base_url();
    let attempt = async |user: &str, password: &str| {
        log_in(&url, json!({"user": user, "password": password})).await
    };
    for _ in 0..10 {
        attempt("alice", "no").await;
    }
    server.clock().advance(Duration::from_secs(200));
    assert_eq!(attempt("alice@example.org", "no").await.body["error"], "Unauthorized");
    // The lock of the name has ended, but that of the account was extended.
    server.clock().advance(Duration::from_secs(200));
    assert_eq!(attempt("alice", "pw").await.body["error"], "Unauthorized");
    server.clock().advance(Duration::from_secs(301));
    assert_eq!(attempt("alice", "pw").await.status, 200);
}

#[tokio::test]
async fn wrong_codes_lock_like_wrong_passwords() {
    let secret = TotpSecret::random();
    let server = TestServer::builder()
        .account(TestAccount::new("carol", "pw").totp(secret.clone()))
        .config(|config| config.lockout.account_failures = 3)
        .start()
        .await
        .unwrap();
    let attempt = async |code: &str| {
        let body = json!({"user": "carol", "password": "pw", "code": code});
        log_in(&server.base_url(), body).await.body["error"].clone()
    };
    // Alternate between the two kinds of codes.
    for code in ["ABCD2345", "x", "EFGH6789"] {
        assert_eq!(attempt(code).await, "totp-invalid");
    }
    let code = secret.code_at(server.clock().now());
    assert_eq!(attempt(code.expose()).await, "error-login-blocked-for-user");
}

#[tokio::test]
async fn success_resets_the_failures() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.lockout.account_failures = 3)
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    for _ in 0..3 {
        for password in ["no", "no", "pw"] {
            let response = log_in(&url, json!({"user": "alice", "password": password})).await;
            assert_eq!(response.status, if password == "pw" { 200 } else { 401 }, "{response:?}");
        }
    }
}

#[tokio::test]
async fn token_is_valid_only_for_its_own_account() {
    let alice = TestAccount::new("alice", "pw");
    let server = TestServer::builder().account(alice).account(TestAccount::new("bob", "pw"));
    let server = server.start().await.unwrap();
    let url = server.base_url();
    let alice = log_in(&url, json!({"user": "alice", "password": "pw"})).await.body;
    let bob = log_in(&url, json!({"user": "bob", "password": "pw"})).await.body;
    let mixed = json!({"data": {
        "userId": bob["data"]["userId"], "authToken": alice["data"]["authToken"],
    }});
    for request in ["GET /api/v1/me", "POST /api/v1/logout", "GET /api/v1/logout"] {
        assert_eq!(call(&url, request, &mixed).await.status, 401, "{request}");
    }
    assert_eq!(call(&url, "GET /api/v1/me", &alice).await.status, 200);
}

/// Of concurrent guesses, no more are checked than of sequential ones.
#[tokio::test]
async fn concurrent_guesses_are_limited_even_if_one_is_right() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.lockout.account_failures = 3;
            config.metrics.listen = Some(([127, 0, 0, 1], 0).into());
            // One slow thread checks them in sequence.
            config.hashing.threads = Some(1);
            (config.hashing.memory_kib, config.hashing.passes) = (64 * 1024, 4);
        })
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    let wrong: Vec<_> = (0..10)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(
                async move { log_in(&url, json!({"user": "alice", "password": "no"})).await },
            )
        })
        .collect();
    let metrics = format!("http://{}", server.server().metrics_addr().unwrap());
    let deadline = Instant::now() + Duration::from_secs(20);
    while !get_text(&metrics, "/metrics").await.1.contains("login_server_hashes 3\n") {
        assert!(Instant::now() < deadline, "not as many guesses are judged as may be");
    }
    let right = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(right.body["error"], "error-login-blocked-for-user", "{right:?}");
    let mut judged = 0;
    for guess in wrong {
        let error = guess.await.unwrap().body["error"].clone();
        judged += usize::from(error == "Unauthorized");
        assert!(error == "Unauthorized" || error == "error-login-blocked-for-user", "{error}");
    }
    assert_eq!(judged, 3);
}

#[tokio::test]
async fn replayed_totp_code_is_refused() {
    let secret = TotpSecret::random();
    let carol = TestAccount::new("carol", "pw").totp(secret.clone());
    let server = TestServer::builder().account(carol).start().await.unwrap();
    let url = server.base_url();
    let code = secret.code_at(server.clock().now());
    let code = code.expose();
    let response = log_in(&url, json!({"user": "carol", "password": "pw"})).await;
    assert_eq!(response.body["error"], "totp-required");
    assert_eq!(response.body["details"]["availableMethods"], json!(["totp"]));
    let response = log_in(&url, json!({"user": "carol", "password": "no", "code": code})).await;
    assert_eq!(response.body["error"], "Unauthorized");
    let response = log_in(&url, json!({"user": "carol", "password": "pw", "code": code})).await;
    assert_eq!(response.status, 200, "{response:?}");
    let response = log_in(&url, json!({"user": "carol", "password": "pw", "code": code})).await;
    assert_eq!(response.body["error"], "totp-invalid");
}

#[tokio::test]
async fn inactive_account_is_reported_only_after_the_right_password() {
    let dora = TestAccount::new("dora", "pw").inactive();
    let server = TestServer::builder().account(dora).start().await.unwrap();
    let response = log_in(&server.base_url(), json!({"user": "dora", "password": "pw"})).await;
    assert_eq!(response.body["error"], "error-user-is-not-activated");
    let response = log_in(&server.base_url(), json!({"user": "dora", "password": "no"})).await;
    assert_eq!(response.body["error"], "Unauthorized");
}

#[tokio::test]
async fn token_expires() {
    let server = server().await;
    let login = log_in(&server.base_url(), json!({"user": "alice", "password": "pw"})).await;
    server.clock().advance(Duration::from_secs(91 * 24 * 60 * 60));
    assert_eq!(call(&server.base_url(), "GET /api/v1/me", &login.body).await.status, 401);
}

#[tokio::test]
async fn full_queue_refuses_passwords_but_tokens_still_work() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.hashing.threads = Some(1);
            config.hashing.queue = 1;
            config.hashing.memory_kib = 64 * 1024;
            config.hashing.passes = 4;
        })
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    let login = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
    let token = &login.body["data"]["authToken"];
    let many = (0..12).map(|_| log_in(&url, json!({"user": "alice", "password": "pw"})));
    let (many, resumed) =
        futures::join!(futures::future::join_all(many), log_in(&url, json!({"resume": token})));
    assert_eq!(resumed.status, 200, "{resumed:?}");
    let (refused, taken): (Vec<_>, Vec<_>) =
        many.into_iter().partition(|response| response.status == 503);
    assert!(!refused.is_empty() && !taken.is_empty(), "{refused:?} {taken:?}");
    assert!(taken.iter().all(|response| response.status == 200), "{taken:?}");
    for response in refused {
        assert_eq!(response.body["error"], "error-overloaded");
        assert!(response.head.contains("retry-after: "), "{}", response.head);
    }
}

#[tokio::test]
async fn rate_limit_counts_successes_and_says_when_to_retry() {
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| {
            config.rate_limit.enabled = true;
            config.rate_limit.calls = 2;
        })
        .start()
        .await
        .unwrap();
    let url = server.base_url();
    for remaining in ["x-ratelimit-remaining: 1", "x-ratelimit-remaining: 0"] {
        let login = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
        assert_eq!(login.status, 200);
        assert!(login.head.contains(remaining), "{}", login.head);
    }
    let refused = log_in(&url, json!({"user": "alice", "password": "pw"})).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body["error"].as_str().unwrap().contains("[error-too-many-requests]"));
    for header in ["retry-after: ", "x-ratelimit-limit: 2", "x-ratelimit-reset: "] {
        assert!(refused.head.contains(header), "{header}: {}", refused.head);
    }
    server.clock().advance(Duration::from_secs(61));
    assert_eq!(log_in(&url, json!({"user": "alice", "password": "pw"})).await.status, 200);
}

/// Clients read these members without checking that they exist.
#[tokio::test]
async fn missing_profile_data_is_sent_as_empty_members() {
    let bare = TestAccount::new("bare", "pw").without_roles();
    let server = TestServer::builder().account(bare).start().await.unwrap();
    let url = server.base_url();
    let login = log_in(&url, json!({"user": "bare", "password": "pw"})).await;
    let current = call(&url, "GET /api/v1/me", &login.body).await;
    for me in [&login.body["data"]["me"], &current.body] {
        assert_eq!(me["roles"], json!([]), "{me}");
        assert_eq!(me["emails"], json!([]), "{me}");
        assert_eq!(me["settings"], json!({"preferences": {}, "profile": {}}), "{me}");
    }
    // Without details, the member is absent.
    let refused = log_in(&url, json!({"user": "bare", "password": "no"})).await;
    assert_eq!(refused.body.get("details"), None, "{refused:?}");
}
