// The server, written by `specfirst generate` from openapi.yaml (sha256 69f297e778ff29de3c5f14b5fef1a203d531c04fe050f154e77cca970d0bd456); do not edit.

/// The types of requests and responses.
pub mod types {
    ///`Book`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Book {
        pub author: ::std::string::String,
        pub number: i64,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub subtitle: ::std::option::Option<::std::string::String>,
        pub title: ::std::string::String,
    }
    ///`Loan`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Loan {
        pub book: i64,
        pub due: ::chrono::naive::NaiveDate,
        pub id: ::uuid::Uuid,
        pub reader: ::std::string::String,
        pub returned: bool,
    }
    ///`NewBook`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct NewBook {
        pub author: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub subtitle: ::std::option::Option<::std::string::String>,
        pub title: ::std::string::String,
    }
    ///`NewLoan`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct NewLoan {
        pub book: i64,
        pub due: ::chrono::naive::NaiveDate,
        pub reader: ::std::string::String,
    }
    ///`Refusal`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Refusal {
        pub reason: ::std::string::String,
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
pub struct ListBooksQuery {
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub author: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::num::NonZeroU64")]
    pub limit: ::std::option::Option<::std::num::NonZeroU64>,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct BookPath {
    pub book: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct ReplaceBookPath {
    pub book: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct RemoveBookPath {
    pub book: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct CoverPath {
    pub book: i64,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct UploadCoverPath {
    pub book: i64,
}
///What the query string says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct ListLoansQuery {
    #[serde(default)]
    #[schemars(with = "bool")]
    pub returned: ::std::option::Option<bool>,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct LoanPath {
    pub loan: ::uuid::Uuid,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct ReturnBookPath {
    pub loan: ::uuid::Uuid,
}
/// Every response that the document gives `health`.
#[derive(Debug)]
pub enum HealthResponse {
    /// 204: The server works.
    NoContent,
}
impl dropshot::HttpResponse for HealthResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("The server works.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
        }
    }
}
/// Every response that the document gives `list_books`.
#[derive(Debug)]
pub enum ListBooksResponse {
    /// 200: The books, sorted by number.
    Ok(::std::vec::Vec<types::Book>),
    /// 400: The request cannot be carried out.
    BadRequest(types::Refusal),
}
impl dropshot::HttpResponse for ListBooksResponse {
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
            Self::BadRequest(body) => {
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
            description: Some("The books, sorted by number.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::vec::Vec<types::Book>,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
        }
    }
}
/// Every response that the document gives `add_book`.
#[derive(Debug)]
pub enum AddBookResponse {
    /// 201: The book has been added.
    Created(types::Book),
    /// 409: The request cannot be carried out.
    Conflict(types::Refusal),
}
impl dropshot::HttpResponse for AddBookResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Created(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Conflict(body) => {
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
            success: Some(http::StatusCode::CREATED),
            description: Some("The book has been added.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Book,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Created(..) => http::StatusCode::CREATED,
            Self::Conflict(..) => http::StatusCode::CONFLICT,
        }
    }
}
/// Every response that the document gives `book`.
#[derive(Debug)]
pub enum BookResponse {
    /// 200: The book.
    Ok(types::Book),
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
}
impl dropshot::HttpResponse for BookResponse {
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
            Self::NotFound(body) => {
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
            description: Some("The book.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Book,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
        }
    }
}
/// Every response that the document gives `replace_book`.
#[derive(Debug)]
pub enum ReplaceBookResponse {
    /// 200: The book as it is now.
    Ok(types::Book),
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
}
impl dropshot::HttpResponse for ReplaceBookResponse {
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
            Self::NotFound(body) => {
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
            description: Some("The book as it is now.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Book,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
        }
    }
}
/// Every response that the document gives `remove_book`.
#[derive(Debug)]
pub enum RemoveBookResponse {
    /// 204: The book has been removed.
    NoContent,
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
    /// 409: The request cannot be carried out.
    Conflict(types::Refusal),
}
impl dropshot::HttpResponse for RemoveBookResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
            Self::NotFound(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Conflict(body) => {
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
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("The book has been removed.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
            Self::Conflict(..) => http::StatusCode::CONFLICT,
        }
    }
}
/// Every response that the document gives `cover`.
#[derive(Debug)]
pub enum CoverResponse {
    /// 200: The image.
    Ok(dropshot::Body),
    /// 404: The book has no cover.
    NotFound,
}
impl dropshot::HttpResponse for CoverResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/octet-stream", body)),
                    &(),
                )
            }
            Self::NotFound => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The image.".to_owned()),
            ..<dropshot::HttpResponseOk<
                dropshot::FreeformBody,
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
/// Every response that the document gives `upload_cover`.
#[derive(Debug)]
pub enum UploadCoverResponse {
    /// 204: The image has been stored.
    NoContent,
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
}
impl dropshot::HttpResponse for UploadCoverResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
            Self::NotFound(body) => {
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
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("The image has been stored.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
        }
    }
}
/// Every response that the document gives `list_loans`.
#[derive(Debug)]
pub enum ListLoansResponse {
    /// 200: The loans.
    Ok(::std::vec::Vec<types::Loan>),
    /// 400: The request cannot be carried out.
    BadRequest(types::Refusal),
}
impl dropshot::HttpResponse for ListLoansResponse {
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
            Self::BadRequest(body) => {
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
            description: Some("The loans.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::vec::Vec<types::Loan>,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
        }
    }
}
/// Every response that the document gives `lend_book`.
#[derive(Debug)]
pub enum LendBookResponse {
    /// 201: The loan.
    Created(types::Loan),
    /// 409: The request cannot be carried out.
    Conflict(types::Refusal),
}
impl dropshot::HttpResponse for LendBookResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Created(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Conflict(body) => {
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
            success: Some(http::StatusCode::CREATED),
            description: Some("The loan.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Loan,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Created(..) => http::StatusCode::CREATED,
            Self::Conflict(..) => http::StatusCode::CONFLICT,
        }
    }
}
/// Every response that the document gives `loan`.
#[derive(Debug)]
pub enum LoanResponse {
    /// 200: The loan.
    Ok(types::Loan),
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
}
impl dropshot::HttpResponse for LoanResponse {
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
            Self::NotFound(body) => {
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
            description: Some("The loan.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Loan,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
        }
    }
}
/// Every response that the document gives `return_book`.
#[derive(Debug)]
pub enum ReturnBookResponse {
    /// 200: The loan, which has ended.
    Ok(types::Loan),
    /// 404: The request cannot be carried out.
    NotFound(types::Refusal),
}
impl dropshot::HttpResponse for ReturnBookResponse {
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
            Self::NotFound(body) => {
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
            description: Some("The loan, which has ended.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Loan,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound(..) => http::StatusCode::NOT_FOUND,
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "library_api_mod"}]
pub trait LibraryApi {
    /// The state that the handlers share.
    type Context;
    /// Whether the server works.
    #[endpoint{method = GET,
    path = "/health"}]
    async fn health(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<HealthResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Lists the books.
    #[endpoint{method = GET,
    path = "/books"}]
    async fn list_books(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<ListBooksQuery>,
    ) -> Result<
        specfirst_dropshot::Response<ListBooksResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Adds a book.
    #[endpoint{method = POST,
    path = "/books"}]
    async fn add_book(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::NewBook>,
    ) -> Result<
        specfirst_dropshot::Response<AddBookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Shows a book.
    #[endpoint{method = GET,
    path = "/books/{book}"}]
    async fn book(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<BookPath>,
    ) -> Result<
        specfirst_dropshot::Response<BookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Replaces what is known about a book.
    #[endpoint{method = PUT,
    path = "/books/{book}"}]
    async fn replace_book(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<ReplaceBookPath>,
        body: dropshot::TypedBody<types::NewBook>,
    ) -> Result<
        specfirst_dropshot::Response<ReplaceBookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Removes a book that nobody has borrowed.
    #[endpoint{method = DELETE,
    path = "/books/{book}"}]
    async fn remove_book(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<RemoveBookPath>,
    ) -> Result<
        specfirst_dropshot::Response<RemoveBookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Shows the cover of a book.
    #[endpoint{method = GET,
    path = "/books/{book}/cover"}]
    async fn cover(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<CoverPath>,
    ) -> Result<
        specfirst_dropshot::Response<CoverResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Uploads the cover of a book.
    #[endpoint{method = PUT,
    path = "/books/{book}/cover"}]
    async fn upload_cover(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<UploadCoverPath>,
        body: dropshot::MultipartBody,
    ) -> Result<
        specfirst_dropshot::Response<UploadCoverResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Lists the loans.
    #[endpoint{method = GET,
    path = "/loans"}]
    async fn list_loans(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<ListLoansQuery>,
    ) -> Result<
        specfirst_dropshot::Response<ListLoansResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Lends a book.
    #[endpoint{method = POST,
    path = "/loans",
    content_type = "application/x-www-form-urlencoded"}]
    async fn lend_book(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::NewLoan>,
    ) -> Result<
        specfirst_dropshot::Response<LendBookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Shows a loan.
    #[endpoint{method = GET,
    path = "/loans/{loan}"}]
    async fn loan(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<LoanPath>,
    ) -> Result<
        specfirst_dropshot::Response<LoanResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    /// Takes a book back.
    #[endpoint{method = POST,
    path = "/loans/{loan}/return"}]
    async fn return_book(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<ReturnBookPath>,
    ) -> Result<
        specfirst_dropshot::Response<ReturnBookResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
