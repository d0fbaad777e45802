//! The documented logins work with each right variant, and with nothing else.

mod help;

use blind_second::{Kind, variants};
use help::*;
use serde_json::json;
use std::collections::HashSet;

fn documented_logins(name: &str) {
    let c = &start(name);
    let alice = c.enter("alice", ALICE);
    assert!(alice.logged_in(), "{name}: {} {}", alice.status, alice.text());
    let (token, id) = (alice.token(), alice.user());
    assert_eq!(alice.json()["data"]["me"]["_id"], id.as_str(), "{name}");
    assert_eq!(alice.json()["status"], "success", "{name}");
    assert!(alice.json()["data"]["me"]["avatarUrl"].is_string(), "{name}");
    assert!(token.len() >= 36, "{name}");

    assert!(c.ok("alice@example.test", ALICE), "{name}: address");
    assert!(c.ok("Alice@Example.test", ALICE), "{name}: address in other case");
    for user in [json!({"username": "alice"}), json!({"email": "alice@example.test"})] {
        assert!(c.login(json!({"user": user, "password": ALICE})).logged_in(), "{name}: object");
    }
    assert!(c.login(json!({"username": "alice", "password": ALICE})).logged_in(), "{name}: username");
    assert!(c.login(json!({"email": "alice@example.test", "password": ALICE})).logged_in(), "{name}: email");
    assert_eq!(c.ok("ALICE", ALICE), name != "case-names", "{name}: case");
    assert!(c.ok("robot", ROBOT) && c.ok("erin", ERIN), "{name}: bot, long password");
    let form = c.form(&format!("user=alice%40example.test&password={ALICE}"));
    if name == "no-form" {
        assert_eq!(form.status, 415);
    } else {
        assert!(form.logged_in(), "{name}: form");
    }

    let (known, unknown) = c.refusals();
    let passwordless = c.enter("dave", "wrong-guess-1");
    assert_eq!(known.status, 401, "{name}");
    for other in [&unknown, &passwordless] {
        assert_eq!((known.status, &known.body), (other.status, &other.body), "{name}: refusals look alike");
    }
    for body in [json!({}), json!({"user": "alice"}), json!({"user": "alice", "password": ""})] {
        let response = c.login(body);
        assert!(!response.logged_in() && (400..402).contains(&response.status), "{name}: members missing");
    }
    for bad in ["{\"user\":", "[]", "{\"user\":1,\"password\":2}", "{\"resume\":[]}"] {
        let status = c.login_with(&[], bad).status;
        assert!((400..402).contains(&status), "{name}: {bad} {status}");
    }
    assert!(!c.ok("dave", "") && !c.ok("carol", "x"), "{name}");
    assert_eq!(c.enter("carol", CAROL).error(), "error-user-is-not-activated", "{name}");

    if name == "no-me" {
        assert_eq!(c.me(&token, &id).status, 404);
    } else {
        assert_eq!(c.me(&token, &id).json()["username"], "alice", "{name}");
        assert_eq!(c.me(&token, "robotrrrrrrrrrrrr").status, 401, "{name}");
    }
    let again = c.resume(&token);
    assert!(again.logged_in() && again.token() == token && again.user() == id, "{name}: resume");
    let get =
        c.request("GET", "/api/v1/logout", &[("X-Auth-Token", &again.token()), ("X-User-Id", &id)], b"");
    if name == "no-get-logout" {
        assert_eq!(get.status, 405);
        assert_eq!(c.logout(&token, &id).status, 200);
    } else {
        assert_eq!(get.status, 200, "{name}: logout");
    }
    assert_eq!(c.logout(&token, &id).status, 401, "{name}: second logout");
    assert_eq!(c.resume(&token).status, 401, "{name}: resume after logout");

    assert_eq!(c.enter("bob", BOB).error(), "totp-required", "{name}");
    assert_eq!(c.enter("bob", "x").body, known.body, "{name}");
    let now = code(BOB_SECRET, 0);
    assert!(c.bob_code(&now), "{name}: code");
    let replay = c.login(json!({"user": "bob", "password": BOB, "code": now}));
    assert_eq!(replay.error(), "totp-invalid", "{name}");
    assert!(
        c.bob_code("bkAAaaa1") && !c.bob_code("bkAAaaa1") && c.bob_code("dk222223"),
        "{name}: backup codes"
    );
    assert!(!c.bob_code("fr000001") && !c.bob_code(""), "{name}");
}

#[test]
fn the_documented_logins_work_with_each_right_variant() {
    let right: Vec<_> = variants::ALL.iter().filter(|(_, v)| v.kind == Kind::Correct).collect();
    assert!(right.len() >= 26);
    for (_, variant) in right {
        documented_logins(variant.name);
    }
}

#[test]
fn names_are_unique() {
    let names: HashSet<_> = variants::ALL.iter().map(|(_, v)| v.name).collect();
    assert_eq!(names.len(), variants::ALL.len());
}

#[test]
fn the_right_variants_differ_as_they_say() {
    let header = |name: &str, header: &str| start(name).enter("alice", "x").header(header).map(str::to_owned);
    assert!(header("nginx", "server").is_some_and(|s| s.starts_with("nginx")));
    assert!(header("haproxy", "set-cookie").is_some());
    assert!(header("problem-json", "content-type").is_some_and(|t| t == "application/problem+json"));
    assert!(header("chunked", "transfer-encoding").is_some());
    assert!(header("www-authenticate", "www-authenticate").is_some());
    assert!(start("title-case").enter("alice", "x").head.contains("Content-Type:"));
    assert!(start("http10").enter("alice", "x").head.starts_with("HTTP/1.0 401"));
    let body = json!({"user": "alice", "password": ALICE}).to_string();
    let c = start("gzip");
    assert!(c.login_with(&[("Accept-Encoding", "gzip")], &body).header("content-encoding").is_some());
    assert!(c.login_with(&[], &body).header("content-encoding").is_none());
    assert!(start("sub-path").login_as("application/json", "/chat/api/v1/login", &body).logged_in());
    assert!(start("trailing-slash").login_as("application/json", "/api/v1/login/", &body).logged_in());
}

#[test]
fn the_lock_counts_failures_and_is_the_same_for_unknown_users() {
    let c = start("lockout");
    for user in ["alice", "nobody"] {
        (0..10).for_each(|_| assert_eq!(c.enter(user, "x").error(), "Unauthorized"));
        assert_eq!(c.enter(user, ALICE).error(), "error-login-blocked-for-user");
    }
    assert!(c.ok("robot", ROBOT));
}
