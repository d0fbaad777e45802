//! One test for each mutant: the same requests to the plain server and to the
//! mutant; the plain server is right, and the mutant differs as it should.

mod common;

use std::time::{Duration, Instant};

use blind_fifth::{crypto, variants};
use common::*;
use serde_json::{Value, json};

/// `mutant!(id, probe, what plain gives, what the mutant gives)`
macro_rules! mutant {
    ($id:ident, $probe:expr, $plain:expr, $mutant:expr $(,)?) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $id() {
            let probe = $probe;
            assert_eq!(probe(start("plain")).await, $plain, "the plain server");
            assert_eq!(probe(start(stringify!($id))).await, $mutant, "the mutant");
        }
    };
}

#[test]
fn each_mutant_has_a_test() {
    let source = include_str!("mutants.rs");
    for variant in variants::VARIANTS.iter().filter(|v| v.kind == "mutant") {
        let needle = format!("mutant!(\n    {},", variant.id);
        assert_eq!(source.matches(&needle).count(), 1, "{}", variant.id);
    }
}

// ---- password and identity ----

mutant!(
    password_truncated,
    async |s: Server| {
        let long = s
            .login("alice", &format!("{}-more", password("alice")))
            .await;
        [s.enter("alice").await.short(), long.short()]
    },
    ["200", UNAUTH],
    ["200", "200"],
);

mutant!(
    password_any_case,
    async |s: Server| {
        let upper = s.login("alice", &password("alice").to_uppercase()).await;
        [s.enter("alice").await.short(), upper.short()]
    },
    ["200", UNAUTH],
    ["200", "200"],
);

mutant!(
    empty_password_of_bot,
    async |s: Server| {
        [
            s.login("robot", "").await.short(),
            s.login("alice", "").await.short(),
        ]
    },
    [UNAUTH, UNAUTH],
    ["200", UNAUTH],
);

mutant!(
    password_operator,
    async |s: Server| {
        let body = json!({"user": "alice", "password": {"$ne": ""}});
        let number = json!({"user": "alice", "password": 1});
        [s.post(body).await.status, s.post(number).await.status]
    },
    [400, 400],
    [200, 400],
);

mutant!(
    sql_quote,
    async |s: Server| {
        [
            s.login("alice' --", "x").await.short(),
            s.login("' or 1=1 --", "x").await.short(),
            s.login("o'neil", "x").await.short(),
        ]
    },
    [UNAUTH, UNAUTH, UNAUTH],
    ["200", "200", "500 internal"],
);

mutant!(
    inactive_by_email,
    async |s: Server| {
        let right = password("dave");
        [
            s.login("dave", &right).await.short(),
            s.login("dave@example.test", &right).await.short(),
            s.login("dave@example.test", "wrong").await.short(),
        ]
    },
    [
        "401 error-user-is-not-activated",
        "401 error-user-is-not-activated",
        UNAUTH
    ],
    ["401 error-user-is-not-activated", "200", UNAUTH],
);

// ---- second factor ----

mutant!(
    empty_code_skips,
    async |s: Server| {
        [
            s.enter("carol").await.short(),
            s.enter_with("carol", "").await.short(),
        ]
    },
    ["401 totp-required", "401 totp-required"],
    ["401 totp-required", "200"],
);

mutant!(
    code_of_other_account,
    async |s: Server| {
        [
            s.enter_with("carol", &code("erin", 0)).await.short(),
            s.enter_with("carol", &code("carol", 0)).await.short(),
        ]
    },
    ["401 totp-invalid", "200"],
    // The step is used up, so the right code of the same step is refused.
    ["200", "401 totp-invalid"],
);

mutant!(
    totp_replay,
    async |s: Server| {
        let code = code("carol", 0);
        [
            s.enter_with("carol", &code).await.short(),
            s.enter_with("carol", &code).await.short(),
        ]
    },
    ["200", "401 totp-invalid"],
    ["200", "200"],
);

