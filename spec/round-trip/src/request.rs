//! The contents of a request: what is sent, or what arrives.

use std::{future::Future, time::Duration};

use anyhow::{Context as _, Result};
use dropshot::{HttpError, MultipartBody, RequestInfo, TypedBody, UntypedBody};
use heck::ToSnakeCase as _;
use http::header::CONTENT_TYPE;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use specfirst_dropshot::{Form, JsonOrForm, OptionalBody};

use crate::body::{self, Part};

/// The time limit for a body that a handler reads by itself.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
const MEDIA_TYPE: &str = "media type";
const BODY: &str = "body";

/// The contents of a request by name: `query limit` for a parameter, `media type` and `body`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request(Map<String, Value>);

/// A body as bytes.
#[derive(Debug)]
#[doc(hidden)]
pub struct RawBody {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// Names of headers are not case-sensitive. A variable of a path has the name of its field, because its name
/// is not sent.
fn key(location: &str, name: &str) -> String {
    if location == "path" {
        return format!("{location} {}", name.to_snake_case());
    }
    if location == "header" {
        return format!("{location} {}", name.to_ascii_lowercase());
    }
    format!("{location} {name}")
}

impl Request {
    pub(crate) fn set_parameter(&mut self, location: &str, name: &str, value: Value) {
        self.0.insert(key(location, name), value);
    }

    pub(crate) fn set_body(&mut self, media_type: &str, value: Value) {
        self.0.insert(MEDIA_TYPE.to_owned(), body::essence(media_type).into());
        self.0.insert(BODY.to_owned(), value);
    }

    /// All contents.
    pub(crate) fn contents(&self) -> &Map<String, Value> {
        &self.0
    }

    fn media_type(&self) -> &str {
        self.0.get(MEDIA_TYPE).and_then(Value::as_str).unwrap_or_default()
    }

    /// The value of a parameter, as the client's type; `None` if the parameter is not sent.
    ///
    /// # Errors
    ///
    /// The client's type cannot hold the value.
    #[doc(hidden)]
    pub fn parameter<T: DeserializeOwned>(&self, location: &str, name: &str) -> Result<Option<T>> {
        let key = key(location, name);
        let value = self.0.get(&key).cloned().map(serde_json::from_value);
        value.transpose().with_context(|| format!("the client's type cannot hold the {key}"))
    }

    /// The body as the client's type.
    ///
    /// # Errors
    ///
    /// The client's type cannot hold the value.
    #[doc(hidden)]
    pub fn body<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let body = self.0.get(BODY).cloned().map(serde_json::from_value);
        body.transpose().context("the client's type cannot hold the body")
    }

    /// The body as bytes.
    ///
    /// # Errors
    ///
    /// The value has another form than its media type needs.
    #[doc(hidden)]
    pub fn raw_body(&self) -> Result<Option<RawBody>> {
        let Some(value) = self.0.get(BODY) else { return Ok(None) };
        let (content_type, bytes) = body::write(self.media_type(), value)?;
        Ok(Some(RawBody { content_type, bytes }))
    }

    /// A request that has arrived, without parameters and body.
    #[doc(hidden)]
    pub fn arrived(request: &RequestInfo) -> Self {
        let mut contents = Map::new();
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if let Some(media_type) = media_type {
            contents.insert(MEDIA_TYPE.to_owned(), body::essence(media_type).into());
        }
        Self(contents)
    }

    /// Records a parameter of a handler. `None` is a parameter that was not sent.
    ///
    /// # Errors
    ///
    /// The value cannot be serialised.
    #[doc(hidden)]
    pub fn add_parameter<T: Serialize>(
        &mut self,
        location: &str,
        name: &str,
        value: &T,
    ) -> Result<(), HttpError> {
        let value = serde_json::to_value(value).map_err(refuse)?;
        if !value.is_null() {
            self.set_parameter(location, name, value);
        }
        Ok(())
    }

    /// Records the body of a handler.
    ///
    /// # Errors
    ///
    /// The body cannot be read.
    #[doc(hidden)]
    pub async fn receive<B: Arrived>(&mut self, body: B) -> Result<(), HttpError> {
        if let Some(value) = body.value(self.media_type()).await? {
            self.0.insert(BODY.to_owned(), value);
        }
        Ok(())
    }
}

/// An error of a handler, which the client shows with its reason.
pub(crate) fn refuse(reason: impl ToString) -> HttpError {
    HttpError::for_bad_request(None, reason.to_string())
}

/// A body that a handler received.
#[doc(hidden)]
pub trait Arrived: Sized {
    /// The value of the body; `None` if the request has no body.
    fn value(
        self,
        media_type: &str,
    ) -> impl Future<Output = Result<Option<Value>, HttpError>> + Send;
}

fn serialised<T: Serialize>(value: &T) -> Result<Option<Value>, HttpError> {
    serde_json::to_value(value).map(Some).map_err(refuse)
}

impl<T: DeserializeOwned + JsonSchema + Serialize + Send + Sync> Arrived for TypedBody<T> {
    async fn value(self, _: &str) -> Result<Option<Value>, HttpError> {
        serialised(&self.into_inner())
    }
}

impl<T: Serialize + Send> Arrived for Form<T> {
    async fn value(self, _: &str) -> Result<Option<Value>, HttpError> {
        serialised(&self.into_inner())
    }
}

impl<T: DeserializeOwned + Serialize + Send> Arrived for JsonOrForm<T> {
    async fn value(self, _: &str) -> Result<Option<Value>, HttpError> {
        let body = self.read(BODY_TIMEOUT).await.map_err(refuse)?;
        serialised(&body.decode().map_err(refuse)?)
    }
}

impl Arrived for UntypedBody {
    async fn value(self, media_type: &str) -> Result<Option<Value>, HttpError> {
        let bytes = self.as_bytes();
        if bytes.is_empty() && media_type.is_empty() {
            return Ok(None);
        }
        body::read(media_type, bytes).map(Some).map_err(refuse)
    }
}

impl Arrived for MultipartBody {
    async fn value(mut self, _: &str) -> Result<Option<Value>, HttpError> {
        let mut parts = Vec::new();
        while let Some(field) = self.content.next_field().await.map_err(refuse)? {
            let name = field.name().unwrap_or_default().to_owned();
            let text = field.text().await.map_err(refuse)?;
            parts.push(Part { name, text });
        }
        serialised(&parts)
    }
}

impl<B: Arrived + Send> Arrived for OptionalBody<B> {
    async fn value(self, media_type: &str) -> Result<Option<Value>, HttpError> {
        match self.0 {
            Some(body) => body.value(media_type).await,
            None => Ok(None),
        }
    }
}
