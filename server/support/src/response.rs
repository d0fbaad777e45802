//! A documented response, or an error, with additional headers.

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse};
use http::{
    Response as HttpResponseParts, StatusCode,
    header::{HeaderName, HeaderValue},
};

use crate::{ApiError, ErrorBody};

/// The result of a handler: a documented response, or an error that the document does not describe,
/// with headers for either.
///
/// In Dropshot, a handler's error cannot set headers, so an error with headers is returned in this
/// type.
#[derive(Debug)]
pub struct Response<R, E> {
    result: Result<R, ApiError<E>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<R, E> Response<R, E> {
    /// A response without additional headers.
    pub fn new(result: Result<R, ApiError<E>>) -> Self {
        Self { result, headers: Vec::new() }
    }

    /// Adds headers. Each replaces a header with the same name that the document defines.
    #[must_use]
    pub fn with_headers(
        mut self,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    ) -> Self {
        self.headers.extend(headers);
        self
    }
}

impl<R, E> From<R> for Response<R, E> {
    fn from(response: R) -> Self {
        Self::new(Ok(response))
    }
}

impl<R: HttpResponse, E: ErrorBody> HttpResponse for Response<R, E> {
    fn to_result(self) -> Result<HttpResponseParts<Body>, HttpError> {
        let mut response = match self.result {
            Ok(response) => {
                let written = response.to_result();
                written.or_else(|error| ApiError::<E>::from(error).into_response())?
            }
            Err(error) => error.into_response()?,
        };
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        Ok(response)
    }

    fn response_metadata() -> ApiEndpointResponse {
        R::response_metadata()
    }

    fn status_code(&self) -> StatusCode {
        match &self.result {
            Ok(response) => response.status_code(),
            Err(error) => error.status(),
        }
    }
}

#[cfg(test)]
mod tests {
    use dropshot::{ErrorStatusCode, HttpResponseOk};
    use http::header::{CONTENT_TYPE, RETRY_AFTER};

    use super::*;
    use crate::Problem;

    type Ok = Response<HttpResponseOk<bool>, Problem>;

    #[test]
    fn additional_headers_are_sent_with_responses_and_errors() {
        let unavailable =
            || ApiError::new(ErrorStatusCode::SERVICE_UNAVAILABLE, Problem::default());
        for (result, status) in [(Ok(HttpResponseOk(true)), 200), (Err(unavailable()), 503)] {
            let response = Ok::new(result).with_headers([(RETRY_AFTER, HeaderValue::from(2))]);
            assert_eq!(response.status_code(), status);
            let response = response.to_result().unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()[RETRY_AFTER], "2");
        }
    }

    #[test]
    fn error_has_the_media_type_of_its_body() {
        let error = ApiError::<Problem>::from(HttpError::for_bad_request(None, "no".to_owned()));
        let response = error.into_response().unwrap();
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }
}
