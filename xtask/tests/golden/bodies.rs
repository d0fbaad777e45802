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
    ) -> Result<crate::support::Answer<types::Note>, dropshot::HttpError>;
    #[endpoint{method = POST,
    path = "/form",
    content_type = "application/x-www-form-urlencoded"}]
    async fn post_form(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: dropshot::TypedBody<types::Note>,
    ) -> Result<crate::support::Answer<types::Receipt>, dropshot::HttpError>;
    /// The caller presents `X-Key`.
    #[endpoint{method = POST,
    path = "/either"}]
    async fn post_either(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: crate::support::JsonOrForm<types::Note>,
    ) -> Result<crate::support::Answer<types::Note>, dropshot::HttpError>;
}
