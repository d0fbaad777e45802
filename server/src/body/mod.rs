//! The body extractor: JSON or a form, bounded in size and time.
//!
//! It reads and parses; [`JsonOrForm::decode`] checks the types. What it says about a bad body
//! names the place and the problem, and never repeats a value: it might be a password.

mod error;
mod form;
mod json;
mod read;

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, ExclusiveExtractor, ExtractorMetadata, HttpError, RequestContext,
    ServerContext, TypedBody,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use self::error::BodyError;
pub(crate) use self::json::kind;
use crate::api::ApiContext;
use crate::serde_message::without_values;

/// The members of a body, which [`decode`](JsonOrForm::decode) makes a `T` of.
pub struct JsonOrForm<T> {
    /// An error waits until the handler asks: an answer of the handler has headers, and one that
    /// Dropshot makes of an extractor's error has none.
    members: Result<Map<String, Value>, BodyError>,
    decodes_to: PhantomData<fn() -> T>,
}

impl<T> JsonOrForm<T> {
    /// The members, to look at or to change before they are decoded.
    ///
    /// # Errors
    /// The body could not be read or parsed.
    pub fn members_mut(&mut self) -> Result<&mut Map<String, Value>, BodyError> {
        self.members.as_mut().map_err(|error| error.clone())
    }
}

impl<T: DeserializeOwned> JsonOrForm<T> {
    /// Checks the types.
    ///
    /// # Errors
    /// Names the member.
    pub fn decode(self) -> Result<T, BodyError> {
        serde_path_to_error::deserialize(Value::Object(self.members?)).map_err(|error| {
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
        let read = async {
            let bytes = read::read(&parts.headers, body, rqctx.request_body_max_bytes()).await?;
            parse(&parts.headers, &bytes)
        };
        let members = tokio::time::timeout(timeout(rqctx.context()), read)
            .await
            .unwrap_or(Err(BodyError::TimedOut));
        Ok(Self { members, decodes_to: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        // Dropshot's documents know one content type for each body; this one is JSON's.
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

/// An extractor is generic over the context, so it must find what it needs by its type.
fn timeout(context: &dyn Any) -> Duration {
    const ELSEWHERE: Duration = Duration::from_secs(10);
    context.downcast_ref::<ApiContext>().map_or(ELSEWHERE, ApiContext::body_timeout)
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
