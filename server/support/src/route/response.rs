//! The response of an endpoint that calls one of several handlers.

use std::marker::PhantomData;

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse};
use http::{Response, StatusCode};

use crate::{ApiError, ErrorBody};

/// The response of the handler that an endpoint called. Dropshot's document describes it as an `R`.
#[derive(Debug)]
pub struct Routed<R> {
    response: Response<Body>,
    described: PhantomData<fn() -> R>,
}

impl<R> Routed<R> {
    /// The response of a handler.
    ///
    /// # Errors
    ///
    /// The response cannot be written.
    pub fn new(response: impl HttpResponse) -> Result<Self, HttpError> {
        Ok(Self { response: response.to_result()?, described: PhantomData })
    }

    /// The response to a request that no handler gets, with the headers of the error.
    ///
    /// # Errors
    ///
    /// The body cannot be serialised, which is a bug of its type.
    pub fn refuse<E: ErrorBody>(mut error: HttpError) -> Result<Self, HttpError> {
        let headers = error.headers.take();
        let mut response = ApiError::<E>::from(error).into_response()?;
        response.headers_mut().extend(headers.map(|headers| *headers).unwrap_or_default());
        Ok(Self { response, described: PhantomData })
    }
}

impl<R: HttpResponse> HttpResponse for Routed<R> {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        Ok(self.response)
    }

    fn response_metadata() -> ApiEndpointResponse {
        R::response_metadata()
    }

    fn status_code(&self) -> StatusCode {
        self.response.status()
    }
}
