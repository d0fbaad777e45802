//! What holds for the plain server and for every correct variant.

mod common;

use common::{Server, account, totp_at};
use serde_json::{Value, json};
use std::io::Read;

/// The JSON text of a reply, through gzip where it is coded so.
fn login(server: &Server, user: &str, code: Option<String>) -> (u16, Value) {
    let mut body = json!({"user": user, "password": account(user)["password"]});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    let reply = server.post(&body);
    (reply.status, reply.json)
}

#[test]
fn every_correct_variant_keeps_the_contract() {
    let list = common::list();
    let ids: Vec<&str> =
        list.iter().filter(|v| v["kind"] != "mutant").map(|v| v["id"].as_str().expect("an id")).collect();
    assert!(ids.len() >= 16);
    for id in ids {
        let s = Server::start(id);
        let (status, bob) = login(&s, "bob", None);
        assert_eq!(status, 200, "{id}");
        assert_eq!(bob["status"], "success", "{id}");
        assert_eq!(bob["data"]["me"]["name"], "Bøb Ångström", "{id}");
        assert_eq!(bob["data"]["me"]["_id"], bob["data"]["userId"], "{id}");
        assert!(bob["data"]["me"]["utcOffset"].is_i64() || id == "no_utc_offset" || id == "small_me", "{id}");

        let (first, second) = (s.login("alice"), s.login("alice"));
        assert_ne!(first.token, second.token, "{id}");
        assert_eq!(s.me(&first).json["username"], "alice", "{id}");
        let resumed = s.post(&json!({"resume": first.token}));
        assert_eq!(resumed.json["data"]["authToken"], first.token.as_str(), "{id}");
        let out = s.logout(&first);
        assert_eq!((out.status, &out.json["status"]), (200, &json!("success")), "{id}");
        assert_eq!(s.me(&first).status, 401, "{id}");
        assert_eq!(s.logout(&first).status, 401, "{id}");
        assert_eq!(s.post(&json!({"resume": first.token})).status, 401, "{id}");
        assert_eq!(s.me(&second).status, 200, "{id}");

        let wrong = s.post(&json!({"user": "alice", "password": "wrong"}));
        assert_eq!((wrong.status, &wrong.json["error"]), (401, &json!("Unauthorized")), "{id}");
        for body in [json!({}), json!({"user": "alice"}), json!({"password": "x"}), json!({"user": "robot", "password": ""})] {
            assert_eq!(s.post(&body).status, 401, "{id} {body}");
        }
        assert_eq!(login(&s, "dave", None).1["error"], "error-user-is-not-activated", "{id}");
        assert_eq!(login(&s, "carol", None).1["error"], "totp-required", "{id}");
        assert_eq!(login(&s, "carol", Some("000000x".into())).1["error"], "totp-invalid", "{id}");
        assert_eq!(login(&s, "carol", Some(totp_at("carol", 0))).0, 200, "{id}");
        assert_eq!(login(&s, "carol", Some("k7Qm2xPd".into())).0, 200, "{id}");
        assert_eq!(login(&s, "carol", Some("k7Qm2xPd".into())).0, 401, "{id}");
        let robot = account("robot");
        let pat = s.post(&json!({"resume": robot["personalAccessToken"]}));
        assert_eq!((pat.status, &pat.json["data"]["userId"]), (200, &robot["userId"]), "{id}");
    }
}

