/// The types of requests and responses.
pub mod types {
    ///`Change`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Change {
        pub name: ::std::string::String,
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
///What the query string says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct UserQuery {
    #[serde(default)]
    #[schemars(with = "bool")]
    pub verbose: ::std::option::Option<bool>,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct UserPath {
    ///The number.
    pub id: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct PutUserPath {
    ///The number.
    pub id: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct DeleteUserPath {
    ///The number.
    pub id: i64,
}
///What the query string says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct MeQuery {
    pub fields: ::std::string::String,
}
///What the headers say.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct MeHeaders {
    #[serde(rename = "X-Trace")]
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub x_trace: ::std::option::Option<::std::string::String>,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct PostPath {
    #[serde(rename = "id")]
    pub user: ::std::string::String,
    ///The number.
    #[serde(rename = "id2")]
    pub id: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct FileAsJsonPath {
    ///The number.
    pub id: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct DeleteFilePath {
    #[serde(rename = "id")]
    pub file: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct FilePath {
    pub name: ::std::string::String,
    pub kind: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct RunPath {
    pub version: i64,
    pub name: ::std::string::String,
    pub verb: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct UserRoute {
    ///The number.
    #[serde(rename = "id")]
    pub segment1: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct PutUserRoute {
    ///The number.
    #[serde(rename = "id")]
    pub segment1: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct CreateMeRoute {
    #[serde(rename = "id")]
    pub segment1: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct DeleteUserRoute {
    ///The number.
    #[serde(rename = "id")]
    pub segment1: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct MyPostsRoute {
    #[serde(rename = "id")]
    pub segment1: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct FileRoute {
    #[serde(rename = "segment")]
    pub segment1: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct DeleteFileRoute {
    #[serde(rename = "segment")]
    pub segment1: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct RunRoute {
    #[serde(rename = "segment")]
    pub segment1: ::std::string::String,
    pub segment2: ::std::string::String,
}
/// Every response that the document gives `user`.
#[derive(Debug)]
pub enum UserResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for UserResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `putUser`.
#[derive(Debug)]
pub enum PutUserResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for PutUserResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `deleteUser`.
#[derive(Debug)]
pub enum DeleteUserResponse {
    /// 204: Gone.
    NoContent,
}
impl dropshot::HttpResponse for DeleteUserResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("Gone.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// Every response that the document gives `me`.
#[derive(Debug)]
pub enum MeResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
    /// 404: Nobody.
    NotFound,
}
impl dropshot::HttpResponse for MeResponse {
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
            Self::NotFound => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound => http::StatusCode::NOT_FOUND,
        }
    }
}
/// Every response that the document gives `putMe`.
#[derive(Debug)]
pub enum PutMeResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for PutMeResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `createMe`.
#[derive(Debug)]
pub enum CreateMeResponse {
    /// 201: Made.
    Created,
}
impl dropshot::HttpResponse for CreateMeResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Created => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::CREATED),
            description: Some("Made.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Created => http::StatusCode::CREATED,
        }
    }
}
/// Every response that the document gives `post`.
#[derive(Debug)]
pub enum PostResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for PostResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `myPosts`.
#[derive(Debug)]
pub enum MyPostsResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for MyPostsResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `fileAsJson`.
#[derive(Debug)]
pub enum FileAsJsonResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for FileAsJsonResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `deleteFile`.
#[derive(Debug)]
pub enum DeleteFileResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for DeleteFileResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `file`.
#[derive(Debug)]
pub enum FileResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for FileResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `run`.
#[derive(Debug)]
pub enum RunResponse {
    /// 200: What arrived.
    Ok(::std::string::String),
}
impl dropshot::HttpResponse for RunResponse {
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
            description: Some("What arrived.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::string::String,
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
    /// One user.
    ///
    /// Requests arrive through [`route_user`](Self::route_user).
    fn user(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<UserQuery>,
        path: dropshot::Path<UserPath>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<UserResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_put_user`](Self::route_put_user).
    fn put_user(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<PutUserPath>,
        body: dropshot::TypedBody<types::Change>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<PutUserResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_delete_user`](Self::route_delete_user).
    fn delete_user(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<DeleteUserPath>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<
                DeleteUserResponse,
                specfirst_dropshot::Problem,
            >,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// The caller.
    ///
    /// Requests arrive through [`route_user`](Self::route_user).
    fn me(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<MeQuery>,
        headers: dropshot::Header<MeHeaders>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<MeResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_put_user`](Self::route_put_user).
    fn put_me(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: specfirst_dropshot::OptionalBody<dropshot::TypedBody<types::Change>>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<PutMeResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_create_me`](Self::route_create_me).
    fn create_me(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<CreateMeResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    #[endpoint{method = GET,
    path = "/users/{id}/posts/{id2}"}]
    async fn post(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<PostPath>,
    ) -> Result<
        specfirst_dropshot::Response<PostResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Requests arrive through [`route_my_posts`](Self::route_my_posts).
    fn my_posts(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<MyPostsResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_file`](Self::route_file).
    fn file_as_json(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<FileAsJsonPath>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<
                FileAsJsonResponse,
                specfirst_dropshot::Problem,
            >,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_delete_file`](Self::route_delete_file).
    fn delete_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<DeleteFilePath>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<
                DeleteFileResponse,
                specfirst_dropshot::Problem,
            >,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// Requests arrive through [`route_file`](Self::route_file).
    fn file(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<FilePath>,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<FileResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// The body is `text/plain`; Dropshot takes it whatever the caller says it is.
    ///
    /// Requests arrive through [`route_run`](Self::route_run).
    fn run(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<RunPath>,
        body: dropshot::UntypedBody,
    ) -> impl ::std::future::Future<
        Output = Result<
            specfirst_dropshot::Response<RunResponse, specfirst_dropshot::Problem>,
            specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
        >,
    > + Send + 'static;
    /// One user.
    ///
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/users/{id}`.
    #[endpoint{method = GET,
    path = "/users/{id}",
    tags = ["users"],
    operation_id = "user"}]
    async fn route_user(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<UserRoute>>,
        _query: specfirst_dropshot::Deferred<dropshot::Query<UserQuery>>,
    ) -> Result<
        specfirst_dropshot::Routed<UserResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/users/me",
                methods: &["GET", "PUT", "POST"],
            },
            specfirst_dropshot::Template {
                path: "/users/{id}",
                methods: &["GET", "PUT", "DELETE"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        match route.template() {
            "/users/me" => {
                rqctx.endpoint.operation_id = "me".to_owned();
                let query: dropshot::Query<MeQuery> = dropshot::SharedExtractor::from_request(
                        &rqctx,
                    )
                    .await?;
                let headers: dropshot::Header<MeHeaders> = dropshot::SharedExtractor::from_request(
                        &rqctx,
                    )
                    .await?;
                Ok(
                    specfirst_dropshot::Routed::new(
                        Self::me(rqctx, query, headers).await?,
                    )?,
                )
            }
            _ => {
                rqctx.endpoint.operation_id = "user".to_owned();
                let query: dropshot::Query<UserQuery> = dropshot::SharedExtractor::from_request(
                        &rqctx,
                    )
                    .await?;
                let path: dropshot::Path<UserPath> = route.path()?;
                Ok(
                    specfirst_dropshot::Routed::new(
                        Self::user(rqctx, query, path).await?,
                    )?,
                )
            }
        }
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/users/{id}`.
    #[endpoint{method = PUT,
    path = "/users/{id}",
    operation_id = "putUser"}]
    async fn route_put_user(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<PutUserRoute>>,
        request: specfirst_dropshot::DeferredBody<dropshot::TypedBody<types::Change>>,
    ) -> Result<
        specfirst_dropshot::Routed<PutUserResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/users/me",
                methods: &["GET", "PUT", "POST"],
            },
            specfirst_dropshot::Template {
                path: "/users/{id}",
                methods: &["GET", "PUT", "DELETE"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        match route.template() {
            "/users/me" => {
                rqctx.endpoint.operation_id = "putMe".to_owned();
                rqctx.endpoint.body_content_type = dropshot::ApiEndpointBodyContentType::UrlEncoded;
                let body: specfirst_dropshot::OptionalBody<
                    dropshot::TypedBody<types::Change>,
                > = dropshot::ExclusiveExtractor::from_request(
                        &rqctx,
                        request.into_inner(),
                    )
                    .await?;
                Ok(specfirst_dropshot::Routed::new(Self::put_me(rqctx, body).await?)?)
            }
            _ => {
                rqctx.endpoint.operation_id = "putUser".to_owned();
                rqctx.endpoint.body_content_type = dropshot::ApiEndpointBodyContentType::Json;
                let path: dropshot::Path<PutUserPath> = route.path()?;
                let body: dropshot::TypedBody<types::Change> = dropshot::ExclusiveExtractor::from_request(
                        &rqctx,
                        request.into_inner(),
                    )
                    .await?;
                Ok(
                    specfirst_dropshot::Routed::new(
                        Self::put_user(rqctx, path, body).await?,
                    )?,
                )
            }
        }
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/users/me`.
    #[endpoint{method = POST,
    path = "/users/{id}",
    operation_id = "createMe"}]
    async fn route_create_me(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<CreateMeRoute>>,
    ) -> Result<
        specfirst_dropshot::Routed<CreateMeResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/users/me",
                methods: &["GET", "PUT", "POST"],
            },
            specfirst_dropshot::Template {
                path: "/users/{id}",
                methods: &["GET", "PUT", "DELETE"],
            },
        ];
        let _ = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        rqctx.endpoint.operation_id = "createMe".to_owned();
        Ok(specfirst_dropshot::Routed::new(Self::create_me(rqctx).await?)?)
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/users/{id}`.
    #[endpoint{method = DELETE,
    path = "/users/{id}",
    operation_id = "deleteUser"}]
    async fn route_delete_user(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<DeleteUserRoute>>,
    ) -> Result<
        specfirst_dropshot::Routed<DeleteUserResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/users/me",
                methods: &["GET", "PUT", "POST"],
            },
            specfirst_dropshot::Template {
                path: "/users/{id}",
                methods: &["GET", "PUT", "DELETE"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        rqctx.endpoint.operation_id = "deleteUser".to_owned();
        let path: dropshot::Path<DeleteUserPath> = route.path()?;
        Ok(specfirst_dropshot::Routed::new(Self::delete_user(rqctx, path).await?)?)
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/users/me/posts`.
    #[endpoint{method = GET,
    path = "/users/{id}/posts",
    operation_id = "myPosts"}]
    async fn route_my_posts(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<MyPostsRoute>>,
    ) -> Result<
        specfirst_dropshot::Routed<MyPostsResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/users/me/posts",
                methods: &["GET"],
            },
        ];
        let _ = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        rqctx.endpoint.operation_id = "myPosts".to_owned();
        Ok(specfirst_dropshot::Routed::new(Self::my_posts(rqctx).await?)?)
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/files/{name}.{kind}`.
    #[endpoint{method = GET,
    path = "/files/{segment}",
    operation_id = "file"}]
    async fn route_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<FileRoute>>,
    ) -> Result<
        specfirst_dropshot::Routed<FileResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/files/{id}.json",
                methods: &["GET", "DELETE"],
            },
            specfirst_dropshot::Template {
                path: "/files/{name}.{kind}",
                methods: &["GET"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        match route.template() {
            "/files/{id}.json" => {
                rqctx.endpoint.operation_id = "fileAsJson".to_owned();
                let path: dropshot::Path<FileAsJsonPath> = route.path()?;
                Ok(
                    specfirst_dropshot::Routed::new(
                        Self::file_as_json(rqctx, path).await?,
                    )?,
                )
            }
            _ => {
                rqctx.endpoint.operation_id = "file".to_owned();
                let path: dropshot::Path<FilePath> = route.path()?;
                Ok(specfirst_dropshot::Routed::new(Self::file(rqctx, path).await?)?)
            }
        }
    }
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/files/{id}.json`.
    #[endpoint{method = DELETE,
    path = "/files/{segment}",
    operation_id = "deleteFile"}]
    async fn route_delete_file(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<DeleteFileRoute>>,
    ) -> Result<
        specfirst_dropshot::Routed<DeleteFileResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/files/{id}.json",
                methods: &["GET", "DELETE"],
            },
            specfirst_dropshot::Template {
                path: "/files/{name}.{kind}",
                methods: &["GET"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        rqctx.endpoint.operation_id = "deleteFile".to_owned();
        let path: dropshot::Path<DeleteFilePath> = route.path()?;
        Ok(specfirst_dropshot::Routed::new(Self::delete_file(rqctx, path).await?)?)
    }
    /// The body is `text/plain`; Dropshot takes it whatever the caller says it is.
    ///
    /// Dropshot's router cannot distinguish this path from others of the document, so this method calls the right handler. It describes only `/tools/v{version}/{name}:{verb}`.
    #[endpoint{method = POST,
    path = "/tools/{segment}/{segment2}",
    operation_id = "run"}]
    async fn route_run(
        rqctx: dropshot::RequestContext<Self::Context>,
        _path: specfirst_dropshot::Deferred<dropshot::Path<RunRoute>>,
        request: specfirst_dropshot::DeferredBody<dropshot::UntypedBody>,
    ) -> Result<
        specfirst_dropshot::Routed<RunResponse>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    > {
        let templates = [
            specfirst_dropshot::Template {
                path: "/tools/v{version}/{name}:{verb}",
                methods: &["POST"],
            },
        ];
        let route = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => {
                return Ok(
                    specfirst_dropshot::Routed::refuse::<
                        specfirst_dropshot::Problem,
                    >(error)?,
                );
            }
        };
        let mut rqctx = rqctx;
        rqctx.endpoint.operation_id = "run".to_owned();
        rqctx.endpoint.body_content_type = dropshot::ApiEndpointBodyContentType::Json;
        let path: dropshot::Path<RunPath> = route.path()?;
        let body: dropshot::UntypedBody = dropshot::ExclusiveExtractor::from_request(
                &rqctx,
                request.into_inner(),
            )
            .await?;
        Ok(specfirst_dropshot::Routed::new(Self::run(rqctx, path, body).await?)?)
    }
}
