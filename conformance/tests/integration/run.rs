//! Whole runs against servers in this process.

use bytes::Bytes;
use http::{Response, StatusCode};
use login_conformance::{
    accounts::{self, Account},
    check,
    cli::{own_accounts, own_server},
    engine::{self, EngineError, Options},
    exit_code,
    rate::Rate,
    report::Report,
    scenario,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::faulty::{Fault, proxy};

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn options(base_url: String, accounts: Vec<Account>) -> Options {
    let rate = Rate::Unlimited;
    Options { base_url, accounts, seed: 7, rate, cases: 12, allow_unsafe: true, remote: false }
}

fn printed(report: &Report) -> String {
    let mut out = Vec::new();
    report.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A run against the real server with one fault, and what it prints.
fn with_fault(fault: Fault) -> (Report, String, Vec<Account>) {
    let runtime = runtime();
    let accounts = own_accounts();
    let server = runtime.block_on(own_server(&accounts)).unwrap();
    let base_url = runtime.block_on(proxy(server.base_url(), fault));
    let report = engine::run(&runtime, &options(base_url, accounts.clone())).unwrap();
    let text = printed(&report);
    (report, text, accounts)
}

/// Puts a value where a login's answer has another.
fn put(answer: Response<Bytes>, pointer: &str, value: Value) -> Response<Bytes> {
    let (head, body) = answer.into_parts();
    let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
        return Response::from_parts(head, body);
    };
    if let Some(place) = json.pointer_mut(pointer) {
        *place = value;
    }
    Response::from_parts(head, json.to_string().into())
}

#[test]
fn the_real_server_conforms() {
    let runtime = runtime();
    let accounts = own_accounts();
    let server = runtime.block_on(own_server(&accounts)).unwrap();
    let report = engine::run(&runtime, &options(server.base_url(), accounts)).unwrap();
    assert_eq!(report.failures.len(), 0, "{}", printed(&report));
    assert_eq!(report.exit_code(), exit_code::CONFORMS);
    assert_eq!(report.operations, 4);
}

#[test]
fn active_as_a_string_is_found() {
    let (report, text, accounts) =
        with_fault(|_, _, answer| put(answer, "/data/me/active", json!("true")));
    assert_eq!(report.exit_code(), exit_code::FAILURES);
    let failure = report.failures.iter().find(|f| f.rule == "response_schema_conformance");
    let failure = failure.unwrap();
    assert!(failure.pointer.starts_with("openapi.json#/paths/~1api~1v1~1login/post/responses/200"));
    assert!(failure.pointer.ends_with("/me/properties/active/type"), "{}", failure.pointer);
    assert!(failure.curl.starts_with("curl -sS -i -X POST 'http://127.0.0.1:"), "{}", failure.curl);
    assert!(failure.curl.contains("[redacted]"), "{}", failure.curl);
    // No secret is printed, wherever it stands.
    for account in accounts {
        assert!(!text.contains(&account.password));
    }
    assert!(!serde_json::to_string(&report).unwrap().contains("authToken\":\""), "{text}");
}

#[test]
fn a_wrong_password_that_logs_in_is_found() {
    let (report, text, _) = with_fault(|path, body, answer| {
        let names_nobody = !body.windows(6).any(|window| window == b"\"user\"");
        if path != "/api/v1/login" || answer.status() != StatusCode::UNAUTHORIZED || names_nobody {
            return answer;
        }
        let body =
            json!({"status": "success", "data": {"userId": "u", "authToken": "stolen-token"}});
        let (mut head, _) = answer.into_parts();
        head.status = StatusCode::OK;
        Response::from_parts(head, body.to_string().into())
    });
    assert_eq!(report.exit_code(), exit_code::FAILURES);
    let failure = report.failures.iter().find(|f| f.rule == "wrong_password_is_refused").unwrap();
    assert_eq!(failure.pointer, "openapi.json#/paths/~1api~1v1~1login/post/responses/401");
    assert_eq!((failure.expected.as_str(), failure.got.as_str()), ("401", "200"));
    // Shrunk: one character is the shortest password that is sent.
    assert!(
        failure.curl.contains(r#""password":"0"}"#) || failure.curl.contains(r#""password":"a"}"#),
        "{}",
        failure.curl
    );
    assert!(!text.contains("stolen-token"));
}

fn with_status(answer: Response<Bytes>, status: u16) -> Response<Bytes> {
    let (mut head, body) = answer.into_parts();
    head.status = StatusCode::from_u16(status).unwrap();
    Response::from_parts(head, body)
}

/// A check that no faulty server fails is worth nothing.
#[test]
fn each_check_is_failed_by_a_server_that_breaks_it() {
    let faults: [(&str, Fault); 10] = [
        (check::NOT_A_SERVER_ERROR, |path, _, answer| {
            if path == "/api/v1/me" { with_status(answer, 500) } else { answer }
        }),
        (check::STATUS_CODE, |_, _, answer| {
            if answer.status() == 401 { with_status(answer, 403) } else { answer }
        }),
        (check::CONTENT_TYPE, |_, _, mut answer| {
            answer.headers_mut().insert("content-type", "text/html".parse().unwrap());
            answer
        }),
        (check::RESPONSE_SCHEMA, |_, _, answer| put(answer, "/success", json!("no"))),
        (check::POSITIVE_ACCEPTANCE, |path, _, answer| {
            if path == "/api/v1/login" && answer.status() == 401 {
                return with_status(answer, 400);
            }
            answer
        }),
        (check::NEGATIVE_REJECTION, |path, _, answer| {
            if path == "/api/v1/me" { with_status(answer, 200) } else { answer }
        }),
        (scenario::RIGHT_PASSWORD_LOGS_IN, |_, body, answer| {
            if body.starts_with(b"user=") { with_status(answer, 401) } else { answer }
        }),
        (scenario::TOKEN_AUTHENTICATES, |path, _, answer| {
            if path == "/api/v1/me" { with_status(answer, 401) } else { answer }
        }),
        (scenario::LOGOUT_ENDS_THE_TOKEN, |path, _, answer| {
            if path == "/api/v1/me" { with_status(answer, 200) } else { answer }
        }),
        (scenario::BODY_WITHOUT_CREDENTIALS_IS_REFUSED, |_, body, answer| {
            if body == b"[]" { with_status(answer, 200) } else { answer }
        }),
    ];
    for (rule, fault) in faults {
        let (report, text, _) = with_fault(fault);
        assert_eq!(report.exit_code(), exit_code::FAILURES, "{rule}");
        let failure = report.failures.iter().find(|failure| failure.rule == rule);
        let failure = failure.unwrap_or_else(|| panic!("{rule} is not broken in\n{text}"));
        assert!(failure.pointer.contains(".json#/"), "{rule}: {}", failure.pointer);
    }
    let (report, text, _) = with_fault(|_, body, answer| {
        let ill_typed = body.windows(8).any(|window| window == b"\"code\":1");
        if ill_typed { with_status(answer, 200) } else { answer }
    });
    let rule = scenario::ILL_TYPED_MEMBER_IS_REFUSED;
    assert!(report.failures.iter().any(|failure| failure.rule == rule), "{text}");
}

#[test]
fn a_token_in_an_answer_is_not_printed() {
    let (report, text, _) = with_fault(|_, _, answer| {
        let (head, body) = answer.into_parts();
        // No JSON any more, and the report shows what came.
        let text =
            String::from_utf8(body.to_vec()).unwrap().replace("\"me\":", "\"me\":{},\"me\":");
        Response::from_parts(head, text.into())
    });
    assert!(report.failures.iter().any(|f| f.message.contains("twice")), "{text}");
    let token = text.split(r#""authToken":""#).nth(1).map(|rest| &rest[..10]);
    assert_eq!(token, Some("[redacted]"), "{text}");
}

#[test]
fn a_target_that_is_down_is_an_error() {
    let runtime = runtime();
    // A port that nobody listens on: it was free a moment ago.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let options = options(format!("http://127.0.0.1:{port}"), own_accounts());
    let error = engine::run(&runtime, &options).unwrap_err();
    assert!(matches!(error, EngineError::Target(_)), "{error}");
}

#[test]
fn a_bad_accounts_file_is_named_with_the_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("accounts.toml");
    let said = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let error = accounts::read(&path, |name| (name == "PW").then(|| "s3cret".to_owned()));
        error.map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
    };
    let account = "[[account]]\nusername = \"a\"\n";
    let read = said(&format!("{account}password_env = \"PW\"")).unwrap();
    assert_eq!(read[0].password, "s3cret");
    assert!(!format!("{read:?}").contains("s3cret"));
    let error = |text: &str| said(text).unwrap_err();
    assert_eq!(error(account), "FILE: account[0]: `password` or `password_env` is missing");
    assert!(error(&format!("{account}password = hunter2")).starts_with("FILE:3:"));
    assert!(!error(&format!("{account}password = hunter2")).contains("hunter2"));
    assert!(error("").contains("at least one"));
}
