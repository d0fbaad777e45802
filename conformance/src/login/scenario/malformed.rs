//! Bodies that are not JSON, or JSON but not an object.

use super::Scenario;
use crate::login::{Driver, requests, steps::step_and_log_out};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
};

/// The scenarios of malformed bodies.
pub(super) fn scenarios() -> Vec<Scenario> {
    let rules = &["negative_data_rejection"];
    vec![
        Scenario { name: "malformed", rules, production: true, run: telling },
        Scenario { name: "malformed-bodies", rules, production: true, run: bodies },
    ]
}

const JSON: &str = "application/json";

/// One body of each kind: not an object, invalid JSON that is not UTF-8, and another media type.
fn telling(driver: &mut Driver<'_, '_>) -> Step<()> {
    refuse(
        driver,
        &[
            ("an array", JSON, b"[]"),
            (
                "JSON of bytes that are not UTF-8, and that ends in the middle",
                JSON,
                b"{\"user\":\"\xff",
            ),
            ("a media type that is neither JSON nor a form", "application/xml", b"<user>a</user>"),
        ],
    )
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
    )
}

fn refuse(driver: &mut Driver<'_, '_>, bodies: &[(&str, &str, &[u8])]) -> Step<()> {
    for (title, media_type, body) in bodies {
        let request = Request::new("POST", requests::LOGIN).body(media_type, body.to_vec());
        let case = Case::new("login", *title, request, Expect::Refusal);
        step_and_log_out(driver, &case.rule("negative_data_rejection"))?;
    }
    Ok(())
}
