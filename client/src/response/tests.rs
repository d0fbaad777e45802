//! Tests of every kind of response.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn response(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Body(body.into()),
    }
}

#[track_caller]
fn refused(status: u16, body: Value) -> Error {
    response(status, body.to_string()).logged_in().expect_err("a refusal")
}

#[track_caller]
fn protocol(status: u16, body: impl Into<Vec<u8>>) -> (Option<String>, String) {
    match response(status, body).logged_in() {
        Err(Error::Protocol(Protocol { pointer, found, .. })) => (pointer, found),
        Err(other) => panic!("another error: {other:?}"),
        Ok(_) => panic!("it logged in"),
    }
}

/// The example of a successful login in the document.
fn documented() -> Value {
    let document: Value =
        serde_json::from_str(include_str!("../../../spec/documented.json")).unwrap();
    let content = "/paths/~1api~1v1~1login/post/responses/200/content/application~1json";
    let example = format!("{content}/examples/Login successful/value");
    document.pointer(&example).expect("the document has its example").clone()
}

#[test]
fn documented_example_logs_in() {
    let logged_in = response(200, documented().to_string()).logged_in().unwrap();
    assert_eq!(logged_in.account.user_id(), "aobEdbYhXfu5hkeqG");
    assert_eq!(logged_in.auth_token.expose(), "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq");
    let profile = logged_in.account.profile().unwrap();
    assert_eq!(profile.name.as_deref(), Some("Rocket Cat"));
    assert_eq!((profile.active, profile.utc_offset), (None, None));
    assert_eq!(profile.raw()["utcOffset"], "-3");
    let listed: Vec<_> = logged_in.account.deviations().iter().map(Deviation::pointer).collect();
    let expected =
        ["/data/me/emails/0/verified", "/data/me/utcOffset", "/data/me/active", "/data/me/_id"];
    assert_eq!(listed, expected);
}

#[test]
fn responses_of_old_servers_log_in() {
    // 0.60 sends no profile and no `success`.
    let envelope = json!({ "status": "success", "data": { "userId": "u", "authToken": "t" } });
    let logged_in = response(200, envelope.to_string()).logged_in().unwrap();
    assert!(logged_in.account.profile().is_none() && logged_in.account.deviations().is_empty());
    // 0.64 sends no avatar.
    let mut envelope = envelope;
    envelope["data"]["me"] = json!({ "_id": "u", "username": "bot", "active": true });
    let logged_in = response(200, envelope.to_string()).logged_in().unwrap();
    assert!(logged_in.account.deviations().is_empty());
    let profile = logged_in.account.profile().unwrap();
    assert_eq!((profile.active, profile.avatar_url.as_deref()), (Some(true), None));
}

#[test]
fn utc_offset_may_be_a_fraction() {
    for (offset, deviates) in [(json!(5.5), true), (json!(5.0), false), (json!(-3), false)] {
        let data =
            json!({ "userId": "u", "authToken": "t", "me": { "_id": "u", "utcOffset": offset } });
        let body = json!({ "status": "success", "success": true, "data": data });
        let logged_in = response(200, body.to_string()).logged_in().unwrap();
        assert_eq!(logged_in.account.profile().unwrap().utc_offset, offset.as_f64());
        assert_eq!(!logged_in.account.deviations().is_empty(), deviates, "{offset}");
    }
}

