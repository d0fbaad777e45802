//! Shows each defect by plain HTTP, and a normal login at each right server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use blind_third::server::{known, serve, step_now, totp};
use blind_third::variants::{CORRECT, MUTANTS};
use serde_json::{Value, json};

const ALICE: &str = "Correct-Horse7";
const BOB: &str = "Tr0ub4dor&3-bob";
const BOB_SECRET: &str = "3132333435363738393031323334353637383930";

struct Client {
    address: String,
}

struct Reply {
    status: u16,
    head: String,
    bytes: Vec<u8>,
    json: Value,
}

impl Client {
    fn raw(&self, request: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        all
    }

    fn send(&self, method: &str, target: &str, headers: &str, body: &str) -> Reply {
        let length = match headers.contains("chunked") {
            true => String::new(),
            false => format!("Content-Length: {}\r\n", body.len()),
        };
        let all = self.raw(&format!(
            "{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{length}{headers}\r\n{body}"
        ));
        let at = all.windows(4).position(|w| w == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&all[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let mut bytes = all[at..].to_vec();
        if head.to_lowercase().contains("chunked") {
            let from = bytes.windows(2).position(|w| w == b"\r\n").unwrap() + 2;
            bytes = bytes[from..bytes.len() - 7].to_vec();
        }
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status, head, bytes, json }
    }

    fn with(&self, headers: &str, body: Value) -> Reply {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        self.send("POST", "/api/v1/login", &headers, &body.to_string())
    }

    fn post(&self, body: Value) -> Reply {
        self.with("", body)
    }

    fn login(&self, user: &str, password: &str) -> Reply {
        self.post(json!({"user": user, "password": password}))
    }

    fn ok(&self, user: &str, password: &str) -> bool {
        self.login(user, password).status == 200
    }

    fn token(&self) -> String {
        self.login("alice", ALICE).json["data"]["authToken"].as_str().unwrap_or("").to_owned()
    }

    fn call(&self, method: &str, path: &str, token: &str, user: &str) -> Reply {
        self.send(method, path, &format!("X-Auth-Token: {token}\r\nX-User-Id: {user}\r\n"), "")
    }

    fn me(&self, token: &str) -> bool {
        self.call("GET", "/api/v1/me", token, "aliceaaaaaaaaaaaa").status == 200
    }

    fn logout(&self, token: &str) -> bool {
        self.call("POST", "/api/v1/logout", token, "aliceaaaaaaaaaaaa").status == 200
    }

    fn resume(&self, token: Value) -> bool {
        self.post(json!({"resume": token})).status == 200
    }

    fn bob(&self, code: Value) -> bool {
        self.post(json!({"user": "bob", "password": BOB, "code": code})).status == 200
    }
}

fn start(id: &'static str, runtime: &tokio::runtime::Runtime) -> Client {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    runtime.spawn(serve(id, listener));
    Client { address }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Returns whether the server shows the defect of this name.
fn shows(id: &str, c: &Client) -> bool {
    let alice = |p: &str| c.ok("alice", p);
    let unknown = || c.login("nobody", "wrong");
    let wrong = || c.login("alice", "wrong");
    let now = || totp(BOB_SECRET, step_now());
    let me = || c.login("alice", ALICE).json["data"]["me"].clone();
    let required = || c.login("bob", BOB);
    let plain = json!({"user": "alice", "password": ALICE});
    match id {
        "pw_trim" => alice(" Correct-Horse7 "),
        "pw_nul" => alice("Correct-Horse7\0x"),
        "pw_first_case" => alice("correct-Horse7"),
        "pw_percent" => alice("Correct%2DHorse7"),
        "pw_glob" => alice("Corr*"),
        "pw_pass_the_hash" => {
            use sha2::Digest;
            let hash: String = sha2::Sha256::digest(ALICE).iter().map(|b| format!("{b:02x}")).collect();
            alice(&hash)
        }
        "pw_digest_plain" => {
            c.post(json!({"user": "alice", "password": {"digest": ALICE, "algorithm": "none"}})).status == 200
        }
        "pw_control" => alice("Correct-\tHorse7"),
        "pw_non_ascii" => alice("Correct-Hörse7".replace('ö', "éo").as_str()),
        "pw_default" => c.ok("robot", "robot"),
        "pw_third_try" => (0..3).any(|_| alice("wrong")),
        "pw_long_refused" => {
            !c.ok("erin", "0123456789012345678901234567890123456789012345678901234567890123456789-erins")
        }
        "user_local_part" => c.ok("alice@other.test", ALICE),
        "user_proxy_header" => c.with("X-Forwarded-User: alice\r\n", json!({})).status == 200,
        "user_debug_query" => {
            let body = json!({"user": "alice", "password": "x"}).to_string();
            c.send("POST", "/api/v1/login?debug=1", "Content-Type: application/json\r\n", &body).status == 200
        }
        "user_mismatch" => {
            let reply = c.post(json!({"user": "alice", "username": "erin", "password": ALICE}));
            reply.json["data"]["userId"] == "erineeeeeeeeeeeee"
        }
        "user_no_email" => !c.ok("alice@example.test", ALICE),
        "totp_zero" => now() != "000000" && c.bob(json!("000000")),
        "totp_method_header" => {
            c.with("x-2fa-method: email\r\n", json!({"user": "bob", "password": BOB})).status == 200
        }
        "totp_email_login" => c.ok("bob@example.test", BOB),
        "totp_form" => {
            let form = "user=bob&password=Tr0ub4dor%263-bob";
            let header = "Content-Type: application/x-www-form-urlencoded\r\n";
            c.send("POST", "/api/v1/login", header, form).status == 200
        }
        "totp_oracle" => c.login("bob", "wrong").json["error"] == "totp-required",
        "totp_empty" => c.bob(json!("")),
        "totp_bool" => c.bob(json!(true)),
        "totp_suffix" => c.bob(json!(now()[2..])),
        "totp_refusal_200" => required().status == 200,
        "totp_refusal_token" => {
            let token = required().json["details"]["authToken"].as_str().unwrap_or("").to_owned();
            c.call("GET", "/api/v1/me", &token, "bobbbbbbbbbbbbbbb").status == 200
        }
        "totp_header_leak" => required().head.contains(&now()),
        "totp_third_try" => (0..3).any(|_| c.bob(json!("1234"))),
        "backup_case" => c.bob(json!("BKaaAAA1")),
        "backup_digits" => c.bob(json!("12345678")),
        "backup_restored" => c.bob(json!("bkAAaaa1")) && c.logout(&c.token()) && c.bob(json!("bkAAaaa1")),
        "backup_disables" => c.bob(json!("bkAAaaa1")) && c.ok("bob", BOB),
        "token_counter" => {
            let (a, b) = (c.token().parse::<u64>(), c.token().parse::<u64>());
            matches!((a, b), (Ok(a), Ok(b)) if b == a + 1)
        }
        "token_clock" => c.token().contains("aliceaaaaaaaaaaaa-"),
        "token_short" => c.token().len() < 20,
        "token_adopted" => {
            let chosen = "a".repeat(43);
            c.with(&format!("X-Auth-Token: {chosen}\r\n"), plain);
            c.me(&chosen)
        }
        "token_per_second" => c.token() == c.token(),
        "token_reissued" => {
            let first = c.token();
            c.logout(&first) && c.token() == first
        }
        "token_in_url" => {
            let target = format!("/api/v1/me?authToken={}&userId=aliceaaaaaaaaaaaa", c.token());
            c.send("GET", &target, "", "").status == 200
        }
        "cookie_plain" => {
            let head = c.post(plain).head;
            head.contains("Set-Cookie") && !head.contains("HttpOnly")
        }
        "logout_any_user" => c.call("POST", "/api/v1/logout", &c.token(), "erineeeeeeeeeeeee").status == 200,
        "logout_all" => {
            let (a, b) = (c.token(), c.token());
            c.logout(&a) && !c.me(&b)
        }
        "logout_resume" => {
            let token = c.token();
            c.logout(&token) && c.resume(json!(token))
        }
        "logout_late" => {
            let token = c.token();
            c.logout(&token) && c.me(&token)
        }
        "logout_anonymous" => c.logout("none"),
        "resume_prefix" => c.resume(json!(c.token()[..20])),
        "resume_case" => {
            let token = c.token();
            let other: String = (token.chars())
                .map(|l| if l.is_lowercase() { l.to_ascii_uppercase() } else { l.to_ascii_lowercase() })
                .collect();
            c.resume(json!(other))
        }
        "resume_override" => {
            let reply = c.post(json!({"resume": c.token(), "user": "erin"}));
            reply.json["data"]["userId"] == "erineeeeeeeeeeeee"
        }
        "resume_array" => c.resume(json!([c.token()])),
        "me_any_user" => c.call("GET", "/api/v1/me", &c.token(), "erineeeeeeeeeeeee").status == 200,
        "me_token_only" => {
            c.send("GET", "/api/v1/me", &format!("X-Auth-Token: {}\r\n", c.token()), "").status == 200
        }
        "session_single" => {
            let first = c.token();
            c.token();
            !c.me(&first)
        }
        "session_short" => {
            let token = c.token();
            sleep(Duration::from_millis(2200));
            !c.me(&token)
        }
        "session_uses" => {
            let token = c.token();
            (0..4).any(|_| !c.me(&token))
        }
        "failure_revokes" => {
            let token = c.token();
            wrong();
            !c.me(&token)
        }
        "inactive_email" => c.ok("carol@example.test", "Carols-Password1"),
        "inactive_told" => c.login("carol", "wrong").json["error"] == "error-user-is-not-activated",
        "no_password_null" => c.ok("dave", "null"),
        "enum_slow" => {
            let time = |call: &dyn Fn() -> Reply| {
                let start = Instant::now();
                call();
                start.elapsed()
            };
            (0..3).all(|_| time(&wrong) > time(&unknown) + Duration::from_millis(80))
        }
        "enum_header" => wrong().head.contains("X-Failure") && !unknown().head.contains("X-Failure"),
        "enum_message" => wrong().json["message"] != unknown().json["message"],
        "enum_connection" => {
            let kept = |user: &str| {
                let body = json!({"user": user, "password": "wrong"}).to_string();
                let request = format!(
                    "POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                String::from_utf8_lossy(&c.raw(&(request + last))).matches("HTTP/1.1").count() == 2
            };
            kept("alice") && !kept("nobody")
        }
        "enum_order" => wrong().bytes != unknown().bytes && wrong().json == unknown().json,
        "enum_rate" => (0..8).any(|_| wrong().status == 429) && (0..8).all(|_| unknown().status == 401),
        "enum_status" => wrong().status != unknown().status,
        "leak_echo" => c.login("alice", "my-secret").json.to_string().contains("my-secret"),
        "leak_hash" => me().to_string().contains("$2b$"),
        "leak_tokens" => {
            let token = c.token();
            me().to_string().contains(&token)
        }
        "leak_trace" => {
            let reply = c.send("POST", "/api/v1/login", "Content-Type: application/json\r\n", "{");
            reply.json.to_string().contains("login.js")
        }
        "leak_method_trace" => {
            let reply = c.send("TRACE", "/api/v1/me", "X-Auth-Token: secret-token\r\n", "");
            reply.json.to_string().contains("secret-token")
        }
        "schema_no_id" => me()["_id"].is_null(),
        "schema_roles" => !me()["roles"].is_array(),
        "schema_emails" => !me()["emails"].is_array(),
        "schema_active" => !me()["active"].is_boolean(),
        "schema_settings" => !me()["settings"].is_object(),
        "schema_user_id" => c.post(plain).json["data"]["userId"] != "aliceaaaaaaaaaaaa",
        "schema_status" => c.post(plain).json["status"] != "success",
        "schema_data" => c.post(plain).json["data"].is_array(),
        "body_string" => c.post(plain).json.is_string(),
        "body_bom" => c.post(plain).bytes.starts_with(b"\xef\xbb\xbf"),
        "body_comma" => c.post(plain).bytes.ends_with(b",}"),
        "body_latin1" => String::from_utf8(c.post(plain).bytes).is_err(),
        "body_type" => !c.post(plain).head.contains("application/json"),
        "parse_form_raw" => {
            let header = "Content-Type: application/x-www-form-urlencoded\r\n";
            c.send("POST", "/api/v1/login", header, "user=alice&password=Correct%2DHorse7").status != 200
        }
        "parse_charset" => {
            let header = "Content-Type: application/json; charset=utf-8\r\n";
            c.send("POST", "/api/v1/login", header, &plain.to_string()).status != 200
        }
        "parse_extra" => c.post(json!({"user": "alice", "password": ALICE, "device": "x"})).status == 500,
        "parse_number" => c.post(json!({"user": 7, "password": ALICE})).status == 0,
        "parse_array" => c.post(json!([plain])).status == 200,
        "parse_chunked" => {
            let body = plain.to_string();
            let body = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            let headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
            c.send("POST", "/api/v1/login", headers, &body).status != 200
        }
        "parse_query" => {
            c.send("GET", "/api/v1/login?user=alice&password=Correct-Horse7", "", "").status == 200
        }
        "http_header_case" => {
            let headers = format!("x-auth-token: {}\r\nx-user-id: aliceaaaaaaaaaaaa\r\n", c.token());
            c.send("GET", "/api/v1/me", &headers, "").status != 200
        }
        "http_head_body" => !c.call("HEAD", "/api/v1/me", &c.token(), "aliceaaaaaaaaaaaa").bytes.is_empty(),
        "http_cache" => c.post(plain).head.contains("public"),
        "http_length" => {
            let reply = c.post(plain);
            !reply.head.contains(&format!("Content-Length: {}\r\n", reply.bytes.len()))
        }
        "http_path" => {
            let header = "Content-Type: application/json\r\n";
            c.send("POST", "/api/v1/login/x", header, &plain.to_string()).status == 200
        }
        "http_override" => {
            let header = "X-HTTP-Method-Override: POST\r\n";
            c.send("GET", "/api/v1/login", header, &plain.to_string()).status == 200
        }
        "http_cors" => {
            let head = c.with("Origin: https://evil.test\r\n", plain).head;
            head.contains("https://evil.test") && head.contains("Allow-Credentials")
        }
        "http_mixed" => {
            let body = plain.to_string();
            let first = format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let last = "GET /api/v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            String::from_utf8_lossy(&c.raw(&(first + last))).matches("authToken").count() == 2
        }
        "http_me_cached" => {
            let token = c.token();
            c.me(&token) && c.logout(&token) && c.me(&token)
        }
        other => panic!("no probe for {other}"),
    }
}

#[test]
fn each_mutant_shows_its_defect_and_the_plain_server_does_not() {
    let runtime = runtime();
    let mut missed = Vec::new();
    for (id, _) in MUTANTS {
        if !shows(id, &start(known(id).unwrap(), &runtime)) {
            missed.push(format!("{id} does not show"));
        }
        if shows(id, &start("plain", &runtime)) {
            missed.push(format!("plain shows {id}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn each_correct_server_takes_a_normal_session() {
    let runtime = runtime();
    let mut missed = Vec::new();
    for (id, _) in CORRECT {
        let c = start(known(id).unwrap(), &runtime);
        let token = c.token();
        let steps = [
            ("login", !token.is_empty()),
            ("e-mail", c.ok("alice@example.test", ALICE)),
            ("wrong", c.login("alice", "wrong").status == 401),
            ("same refusal", c.login("alice", "wrong").bytes == c.login("nobody", "wrong").bytes),
            ("me", c.me(&token)),
            ("resume", c.resume(json!(token))),
            ("no code", c.login("bob", BOB).json["error"] == "totp-required"),
            ("code", c.bob(json!(totp(BOB_SECRET, step_now())))),
            ("backup", c.bob(json!("bkAAaaa1"))),
            ("backup once", !c.bob(json!("bkAAaaa1"))),
            ("logout", c.logout(&token)),
            ("me after logout", !c.me(&token)),
            ("resume after logout", !c.resume(json!(token))),
        ];
        missed.extend(steps.iter().filter(|s| !s.1).map(|s| format!("{id}: {}", s.0)));
    }
    let c = start("ok_rate", &runtime);
    let last = (0..61).map(|_| c.login("alice", "wrong")).last().unwrap();
    assert!(last.status == 429 && last.head.contains("Retry-After"));
    let c = start("ok_lock", &runtime);
    let locked = |user: &str| (0..11).map(|_| c.login(user, "wrong")).last().unwrap().json;
    assert_eq!(locked("alice"), locked("nobody"));
    assert!(!c.ok("alice", ALICE));
    let c = start("ok_user_case", &runtime);
    assert!(c.ok("ALICE", ALICE));
    assert!(missed.is_empty(), "{missed:#?}");
}
