// Written by `cargo xtask generate` from spec/openapi.json (sha256 6ad2fced02a9f87ea240a8e35e751513693719a6ce3116bd0c02e49ea0ca613c); do not edit.

/// The types of requests and responses.
pub mod types {
    ///What an error response of an operation on the caller's account holds.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct CallFailure {
        ///More about it, such as the second factors an account has.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(
            with = "::serde_json::Map<::std::string::String,::serde_json::Value>"
        )]
        pub details: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///What is wrong, for people, with the kind in square brackets at its end.
        pub error: ::std::string::String,
        ///The kind of error, for programs. Absent where the account lacks a permission.
        #[serde(
            rename = "errorType",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub error_type: ::std::option::Option<::std::string::String>,
        ///Always false.
        pub success: bool,
    }
    ///The account a token belongs to.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct CurrentUser {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub active: ::std::option::Option<bool>,
        #[serde(
            rename = "avatarUrl",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub avatar_url: ::std::option::Option<::std::string::String>,
        ///The first e-mail address, where it is verified.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub email: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<Email>")]
        pub emails: ::std::option::Option<::std::vec::Vec<Email>>,
        #[serde(rename = "_id")]
        pub id: ::std::string::String,
        ///Whether the account logs in by OAuth.
        #[serde(
            rename = "isOAuthUser",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub is_o_auth_user: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub roles: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Settings")]
        pub settings: ::std::option::Option<Settings>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "statusConnection",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub status_connection: ::std::option::Option<::std::string::String>,
        ///Always true.
        pub success: bool,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub username: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "utcOffset",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "i64")]
        pub utc_offset: ::std::option::Option<i64>,
    }
    ///The response to a call that returns nothing else.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Done {
        ///Always true.
        pub success: bool,
    }
    ///An e-mail address of an account.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Email {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub address: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub verified: ::std::option::Option<bool>,
    }
    ///What every error response holds.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Failure {
        ///More about it, such as the second factors an account has.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(
            with = "::serde_json::Map<::std::string::String,::serde_json::Value>"
        )]
        pub details: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///The kind of error, for programs.
        pub error: ::std::string::String,
        ///What is wrong, for people.
        pub message: ::std::string::String,
        ///Always `error`.
        pub status: ::std::string::String,
        ///Always false.
        pub success: bool,
    }
    ///The response to a logout.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct LoggedOut {
        pub data: LoggedOutData,
        ///Always `success`.
        pub status: ::std::string::String,
    }
    ///What the server says to people.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct LoggedOutData {
        ///A farewell.
        pub message: ::std::string::String,
    }
    ///The credentials of a session and the account they belong to.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct LoginData {
        ///Sent as the header `X-Auth-Token` with every later request, or as `resume` to log in again.
        #[serde(rename = "authToken")]
        pub auth_token: specfirst_dropshot::Secret,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Me")]
        pub me: ::std::option::Option<Me>,
        ///Sent as the header `X-User-Id` with every later request.
        #[serde(rename = "userId")]
        pub user_id: ::std::string::String,
    }
    ///What a login sends, either `user` and `password` or only `resume`.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct LoginRequest {
        ///The 2FA code. It is required if your account has two-factor authentication enabled .
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "specfirst_dropshot::Secret")]
        pub code: ::std::option::Option<specfirst_dropshot::Secret>,
        ///Your pasword.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "specfirst_dropshot::Secret")]
        pub password: ::std::option::Option<specfirst_dropshot::Secret>,
        ///Your previously issued `authToken`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "specfirst_dropshot::Secret")]
        pub resume: ::std::option::Option<specfirst_dropshot::Secret>,
        ///Your user name or email.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub user: ::std::option::Option<::std::string::String>,
    }
    ///The response to a login that succeeded.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct LoginSuccess {
        pub data: LoginData,
        pub status: ::std::string::String,
        ///True where the login succeeded.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub success: ::std::option::Option<bool>,
    }
    ///The account that logged in.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Me {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub active: ::std::option::Option<bool>,
        #[serde(
            rename = "avatarUrl",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub avatar_url: ::std::option::Option<::std::string::String>,
        ///The first e-mail address, where it is verified.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub email: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<Email>")]
        pub emails: ::std::option::Option<::std::vec::Vec<Email>>,
        #[serde(rename = "_id")]
        pub id: ::std::string::String,
        ///Whether the account logs in by OAuth.
        #[serde(
            rename = "isOAuthUser",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "bool")]
        pub is_o_auth_user: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub roles: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "Settings")]
        pub settings: ::std::option::Option<Settings>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub status: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "statusConnection",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub status_connection: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub username: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "utcOffset",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "i64")]
        pub utc_offset: ::std::option::Option<i64>,
    }
    ///The token to generate.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct NewPersonalAccessToken {
        ///Whether calls with this token need no code of a second factor.
        #[serde(rename = "bypassTwoFactor", default)]
        pub bypass_two_factor: bool,
        ///The name of the token, which is unique in the account.
        #[serde(rename = "tokenName")]
        pub token_name: ::std::string::String,
    }
    ///What is known of a token without its secret.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct PersonalAccessToken {
        ///Whether calls with this token need no code of a second factor.
        #[serde(
            rename = "bypassTwoFactor",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "bool")]
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
    ///Which token of the account.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct PersonalAccessTokenName {
        ///The name of the token, which is compared exactly.
        #[serde(rename = "tokenName")]
        pub token_name: ::std::string::String,
    }
    ///A token, which no later response holds.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct PersonalAccessTokenSecret {
        ///Always true.
        pub success: bool,
        ///Sent as the header `X-Auth-Token`, or as `resume` to log in.
        pub token: specfirst_dropshot::Secret,
    }
    ///The personal access tokens of the account.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct PersonalAccessTokens {
        ///Always true.
        pub success: bool,
        ///All tokens of the account, without their secrets.
        pub tokens: ::std::vec::Vec<PersonalAccessToken>,
    }
    ///What an account has set for itself.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Settings {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(
            with = "::serde_json::Map<::std::string::String,::serde_json::Value>"
        )]
        pub preferences: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///What the account says of itself.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(
            with = "::serde_json::Map<::std::string::String,::serde_json::Value>"
        )]
        pub profile: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
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
pub struct AuthTokenAndUserIdCredentials {
    /// The `authToken` of a login, or a personal access token.
    pub auth_token: specfirst_dropshot::Secret,
    /// The `userId` of the account that the token belongs to.
    pub user_id: specfirst_dropshot::Secret,
}
impl specfirst_dropshot::Credentials for AuthTokenAndUserIdCredentials {
    fn read(request: &dropshot::RequestInfo) -> Option<Self> {
        Some(Self {
            auth_token: specfirst_dropshot::credentials::header(
                request,
                "x-auth-token",
            )?,
            user_id: specfirst_dropshot::credentials::header(request, "x-user-id")?,
        })
    }
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct LoginOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct TooManyRequestsHeaders {
    ///After how many seconds to try again (RFC 9110, section 10.2.3).
    #[serde(rename = "Retry-After")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub retry_after: ::std::option::Option<u64>,
    ///How many requests one window takes.
    #[serde(rename = "X-RateLimit-Limit")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub x_rate_limit_limit: ::std::option::Option<u64>,
    ///How many requests are left in this window.
    #[serde(rename = "X-RateLimit-Remaining")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub x_rate_limit_remaining: ::std::option::Option<u64>,
    ///When the window ends, in milliseconds since 1970 (UTC).
    #[serde(rename = "X-RateLimit-Reset")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub x_rate_limit_reset: ::std::option::Option<u64>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct UnavailableHeaders {
    ///After how many seconds to try again (RFC 9110, section 10.2.3).
    #[serde(rename = "Retry-After")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub retry_after: ::std::option::Option<u64>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct MeOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct LogoutByGetOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct LogoutOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct GeneratePersonalAccessTokenOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct RegeneratePersonalAccessTokenOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct RemovePersonalAccessTokenOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct GetPersonalAccessTokensOkHeaders {
    ///Always `no-store`.
    #[serde(rename = "Cache-Control")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub cache_control: ::std::option::Option<::std::string::String>,
    ///Always `no-cache`, for caches of HTTP/1.0.
    #[serde(rename = "Pragma")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub pragma: ::std::option::Option<::std::string::String>,
}
/// Every response that the document gives `login`.
#[derive(Debug)]
pub enum LoginResponse {
    /// 200: The login succeeded.
    Ok(types::LoginSuccess, LoginOkHeaders),
    /// 400: The request is malformed; the message says where.
    BadRequest(types::Failure),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 408: The body did not arrive in time.
    RequestTimeout(types::Failure),
    /// 413: The body is larger than the server takes.
    PayloadTooLarge(types::Failure),
    /// 415: The body is neither JSON nor a form.
    UnsupportedMediaType(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for LoginResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::BadRequest(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::RequestTimeout(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::PayloadTooLarge(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::UnsupportedMediaType(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The login succeeded.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::LoginSuccess>,
                LoginOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::RequestTimeout(..) => http::StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge(..) => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(..) => http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `me`.
#[derive(Debug)]
pub enum MeResponse {
    /// 200: The account.
    Ok(types::CurrentUser, MeOkHeaders),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for MeResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The account.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::CurrentUser>,
                MeOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `logout_by_get`.
#[derive(Debug)]
pub enum LogoutByGetResponse {
    /// 200: The token no longer works.
    Ok(types::LoggedOut, LogoutByGetOkHeaders),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for LogoutByGetResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The token no longer works.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::LoggedOut>,
                LogoutByGetOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `logout`.
#[derive(Debug)]
pub enum LogoutResponse {
    /// 200: The token no longer works.
    Ok(types::LoggedOut, LogoutOkHeaders),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for LogoutResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The token no longer works.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::LoggedOut>,
                LogoutOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `generate_personal_access_token`.
#[derive(Debug)]
pub enum GeneratePersonalAccessTokenResponse {
    /// 200: The token works from now on.
    Ok(types::PersonalAccessTokenSecret, GeneratePersonalAccessTokenOkHeaders),
    /// 400: The body is malformed (`invalid-params`), or the operation does not allow it. `errorType` is `error-token-already-exists`, `error-token-does-not-exists` (sic), `not-authorized`, `totp-required` or `totp-invalid`; and `error-login-blocked-for-user` or `-for-ip` after too many wrong codes.
    BadRequest(types::CallFailure),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 403: The account lacks the permission `create-personal-access-tokens`.
    Forbidden(types::CallFailure),
    /// 408: The body did not arrive in time.
    RequestTimeout(types::Failure),
    /// 413: The body is larger than the server takes.
    PayloadTooLarge(types::Failure),
    /// 415: The body is neither JSON nor a form.
    UnsupportedMediaType(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for GeneratePersonalAccessTokenResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::BadRequest(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Forbidden(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::RequestTimeout(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::PayloadTooLarge(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::UnsupportedMediaType(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The token works from now on.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::PersonalAccessTokenSecret>,
                GeneratePersonalAccessTokenOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden(..) => http::StatusCode::FORBIDDEN,
            Self::RequestTimeout(..) => http::StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge(..) => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(..) => http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `regenerate_personal_access_token`.
#[derive(Debug)]
pub enum RegeneratePersonalAccessTokenResponse {
    /// 200: The token works from now on.
    Ok(types::PersonalAccessTokenSecret, RegeneratePersonalAccessTokenOkHeaders),
    /// 400: The body is malformed (`invalid-params`), or the operation does not allow it. `errorType` is `error-token-already-exists`, `error-token-does-not-exists` (sic), `not-authorized`, `totp-required` or `totp-invalid`; and `error-login-blocked-for-user` or `-for-ip` after too many wrong codes.
    BadRequest(types::CallFailure),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 403: The account lacks the permission `create-personal-access-tokens`.
    Forbidden(types::CallFailure),
    /// 408: The body did not arrive in time.
    RequestTimeout(types::Failure),
    /// 413: The body is larger than the server takes.
    PayloadTooLarge(types::Failure),
    /// 415: The body is neither JSON nor a form.
    UnsupportedMediaType(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for RegeneratePersonalAccessTokenResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::BadRequest(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Forbidden(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::RequestTimeout(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::PayloadTooLarge(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::UnsupportedMediaType(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The token works from now on.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::PersonalAccessTokenSecret>,
                RegeneratePersonalAccessTokenOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden(..) => http::StatusCode::FORBIDDEN,
            Self::RequestTimeout(..) => http::StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge(..) => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(..) => http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `remove_personal_access_token`.
#[derive(Debug)]
pub enum RemovePersonalAccessTokenResponse {
    /// 200: The token no longer works.
    Ok(types::Done, RemovePersonalAccessTokenOkHeaders),
    /// 400: The body is malformed (`invalid-params`), or the operation does not allow it. `errorType` is `error-token-already-exists`, `error-token-does-not-exists` (sic), `not-authorized`, `totp-required` or `totp-invalid`; and `error-login-blocked-for-user` or `-for-ip` after too many wrong codes.
    BadRequest(types::CallFailure),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 403: The account lacks the permission `create-personal-access-tokens`.
    Forbidden(types::CallFailure),
    /// 408: The body did not arrive in time.
    RequestTimeout(types::Failure),
    /// 413: The body is larger than the server takes.
    PayloadTooLarge(types::Failure),
    /// 415: The body is neither JSON nor a form.
    UnsupportedMediaType(types::Failure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for RemovePersonalAccessTokenResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::BadRequest(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Forbidden(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::RequestTimeout(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::PayloadTooLarge(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::UnsupportedMediaType(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The token no longer works.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::Done>,
                RemovePersonalAccessTokenOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden(..) => http::StatusCode::FORBIDDEN,
            Self::RequestTimeout(..) => http::StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge(..) => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(..) => http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// Every response that the document gives `get_personal_access_tokens`.
#[derive(Debug)]
pub enum GetPersonalAccessTokensResponse {
    /// 200: The tokens.
    Ok(types::PersonalAccessTokens, GetPersonalAccessTokensOkHeaders),
    /// 400: The body is malformed (`invalid-params`), or the operation does not allow it. `errorType` is `error-token-already-exists`, `error-token-does-not-exists` (sic), `not-authorized`, `totp-required` or `totp-invalid`; and `error-login-blocked-for-user` or `-for-ip` after too many wrong codes.
    BadRequest(types::CallFailure),
    /// 401: The credentials are missing or wrong, a second factor is needed, or the account may not log in.
    Unauthorized(types::Failure),
    /// 403: The account lacks the permission `create-personal-access-tokens`.
    Forbidden(types::CallFailure),
    /// 429: The rate limit is reached.
    TooManyRequests(types::Failure, TooManyRequestsHeaders),
    /// 503: The server is too busy or its database is away.
    ServiceUnavailable(types::Failure, UnavailableHeaders),
}
impl dropshot::HttpResponse for GetPersonalAccessTokensResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::BadRequest(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Unauthorized(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Forbidden(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ServiceUnavailable(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The tokens.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::PersonalAccessTokens>,
                GetPersonalAccessTokensOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::BadRequest(..) => http::StatusCode::BAD_REQUEST,
            Self::Unauthorized(..) => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden(..) => http::StatusCode::FORBIDDEN,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ServiceUnavailable(..) => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "login_api_mod"}]
pub trait LoginApi {
    /// The state that the handlers share.
    type Context;
    /// Login with Username and Password
    ///
    /// -  Although none of the body parameters are required, it's mandatory to include  either the `user` AND `password`  or only the `resume` parameter.
    ///
    /// - To authenticate a request, you need to pass the `userId` and `authToken` values from this JSON response object as headers in the request. The `authToken` is passed as `X-Auth-Token` header, while the `userId` as `X-User-Id` header.
    ///
    /// -  If LDAP authentication is enabled, you must maintain the login in the same way as you normally do. Similarly, if 2FA is enabled for an LDAP user, everything stays the same.
    ///
    /// ### Changelog
    /// | Version      | Description |
    ///  | ---------------- | ------------|
    ///  |1.0.0            | Added `avatarUrl` property to response       |
    ///  |0.64.0            | Added `me` property.      |
    ///  |0.60.0            | Added      |
    #[endpoint{method = POST,
    path = "/api/v1/login",
    tags = ["Authentication"]}]
    async fn login(
        rqctx: dropshot::RequestContext<Self::Context>,
        body: specfirst_dropshot::JsonOrForm<types::LoginRequest>,
    ) -> Result<
        specfirst_dropshot::Response<LoginResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// The account a token belongs to
    ///
    /// Returns the account that the two headers name.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = GET,
    path = "/api/v1/me",
    tags = ["Authentication"]}]
    async fn me(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<MeResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// Log out, as one client library does it
    ///
    /// The same as `POST`, kept for clients that use it.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = GET,
    path = "/api/v1/logout",
    tags = ["Authentication"],
    deprecated = true}]
    async fn logout_by_get(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<LogoutByGetResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// Log out
    ///
    /// Ends the session that the two headers name; every other session goes on.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = POST,
    path = "/api/v1/logout",
    tags = ["Authentication"]}]
    async fn logout(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<LogoutResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// Generate a personal access token
    ///
    /// Makes a token of the account that the two headers name. Only this response holds its secret. If the account has a second factor, the header `x-2fa-code` holds a code of it, and `x-2fa-method` its kind, such as `totp`.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = POST,
    path = "/api/v1/users.generatePersonalAccessToken",
    tags = ["Authentication"]}]
    async fn generate_personal_access_token(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
        body: specfirst_dropshot::JsonOrForm<types::NewPersonalAccessToken>,
    ) -> Result<
        specfirst_dropshot::Response<
            GeneratePersonalAccessTokenResponse,
            types::Failure,
        >,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// Replace the secret of a personal access token
    ///
    /// Keeps the name and `bypassTwoFactor`. The old secret no longer works. The second factor is that of `users.generatePersonalAccessToken`.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = POST,
    path = "/api/v1/users.regeneratePersonalAccessToken",
    tags = ["Authentication"]}]
    async fn regenerate_personal_access_token(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
        body: specfirst_dropshot::JsonOrForm<types::PersonalAccessTokenName>,
    ) -> Result<
        specfirst_dropshot::Response<
            RegeneratePersonalAccessTokenResponse,
            types::Failure,
        >,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// Remove a personal access token
    ///
    /// The token no longer works. The second factor is that of `users.generatePersonalAccessToken`.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = POST,
    path = "/api/v1/users.removePersonalAccessToken",
    tags = ["Authentication"]}]
    async fn remove_personal_access_token(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
        body: specfirst_dropshot::JsonOrForm<types::PersonalAccessTokenName>,
    ) -> Result<
        specfirst_dropshot::Response<RemovePersonalAccessTokenResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
    /// List the personal access tokens
    ///
    /// Lists the tokens of the account that the two headers name. It holds no secret.
    ///
    /// The caller presents `X-Auth-Token` and `X-User-Id`.
    #[endpoint{method = GET,
    path = "/api/v1/users.getPersonalAccessTokens",
    tags = ["Authentication"]}]
    async fn get_personal_access_tokens(
        rqctx: dropshot::RequestContext<Self::Context>,
        credentials: specfirst_dropshot::Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<
        specfirst_dropshot::Response<GetPersonalAccessTokensResponse, types::Failure>,
        specfirst_dropshot::ApiError<types::Failure>,
    >;
}
