//! Each mutant against the plain server, by plain HTTP.

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Server, account, compare, totp_at};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn password(name: &str) -> String {
    account(name)["password"].as_str().expect("a password").to_owned()
}

fn email(name: &str) -> String {
    account(name)["email"].as_str().expect("an address").to_owned()
}

/// The status of a login.
fn status(server: &Server, user: impl Into<Value>, password: impl Into<Value>) -> u16 {
    server.post(&json!({"user": user.into(), "password": password.into()})).status
}

fn fail(server: &Server, user: &str, times: usize) {
    for _ in 0..times {
        status(server, user, "wrong");
    }
}

fn blocked(server: &Server, user: &str) -> bool {
    let reply = server.post(&json!({"user": user, "password": password(user)}));
    reply.json["error"] == "error-login-blocked-for-user"
}

// ---- passwords and identities

#[test]
fn password_case_folded() {
    compare("password_case_folded", 401, 200, |s| status(s, "grace", password("grace").to_uppercase()));
}

#[test]
fn password_cut_16() {
    compare("password_cut_16", 401, 200, |s| status(s, "grace", password("grace") + "x"));
    compare("password_cut_16", 401, 401, |s| status(s, "grace", &password("grace")[..15]));
}

#[test]
fn nul_cuts_password() {
    compare("nul_cuts_password", 401, 200, |s| status(s, "grace", password("grace") + "\0rest"));
    compare("nul_cuts_password", 401, 401, |s| status(s, "grace", password("grace") + "x"));
}

#[test]
fn digest_prefix() {
    let digest = common::digest(&password("grace"));
    let whole = json!({"digest": digest, "algorithm": "sha-256"});
    compare("digest_prefix", 200, 200, |s| status(s, "grace", whole.clone()));
    let empty = json!({"digest": "", "algorithm": "sha-256"});
    compare("digest_prefix", 401, 200, |s| status(s, "grace", empty.clone()));
}

#[test]
fn nosql_operator_password() {
    compare("nosql_operator_password", 400, 200, |s| status(s, "grace", json!({"$ne": ""})));
}

#[test]
fn sql_injection_user() {
    compare("sql_injection_user", 401, 200, |s| status(s, "grace'--", "x"));
    compare("sql_injection_user", 401, 200, |s| status(s, "' OR 1=1 --", "x"));
    compare("sql_injection_user", 401, 401, |s| status(s, "o'brien", "x"));
}

#[test]
fn ldap_wildcard_user() {
    compare("ldap_wildcard_user", 401, 200, |s| status(s, "gra*", password("grace")));
}

#[test]
fn bot_empty_password() {
    compare("bot_empty_password", 401, 200, |s| status(s, "robot", ""));
    compare("bot_empty_password", 401, 401, |s| status(s, "grace", ""));
}

#[test]
fn default_admin() {
    compare("default_admin", 401, 200, |s| status(s, "admin", "admin"));
}

#[test]
fn email_not_accepted() {
    compare("email_not_accepted", 200, 401, |s| status(s, email("grace"), password("grace")));
}

#[test]
fn inactive_logs_in() {
    compare("inactive_logs_in", (401, 401), (200, 401), |s| {
        (status(s, "dave", password("dave")), status(s, "dave", "wrong"))
    });
}

// ---- enumeration

#[test]
fn inactive_revealed() {
    compare("inactive_revealed", json!("Unauthorized"), json!("error-user-is-not-activated"), |s| {
        s.post(&json!({"user": "dave", "password": "wrong"})).json["error"].clone()
    });
}

#[test]
fn unknown_user_message() {
    compare("unknown_user_message", true, false, |s| {
        let known = s.post(&json!({"user": "grace", "password": "wrong"}));
        let unknown = s.post(&json!({"user": "nobody", "password": "wrong"}));
        known.status == 401 && unknown.status == 401 && known.text == unknown.text
    });
}

#[test]
fn unknown_user_timing() {
    compare("unknown_user_timing", false, true, |s| {
        let time = |user: &str| {
            let mut times: Vec<_> = (0..9)
                .map(|_| {
                    let start = Instant::now();
                    status(s, user, "wrong");
                    start.elapsed()
                })
                .collect();
            times.sort();
            times[2]
        };
        let (unknown, known) = (time("nobody"), time("grace"));
        unknown * 2 < known
    });
}