#[test]
fn status_and_error_decide_the_refusal() {
    let code =
        |code: &str| json!({ "success": false, "error": code, "message": "Text of tomorrow" });
    assert!(matches!(refused(401, code("Unauthorized")), Error::InvalidCredentials));
    assert!(matches!(refused(401, code("unauthorized")), Error::InvalidCredentials));
    assert!(matches!(refused(401, code("error-user-is-not-activated")), Error::AccountInactive));
    let blocked = refused(401, code("error-login-blocked-for-user"));
    assert!(matches!(blocked, Error::Locked(Locked::User)));
    let blocked = refused(401, code("error-login-blocked-for-ip"));
    assert!(matches!(blocked, Error::Locked(Locked::Address)));
    let limit = "Error, too many requests. [error-too-many-requests]";
    assert!(matches!(refused(429, code(limit)), Error::RateLimited(_)));
    assert!(matches!(refused(400, code(limit)), Error::RateLimited(_)));
    assert!(matches!(refused(400, code("error-invalid-body")), Error::BadRequest(_)));
    assert!(matches!(refused(403, json!({})), Error::BadRequest(_)));
    assert!(matches!(refused(500, code("totp-required")), Error::Server { .. }));
    assert!(matches!(refused(401, json!({})), Error::InvalidCredentials));
}

#[test]
fn message_does_not_decide_the_error() {
    let body =
        json!({ "error": "Unauthorized", "message": "totp-required", "reason": "totp-invalid" });
    assert!(matches!(refused(401, body), Error::InvalidCredentials));
}

#[test]
fn error_code_may_be_a_number() {
    assert!(matches!(
        refused(401, json!({ "status": "error", "error": 401 })),
        Error::InvalidCredentials
    ));
    let Error::BadRequest(rejection) = refused(403, json!({ "error": 403, "message": "No" }))
    else {
        panic!("another error")
    };
    assert_eq!((rejection.code(), rejection.message()), (Some("403"), Some("No")));
}

#[test]
fn second_factors_are_read_tolerantly() {
    let body = |details: Value| json!({ "error": "totp-required", "details": details });
    let details =
        json!({ "method": "totp", "codeGenerated": false, "availableMethods": ["totp", 5] });
    let Error::TotpRequired(factor) = refused(401, body(details.clone())) else {
        panic!("another error")
    };
    assert_eq!(factor.method(), Some("totp"));
    assert_eq!(factor.methods(), ["totp"]);
    assert_eq!(factor.code_generated(), Some(false));
    assert_eq!(factor.details(), &details);
    for odd in
        [json!(null), json!("totp"), json!([]), json!({ "method": 1, "availableMethods": {} })]
    {
        let Error::TotpRequired(factor) = refused(401, body(odd)) else { panic!("another error") };
        assert_eq!((factor.method(), factor.methods().len()), (None, 0));
    }
    assert!(matches!(refused(401, json!({ "error": "totp-invalid" })), Error::TotpInvalid(_)));
}

#[test]
fn envelope_is_read_strictly() {
    let with = |data: Value| json!({ "status": "success", "data": data }).to_string();
    let whole = json!({ "userId": "u", "authToken": "t" });
    let cases = [
        ("[]".to_owned(), "", "an array"),
        ("{}".to_owned(), "/data", "nothing"),
        (with(json!([])), "/data", "an array"),
        (with(json!({ "authToken": "t" })), "/data/userId", "nothing"),
        (with(json!({ "userId": "u" })), "/data/authToken", "nothing"),
        (with(json!({ "userId": "u", "authToken": 5 })), "/data/authToken", "a number"),
        (with(json!({ "userId": "u", "authToken": "" })), "/data/authToken", "an empty string"),
        (with(json!({ "userId": null, "authToken": "t" })), "/data/userId", "null"),
        (
            with(json!({ "userId": "u", "authToken": "t\r\nX-Evil: 1" })),
            "/data/authToken",
            "a string with characters that cannot",
        ),
        (
            with(json!({ "userId": "u u", "authToken": "t" })),
            "/data/userId",
            "a string with characters that cannot",
        ),
        (json!({ "success": false, "data": {} }).to_string(), "/success", "false"),
        (
            json!({ "status": "success", "success": false, "data": whole }).to_string(),
            "/success",
            "false",
        ),
        (json!({ "status": "error", "data": whole }).to_string(), "/status", "\"error\""),
        (json!({ "status": "error" }).to_string(), "/status", "\"error\""),
    ];
    for (body, pointer, found) in cases {
        assert_eq!(protocol(200, body.clone()), (Some(pointer.into()), found.into()), "{body}");
    }
}

