//! The command, tested from outside as a script would use it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};

use tokio::net::TcpListener;

use crate::mock::{self, Mock};

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) fn command(base_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_login-client"));
    for variable in ["USER_ID", "AUTH_TOKEN", "CODE"] {
        command.env_remove(format!("ROCKETCHAT_{variable}"));
    }
    command.env("ROCKETCHAT_URL", base_url);
    command
}

/// Runs the command on a blocking thread, because the server runs on the threads of the runtime.
pub(crate) async fn run(mut command: Command, stdin: impl Into<Vec<u8>>) -> Output {
    let stdin = stdin.into();
    let run = move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input may have exited already.
        let _ = child.stdin.take().unwrap().write_all(&stdin);
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

async fn log_in(base_url: &str, user: &str, arguments: &[&str]) -> Output {
    let mut command = command(base_url);
    command.args(["login", "--user", user, "--password-stdin"]).args(arguments);
    run(command, format!("{PASSWORD}\n")).await
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

async fn server() -> TestServer {
    let builder = TestServer::builder().account(TestAccount::new("ana", PASSWORD));
    builder.start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn session_in_a_file_works_until_logout() {
    let server = server().await;
    let base_url = server.base_url();
    let output = log_in(&base_url, "ana", &["--output", "json"]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("session.json");
    std::fs::write(&file, &output.stdout).unwrap();

    let with_session = |verb: &str| {
        let mut command = command(&base_url);
        command.env_remove("ROCKETCHAT_URL").arg(verb).arg("--session").arg(&file);
        run(command, "")
    };
    let me = with_session("me").await;
    let me: serde_json::Value = serde_json::from_slice(&me.stdout).unwrap();
    assert_eq!(me["username"], "ana");
    assert_eq!(with_session("resume").await.status.code(), Some(0));
    assert_eq!(with_session("logout").await.status.code(), Some(0));
    assert_eq!(with_session("me").await.status.code(), Some(15));
    assert_eq!(with_session("resume").await.status.code(), Some(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_in_shell_variables_works() {
    let server = server().await;
    let mut shell = Command::new("sh");
    shell.env("ROCKETCHAT_URL", server.base_url()).env("BIN", env!("CARGO_BIN_EXE_login-client"));
    shell.args([
        "-c",
        r#"eval "$("$BIN" login --user ana --password-stdin)" && "$BIN" me && "$BIN" logout"#,
    ]);
    let output = run(shell, PASSWORD).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("\"username\": \"ana\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_is_never_sent_to_another_server() {
    let session = r#"{"base_url":"https://a.example/","user_id":"u1","auth_token":"t1"}"#;
    let server = Mock::start([mock::logged_in()]).await;
    for verb in ["me", "resume", "logout"] {
        let mut command = command(&server.base_url());
        command.args([verb, "--session", "-"]);
        let output = run(command, session).await;
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_command_is_printed() {
    let server = Mock::start([mock::logged_in()]).await;
    let output = log_in(&server.base_url(), "ana", &["--output", "curl"]).await;
    let expected = format!(
        "curl -H 'X-User-Id: u1' -H 'X-Auth-Token: t1' '{}/api/v1/me'\n",
        server.base_url()
    );
    assert_eq!(text(&output.stdout), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_factor_is_accepted_once() {
    let totp = TotpSecret::random();
    let account = TestAccount::new("tina", PASSWORD).totp(totp.clone());
    let server = TestServer::builder().account(account).start().await.unwrap();
    let code = totp.code_at(server.clock().now());
    let output = log_in(&server.base_url(), "tina", &["--code", code.expose()]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // The code has been used.
    let output = log_in(&server.base_url(), "tina", &["--code", code.expose()]).await;
    assert_eq!(output.status.code(), Some(12), "{output:?}");
}

/// Authenticator apps show codes in groups, and people type and paste them that way.
#[tokio::test(flavor = "multi_thread")]
async fn spaces_and_dashes_in_a_code_are_removed() {
    for typed in ["728 801", "728-801", " 728801\t", "728\u{a0}801", "7 2 8\u{2013}8 0 1"] {
        let server = Mock::start([mock::logged_in()]).await;
        let output = log_in(&server.base_url(), "ana", &["--code", typed]).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let body = &server.requests()[0].body;
        assert!(body.contains(r#""code":"728801""#), "{body}");
    }
    let server = Mock::start([mock::logged_in()]).await;
    let mut command = command(&server.base_url());
    command.env("ROCKETCHAT_CODE", "aB3d eF7h").args([
        "login",
        "--user",
        "ana",
        "--password-stdin",
    ]);
    assert_eq!(run(command, PASSWORD).await.status.code(), Some(0));
    assert!(server.requests()[0].body.contains(r#""code":"aB3deF7h""#));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_password_from_standard_input_is_sent() {
    let sent = |stdin: &'static [u8]| async move {
        let server = Mock::start([mock::logged_in()]).await;
        let mut command = command(&server.base_url());
        command.args(["login", "--user", "ana", "--password-stdin"]);
        let output = run(command, stdin).await;
        (output, server.requests().first().map(|request| request.body.clone()))
    };
    for stdin in
        [&b"\xef\xbb\xbfp\xc3\xa4ss"[..], b"p\xc3\xa4ss\r\n", b"\xef\xbb\xbfp\xc3\xa4ss\r\nnext\n"]
    {
        let (output, body) = sent(stdin).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let body = body.unwrap();
        assert!(body.contains("\"password\":\"p\u{e4}ss\""), "{body}");
    }
    for (stdin, said) in [
        (&b"\xff\xfeq\0x\0q\0x\0\n\0"[..], "UTF-16"),
        (b"\xfe\xff\0q\0x\0q\0x\0\n", "UTF-16"),
        (b"q\0x\0q\0x\0\n\0", "UTF-16"),
        (b"qxq\xe4\n", "not UTF-8"),
    ] {
        let (output, body) = sent(stdin).await;
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(
            shown.starts_with("error: cannot read the password: ") && shown.contains(said),
            "{shown}"
        );
        assert!(!shown.contains("qx"), "{shown}");
        assert_eq!(body, None, "nothing is sent");
    }
}

/// PowerShell writes such files.
#[tokio::test(flavor = "multi_thread")]
async fn session_file_may_begin_with_a_byte_order_mark() {
    let server = Mock::start([mock::json(200, r#"{"_id":"u1"}"#)]).await;
    let session = format!(
        "\u{feff}{{\"base_url\":\"{}/\",\"user_id\":\"u1\",\"auth_token\":\"t1\"}}\r\n",
        server.base_url()
    );
    let mut command = command(&server.base_url());
    command.args(["me", "--session", "-"]);
    let output = run(command, session).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// The command does not panic on a closed pipe, and its exit code still reports the outcome.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn closed_pipe_causes_no_panic() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let session = r#"{"status":"success","data":{"userId":"u1","authToken":"t1","me":{"_id":5}}}"#;
    let wrong = r#"{"error":"Unauthorized"}"#;
    let cases: [(&[&str], Vec<u8>, i32); 4] = [
        (
            &["login", "--user", "ana", "--password-stdin", "--deviations"],
            mock::json(200, session),
            1,
        ),
        (&["login", "--user", "ana", "--password-stdin"], mock::json(401, wrong), 10),
        (&["me"], mock::json(200, r#"{"_id":"u1"}"#), 0),
        (&["logout"], mock::json(401, r#"{"status":"error"}"#), 15),
    ];
    for (arguments, response, code) in cases {
        let server = Mock::start([response]).await;
        let mut command = command(&server.base_url());
        command.env("ROCKETCHAT_USER_ID", "u1").env("ROCKETCHAT_AUTH_TOKEN", "t1").args(arguments);
        command.stdin(Stdio::piped()).stdout(closed()).stderr(closed());
        let status = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
            child.wait().unwrap()
        });
        assert_eq!(status.await.unwrap().code(), Some(code), "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["no-such-command"], &["login", "--help"], &["--version"]] {
        let mut command = command("http://127.0.0.1:9");
        command.args(arguments).stdout(closed()).stderr(closed());
        let status = command.status().unwrap();
        assert!(matches!(status.code(), Some(0 | 2)), "{arguments:?}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_from_the_environment_are_sent_with_every_request() {
    let server = Mock::start([mock::logged_in(), mock::json(200, r#"{"_id":"u1"}"#)]).await;
    let with_headers = |command: &mut Command| {
        command.env("PROXY_AUTH", "Basic c2VjcmV0\n").env("GATE", "g1");
        command.args(["--header", "Authorization=PROXY_AUTH", "--header", "X-Gate=GATE"]);
    };
    let mut login = command(&server.base_url());
    login.args(["login", "--user", "ana", "--password-stdin", "--output", "curl"]);
    with_headers(&mut login);
    let output = run(login, PASSWORD).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let shown = text(&output.stdout);
    assert!(shown.contains(r#" -H "authorization: $PROXY_AUTH" -H "x-gate: $GATE" "#), "{shown}");
    let mut me = command(&server.base_url());
    me.env("ROCKETCHAT_USER_ID", "u1").env("ROCKETCHAT_AUTH_TOKEN", "t1").arg("me");
    with_headers(&mut me);
    assert_eq!(run(me, "").await.status.code(), Some(0));
    for request in server.requests() {
        assert_eq!(request.header("authorization"), "Basic c2VjcmV0");
        assert_eq!(request.header("x-gate"), "g1");
        assert!(request.header("user-agent").starts_with("login-client/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_header_is_refused_and_never_shown() {
    let cases = [
        (vec!["X-Auth-Token=SECRET"], "the client sets this header itself"),
        (vec!["user-agent=SECRET"], "the client sets this header itself"),
        (vec!["X-A=UNSET"], "the environment variable is not set"),
        (vec!["X-A=EMPTY"], "the environment variable is not set"),
        (vec!["X-A=BROKEN"], "cannot be sent as a header"),
        (vec!["X-A=c2VjcmV0=="], "the name of an environment variable, not the value"),
        (vec!["X-A: c2VjcmV0"], "expected NAME=ENV_VAR"),
        (vec!["X-A=SECRET", "x-a=SECRET"], "given twice"),
    ];
    for (headers, said) in cases {
        let mut command = command("http://127.0.0.1:9");
        command.env("SECRET", "c2VjcmV0").env("EMPTY", "").env("BROKEN", "c2V\ncmV0");
        command.args(["login", "--user", "ana", "--password-stdin"]);
        for header in headers {
            command.args(["--header", header]);
        }
        let output = run(command, PASSWORD).await;
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains(said) && !shown.contains("c2V"), "{shown}");
    }
}

/// The advice is about the command, unlike that of the library.
#[tokio::test(flavor = "multi_thread")]
async fn base_url_with_credentials_is_refused_with_advice() {
    for base_url in
        ["https://ana:tok-secret@chat.example.org", "https://tok-secret@chat.example.org"]
    {
        let output = log_in(base_url, "ana", &[]).await;
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains("--header Authorization=VARIABLE"), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("reqwest"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_error_has_its_exit_code_and_shows_no_secret() {
    let error =
        |code: &str| format!(r#"{{"success":false,"error":"{code}","message":"correct horse"}}"#);
    let cases = [
        (mock::json(401, error("Unauthorized")), 10),
        (mock::json(401, error("totp-required")), 11),
        (mock::json(401, error("totp-invalid")), 12),
        (mock::json(401, error("error-user-is-not-activated")), 13),
        (mock::json(401, error("error-login-blocked-for-ip")), 14),
        (mock::with_headers(429, "Retry-After: 7\r\n", error("x")), 16),
        (mock::json(200, "<html>"), 20),
        (b"not HTTP".to_vec(), 19),
    ];
    for (response, code) in cases {
        let server = Mock::start([response]).await;
        let output = log_in(&server.base_url(), "ana", &["--code", "1"]).await;
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let shown = text(&output.stderr);
        assert!(shown.starts_with("error: ") && !shown.contains(PASSWORD), "{shown}");
        assert!(output.stdout.is_empty());
    }
    for response in [mock::json(400, error("x")), mock::json(500, error("x"))] {
        let server = Mock::start([response]).await;
        let output = log_in(&server.base_url(), "ana", &[]).await;
        assert!(matches!(output.status.code(), Some(17 | 18)), "{output:?}");
        assert!(text(&output.stderr).contains("hint: the server says: "));
    }
    let output = log_in("no URL", "ana", &[]).await;
    assert_eq!(output.status.code(), Some(2));
    let output = run(command("http://127.0.0.1:9"), "").await;
    assert_eq!(output.status.code(), Some(2), "no command");
}

#[tokio::test(flavor = "multi_thread")]
async fn options_change_the_request_and_the_output() {
    let deviant = r#"{"status":"success","data":{"userId":"u1","authToken":"t1","me":{"_id":5}}}"#;
    let busy = mock::with_headers(503, "Retry-After: 0\r\n", "{}");
    let server = Mock::start([mock::json(200, deviant), busy, mock::logged_in()]).await;
    let output = log_in(&server.base_url(), "ana", &["--form", "--deviations"]).await;
    assert_eq!(server.requests()[0].header("content-type"), "application/x-www-form-urlencoded");
    let note = "note: /data/me/_id: expected a string, found a number\n";
    assert_eq!(text(&output.stderr), note);

    let mut resume = command(&server.base_url());
    resume.env("ROCKETCHAT_USER_ID", "u1").env("ROCKETCHAT_AUTH_TOKEN", "t0");
    resume.args(["resume", "--retry", "1"]);
    assert_eq!(run(resume, "").await.status.code(), Some(0));
    assert_eq!(server.requests().len(), 3);

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", silent.local_addr().unwrap());
    let output = log_in(&base_url, "ana", &["--timeout", "1"]).await;
    assert_eq!(output.status.code(), Some(19));
    assert!(text(&output.stderr).ends_with("\nhint: --timeout allows more time\n"));
}

/// Control characters in a server's message cannot move the cursor of the terminal.
#[tokio::test(flavor = "multi_thread")]
async fn hints_suggest_what_to_do() {
    let long = "x".repeat(1000);
    let said = format!(r#"{{"error":"x","message":"a\u001b[2J{long}"}}"#);
    let cut = format!("hint: the server says: a [2J{}\n", &long[..295]);
    let cases = [
        (mock::json(400, said), cut.as_str()),
        (
            mock::json(401, r#"{"error":"totp-required"}"#),
            "hint: give --code, or run this in a terminal\n",
        ),
        (mock::with_headers(429, "Retry-After: 7\r\n", "{}"), "hint: try again in 7 s\n"),
    ];
    for (response, hint) in cases {
        let server = Mock::start([response]).await;
        let output = log_in(&server.base_url(), "ana", &["--code", "1"]).await;
        assert!(text(&output.stderr).ends_with(hint), "{output:?}");
    }
    let (_taken, base_url) = mock::unused_address();
    let output = log_in(&base_url, "ana", &[]).await;
    let hint = "hint: is the base URL right: host, port, and http or https?\n";
    assert!(text(&output.stderr).ends_with(hint), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_options_are_named() {
    let mut without_server = command("");
    without_server.env_remove("ROCKETCHAT_URL").args(["login", "--user", "ana"]);
    without_server.arg("--password-stdin");
    let mut without_session = command("http://127.0.0.1:9");
    without_session.arg("me");
    let mut without_token = command("http://127.0.0.1:9");
    without_token.env("ROCKETCHAT_USER_ID", "u1").env("ROCKETCHAT_AUTH_TOKEN", "").arg("logout");
    let cases = [
        (without_server, "error: no server: give --base-url or set ROCKETCHAT_URL\n"),
        (without_session, "error: no session: give --session or set ROCKETCHAT_USER_ID\n"),
        (without_token, "error: no session: give --session or set ROCKETCHAT_AUTH_TOKEN\n"),
    ];
    for (command, expected) in cases {
        let output = run(command, PASSWORD).await;
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), expected));
    }
}

/// A file that is not a session may contain a secret.
#[tokio::test(flavor = "multi_thread")]
async fn invalid_session_file_is_not_quoted() {
    for session in [r#""tok-secret""#, "tok-secret", r#"{"tok-secret":1}"#, "{"] {
        let mut command = command("http://127.0.0.1:9");
        command.args(["me", "--session", "-"]);
        let output = run(command, session).await;
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains("holds no session") && shown.contains("line 1"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
}
