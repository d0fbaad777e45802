//! Checks the requests of the client: each is valid under the documents and holds the values of the
//! caller.

use proptest::prelude::*;
use serde_json::Value;

use super::{
    Call, CallInput, Entrypoint, Outcome,
    contract::{ClientContract, read_body},
    subject::SESSION,
};
use specfirst_engine::{
    check::finding::Finding,
    http::case::Request,
    strategy::{pattern, typed},
};

/// Every call of an operation, for every entry point of the client.
pub(super) fn calls(operation: &'static str) -> BoxedStrategy<Call> {
    let ways =
        prop::sample::select(vec![Entrypoint::Generated, Entrypoint::Facade, Entrypoint::Form]);
    let login = (ways, members())
        .prop_map(|(way, members)| {
            let given = CallInput::Members(if way == Entrypoint::Generated {
                members
            } else {
                documented_way(members)
            });
            Call { operation: "login", way, given }
        })
        .boxed();
    // The façade logs out by POST only. It takes the headers from its caller, while those of the
    // generated client are set once.
    let generated = Call {
        operation,
        way: Entrypoint::Generated,
        given: CallInput::Session(SESSION.0.to_owned(), SESSION.1.to_owned()),
    };
    let header = pattern("[!-~]{1,43}");
    let facade = (header.clone(), header).prop_map(move |(user_id, token)| Call {
        operation,
        way: Entrypoint::Facade,
        given: CallInput::Session(user_id, token),
    });
    match operation {
        "login" => login,
        "logout_by_get" => Just(generated).boxed(),
        _ => prop_oneof![1 => Just(generated), 4 => facade].boxed(),
    }
}

/// The members of a login that the generated builder accepts, in any combination.
fn members() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let member = |name| prop::option::of(text().prop_map(move |text| (name, text)));
    (member("user"), member("password"), member("code"), member("resume")).prop_map(
        |(user, password, code, resume)| {
            [user, password, code, resume].into_iter().flatten().collect()
        },
    )
}

/// The members that the façade sends for them: a token alone, or name and password.
fn documented_way(members: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    if let Some(resume) = members.iter().find(|(name, _)| *name == "resume") {
        return vec![resume.clone()];
    }
    let text = |wanted| members.iter().find(|(name, _)| *name == wanted).map(|(_, t)| t.clone());
    let mut both = vec![
        ("user", text("user").unwrap_or_default()),
        ("password", text("password").unwrap_or_default()),
    ];
    both.extend(text("code").map(|code| ("code", code)));
    both
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => typed(),
        // Any printable character, of every script.
        3 => pattern(r"\PC{0,16}"),
        // Characters that JSON or a form must escape, and spaces at the ends that a trim would remove.
        3 => pattern("[ \"\\\\/&=+%;#?\n\r\t\u{0}\u{7f}é😀\u{2028}]{1,8}"),
    ]
}

/// The problem with the request of a call.
pub(super) fn judge(contract: &ClientContract, call: &Call, requests: &[Request]) -> Vec<Finding> {
    let Some(operation) = contract.operation(call.operation) else { return Vec::new() };
    let place = contract.place(&operation.pointer);
    let [request] = requests else {
        return vec![Finding::new(
            "client_calls_the_operation",
            place,
            format!("one call sends {} requests", requests.len()),
            "one request",
            requests.len().to_string(),
        )];
    };
    let mut findings = Vec::new();
    let line = format!("{} {}", request.method, request.path);
    if line != operation.label().replacen(&operation.method, &operation.method.to_uppercase(), 1) {
        findings.push(Finding::new(
            "client_calls_the_operation",
            &place,
            "the client sends another method or path",
            operation.label(),
            line,
        ));
    }
    let accepts = request.header_value("accept").unwrap_or("*/*");
    if !accepts.contains("application/json") && accepts != "*/*" {
        findings.push(Finding::new(
            "client_calls_the_operation",
            format!("{place}/responses"),
            "the client does not accept what the operation answers",
            "accept: application/json",
            accepts,
        ));
    }
    let session = match &call.given {
        CallInput::Session(user_id, token) => Some((user_id.as_str(), token.as_str())),
        CallInput::Members(_) => None,
    };
    findings.extend(contract.credentials(operation, request, session));
    let of_document = contract.body(operation, request, lacks_alternative(call));
    let is_readable = of_document.is_empty();
    findings.extend(of_document);
    if let CallInput::Members(members) = &call.given
        && is_readable
        && let Ok(sent) = read_body(request)
    {
        findings.extend(kept(&place, members, &sent));
    }
    findings
}

/// The generated builder also makes requests without a documented way to log in. Its type has all
/// members of the document, and the caller must satisfy `anyOf`.
fn lacks_alternative(call: &Call) -> bool {
    let CallInput::Members(members) = &call.given else { return false };
    let has = |wanted| members.iter().any(|(name, _)| *name == wanted);
    call.way == Entrypoint::Generated && !has("resume") && !(has("user") && has("password"))
}

fn kept(place: &str, given: &[(&'static str, String)], sent: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut differs = |name: &str, expected: String, got: String| {
        findings.push(Finding::new(
            "client_sends_what_it_is_given",
            format!("{place}/requestBody/{name}"),
            format!("the member `{name}` does not arrive as it was given"),
            expected,
            got,
        ));
    };
    for (name, text) in given {
        let expected = Value::from(text.as_str());
        match sent.get(*name) {
            Some(value) if *value == expected => {}
            other => differs(
                name,
                expected.to_string(),
                other.map_or("nothing".to_owned(), ToString::to_string),
            ),
        }
    }
    for (name, value) in sent.as_object().into_iter().flatten() {
        if !given.iter().any(|(given, _)| given == name) {
            differs(name, "nothing".to_owned(), value.to_string());
        }
    }
    findings
}

/// The problem with what a program could log of a call: it must not hold a secret of the caller.
pub(super) fn shown(call: &Call, outcome: &Outcome) -> Vec<Finding> {
    let mut secrets: Vec<&str> = match &call.given {
        CallInput::Members(members) => members
            .iter()
            .filter(|(name, _)| *name != "user")
            .map(|(_, text)| text.as_str())
            .collect(),
        CallInput::Session(_, token) => vec![token],
    };
    if let super::CallResult::Read(value) = &outcome.result
        && let Some(token) = value.pointer("/data/authToken").and_then(Value::as_str)
    {
        secrets.push(token);
    }
    // A short text may occur in another one by chance.
    let leaks = secrets.iter().any(|text| text.len() >= 6 && outcome.shown.contains(*text));
    if !leaks {
        return Vec::new();
    }
    vec![Finding::new(
        "client_shows_no_secret",
        format!("{:?} {}", call.way, call.operation),
        "what a program may log of a call holds a password, a code or a token",
        "no secret in `Debug` or `Display`",
        "one",
    )]
}
