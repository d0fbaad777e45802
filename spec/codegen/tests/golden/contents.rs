/// The types of requests and responses.
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
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct PutFileOkHeaders {
    #[serde(rename = "X-Length")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "i64")]
    pub x_length: ::std::option::Option<i64>,
}
/// Every response that the document gives `put_note`.
#[derive(Debug)]
pub enum PutNoteResponse {
    /// 200: What is there now.
    Ok(types::Note),
    /// 204: Nothing is.
    NoContent,
}
impl dropshot::HttpResponse for PutNoteResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
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
/// Every response that the document gives `post_note`.
#[derive(Debug)]
pub enum PostNoteResponse {
    /// 204: Taken.
    NoContent,
}
impl dropshot::HttpResponse for PostNoteResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
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
/// Every response that the document gives `patch_note`.
#[derive(Debug)]
pub enum PatchNoteResponse {
    /// 204: Changed.
    NoContent,
}
impl dropshot::HttpResponse for PatchNoteResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
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
/// Every response that the document gives `put_file`.
#[derive(Debug)]
pub enum PutFileResponse {
    /// 200: How long it is.
    Ok(dropshot::Body, PutFileOkHeaders),
}
impl dropshot::HttpResponse for PutFileResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("text/plain", body)),
                    &headers,
                )
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
/// Every response that the document gives `post_file`.
#[derive(Debug)]
pub enum PostFileResponse {
    /// 204: Stored.
    NoContent,
}
impl dropshot::HttpResponse for PostFileResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
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
        body: specfirst_dropshot::OptionalBody<dropshot::TypedBody<types::Note>>,
    ) -> Result<
        specfirst_dropshot::Response<PutNoteResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = POST,
    path = "/note",
    content_type = "application/x-www-form-urlencoded"}]
    async fn post_note(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: specfirst_dropshot::OptionalBody<specfirst_dropshot::Form<types::Note>>,
    ) -> Result<
        specfirst_dropshot::Response<PostNoteResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = PATCH,
    path = "/note"}]
    async fn patch_note(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<
        specfirst_dropshot::Response<PatchNoteResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Store a file
    ///
    /// The body is `application/octet-stream` or `text/plain`; Dropshot takes it whatever the caller says it is.
    #[endpoint{method = PUT,
    path = "/file"}]
    async fn put_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::UntypedBody,
    ) -> Result<
        specfirst_dropshot::Response<PutFileResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = POST,
    path = "/file"}]
    async fn post_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::MultipartBody,
    ) -> Result<
        specfirst_dropshot::Response<PostFileResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
