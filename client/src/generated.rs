// Written by `cargo xtask generate` from spec/openapi.json (sha256 6ad2fced02a9f87ea240a8e35e751513693719a6ce3116bd0c02e49ea0ca613c); do not edit.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///What an error response of an operation on the caller's account holds.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct CallFailure {
        ///More about it, such as the second factors an account has.
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub details: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ///What is wrong, for people, with the kind in square brackets at its end.
        pub error: ::std::string::String,
        ///The kind of error, for programs. Absent where the account lacks a permission.
        #[serde(
            rename = "errorType",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub error_type: ::std::option::Option<::std::string::String>,
        ///Always false.
        pub success: bool,
    }
    impl CallFailure {
        pub fn builder() -> builder::CallFailure {
            Default::default()
        }
    }
    ///The account a token belongs to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct CurrentUser {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub active: ::std::option::Option<bool>,
        #[serde(
            rename = "avatarUrl",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub avatar_url: ::std::option::Option<::std::string::String>,
        ///The first e-mail address, where it is verified.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub emails: ::std::vec::Vec<Email>,
        #[serde(rename = "_id")]
        pub id: ::std::string::String,
        ///Whether the account logs in by OAuth.
        #[serde(
            rename = "isOAuthUser",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_o_auth_user: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub roles: ::std::vec::Vec<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub settings: ::std::option::Option<Settings>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "statusConnection",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub status_connection: ::std::option::Option<::std::string::String>,
        ///Always true.
        pub success: bool,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub username: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "utcOffset",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub utc_offset: ::std::option::Option<i64>,
    }
    impl CurrentUser {
        pub fn builder() -> builder::CurrentUser {
            Default::default()
        }
    }
    ///The response to a call that returns nothing else.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Done {
        ///Always true.
        pub success: bool,
    }
    impl Done {
        pub fn builder() -> builder::Done {
            Default::default()
        }
    }
    ///An e-mail address of an account.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct Email {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub address: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub verified: ::std::option::Option<bool>,
    }
    impl Email {
        pub fn builder() -> builder::Email {
            Default::default()
        }
    }
    ///What every error response holds.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Failure {
        ///More about it, such as the second factors an account has.
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub details: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ///The kind of error, for programs.
        pub error: ::std::string::String,
        ///What is wrong, for people.
        pub message: ::std::string::String,
        ///Always `error`.
        pub status: ::std::string::String,
        ///Always false.
        pub success: bool,
    }
    impl Failure {
        pub fn builder() -> builder::Failure {
            Default::default()
        }
    }
    ///`GeneratePersonalAccessTokenError`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(untagged)]
    pub enum GeneratePersonalAccessTokenError {
        Failure(Failure),
        CallFailure(CallFailure),
    }
    impl ::std::convert::From<Failure> for GeneratePersonalAccessTokenError {
        fn from(value: Failure) -> Self {
            Self::Failure(value)
        }
    }
    impl ::std::convert::From<CallFailure> for GeneratePersonalAccessTokenError {
        fn from(value: CallFailure) -> Self {
            Self::CallFailure(value)
        }
    }
    ///`GetPersonalAccessTokensError`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(untagged)]
    pub enum GetPersonalAccessTokensError {
        Failure(Failure),
        CallFailure(CallFailure),
    }
    impl ::std::convert::From<Failure> for GetPersonalAccessTokensError {
        fn from(value: Failure) -> Self {
            Self::Failure(value)
        }
    }
    impl ::std::convert::From<CallFailure> for GetPersonalAccessTokensError {
        fn from(value: CallFailure) -> Self {
            Self::CallFailure(value)
        }
    }
    ///The response to a logout.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct LoggedOut {
        pub data: LoggedOutData,
        ///Always `success`.
        pub status: ::std::string::String,
    }
    impl LoggedOut {
        pub fn builder() -> builder::LoggedOut {
            Default::default()
        }
    }
    ///What the server says to people.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct LoggedOutData {
        ///A farewell.
        pub message: ::std::string::String,
    }
    impl LoggedOutData {
        pub fn builder() -> builder::LoggedOutData {
            Default::default()
        }
    }
    ///The credentials of a session and the account they belong to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct LoginData {
        ///Sent as the header `X-Auth-Token` with every later request, or as `resume` to log in again.
        #[serde(rename = "authToken")]
        pub auth_token: crate::secret::Secret,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub me: ::std::option::Option<Me>,
        ///Sent as the header `X-User-Id` with every later request.
        #[serde(rename = "userId")]
        pub user_id: ::std::string::String,
    }
    impl LoginData {
        pub fn builder() -> builder::LoginData {
            Default::default()
        }
    }
    ///What a login sends, either `user` and `password` or only `resume`.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct LoginRequest {
        ///The 2FA code. It is required if your account has two-factor authentication enabled .
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<crate::secret::Secret>,
        ///Your pasword.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub password: ::std::option::Option<crate::secret::Secret>,
        ///Your previously issued `authToken`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub resume: ::std::option::Option<crate::secret::Secret>,
        ///Your user name or email.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub user: ::std::option::Option<::std::string::String>,
    }
    impl LoginRequest {
        pub fn builder() -> builder::LoginRequest {
            Default::default()
        }
    }
    ///The response to a login that succeeded.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct LoginSuccess {
        pub data: LoginData,
        pub status: ::std::string::String,
        ///True where the login succeeded.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub success: ::std::option::Option<bool>,
    }
    impl LoginSuccess {
        pub fn builder() -> builder::LoginSuccess {
            Default::default()
        }
    }
    ///The account that logged in.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Me {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub active: ::std::option::Option<bool>,
        #[serde(
            rename = "avatarUrl",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub avatar_url: ::std::option::Option<::std::string::String>,
        ///The first e-mail address, where it is verified.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub emails: ::std::vec::Vec<Email>,
        #[serde(rename = "_id")]
        pub id: ::std::string::String,
        ///Whether the account logs in by OAuth.
        #[serde(
            rename = "isOAuthUser",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_o_auth_user: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub roles: ::std::vec::Vec<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub settings: ::std::option::Option<Settings>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "statusConnection",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub status_connection: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub username: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "utcOffset",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub utc_offset: ::std::option::Option<i64>,
    }
    impl Me {
        pub fn builder() -> builder::Me {
            Default::default()
        }
    }
    ///The token to generate.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct NewPersonalAccessToken {
        ///Whether calls with this token need no code of a second factor.
        #[serde(rename = "bypassTwoFactor", default)]
        pub bypass_two_factor: bool,
        ///The name of the token, which is unique in the account.
        #[serde(rename = "tokenName")]
        pub token_name: ::std::string::String,
    }
    impl NewPersonalAccessToken {
        pub fn builder() -> builder::NewPersonalAccessToken {
            Default::default()
        }
    }
    ///What is known of a token without its secret.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct PersonalAccessToken {
        ///Whether calls with this token need no code of a second factor.
        #[serde(
            rename = "bypassTwoFactor",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub bypass_two_factor: ::std::option::Option<bool>,
        ///When it was generated, as a time of RFC 3339 in UTC.
        #[serde(rename = "createdAt")]
        pub created_at: ::std::string::String,
        ///The last 6 characters of the secret.
        #[serde(rename = "lastTokenPart")]
        pub last_token_part: ::std::string::String,
        ///The name that the account gave it.
        pub name: ::std::string::String,
    }
    impl PersonalAccessToken {
        pub fn builder() -> builder::PersonalAccessToken {
            Default::default()
        }
    }
    ///Which token of the account.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct PersonalAccessTokenName {
        ///The name of the token, which is compared exactly.
        #[serde(rename = "tokenName")]
        pub token_name: ::std::string::String,
    }
    impl PersonalAccessTokenName {
        pub fn builder() -> builder::PersonalAccessTokenName {
            Default::default()
        }
    }
    ///A token, which no later response holds.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct PersonalAccessTokenSecret {
        ///Always true.
        pub success: bool,
        ///Sent as the header `X-Auth-Token`, or as `resume` to log in.
        pub token: crate::secret::Secret,
    }
    impl PersonalAccessTokenSecret {
        pub fn builder() -> builder::PersonalAccessTokenSecret {
            Default::default()
        }
    }
    ///The personal access tokens of the account.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct PersonalAccessTokens {
        ///Always true.
        pub success: bool,
        ///All tokens of the account, without their secrets.
        pub tokens: ::std::vec::Vec<PersonalAccessToken>,
    }
    impl PersonalAccessTokens {
        pub fn builder() -> builder::PersonalAccessTokens {
            Default::default()
        }
    }
    ///`RegeneratePersonalAccessTokenError`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(untagged)]
    pub enum RegeneratePersonalAccessTokenError {
        Failure(Failure),
        CallFailure(CallFailure),
    }
    impl ::std::convert::From<Failure> for RegeneratePersonalAccessTokenError {
        fn from(value: Failure) -> Self {
            Self::Failure(value)
        }
    }
    impl ::std::convert::From<CallFailure> for RegeneratePersonalAccessTokenError {
        fn from(value: CallFailure) -> Self {
            Self::CallFailure(value)
        }
    }
    ///`RemovePersonalAccessTokenError`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(untagged)]
    pub enum RemovePersonalAccessTokenError {
        Failure(Failure),
        CallFailure(CallFailure),
    }
    impl ::std::convert::From<Failure> for RemovePersonalAccessTokenError {
        fn from(value: Failure) -> Self {
            Self::Failure(value)
        }
    }
    impl ::std::convert::From<CallFailure> for RemovePersonalAccessTokenError {
        fn from(value: CallFailure) -> Self {
            Self::CallFailure(value)
        }
    }
    ///What an account has set for itself.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct Settings {
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub preferences: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ///What the account says of itself.
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub profile: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Settings {
        pub fn builder() -> builder::Settings {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct CallFailure {
            details: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
            error: ::std::result::Result<::std::string::String, ::std::string::String>,
            error_type: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            success: ::std::result::Result<bool, ::std::string::String>,
        }
        impl ::std::default::Default for CallFailure {
            fn default() -> Self {
                Self {
                    details: Ok(Default::default()),
                    error: Err("no value supplied for error".to_string()),
                    error_type: Ok(Default::default()),
                    success: Err("no value supplied for success".to_string()),
                }
            }
        }
        impl CallFailure {
            pub fn details<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.details = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for details: {e}")
                    });
                self
            }
            pub fn error<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.error = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for error: {e}")
                    });
                self
            }
            pub fn error_type<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.error_type = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for error_type: {e}")
                    });
                self
            }
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<CallFailure> for super::CallFailure {
            type Error = super::error::ConversionError;
            fn try_from(
                value: CallFailure,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    details: value.details?,
                    error: value.error?,
                    error_type: value.error_type?,
                    success: value.success?,
                })
            }
        }
        impl ::std::convert::From<super::CallFailure> for CallFailure {
            fn from(value: super::CallFailure) -> Self {
                Self {
                    details: Ok(value.details),
                    error: Ok(value.error),
                    error_type: Ok(value.error_type),
                    success: Ok(value.success),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct CurrentUser {
            active: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            avatar_url: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            email: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            emails: ::std::result::Result<
                ::std::vec::Vec<super::Email>,
                ::std::string::String,
            >,
            id: ::std::result::Result<::std::string::String, ::std::string::String>,
            is_o_auth_user: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            roles: ::std::result::Result<
                ::std::vec::Vec<::std::string::String>,
                ::std::string::String,
            >,
            settings: ::std::result::Result<
                ::std::option::Option<super::Settings>,
                ::std::string::String,
            >,
            status: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            status_connection: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            success: ::std::result::Result<bool, ::std::string::String>,
            username: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            utc_offset: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for CurrentUser {
            fn default() -> Self {
                Self {
                    active: Ok(Default::default()),
                    avatar_url: Ok(Default::default()),
                    email: Ok(Default::default()),
                    emails: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    is_o_auth_user: Ok(Default::default()),
                    name: Ok(Default::default()),
                    roles: Ok(Default::default()),
                    settings: Ok(Default::default()),
                    status: Ok(Default::default()),
                    status_connection: Ok(Default::default()),
                    success: Err("no value supplied for success".to_string()),
                    username: Ok(Default::default()),
                    utc_offset: Ok(Default::default()),
                }
            }
        }
        impl CurrentUser {
            pub fn active<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.active = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for active: {e}")
                    });
                self
            }
            pub fn avatar_url<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.avatar_url = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for avatar_url: {e}")
                    });
                self
            }
            pub fn email<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.email = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for email: {e}")
                    });
                self
            }
            pub fn emails<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Email>>,
                T::Error: ::std::fmt::Display,
            {
                self.emails = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for emails: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn is_o_auth_user<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.is_o_auth_user = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for is_o_auth_user: {e}"
                        )
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn roles<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.roles = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for roles: {e}")
                    });
                self
            }
            pub fn settings<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::Settings>>,
                T::Error: ::std::fmt::Display,
            {
                self.settings = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for settings: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn status_connection<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.status_connection = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for status_connection: {e}"
                        )
                    });
                self
            }
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
            pub fn username<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.username = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for username: {e}")
                    });
                self
            }
            pub fn utc_offset<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.utc_offset = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for utc_offset: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<CurrentUser> for super::CurrentUser {
            type Error = super::error::ConversionError;
            fn try_from(
                value: CurrentUser,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    active: value.active?,
                    avatar_url: value.avatar_url?,
                    email: value.email?,
                    emails: value.emails?,
                    id: value.id?,
                    is_o_auth_user: value.is_o_auth_user?,
                    name: value.name?,
                    roles: value.roles?,
                    settings: value.settings?,
                    status: value.status?,
                    status_connection: value.status_connection?,
                    success: value.success?,
                    username: value.username?,
                    utc_offset: value.utc_offset?,
                })
            }
        }
        impl ::std::convert::From<super::CurrentUser> for CurrentUser {
            fn from(value: super::CurrentUser) -> Self {
                Self {
                    active: Ok(value.active),
                    avatar_url: Ok(value.avatar_url),
                    email: Ok(value.email),
                    emails: Ok(value.emails),
                    id: Ok(value.id),
                    is_o_auth_user: Ok(value.is_o_auth_user),
                    name: Ok(value.name),
                    roles: Ok(value.roles),
                    settings: Ok(value.settings),
                    status: Ok(value.status),
                    status_connection: Ok(value.status_connection),
                    success: Ok(value.success),
                    username: Ok(value.username),
                    utc_offset: Ok(value.utc_offset),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Done {
            success: ::std::result::Result<bool, ::std::string::String>,
        }
        impl ::std::default::Default for Done {
            fn default() -> Self {
                Self {
                    success: Err("no value supplied for success".to_string()),
                }
            }
        }
        impl Done {
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Done> for super::Done {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Done,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { success: value.success? })
            }
        }
        impl ::std::convert::From<super::Done> for Done {
            fn from(value: super::Done) -> Self {
                Self { success: Ok(value.success) }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Email {
            address: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            verified: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Email {
            fn default() -> Self {
                Self {
                    address: Ok(Default::default()),
                    verified: Ok(Default::default()),
                }
            }
        }
        impl Email {
            pub fn address<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.address = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for address: {e}")
                    });
                self
            }
            pub fn verified<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.verified = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for verified: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Email> for super::Email {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Email,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    address: value.address?,
                    verified: value.verified?,
                })
            }
        }
        impl ::std::convert::From<super::Email> for Email {
            fn from(value: super::Email) -> Self {
                Self {
                    address: Ok(value.address),
                    verified: Ok(value.verified),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Failure {
            details: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
            error: ::std::result::Result<::std::string::String, ::std::string::String>,
            message: ::std::result::Result<::std::string::String, ::std::string::String>,
            status: ::std::result::Result<::std::string::String, ::std::string::String>,
            success: ::std::result::Result<bool, ::std::string::String>,
        }
        impl ::std::default::Default for Failure {
            fn default() -> Self {
                Self {
                    details: Ok(Default::default()),
                    error: Err("no value supplied for error".to_string()),
                    message: Err("no value supplied for message".to_string()),
                    status: Err("no value supplied for status".to_string()),
                    success: Err("no value supplied for success".to_string()),
                }
            }
        }
        impl Failure {
            pub fn details<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.details = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for details: {e}")
                    });
                self
            }
            pub fn error<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.error = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for error: {e}")
                    });
                self
            }
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for message: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Failure> for super::Failure {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Failure,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    details: value.details?,
                    error: value.error?,
                    message: value.message?,
                    status: value.status?,
                    success: value.success?,
                })
            }
        }
        impl ::std::convert::From<super::Failure> for Failure {
            fn from(value: super::Failure) -> Self {
                Self {
                    details: Ok(value.details),
                    error: Ok(value.error),
                    message: Ok(value.message),
                    status: Ok(value.status),
                    success: Ok(value.success),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LoggedOut {
            data: ::std::result::Result<super::LoggedOutData, ::std::string::String>,
            status: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for LoggedOut {
            fn default() -> Self {
                Self {
                    data: Err("no value supplied for data".to_string()),
                    status: Err("no value supplied for status".to_string()),
                }
            }
        }
        impl LoggedOut {
            pub fn data<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::LoggedOutData>,
                T::Error: ::std::fmt::Display,
            {
                self.data = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for data: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<LoggedOut> for super::LoggedOut {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LoggedOut,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    data: value.data?,
                    status: value.status?,
                })
            }
        }
        impl ::std::convert::From<super::LoggedOut> for LoggedOut {
            fn from(value: super::LoggedOut) -> Self {
                Self {
                    data: Ok(value.data),
                    status: Ok(value.status),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LoggedOutData {
            message: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for LoggedOutData {
            fn default() -> Self {
                Self {
                    message: Err("no value supplied for message".to_string()),
                }
            }
        }
        impl LoggedOutData {
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for message: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<LoggedOutData> for super::LoggedOutData {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LoggedOutData,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { message: value.message? })
            }
        }
        impl ::std::convert::From<super::LoggedOutData> for LoggedOutData {
            fn from(value: super::LoggedOutData) -> Self {
                Self { message: Ok(value.message) }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LoginData {
            auth_token: ::std::result::Result<
                crate::secret::Secret,
                ::std::string::String,
            >,
            me: ::std::result::Result<
                ::std::option::Option<super::Me>,
                ::std::string::String,
            >,
            user_id: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for LoginData {
            fn default() -> Self {
                Self {
                    auth_token: Err("no value supplied for auth_token".to_string()),
                    me: Ok(Default::default()),
                    user_id: Err("no value supplied for user_id".to_string()),
                }
            }
        }
        impl LoginData {
            pub fn auth_token<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::secret::Secret>,
                T::Error: ::std::fmt::Display,
            {
                self.auth_token = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for auth_token: {e}")
                    });
                self
            }
            pub fn me<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::Me>>,
                T::Error: ::std::fmt::Display,
            {
                self.me = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for me: {e}"));
                self
            }
            pub fn user_id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.user_id = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for user_id: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<LoginData> for super::LoginData {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LoginData,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    auth_token: value.auth_token?,
                    me: value.me?,
                    user_id: value.user_id?,
                })
            }
        }
        impl ::std::convert::From<super::LoginData> for LoginData {
            fn from(value: super::LoginData) -> Self {
                Self {
                    auth_token: Ok(value.auth_token),
                    me: Ok(value.me),
                    user_id: Ok(value.user_id),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LoginRequest {
            code: ::std::result::Result<
                ::std::option::Option<crate::secret::Secret>,
                ::std::string::String,
            >,
            password: ::std::result::Result<
                ::std::option::Option<crate::secret::Secret>,
                ::std::string::String,
            >,
            resume: ::std::result::Result<
                ::std::option::Option<crate::secret::Secret>,
                ::std::string::String,
            >,
            user: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for LoginRequest {
            fn default() -> Self {
                Self {
                    code: Ok(Default::default()),
                    password: Ok(Default::default()),
                    resume: Ok(Default::default()),
                    user: Ok(Default::default()),
                }
            }
        }
        impl LoginRequest {
            pub fn code<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<crate::secret::Secret>>,
                T::Error: ::std::fmt::Display,
            {
                self.code = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for code: {e}")
                    });
                self
            }
            pub fn password<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<crate::secret::Secret>>,
                T::Error: ::std::fmt::Display,
            {
                self.password = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for password: {e}")
                    });
                self
            }
            pub fn resume<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<crate::secret::Secret>>,
                T::Error: ::std::fmt::Display,
            {
                self.resume = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resume: {e}")
                    });
                self
            }
            pub fn user<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.user = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for user: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<LoginRequest> for super::LoginRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LoginRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    code: value.code?,
                    password: value.password?,
                    resume: value.resume?,
                    user: value.user?,
                })
            }
        }
        impl ::std::convert::From<super::LoginRequest> for LoginRequest {
            fn from(value: super::LoginRequest) -> Self {
                Self {
                    code: Ok(value.code),
                    password: Ok(value.password),
                    resume: Ok(value.resume),
                    user: Ok(value.user),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LoginSuccess {
            data: ::std::result::Result<super::LoginData, ::std::string::String>,
            status: ::std::result::Result<::std::string::String, ::std::string::String>,
            success: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for LoginSuccess {
            fn default() -> Self {
                Self {
                    data: Err("no value supplied for data".to_string()),
                    status: Err("no value supplied for status".to_string()),
                    success: Ok(Default::default()),
                }
            }
        }
        impl LoginSuccess {
            pub fn data<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::LoginData>,
                T::Error: ::std::fmt::Display,
            {
                self.data = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for data: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<LoginSuccess> for super::LoginSuccess {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LoginSuccess,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    data: value.data?,
                    status: value.status?,
                    success: value.success?,
                })
            }
        }
        impl ::std::convert::From<super::LoginSuccess> for LoginSuccess {
            fn from(value: super::LoginSuccess) -> Self {
                Self {
                    data: Ok(value.data),
                    status: Ok(value.status),
                    success: Ok(value.success),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Me {
            active: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            avatar_url: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            email: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            emails: ::std::result::Result<
                ::std::vec::Vec<super::Email>,
                ::std::string::String,
            >,
            id: ::std::result::Result<::std::string::String, ::std::string::String>,
            is_o_auth_user: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            roles: ::std::result::Result<
                ::std::vec::Vec<::std::string::String>,
                ::std::string::String,
            >,
            settings: ::std::result::Result<
                ::std::option::Option<super::Settings>,
                ::std::string::String,
            >,
            status: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            status_connection: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            username: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            utc_offset: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Me {
            fn default() -> Self {
                Self {
                    active: Ok(Default::default()),
                    avatar_url: Ok(Default::default()),
                    email: Ok(Default::default()),
                    emails: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    is_o_auth_user: Ok(Default::default()),
                    name: Ok(Default::default()),
                    roles: Ok(Default::default()),
                    settings: Ok(Default::default()),
                    status: Ok(Default::default()),
                    status_connection: Ok(Default::default()),
                    username: Ok(Default::default()),
                    utc_offset: Ok(Default::default()),
                }
            }
        }
        impl Me {
            pub fn active<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.active = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for active: {e}")
                    });
                self
            }
            pub fn avatar_url<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.avatar_url = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for avatar_url: {e}")
                    });
                self
            }
            pub fn email<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.email = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for email: {e}")
                    });
                self
            }
            pub fn emails<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Email>>,
                T::Error: ::std::fmt::Display,
            {
                self.emails = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for emails: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn is_o_auth_user<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.is_o_auth_user = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for is_o_auth_user: {e}"
                        )
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn roles<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.roles = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for roles: {e}")
                    });
                self
            }
            pub fn settings<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::Settings>>,
                T::Error: ::std::fmt::Display,
            {
                self.settings = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for settings: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn status_connection<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.status_connection = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for status_connection: {e}"
                        )
                    });
                self
            }
            pub fn username<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.username = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for username: {e}")
                    });
                self
            }
            pub fn utc_offset<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.utc_offset = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for utc_offset: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Me> for super::Me {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Me,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    active: value.active?,
                    avatar_url: value.avatar_url?,
                    email: value.email?,
                    emails: value.emails?,
                    id: value.id?,
                    is_o_auth_user: value.is_o_auth_user?,
                    name: value.name?,
                    roles: value.roles?,
                    settings: value.settings?,
                    status: value.status?,
                    status_connection: value.status_connection?,
                    username: value.username?,
                    utc_offset: value.utc_offset?,
                })
            }
        }
        impl ::std::convert::From<super::Me> for Me {
            fn from(value: super::Me) -> Self {
                Self {
                    active: Ok(value.active),
                    avatar_url: Ok(value.avatar_url),
                    email: Ok(value.email),
                    emails: Ok(value.emails),
                    id: Ok(value.id),
                    is_o_auth_user: Ok(value.is_o_auth_user),
                    name: Ok(value.name),
                    roles: Ok(value.roles),
                    settings: Ok(value.settings),
                    status: Ok(value.status),
                    status_connection: Ok(value.status_connection),
                    username: Ok(value.username),
                    utc_offset: Ok(value.utc_offset),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct NewPersonalAccessToken {
            bypass_two_factor: ::std::result::Result<bool, ::std::string::String>,
            token_name: ::std::result::Result<
                ::std::string::String,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for NewPersonalAccessToken {
            fn default() -> Self {
                Self {
                    bypass_two_factor: Ok(Default::default()),
                    token_name: Err("no value supplied for token_name".to_string()),
                }
            }
        }
        impl NewPersonalAccessToken {
            pub fn bypass_two_factor<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.bypass_two_factor = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for bypass_two_factor: {e}"
                        )
                    });
                self
            }
            pub fn token_name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.token_name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for token_name: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<NewPersonalAccessToken>
        for super::NewPersonalAccessToken {
            type Error = super::error::ConversionError;
            fn try_from(
                value: NewPersonalAccessToken,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    bypass_two_factor: value.bypass_two_factor?,
                    token_name: value.token_name?,
                })
            }
        }
        impl ::std::convert::From<super::NewPersonalAccessToken>
        for NewPersonalAccessToken {
            fn from(value: super::NewPersonalAccessToken) -> Self {
                Self {
                    bypass_two_factor: Ok(value.bypass_two_factor),
                    token_name: Ok(value.token_name),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PersonalAccessToken {
            bypass_two_factor: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            created_at: ::std::result::Result<
                ::std::string::String,
                ::std::string::String,
            >,
            last_token_part: ::std::result::Result<
                ::std::string::String,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for PersonalAccessToken {
            fn default() -> Self {
                Self {
                    bypass_two_factor: Ok(Default::default()),
                    created_at: Err("no value supplied for created_at".to_string()),
                    last_token_part: Err(
                        "no value supplied for last_token_part".to_string(),
                    ),
                    name: Err("no value supplied for name".to_string()),
                }
            }
        }
        impl PersonalAccessToken {
            pub fn bypass_two_factor<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.bypass_two_factor = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for bypass_two_factor: {e}"
                        )
                    });
                self
            }
            pub fn created_at<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.created_at = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for created_at: {e}")
                    });
                self
            }
            pub fn last_token_part<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.last_token_part = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for last_token_part: {e}"
                        )
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<PersonalAccessToken>
        for super::PersonalAccessToken {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PersonalAccessToken,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    bypass_two_factor: value.bypass_two_factor?,
                    created_at: value.created_at?,
                    last_token_part: value.last_token_part?,
                    name: value.name?,
                })
            }
        }
        impl ::std::convert::From<super::PersonalAccessToken> for PersonalAccessToken {
            fn from(value: super::PersonalAccessToken) -> Self {
                Self {
                    bypass_two_factor: Ok(value.bypass_two_factor),
                    created_at: Ok(value.created_at),
                    last_token_part: Ok(value.last_token_part),
                    name: Ok(value.name),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PersonalAccessTokenName {
            token_name: ::std::result::Result<
                ::std::string::String,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PersonalAccessTokenName {
            fn default() -> Self {
                Self {
                    token_name: Err("no value supplied for token_name".to_string()),
                }
            }
        }
        impl PersonalAccessTokenName {
            pub fn token_name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.token_name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for token_name: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<PersonalAccessTokenName>
        for super::PersonalAccessTokenName {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PersonalAccessTokenName,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    token_name: value.token_name?,
                })
            }
        }
        impl ::std::convert::From<super::PersonalAccessTokenName>
        for PersonalAccessTokenName {
            fn from(value: super::PersonalAccessTokenName) -> Self {
                Self {
                    token_name: Ok(value.token_name),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PersonalAccessTokenSecret {
            success: ::std::result::Result<bool, ::std::string::String>,
            token: ::std::result::Result<crate::secret::Secret, ::std::string::String>,
        }
        impl ::std::default::Default for PersonalAccessTokenSecret {
            fn default() -> Self {
                Self {
                    success: Err("no value supplied for success".to_string()),
                    token: Err("no value supplied for token".to_string()),
                }
            }
        }
        impl PersonalAccessTokenSecret {
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
            pub fn token<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::secret::Secret>,
                T::Error: ::std::fmt::Display,
            {
                self.token = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for token: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<PersonalAccessTokenSecret>
        for super::PersonalAccessTokenSecret {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PersonalAccessTokenSecret,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    success: value.success?,
                    token: value.token?,
                })
            }
        }
        impl ::std::convert::From<super::PersonalAccessTokenSecret>
        for PersonalAccessTokenSecret {
            fn from(value: super::PersonalAccessTokenSecret) -> Self {
                Self {
                    success: Ok(value.success),
                    token: Ok(value.token),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PersonalAccessTokens {
            success: ::std::result::Result<bool, ::std::string::String>,
            tokens: ::std::result::Result<
                ::std::vec::Vec<super::PersonalAccessToken>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PersonalAccessTokens {
            fn default() -> Self {
                Self {
                    success: Err("no value supplied for success".to_string()),
                    tokens: Err("no value supplied for tokens".to_string()),
                }
            }
        }
        impl PersonalAccessTokens {
            pub fn success<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.success = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for success: {e}")
                    });
                self
            }
            pub fn tokens<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::PersonalAccessToken>>,
                T::Error: ::std::fmt::Display,
            {
                self.tokens = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for tokens: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<PersonalAccessTokens>
        for super::PersonalAccessTokens {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PersonalAccessTokens,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    success: value.success?,
                    tokens: value.tokens?,
                })
            }
        }
        impl ::std::convert::From<super::PersonalAccessTokens> for PersonalAccessTokens {
            fn from(value: super::PersonalAccessTokens) -> Self {
                Self {
                    success: Ok(value.success),
                    tokens: Ok(value.tokens),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Settings {
            preferences: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
            profile: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Settings {
            fn default() -> Self {
                Self {
                    preferences: Ok(Default::default()),
                    profile: Ok(Default::default()),
                }
            }
        }
        impl Settings {
            pub fn preferences<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.preferences = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for preferences: {e}")
                    });
                self
            }
            pub fn profile<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.profile = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for profile: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Settings> for super::Settings {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Settings,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    preferences: value.preferences?,
                    profile: value.profile?,
                })
            }
        }
        impl ::std::convert::From<super::Settings> for Settings {
            fn from(value: super::Settings) -> Self {
                Self {
                    preferences: Ok(value.preferences),
                    profile: Ok(value.profile),
                }
            }
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
#[derive(Clone, Debug)]
/**Client for Rocket.Chat login

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
impl Client {
    /**Login with Username and Password

-  Although none of the body parameters are required, it's mandatory to include  either the `user` AND `password`  or only the `resume` parameter.

- To authenticate a request, you need to pass the `userId` and `authToken` values from this JSON response object as headers in the request. The `authToken` is passed as `X-Auth-Token` header, while the `userId` as `X-User-Id` header.

-  If LDAP authentication is enabled, you must maintain the login in the same way as you normally do. Similarly, if 2FA is enabled for an LDAP user, everything stays the same.

### Changelog
| Version      | Description |
 | ---------------- | ------------|
 |1.0.0            | Added `avatarUrl` property to response       |
 |0.64.0            | Added `me` property.      |
 |0.60.0            | Added      |

Sends a `POST` request to `/api/v1/login`

Arguments:
- `body`: The credentials.
```ignore
let response = client.login()
    .body(body)
    .send()
    .await;
```*/
    pub fn login(&self) -> builder::Login<'_> {
        builder::Login::new(self)
    }
    /**The account a token belongs to

Returns the account that the two headers name.

Sends a `GET` request to `/api/v1/me`

```ignore
let response = client.me()
    .send()
    .await;
```*/
    pub fn me(&self) -> builder::Me<'_> {
        builder::Me::new(self)
    }
    /**Log out, as one client library does it

The same as `POST`, kept for clients that use it.

Sends a `GET` request to `/api/v1/logout`

```ignore
let response = client.logout_by_get()
    .send()
    .await;
```*/
    pub fn logout_by_get(&self) -> builder::LogoutByGet<'_> {
        builder::LogoutByGet::new(self)
    }
    /**Log out

Ends the session that the two headers name; every other session goes on.

Sends a `POST` request to `/api/v1/logout`

```ignore
let response = client.logout()
    .send()
    .await;
```*/
    pub fn logout(&self) -> builder::Logout<'_> {
        builder::Logout::new(self)
    }
    /**Generate a personal access token

Makes a token of the account that the two headers name. Only this response holds its secret. If the account has a second factor, the header `x-2fa-code` holds a code of it, and `x-2fa-method` its kind, such as `totp`.

Sends a `POST` request to `/api/v1/users.generatePersonalAccessToken`

Arguments:
- `body`: The token to generate.
```ignore
let response = client.generate_personal_access_token()
    .body(body)
    .send()
    .await;
```*/
    pub fn generate_personal_access_token(
        &self,
    ) -> builder::GeneratePersonalAccessToken<'_> {
        builder::GeneratePersonalAccessToken::new(self)
    }
    /**Replace the secret of a personal access token

Keeps the name and `bypassTwoFactor`. The old secret no longer works. The second factor is that of `users.generatePersonalAccessToken`.

Sends a `POST` request to `/api/v1/users.regeneratePersonalAccessToken`

Arguments:
- `body`: The token.
```ignore
let response = client.regenerate_personal_access_token()
    .body(body)
    .send()
    .await;
```*/
    pub fn regenerate_personal_access_token(
        &self,
    ) -> builder::RegeneratePersonalAccessToken<'_> {
        builder::RegeneratePersonalAccessToken::new(self)
    }
    /**Remove a personal access token

The token no longer works. The second factor is that of `users.generatePersonalAccessToken`.

Sends a `POST` request to `/api/v1/users.removePersonalAccessToken`

Arguments:
- `body`: The token.
```ignore
let response = client.remove_personal_access_token()
    .body(body)
    .send()
    .await;
```*/
    pub fn remove_personal_access_token(
        &self,
    ) -> builder::RemovePersonalAccessToken<'_> {
        builder::RemovePersonalAccessToken::new(self)
    }
    /**List the personal access tokens

Lists the tokens of the account that the two headers name. It holds no secret.

Sends a `GET` request to `/api/v1/users.getPersonalAccessTokens`

```ignore
let response = client.get_personal_access_tokens()
    .send()
    .await;
```*/
    pub fn get_personal_access_tokens(&self) -> builder::GetPersonalAccessTokens<'_> {
        builder::GetPersonalAccessTokens::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::login`]

[`Client::login`]: super::Client::login*/
    #[derive(Debug, Clone)]
    pub struct Login<'a> {
        client: &'a super::Client,
        body: Result<types::builder::LoginRequest, String>,
    }
    impl<'a> Login<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::LoginRequest>,
            <V as std::convert::TryInto<types::LoginRequest>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `LoginRequest` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::LoginRequest,
            ) -> types::builder::LoginRequest,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/v1/login`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::LoginSuccess>, Error<types::Failure>> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::LoginRequest::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/api/v1/login", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "login",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                408u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                413u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                415u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::me`]

