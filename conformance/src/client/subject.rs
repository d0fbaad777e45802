//! The client under test, with all its entry points.

use std::{any::Any, fmt::Debug, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt as _;
use login_client::{
    Client, Error, Profile, Secret, StoredSession,
    api::{self, types},
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{ClientMutant, MockServer, mutants::Mutation};
use specfirst_engine::{
    http::{case::Request, response::Response},
    runner::{Halt, Step},
};
use specfirst_model::error_chain;

/// An entry point of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrypoint {
    /// The generated client.
    Generated,
    /// The façade.
    Facade,
    /// The façade, which sends forms.
    Form,
}

/// One call of the client.
#[derive(Clone, Debug)]
pub struct Call {
    /// The `operationId`.
    pub operation: &'static str,
    /// The entry point.
    pub way: Entrypoint,
    /// The arguments.
    pub given: CallInput,
}

/// The arguments of a call. All of them are made up.
#[derive(Clone, Debug)]
pub enum CallInput {
    /// The members of the body of a login, by their names in the document.
    Members(Vec<(&'static str, String)>),
    /// A session: user id and token.
    Session(String, String),
}

/// The outcome of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The result.
    pub result: CallResult,
    /// The places that the façade lists as deviations.
    pub deviations: Vec<String>,
    /// Everything that a program could log of the call.
    pub shown: String,
}

/// The result of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallResult {
    /// By a success, with the value that the client read, written as JSON again.
    Read(Value),
    /// By a refusal that the generated client has a type for.
    Refused(u16, Value),
    /// By an error: its variant, and how many seconds to wait.
    Error(&'static str, Option<u64>),
    /// By a panic.
    Panicked,
}

/// A client, and the server that it talks to.
pub struct Subject {
    runtime: Runtime,
    server: MockServer,
    generated: api::Client,
    facade: Client,
    form: Client,
    mutant: Option<&'static ClientMutant>,
}

/// The session of the generated client, whose headers are set once.
pub(super) const SESSION: (&str, &str) =
    ("aobEdbYhXfu5hkeqG", "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq");

impl Subject {
    /// Starts a client, or a mutant of it, with its own server.
    ///
    /// # Errors
    ///
    /// [`Halt::Unusable`] if the client cannot be built or no port is free.
    pub fn start(mutant: Option<&'static ClientMutant>) -> Step<Self> {
        let unusable =
            |error: &dyn std::error::Error| Halt::Unusable(format!("the client side: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unusable(&error))?;
        let server = MockServer::start(&runtime).map_err(|error| unusable(&error))?;
        let http = |headers| {
            // The server is on this machine, so a proxy of the environment is ignored.
            let builder = reqwest::Client::builder().no_proxy().default_headers(headers);
            builder.redirect(reqwest::redirect::Policy::none()).build()
        };
        let plain = http(HeaderMap::new()).map_err(|error| unusable(&error))?;
        let of_session = http(session_headers()).map_err(|error| unusable(&error))?;
        let builder = || {
            Client::builder(server.base_url())
                .reqwest(plain.clone())
                .timeout(Duration::from_secs(10))
        };
        let facade = builder().build().map_err(|error| unusable(&error))?;
        let form = builder().form().build().map_err(|error| unusable(&error))?;
        let generated = api::Client::new_with_client(server.base_url(), of_session);
        Ok(Self { runtime, server, generated, facade, form, mutant })
    }

    /// The base URL that the client sends requests to.
    pub fn base_url(&self) -> &str {
        self.server.base_url()
    }

    /// Calls the client and sends it `response`. Returns the requests of the client and the outcome.
    pub fn call(&self, call: &Call, response: &Response) -> (Vec<Request>, Outcome) {
        let mut served = response.clone();
        if let Some(Mutation::Served(mutation)) = self.mutation() {
            mutation(&mut served);
        }
        self.server.respond_with(&served);
        let called = AssertUnwindSafe(self.calling(call)).catch_unwind();
        let mut outcome = match self.runtime.block_on(called) {
            Ok(outcome) => outcome,
            Err(panic) => Outcome::panicked(&*panic),
        };
        let mut requests = self.server.received();
        match self.mutation() {
            Some(Mutation::Sent(mutation)) => requests.iter_mut().for_each(mutation),
            Some(Mutation::Outcome(mutation)) => mutation(&mut outcome, call, response),
            _ => {}
        }
        (requests, outcome)
    }

    fn mutation(&self) -> Option<Mutation> {
        self.mutant.map(|mutant| mutant.mutation)
    }

    async fn calling(&self, call: &Call) -> Outcome {
        match (&call.given, call.way, call.operation) {
            (CallInput::Members(members), Entrypoint::Generated, _) => {
                self.generated_login(members).await
            }
            (CallInput::Members(members), way, _) => {
                let client = if way == Entrypoint::Form { &self.form } else { &self.facade };
                facade_login(client, members).await
            }
            (CallInput::Session(..), Entrypoint::Generated, "me") => {
                generated(self.generated.me().send().await)
            }
            (CallInput::Session(..), Entrypoint::Generated, "logout") => {
                generated(self.generated.logout().send().await)
            }
            (CallInput::Session(..), Entrypoint::Generated, _) => {
                generated(self.generated.logout_by_get().send().await)
            }
            (CallInput::Session(user_id, token), _, operation) => {
                self.facade_session(operation, user_id, token).await
            }
        }
    }

    async fn generated_login(&self, members: &[(&'static str, String)]) -> Outcome {
        let mut body = types::LoginRequest::builder();
        for (name, value) in members {
            let secret = || Some(Secret::from(value.as_str()));
            body = match *name {
                "user" => body.user(Some(value.clone())),
                "password" => body.password(secret()),
                "resume" => body.resume(secret()),
                _ => body.code(secret()),
            };
        }
        generated(self.facade.api().login().body(body).send().await)
    }

    async fn facade_session(&self, operation: &str, user_id: &str, token: &str) -> Outcome {
        let stored = StoredSession {
            base_url: self.facade.base_url().to_owned(),
            user_id: user_id.to_owned(),
            auth_token: token.into(),
        };
        let session = match self.facade.restore(stored) {
            Ok(session) => session,
            Err(error) => return Outcome::of_error(&error),
        };
        let shown = format!("{session:?}");
        if operation == "me" {
            return match session.me().await {
                Ok(profile) => Outcome::read(profile_json(&profile), shown),
                Err(error) => Outcome::of_error(&error),
            };
        }
        match session.logout().await {
            Ok(()) => Outcome::read(json!({}), shown),
            Err(error) => Outcome::of_error(&error),
        }
    }
}

impl Outcome {
    fn read(value: Value, shown: String) -> Self {
        Self { result: CallResult::Read(value), deviations: Vec::new(), shown }
    }

    fn of_error(error: &Error) -> Self {
        let kind = match error {
            Error::InvalidBaseUrl { .. } => "InvalidBaseUrl",
            Error::InvalidSession { .. } => "InvalidSession",
            Error::InvalidCredentials => "InvalidCredentials",
            Error::TotpRequired(_) => "TotpRequired",
            Error::TotpInvalid(_) => "TotpInvalid",
            Error::AccountInactive => "AccountInactive",
            Error::Locked(_) => "Locked",
            Error::Unauthenticated => "Unauthenticated",
            Error::RateLimited(_) => "RateLimited",
            Error::BadRequest(_) => "BadRequest",
            Error::Server { .. } => "Server",
            Error::Transport(_) => "Transport",
            Error::Protocol(_) => "Protocol",
            _ => "another",
        };
        let wait = error.wait().map(|wait| wait.as_secs());
        let shown = logged(error);
        Self { result: CallResult::Error(kind, wait), deviations: Vec::new(), shown }
    }

    fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        Self { result: CallResult::Panicked, deviations: Vec::new(), shown: text.to_owned() }
    }
}

/// The outcome of a call of the generated client.
fn generated<T: serde::Serialize + Debug>(
    result: Result<api::ResponseValue<T>, api::Error<types::Failure>>,
) -> Outcome {
    match result {
        Ok(response) => {
            let shown = format!("{response:?}");
            Outcome::read(serde_json::to_value(response.into_inner()).unwrap_or_default(), shown)
        }
        Err(error) => {
            let shown = logged(&error);
            let result = match error {
                api::Error::ErrorResponse(response) => {
                    let status = response.status().as_u16();
                    let body = serde_json::to_value(response.into_inner()).unwrap_or_default();
                    CallResult::Refused(status, body)
                }
                api::Error::InvalidResponsePayload(..) => {
                    CallResult::Error("InvalidResponsePayload", None)
                }
                api::Error::UnexpectedResponse(_) => CallResult::Error("UnexpectedResponse", None),
                api::Error::CommunicationError(_) => CallResult::Error("CommunicationError", None),
                api::Error::ResponseBodyError(_) => CallResult::Error("ResponseBodyError", None),
                _ => CallResult::Error("another", None),
            };
            Outcome { result, deviations: Vec::new(), shown }
        }
    }
}

async fn facade_login(client: &Client, members: &[(&'static str, String)]) -> Outcome {
    let member = |wanted| members.iter().find(|(name, _)| *name == wanted).map(|(_, v)| v.as_str());
    let result = match member("resume") {
        Some(token) => client.resume(token).await,
        None => {
            let login = client
                .login(member("user").unwrap_or_default(), member("password").unwrap_or_default());
            match member("code") {
                Some(code) => login.code(code).await,
                None => login.await,
            }
        }
    };
    match result {
        Ok(session) => {
            let deviations = session.deviations();
            let mut data = json!({
                "userId": session.user_id(),
                "authToken": session.auth_token().expose(),
            });
            if let Some(profile) = session.profile() {
                data["me"] = profile_json(profile);
            }
            let shown = format!("{session:?} {deviations:?}");
            let deviations = deviations.iter().map(|odd| odd.pointer().to_owned()).collect();
            Outcome { result: CallResult::Read(json!({ "data": data })), deviations, shown }
        }
        Err(error) => Outcome::of_error(&error),
    }
}

/// The account that the façade has read, with the names of the document. Members that it left out are
/// missing.
fn profile_json(profile: &Profile) -> Value {
    let emails: Vec<Value> = profile
        .emails
        .iter()
        .map(|email| without_null(json!({"address": email.address, "verified": email.verified})))
        .collect();
    // The façade reads integers as floating-point numbers, so whole numbers become integers again.
    #[expect(clippy::cast_possible_truncation, reason = "only where nothing is lost")]
    let utc_offset = profile
        .utc_offset
        .map(|offset| if offset.fract() == 0.0 { json!(offset as i64) } else { json!(offset) });
    let has = |name| profile.raw().get(name).is_some_and(Value::is_array);
    without_null(json!({
        "_id": profile.id,
        "name": profile.name,
        "username": profile.username,
        "emails": (!emails.is_empty() || has("emails")).then_some(emails),
        "email": profile.email,
        "status": profile.status,
        "statusConnection": profile.status_connection,
        "utcOffset": utc_offset,
        "active": profile.active,
        "roles": (!profile.roles.is_empty() || has("roles")).then_some(&profile.roles),
        "avatarUrl": profile.avatar_url,
        "isOAuthUser": profile.is_oauth_user,
        "settings": profile.raw().get("settings"),
        "success": profile.raw().get("success"),
    }))
}

fn without_null(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn session_headers() -> HeaderMap {
    [("x-user-id", SESSION.0), ("x-auth-token", SESSION.1)]
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

/// An error as a program may log it: its `Debug`, and each message of its chain.
fn logged(error: &(impl std::error::Error + 'static)) -> String {
    format!("{error:?} {}", error_chain(error))
}
