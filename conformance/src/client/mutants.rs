//! Mutants of the client: clients with one defect each. A mutation changes the request that the client
//! sent, the response that it gets, or the outcome of a call.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Call, CallResult, Entrypoint, Outcome, read_body};
use specfirst_engine::http::{case::Request, response::Response};

/// A client with one defect.
pub struct ClientMutant {
    /// The name of the mutant.
    pub id: &'static str,
    /// What the mutant does wrong.
    pub title: &'static str,
    /// The rule that must kill the mutant.
    pub rule: &'static str,
    /// The change that makes the mutant.
    pub mutation: Mutation,
}

/// Where a mutation changes something.
#[derive(Clone, Copy)]
pub enum Mutation {
    /// In a request, after the client has sent it.
    Sent(fn(&mut Request)),
    /// In a response, before the client reads it.
    Served(fn(&mut Response)),
    /// In the outcome of a call.
    Outcome(fn(&mut Outcome, &Call, &Response)),
}

use Mutation::{Outcome as Ends, Sent, Served};

/// Every mutant of the client. Each rule of the client has at least one.
pub const MUTANTS: &[ClientMutant] = &[
    mutant(
        "put",
        "logs in with PUT",
        "client_calls_the_operation",
        Sent(|request| {
            request.method = "PUT".to_owned();
        }),
    ),
    mutant(
        "old-path",
        "leaves out the version",
        "client_calls_the_operation",
        Sent(|request| {
            request.path = request.path.replace("/v1/", "/");
        }),
    ),
    mutant(
        "accepts-html",
        "asks for HTML",
        "client_calls_the_operation",
        Sent(|request| {
            for (name, value) in &mut request.headers {
                if name == "accept" {
                    *value = "text/html".to_owned();
                }
            }
        }),
    ),
    mutant(
        "text-plain",
        "sends JSON as text",
        "client_content_type",
        Sent(|request| {
            for (name, value) in &mut request.headers {
                if name == "content-type" {
                    *value = "text/plain".to_owned();
                }
            }
        }),
    ),
    mutant(
        "code-number",
        "sends the code as a number",
        "client_request_conforms",
        Sent(|request| {
            change(request, |body| {
                if let Some(code) = body.get_mut("code") {
                    *code = json!(123_456);
                }
            });
        }),
    ),
    mutant(
        "null-members",
        "sends null for what is not given",
        "client_request_conforms",
        Sent(|request| {
            change(request, |body| {
                if body.get("code").is_none() {
                    body["code"] = Value::Null;
                }
            });
        }),
    ),
    mutant(
        "username",
        "renames `user`",
        "client_request_conforms",
        Sent(|request| {
            change(request, |body| {
                if let Some(user) = body.as_object_mut().and_then(|body| body.shift_remove("user"))
                {
                    body["username"] = user;
                }
            });
        }),
    ),
    mutant(
        "body-twice",
        "sends half of the body",
        "client_request_conforms",
        Sent(|request| {
            if let Some(body) = &mut request.body {
                body.truncate(body.len() / 2);
            }
        }),
    ),
    mutant(
        "logout-body",
        "sends a body with a logout",
        "client_request_conforms",
        Sent(|request| {
            if request.path.ends_with("/logout") {
                request.body = Some(Bytes::from_static(b"{}"));
            }
        }),
    ),
    mutant(
        "password-trimmed",
        "trims the password",
        "client_sends_what_it_is_given",
        Sent(|request| {
            change(request, |body| {
                if let Some(password) = body.get_mut("password") {
                    *password = password.as_str().unwrap_or_default().trim().into();
                }
            });
        }),
    ),
    mutant(
        "code-dropped",
        "forgets the code",
        "client_sends_what_it_is_given",
        Sent(|request| {
            change(request, |body| {
                if let Some(body) = body.as_object_mut() {
                    body.shift_remove("code");
                }
            });
        }),
    ),
    mutant(
        "plus-in-forms",
        "leaves a plus in forms as it is",
        "client_sends_what_it_is_given",
        Sent(|request| {
            if request.header_value("content-type").is_some_and(|kind| kind.contains("form"))
                && let Some(body) = &mut request.body
            {
                *body = String::from_utf8_lossy(body).replace("%2B", "+").into();
            }
        }),
    ),
    mutant(
        "no-token",
        "forgets the token",
        "client_sends_credentials",
        Sent(|request| {
            request.headers.retain(|(name, _)| name != "x-auth-token");
        }),
    ),
    mutant(
        "ids-swapped",
        "swaps user id and token",
        "client_sends_credentials",
        Sent(|request| {
            for (name, _) in &mut request.headers {
                *name = match name.as_str() {
                    "x-auth-token" => "x-user-id".to_owned(),
                    "x-user-id" => "x-auth-token".to_owned(),
                    other => other.to_owned(),
                };
            }
        }),
    ),
    mutant(
        "token-with-login",
        "sends a token with a login",
        "client_sends_credentials",
        Sent(|request| {
            if request.path.ends_with("/login") {
                request.headers.push(("x-auth-token".to_owned(), "token".to_owned()));
            }
        }),
    ),
    mutant(
        "offset-unsigned",
        "reads no offset west of Greenwich",
        "client_reads_conforming_responses",
        Ends(|outcome, _, response| {
            if response.text().contains("\"utcOffset\":-") {
                outcome.result = CallResult::Error("InvalidResponsePayload", None);
            }
        }),
    ),
    mutant(
        "avatar-required",
        "insists on what is optional",
        "client_reads_conforming_responses",
        Ends(|outcome, call, response| {
            if call.operation == "me" && !response.text().contains("avatarUrl") {
                outcome.result = CallResult::Error("InvalidResponsePayload", None);
            }
        }),
    ),
    mutant(
        "denies-unknown",
        "refuses members of tomorrow",
        "client_reads_conforming_responses",
        Ends(|outcome, _, response| {
            if response.text().contains("memberOfTomorrow") {
                outcome.result = CallResult::Error("InvalidResponsePayload", None);
            }
        }),
    ),
    mutant(
        "offset-dropped",
        "does not read `utcOffset`",
        "client_keeps_documented_members",
        Served(|response| {
            response.body = response.text().replace("utcOffset", "utcoffset").into();
        }),
    ),
    mutant(
        "roles-reversed",
        "reads lists backwards",
        "client_keeps_documented_members",
        Ends(|outcome, _, _| {
            if let CallResult::Read(value) = &mut outcome.result
                && let Some(Value::Array(roles)) = value.pointer_mut("/data/me/roles")
            {
                roles.reverse();
            }
        }),
    ),
    mutant(
        "details-emptied",
        "reads no details of a refusal",
        "client_keeps_documented_members",
        Ends(|outcome, _, _| {
            if let CallResult::Refused(_, body) = &mut outcome.result
                && let Some(body) = body.as_object_mut()
            {
                body.shift_remove("details");
            }
        }),
    ),
    mutant(
        "token-made-up",
        "makes up a token that is missing",
        "client_refuses_broken_envelopes",
        Ends(|outcome, call, response| {
            if call.operation == "login"
                && response.status == 200
                && matches!(outcome.result, CallResult::Error(..))
            {
                outcome.result = CallResult::Read(json!({"data": {"userId": "", "authToken": ""}}));
            }
        }),
    ),
    mutant(
        "failure-ignored",
        "reads a failure under 200 as a success",
        "client_refuses_broken_envelopes",
        Ends(|outcome, call, response| {
            if call.operation == "me" && response.is_success() {
                outcome.result = CallResult::Read(json!({}));
            }
        }),
    ),
    mutant(
        "profile-ends-login",
        "fails a login for an odd profile",
        "client_tolerates_odd_profiles",
        Ends(|outcome, call, _| {
            if call.way != Entrypoint::Generated && !outcome.deviations.is_empty() {
                outcome.result = CallResult::Error("Protocol", None);
            }
        }),
    ),
    mutant(
        "silent",
        "does not say what is odd",
        "client_tolerates_odd_profiles",
        Ends(|outcome, _, _| outcome.deviations.clear()),
    ),
    mutant(
        "totp-as-wrong-password",
        "takes a missing code for a wrong password",
        "client_tells_refusals_apart",
        Ends(|outcome, _, _| {
            if let CallResult::Error(kind @ "TotpRequired", _) = &mut outcome.result {
                *kind = "InvalidCredentials";
            }
        }),
    ),
    mutant(
        "wait-ignored",
        "does not read Retry-After",
        "client_tells_refusals_apart",
        Ends(|outcome, _, _| {
            if let CallResult::Error(_, wait) = &mut outcome.result {
                *wait = None;
            }
        }),
    ),
    mutant(
        "by-message",
        "goes by the message",
        "client_tells_refusals_apart",
        Ends(|outcome, _, response| {
            if let CallResult::Error(kind, _) = &mut outcome.result
                && response.text().contains("TOTP Required")
            {
                *kind = "TotpRequired";
            }
        }),
    ),
    mutant(
        "page-as-server",
        "takes any page for a failing server",
        "client_understands_real_servers",
        Ends(|outcome, _, response| {
            if let CallResult::Error(kind @ "Protocol", _) = &mut outcome.result
                && response.text().starts_with("<html")
            {
                *kind = "Server";
            }
        }),
    ),
    mutant(
        "offset-truncated",
        "cuts a fraction off",
        "client_understands_real_servers",
        Served(|response| {
            response.body = response.text().replace("5.5", "5").replace("5.75", "5").into();
        }),
    ),
    mutant(
        "panics-on-html",
        "panics on a page",
        "client_never_panics",
        Ends(|outcome, _, response| {
            if response.text().starts_with("<html") {
                outcome.result = CallResult::Panicked;
            }
        }),
    ),
    mutant(
        "token-in-debug",
        "shows the token",
        "client_shows_no_secret",
        Ends(|outcome, _, _| {
            if let CallResult::Read(value) = &outcome.result {
                outcome.shown.push_str(&value.to_string());
            }
        }),
    ),
];

const fn mutant(
    id: &'static str,
    title: &'static str,
    rule: &'static str,
    mutation: Mutation,
) -> ClientMutant {
    ClientMutant { id, title, rule, mutation }
}

/// Changes a JSON body, or a form by its members.
fn change(request: &mut Request, with: impl Fn(&mut Value)) {
    let Ok(mut body) = read_body(request) else { return };
    if request.body.is_none() || !body.is_object() {
        return;
    }
    with(&mut body);
    let is_form = request.header_value("content-type").is_some_and(|kind| kind.contains("form"));
    let text = if is_form { specfirst_engine::strategy::form(&body) } else { body.to_string() };
    request.body = Some(text.into());
}
