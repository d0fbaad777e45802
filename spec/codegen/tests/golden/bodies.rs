/// The types of requests and answers.
pub mod types {
    ///A note.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Note {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "crate::support::Secret")]
        pub key: ::std::option::Option<crate::support::Secret>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub link: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub text: ::std::option::Option<::std::string::String>,
    }
    ///`Receipt`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Receipt {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub id: ::std::option::Option<::std::string::String>,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
/// Everything that the document lets `put_json` answer.
#[derive(Debug)]
pub enum PutJsonAnswer {
    /// 200: Stored.
    Ok(types::Note),
}
impl dropshot::HttpResponse for PutJsonAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                respond(status, Some(("application/json", json(&body)?)), &())
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Stored.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Note,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Everything that the document lets `post_form` answer.
#[derive(Debug)]
pub enum PostFormAnswer {
    /// 200: Stored.
    Ok(types::Receipt),
}
impl dropshot::HttpResponse for PostFormAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                respond(status, Some(("application/json", json(&body)?)), &())
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Stored.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Receipt,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Everything that the document lets `post_either` answer.
#[derive(Debug)]
pub enum PostEitherAnswer {
    /// 200: Stored.
    Ok(types::Note),
}
impl dropshot::HttpResponse for PostEitherAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                respond(status, Some(("application/json", json(&body)?)), &())
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Stored.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Note,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "golden_api_mod"}]
pub trait GoldenApi {
    /// The state that the handlers share.
    type Context;
    #[endpoint{method = PUT,
    path = "/json"}]
    async fn put_json(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<crate::support::Answer<PutJsonAnswer>, dropshot::HttpError>;
    #[endpoint{method = POST,
    path = "/form",
    content_type = "application/x-www-form-urlencoded"}]
    async fn post_form(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<crate::support::Answer<PostFormAnswer>, dropshot::HttpError>;
    /// The caller presents `X-Key`.
    #[endpoint{method = POST,
    path = "/either"}]
    async fn post_either(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: crate::support::JsonOrForm<types::Note>,
    ) -> Result<crate::support::Answer<PostEitherAnswer>, dropshot::HttpError>;
}
fn json<T: serde::Serialize>(body: &T) -> Result<dropshot::Body, dropshot::HttpError> {
    let mut text = Vec::with_capacity(1024);
    match serde_json::to_writer(&mut text, body) {
        Ok(()) => Ok(text.into()),
        Err(error) => Err(dropshot::HttpError::for_internal_error(error.to_string())),
    }
}
fn respond<H: serde::Serialize>(
    status: http::StatusCode,
    content: Option<(&'static str, dropshot::Body)>,
    headers: &H,
) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
    let mut response = http::Response::builder().status(status);
    let headers = serde_json::to_value(headers)
        .map_err(|error| dropshot::HttpError::for_internal_error(error.to_string()))?;
    for (name, value) in headers.as_object().into_iter().flatten() {
        response = match value {
            serde_json::Value::Null => response,
            serde_json::Value::String(text) => response.header(name, text),
            other => response.header(name, other.to_string()),
        };
    }
    let body = match content {
        Some((media_type, body)) => {
            response = response.header(http::header::CONTENT_TYPE, media_type);
            body
        }
        None => dropshot::Body::empty(),
    };
    response
        .body(body)
        .map_err(|error| dropshot::HttpError::for_internal_error(error.to_string()))
}