#[test]
fn differences() {
    let s = Server::start("no_form");
    assert_eq!(s.form(&[("user", "grace")]).status, 415);
    let s = Server::start("no_get_logout");
    let reply = s.send(s.request("GET", "/api/v1/logout"));
    assert_eq!((reply.status, reply.header("allow")), (405, "POST".to_owned()));
    let s = Server::start("numeric_code");
    let code: u64 = totp_at("erin", 0).parse().expect("digits");
    let body = json!({"user": "erin", "password": account("erin")["password"], "code": code});
    assert_eq!(s.post(&body).status, 200);
    assert_eq!(Server::start("plain").post(&body).status, 400);
    let s = Server::start("null_is_absent");
    let body = json!({"user": "grace", "password": account("grace")["password"], "code": null, "resume": null});
    assert_eq!(s.post(&body).status, 200);
    assert_eq!(Server::start("malformed_is_unauthorized").typed("application/json", "{").status, 401);
    assert_eq!(Server::start("uuid_tokens").login("grace").token.len(), 36);
    assert_eq!(Server::start("jwt_tokens").login("grace").token.split('.').count(), 3);
    for (id, limit) in [("strict_lockout", 5), ("plain", 10), ("loose_lockout", 30)] {
        let s = Server::start(id);
        let wrong = json!({"user": "frank", "password": "wrong"});
        let refused = (0..31).position(|_| s.post(&wrong).json["error"] != "Unauthorized");
        assert_eq!(refused, Some(limit), "{id}");
    }
    let s = Server::start("lockout_429");
    let wrong = json!({"user": "frank", "password": "wrong"});
    (0..10).for_each(|_| assert_eq!(s.post(&wrong).status, 401));
    let reply = s.post(&wrong);
    assert_eq!((reply.status, reply.header("retry-after")), (429, "60".to_owned()));
    let s = Server::start("rate_limit");
    let refused = (0..70).position(|_| s.send(s.request("GET", "/api/v1/me")).status == 429);
    assert_eq!(refused, Some(60));
    let s = Server::start("problem_bodies");
    assert_eq!(s.post(&json!({})).json["title"], "Unauthorized");
    let s = Server::start("www_authenticate");
    assert!(s.post(&json!({})).header("www-authenticate").contains("realm"));
    let s = Server::start("chunked_responses");
    assert_eq!(s.post(&json!({})).header("transfer-encoding"), "chunked");
    assert_eq!(Server::start("connection_close").post(&json!({})).header("connection"), "close");
    let request = "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!(Server::start("lower_case_headers").raw(request).contains("\r\ncontent-type:"));
    assert!(Server::start("plain").raw(request).contains("\r\nContent-Type:"));
    assert!(Server::start("pretty_json").raw(request).contains("{\n  \"success\""));
    assert!(Server::start("final_newline").raw(request).ends_with("}\n"));
    assert!(Server::start("member_order").raw(request).ends_with("\"success\":false}"));
    assert!(!Server::start("no_success_member").post(&json!({"user": "grace", "password": account("grace")["password"]})).text.contains("\"success\":true"));
    let body = json!({"user": "bob", "password": account("bob")["password"]});
    assert!(Server::start("unicode_escaped").post(&body).text.is_ascii());
    assert!(Server::start("extra_members").post(&body).json["data"]["expiresIn"].is_u64());
    assert!(Server::start("extra_headers").post(&body).header("strict-transport-security").contains("max-age"));
    assert!(Server::start("json_charset").post(&body).header("content-type").ends_with("utf-8"));
    assert_eq!(Server::start("small_me").post(&body).json["data"]["me"].as_object().expect("an object").len(), 9);
    let s = Server::start("gzip_when_accepted");
    let request = s.request("POST", "/api/v1/login").header("accept-encoding", "gzip").json(&body);
    let coded = request.send().expect("a response");
    assert_eq!(coded.headers()["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&coded.bytes().expect("bytes")[..]).read_to_string(&mut text).expect("gzip");
    assert!(text.contains("Ångström"));
}

/// The other ways in that the plain server takes.
#[test]
fn ways_in() {
    let s = Server::start("plain");
    let password = account("grace")["password"].clone();
    let digest = common::digest(password.as_str().expect("text")).to_uppercase();
    for body in [
        json!({"username": "grace", "password": password}),
        json!({"email": "GRACE@login.example", "password": password}),
        json!({"user": "Grace", "password": password}),
        json!({"user": {"username": "grace"}, "password": password}),
        json!({"user": {"email": "grace@login.example"}, "password": password}),
        json!({"user": "grace", "password": {"digest": digest, "algorithm": "sha-256"}}),
    ] {
        assert_eq!(s.post(&body).status, 200, "{body}");
    }
    let body = json!({"user": "carol", "password": account("carol")["password"]});
    let request = s.request("POST", "/api/v1/login").header("x-2fa-code", totp_at("carol", 0)).json(&body);
    assert_eq!(s.send(request).status, 200);
    let session = s.login("grace");
    let request = s.request("GET", "/api/v1/logout").header("x-auth-token", &session.token).header("x-user-id", &session.user);
    assert_eq!(s.send(request).status, 200);
    assert_eq!(s.me(&session).status, 401);
    assert_eq!(s.post(&json!({"user": "grace", "password": "x".repeat(200_000)})).status, 413);
    assert_eq!(s.send(s.request("PUT", "/api/v1/login")).status, 405);
}

/// User ids keep to the documented alphabet.
#[test]
fn ids() {
    for name in ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "robot"] {
        let id = account(name)["userId"].as_str().expect("an id").to_owned();
        assert_eq!(id.len(), 17, "{name}");
        let letters = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
        assert!(id.chars().all(|c| letters.contains(c)), "{name}");
    }
    let token = account("robot")["personalAccessToken"].as_str().expect("a token").to_owned();
    assert_eq!(token.len(), 43);
}
