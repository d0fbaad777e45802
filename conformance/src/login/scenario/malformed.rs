//! Bodies that are not JSON, or JSON but not an object.

use serde_json::json;

use super::Scenario;
use crate::login::{Driver, identity::check_identity, requests, steps::step_and_log_out};
use specfirst_engine::{
    http::{
        case::{Case, Expect, Request},
        gzip,
    },
    runner::Step,
};

/// The scenarios of malformed bodies.
pub(super) fn scenarios() -> Vec<Scenario> {
    let rules = &["negative_data_rejection", "wrong_password_is_refused"];
    vec![
        Scenario { name: "malformed", rules, production: true, run: telling },
        Scenario { name: "media-type", rules, production: true, run: other_type },
        Scenario { name: "malformed-bodies", rules, production: true, run: bodies },
    ]
}

const JSON: &str = "application/json";

/// Invalid JSON that is not UTF-8, and JSON that is no object. The first holds the right password, which the
/// refusal must not repeat.
fn telling(driver: &mut Driver<'_, '_>) -> Step<()> {
    let account = driver.run.suite.plain_accounts().next();
    let password = json!(account.map_or("x", |account| account.password.as_str())).to_string();
    let cut = [b"{\"password\":", password.as_bytes(), b",\"user\":\"\xff"].concat();
    let title = "JSON of bytes that are not UTF-8, and that ends in the middle";
    refuse(driver, &[(title, JSON, &cut), ("an array", JSON, b"[]")])
}

/// A body of another media type.
fn other_type(driver: &mut Driver<'_, '_>) -> Step<()> {
    let title = "a media type that is neither JSON nor a form";
    refuse(driver, &[(title, "application/xml", b"<user>a</user>")])
}

fn bodies(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse(
        driver,
        &[
            ("bytes that are not UTF-8", JSON, b"{\"user\":\"\xff\xfe\",\"password\":\"c\"}"),
            ("JSON that ends in the middle", JSON, b"{\"user\":"),
            ("null", JSON, b"null"),
            ("ill-typed members", JSON, br#"{"user":1,"password":[]}"#),
            ("a lone surrogate", JSON, br#"{"user":"\ud800","password":"c"}"#),
            ("an empty body", JSON, b""),
            ("a string", JSON, br#""user""#),
            ("NaN", JSON, br#"{"user":NaN,"password":"c"}"#),
            ("text after the object", JSON, br#"{"user":"nobody-here","password":"c"} {}"#),
            ("a NUL in a string", JSON, br#"{"user":"a\u0000b","password":"c"}"#),
            ("a comma too many", JSON, br#"{"user":"nobody-here","password":"c",}"#),
            ("nested objects", JSON, br#"{"user":{"user":{"user":{}}},"password":{"a":[[[[]]]]}}"#),
        ],
    )?;
    compressed(driver)
}

/// Logins in gzip. A server may refuse every coding (RFC 9110, section 15.5.16), but a login must not mean another
/// one than without it.
fn compressed(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let in_gzip = |case: Case, title: &str| {
        let body = gzip::encode(case.request.body.as_deref().unwrap_or_default());
        let request = Request { body: Some(body.into()), ..case.request };
        let request = request.header("Content-Encoding", "gzip");
        Case { title: title.to_owned(), request, ..case }
    };
    let right = requests::password(&account, Expect::Anything, "negative_data_rejection");
    let case = in_gzip(right, "the right login in gzip");
    if let Some(response) = step_and_log_out(driver, &case)? {
        check_identity(driver, &account, &case, &response);
    }
    let rule = "wrong_password_is_refused";
    let wrong = requests::other_password(&account, "", "not-the-password", rule);
    let wrong = Case { expect: Expect::Refusal, ..wrong };
    step_and_log_out(driver, &in_gzip(wrong, "a wrong password in gzip"))?;
    Ok(())
}

fn refuse(driver: &mut Driver<'_, '_>, bodies: &[(&str, &str, &[u8])]) -> Step<()> {
    for (title, media_type, body) in bodies {
        let request = Request::new("POST", requests::LOGIN).body(media_type, body.to_vec());
        let case = Case::new("login", *title, request, Expect::Refusal);
        step_and_log_out(driver, &case.rule("negative_data_rejection"))?;
    }
    Ok(())
}
