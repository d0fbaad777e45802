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
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "u64")]
        pub pages: ::std::option::Option<u64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::boxed::Box<Book>")]
        pub sequel: ::std::option::Option<::std::boxed::Box<Book>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "BookState")]
        pub state: ::std::option::Option<BookState>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub tags: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        pub title: ::std::string::String,
    }
    ///`BookState`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd,
        schemars::JsonSchema
    )]
    pub enum BookState {
        #[serde(rename = "new")]
        New,
        #[serde(rename = "used")]
        Used,
    }
    impl ::std::fmt::Display for BookState {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::New => f.write_str("new"),
                Self::Used => f.write_str("used"),
            }
        }
    }
    impl ::std::str::FromStr for BookState {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "new" => Ok(Self::New),
                "used" => Ok(Self::Used),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for BookState {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for BookState {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
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
    #[schemars(with = "u64")]
    pub limit: ::std::option::Option<u64>,
}
///What the headers say.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct ListBooksHeaders {
    #[serde(rename = "X-Trace")]
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub x_trace: ::std::option::Option<::std::string::String>,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct ListBooksPath {
    ///The shelf.
    pub shelf: i64,
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
/// Every response that the document gives `list-books`.
#[derive(Debug)]
pub enum ListBooksResponse {
    /// 200: The books.
    Ok(::std::vec::Vec<types::Book>),
    /// 404: No such shelf.
    NotFound,
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
            Self::NotFound => specfirst_dropshot::write::response(status, None, &()),
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The books.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::vec::Vec<types::Book>,
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
/// The operations of the document.
#[dropshot::api_description{module = "golden_api_mod"}]
pub trait GoldenApi {
    /// The state that the handlers share.
    type Context;
    /// The books of a shelf
    ///
    /// In the order of the shelf.
    #[endpoint{method = GET,
    path = "/shelves/{shelf}/books/{type}",
    tags = ["Books"],
    deprecated = true,
    operation_id = "list-books"}]
    async fn list_books(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<ListBooksQuery>,
        headers: dropshot::Header<ListBooksHeaders>,
        path: dropshot::Path<ListBooksPath>,
    ) -> Result<
        specfirst_dropshot::Response<ListBooksResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
