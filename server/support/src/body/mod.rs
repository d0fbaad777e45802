//! The body extractor: JSON or a form, bounded in size and time.
//!
//! [`JsonOrForm::read`] reads and parses; [`Members::decode`] checks the types. What it says about a bad body
//! names the place and the problem, and never repeats a value: it might be a password.

mod error;
mod form;
mod json;
mod read;

use std::{fmt, marker::PhantomData, time::Duration};

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, ExclusiveExtractor, ExtractorMetadata, HttpError, RequestContext,
    ServerContext, TypedBody,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use self::{error::BodyError, json::kind};
use crate::serde_message::without_values;

/// A body that is JSON or a form, not read yet.
///
/// The handler reads it, with its own limit of time, and puts an error into a response of its own:
/// Dropshot makes the response of an extractor's error itself, and gives it no headers.
pub struct JsonOrForm<T> {
    headers: http::HeaderMap,
    body: dropshot::Body,
    max_bytes: usize,
    decodes_to: PhantomData<fn() -> T>,
}

/// The members of a body, which [`decode`](Members::decode) makes a `T` of.
pub struct Members<T> {
    members: Map<String, Value>,
    decodes_to: PhantomData<fn() -> T>,
}

impl<T> JsonOrForm<T> {
    /// Reads and parses the body, which must arrive within `timeout`.
    ///
    /// # Errors
    ///
    /// The body could not be read or parsed.
    pub async fn read(self, timeout: Duration) -> Result<Members<T>, BodyError> {
        let Self { headers, body, max_bytes, decodes_to } = self;
        let read = async {
            let bytes = read::read(&headers, body, max_bytes).await?;
            parse(&headers, &bytes)
        };
        let members =
            tokio::time::timeout(timeout, read).await.unwrap_or(Err(BodyError::TimedOut))?;
        Ok(Members { members, decodes_to })
    }
}

impl<T> Members<T> {
    /// The members, to look at or to change before they are decoded.
    pub fn members_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.members
    }
}

impl<T: DeserializeOwned> Members<T> {
    /// Checks the types.
    ///
    /// # Errors
    ///
    /// Names the member.
    pub fn decode(self) -> Result<T, BodyError> {
        serde_path_to_error::deserialize(Value::Object(self.members)).map_err(|error| {
            let path = error.path().to_string();
            let problem = without_values(&error.into_inner().to_string());
            BodyError::Malformed(match path.as_str() {
                "." => problem,
                member => format!("`{member}`: {problem}"),
            })
        })
    }
}

impl<T> fmt::Debug for JsonOrForm<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonOrForm(…)")
    }
}

impl<T> fmt::Debug for Members<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Members(…)")
    }
}

#[async_trait]
impl<T> ExclusiveExtractor for JsonOrForm<T>
where
    T: JsonSchema + DeserializeOwned + Send + Sync + 'static,
{
    async fn from_request<Context: ServerContext>(
        rqctx: &RequestContext<Context>,
        request: http::Request<dropshot::Body>,
    ) -> Result<Self, HttpError> {
        let (parts, body) = request.into_parts();
        let max_bytes = rqctx.request_body_max_bytes();
        Ok(Self { headers: parts.headers, body, max_bytes, decodes_to: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        // Dropshot's documents know one content type for each body; this one is JSON's.
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

fn parse(headers: &http::HeaderMap, bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    if bytes.is_empty() {
        // Whatever it says it is, there is nothing in it; what is missing, the caller will say.
        return Ok(Map::new());
    }
    match read::media_type(headers)? {
        read::MediaType::Json => json::parse(bytes),
        read::MediaType::Form => form::parse(bytes),
    }
}
