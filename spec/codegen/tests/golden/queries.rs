/// The types of requests and responses.
pub mod types {
    ///`Colour`
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
    pub enum Colour {
        #[serde(rename = "red")]
        Red,
        #[serde(rename = "dark blue")]
        DarkBlue,
    }
    impl ::std::fmt::Display for Colour {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Red => f.write_str("red"),
                Self::DarkBlue => f.write_str("dark blue"),
            }
        }
    }
    impl ::std::str::FromStr for Colour {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "red" => Ok(Self::Red),
                "dark blue" => Ok(Self::DarkBlue),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for Colour {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Colour {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///`Filter`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Filter {
        ///The first day.
        pub from: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub tags: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
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
pub struct SearchQuery {
    #[schemars(with = "String")]
    pub ids: ::std::vec::Vec<i64>,
    #[serde(default)]
    #[schemars(with = "u64")]
    pub limit: ::std::option::Option<u64>,
    #[serde(default)]
    #[schemars(with = "String")]
    pub words: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    #[serde(default)]
    #[schemars(with = "String")]
    pub colours: ::std::option::Option<::std::vec::Vec<types::Colour>>,
    ///The first day.
    #[serde(rename = "filter[from]")]
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub filter_from: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "String")]
    pub others: ::std::option::Option<
        ::std::collections::HashMap<::std::string::String, ::std::string::String>,
    >,
    #[serde(rename = "filter[tags]")]
    #[serde(default)]
    #[schemars(with = "String")]
    pub filter_tags: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
}
impl specfirst_dropshot::QueryParameters for SearchQuery {
    const PARAMETERS: &'static [(&'static str, specfirst_dropshot::QueryForm)] = &[
        ("ids", specfirst_dropshot::QueryForm::Repeated),
        ("limit", specfirst_dropshot::QueryForm::Scalar),
        ("words", specfirst_dropshot::QueryForm::Separated(',')),
        ("colours", specfirst_dropshot::QueryForm::Separated('|')),
        ("filter[from]", specfirst_dropshot::QueryForm::Scalar),
        ("others", specfirst_dropshot::QueryForm::Rest),
        ("filter[tags]", specfirst_dropshot::QueryForm::Repeated),
    ];
}
///What the headers say.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct SearchHeaders {
    ///The values, with commas between them.
    #[serde(rename = "X-Sizes")]
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub x_sizes: ::std::option::Option<::std::string::String>,
}
/// Every response that the document gives `search`.
#[derive(Debug)]
pub enum SearchResponse {
    /// 200: What arrived.
    Ok(::serde_json::Value),
}
impl dropshot::HttpResponse for SearchResponse {
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
    #[endpoint{method = GET,
    path = "/search"}]
    async fn search(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: specfirst_dropshot::Query<SearchQuery>,
        headers: dropshot::Header<SearchHeaders>,
    ) -> Result<
        specfirst_dropshot::Response<SearchResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