#[test]
fn unknown_email_500() {
    compare("unknown_email_500", (401, 401), (500, 401), |s| {
        (status(s, "nobody@login.example", "wrong"), status(s, email("grace"), "wrong"))
    });
}

#[test]
fn totp_before_password() {
    compare("totp_before_password", json!("Unauthorized"), json!("totp-required"), |s| {
        s.post(&json!({"user": "carol", "password": "wrong"})).json["error"].clone()
    });
}

#[test]
fn lockout_only_known() {
    compare("lockout_only_known", json!("error-login-blocked-for-user"), json!("Unauthorized"), |s| {
        fail(s, "nobody", 10);
        s.post(&json!({"user": "nobody", "password": "wrong"})).json["error"].clone()
    });
    compare("lockout_only_known", true, true, |s| {
        fail(s, "frank", 10);
        blocked(s, "frank")
    });
}

// ---- second factor

#[test]
fn totp_skipped_on_form() {
    compare("totp_skipped_on_form", 401, 200, |s| {
        s.form(&[("user", "carol"), ("password", &password("carol"))]).status
    });
    compare("totp_skipped_on_form", 401, 401, |s| status(s, "carol", password("carol")));
}

fn with_code(server: &Server, user: &str, code: &str) -> common::Reply {
    server.post(&json!({"user": user, "password": password(user), "code": code}))
}

#[test]
fn totp_empty_code() {
    compare("totp_empty_code", 401, 200, |s| with_code(s, "carol", "").status);
}

#[test]
fn totp_wide_window() {
    compare("totp_wide_window", (401, 200), (200, 200), |s| {
        (with_code(s, "carol", &totp_at("carol", -15)).status, with_code(s, "carol", &totp_at("carol", 0)).status)
    });
}

#[test]
fn totp_replay() {
    compare("totp_replay", (200, 401), (200, 200), |s| {
        let code = totp_at("carol", 0);
        (with_code(s, "carol", &code).status, with_code(s, "carol", &code).status)
    });
}

#[test]
fn totp_code_of_another() {
    compare("totp_code_of_another", 401, 200, |s| with_code(s, "carol", &totp_at("erin", 0)).status);
}

#[test]
fn totp_code_leaked() {
    compare("totp_code_leaked", false, true, |s| {
        let reply = s.post(&json!({"user": "carol", "password": password("carol")}));
        assert_eq!(reply.json["error"], "totp-required");
        let code = reply.json["details"]["code"].as_str().unwrap_or("none").to_owned();
        with_code(s, "carol", &code).status == 200
    });
}

#[test]
fn totp_not_limited() {
    compare("totp_not_limited", 401, 200, |s| {
        for _ in 0..11 {
            with_code(s, "erin", "not-it");
        }
        with_code(s, "erin", &totp_at("erin", 0)).status
    });
}

#[test]
fn totp_required_as_unauthorized() {
    compare("totp_required_as_unauthorized", json!("totp-required"), json!("Unauthorized"), |s| {
        s.post(&json!({"user": "carol", "password": password("carol")})).json["error"].clone()
    });
}

fn backup(at: usize) -> String {
    account("carol")["backupCodes"][at].as_str().expect("a code").to_owned()
}

#[test]
fn backup_code_reusable() {
    compare("backup_code_reusable", (200, 401), (200, 200), |s| {
        (with_code(s, "carol", &backup(0)).status, with_code(s, "carol", &backup(0)).status)
    });
}

/// The number of successes among logins at once.
fn at_once(server: &Server, times: usize, body: &Value) -> Vec<common::Reply> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..times).map(|_| scope.spawn(|| server.post(body))).collect();
        threads.into_iter().map(|t| t.join().expect("no panic")).collect()
    })
}

#[test]
fn race_backup_code() {
    compare("race_backup_code", true, false, |s| {
        let body = json!({"user": "carol", "password": password("carol"), "code": backup(1)});
        let replies = at_once(s, 6, &body);
        replies.iter().filter(|r| r.status == 200).count() == 1
    });
    compare("race_backup_code", (200, 401), (200, 401), |s| {
        (with_code(s, "carol", &backup(0)).status, with_code(s, "carol", &backup(0)).status)
    });
}

#[test]
fn resume_asks_code() {
    compare("resume_asks_code", 200, 401, |s| {
        let login = with_code(s, "carol", &totp_at("carol", 0));
        s.post(&json!({"resume": login.json["data"]["authToken"]})).status
    });
}