mutant!(
    totp_wide_window,
    async |s: Server| {
        [
            s.enter_with("carol", &code("carol", -8)).await.short(),
            s.enter_with("carol", &code("carol", 0)).await.short(),
        ]
    },
    ["401 totp-invalid", "200"],
    ["200", "200"],
);

mutant!(
    code_guessing_unlimited,
    async |s: Server| {
        for _ in 0..10 {
            let answer = s.enter_with("erin", &wrong_code("erin")).await;
            assert_eq!(answer.short(), "401 totp-invalid");
        }
        s.enter_with("erin", &wrong_code("erin")).await.short()
    },
    BLOCKED,
    "401 totp-invalid",
);

mutant!(
    backup_code_reusable,
    async |s: Server| {
        let code = account("carol")["backupCodes"][0]
            .as_str()
            .unwrap()
            .to_owned();
        let other = account("carol")["backupCodes"][1]
            .as_str()
            .unwrap()
            .to_owned();
        [
            s.enter_with("carol", &code).await.short(),
            s.enter_with("carol", &code).await.short(),
            s.enter_with("carol", &other).await.short(),
        ]
    },
    ["200", "401 totp-invalid", "200"],
    ["200", "200", "200"],
);

mutant!(
    second_factor_first,
    async |s: Server| {
        [
            s.login("carol", "wrong").await.short(),
            s.login("alice", "wrong").await.short(),
            s.enter("carol").await.short(),
        ]
    },
    [UNAUTH, UNAUTH, "401 totp-required"],
    ["401 totp-required", UNAUTH, "401 totp-required"],
);

mutant!(
    form_skips_second_factor,
    async |s: Server| {
        let form = [
            ("user", "carol".to_owned()),
            ("password", password("carol")),
        ];
        let request = s.client.post(s.url("login")).form(&form);
        [
            s.send(request).await.short(),
            s.enter("carol").await.short(),
        ]
    },
    ["401 totp-required", "401 totp-required"],
    ["200", "401 totp-required"],
);

// ---- tokens ----

mutant!(
    token_counter,
    async |s: Server| {
        let (a, b) = (s.enter("alice").await.token(), s.enter("bob").await.token());
        assert_eq!((a.len(), b.len()), (43, 43));
        a[..35] == b[..35]
    },
    false,
    true,
);

mutant!(
    one_token_per_account,
    async |s: Server| {
        let (a, b) = (
            s.enter("alice").await.token(),
            s.enter("alice").await.token(),
        );
        s.logout("alice", &a).await;
        (a == b, s.me("alice", &b).await.status)
    },
    (false, 200),
    (true, 401),
);

mutant!(
    token_any_case,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let lower = token.to_lowercase();
        assert_ne!(token, lower);
        [
            s.me("alice", &token).await.short(),
            s.me("alice", &lower).await.short(),
        ]
    },
    ["200", NOT_IN],
    ["200", "200"],
);

mutant!(
    session_fixation,
    async |s: Server| {
        let chosen = "chosen-by-the-attacker-0123456789-0123456789";
        let body = json!({"user": "alice", "password": password("alice")});
        let request = s
            .client
            .post(s.url("login"))
            .header("X-Auth-Token", chosen)
            .json(&body);
        assert_eq!(s.send(request).await.status, 200);
        s.me("alice", chosen).await.short()
    },
    NOT_IN,
    "200",
);

mutant!(
    jwt_alg_none,
    async |s: Server| {
        let head = crypto::base64url(br#"{"alg":"none","typ":"JWT"}"#);
        let claims = json!({"sub": member("alice", "id"), "iat": 0, "exp": 4_000_000_000_u64});
        let forged = format!(
            "{head}.{}.",
            crypto::base64url(claims.to_string().as_bytes())
        );
        let token = s.enter("alice").await.token();
        [
            s.me("alice", &token).await.short(),
            s.me("alice", &forged).await.short(),
            s.resume(&forged).await.short(),
        ]
    },
    ["200", NOT_IN, UNAUTH],
    ["200", "200", "200"],
);

mutant!(
    token_expires_early,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let soon = s.me("alice", &token).await.short();
        tokio::time::sleep(Duration::from_secs(6)).await;
        [
            soon,
            s.me("alice", &token).await.short(),
            s.resume(&token).await.short(),
        ]
    },
    ["200", "200", "200"],
    ["200", NOT_IN, UNAUTH],
);

