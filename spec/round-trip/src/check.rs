//! Calls every operation of a document, and compares both sides.

use std::{collections::BTreeMap, fmt, time::Duration};

use anyhow::{Context as _, Result, anyhow};
use dropshot::{HttpServer, ServerBuilder};
use http::header::CONTENT_TYPE;
use serde::Deserialize as _;
use serde_json::Value;
use specfirst_model::{Document, Operation};

use crate::{
    Subject, body,
    cases::{Cases, Replies},
    compare::{Defaults, difference},
    exchange::{Exchange, Reply},
    received::{Outcome, Received},
    request::Request,
    values::{Draw, Schemas},
};

/// The number of cases for each response of an operation.
pub const CASES: usize = 12;

const TIMEOUT: Duration = Duration::from_secs(20);

/// A difference between what one side sent and what arrived at the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The document and the operation.
    pub operation: String,
    /// The response: its status and its media type.
    pub response: String,
    /// The number of the case, which determines its random values.
    pub case: usize,
    /// What differs.
    pub problem: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, response, case, problem } = self;
        write!(f, "{operation}, {response}, case {case}: {problem}")
    }
}

/// Calls every operation of a document, [`CASES`] times for each response.
///
/// Returns the first difference of each response of an operation; the key is the operation's id.
///
/// # Errors
///
/// The server cannot start, or a schema has no values.
pub async fn check(subject: &Subject) -> Result<BTreeMap<String, Vec<Difference>>> {
    let document = Document::parse(subject.name, subject.document)?;
    let (schemas, defaults) = (Schemas::new(&document)?, Defaults::read(document.value()));
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let server = ServerBuilder::new((subject.describe)()?, Exchange::default(), log)
        .start()
        .map_err(|error| anyhow!("{error}"))?;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .build()?;
    let address = format!("http://{}", server.local_addr());
    let trip = Trip { subject, defaults, server, client, address };
    let mut differences = BTreeMap::new();
    for operation in document.operations()? {
        let cases = Cases::new(&schemas, &operation)
            .with_context(|| format!("{} {}", subject.name, operation.id))?;
        let found = trip.check_operation(&operation, &cases).await?;
        differences.insert(operation.id, found);
    }
    trip.server.close().await.map_err(|error| anyhow!(error))?;
    Ok(differences)
}

struct Trip<'s> {
    subject: &'s Subject,
    defaults: Defaults,
    server: HttpServer<Exchange>,
    client: reqwest::Client,
    address: String,
}

impl Trip<'_> {
    async fn check_operation(
        &self,
        operation: &Operation,
        cases: &Cases,
    ) -> Result<Vec<Difference>> {
        let mut differences = Vec::new();
        for replies in &cases.replies {
            for case in 0..CASES {
                let mut draw = Draw::new(case)?;
                let request = cases.request(case, &mut draw)?;
                let reply = replies.reply(case, &mut draw)?;
                let problem = self.exchange(operation, replies, &request, reply.clone()).await;
                let Err(problem) = problem else { continue };
                differences.push(Difference {
                    operation: format!("{} {}", self.subject.name, operation.id),
                    response: format!(
                        "{} {}",
                        reply.status,
                        replies.media_type.as_deref().unwrap_or("without a body")
                    ),
                    case,
                    problem: format!("{problem:#}"),
                });
                break;
            }
        }
        Ok(differences)
    }

    /// Sends one request. An error is a difference.
    async fn exchange(
        &self,
        operation: &Operation,
        replies: &Replies,
        sent: &Request,
        reply: Reply,
    ) -> Result<()> {
        let exchange = self.server.app_private();
        exchange.prepare(reply.clone());
        let received =
            (self.subject.call)(self.client.clone(), &self.address, &operation.id, sent).await;
        let arrived = exchange.take_request();
        let received = match (received, &arrived) {
            (Ok(received), None) => {
                return Err(anyhow!("the handler was not called: {}", shown(&received)));
            }
            (received, _) => received.with_context(|| format!("sent: {:?}", sent.contents()))?,
        };
        let arrived = arrived.unwrap_or_default();
        let [sent, arrived] = [sent, &arrived].map(|it| Value::Object(it.contents().clone()));
        if let Some(problem) = difference(&self.defaults, "", &sent, &arrived) {
            return Err(anyhow!("request: {problem}"));
        }
        self.compare_response(replies, &reply, &received)
    }

    fn compare_response(
        &self,
        replies: &Replies,
        reply: &Reply,
        received: &Received,
    ) -> Result<()> {
        let problem = |problem: String| Err(anyhow!("response: {problem}"));
        if received.status != reply.status {
            return problem(format!("status {} was sent: {}", reply.status, shown(received)));
        }
        let is_json = replies.media_type.as_deref().is_some_and(body::is_json);
        let is_expected = match reply.status {
            200..300 => received.outcome == Outcome::Success,
            400.. if is_json => received.outcome == Outcome::Error,
            // Only an error with JSON has a type in every client.
            _ => received.outcome != Outcome::Success,
        };
        if !is_expected {
            return problem(format!("the client returns it as {:?}", received.outcome));
        }
        let media_type = received.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if media_type != replies.media_type.as_deref() {
            return problem(format!("its media type is {media_type:?}"));
        }
        for (name, value) in &reply.headers {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let header = received.headers.get(name).and_then(|value| value.to_str().ok());
            let arrived = header.map_or(Value::Null, Value::from);
            let differs = difference(&self.defaults, name, &Value::from(text), &arrived);
            if let Some(differs) = differs {
                return problem(differs);
            }
        }
        let [sent, arrived] = [&reply.body, &received.body];
        let [sent, arrived] = [sent, arrived].map(|body| body.clone().unwrap_or_default());
        match difference(&self.defaults, "/body", &sent, &arrived) {
            Some(differs) => problem(differs),
            None => Ok(()),
        }
    }
}

fn shown(received: &Received) -> String {
    let bytes = received.body.as_ref().and_then(|body| Vec::<u8>::deserialize(body).ok());
    let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let body = text.or_else(|| received.body.as_ref().map(Value::to_string)).unwrap_or_default();
    format!("the client got status {} {body}", received.status)
}
