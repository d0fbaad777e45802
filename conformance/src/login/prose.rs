//! Checks of single responses against the prose of the page.

use serde_json::Value;

use super::mojibake;
use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{
        case::{Case, Expect},
        response::Response,
    },
};

/// Checks one response against the prose of the page.
pub(super) fn judge(case: &Case, response: &Response, judgement: &mut Judgement) {
    let Some(body) = response.json() else { return };
    envelope(response, body, judgement);
    if !response.is_success() {
        return;
    }
    mojibake::judge(body, judgement);
    match case.operation.as_str() {
        "login" => login(case, body, judgement),
        "me" => account("", body, judgement),
        _ => {}
    }
}

/// Checks that `status` and `success` agree with the HTTP status.
fn envelope(response: &Response, body: &Value, judgement: &mut Judgement) {
    const RULE: &str = "status_says_success";
    let refused = response.status >= 400;
    let expected = if refused { "error" } else { "success" };
    // In a success of `/me`, `status` is the presence of the account.
    let is_envelope = refused || body.get("data").is_some();
    if let Some(Value::String(status)) = body.get("status").filter(|_| is_envelope) {
        judgement.check(RULE);
        if status != expected {
            let message =
                format!("`status` does not say what the HTTP status {} says", response.status);
            let mut finding = Finding::new(RULE, "/status", message, expected, status);
            // The page shows no refusal, but it shows what a success says.
            finding.is_practice = refused && status != "success";
            judgement.findings.push(finding);
        }
    }
    if let Some(Value::Bool(success)) = body.get("success") {
        judgement.check(RULE);
        if *success == refused {
            let message =
                format!("`success` does not say what the HTTP status {} says", response.status);
            let (expected, got) = ((!refused).to_string(), success.to_string());
            let mut finding = Finding::new(RULE, "/success", message, expected, got);
            finding.is_practice = true;
            judgement.findings.push(finding);
        }
    }
}

fn login(case: &Case, body: &Value, judgement: &mut Judgement) {
    const VALUES: [&str; 2] = ["/data/authToken", "/data/userId"];
    // A refusal that says 200 is the finding of another rule.
    for at in VALUES.into_iter().filter(|_| case.expect == Expect::Success) {
        let value = body.pointer(at).and_then(Value::as_str).unwrap_or_default();
        if value.is_empty() {
            judgement.findings.push(Finding::new(
                "token_authenticates",
                at,
                "the response to a login lacks a value that every later request needs",
                "a text",
                "nothing",
            ));
        }
    }
    judgement.check("me_is_present");
    let Some(me) = body.pointer("/data/me") else {
        judgement.findings.push(Finding::new(
            "me_is_present",
            "/data/me",
            "the response to a login holds no `me`",
            "an object",
            "nothing",
        ));
        return;
    };
    if let (Some(id), Some(own)) = (body.pointer("/data/userId"), me.get("_id")) {
        judgement.check("response_describes_the_account");
        if id != own {
            judgement.findings.push(Finding::new(
                "response_describes_the_account",
                "/data/me/_id",
                "`userId` and `me._id` are about different accounts",
                id.to_string(),
                own.to_string(),
            ));
        }
    }
    account("/data/me", me, judgement);
}

/// Checks an account in a response against the changelog.
fn account(at: &str, account: &Value, judgement: &mut Judgement) {
    judgement.check("avatar_url_is_present");
    let avatar = account.get("avatarUrl");
    if avatar.is_none_or(Value::is_null) {
        judgement.findings.push(Finding::new(
            "avatar_url_is_present",
            format!("{at}/avatarUrl"),
            "the account in the response has no `avatarUrl`",
            "a string",
            avatar.map_or("nothing", |_| "null"),
        ));
    }
}
