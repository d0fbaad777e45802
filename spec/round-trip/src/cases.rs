//! The cases of an operation: which responses the handler returns, and which values are sent.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use proptest::strategy::BoxedStrategy;
use serde_json::Value;
use specfirst_model::{Content, Operation, ParameterLocation, Response, StatusPattern};

use crate::{
    body,
    exchange::Reply,
    request::Request,
    values::{Draw, Place, Schemas, bytes, parts, text_bytes},
};

/// OpenAPI ignores header parameters of these names.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];
/// Statuses whose responses have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
const WITHOUT_BODY: [u16; 3] = [204, 205, 304];

/// An operation with strategies for its values.
pub(crate) struct Cases {
    parameters: Vec<Parameter>,
    /// One for each media type that the client can send.
    bodies: Vec<(String, BoxedStrategy<Value>)>,
    /// In the order of the variants of the generated enum.
    pub(crate) replies: Vec<Replies>,
}

struct Parameter {
    location: &'static str,
    name: String,
    required: bool,
    values: BoxedStrategy<Value>,
}

/// One response with one media type.
pub(crate) struct Replies {
    variant: usize,
    pub(crate) statuses: Vec<u16>,
    pub(crate) media_type: Option<String>,
    headers: Vec<Parameter>,
    body: Option<BoxedStrategy<Value>>,
}

impl Cases {
    pub(crate) fn new(schemas: &Schemas, operation: &Operation) -> Result<Self> {
        Ok(Self {
            parameters: parameters(schemas, operation)?,
            bodies: bodies(schemas, operation)?,
            replies: replies(schemas, operation)?,
        })
    }

    /// The request of a case. Case 0 leaves out every optional value, and case 1 leaves out none.
    pub(crate) fn request(&self, case: usize, draw: &mut Draw) -> Result<Request> {
        let mut request = Request::default();
        for parameter in chosen(&self.parameters, case, draw)? {
            let value = draw.value(&parameter.values)?;
            request.set_parameter(parameter.location, &parameter.name, value);
        }
        if !self.bodies.is_empty() {
            let (media_type, values) = &self.bodies[case % self.bodies.len()];
            let mut value = draw.value(values)?;
            // A form without a value is an empty body, which counts as absent.
            if body::is_form(media_type) && body::write(media_type, &value)?.1.is_empty() {
                value = Value::Object(serde_json::Map::new());
            }
            request.set_body(media_type, value);
        }
        Ok(request)
    }
}

impl Replies {
    /// The reply of a case.
    pub(crate) fn reply(&self, case: usize, draw: &mut Draw) -> Result<Reply> {
        let mut headers = serde_json::Map::new();
        for header in chosen(&self.headers, case, draw)? {
            headers.insert(header.name.clone(), draw.value(&header.values)?);
        }
        Ok(Reply {
            variant: self.variant,
            status: self.statuses[case % self.statuses.len()],
            headers,
            body: self.body.as_ref().map(|body| draw.value(body)).transpose()?,
        })
    }
}

fn chosen<'p>(all: &'p [Parameter], case: usize, draw: &mut Draw) -> Result<Vec<&'p Parameter>> {
    let mut chosen = Vec::new();
    for parameter in all {
        let is_sent = match case {
            0 => false,
            1 => true,
            _ => draw.flag()?,
        };
        if parameter.required || is_sent {
            chosen.push(parameter);
        }
    }
    Ok(chosen)
}

fn is_ignored(name: &str) -> bool {
    IGNORED_HEADERS.iter().any(|ignored| name.eq_ignore_ascii_case(ignored))
}

fn parameters(schemas: &Schemas, operation: &Operation) -> Result<Vec<Parameter>> {
    let mut all = Vec::new();
    for parameter in &operation.parameters {
        let (location, place) = match parameter.location {
            ParameterLocation::Path => ("path", Place::Path),
            ParameterLocation::Query => ("query", Place::Other),
            ParameterLocation::Header if is_ignored(&parameter.name) => continue,
            ParameterLocation::Header | ParameterLocation::Cookie => ("header", Place::Header),
        };
        let schema = parameter.schema.as_ref().context("a parameter has no schema")?;
        all.push(Parameter {
            location,
            name: parameter.name.clone(),
            required: parameter.required,
            values: schemas.values(schema, place)?,
        });
    }
    Ok(all)
}

