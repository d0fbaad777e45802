//! What the client returns.

use anyhow::{Context as _, Result, bail};
use futures::TryStreamExt as _;
use http::{HeaderMap, header::CONTENT_TYPE};
use progenitor_client::{ByteStream, Error, ResponseValue};
use serde::Serialize;
use serde_json::Value;

use crate::body;

/// How the client classifies a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `Ok`.
    Success,
    /// `Error::ErrorResponse`: an error with a type.
    Error,
    /// `Error::UnexpectedResponse`: the caller gets the status, the headers and the bytes.
    Unexpected,
}

/// A response as the client returns it.
#[derive(Clone, Debug)]
pub struct Received {
    /// How the client classifies it.
    pub outcome: Outcome,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The value of the body, or its bytes as a list; `None` if the body is empty.
    pub body: Option<Value>,
}

impl Received {
    /// Reads the result of a call. `success` and `error` take the values that the client decoded.
    ///
    /// # Errors
    ///
    /// The client sent nothing, or could not decode the response.
    #[doc(hidden)]
    pub async fn read<T, E>(
        result: Result<ResponseValue<T>, Error<E>>,
        success: fn(T) -> Result<Decoded>,
        error: fn(E) -> Result<Decoded>,
    ) -> Result<Self> {
        match result {
            Ok(value) => {
                let (status, headers) = (value.status().as_u16(), value.headers().clone());
                let body = success(value.into_inner())?.read(media_type(&headers)).await?;
                Ok(Self { outcome: Outcome::Success, status, headers, body })
            }
            Err(Error::ErrorResponse(value)) => {
                let (status, headers) = (value.status().as_u16(), value.headers().clone());
                let body = error(value.into_inner())?.read(media_type(&headers)).await?;
                Ok(Self { outcome: Outcome::Error, status, headers, body })
            }
            Err(Error::UnexpectedResponse(response)) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let body = read(&response.bytes().await?, media_type(&headers))?;
                Ok(Self { outcome: Outcome::Unexpected, status, headers, body })
            }
            Err(Error::InvalidResponsePayload(bytes, error)) => {
                let body = String::from_utf8_lossy(&bytes).into_owned();
                Err(error).with_context(|| format!("the client cannot decode the body {body}"))
            }
            Err(error) => bail!("the client fails: {}", error.into_untyped()),
        }
    }
}

fn media_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn read(bytes: &[u8], media_type: &str) -> Result<Option<Value>> {
    if bytes.is_empty() && media_type.is_empty() {
        return Ok(None);
    }
    body::read(media_type, bytes).map(Some)
}

/// What the client decoded.
#[doc(hidden)]
pub enum Decoded {
    Nothing,
    Json(Value),
    Bytes(ByteStream),
}

impl Decoded {
    async fn read(self, media_type: &str) -> Result<Option<Value>> {
        match self {
            Self::Nothing => Ok(None),
            Self::Json(value) => Ok(Some(value)),
            Self::Bytes(stream) => {
                let chunks: Vec<_> = stream.into_inner().try_collect().await?;
                read(&chunks.concat(), media_type)
            }
        }
    }
}

#[doc(hidden)]
pub fn nothing((): ()) -> Result<Decoded> {
    Ok(Decoded::Nothing)
}

#[doc(hidden)]
pub fn json<T: Serialize>(value: T) -> Result<Decoded> {
    Ok(Decoded::Json(serde_json::to_value(value)?))
}

#[doc(hidden)]
pub fn bytes(stream: ByteStream) -> Result<Decoded> {
    Ok(Decoded::Bytes(stream))
}
