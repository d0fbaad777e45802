//! The body extractor: JSON or a form, limited in size and time.
//!
//! [`JsonOrForm::read`] reads and parses the body; [`Members::decode`] checks the types. Error
//! messages name the place and the problem, but never a value, which may be a password.

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

pub use self::{error::BodyError, json::json_type};
use crate::serde_message::without_values;

/// A body in JSON or as a form that has not been read yet.
///
/// The handler reads it with its own time limit and makes the response to an error. For an
/// extractor's error, Dropshot would make the response itself, without further headers.
pub struct JsonOrForm<T> {
    headers: http::HeaderMap,
    body: dropshot::Body,
    max_bytes: usize,
    decodes_to: PhantomData<fn() -> T>,
}

/// The members of a body, which [`decode`](Members::decode) converts to a `T`.
pub struct Members<T> {
    members: Map<String, Value>,
    decodes_to: PhantomData<fn() -> T>,
}

impl<T> JsonOrForm<T> {
    /// Reads and parses the body, which must arrive within `timeout`.
    ///
    /// # Errors
    ///
    /// The body cannot be read or parsed.
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
    /// The members, to read or change them before they are decoded.
    pub fn members_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.members
    }
}

impl<T: DeserializeOwned> Members<T> {
    /// Decodes the members and checks their types.
    ///
    /// # Errors
    ///
    /// A member is missing or has a wrong type; the error names it.
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
        // In Dropshot's documents a body has a single content type, so this one says JSON.
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

fn parse(headers: &http::HeaderMap, bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    if bytes.is_empty() {
        // An empty body has no members, whatever its content type. The caller reports what is
        // missing.
        return Ok(Map::new());
    }
    match read::media_type(headers)? {
        read::MediaType::Json => json::parse(bytes),
        read::MediaType::Form => form::parse(bytes),
    }
}
