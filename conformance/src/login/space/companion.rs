//! What may accompany a request: headers, query parameters, cookies and members that must have no effect.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::login::{Driver, accounts::Account};
use specfirst_engine::http::case::Request;

/// Where a companion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Spot {
    Header,
    Query,
    Cookie,
    Member,
}

/// A companion of a request. In its value, `{name}`, `{email}`, `{id}`, `{token}`, `{password}` and
/// `{basic}` stand for what belongs to the account. A value that is JSON becomes a JSON member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Companion {
    pub(super) spot: Spot,
    pub(super) name: &'static str,
    value: &'static str,
}

const fn header(name: &'static str, value: &'static str) -> Companion {
    Companion { spot: Spot::Header, name, value }
}

const fn query(name: &'static str, value: &'static str) -> Companion {
    Companion { spot: Spot::Query, name, value }
}

const fn cookie(name: &'static str, value: &'static str) -> Companion {
    Companion { spot: Spot::Cookie, name, value }
}

const fn member(name: &'static str, value: &'static str) -> Companion {
    Companion { spot: Spot::Member, name, value }
}

/// Companions of values that anybody knows. A server that trusts one of them lets anybody in.
pub(super) const KNOWN: &[Companion] = &[
    header("X-Forwarded-For", "127.0.0.1"),
    header("X-Real-IP", "127.0.0.1"),
    header("X-Client-IP", "127.0.0.1"),
    header("True-Client-IP", "127.0.0.1"),
    header("CF-Connecting-IP", "127.0.0.1"),
    header("Forwarded", "for=127.0.0.1;host=localhost;proto=https"),
    header("X-Originating-IP", "127.0.0.1"),
    header("X-Remote-IP", "127.0.0.1"),
    header("X-Remote-Addr", "127.0.0.1"),
    header("X-Forwarded-Host", "localhost"),
    header("X-Forwarded-Proto", "https"),
    header("X-Forwarded-User", "{name}"),
    header("X-Forwarded-Email", "{email}"),
    header("X-Forwarded-Preferred-Username", "{name}"),
    header("X-Remote-User", "{name}"),
    header("Remote-User", "{name}"),
    header("X-User", "{name}"),
    header("X-Username", "{name}"),
    header("X-User-Name", "{name}"),
    header("X-Auth-User", "{name}"),
    header("X-Auth-Username", "{name}"),
    header("X-Authenticated-User", "{name}"),
    header("X-Authenticated-Userid", "{id}"),
    header("X-WebAuth-User", "{name}"),
    header("X-Auth-Request-User", "{name}"),
    header("X-Auth-Request-Email", "{email}"),
    header("X-Email", "{email}"),
    header("X-Login", "{name}"),
    header("X-Impersonate-User", "{name}"),
    header("X-On-Behalf-Of", "{id}"),
    header("X-Account-Id", "{id}"),
    header("X-Uid", "{id}"),
    header("User-Id", "{id}"),
    header("X-SSL-Client-S-DN", "CN={name}"),
    header("X-SSL-Client-Verify", "SUCCESS"),
    header("SSL-Client-Verify", "SUCCESS"),
    header("X-Debug", "1"),
    header("X-Debug-Mode", "true"),
    header("X-Test", "1"),
    header("X-Test-Mode", "true"),
    header("X-Internal", "1"),
    header("X-Internal-Request", "true"),
    header("X-Health-Check", "true"),
    header("X-Admin", "true"),
    header("X-Is-Admin", "true"),
    header("X-Role", "admin"),
    header("X-Roles", "admin"),
    header("X-Skip-Auth", "true"),
    header("X-Bypass", "true"),
    header("X-No-Auth", "1"),
    header("X-Skip-2FA", "true"),
    header("X-2FA-Bypass", "true"),
    header("X-2FA-Method", "none"),
    header("X-2FA-Method", "password"),
    header("X-2FA-Method", "email"),
    header("X-2FA-Code", ""),
    header("X-MFA", "false"),
    header("X-Trusted-Device", "true"),
    header("X-Requested-With", "XMLHttpRequest"),
    header("X-Original-URL", "/api/v1/me"),
    header("X-Rewrite-URL", "/api/v1/me"),
    header("X-Original-Method", "POST"),
    header("X-Api-Version", "0"),
    header("X-Api-Key", "admin"),
    header("X-CSRF-Token", "x"),
    header("X-Env", "development"),
    header("X-Instance-ID", "x"),
    header("Via", "1.1 localhost"),
    header("From", "{email}"),
    header("Referer", "http://localhost/admin"),
    header("User-Agent", "RC Mobile; kube-probe/1.0; HealthChecker"),
    header("Authorization", "Basic {name}"),
    header("Origin", "http://localhost"),
    header("Pragma", "akamai-x-get-client-ip"),
    header("If-None-Match", "*"),
    header("Range", "bytes=0-"),
    header("Upgrade-Insecure-Requests", "1"),
    header("Authorization", "Bearer null"),
    header("Authorization", "Negotiate"),
    header("User-Agent", ""),
    query("debug", "1"),
    query("test", "true"),
    query("admin", "true"),
    query("user", "{name}"),
    query("username", "{name}"),
    query("userId", "{id}"),
    query("user_id", "{id}"),
    query("uid", "{id}"),
    query("id", "{id}"),
    query("as", "{name}"),
    query("impersonate", "{name}"),
    query("skip2fa", "true"),
    query("bypass", "1"),
    query("force", "true"),
    query("internal", "1"),
    query("auth", "false"),
    query("noauth", "1"),
    query("preview", "true"),
    query("_method", "POST"),
    query("callback", "x"),
    query("fields", "{}"),
    query("format", "json"),
    cookie("user", "{name}"),
    cookie("username", "{name}"),
    cookie("uid", "{id}"),
    cookie("userId", "{id}"),
    cookie("rc_uid", "{id}"),
    cookie("admin", "true"),
    cookie("role", "admin"),
    cookie("authenticated", "true"),
    cookie("logged_in", "1"),
    cookie("remember", "{name}"),
    cookie("remember_me", "{name}"),
    cookie("trusted_device", "true"),
    cookie("2fa", "ok"),
    cookie("debug", "1"),
    member("authToken", "\"x\""),
    member("userId", "\"{id}\""),
    member("_id", "\"{id}\""),
    member("id", "\"{id}\""),
    member("uid", "\"{id}\""),
    member("username", "\"{name}\""),
    member("email", "\"{email}\""),
    member("name", "\"{name}\""),
    member("login", "\"{name}\""),
    member("status", "\"success\""),
    member("success", "true"),
    member("data", "{\"userId\":\"{id}\",\"me\":{\"_id\":\"{id}\",\"username\":\"{name}\"}}"),
    member(
        "me",
        "{\"_id\":\"{id}\",\"username\":\"{name}\",\"active\":true,\"roles\":[\"admin\"]}",
    ),
    member("active", "true"),
    member("verified", "true"),
    member("emails", "[{\"address\":\"{email}\",\"verified\":true}]"),
    member("roles", "[\"admin\"]"),
    member("role", "\"admin\""),
    member("statusConnection", "\"online\""),
    member("settings", "{\"preferences\":{}}"),
    member("services", "{\"totp\":{\"enabled\":false},\"password\":{\"exists\":true}}"),
    member("admin", "true"),
    member("isAdmin", "true"),
    member("is_admin", "true"),
    member("debug", "true"),
    member("test", "true"),
    member("force", "true"),
    member("internal", "true"),
    member("authenticated", "true"),
    member("loggedIn", "true"),
    member("valid", "true"),
    member("validate", "false"),
    member("verify", "false"),
    member("checkPassword", "false"),
    member("skipPassword", "true"),
    member("passwordless", "true"),
    member("bypass", "true"),
    member("totp", "false"),
    member("twoFactor", "false"),
    member("two_factor", "false"),
    member("twoFactorEnabled", "false"),
    member("twoFactorVerified", "true"),
    member("tfa", "false"),
    member("2fa", "false"),
    member("mfa", "false"),
    member("otp", "true"),
    member("skip2fa", "true"),
    member("skipTwoFactor", "true"),
    member("skip_2fa", "true"),
    member("bypassTwoFactor", "true"),
    member("trusted", "true"),
    member("trustDevice", "true"),
    member("trustedDevice", "true"),
    member("remember", "true"),
    member("rememberMe", "true"),
    member("rememberDevice", "true"),
    member("impersonate", "\"{name}\""),
    member("as", "\"{name}\""),
    member("sudo", "true"),
    member("oauth", "{\"credentialToken\":\"x\",\"credentialSecret\":\"x\"}"),
    member("cas", "{\"credentialToken\":\"x\"}"),
    member("saml", "true"),
    member("iframe", "true"),
    member("token", "\"x\""),
    member("accessToken", "\"x\""),
    member("serviceName", "\"google\""),
    member("ldap", "true"),
    member("ldapPass", "\"\""),
    member("ldapOptions", "{}"),
    member("crowd", "true"),
    member("digest", "\"\""),
    member("algorithm", "\"none\""),
    member("hash", "\"\""),
    member("passwordHash", "\"\""),
    member("bcrypt", "\"\""),
    member("salt", "\"\""),
    member("newPassword", "\"x-new-password\""),
    member("confirm", "\"\""),
    member("__proto__", "{\"active\":true,\"admin\":true,\"password\":\"x\"}"),
    member("constructor", "{\"prototype\":{\"admin\":true}}"),
    member("prototype", "{\"admin\":true}"),
    member("$where", "\"1\""),
    member("$or", "[{}]"),
    member("x-auth-token", "\"x\""),
    member("grant_type", "\"password\""),
    member("client_id", "\"x\""),
    member("resume", "\"\""),
    member("ldap", "false"),
    member("saml", "false"),
    member("resume", "\"x\""),
];

