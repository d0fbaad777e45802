//! Builds the responses.

use http::{
    header::{CACHE_CONTROL, HeaderName, HeaderValue, PRAGMA},
    response,
};
use percent_encoding::utf8_percent_encode;
use serde_json::Map;

use super::{PATH_SEGMENT, Response, error::ApiError, rate_limit::Quota};
use crate::{
    accounts::{self, User, UserId},
    generated::types::{CurrentUser, Email, Me, Settings},
};

const NO_STORE: &str = "no-store";
const NO_CACHE: &str = "no-cache";

/// A response of this API. Each has `Cache-Control` and `Pragma`, and the headers of the rate limit
/// if there is one.
pub(super) fn pack<R>(result: Result<R, ApiError>, quota: Option<Quota>) -> Response<R> {
    let uncached = [
        (CACHE_CONTROL, HeaderValue::from_static(NO_STORE)),
        (PRAGMA, HeaderValue::from_static(NO_CACHE)),
    ];
    Response::new(result)
        .with_headers(uncached.into_iter().chain(quota.into_iter().flat_map(quota_headers)))
}

fn quota_headers(quota: Quota) -> [(HeaderName, HeaderValue); 3] {
    let milliseconds: u64 = quota.reset.as_millis().try_into().unwrap_or(u64::MAX);
    [
        (HeaderName::from_static("x-ratelimit-limit"), quota.limit.into()),
        (HeaderName::from_static("x-ratelimit-remaining"), quota.remaining.into()),
        (HeaderName::from_static("x-ratelimit-reset"), milliseconds.into()),
    ]
}

/// Adds the headers that forbid caching.
pub(super) fn uncached(builder: response::Builder) -> response::Builder {
    builder.header(CACHE_CONTROL, NO_STORE).header(PRAGMA, NO_CACHE)
}

/// The user as the document describes it.
pub(super) fn me(user: User, site_url: &str) -> Me {
    let User { id, profile } = user;
    let verified = profile.emails.first().filter(|email| email.verified);
    Me {
        id: id.to_string(),
        name: profile.name,
        email: verified.map(|email| email.address.clone()),
        emails: Some(profile.emails.into_iter().map(email).collect()),
        status: Some("offline".to_owned()),
        status_connection: Some("offline".to_owned()),
        utc_offset: profile.utc_offset.and_then(whole_hours),
        // Inactive accounts have no sessions and get none.
        active: Some(true),
        roles: Some(profile.roles),
        settings: Some(no_settings()),
        avatar_url: Some(avatar_url(site_url, &id, &profile.username)),
        username: Some(profile.username),
        is_o_auth_user: Some(false),
    }
}

/// The URL at which Rocket.Chat serves the avatar of an account.
fn avatar_url(site_url: &str, id: &UserId, username: &str) -> String {
    match username {
        // No path segment can be `.` or `..`, even if it is escaped (RFC 3986, section 5.2.4).
        "." | ".." => format!("{site_url}/avatar/uid/{id}"),
        _ => format!("{site_url}/avatar/{}", utf8_percent_encode(username, PATH_SEGMENT)),
    }
}

/// The response of `/api/v1/me`: the same members, and `success`.
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

/// Empty objects, because clients read both without checking that they exist.
fn no_settings() -> Settings {
    Settings { preferences: Some(Map::new()), profile: Some(Map::new()) }
}

/// The document says integer, so an offset of 5.75 hours is omitted rather than rounded.
fn whole_hours(hours: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "offsets are between -12 and 14")]
    (hours.fract() == 0.0).then_some(hours as i64)
}