mutant!(
    failure_kills_sessions,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        s.fail("alice", 1).await;
        s.me("alice", &token).await.short()
    },
    "200",
    NOT_IN,
);

// ---- logout ----

mutant!(
    get_logout_keeps_session,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let request = signed(s.client.get(s.url("logout")), "alice", &token);
        [
            s.send(request).await.short(),
            s.me("alice", &token).await.short(),
        ]
    },
    ["200", NOT_IN],
    ["200", "200"],
);

mutant!(
    resume_after_logout,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        s.logout("alice", &token).await;
        [
            s.me("alice", &token).await.short(),
            s.resume(&token).await.short(),
            s.me("alice", &token).await.short(),
        ]
    },
    [NOT_IN, UNAUTH, NOT_IN],
    [NOT_IN, "200", "200"],
);

mutant!(
    logout_ends_newest,
    async |s: Server| {
        let (old, new) = (
            s.enter("alice").await.token(),
            s.enter("alice").await.token(),
        );
        s.logout("alice", &old).await;
        [
            s.me("alice", &old).await.short(),
            s.me("alice", &new).await.short(),
        ]
    },
    [NOT_IN, "200"],
    ["200", NOT_IN],
);

mutant!(
    logout_needs_body,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let request = s
            .client
            .post(s.url("logout"))
            .header("Content-Type", "application/json");
        let empty = s.send(signed(request, "alice", &token)).await.status;
        [empty, s.me("alice", &token).await.status]
    },
    [200, 401],
    [400, 200],
);

// ---- GET /api/v1/me ----

mutant!(
    me_trusts_user_id,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let me = s.me("bob", &token).await;
        (me.status, me.json["username"].as_str().map(str::to_owned))
    },
    (401, None),
    (200, Some("bob".to_owned())),
);

mutant!(
    me_cache_mixed,
    async |s: Server| {
        let (alice, bob) = (s.enter("alice").await.token(), s.enter("bob").await.token());
        let first = s.me("alice", &alice).await.json["username"].clone();
        [first, s.me("bob", &bob).await.json["username"].clone()]
    },
    ["alice", "bob"],
    ["alice", "alice"],
);

mutant!(
    me_leaks_hash,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let me = s.me("alice", &token).await.json;
        assert_eq!(me["services"]["password"]["exists"], true);
        me.to_string().contains("pbkdf2")
    },
    false,
    true,
);

mutant!(
    connection_remembers_login,
    async |s: Server| {
        let me = raw_request("GET", "me", "Connection: close\r\n", "");
        let body = json!({"user": "alice", "password": password("alice")}).to_string();
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let login = raw_request("POST", "login", &headers, &body);
        let (text, _) = s.raw(&[&login, &me]).await;
        text.matches("HTTP/1.1 200 OK").count()
    },
    1,
    2,
);

// ---- lock-out ----

mutant!(
    lockout_absent,
    async |s: Server| s.fail("mallory", 30).await.short(),
    BLOCKED,
    UNAUTH,
);

mutant!(
    lockout_by_typed_name,
    async |s: Server| {
        s.fail("sybil", 10).await;
        let right = password("sybil");
        [
            s.login("sybil", &right).await.short(),
            s.login("sybil@example.test", &right).await.short(),
        ]
    },
    [BLOCKED, BLOCKED],
    [BLOCKED, "200"],
);

mutant!(
    lockout_lets_right_password_in,
    async |s: Server| {
        s.fail("mallory", 10).await;
        [
            s.fail("mallory", 1).await.short(),
            s.enter("mallory").await.short(),
        ]
    },
    [BLOCKED, BLOCKED],
    [BLOCKED, "200"],
);

