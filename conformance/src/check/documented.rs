//! What the page's prose says of one answer.

use serde_json::Value;

use crate::{answer::Answer, case::Case, failure::Finding};

/// Judges one answer of an operation of the login by the prose.
pub fn judge(case: &Case, answer: &Answer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(body) = answer.json() else { return findings };
    envelope(answer, body, &mut findings);
    if !answer.is_success() {
        return findings;
    }
    match case.operation.as_str() {
        "login" => login(body, &mut findings),
        "me" => account("", body, &mut findings),
        _ => {}
    }
    findings
}

/// `status` and `success` say what the HTTP status says.
fn envelope(answer: &Answer, body: &Value, findings: &mut Vec<Finding>) {
    let refused = answer.status >= 400;
    let expected = if refused { "error" } else { "success" };
    // `/me` has a `status` of its own: the account's.
    let is_envelope = refused || body.get("data").is_some();
    if let Some(Value::String(status)) = body.get("status").filter(|_| is_envelope)
        && status != expected
    {
        let message = format!("`status` does not say what the HTTP status {} says", answer.status);
        findings.push(Finding::new("status_says_success", "/status", message, expected, status));
    }
    if let Some(Value::Bool(success)) = body.get("success")
        && *success == refused
    {
        let message = format!("`success` does not say what the HTTP status {} says", answer.status);
        let expected = (!refused).to_string();
        let got = success.to_string();
        findings.push(Finding::new("status_says_success", "/success", message, expected, got));
    }
}

fn login(body: &Value, findings: &mut Vec<Finding>) {
    let Some(me) = body.pointer("/data/me") else {
        findings.push(Finding::new(
            "me_is_present",
            "/data/me",
            "the answer to a login holds no `me`",
            "an object",
            "nothing",
        ));
        return;
    };
    if let (Some(id), Some(own)) = (body.pointer("/data/userId"), me.get("_id"))
        && id != own
    {
        findings.push(Finding::new(
            "answer_describes_the_account",
            "/data/me/_id",
            "`userId` and `me._id` are about different accounts",
            id.to_string(),
            own.to_string(),
        ));
    }
    account("/data/me", me, findings);
}

/// What the changelog says of an account in an answer.
fn account(at: &str, account: &Value, findings: &mut Vec<Finding>) {
    let avatar = account.get("avatarUrl");
    if avatar.is_none_or(Value::is_null) {
        findings.push(Finding::new(
            "avatar_url_is_present",
            format!("{at}/avatarUrl"),
            "the account in the answer has no `avatarUrl`",
            "a string",
            avatar.map_or("nothing", |_| "null"),
        ));
    }
}