// ---- lock-out

#[test]
fn no_lockout() {
    compare("no_lockout", true, false, |s| {
        fail(s, "frank", 10);
        blocked(s, "frank")
    });
    compare("no_lockout", false, false, |s| {
        fail(s, "frank", 9);
        blocked(s, "frank")
    });
}

#[test]
fn lockout_per_spelling() {
    compare("lockout_per_spelling", true, false, |s| {
        fail(s, "FRANK", 4);
        fail(s, "Frank", 3);
        fail(s, &email("frank"), 3);
        blocked(s, "frank")
    });
}

#[test]
fn lockout_never_ends() {
    let before = |s: &Server| {
        fail(s, "frank", 10);
        assert!(blocked(s, "frank"));
    };
    let (plain, mutant) = (Server::start("plain"), Server::start("lockout_never_ends"));
    before(&plain);
    before(&mutant);
    std::thread::sleep(Duration::from_secs(61));
    assert!(!blocked(&plain, "frank"));
    assert!(blocked(&mutant, "frank"));
}

#[test]
fn lockout_global() {
    compare("lockout_global", false, true, |s| {
        fail(s, "frank", 10);
        blocked(s, "grace")
    });
}

#[test]
fn failures_never_reset() {
    compare("failures_never_reset", false, true, |s| {
        fail(s, "frank", 9);
        assert_eq!(status(s, "frank", password("frank")), 200);
        fail(s, "frank", 2);
        blocked(s, "frank")
    });
}

#[test]
fn forwarded_for_evades_lockout() {
    compare("forwarded_for_evades_lockout", 401, 200, |s| {
        fail(s, "frank", 10);
        let body = json!({"user": "frank", "password": password("frank")});
        s.send(s.request("POST", "/api/v1/login").header("x-forwarded-for", "192.0.2.7").json(&body)).status
    });
}

#[test]
fn race_lockout() {
    compare("race_lockout", true, false, |s| {
        let replies = at_once(s, 24, &json!({"user": "frank", "password": "wrong"}));
        replies.iter().filter(|r| r.json["error"] == "Unauthorized").count() == 10
    });
    compare("race_lockout", true, true, |s| {
        fail(s, "frank", 10);
        blocked(s, "frank")
    });
}

#[test]
fn failed_login_ends_sessions() {
    compare("failed_login_ends_sessions", 200, 401, |s| {
        let session = s.login("grace");
        fail(s, "grace", 1);
        s.me(&session).status
    });
}

// ---- tokens

#[test]
fn token_sequential() {
    compare("token_sequential", false, true, |s| {
        let (a, b) = (s.login("grace").token, s.login("bob").token);
        a[..40] == b[..40]
    });
}

#[test]
fn token_constant() {
    compare("token_constant", false, true, |s| s.login("grace").token == s.login("grace").token);
}

#[test]
fn token_short() {
    compare("token_short", 43, 6, |s| s.login("grace").token.len());
}

#[test]
fn token_embeds_password() {
    compare("token_embeds_password", false, true, |s| {
        let bytes = URL_SAFE_NO_PAD.decode(s.login("grace").token).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(&password("grace"))
    });
}

#[test]
fn token_case_folded() {
    compare("token_case_folded", 401, 200, |s| {
        let mut session = s.login("grace");
        session.token = session.token.to_uppercase();
        s.me(&session).status
    });
}

#[test]
fn token_fixation() {
    compare("token_fixation", 401, 200, |s| {
        let mut session = s.login("grace");
        session.token = "chosen-by-the-attacker-0123456789abcdefghij".to_owned();
        let body = json!({"user": "grace", "password": password("grace")});
        let login = s.request("POST", "/api/v1/login").header("x-auth-token", &session.token).json(&body);
        assert_eq!(s.send(login).status, 200);
        s.me(&session).status
    });
}

#[test]
fn jwt_alg_none() {
    compare("jwt_alg_none", 401, 200, |s| {
        let mut session = s.login("grace");
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let claims = URL_SAFE_NO_PAD.encode(json!({"sub": session.user}).to_string());
        session.token = format!("{header}.{claims}.");
        s.me(&session).status
    });
    compare("jwt_alg_none", 401, 401, |s| {
        let mut session = s.login("grace");
        session.token += "x";
        s.me(&session).status
    });
}

#[test]
fn empty_resume() {
    compare("empty_resume", 401, 200, |s| {
        s.login("grace");
        s.post(&json!({"resume": ""})).status
    });
}

