/// The types of requests and responses.
pub mod types {
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
pub struct BearerAuthCredentials {
    /// The token of a session.
    pub bearer_auth: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for BearerAuthCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            bearer_auth: specfirst_dropshot::credentials::authorization(
                request,
                "bearer",
            )?,
        })
    }
}
/// Credentials of a request, all of which are present.
#[derive(Clone, Debug)]
pub struct BasicAuthCredentials {
    /// `basicAuth`.
    pub basic_auth: specfirst_dropshot::Basic,
}
impl specfirst_dropshot::Credentials for BasicAuthCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            basic_auth: specfirst_dropshot::Basic::read(request)?,
        })
    }
}
/// Credentials of a request, all of which are present.
#[derive(Clone, Debug)]
pub struct TokenAndUserIdCredentials {
    /// `token`.
    pub token: specfirst_dropshot::Secret,
    /// `user id`.
    pub user_id: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for TokenAndUserIdCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            token: specfirst_dropshot::credentials::header(request, "x-token")?,
            user_id: specfirst_dropshot::credentials::header(request, "x-user")?,
        })
    }
}
/// Credentials of a request, all of which are present.
#[derive(Clone, Debug)]
pub struct SessionCredentials {
    /// `session`.
    pub session: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for SessionCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            session: specfirst_dropshot::credentials::cookie(request, "sid")?,
        })
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
            key: specfirst_dropshot::credentials::parameter(request, "key")?,
        })
    }
}
/// Credentials of a request, all of which are present.
#[derive(Clone, Debug)]
pub struct OauthCredentials {
    /// `oauth`.
    pub oauth: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for OauthCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            oauth: specfirst_dropshot::credentials::authorization(request, "bearer")?,
        })
    }
}
/// One of several credentials. The first that are present count.
#[derive(Clone, Debug)]
pub enum SessionOrKeyOrOauthCredentials {
    Session(SessionCredentials),
    Key(KeyCredentials),
    Oauth(OauthCredentials),
}
impl specfirst_dropshot::Credentials for SessionOrKeyOrOauthCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        None.or_else(|| {
                <SessionCredentials as specfirst_dropshot::Credentials>::read(request)
                    .map(Self::Session)
            })
            .or_else(|| {
                <KeyCredentials as specfirst_dropshot::Credentials>::read(request)
                    .map(Self::Key)
            })
            .or_else(|| {
                <OauthCredentials as specfirst_dropshot::Credentials>::read(request)
                    .map(Self::Oauth)
            })
    }
}
/// Every response that the document gives `bearer`.
#[derive(Debug)]
pub enum BearerResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for BearerResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `other_bearer`.
#[derive(Debug)]
pub enum OtherBearerResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for OtherBearerResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `basic`.
#[derive(Debug)]
pub enum BasicResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for BasicResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `keys`.
#[derive(Debug)]
pub enum KeysResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for KeysResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `any`.
#[derive(Debug)]
pub enum AnyResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for AnyResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `open`.
#[derive(Debug)]
pub enum OpenResponse {
    /// 200: Who called.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for OpenResponse {
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
            description: Some("Who called.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::serde_json::Value,
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
    /// The caller presents `bearerAuth`.
    #[endpoint{method = GET,
    path = "/bearer"}]
    async fn bearer(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<BearerAuthCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<BearerResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// The caller presents `bearerAuth`.
    #[endpoint{method = GET,
    path = "/other-bearer"}]
    async fn other_bearer(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<BearerAuthCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<OtherBearerResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// The caller presents `basicAuth`.
    #[endpoint{method = GET,
    path = "/basic"}]
    async fn basic(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<BasicAuthCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<BasicResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// The caller presents `X-Token` and `X-User`.
    #[endpoint{method = GET,
    path = "/keys"}]
    async fn keys(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<TokenAndUserIdCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<KeysResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// The caller presents `sid`, or `key`, or `oauth`.
    #[endpoint{method = GET,
    path = "/any"}]
    async fn any(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<SessionOrKeyOrOauthCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<AnyResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/open"}]
    async fn open(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<OpenResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