/// A live token, or the right password, in a place that the page does not document.
pub(super) const MISPLACED: &[Companion] = &[
    header("Authorization", "Bearer {token}"),
    header("X-Access-Token", "{token}"),
    header("X-Token", "{token}"),
    header("X-Session-Token", "{token}"),
    header("X-Session-Id", "{token}"),
    header("X-Api-Token", "{token}"),
    header("X-Api-Key", "{token}"),
    header("X-Forwarded-Auth-Token", "{token}"),
    header("X-Original-Auth-Token", "{token}"),
    header("Auth-Token", "{token}"),
    header("Token", "{token}"),
    header("Api-Key", "{token}"),
    header("Access-Token", "{token}"),
    header("X-Resume", "{token}"),
    header("X-Auth", "{token}"),
    header("X-Authorization", "Bearer {token}"),
    header("Proxy-Authorization", "Bearer {token}"),
    header("X-Login-Token", "{token}"),
    header("X-Password", "{password}"),
    header("X-User", "{name}"),
    header("X-Auth-Password", "{password}"),
    header("X_Auth_Token", "{token}"),
    header("X_User_Id", "{id}"),
    header("User-Id", "{id}"),
    header("X-UserId", "{id}"),
    query("authToken", "{token}"),
    query("auth_token", "{token}"),
    query("token", "{token}"),
    query("access_token", "{token}"),
    query("resume", "{token}"),
    query("session", "{token}"),
    query("api_key", "{token}"),
    query("X-Auth-Token", "{token}"),
    query("x-auth-token", "{token}"),
    query("x-user-id", "{id}"),
    query("X-User-Id", "{id}"),
    query("rc_token", "{token}"),
    query("rc_uid", "{id}"),
    query("userId", "{id}"),
    query("user", "{name}"),
    query("username", "{name}"),
    query("password", "{password}"),
    cookie("rc_token", "{token}"),
    cookie("rc_uid", "{id}"),
    cookie("authToken", "{token}"),
    cookie("auth_token", "{token}"),
    cookie("userId", "{id}"),
    cookie("token", "{token}"),
    cookie("session", "{token}"),
    cookie("sid", "{token}"),
    cookie("sessionid", "{token}"),
    cookie("access_token", "{token}"),
    cookie("meteor_login_token", "{token}"),
    cookie("X-Auth-Token", "{token}"),
    cookie("X-User-Id", "{id}"),
    cookie("x-auth-token", "{token}"),
    cookie("x-user-id", "{id}"),
    member("authToken", "\"{token}\""),
    member("token", "\"{token}\""),
    member("userId", "\"{id}\""),
    member("X-Auth-Token", "\"{token}\""),
    member("X-User-Id", "\"{id}\""),
    member("data", "{\"authToken\":\"{token}\",\"userId\":\"{id}\"}"),
    header("Authorization", "Basic {basic}"),
    header("Authorization", "Token {token}"),
    header("Authorization", "{token}"),
];

