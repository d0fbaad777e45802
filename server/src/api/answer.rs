//! Packing answers.

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse, HttpResponseOk};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER};
use http::{Response, StatusCode, response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Map;

use super::ApiError;
use crate::accounts::{self, Account};
use crate::generated::types::{CurrentUser, Email, Me, Settings};
use crate::rate_limit::Standing;

const RETRY_AFTER_SECONDS: u32 = 2;

/// A success, or an error that needs headers.
///
/// Dropshot seals the trait by which an error could set headers of its own; a success may be any
/// response. So errors of ours go out by this type, and the API trait documents them still.
pub struct Answer<T> {
    result: Result<T, ApiError>,
    standing: Option<Standing>,
}

impl<T> Answer<T> {
    /// With the headers of the rate limiter, where there is one.
    pub(super) fn new(result: Result<T, ApiError>, standing: Option<Standing>) -> Self {
        Self { result, standing }
    }
}

impl<T: Serialize + JsonSchema + Send + Sync + 'static> HttpResponse for Answer<T> {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let mut builder = uncached(Response::builder().status(self.status_code()))
            .header(CONTENT_TYPE, "application/json");
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            builder = builder.header(RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if let Some(standing) = self.standing {
            builder = builder
                .header("x-ratelimit-limit", standing.limit)
                .header("x-ratelimit-remaining", standing.remaining)
                .header("x-ratelimit-reset", standing.reset.as_millis());
            if standing.exceeded {
                builder = builder.header(RETRY_AFTER, standing.retry_after);
            }
        }
        let text = match &self.result {
            Ok(success) => serde_json::to_string(success),
            Err(error) => serde_json::to_string(error),
        };
        let text = text.map_err(|error| HttpError::for_internal_error(error.to_string()))?;
        Ok(builder.body(text.into())?)
    }

    fn response_metadata() -> ApiEndpointResponse {
        HttpResponseOk::<T>::response_metadata()
    }

    fn status_code(&self) -> StatusCode {
        match &self.result {
            Ok(_) => StatusCode::OK,
            Err(error) => error.status(),
        }
    }
}

/// 405, with what would have been allowed.
pub(super) fn method_not_allowed(allow: &str) -> Result<Response<Body>, HttpError> {
    let error = ApiError::method_not_allowed();
    let text = serde_json::to_string(&error)
        .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    Ok(uncached(Response::builder().status(error.status()))
        .header(CONTENT_TYPE, "application/json")
        .header(ALLOW, allow)
        .body(text.into())?)
}

/// An answer that no cache may keep.
pub(super) fn uncached(builder: response::Builder) -> response::Builder {
    builder.header(CACHE_CONTROL, "no-store").header(PRAGMA, "no-cache")
}

/// The account as its owner sees it; never a hash.
pub(super) fn me(account: Account, site_url: &str) -> Me {
    let Account { id, profile, active, .. } = account;
    let verified = profile.emails.first().filter(|email| email.verified);
    Me {
        id: id.to_string(),
        name: profile.name,
        email: verified.map(|email| email.address.clone()),
        emails: Some(profile.emails.into_iter().map(email).collect()),
        status: Some("offline".to_owned()),
        status_connection: Some("offline".to_owned()),
        utc_offset: profile.utc_offset.and_then(whole_hours),
        active: Some(active),
        roles: Some(profile.roles),
        settings: Some(no_settings()),
        avatar_url: Some(format!("{site_url}/avatar/{}", profile.username)),
        username: Some(profile.username),
        is_o_auth_user: Some(false),
    }
}

/// The same account, with the flag that `/api/v1/me` adds.
pub(super) fn current_user(me: Me) -> CurrentUser {
    CurrentUser {
        success: true,
        id: me.id,
        name: me.name,
        email: me.email,
        emails: me.emails,
        status: me.status,
        status_connection: me.status_connection,
        utc_offset: me.utc_offset,
        active: me.active,
        roles: me.roles,
        settings: me.settings,
        avatar_url: me.avatar_url,
        username: me.username,
        is_o_auth_user: me.is_o_auth_user,
    }
}

fn email(email: accounts::Email) -> Email {
    Email { address: Some(email.address), verified: Some(email.verified) }
}

/// Clients look into both objects without asking whether they are there.
fn no_settings() -> Settings {
    Settings { preferences: Some(Map::new()), profile: Some(Map::new()) }
}

/// The document says integer: an offset of 5.75 hours is left out rather than falsified.
fn whole_hours(hours: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "offsets are between -12 and 14")]
    (hours.fract() == 0.0).then_some(hours as i64)
}