[`Client::me`]: super::Client::me*/
    #[derive(Debug, Clone)]
    pub struct Me<'a> {
        client: &'a super::Client,
    }
    impl<'a> Me<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/v1/me`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::CurrentUser>, Error<types::Failure>> {
            let Self { client } = self;
            let url = format!("{}/api/v1/me", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "me",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::logout_by_get`]

[`Client::logout_by_get`]: super::Client::logout_by_get*/
    #[derive(Debug, Clone)]
    pub struct LogoutByGet<'a> {
        client: &'a super::Client,
    }
    impl<'a> LogoutByGet<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/v1/logout`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::LoggedOut>, Error<types::Failure>> {
            let Self { client } = self;
            let url = format!("{}/api/v1/logout", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "logout_by_get",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::logout`]

[`Client::logout`]: super::Client::logout*/
    #[derive(Debug, Clone)]
    pub struct Logout<'a> {
        client: &'a super::Client,
    }
    impl<'a> Logout<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `POST` request to `/api/v1/logout`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::LoggedOut>, Error<types::Failure>> {
            let Self { client } = self;
            let url = format!("{}/api/v1/logout", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "logout",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::generate_personal_access_token`]

[`Client::generate_personal_access_token`]: super::Client::generate_personal_access_token*/
    #[derive(Debug, Clone)]
    pub struct GeneratePersonalAccessToken<'a> {
        client: &'a super::Client,
        body: Result<types::builder::NewPersonalAccessToken, String>,
    }
    impl<'a> GeneratePersonalAccessToken<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewPersonalAccessToken>,
            <V as std::convert::TryInto<
                types::NewPersonalAccessToken,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!(
                        "conversion to `NewPersonalAccessToken` for body failed: {}", s
                    )
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::NewPersonalAccessToken,
            ) -> types::builder::NewPersonalAccessToken,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/v1/users.generatePersonalAccessToken`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<types::PersonalAccessTokenSecret>,
            Error<types::GeneratePersonalAccessTokenError>,
        > {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::NewPersonalAccessToken::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/api/v1/users.generatePersonalAccessToken", client.baseurl,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "generate_personal_access_token",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                403u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                408u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                413u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                415u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::regenerate_personal_access_token`]