/// What belongs to an account.
pub(super) struct Facts {
    name: String,
    email: String,
    id: String,
    token: String,
    password: String,
}

impl Facts {
    pub(super) fn of(driver: &Driver<'_, '_>, account: &Account) -> Self {
        let suite = driver.run.suite;
        let session = suite.shared.get(account);
        Self {
            name: account.username.clone(),
            email: account.email.clone().unwrap_or_else(|| account.username.clone()),
            id: suite.user_id(&account.username).unwrap_or_else(|| "x".to_owned()),
            token: session.map_or_else(|| "x".to_owned(), |session| session.token),
            password: account.password.clone(),
        }
    }

    fn fill(&self, template: &str) -> String {
        let basic = STANDARD.encode(format!("{}:{}", self.name, self.password));
        [
            ("{name}", &self.name),
            ("{email}", &self.email),
            ("{id}", &self.id),
            ("{token}", &self.token),
            ("{password}", &self.password),
            ("{basic}", &basic),
        ]
        .into_iter()
        .fold(template.to_owned(), |text, (place, value)| text.replace(place, value))
    }
}

/// A request with companions.
pub(super) fn with(request: &Request, companions: &[Companion], facts: &Facts) -> Request {
    let mut request = request.clone();
    let (mut cookies, mut parameters, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for companion in companions {
        let value = facts.fill(companion.value);
        match companion.spot {
            Spot::Header => {
                // A header of the request itself stays as it is.
                let is_free = request.header_value(companion.name).is_none();
                if is_free && value.chars().all(|c| c.is_ascii() && !c.is_ascii_control()) {
                    request = request.header(companion.name, &value);
                }
            }
            Spot::Cookie => cookies.push(format!("{}={value}", companion.name)),
            Spot::Query => parameters.push((companion.name, value)),
            Spot::Member => {
                let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
                members.push((companion.name, value));
            }
        }
    }
    if !cookies.is_empty() {
        request = request.header("Cookie", &cookies.join("; "));
    }
    if !parameters.is_empty() {
        let query = serde_urlencoded::to_string(parameters).unwrap_or_default();
        let separator = if request.path.contains('?') { '&' } else { '?' };
        request.path = format!("{}{separator}{query}", request.path);
    }
    if !members.is_empty() {
        let body = request.body.as_deref().unwrap_or(b"{}");
        let mut body: Value = serde_json::from_slice(body).unwrap_or_else(|_| json!({}));
        for (name, value) in members {
            // A member of the request itself stays as it is.
            if body.get(name).is_none() {
                body[name] = value;
            }
        }
        let is_typed = request.header_value("content-type").is_some();
        request.body = Some(body.to_string().into());
        if !is_typed {
            request = request.header("content-type", "application/json");
        }
    }
    request
}

/// The companions of one spot in sets in which no name occurs twice. Headers that the user sends with every
/// request stay as they are.
pub(super) fn sets(
    driver: &Driver<'_, '_>,
    companions: &[Companion],
    spot: Spot,
) -> Vec<Vec<Companion>> {
    let mut sets: Vec<Vec<Companion>> = Vec::new();
    let is_extra = |name: &str| {
        let mut headers = driver.run.options.target.headers().iter();
        headers.any(|header| header.name().as_str().eq_ignore_ascii_case(name))
    };
    let usable = |companion: &&Companion| companion.spot == spot && !is_extra(companion.name);
    for companion in companions.iter().filter(usable) {
        let is_free = |set: &&mut Vec<Companion>| {
            set.len() < 48
                && set.iter().all(|other| !other.name.eq_ignore_ascii_case(companion.name))
        };
        match sets.iter_mut().find(is_free) {
            Some(set) => set.push(*companion),
            None => sets.push(vec![*companion]),
        }
    }
    sets
}

/// As many companions of each spot as fit into one request.
pub(super) fn together(
    driver: &Driver<'_, '_>,
    companions: &[Companion],
    spots: &[Spot],
) -> Vec<Companion> {
    let of_spot = |spot: &Spot| sets(driver, companions, *spot).into_iter().next();
    spots.iter().filter_map(of_spot).flatten().collect()
}

impl Companion {
    /// Whether it is a parameter that says nothing about an account.
    pub(super) fn is_query_flag(&self) -> bool {
        let is_format = matches!(self.name, "_method" | "callback" | "format");
        self.spot == Spot::Query && !is_format && !self.value.contains('{')
    }

    pub(super) fn spot_name(&self) -> &'static str {
        match self.spot {
            Spot::Header => "header",
            Spot::Query => "query",
            Spot::Cookie => "cookie",
            Spot::Member => "member",
        }
    }

    /// How a title names it. Its value may be a secret.
    pub(super) fn told(&self) -> String {
        let is_secret = ["{token}", "{password}", "{basic}"].iter().any(|s| self.value.contains(s));
        let spot = self.spot_name();
        if is_secret || self.value.len() > 24 {
            format!("the {spot} `{}`", self.name)
        } else {
            format!("the {spot} `{}: {}`", self.name, self.value)
        }
    }
}
