/// The types of requests and responses.
pub mod types {
    ///`Closed`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    #[serde(transparent)]
    pub struct Closed(pub ::std::option::Option<ClosedInner>);
    impl ::std::ops::Deref for Closed {
        type Target = ::std::option::Option<ClosedInner>;
        fn deref(&self) -> &::std::option::Option<ClosedInner> {
            &self.0
        }
    }
    impl ::std::convert::From<Closed> for ::std::option::Option<ClosedInner> {
        fn from(value: Closed) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::option::Option<ClosedInner>> for Closed {
        fn from(value: ::std::option::Option<ClosedInner>) -> Self {
            Self(value)
        }
    }
    ///`ClosedInner`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    #[serde(deny_unknown_fields)]
    pub struct ClosedInner {
        pub name: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "i64")]
        pub size: ::std::option::Option<i64>,
    }
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
        #[serde(rename = "blue")]
        Blue,
    }
    impl ::std::fmt::Display for Colour {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Red => f.write_str("red"),
                Self::Blue => f.write_str("blue"),
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
                "blue" => Ok(Self::Blue),
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
    ///`MaybePet`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    #[serde(transparent)]
    pub struct MaybePet(pub ::std::option::Option<Pet>);
    impl ::std::ops::Deref for MaybePet {
        type Target = ::std::option::Option<Pet>;
        fn deref(&self) -> &::std::option::Option<Pet> {
            &self.0
        }
    }
    impl ::std::convert::From<MaybePet> for ::std::option::Option<Pet> {
        fn from(value: MaybePet) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::option::Option<Pet>> for MaybePet {
        fn from(value: ::std::option::Option<Pet>) -> Self {
            Self(value)
        }
    }
    ///`Named`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Named {
        pub name: ::std::string::String,
    }
    ///`Owner`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Owner {
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        #[schemars(with = "specfirst_dropshot::Required<::std::option::Option<i64>>")]
        pub age: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Closed")]
        pub closed: ::std::option::Option<Closed>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Colour")]
        pub colour: ::std::option::Option<Colour>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "OwnerComposed")]
        pub composed: ::std::option::Option<OwnerComposed>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        #[schemars(with = "specfirst_dropshot::Required<::std::option::Option<Pet>>")]
        pub first: ::std::option::Option<Pet>,
        ///The pet, if there is one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Pet")]
        pub fourth: ::std::option::Option<Pet>,
        pub list: ::std::vec::Vec<::std::option::Option<Pet>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "MaybePet")]
        pub maybe: ::std::option::Option<MaybePet>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Pet")]
        pub never_null: ::std::option::Option<Pet>,
        #[serde(deserialize_with = "::serde::Deserialize::deserialize")]
        #[schemars(with = "specfirst_dropshot::Required<MaybePet>")]
        pub present: MaybePet,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        #[schemars(with = "specfirst_dropshot::Required<::std::option::Option<Pet>>")]
        pub second: ::std::option::Option<Pet>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        #[schemars(with = "specfirst_dropshot::Required<::std::option::Option<Pet>>")]
        pub third: ::std::option::Option<Pet>,
    }
    ///`OwnerComposed`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct OwnerComposed {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "i64")]
        pub age: ::std::option::Option<i64>,
        pub name: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Pet")]
        pub parent: ::std::option::Option<Pet>,
    }
    ///`Pet`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Pet {
        pub name: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::boxed::Box<Pet>")]
        pub parent: ::std::option::Option<::std::boxed::Box<Pet>>,
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
pub struct PetsQuery {
    #[serde(default)]
    #[schemars(with = "types::Colour")]
    pub colour: ::std::option::Option<types::Colour>,
}
/// Every response that the document gives `put_owner`.
#[derive(Debug)]
pub enum PutOwnerResponse {
    /// 200: The owner, if there is one.
    Ok(::std::option::Option<types::Owner>),
}
impl dropshot::HttpResponse for PutOwnerResponse {
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
            description: Some("The owner, if there is one.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::option::Option<types::Owner>,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `pets`.
#[derive(Debug)]
pub enum PetsResponse {
    /// 200: The pets.
    Ok(::std::vec::Vec<types::MaybePet>),
}
impl dropshot::HttpResponse for PetsResponse {
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
            description: Some("The pets.".to_owned()),
            ..<dropshot::HttpResponseOk<
                ::std::vec::Vec<types::MaybePet>,
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
    path = "/owner"}]
    async fn put_owner(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Owner>,
    ) -> Result<
        specfirst_dropshot::Response<PutOwnerResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/pets"}]
    async fn pets(
        rqctx: dropshot::RequestContext<Self::Context>,
        query: dropshot::Query<PetsQuery>,
    ) -> Result<
        specfirst_dropshot::Response<PetsResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
