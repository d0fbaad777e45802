//! The command, as a script sees it.

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

const PASSWORD: &str = "correct horse";

fn command(base_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_login-client"));
    for variable in ["USER_ID", "AUTH_TOKEN", "CODE"] {
        command.env_remove(format!("ROCKETCHAT_{variable}"));
    }
    command.env("ROCKETCHAT_URL", base_url);
    command
}

/// Runs it off the runtime's threads, on which the server lives.
async fn run(mut command: Command, stdin: &str) -> Output {
    let stdin = stdin.to_owned();
    let run = move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

async fn log_in(base_url: &str, user: &str, arguments: &[&str]) -> Output {
    let mut command = command(base_url);
    command.args(["login", "--user", user, "--password-stdin"]).args(arguments);
    run(command, &format!("{PASSWORD}\n")).await
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

async fn server() -> TestServer {
    let builder = TestServer::builder().account(TestAccount::new("ana", PASSWORD));
    builder.start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_a_file() {
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
async fn a_session_in_the_environment_of_a_shell() {
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
async fn a_session_never_goes_to_another_server() {
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
async fn a_line_for_curl() {
    let server = Mock::start([mock::logged_in()]).await;
    let output = log_in(&server.base_url(), "ana", &["--output", "curl"]).await;
    let expected = format!(
        "curl -H 'X-User-Id: u1' -H 'X-Auth-Token: t1' '{}/api/v1/me'\n",
        server.base_url()
    );
    assert_eq!(text(&output.stdout), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor() {
    let totp = TotpSecret::random();
    let account = TestAccount::new("tina", PASSWORD).totp(totp.clone());
    let server = TestServer::builder().account(account).start().await.unwrap();
    let code = totp.code_at(server.clock().now());
    let output = log_in(&server.base_url(), "tina", &["--code", code.expose()]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // Spent.
    let output = log_in(&server.base_url(), "tina", &["--code", code.expose()]).await;
    assert_eq!(output.status.code(), Some(12), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_and_no_secrets() {
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
    for (answer, code) in cases {
        let server = Mock::start([answer]).await;
        let output = log_in(&server.base_url(), "ana", &["--code", "1"]).await;
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let shown = text(&output.stderr);
        assert!(shown.starts_with("error: ") && !shown.contains(PASSWORD), "{shown}");
        assert!(output.stdout.is_empty());
    }
    for answer in [mock::json(400, error("x")), mock::json(500, error("x"))] {
        let server = Mock::start([answer]).await;
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
async fn each_option_has_its_effect() {
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
    assert!(text(&output.stderr).ends_with("\nhint: --timeout gives it longer\n"));
}

/// A hint says what to do, and a server's words in it cannot move a terminal's cursor.
#[tokio::test(flavor = "multi_thread")]
async fn hints() {
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
    for (answer, hint) in cases {
        let server = Mock::start([answer]).await;
        let output = log_in(&server.base_url(), "ana", &["--code", "1"]).await;
        assert!(text(&output.stderr).ends_with(hint), "{output:?}");
    }
    let (_taken, base_url) = mock::nobody_listens();
    let output = log_in(&base_url, "ana", &[]).await;
    let hint = "hint: is the base URL right: host, port, and http or https?\n";
    assert!(text(&output.stderr).ends_with(hint), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_is_named() {
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

/// What is in a file in place of a session may be a secret.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_session_is_not_quoted() {
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
