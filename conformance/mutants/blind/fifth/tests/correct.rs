//! The plain server and each correct variant do all that is promised; each
//! correct variant also shows its difference.

mod common;

use common::*;
use serde_json::{Value, json};

/// What each server must do, whatever its variant.
async fn promises(s: &Server) {
    let first = s.enter("alice").await;
    assert_eq!(
        (first.status, &first.json["status"]),
        (200, &json!("success"))
    );
    let data = &first.json["data"];
    assert_eq!(data["userId"], member("alice", "id").as_str());
    let me = &data["me"];
    assert_eq!(me["_id"], data["userId"]);
    assert_eq!(me["username"], "alice");
    assert_eq!(
        me["emails"],
        json!([{"address": "alice@example.test", "verified": true}])
    );
    assert!(me["utcOffset"].is_i64() && me["active"] == true && me["roles"].is_array());
    assert!(me["settings"]["preferences"].is_object());
    assert!(me["avatarUrl"].as_str().unwrap().starts_with(&s.base));
    let other = s
        .login("ALICE@example.TEST", &password("alice"))
        .await
        .token();
    let token = first.token();
    assert_ne!(token, other);

    let resume = s.resume(&token).await;
    assert_eq!((resume.status, resume.token()), (200, token.clone()));
    assert!(resume.json["data"]["me"].is_object());
    let me = s.me("alice", &token).await;
    assert_eq!((me.status, &me.json["success"]), (200, &json!(true)));
    assert_eq!(s.me("bob", &token).await.short(), NOT_IN);
    assert_eq!(s.logout("alice", &token).await.status, 200);
    assert_eq!(s.me("alice", &token).await.short(), NOT_IN);
    assert_eq!(s.logout("alice", &token).await.status, 401);
    assert_eq!(s.resume(&token).await.short(), UNAUTH);
    assert_eq!(s.me("alice", &other).await.status, 200);

    assert_eq!(s.enter("bob").await.status, 200);
    assert_eq!(
        s.enter("dave").await.short(),
        "401 error-user-is-not-activated"
    );
    assert_eq!(s.login("dave", "wrong").await.short(), UNAUTH);
    let asked = s.enter("carol").await;
    assert_eq!(asked.short(), "401 totp-required");
    let details = json!({"method": "totp", "codeGenerated": false, "availableMethods": ["totp"]});
    assert_eq!(asked.json["details"], details);
    assert_eq!(
        s.enter_with("carol", &wrong_code("carol")).await.short(),
        "401 totp-invalid"
    );
    let carol = s.enter_with("carol", &code("carol", 0)).await;
    assert_eq!(carol.status, 200);
    assert_eq!(
        s.resume(&carol.token()).await.status,
        200,
        "resume needs no code"
    );
    let backup = account("carol")["backupCodes"][4]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(s.enter_with("carol", &backup).await.status, 200);
    let erin = s.enter_with("erin", &code("erin", 0)).await;
    assert_eq!(
        erin.json["data"]["me"]["name"],
        member("erin", "name").as_str()
    );

    let robot = member("robot", "personalAccessToken");
    assert_eq!(s.me("robot", &robot).await.status, 200);
    assert_eq!(s.login("robot", "").await.short(), UNAUTH);

    for body in [
        json!({}),
        json!({"user": "alice"}),
        json!({"password": "x"}),
    ] {
        assert_eq!(s.post(body).await.short(), UNAUTH);
    }
    for body in [
        json!({"user": 1, "password": "x"}),
        json!({"user": "alice", "password": null}),
        json!({"resume": []}),
        json!([]),
    ] {
        assert_eq!(s.post(body).await.short(), "400 invalid-params");
    }
    assert_eq!(s.post_text("application/json", "{").await.status, 400);
    assert_eq!(s.post_text("text/plain", "{}").await.status, 415);
    let huge = format!("{{\"user\": \"{}\"}}", "x".repeat(100_000));
    assert_eq!(s.post_text("application/json", huge).await.status, 413);
    let get = s.send(s.client.get(s.url("login"))).await;
    assert_eq!((get.status, get.header("allow")), (405, "POST, OPTIONS"));
    assert_eq!(s.send(s.client.get(s.url("nothing"))).await.status, 404);
    for (headers, status) in [
        ("Transfer-Encoding: gzip, chunked\r\n", "501"),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "400"),
        ("X-Blank : 1\r\n", "400"),
    ] {
        let text = s.raw(&[&raw_request("POST", "login", headers, "")]).await.0;
        assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    }
    let host = b"GET /api/v1/me HTTP/1.1\r\n\r\n";
    assert!(s.raw(&[host]).await.0.starts_with("HTTP/1.1 400"));
}

/// Tells after how many failures the lock comes.
async fn lock_after(s: &Server) -> usize {
    for n in 0..40 {
        if s.fail("sybil", 1).await.short() != UNAUTH {
            return n;
        }
    }
    panic!("no lock")
}

/// `correct!(id, probe of the difference, what it gives)`
macro_rules! correct {
    ($id:ident, $probe:expr, $want:expr $(,)?) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $id() {
            let s = start(stringify!($id));
            promises(&s).await;
            let probe = $probe;
            assert_eq!(probe(s).await, $want);
        }
    };
}

correct!(
    plain,
    async |s: Server| {
        let login = s.enter("alice").await;
        let names = ["content-type", "cache-control", "www-authenticate"];
        (
            login.token().len(),
            names.map(|name| login.header(name).to_owned()),
        )
    },
    (43, ["application/json", "no-store", ""].map(str::to_owned)),
);

