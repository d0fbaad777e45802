//! The correct server does what the page says.

mod client;

use client::{Site, wait_for_step};
use serde_json::json;
use sha2::{Digest, Sha256};

#[test]
fn login_me_logout_work() {
    let site = Site::start("base");
    let login = site.enter("alice");
    assert_eq!(login.status, 200);
    assert_eq!(login.header("content-type"), Some("application/json"));
    assert_eq!(login.json()["status"], "success");
    assert_eq!(login.token().len(), 43);
    assert_eq!(login.json()["data"]["me"]["_id"], login.id());
    let me = site.me_of(&login);
    assert_eq!(me.status, 200);
    assert_eq!(me.json()["username"], "alice");
    assert_eq!(site.logout_of(&login).status, 200);
    assert_eq!(site.me_of(&login).status, 401);
    assert_eq!(site.logout_of(&login).status, 401);
}

#[test]
fn every_form_of_login_works() {
    let site = Site::start("base");
    let password = site.password("bob");
    let digest = hex::encode(Sha256::digest(&password));
    for body in [
        json!({ "user": "bob@rocket.test", "password": password }),
        json!({ "username": "bob", "password": password }),
        json!({ "email": "bob@rocket.test", "password": password }),
        json!({ "user": { "username": "bob" }, "password": password }),
        json!({ "user": { "email": "BOB@rocket.test" }, "password": password }),
        json!({ "user": "BOB", "password": { "digest": digest, "algorithm": "sha-256" } }),
        json!({ "user": "bob", "password": password, "code": null, "resume": null }),
    ] {
        assert!(site.login(body.clone()).is_login(), "{body}");
    }
    assert!(site.form("user=bob&password=Vanvica32%3AStaple").is_login());
    assert!(site.enter("robot").is_login());
    assert!(site.enter("greta").is_login());
}

#[test]
fn resume_gives_the_same_token_until_logout() {
    let site = Site::start("base");
    let login = site.enter("alice");
    let again = site.resume(&login.token());
    assert_eq!(again.token(), login.token());
    assert_eq!(site.resume(&login.token()).status, 200);
    site.logout_of(&again);
    let refused = site.resume(&login.token());
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body, site.wrong("alice").body);
}

#[test]
fn second_factor_works() {
    wait_for_step();
    let site = Site::start("base");
    let password = site.password("carol");
    let with = |code: &str| site.login(json!({ "user": "carol", "password": password, "code": code }));
    assert_eq!(site.try_password("carol", json!(password)).error(), "totp-required");
    assert_eq!(with("12345").error(), "totp-invalid");
    assert!(with(&site.code("carol", -1)).is_login());
    assert!(with(&site.code("carol", 0)).is_login());
    assert!(with(&site.code("carol", 1)).is_login());
    assert_eq!(with(&site.code("carol", 0)).error(), "totp-invalid");
    let backup = site.account("carol").backup_codes[0].clone();
    assert!(with(&backup).is_login());
    assert_eq!(with(&backup).error(), "totp-invalid");
    assert_eq!(site.wrong("carol").error(), "Unauthorized");
}

#[test]
fn refusals_are_equal_and_ten_failures_lock() {
    let site = Site::start("base");
    for name in ["alice", "nobody"] {
        for _ in 0..10 {
            let refused = site.wrong(name);
            assert_eq!((refused.status, refused.error().as_str()), (401, "Unauthorized"));
        }
        assert_eq!(site.wrong(name).error(), "error-login-blocked-for-user");
    }
    assert_eq!(site.enter("alice").error(), "error-login-blocked-for-user");
    assert!(site.enter("bob").is_login());
    assert_eq!(site.enter("erin").error(), "error-user-is-not-activated");
    assert_eq!(site.wrong("erin").error(), "Unauthorized");
}

#[test]
fn malformed_requests_are_refused() {
    let site = Site::start("base");
    assert_eq!(site.login_raw("").status, 401);
    assert_eq!(site.login_raw("{}").status, 401);
    assert_eq!(site.login_raw("{").status, 400);
    assert_eq!(site.login_raw("[]").status, 400);
    assert_eq!(site.login(json!({ "user": 1, "password": "x" })).status, 400);
    assert_eq!(site.login_raw(&"[".repeat(30_000)).status, 400);
    assert_eq!(site.login_raw(&"x".repeat(70_000)).status, 413);
    assert_eq!(site.call("POST", "/api/v1/login", &[("Content-Type", "text/xml")], b"<a/>").status, 415);
    let refused = site.call("GET", "/api/v1/login", &[], b"");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("POST, OPTIONS")));
    assert_eq!(site.call("GET", "/", &[], b"").status, 404);
}

#[test]
fn several_hundred_requests_a_second_are_served() {
    let site = Site::start("base");
    let login = site.enter("alice");
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut connection = site.connect();
                let (token, id) = (login.token(), login.id());
                for _ in 0..50 {
                    let headers = [("X-Auth-Token", token.as_str()), ("X-User-Id", id.as_str())];
                    assert_eq!(connection.call("GET", "/api/v1/me", &headers, b"").status, 200);
                }
            });
        }
    });
    assert!(started.elapsed().as_secs_f32() < 2.0, "{:?}", started.elapsed());
}