#[test]
fn deviations_of_the_envelope_are_listed() {
    let data = r#""data":{"userId":"u","authToken":"t""#;
    let cases = [
        (format!(r#"{{"status":"ok",{data}}}}}"#), "/status: expected \"success\", found a string"),
        (format!("{{{data}}}}}"), "/status: expected \"success\", found nothing"),
        (
            format!(r#"{{"status":"success","success":"yes",{data}}}}}"#),
            "/success: expected a boolean, found a string",
        ),
        (
            format!("\u{feff}{{\"status\":\"success\",{data}}}}}"),
            "the body: expected JSON text in UTF-8, found text that had to be repaired",
        ),
        (
            format!(r#"{{"status":"success",{data},"me":null}}}}"#),
            "/data/me: expected an object, found null",
        ),
    ];
    for (body, expected) in cases {
        let logged_in = response(200, body).logged_in().unwrap();
        let listed: Vec<_> =
            logged_in.account.deviations().iter().map(ToString::to_string).collect();
        assert_eq!(listed, [expected]);
    }
}

#[test]
fn profile_without_an_id_is_refused() {
    let error = response(200, r#"{"success":true}"#).profile().unwrap_err();
    let shown = "unexpected response: status 200 at /_id: expected a string, found nothing";
    assert_eq!(error.to_string(), shown);
    let error = response(200, "[]").profile().unwrap_err();
    let shown = "unexpected response: status 200 at the top of the body: expected an object, found an array";
    assert_eq!(error.to_string(), shown);
}

/// An error code is short and has no spaces; anything else may be free text.
#[test]
fn error_shows_a_code_but_no_text() {
    let shown = |code: &str| refused(400, json!({ "error": code })).to_string();
    let refused = "the server refused the request: status 400";
    let code = "error-room-not-found";
    assert_eq!(shown(code), format!("{refused}, error {code}"));
    assert_eq!(shown("no such room"), refused);
    assert_eq!(shown(&"x".repeat(64)), format!("{refused}, error {}", "x".repeat(64)));
    assert_eq!(shown(&"x".repeat(65)), refused);
}

#[test]
fn error_has_the_status_of_its_response() {
    assert_eq!(refused(401, json!({})).status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(refused(429, json!({})).status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(refused(418, json!({})).status(), Some(StatusCode::IM_A_TEAPOT));
    assert_eq!(refused(301, json!({})).status(), Some(StatusCode::MOVED_PERMANENTLY));
}

#[test]
fn content_type_identifies_an_html_page() {
    let mut page = response(200, "Sign in");
    page.headers.insert(CONTENT_TYPE, "text/html; charset=utf-8".parse().unwrap());
    let error = page.logged_in().unwrap_err().to_string();
    assert!(error.ends_with("found a page of HTML, perhaps from a proxy"), "{error}");
}

#[test]
fn responses_of_other_software_are_protocol_errors() {
    for status in [200, 401, 404] {
        let (pointer, found) = protocol(status, "\n <!DOCTYPE html><html>Sign in</html>");
        assert_eq!((pointer, found.as_str()), (None, "a page of HTML, perhaps from a proxy"));
        assert_eq!(protocol(status, "").1, "an empty body");
        assert_eq!(protocol(status, "oops").1, "a body that is no JSON object");
    }
    let error = response(502, "<html>Bad Gateway</html>").logged_in().err().unwrap();
    assert!(matches!(error, Error::Server { .. }));
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
}

#[test]
fn redirect_is_reported_without_its_query() {
    let mut redirect = response(301, "");
    redirect.headers.insert(LOCATION, "https://b.example/x?token=t".parse().unwrap());
    let error = redirect.logged_in().err().unwrap().to_string();
    assert!(error.ends_with("found a redirect to https://b.example/x"), "{error}");
}

#[test]
fn ended_session_is_not_reported_as_wrong_credentials() {
    let body = r#"{"status":"error","message":"You must be logged in to do this."}"#;
    assert!(matches!(response(401, body).profile(), Err(Error::Unauthenticated)));
    assert!(matches!(response(401, body).logged_out(), Err(Error::Unauthenticated)));
}

#[test]
fn errors_show_no_secret() {
    let secret = "hunter2 with blanks";
    let bodies = [
        json!({ "status": "success", "data": { "userId": "u", "authToken": secret } }),
        json!({ "error": secret, "message": secret, "details": { "method": "totp" } }),
        json!({ "error": "totp-required", "message": secret, "details": { "x": secret } }),
        json!(secret),
    ];
    for body in bodies {
        for status in [200, 302, 400, 401, 429, 500] {
            if let Err(error) = response(status, body.to_string()).logged_in() {
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains("hunter2"), "{shown}");
            }
        }
    }
}

/// Bodies that resemble real ones, which reach deeper into the code than random bytes.
fn plausible_body() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(json!("success")),
        Just(json!("totp-required")),
    ];
    let names = prop::sample::select(vec![
        "status",
        "success",
        "error",
        "message",
        "details",
        "data",
        "userId",
        "authToken",
        "me",
        "_id",
        "emails",
        "address",
        "roles",
        "utcOffset",
        "settings",
        "preferences",
        "method",
        "availableMethods",
    ]);
    let value = leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..8)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    });
    prop_oneof![
        6 => value.clone().prop_map(|value| value.to_string().into_bytes()),
        // A valid envelope with any value as the profile.
        3 => value.clone().prop_map(|me| {
            let data = json!({ "userId": "u", "authToken": "t", "me": me });
            json!({ "status": "success", "data": data }).to_string().into_bytes()
        }),
        2 => any::<Vec<u8>>().prop_map(|junk| {
            let mut body =
                br#"{"status":"success","data":{"userId":"u","authToken":"t","me":"#.to_vec();
            body.extend(junk);
            body.extend(b"}}");
            body
        }),
        1 => any::<Vec<u8>>(),
        1 => Just(b"<html></html>".to_vec()),
    ]
}

proptest! {
    #[test]
    fn no_response_panics(
        status in 100_u16..1000,
        body in plausible_body(),
        headers in prop::collection::vec(
            (
                prop::sample::select(vec!["retry-after", "x-ratelimit-reset", "date", "location", "content-type"]),
                prop_oneof![any::<Vec<u8>>(), "[0-9]{0,24}".prop_map(String::into_bytes)],
            ),
            0..4,
        ),
    ) {
        let headers: HeaderMap = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name.parse().ok()?, value.try_into().ok()?)))
            .collect();
        let response = || Response { headers: headers.clone(), ..response(status, body.clone()) };
        if let Some(quick) = response().plain_login() {
            // The fast path may accept more than the slow path, but never reads another value.
            match response().lenient_login() {
                Ok(thorough) => {
                    let (quick_account, account) = (&quick.account, &thorough.account);
                    prop_assert_eq!(quick.auth_token.expose(), thorough.auth_token.expose());
                    prop_assert_eq!(quick_account.user_id(), account.user_id());
                    prop_assert_eq!(quick_account.profile(), account.profile());
                    prop_assert_eq!(quick_account.deviations().len(), account.deviations().len());
                }
                Err(_) => prop_assert!(quick.account.profile().is_none()),
            }
        }
        match response().logged_in() {
            Ok(logged_in) => prop_assert!(
                is_header_text(logged_in.account.user_id()) && is_header_text(logged_in.auth_token.expose())
            ),
            Err(error) => drop(format!("{error} {error:?} {:?} {:?}", error.status(), error.wait())),
        }
        drop(response().profile());
        drop(response().logged_out());
    }
}