mutant!(
    forwarded_for_escapes_lock,
    async |s: Server| {
        let mut last = String::new();
        for n in 0..12 {
            let body = json!({"user": "mallory", "password": "wrong"});
            let request = s.client.post(s.url("login")).json(&body);
            let request = request.header("X-Forwarded-For", format!("192.0.2.{n}"));
            last = s.send(request).await.short();
        }
        last
    },
    BLOCKED,
    UNAUTH,
);

mutant!(
    success_does_not_reset,
    async |s: Server| {
        s.fail("mallory", 9).await;
        assert_eq!(s.enter("mallory").await.status, 200);
        s.fail("mallory", 1).await;
        s.enter("mallory").await.short()
    },
    "200",
    BLOCKED,
);

// ---- races ----

mutant!(
    lockout_race,
    async |s: Server| {
        let guesses = (0..24).map(|n| {
            let body = json!({"user": "mallory", "password": format!("wrong {n}")});
            tokio::spawn(s.client.post(s.url("login")).json(&body).send())
        });
        let mut judged = 0;
        for guess in guesses.collect::<Vec<_>>() {
            let answer: Value = guess.await.unwrap().unwrap().json().await.unwrap();
            judged += usize::from(answer["error"] == "Unauthorized");
        }
        assert!(judged >= 10);
        judged > 10
    },
    false,
    true,
);

mutant!(
    backup_code_race,
    async |s: Server| {
        let code = account("carol")["backupCodes"][2]
            .as_str()
            .unwrap()
            .to_owned();
        let (a, b) = tokio::join!(s.enter_with("carol", &code), s.enter_with("carol", &code));
        let later = s.enter_with("carol", &code).await.status;
        (
            [a.status, b.status]
                .iter()
                .filter(|status| **status == 200)
                .count(),
            later,
        )
    },
    (1, 401),
    (2, 401),
);

mutant!(
    concurrent_logins_mixed,
    async |s: Server| {
        let mut mixed = false;
        for _ in 0..10 {
            let (a, b) = tokio::join!(s.enter("alice"), s.enter("bob"));
            mixed |= a.json["data"]["userId"] != member("alice", "id").as_str();
            mixed |= b.json["data"]["userId"] != member("bob", "id").as_str();
        }
        assert_eq!(
            s.enter("alice").await.json["data"]["me"]["username"],
            "alice"
        );
        mixed
    },
    false,
    true,
);

mutant!(
    parallel_login_lost,
    async |s: Server| {
        let (a, b, c) = tokio::join!(s.enter("alice"), s.enter("alice"), s.enter("alice"));
        let mut lost = false;
        for answer in [a, b, c] {
            lost |= s.me("alice", &answer.token()).await.status != 200;
        }
        let (a, b) = (
            s.enter("alice").await.token(),
            s.enter("alice").await.token(),
        );
        assert_eq!(
            s.me("alice", &a).await.status,
            200,
            "one after the other is well"
        );
        assert_eq!(s.me("alice", &b).await.status, 200);
        lost
    },
    false,
    true,
);

// ---- enumeration ----

mutant!(
    unknown_user_told,
    async |s: Server| {
        let (known, unknown) = (s.fail("alice", 1).await, s.fail("nobody", 1).await);
        assert_eq!((known.status, unknown.status), (401, 401));
        known.text == unknown.text
    },
    true,
    false,
);

mutant!(
    enum_by_time,
    async |s: Server| {
        let mut best = [Duration::MAX; 2];
        for n in 0..8 {
            for (at, user) in ["bob".to_owned(), format!("nobody{n}")].iter().enumerate() {
                let begin = Instant::now();
                s.fail(user, 1).await;
                best[at] = best[at].min(begin.elapsed());
            }
        }
        best[0] > best[1] * 3
    },
    false,
    true,
);

