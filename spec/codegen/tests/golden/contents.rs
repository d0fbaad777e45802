/// The types of requests and answers.
pub mod types {
    ///`Note`
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
        #[schemars(with = "::std::collections::HashMap<::std::string::String,i64>")]
        pub counts: ::std::option::Option<
            ::std::collections::HashMap<::std::string::String, i64>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(
            with = "::serde_json::Map<::std::string::String,::serde_json::Value>"
        )]
        pub extra: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub labels: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub text: ::std::option::Option<::std::string::String>,
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
/// The headers of an answer.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct PutFileOkHeaders {
    #[serde(rename = "X-Length")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "i64")]
    pub x_length: ::std::option::Option<i64>,
}
/// Everything that the document lets `put_note` answer.
#[derive(Debug)]
pub enum PutNoteAnswer {
    /// 200: What is there now.
    Ok(types::Note),
    /// 204: Nothing is.
    NoContent,
}
impl dropshot::HttpResponse for PutNoteAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                respond(status, Some(("application/json", json(&body)?)), &())
            }
            Self::NoContent => respond(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("What is there now.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Note,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// Everything that the document lets `post_note` answer.
#[derive(Debug)]
pub enum PostNoteAnswer {
    /// 204: Taken.
    NoContent,
}
impl dropshot::HttpResponse for PostNoteAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => respond(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("Taken.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// Everything that the document lets `patch_note` answer.
#[derive(Debug)]
pub enum PatchNoteAnswer {
    /// 204: Changed.
    NoContent,
}
impl dropshot::HttpResponse for PatchNoteAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => respond(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("Changed.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// Everything that the document lets `put_file` answer.
#[derive(Debug)]
pub enum PutFileAnswer {
    /// 200: How long it is.
    Ok(dropshot::Body, PutFileOkHeaders),
}
impl dropshot::HttpResponse for PutFileAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                respond(status, Some(("text/plain", body)), &headers)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("How long it is.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<dropshot::FreeformBody>,
                PutFileOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Everything that the document lets `post_file` answer.
#[derive(Debug)]
pub enum PostFileAnswer {
    /// 204: Stored.
    NoContent,
}
impl dropshot::HttpResponse for PostFileAnswer {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => respond(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("Stored.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "golden_api_mod"}]
pub trait GoldenApi {
    /// The state that the handlers share.
    type Context;
    #[endpoint{method = PUT,
    path = "/note"}]
    async fn put_note(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: OptionalBody<dropshot::TypedBody<types::Note>>,
    ) -> Result<crate::support::Answer<PutNoteAnswer>, dropshot::HttpError>;
    #[endpoint{method = POST,
    path = "/note",
    content_type = "application/x-www-form-urlencoded"}]
    async fn post_note(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: OptionalBody<dropshot::TypedBody<types::Note>>,
    ) -> Result<crate::support::Answer<PostNoteAnswer>, dropshot::HttpError>;
    #[endpoint{method = PATCH,
    path = "/note"}]
    async fn patch_note(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<crate::support::Answer<PatchNoteAnswer>, dropshot::HttpError>;
    /// Store a file
    ///
    /// The body is `application/octet-stream` or `text/plain`; Dropshot takes it whatever the caller says it is.
    #[endpoint{method = PUT,
    path = "/file"}]
    async fn put_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::UntypedBody,
    ) -> Result<crate::support::Answer<PutFileAnswer>, dropshot::HttpError>;
    #[endpoint{method = POST,
    path = "/file"}]
    async fn post_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::MultipartBody,
    ) -> Result<crate::support::Answer<PostFileAnswer>, dropshot::HttpError>;
}
/// A body that may be absent, as one without a byte is.
#[derive(Debug)]
pub struct OptionalBody<B>(pub Option<B>);
#[async_trait::async_trait]
impl<B: dropshot::ExclusiveExtractor> dropshot::ExclusiveExtractor for OptionalBody<B> {
    async fn from_request<C: dropshot::ServerContext>(
        rqctx: &dropshot::RequestContext<C>,
        request: http::Request<dropshot::Body>,
    ) -> Result<Self, dropshot::HttpError> {
        let (parts, body) = request.into_parts();
        let bytes = <dropshot::UntypedBody as dropshot::ExclusiveExtractor>::from_request(
                rqctx,
                http::Request::new(body),
            )
            .await?;
        if bytes.as_bytes().is_empty() {
            return Ok(Self(None));
        }
        let body = dropshot::Body::from(bytes.as_bytes().to_vec());
        let request = http::Request::from_parts(parts, body);
        Ok(Self(Some(B::from_request(rqctx, request).await?)))
    }
    fn metadata(
        content_type: dropshot::ApiEndpointBodyContentType,
    ) -> dropshot::ExtractorMetadata {
        B::metadata(content_type)
    }
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
