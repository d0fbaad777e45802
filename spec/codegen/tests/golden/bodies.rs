/// The types of requests and responses.
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
        #[schemars(with = "specfirst_dropshot::Secret")]
        pub key: ::std::option::Option<specfirst_dropshot::Secret>,
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
/// Credentials of a request, all of which are present.
#[derive(Clone, Debug)]
pub struct KeyCredentials {
    /// `key`.
    pub key: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for KeyCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            key: specfirst_dropshot::credentials::header(request, "x-key")?,
        })
    }
}
/// Every response that the document gives `put_json`.
#[derive(Debug)]
pub enum PutJsonResponse {
    /// 200: Stored.
    Ok(types::Note),
}
impl dropshot::HttpResponse for PutJsonResponse {
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
/// Every response that the document gives `post_form`.
#[derive(Debug)]
pub enum PostFormResponse {
    /// 200: Stored.
    Ok(types::Receipt),
}
impl dropshot::HttpResponse for PostFormResponse {
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
/// Every response that the document gives `post_either`.
#[derive(Debug)]
pub enum PostEitherResponse {
    /// 200: Stored.
    Ok(types::Note),
}
impl dropshot::HttpResponse for PostEitherResponse {
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
    ) -> Result<
        specfirst_dropshot::Response<PutJsonResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = POST,
    path = "/form",
    content_type = "application/x-www-form-urlencoded"}]
    async fn post_form(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<
        specfirst_dropshot::Response<PostFormResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// The caller presents `X-Key`.
    #[endpoint{method = POST,
    path = "/either"}]
    async fn post_either(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<KeyCredentials>,
        body: specfirst_dropshot::JsonOrForm<types::Note>,
    ) -> Result<
        specfirst_dropshot::Response<PostEitherResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