correct!(
    jwt_tokens,
    async |s: Server| s.enter("alice").await.token().split('.').count(),
    3,
);

correct!(
    uuid_tokens,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        (token.len(), token.split('-').count(), token.as_bytes()[14])
    },
    (36, 5, b'4'),
);

correct!(
    problem_members,
    async |s: Server| {
        let answer = s.fail("alice", 1).await;
        let kind = answer.header("content-type").to_owned();
        (
            kind,
            answer.json["type"].clone(),
            answer.json["title"].clone(),
        )
    },
    (
        "application/problem+json".to_owned(),
        json!("about:blank"),
        json!("Unauthorized")
    ),
);

correct!(
    extra_members,
    async |s: Server| {
        let login = s.enter("alice").await.json;
        [
            login["success"].clone(),
            login["data"]["me"]["nickname"].clone(),
        ]
    },
    [json!(true), json!("Al")],
);

correct!(
    extra_headers,
    async |s: Server| s.enter("alice").await.header("x-request-id").len(),
    36,
);

correct!(
    other_order,
    async |s: Server| s
        .enter("alice")
        .await
        .text
        .starts_with(r#"{"data":{"me":{"avatarUrl""#),
    true,
);

correct!(
    chunked_responses,
    async |s: Server| {
        let login = s.enter("alice").await;
        [
            login.header("transfer-encoding").to_owned(),
            login.header("content-length").to_owned(),
        ]
    },
    ["chunked", ""],
);

correct!(
    gzip_when_accepted,
    async |s: Server| {
        let mut seen = Vec::new();
        for accept in ["gzip, br", "gzip;q=0", "identity"] {
            let request = s.client.get(s.url("me")).header("Accept-Encoding", accept);
            seen.push(s.send(request).await.header("content-encoding").to_owned());
        }
        seen
    },
    ["gzip", "", ""],
);

correct!(
    always_close,
    async |s: Server| {
        let (text, closed) = s.raw(&[&raw_request("GET", "me", "", "")]).await;
        (text.contains("connection: close"), closed)
    },
    (true, true),
);

correct!(
    slow_hash,
    async |s: Server| {
        let begin = std::time::Instant::now();
        s.fail("alice", 1).await;
        begin.elapsed().as_millis() > 30
    },
    true,
);

correct!(
    www_authenticate,
    async |s: Server| s
        .fail("alice", 1)
        .await
        .header("www-authenticate")
        .to_owned(),
    "Token realm=\"login\"",
);

correct!(strict_lockout, async |s: Server| lock_after(&s).await, 5,);

correct!(loose_lockout, async |s: Server| lock_after(&s).await, 25,);

correct!(
    no_form,
    async |s: Server| {
        let request = s.client.post(s.url("login")).form(&[("user", "alice")]);
        s.send(request).await.status
    },
    415,
);

correct!(
    no_get_logout,
    async |s: Server| {
        let token = s.enter("alice").await.token();
        let request = signed(s.client.get(s.url("logout")), "alice", &token);
        let answer = s.send(request).await;
        let allow = answer.header("allow").to_owned();
        (answer.status, allow, s.me("alice", &token).await.status)
    },
    (405, "POST, OPTIONS".to_owned(), 200),
);

correct!(
    pretty_json,
    async |s: Server| s.enter("alice").await.text.starts_with("{\n  \"status\""),
    true,
);

correct!(
    ascii_json,
    async |s: Server| {
        let token = s.enter_with("erin", &code("erin", 1)).await.token();
        s.me("erin", &token).await.text.is_ascii()
    },
    true,
);

correct!(
    charset_content_type,
    async |s: Server| s.enter("alice").await.header("content-type").to_owned(),
    "application/json; charset=utf-8",
);

correct!(
    lock_as_429,
    async |s: Server| {
        let answer = s.fail("sybil", 11).await;
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        (answer.short(), (1..=60).contains(&seconds))
    },
    ("429 error-login-blocked-for-user".to_owned(), true),
);

correct!(
    code_as_number,
    async |s: Server| {
        let code: u32 = code("erin", 1).parse().unwrap();
        s.post(json!({"user": "erin", "password": password("erin"), "code": code}))
            .await
            .status
    },
    200,
);

/// The lock of the plain server ends, and the account is as before.
#[tokio::test]
async fn the_lock_ends() {
    let s = start("plain");
    assert_eq!(s.fail("sybil", 11).await.short(), BLOCKED);
    assert_eq!(
        s.enter("mallory").await.status,
        200,
        "others are not locked"
    );
    tokio::time::sleep(std::time::Duration::from_secs(61)).await;
    assert_eq!(s.enter("sybil").await.status, 200);
}

#[test]
fn the_list_and_the_readme_agree() {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_blind-fifth"))
        .arg("--list")
        .output()
        .unwrap();
    let list: Vec<Value> = serde_json::from_slice(&run.stdout).unwrap();
    let readme = include_str!("../README.md");
    for variant in &list {
        let [id, what, source] =
            ["id", "what", "source"].map(|key| variant[key].as_str().unwrap().replace('|', "\\|"));
        let row = format!("| `{id}` | {what} | {source} |");
        assert!(readme.contains(&row), "README.md lacks: {row}");
    }
    let count = |kind: &str| list.iter().filter(|v| v["kind"] == kind).count();
    assert_eq!(
        [count("plain"), count("mutant"), count("correct")],
        [1, 60, 20]
    );
}
