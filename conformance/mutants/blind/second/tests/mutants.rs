//! One probe a mutant: it sees the defect there, and none at the base.

mod help;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use blind_second::{Kind, variants};
use help::*;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::time::Duration;

macro_rules! probes {
    ($($name:ident => |$c:ident| $probe:expr;)*) => {
        $(#[test]
        fn $name() {
            let probe = |$c: &Client| -> bool { $probe };
            let name = stringify!($name).replace('_', "-");
            assert!(probe(&start(&name)), "{name} does not show its defect");
            assert!(!probe(&start("base")), "the base shows the defect of {name}");
        })*

        #[test]
        fn each_mutant_has_a_probe() {
            let probed: HashSet<String> =
                [$(stringify!($name)),*].iter().map(|n| n.replace('_', "-")).collect();
            let mutants: HashSet<String> = variants::ALL
                .iter()
                .filter(|(_, v)| v.kind == Kind::Mutant)
                .map(|(_, v)| v.name.to_owned())
                .collect();
            assert_eq!(probed, mutants);
        }
    };
}

fn sha_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn jwt(alg: &str, key: Option<&str>) -> String {
    let part = |v: Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let start = format!("{}.{}", part(json!({"alg": alg})), part(json!({"sub": "aliceaaaaaaaaaaaa"})));
    let signature = key.map_or(String::new(), |k| {
        let mut mac = Hmac::<Sha256>::new_from_slice(k.as_bytes()).unwrap();
        mac.update(start.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    });
    format!("{start}.{signature}")
}

/// Two headers that only name alice.
fn alice_id() -> [(&'static str, &'static str); 1] {
    [("X-User-Id", "aliceaaaaaaaaaaaa")]
}

fn me_of(c: &Client) -> Value {
    c.enter("alice", ALICE).json()["data"]["me"].take()
}

fn bob_response(c: &Client) -> Value {
    let now = code(BOB_SECRET, 0);
    c.login(json!({"user": "bob", "password": BOB, "code": now})).json()
}

/// `n` failed logins of a user.
fn fail(c: &Client, user: &str, n: usize) {
    (0..n).for_each(|i| drop(c.enter(user, &format!("wrong-{i}"))));
}

fn blocked(c: &Client, user: &str, password: &str) -> bool {
    c.enter(user, password).error() == "error-login-blocked-for-user"
}

probes! {
    pw_case => |c| c.ok("alice", "CORRECT-HORSE7");
    pw_trim => |c| c.ok("alice", " Correct-Horse7 ");
    pw_truncate_8 => |c| c.ok("alice", "Correct-and-more");
    pw_truncate_72 => |c| c.ok("erin", &format!("{}other", &ERIN[..72]));
    pw_prefix => |c| c.ok("alice", "Correct-Horse7x");
    pw_nul => |c| c.ok("alice", "Correct-Horse7\0x");
    pw_swapcase => |c| c.ok("alice", "cORRECT-hORSE7");
    pw_hash => |c| c.ok("alice", &sha_hex(ALICE));
    pw_zero => |c| c.typed(json!(0));
    pw_true => |c| c.typed(json!(true));
    pw_null => |c| c.typed(json!(null));
    pw_absent => |c| c.login(json!({"user": "alice"})).logged_in();
    pw_empty => |c| c.ok("alice", "");
    pw_array_empty => |c| c.typed(json!([]));
    pw_array_any => |c| c.typed(json!(["a", ALICE]));
    pw_operator => |c| c.typed(json!({"$ne": ""}));
    pw_sqli => |c| c.ok("alice", "' OR '1'='1");
    user_sqli => |c| c.ok("alice'--", "x");
    pw_percent => |c| c.ok("alice", "Correct%2DHorse7");
    pw_collation => |c| c.ok("alice", "Córrect-Horse7");
    pw_any_account => |c| c.ok("alice", ROBOT);
    pw_username => |c| c.ok("alice", "alice");
    pw_slashes => |c| c.ok("alice", "Correct\\-Horse7");
    pw_tags => |c| c.ok("alice", "Correct<b>-Horse7");
    pw_zero_width => |c| c.ok("alice", "Correct\u{200b}-Horse7");
    pw_non_ascii => |c| c.ok("alice", "Correct日-Horse7");
    digest_empty => |c| c.typed(json!({"digest": "", "algorithm": "sha-256"}));
    digest_algorithm => |c| c.typed(json!({"digest": "00", "algorithm": "none"}));
    pw_cached => |c| c.ok("alice", ALICE) && c.ok("alice", "x");
    pw_fail_open => |c| (0..6).any(|_| c.ok("alice", "x"));
    pw_long => |c| c.ok("alice", &"x".repeat(2000));
    pw_flaky => |c| (0..7).any(|_| c.ok("alice", "x"));
    load_fail_open => |c| c.at_once(16, |_| c.ok("alice", "x")).contains(&true);

    dup_key => |c| {
        let body = format!(r#"{{"user":"robot","user":"alice","password":"{ALICE}"}}"#);
        c.login_with(&[], &body).user().starts_with("robot")
    };
    identity_mix => |c| {
        c.login(json!({"user": "alice", "username": "robot", "password": ALICE})).user().starts_with("robot")
    };
    query_user => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        c.login_as("application/json", "/api/v1/login?user=robot", &body).user().starts_with("robot")
    };
    user_wildcard => |c| c.ok("ali*", ALICE);
    user_regex => |c| {
        c.login(json!({"user": {"username": {"$regex": "^al"}}, "password": ALICE})).logged_in()
    };
    user_prefix => |c| c.ok("ali", ALICE);
    user_nfkc => |c| c.ok("ⓐlice", ALICE);
    email_plus => |c| c.ok("alice+x@example.test", ALICE);
    email_domain => |c| c.ok("alice@evil.test", ALICE);
    user_remembered => |c| {
        c.enter("alice", "x");
        c.login(json!({"password": ALICE})).logged_in()
    };
    remote_user => |c| c.login_with(&[("X-Forwarded-User", "alice")], "{}").logged_in();
    form_operator => |c| c.form("user=alice&password[$ne]=x").logged_in();
    form_any_password => |c| c.form(&format!("user=alice&password=x&password={ALICE}")).logged_in();

    tfa_any_code => |c| c.bob_code("123456");
    tfa_empty_code => |c| c.bob_code("");
    tfa_null_code => |c| c.bob(json!({"code": null}));
    tfa_email => |c| c.ok("bob@example.test", BOB);
    tfa_form => |c| c.form(&format!("user=bob&password={}", BOB.replace('&', "%26"))).logged_in();
    tfa_user_object => |c| c.bob(json!({"user": {"username": "bob"}}));
    tfa_digest => |c| c.bob(json!({"password": {"digest": sha_hex(BOB), "algorithm": "sha-256"}}));
    tfa_master => |c| c.bob_code("000000");
    tfa_replay => |c| {
        let now = code(BOB_SECRET, 0);
        c.bob_code(&now) && c.bob_code(&now)
    };
    tfa_replay_race => |c| {
        let now = code(BOB_SECRET, 0);
        c.at_once(4, |_| c.bob_code(&now)).iter().filter(|ok| **ok).count() > 1
    };
    tfa_past => |c| c.bob_code(&code(BOB_SECRET, -20));
    tfa_future => |c| c.bob_code(&code(BOB_SECRET, 10));
    tfa_before_password => |c| c.enter("bob", "x").error() == "totp-required";
    tfa_code_only => |c| c.bob(json!({"password": "x", "code": code(BOB_SECRET, 0)}));
    tfa_cross => |c| c.bob_code(&code(FRANK_SECRET, 0));
    tfa_prefix => |c| c.bob_code(&code(BOB_SECRET, 0)[..2]);
    tfa_pending_token => |c| {
        let response = c.enter("bob", BOB).json();
        c.lives(response["details"]["authToken"].as_str().unwrap_or("-"), "bobbbbbbbbbbbbbbb")
    };
    tfa_leaks_code => |c| {
        let text = c.enter("bob", BOB).text();
        (-1..2).any(|s| text.contains(&code(BOB_SECRET, s)))
    };
    tfa_remembered => |c| c.bob_code(&code(BOB_SECRET, 0)) && c.ok("bob", BOB);
    tfa_mass_assign => |c| c.bob(json!({"bypassTwoFactor": true}));
    tfa_fail_open => |c| (0..6).any(|i| c.bob_code(&format!("00000{i}")));
    tfa_code_array => |c| c.bob(json!({"code": ["000001", code(BOB_SECRET, 0)]}));
    tfa_name_case => |c| c.ok("BOB", BOB);
    tfa_method_header => |c| {
        let body = json!({"user": "bob", "password": BOB}).to_string();
        c.login_with(&[("x-2fa-method", "email")], &body).logged_in()
    };
    tfa_asked_once => |c| !c.ok("bob", BOB) && c.ok("bob", BOB);
    tfa_forwarded_for => |c| {
        let body = json!({"user": "bob", "password": BOB}).to_string();
        c.login_with(&[("X-Forwarded-For", "127.0.0.1")], &body).logged_in()
    };
    tfa_no_agent => |c| {
        let body = json!({"user": "bob", "password": BOB}).to_string();
        let headers = [("Connection", "close"), ("Content-Type", "application/json")];
        c.send(&raw("POST", "/api/v1/login", &headers, body.as_bytes())).logged_in()
    };
    tfa_proto => |c| {
        c.login(json!({"__proto__": {"twoFactor": false}}));
        c.ok("bob", BOB)
    };
    tfa_header => |c| {
        let body = json!({"user": "bob", "password": BOB}).to_string();
        c.login_with(&[("x-2fa-code", "123456")], &body).logged_in()
    };
    totp_clock => |c| !c.bob_code(&code(BOB_SECRET, 0));
    tfa_secret_leak => |c| bob_response(c).to_string().contains(BOB_SECRET);

    backup_reuse => |c| c.bob_code("bkAAaaa1") && c.bob_code("bkAAaaa1");
    backup_cross => |c| c.bob_code("fr000001");
    backup_prefix => |c| c.bob_code("bkAA");
    backup_race => |c| c.at_once(4, |_| c.bob_code("bkAAaaa1")).iter().filter(|ok| **ok).count() > 1;
    backup_burnt_early => |c| {
        c.bob(json!({"password": "x", "code": "bkAAaaa1"}));
        !c.bob_code("bkAAaaa1")
    };
    backup_burns_all => |c| c.bob_code("bkAAaaa1") && !c.bob_code("ck111112");
    backup_leak => |c| bob_response(c).to_string().contains("bkAAaaa1");
    backup_password => |c| {
        c.bob(json!({"password": "bkAAaaa1", "code": code(BOB_SECRET, 0)}))
    };
    backup_refused => |c| !c.bob_code("bkAAaaa1");
    backup_restored => |c| {
        c.bob_code("bkAAaaa1") && c.bob_code(&code(BOB_SECRET, 0)) && c.bob_code("bkAAaaa1")
    };

    token_short => |c| c.alice().0.len() < 20;
    token_sequential => |c| c.alice().0[..30] == c.alice().0[..30];
    token_time => |c| (0..5).any(|_| c.alice().0 == c.alice().0);
    token_fixed => |c| {
        let one = c.alice().0;
        std::thread::sleep(Duration::from_millis(1100));
        one == c.alice().0
    };
    token_small_seed => |c| (0..90).map(|_| c.alice().0).collect::<HashSet<_>>().len() < 90;
    token_credentials => |c| {
        URL_SAFE_NO_PAD.decode(c.alice().0).is_ok_and(|b| String::from_utf8_lossy(&b).contains(ALICE))
    };
    jwt_none => |c| c.lives(&jwt("none", None), "aliceaaaaaaaaaaaa");
    jwt_unverified => |c| c.lives(&jwt("HS256", Some("other")), "aliceaaaaaaaaaaaa");
    jwt_weak => |c| c.lives(&jwt("HS256", Some("secret")), "aliceaaaaaaaaaaaa");
    token_survives => |c| {
        let (token, id) = c.alice();
        c.logout(&token, &id);
        c.lives(&token, &id)
    };
    logout_all => |c| {
        let ((one, id), (two, _)) = (c.alice(), c.alice());
        c.logout(&one, &id);
        !c.lives(&two, &id)
    };
    logout_foreign => |c| {
        let (token, id) = c.alice();
        c.logout("any", &id);
        !c.lives(&token, &id)
    };
    me_idor => |c| c.lives(&c.alice().0, "bobbbbbbbbbbbbbbb");
    me_no_user_id => |c| {
        c.request("GET", "/api/v1/me", &[("X-Auth-Token", &c.alice().0)], b"").status == 200
    };
    token_prefix => |c| {
        let (token, id) = c.alice();
        c.lives(&token[..8], &id)
    };
    token_case => |c| {
        let (token, id) = c.alice();
        c.lives(&token.to_uppercase(), &id)
    };
    token_empty => |c| c.lives("", "aliceaaaaaaaaaaaa");
    resume_hash => |c| c.resume(&STANDARD.encode(Sha256::digest(c.alice().0))).logged_in();
    resume_revives => |c| {
        let (token, id) = c.alice();
        c.logout(&token, &id);
        c.resume(&token).logged_in()
    };
    resume_operator => |c| {
        c.alice();
        c.login(json!({"resume": {"$ne": null}})).logged_in()
    };
    resume_empty => |c| c.resume("").logged_in();
    session_fixation => |c| {
        let chosen = "chosen-by-someone-else-00000000000000000000";
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        c.login_with(&[("X-Auth-Token", chosen)], &body);
        c.lives(chosen, "aliceaaaaaaaaaaaa")
    };
    login_kills_older => |c| {
        let (token, id) = c.alice();
        c.alice();
        !c.lives(&token, &id)
    };
    token_short_life => |c| {
        let (token, id) = c.alice();
        std::thread::sleep(Duration::from_millis(2300));
        !c.lives(&token, &id)
    };
    token_late => |c| {
        let (token, id) = c.alice();
        !c.lives(&token, &id)
    };
    failure_ends => |c| {
        let (token, id) = c.alice();
        fail(c, "alice", 1);
        !c.lives(&token, &id)
    };
    logout_always_ok => |c| c.request("POST", "/api/v1/logout", &[], b"").status == 200;
    token_query => |c| {
        let (token, id) = c.alice();
        c.request("GET", &format!("/api/v1/me?authToken={token}&userId={id}"), &[], b"").status == 200
    };
    cookie_auth => |c| {
        let (token, id) = c.alice();
        c.request("GET", "/api/v1/me", &[("Cookie", &format!("rc_token={token}; rc_uid={id}"))], b"").status == 200
    };
    cookie_flags => |c| {
        let response = c.enter("alice", ALICE);
        response.header("set-cookie").is_some_and(|s| s.contains(&response.token()) && !s.contains("HttpOnly"))
    };
    me_cached => |c| {
        let (token, id) = c.alice();
        c.lives(&token, &id);
        let robot = c.enter("robot", ROBOT);
        c.me(&robot.token(), &robot.user()).json()["_id"] == id.as_str()
    };
    login_cached => |c| c.alice().0 == c.alice().0;
    current_race => |c| (0..4).any(|_| {
        let pairs = [("alice", ALICE), ("robot", ROBOT)];
        c.at_once(4, |i| {
            let (name, password) = pairs[i % 2];
            !c.enter(name, password).user().starts_with(name)
        })
        .contains(&true)
    });
    connection_auth => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        let one = raw("POST", "/api/v1/login", &[("Content-Type", "application/json")], body.as_bytes());
        c.second(&one, &raw("GET", "/api/v1/me", &[("Connection", "close")], b"")).status == 200
    };
    table_full => |c| {
        (0..10).for_each(|_| drop(c.alice()));
        let (token, id) = c.alice();
        !c.lives(&token, &id)
    };
    resume_refused => |c| !c.resume(&c.alice().0).logged_in();
    resume_asks_code => |c| {
        let token = bob_response(c)["data"]["authToken"].as_str().unwrap_or("-").to_owned();
        !c.resume(&token).logged_in()
    };
    resume_forgets_user => |c| {
        let token = c.alice().0;
        c.enter("robot", ROBOT);
        c.resume(&token).user().starts_with("robot")
    };
    dup_header => |c| {
        let (token, id) = c.alice();
        let headers = [("X-Auth-Token", token.as_str()), ("X-User-Id", &id), ("X-User-Id", "robotrrrrrrrrrrrr")];
        c.request("GET", "/api/v1/me", &headers, b"").json()["username"] == "robot"
    };
    id_as_token => |c| c.lives("aliceaaaaaaaaaaaa", "aliceaaaaaaaaaaaa");

    inactive_allowed => |c| c.ok("carol", CAROL);
    inactive_first => |c| c.enter("carol", "x").error() == "error-user-is-not-activated";
    passwordless_any => |c| c.ok("dave", "x");
    passwordless_empty => |c| c.ok("dave", "");
    bot_any => |c| c.ok("robot", "x");

    enum_message => |c| {
        let (known, unknown) = c.refusals();
        known.json()["message"] != unknown.json()["message"]
    };
    enum_status => |c| {
        let (known, unknown) = c.refusals();
        known.status != unknown.status
    };
    enum_time => |c| c.time("alice", "x") > c.time("nobody", "x") + Duration::from_millis(75);
    enum_header => |c| {
        let (known, unknown) = c.refusals();
        let names = |a: &Response| -> HashSet<String> {
            a.head.lines().skip(1).filter_map(|l| Some(l.split_once(':')?.0.to_lowercase())).collect()
        };
        names(&known) != names(&unknown)
    };
    enum_bytes => |c| {
        let (known, unknown) = c.refusals();
        known.body != unknown.body
    };
    enum_lock => |c| {
        fail(c, "alice", 6);
        fail(c, "nobody", 6);
        c.enter("alice", "x").error() != c.enter("nobody", "x").error()
    };
    enum_passwordless => |c| c.enter("dave", "x").body != c.enter("nobody", "x").body;
    enum_user_id => |c| c.refusals().0.text().contains("aliceaaaaaaaaaaaa");
    timing_compare => |c| c.time("alice", "Correct-Hor___") > c.time("alice", "___rect-Hor___") + Duration::from_millis(150);
    lock_reveals => |c| {
        fail(c, "alice", 6);
        let right = c.enter("alice", ALICE);
        right.status != 200 && right.body != c.enter("alice", "x").body
    };

    leak_hash => |c| !me_of(c)["services"]["password"]["bcrypt"].is_null();
    leak_echo => |c| c.enter("alice", "secret-guess").text().contains("secret-guess");
    leak_neighbour => |c| me_of(c).to_string().contains("bob@example.test");
    stack_trace => |c| c.login_with(&[], "{\"user\":").text().contains("    at ") || c.login_with(&[], "{\"user\":").text().contains("/app/bundle");
    users_list => |c| c.request("GET", "/api/v1/users.list", &[], b"").text().contains("bob@example.test");
    sql_error => |c| c.enter("o'brien", "x").text().contains("SELECT");
    template => |c| c.enter("{{7*191}}", "x").text().contains("1337");
    html_refusal => |c| {
        let response = c.enter("<script>alert(1)</script>", "x");
        response.header("content-type").is_some_and(|t| t.starts_with("text/html")) && response.text().contains("<script>")
    };
    crlf => |c| c.enter("x\r\nX-Injected: yes", "x").header("x-injected").is_some();
    cors_reflect => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        let response = c.login_with(&[("Origin", "https://evil.test")], &body);
        response.header("access-control-allow-origin") == Some("https://evil.test")
            && response.header("access-control-allow-credentials") == Some("true")
    };
    host_header => |c| me_of(c)["avatarUrl"].as_str().is_some_and(|u| u.contains("chat.test"));
    mass_roles => |c| {
        let response = c.login(json!({"user": "alice", "password": ALICE, "roles": ["admin"]}));
        response.json()["data"]["me"]["roles"] == json!(["admin"])
    };

    get_login => |c| {
        c.request("GET", &format!("/api/v1/login?user=alice&password={ALICE}"), &[], b"").logged_in()
    };
    query_credentials => |c| {
        c.request("POST", &format!("/api/v1/login?user=alice&password={ALICE}"), &[], b"").logged_in()
    };
    any_method => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        c.request("PUT", "/api/v1/login", &[("Content-Type", "application/json")], body.as_bytes()).logged_in()
    };
    head_bypass => |c| c.request("HEAD", "/api/v1/me", &[], b"").status == 200;
    path_bypass => |c| ["/api/v1/me/", "/api/v1/me;x"].iter().any(|p| c.request("GET", p, &alice_id(), b"").status == 200);
    original_url => |c| {
        let headers = [("X-Original-URL", "/api/v1/me"), alice_id()[0]];
        c.request("GET", "/", &headers, b"").status == 200
    };
    text_plain => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        c.login_as("text/plain", "/api/v1/login", &body).logged_in()
    };
    trailing_garbage => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        c.login_with(&[], &format!("{body}garbage")).logged_in()
    };
    chunked_ignored => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        let head = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        !c.send(format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes()).logged_in()
    };
    accept_html => |c| {
        let body = json!({"user": "alice", "password": "x"}).to_string();
        c.login_with(&[("Accept", "text/html")], &body).status == 200
    };
    refusal_200 => |c| c.enter("alice", "x").status == 200;
    refusal_token => |c| c.lives(&c.enter("alice", "x").token(), "aliceaaaaaaaaaaaa");
    wrong_content_type => |c| {
        c.enter("alice", ALICE).header("content-type").is_none_or(|t| !t.starts_with("application/json"))
    };
    crash_unicode => |c| c.enter("álice", "x").status == 500;
    crash_long => |c| c.enter(&"a".repeat(600), "x").status == 0;
    crash_nul => |c| c.enter("a\0b", "x").status == 500;
    hang_malformed => |c| c.login_with(&[], "{\"user\":").status == 0;
    gzip_unasked => |c| c.enter("alice", ALICE).header("content-encoding").is_some();
    cacheable => |c| c.enter("alice", ALICE).header("cache-control").is_none_or(|v| !v.contains("no-store"));
    content_type_case => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        !c.login_as("Application/JSON", "/api/v1/login", &body).logged_in()
    };
    charset_refused => |c| {
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        !c.login_as("application/json; charset=utf-8", "/api/v1/login", &body).logged_in()
    };
    form_percent => |c| !c.form(&format!("user=alice%40example.test&password={ALICE}")).logged_in();

    lock_xff => |c| {
        fail(c, "alice", 6);
        let body = json!({"user": "alice", "password": ALICE}).to_string();
        blocked(c, "alice", ALICE) && c.login_with(&[("X-Forwarded-For", "192.0.2.9")], &body).logged_in()
    };
    lock_global => |c| {
        fail(c, "alice", 6);
        !c.ok("robot", ROBOT)
    };
    lock_single => |c| {
        fail(c, "alice", 1);
        !c.ok("alice", ALICE)
    };
    lock_case => |c| {
        fail(c, "alice", 6);
        blocked(c, "alice", ALICE) && c.ok("Alice", ALICE)
    };
    lock_not_reset => |c| {
        for _ in 0..3 {
            fail(c, "alice", 4);
            c.ok("alice", ALICE);
        }
        !c.ok("alice", ALICE)
    };
    flaky_refuse => |c| !(0..5).all(|_| c.ok("alice", ALICE));

    no_avatar => |c| !me_of(c)["avatarUrl"].is_string();
    no_me_member => |c| me_of(c).is_null();
    user_id_mismatch => |c| {
        let data = c.enter("alice", ALICE).json()["data"].take();
        data["userId"] != data["me"]["_id"]
    };
    status_wrong => |c| c.enter("alice", ALICE).json()["status"] != "success";
    email_strings => |c| !me_of(c)["emails"][0].is_object();
    roles_string => |c| !me_of(c)["roles"].is_array();
    active_string => |c| !me_of(c)["active"].is_boolean();
    me_other => |c| me_of(c)["username"] != "alice";
    no_email_login => |c| !c.ok("alice@example.test", ALICE);
    numeric_user_id => |c| !c.enter("alice", ALICE).json()["data"]["userId"].is_string();
}