mutant!(
    enum_by_lock,
    async |s: Server| {
        [
            s.fail("mallory", 11).await.short(),
            s.fail("nobody", 11).await.short(),
        ]
    },
    [BLOCKED, BLOCKED],
    [BLOCKED, UNAUTH],
);

// ---- leaks ----

mutant!(
    error_echoes_body,
    async |s: Server| {
        let body = r#"{"user": "alice", "password": "my-real-secret",}"#;
        let answer = s.post_text("application/json", body).await;
        (answer.status, answer.text.contains("my-real-secret"))
    },
    (400, false),
    (400, true),
);

mutant!(
    cors_reflects_origin,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let request = signed(s.client.get(s.url("me")), "alice", &token);
        let answer = s
            .send(request.header("Origin", "https://evil.example"))
            .await;
        [
            "access-control-allow-origin",
            "access-control-allow-credentials",
        ]
        .map(|name| answer.header(name).to_owned())
    },
    ["", ""],
    ["https://evil.example", "true"],
);

mutant!(
    login_cacheable,
    async |s: Server| s.enter("alice").await.header("cache-control").to_owned(),
    "no-store",
    "public, max-age=300",
);

mutant!(
    query_credentials,
    async |s: Server| {
        let url = format!(
            "{}?user=alice&password={}",
            s.url("login"),
            password("alice")
        );
        [
            s.send(s.client.post(url)).await.short(),
            s.enter("alice").await.short(),
        ]
    },
    [UNAUTH, "200"],
    ["200", "200"],
);

// ---- the documented schema ----

mutant!(
    user_id_differs,
    async |s: Server| {
        let data = s.enter("alice").await.json["data"].clone();
        assert_eq!(data["userId"], member("alice", "id").as_str());
        data["userId"] == data["me"]["_id"]
    },
    true,
    false,
);

mutant!(
    utc_offset_string,
    async |s: Server| s.enter("alice").await.json["data"]["me"]["utcOffset"].clone(),
    json!(0),
    json!("0"),
);

mutant!(
    resume_without_me,
    async |s: Server| {
        let login = s.enter("alice").await;
        let resume = s.resume(&login.token()).await;
        assert_eq!(resume.token(), login.token());
        [&login, &resume].map(|answer| answer.json["data"]["me"].is_object())
    },
    [true, true],
    [true, false],
);

// ---- bodies ----

mutant!(
    form_plus_kept,
    async |s: Server| {
        let form = [("user", "bob".to_owned()), ("password", password("bob"))];
        let with_blanks = s.send(s.client.post(s.url("login")).form(&form)).await;
        let form = [
            ("user", "alice".to_owned()),
            ("password", password("alice")),
        ];
        let without = s.send(s.client.post(s.url("login")).form(&form)).await;
        [
            with_blanks.short(),
            without.short(),
            s.enter("bob").await.short(),
        ]
    },
    ["200", "200", "200"],
    [UNAUTH, "200", "200"],
);

mutant!(
    json_escape_unread,
    async |s: Server| {
        let body = format!(
            r#"{{"user": "\u0061lice", "password": "{}"}}"#,
            password("alice")
        );
        [
            s.post_text("application/json", body).await.short(),
            s.enter("alice").await.short(),
        ]
    },
    ["200", "200"],
    [UNAUTH, "200"],
);

mutant!(
    charset_refused,
    async |s: Server| {
        let body = json!({"user": "alice", "password": password("alice")}).to_string();
        [
            s.post_text("application/json; charset=utf-8", body.clone())
                .await
                .status,
            s.post_text("Application/JSON", body.clone()).await.status,
            s.post_text("text/plain", body).await.status,
        ]
    },
    [200, 200, 415],
    [415, 200, 415],
);

mutant!(
    deep_json_kills,
    async |s: Server| {
        let body = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let (text, _) = s
            .raw(&[&raw_request("POST", "login", &headers, &body)])
            .await;
        let alive = s.client.get(s.url("me")).send().await.is_ok();
        (text.starts_with("HTTP/1.1 400 "), alive)
    },
    (true, true),
    (false, false),
);