#[test]
fn token_dies_early() {
    compare("token_dies_early", (200, 200), (200, 401), |s| {
        let session = s.login("grace");
        let first = s.me(&session).status;
        std::thread::sleep(Duration::from_millis(5300));
        (first, s.me(&session).status)
    });
}

#[test]
fn resume_kills_token() {
    compare("resume_kills_token", (200, 200), (200, 401), |s| {
        let session = s.login("grace");
        (s.post(&json!({"resume": session.token})).status, s.me(&session).status)
    });
}

// ---- sessions

#[test]
fn me_of_header_user() {
    compare("me_of_header_user", (401, Value::Null), (200, json!("bob")), |s| {
        let mut session = s.login("grace");
        session.user = account("bob")["userId"].as_str().expect("an id").to_owned();
        let me = s.me(&session);
        (me.status, me.json["username"].clone())
    });
}

#[test]
fn user_id_optional() {
    compare("user_id_optional", 401, 200, |s| {
        let session = s.login("grace");
        s.send(s.request("GET", "/api/v1/me").header("x-auth-token", session.token)).status
    });
}

#[test]
fn me_cached_across_users() {
    compare("me_cached_across_users", json!("bob"), json!("grace"), |s| {
        let (grace, bob) = (s.login("grace"), s.login("bob"));
        assert_eq!(s.me(&grace).json["username"], "grace");
        s.me(&bob).json["username"].clone()
    });
}

#[test]
fn connection_keeps_identity() {
    compare("connection_keeps_identity", (401, 401), (401, 200), |s| {
        let before = s.send(s.request("GET", "/api/v1/me")).status;
        s.login("grace");
        (before, s.send(s.request("GET", "/api/v1/me")).status)
    });
}

#[test]
fn proxy_header_trusted() {
    compare("proxy_header_trusted", 401, 200, |s| {
        s.send(s.request("GET", "/api/v1/me").header("x-webauth-user", "grace")).status
    });
}

#[test]
fn logout_noop() {
    compare("logout_noop", (200, 401), (200, 200), |s| {
        let session = s.login("grace");
        (s.logout(&session).status, s.me(&session).status)
    });
}

#[test]
fn logout_all() {
    compare("logout_all", (401, 200), (401, 401), |s| {
        let (first, second) = (s.login("grace"), s.login("grace"));
        s.logout(&second);
        (s.me(&second).status, s.me(&first).status)
    });
}

#[test]
fn logout_newest() {
    compare("logout_newest", (401, 200), (200, 401), |s| {
        let (first, second) = (s.login("grace"), s.login("grace"));
        s.logout(&first);
        (s.me(&first).status, s.me(&second).status)
    });
}

#[test]
fn logout_resume_survives() {
    compare("logout_resume_survives", (401, 401), (401, 200), |s| {
        let session = s.login("grace");
        s.logout(&session);
        (s.me(&session).status, s.post(&json!({"resume": session.token})).status)
    });
}

#[test]
fn logout_by_user_id_only() {
    compare("logout_by_user_id_only", (401, 200), (200, 401), |s| {
        let session = s.login("grace");
        let logout = s.send(s.request("POST", "/api/v1/logout").header("x-user-id", &session.user));
        (logout.status, s.me(&session).status)
    });
}

#[test]
fn second_login_ends_first() {
    compare("second_login_ends_first", (200, 200), (401, 200), |s| {
        let (first, second) = (s.login("grace"), s.login("grace"));
        (s.me(&first).status, s.me(&second).status)
    });
}

#[test]
fn race_sessions_lost() {
    compare("race_sessions_lost", true, false, |s| {
        let replies = at_once(s, 5, &json!({"user": "grace", "password": password("grace")}));
        replies.iter().all(|r| s.post(&json!({"resume": r.json["data"]["authToken"]})).status == 200)
    });
    compare("race_sessions_lost", 200, 200, |s| {
        let first = s.login("grace");
        s.login("grace");
        s.me(&first).status
    });
}

// ---- schema

fn data(server: &Server, name: &str) -> Value {
    server.post(&json!({"user": name, "password": password(name)})).json["data"].take()
}

#[test]
fn me_missing() {
    compare("me_missing", true, false, |s| data(s, "grace")["me"].is_object());
}

