//! The state that a test shares with the handlers of its server.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dropshot::{Body, HttpError};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::request::{Request, refuse};

/// The response that a handler returns.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The index of the variant in the generated enum of responses.
    pub variant: usize,
    /// The status, which the handler chooses if the response covers several.
    pub status: u16,
    /// The values of the headers.
    pub headers: Map<String, Value>,
    /// The value of the body, or its bytes as a list; `None` if the response has no body.
    pub body: Option<Value>,
}

/// The next reply, and the request that arrived last.
#[derive(Debug, Default)]
pub struct Exchange(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    reply: Option<Reply>,
    seen: Option<Request>,
}

impl Exchange {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares the reply to the next request.
    pub(crate) fn prepare(&self, reply: Reply) {
        *self.lock() = State { reply: Some(reply), seen: None };
    }

    /// The request that arrived; `None` if no handler was called.
    pub(crate) fn take_request(&self) -> Option<Request> {
        self.lock().seen.take()
    }

    /// Records a request. Returns the prepared reply.
    ///
    /// # Errors
    ///
    /// No reply is prepared.
    #[doc(hidden)]
    pub fn take_reply(&self, seen: Request) -> Result<Reply, HttpError> {
        let mut state = self.lock();
        state.seen = Some(seen);
        state.reply.take().ok_or_else(|| refuse("no reply is prepared"))
    }
}

fn decode<T: DeserializeOwned>(what: &str, value: &Value) -> Result<T, HttpError> {
    T::deserialize(value)
        .map_err(|error| refuse(format!("the server's type cannot hold the {what}: {error}")))
}

#[doc(hidden)]
impl Reply {
    pub fn status(&self) -> Result<StatusCode, HttpError> {
        StatusCode::from_u16(self.status).map_err(refuse)
    }

    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        decode("body", self.body.as_ref().unwrap_or(&Value::Null))
    }

    pub fn bytes(&self) -> Result<Body, HttpError> {
        Ok(Body::from(self.json::<Vec<u8>>()?))
    }

    pub fn header<T: DeserializeOwned>(&self, name: &str) -> Result<T, HttpError> {
        decode(name, self.headers.get(name).unwrap_or(&Value::Null))
    }

    pub fn has_no_variant(&self) -> HttpError {
        refuse(format!("the enum of responses has no variant {}", self.variant))
    }
}