mutant!(
    long_password_slow,
    async |s: Server| {
        let long = "x".repeat(60_000);
        let mut best = [Duration::MAX; 2];
        for n in 0..3 {
            for (at, password) in ["short", &long].into_iter().enumerate() {
                let begin = Instant::now();
                let answer = s.login(&format!("nobody{n}"), password).await;
                best[at] = best[at].min(begin.elapsed());
                assert_eq!(answer.short(), UNAUTH);
            }
        }
        best[1] > best[0] * 6
    },
    false,
    true,
);

// ---- on the wire ----

mutant!(
    content_length_in_characters,
    async |s: Server| {
        let erin = s.enter_with("erin", &code("erin", 0)).await;
        assert_eq!(erin.status, 200);
        (
            s.enter("alice").await.json.is_object(),
            erin.json.is_object(),
        )
    },
    (true, true),
    (true, false),
);

mutant!(
    body_read_once,
    async |s: Server| {
        let body = json!({"user": "alice", "password": password("alice")}).to_string();
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let all = raw_request("POST", "login", &headers, &body);
        let (first, second) = all.split_at(all.len() - 20);
        let whole = s.raw(&[&all]).await.0;
        let split = s.raw(&[first, second]).await.0;
        [whole, split].map(|text| text[..12.min(text.len())].to_owned())
    },
    ["HTTP/1.1 200", "HTTP/1.1 200"],
    ["HTTP/1.1 200", "HTTP/1.1 400"],
);

mutant!(
    head_with_body,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let id = member("alice", "id");
        let headers = format!("X-Auth-Token: {token}\r\nX-User-Id: {id}\r\nConnection: close\r\n");
        let (text, _) = s.raw(&[&raw_request("HEAD", "me", &headers, "")]).await;
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.starts_with("HTTP/1.1 200"), body.is_empty())
    },
    (true, true),
    (true, false),
);

mutant!(
    length_beats_chunked,
    async |s: Server| {
        let smuggled = "GET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let body = json!({"user": "alice", "password": password("alice")}).to_string();
        let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        // By the chunks, this is a login. By the length, the body is cut, and
        // what follows is another request.
        let ahead = format!("{:x}\r\n", body.len()).len();
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {ahead}\r\nTransfer-Encoding: chunked\r\n"
        );
        let (text, closed) = s
            .raw(&[&raw_request("POST", "login", &headers, &chunked)])
            .await;
        let by_chunks = (text[..12].to_owned(), closed);
        let body = format!("0\r\n\r\n{smuggled}");
        let headers = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
        let (text, _) = s
            .raw(&[&raw_request("POST", "login", headers, &body)])
            .await;
        (by_chunks, text.contains("404 Not Found"))
    },
    (("HTTP/1.1 200".to_owned(), true), false),
    (("HTTP/1.1 400".to_owned(), true), true),
);

mutant!(
    silent_close,
    async |s: Server| {
        let (text, closed) = s.raw(&[&raw_request("GET", "me", "", "")]).await;
        let told = text.to_lowercase().contains("connection: close");
        (text.starts_with("HTTP/1.1 401"), told, closed)
    },
    (true, false, false),
    (true, false, true),
);

mutant!(
    header_injection,
    async |s: Server| {
        let answer = s.login("x\r\nSet-Cookie: planted=1", "wrong").await;
        (answer.short(), answer.header("set-cookie").to_owned())
    },
    (UNAUTH.to_owned(), String::new()),
    (UNAUTH.to_owned(), "planted=1".to_owned()),
);

mutant!(
    gzip_unasked,
    async |s: Server| {
        let body = json!({"user": "alice", "password": password("alice")});
        let request = s.client.post(s.url("login")).json(&body);
        let answer = s.send(request.header("Accept-Encoding", "identity")).await;
        (
            answer.status,
            answer.header("content-encoding").to_owned(),
            answer.json.is_object(),
        )
    },
    (200, String::new(), true),
    (200, "gzip".to_owned(), false),
);