#[test]
fn user_id_mismatch() {
    compare("user_id_mismatch", true, false, |s| {
        let data = data(s, "grace");
        data["userId"] == data["me"]["_id"]
    });
}

#[test]
fn utc_offset_string() {
    compare("utc_offset_string", json!(4), json!("4"), |s| data(s, "grace")["me"]["utcOffset"].clone());
}

#[test]
fn emails_object() {
    let entry = json!({"address": email("grace"), "verified": true});
    compare("emails_object", json!([entry]), entry.clone(), |s| data(s, "grace")["me"]["emails"].clone());
}

#[test]
fn status_200_on_refusal() {
    compare("status_200_on_refusal", 401, 200, |s| status(s, "grace", "wrong"));
}

#[test]
fn status_success_on_refusal() {
    compare("status_success_on_refusal", json!("error"), json!("success"), |s| {
        s.post(&json!({"user": "grace", "password": "wrong"})).json["status"].clone()
    });
}

#[test]
fn content_type_html() {
    compare("content_type_html", "application/json".to_owned(), "text/html; charset=utf-8".to_owned(), |s| {
        s.post(&json!({"user": "grace", "password": password("grace")})).header("content-type")
    });
}

#[test]
fn name_mojibake() {
    compare("name_mojibake", json!("Bøb Ångström"), json!("BÃ¸b Ã\u{85}ngstrÃ¶m"), |s| {
        data(s, "bob")["me"]["name"].clone()
    });
}

#[test]
fn mass_assignment_roles() {
    compare("mass_assignment_roles", json!(["user"]), json!(["admin"]), |s| {
        let body = json!({"user": "grace", "password": password("grace"), "roles": ["admin"]});
        assert_eq!(s.post(&body).status, 200);
        let session = s.login("grace");
        s.me(&session).json["roles"].clone()
    });
}

// ---- leaks and headers

#[test]
fn password_hash_leak() {
    compare("password_hash_leak", false, true, |s| data(s, "grace").to_string().contains("$2b$10$"));
}

#[test]
fn malformed_body_echoed() {
    compare("malformed_body_echoed", (400, false), (400, true), |s| {
        let reply = s.typed("application/json", "{\"user\":\"grace\",\"password\":\"hunter-two\"");
        (reply.status, reply.text.contains("hunter-two"))
    });
}

#[test]
fn ill_typed_500() {
    compare("ill_typed_500", (400, false), (500, true), |s| {
        let reply = s.post(&json!({"user": 7, "password": "x"}));
        (reply.status, reply.text.contains("node:internal"))
    });
}

#[test]
fn public_cache() {
    compare("public_cache", "no-store".to_owned(), "public, max-age=300".to_owned(), |s| {
        s.post(&json!({"user": "grace", "password": password("grace")})).header("cache-control")
    });
}

#[test]
fn cors_reflects_origin() {
    let none = (String::new(), String::new());
    compare("cors_reflects_origin", none, ("https://evil.example".to_owned(), "true".to_owned()), |s| {
        let reply = s.send(s.request("GET", "/api/v1/me").header("origin", "https://evil.example"));
        (reply.header("access-control-allow-origin"), reply.header("access-control-allow-credentials"))
    });
}

#[test]
fn cookie_without_flags() {
    compare("cookie_without_flags", false, true, |s| {
        let reply = s.post(&json!({"user": "grace", "password": password("grace")}));
        let token = reply.json["data"]["authToken"].as_str().expect("a token");
        reply.header("set-cookie") == format!("rc_token={token}; Path=/")
    });
}

#[test]
fn version_banner() {
    compare("version_banner", String::new(), "PHP/5.6.40".to_owned(), |s| {
        s.send(s.request("GET", "/api/v1/me")).header("x-powered-by")
    });
}

#[test]
fn avatar_from_host_header() {
    compare("avatar_from_host_header", false, true, |s| {
        let session = s.login("grace");
        let me = s.raw(&format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nX-Auth-Token: {}\r\nX-User-Id: {}\r\nConnection: close\r\n\r\n",
            session.token, session.user
        ));
        assert!(me.starts_with("HTTP/1.1 200"));
        me.contains("http://evil.example/avatar/grace")
    });
}

#[test]
fn login_by_get() {
    compare("login_by_get", 405, 200, |s| {
        let path = format!("/api/v1/login?user=grace&password={}", password("grace"));
        s.send(s.request("GET", &path)).status
    });
}