/// The client sends JSON if the operation accepts it, or else a form, or else any of the media types.
fn bodies(schemas: &Schemas, operation: &Operation) -> Result<Vec<(String, BoxedStrategy<Value>)>> {
    let contents: &[Content] = operation.request_body.as_ref().map_or(&[], |body| &body.content);
    let find = |is_kind: fn(&str) -> bool| contents.iter().find(|it| is_kind(&it.media_type));
    let is_json = |media_type: &str| body::essence(media_type) == "application/json";
    let contents = match find(is_json).or_else(|| find(body::is_form)) {
        Some(typed) => std::slice::from_ref(typed),
        None => contents,
    };
    let bodies =
        contents.iter().map(|content| Ok((content.media_type.clone(), values(schemas, content)?)));
    bodies.collect()
}

fn values(schemas: &Schemas, content: &Content) -> Result<BoxedStrategy<Value>> {
    let media_type = &content.media_type;
    if body::is_multipart(media_type) {
        return parts();
    }
    if !body::is_json(media_type) && !body::is_form(media_type) {
        let is_text = body::essence(media_type).starts_with("text/");
        return if is_text { text_bytes() } else { Ok(bytes()) };
    }
    match &content.schema {
        Some(schema) => schemas.values(schema, Place::Other),
        // Any JSON value will do.
        None => Ok(bytes()),
    }
}

fn replies(schemas: &Schemas, operation: &Operation) -> Result<Vec<Replies>> {
    let mut all = Vec::new();
    for response in &operation.responses {
        let contents: Vec<Option<&Content>> = match response.content.as_slice() {
            [] => vec![None],
            contents => contents.iter().map(Some).collect(),
        };
        for content in contents {
            all.push(Replies {
                variant: all.len(),
                statuses: statuses(operation, response, content.is_some()),
                media_type: content.map(|content| content.media_type.clone()),
                headers: headers(schemas, response)?,
                body: content.map(|content| values(schemas, content)).transpose()?,
            });
        }
    }
    Ok(all)
}

fn headers(schemas: &Schemas, response: &Response) -> Result<Vec<Parameter>> {
    let mut all = Vec::new();
    for header in response.headers.iter().filter(|header| !is_ignored(&header.name)) {
        let schema = header.schema.as_ref().context("a header has no schema")?;
        all.push(Parameter {
            location: "header",
            name: header.name.clone(),
            required: header.required,
            values: schemas.values(schema, Place::Header)?,
        });
    }
    Ok(all)
}

/// The statuses that a response covers. Where the document has successes, the client takes `default`
/// for the errors only.
fn statuses(operation: &Operation, response: &Response, has_body: bool) -> Vec<u16> {
    let is_success = |pattern: StatusPattern| {
        matches!(pattern, StatusPattern::Exact(200..=299) | StatusPattern::Class(2))
    };
    let has_success = operation.responses.iter().any(|response| is_success(response.status));
    let candidates = match response.status {
        StatusPattern::Exact(status) => return vec![status],
        StatusPattern::Class(class) => {
            let first = u16::from(class) * 100;
            first..first + 100
        }
        StatusPattern::Default if has_success => 400..600,
        StatusPattern::Default => 200..600,
    };
    let is_covered = |status: &u16| {
        let first = operation.response_for(*status).map(|response| response.status);
        let is_redirection =
            (300..400).contains(status) && response.status == StatusPattern::Default;
        first == Some(response.status)
            && !is_redirection
            && !(has_body && WITHOUT_BODY.contains(status))
    };
    let all: Vec<u16> = candidates.filter(is_covered).collect();
    // A few from all over the range.
    let step = (all.len() / 7).max(1);
    let chosen: BTreeSet<u16> = all.iter().copied().step_by(step).collect();
    chosen.into_iter().collect()
}
