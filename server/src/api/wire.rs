//! What goes over the wire, as `spec/openapi.json` says it.
//!
//! Written by hand for as long as the generator does not write the API trait; the names are those
//! that it will give, so that its output can take this module's place.

use dropshot::RequestContext;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ApiError;
use super::answer::Answer;
use crate::body::JsonOrForm;
use crate::secret::Secret;

/// What a login sends, either `user` and `password` or only `resume`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LoginRequest {
    /// Your user name or email.
    #[serde(default)]
    #[schemars(with = "String")]
    pub user: Option<String>,
    /// Your password.
    #[serde(default)]
    #[schemars(with = "Secret")]
    pub password: Option<Secret>,
    /// Your previously issued `authToken`.
    #[serde(default)]
    #[schemars(with = "Secret")]
    pub resume: Option<Secret>,
    /// The 2FA code.
    #[serde(default)]
    #[schemars(with = "Secret")]
    pub code: Option<Secret>,
}

/// The answer to a login that succeeded.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoginSuccess {
    pub status: String,
    pub success: bool,
    pub data: LoginData,
}

/// The credentials of a session and the account they belong to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginData {
    pub user_id: String,
    pub auth_token: Secret,
    pub me: Me,
}

/// The account that logged in.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub username: String,
    pub emails: Vec<Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub status: String,
    pub status_connection: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<i64>,
    pub active: bool,
    pub roles: Vec<String>,
    pub settings: Settings,
    pub avatar_url: String,
    #[serde(rename = "isOAuthUser")]
    pub is_oauth_user: bool,
}

/// An e-mail address of an account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Email {
    pub address: String,
    pub verified: bool,
}

/// What an account has set for itself.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Settings {
    pub profile: Empty,
    pub preferences: Empty,
}

/// An object without members.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Empty {}

/// The account a token belongs to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CurrentUser {
    #[serde(flatten)]
    pub me: Me,
    pub success: bool,
}

/// The answer to a logout.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoggedOut {
    pub status: String,
    pub data: LoggedOutData,
}

/// What the server says to people.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoggedOutData {
    pub message: String,
}

/// The operations of the document.
#[dropshot::api_description { module = "login_api_mod" }]
pub(crate) trait LoginApi {
    /// The state that the handlers share.
    type Context;

    /// Login with user name and password
    #[endpoint { method = POST, path = "/api/v1/login", tags = ["Authentication"] }]
    async fn login(
        rqctx: RequestContext<Self::Context>,
        body: JsonOrForm<LoginRequest>,
    ) -> Result<Answer<LoginSuccess>, ApiError>;

    /// The account a token belongs to
    #[endpoint { method = GET, path = "/api/v1/me", tags = ["Authentication"] }]
    async fn me(rqctx: RequestContext<Self::Context>) -> Result<Answer<CurrentUser>, ApiError>;

    /// Log out
    #[endpoint { method = POST, path = "/api/v1/logout", tags = ["Authentication"] }]
    async fn logout(rqctx: RequestContext<Self::Context>) -> Result<Answer<LoggedOut>, ApiError>;

    /// Log out, as one client library does it
    #[endpoint { method = GET, path = "/api/v1/logout", tags = ["Authentication"] }]
    async fn logout_by_get(
        rqctx: RequestContext<Self::Context>,
    ) -> Result<Answer<LoggedOut>, ApiError>;
}