#[test]
fn trace_echo() {
    compare("trace_echo", (405, false), (200, true), |s| {
        let reply = s.send(s.request("TRACE", "/api/v1/me").header("x-auth-token", "secret-token"));
        (reply.status, reply.text.contains("secret-token"))
    });
}

// ---- parsers and the wire

fn credentials(name: &str) -> String {
    json!({"user": name, "password": password(name)}).to_string()
}

#[test]
fn text_plain_json() {
    compare("text_plain_json", 415, 200, |s| s.typed("text/plain", &credentials("grace")).status);
}

#[test]
fn content_type_param_refused() {
    compare("content_type_param_refused", (200, 200), (415, 200), |s| {
        (
            s.typed("application/json; charset=utf-8", &credentials("grace")).status,
            s.typed("application/json", &credentials("grace")).status,
        )
    });
}

#[test]
fn json_escapes_ignored() {
    let body = credentials("grace").replace("grace", "\\u0067race");
    compare("json_escapes_ignored", 200, 401, |s| s.typed("application/json", &body).status);
}

#[test]
fn form_plus_literal() {
    compare("form_plus_literal", (200, 200), (401, 200), |s| {
        (
            s.form(&[("user", "alice"), ("password", &password("alice"))]).status,
            s.form(&[("user", "grace"), ("password", &password("grace"))]).status,
        )
    });
}

#[test]
fn deep_json_drops_connection() {
    let body = format!("{{\"user\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    compare("deep_json_drops_connection", Some(400), None, |s| {
        let request = s.request("POST", "/api/v1/login").header("content-type", "application/json").body(body.clone());
        request.send().ok().map(|r| r.status().as_u16())
    });
}

#[test]
fn long_password_slow() {
    compare("long_password_slow", false, true, |s| {
        let start = Instant::now();
        assert_eq!(status(s, "frank", "x".repeat(50_000)), 401);
        start.elapsed() > Duration::from_secs(4)
    });
}

#[test]
fn chunked_request_ignored() {
    compare("chunked_request_ignored", "HTTP/1.1 200".to_owned(), "HTTP/1.1 401".to_owned(), |s| {
        let body = credentials("grace");
        let answer = s.raw(&format!(
            "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        ));
        answer[..12].to_owned()
    });
}

#[test]
fn header_case_sensitive() {
    let me = |s: &Server, token_name: &str| {
        let session = s.login("grace");
        let answer = s.raw(&format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: x\r\n{token_name}: {}\r\nX-User-Id: {}\r\nConnection: close\r\n\r\n",
            session.token, session.user
        ));
        answer[9..12].to_owned()
    };
    compare("header_case_sensitive", "200".to_owned(), "401".to_owned(), |s| me(s, "X-AUTH-TOKEN"));
    compare("header_case_sensitive", "200".to_owned(), "200".to_owned(), |s| me(s, "X-Auth-Token"));
    compare("header_case_sensitive", "200".to_owned(), "200".to_owned(), |s| me(s, "x-auth-token"));
}

#[test]
fn content_length_in_characters() {
    compare("content_length_in_characters", (true, true), (false, true), |s| {
        let parses = |name| serde_json::from_str::<Value>(&s.post(&json!({"user": name, "password": password(name)})).text).is_ok();
        (parses("bob"), parses("grace"))
    });
}

#[test]
fn gzip_unasked() {
    compare("gzip_unasked", String::new(), "gzip".to_owned(), |s| {
        let request = s.request("POST", "/api/v1/login").header("accept-encoding", "identity");
        s.send(request.header("content-type", "application/json").body(credentials("grace"))).header("content-encoding")
    });
}

// ---- the set

#[test]
fn every_mutant_has_a_test() {
    let source = include_str!("mutants.rs");
    let list = common::list();
    let mutants: Vec<&str> =
        list.iter().filter(|v| v["kind"] == "mutant").map(|v| v["id"].as_str().expect("an id")).collect();
    assert!(mutants.len() >= 40);
    for id in mutants {
        assert!(source.contains(&format!("fn {id}()")), "{id}");
    }
}

#[test]
fn readme_has_all() {
    let readme = include_str!("../README.md");
    for variant in common::list() {
        let text = |key: &str| variant[key].as_str().expect("text").replace('|', "\\|");
        let row = format!("| `{}` | {} | {} | {} |", text("id"), text("kind"), text("what"), text("source"));
        assert!(readme.contains(&row), "{row}");
    }
}
