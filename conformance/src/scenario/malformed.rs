//! Bodies that are no JSON, or no object, or whose text no account has.

use super::{Scenario, requests};
use crate::{
    case::{Case, Expect, Request},
    driver::{Driver, Step},
};

/// The scenario of malformed bodies.
pub fn scenarios() -> Vec<Scenario> {
    vec![Scenario { name: "malformed", rules: &["negative_data_rejection"], production: true, run }]
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let json = "application/json";
    let bodies: [(&str, &str, &[u8]); 14] = [
        ("JSON that ends in the middle", json, b"{\"user\":"),
        ("an array", json, b"[]"),
        ("bytes that are not UTF-8", json, b"{\"user\":\"\xff\xfe\",\"password\":\"c\"}"),
        ("null", json, b"null"),
        ("ill-typed members", json, br#"{"user":1,"password":[]}"#),
        ("a lone surrogate", json, br#"{"user":"\ud800","password":"c"}"#),
        ("an empty body", json, b""),
        ("a string", json, br#""user""#),
        ("NaN", json, br#"{"user":NaN,"password":"c"}"#),
        ("a media type that is neither JSON nor a form", "application/xml", b"<user>a</user>"),
        ("text after the object", json, br#"{"user":"nobody-here","password":"c"} {}"#),
        ("a NUL in a string", json, br#"{"user":"a\u0000b","password":"c"}"#),
        ("a comma too many", json, br#"{"user":"nobody-here","password":"c",}"#),
        ("nested objects", json, br#"{"user":{"user":{"user":{}}},"password":{"a":[[[[]]]]}}"#),
    ];
    for (title, media_type, body) in bodies {
        let request = Request::new("POST", requests::LOGIN).body(media_type, body.to_vec());
        let case = Case::new("login", title, request, Expect::Refusal);
        driver.step_and_out(&case.rule("negative_data_rejection"))?;
    }
    Ok(())
}