[`Client::regenerate_personal_access_token`]: super::Client::regenerate_personal_access_token*/
    #[derive(Debug, Clone)]
    pub struct RegeneratePersonalAccessToken<'a> {
        client: &'a super::Client,
        body: Result<types::builder::PersonalAccessTokenName, String>,
    }
    impl<'a> RegeneratePersonalAccessToken<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::PersonalAccessTokenName>,
            <V as std::convert::TryInto<
                types::PersonalAccessTokenName,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!(
                        "conversion to `PersonalAccessTokenName` for body failed: {}", s
                    )
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::PersonalAccessTokenName,
            ) -> types::builder::PersonalAccessTokenName,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/v1/users.regeneratePersonalAccessToken`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<types::PersonalAccessTokenSecret>,
            Error<types::RegeneratePersonalAccessTokenError>,
        > {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::PersonalAccessTokenName::try_from(v)
                        .map_err(|e| e.to_string())
                })
                .map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/api/v1/users.regeneratePersonalAccessToken", client.baseurl,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "regenerate_personal_access_token",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                403u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                408u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                413u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                415u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::remove_personal_access_token`]

[`Client::remove_personal_access_token`]: super::Client::remove_personal_access_token*/
    #[derive(Debug, Clone)]
    pub struct RemovePersonalAccessToken<'a> {
        client: &'a super::Client,
        body: Result<types::builder::PersonalAccessTokenName, String>,
    }
    impl<'a> RemovePersonalAccessToken<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::PersonalAccessTokenName>,
            <V as std::convert::TryInto<
                types::PersonalAccessTokenName,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!(
                        "conversion to `PersonalAccessTokenName` for body failed: {}", s
                    )
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::PersonalAccessTokenName,
            ) -> types::builder::PersonalAccessTokenName,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/v1/users.removePersonalAccessToken`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<types::Done>,
            Error<types::RemovePersonalAccessTokenError>,
        > {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::PersonalAccessTokenName::try_from(v)
                        .map_err(|e| e.to_string())
                })
                .map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/api/v1/users.removePersonalAccessToken", client.baseurl,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "remove_personal_access_token",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                403u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                408u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                413u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                415u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_personal_access_tokens`]

[`Client::get_personal_access_tokens`]: super::Client::get_personal_access_tokens*/
    #[derive(Debug, Clone)]
    pub struct GetPersonalAccessTokens<'a> {
        client: &'a super::Client,
    }
    impl<'a> GetPersonalAccessTokens<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/v1/users.getPersonalAccessTokens`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<types::PersonalAccessTokens>,
            Error<types::GetPersonalAccessTokensError>,
        > {
            let Self { client } = self;
            let url = format!(
                "{}/api/v1/users.getPersonalAccessTokens", client.baseurl,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "get_personal_access_tokens",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                403u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                429u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
