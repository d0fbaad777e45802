//! What accompanies a request must not decide who is logged in: other headers, members, query parameters
//! and cookies, the path, the method and the media type.
//!
//! Many companions are sent at once, because each of them alone must have no effect. If a request that
//! must be refused is accepted, the set shrinks to the fewest companions that do it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::guess::Attempt;
use crate::login::{
    Driver, Scenario, Session,
    accounts::Account,
    identity::check_identity,
    requests,
    scenario::CombinedCase,
    steps::{shared_session, step_and_log_out},
    suite::may_fail,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::{Step, search::Counterexample},
};

/// The name of the space in reports.
const SPACE: &str = "companions";
const RULE: &str = "companions_have_no_effect";
const PLACE_RULE: &str = "credentials_have_one_place";
const METHOD_RULE: &str = "method_is_checked";
const BODY_RULE: &str = "negative_data_rejection";

/// The scenarios of companions.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "places", rules: &[PLACE_RULE], production: true, run: misplaced },
        Scenario {
            name: "without-password",
            rules: &[RULE, "mandatory_members"],
            production: true,
            run: without_password,
        },
        Scenario { name: "companions", rules: &[RULE, PLACE_RULE], production: true, run: bundled },
        Scenario {
            name: "spellings",
            rules: &[RULE, METHOD_RULE],
            production: true,
            run: spellings,
        },
    ]
}

/// Where a companion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Spot {
    Header,
    Query,
    Cookie,
    Member,
}

/// A companion of a request. In its value, `{name}`, `{email}`, `{id}`, `{token}`, `{password}` and
/// `{basic}` stand for what belongs to the account. A value that is JSON becomes a JSON member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Companion {
    spot: Spot,
    name: &'static str,
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
const KNOWN: &[Companion] = &[
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
const MISPLACED: &[Companion] = &[
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
struct Facts {
    name: String,
    email: String,
    id: String,
    token: String,
    password: String,
}

impl Facts {
    fn of(driver: &Driver<'_, '_>, account: &Account) -> Self {
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
fn with(request: &Request, companions: &[Companion], facts: &Facts) -> Request {
    let mut request = request.clone();
    let (mut cookies, mut parameters, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for companion in companions {
        let value = facts.fill(companion.value);
        match companion.spot {
            Spot::Header => {
                if value.chars().all(|c| c.is_ascii() && !c.is_ascii_control()) {
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
fn sets(driver: &Driver<'_, '_>, companions: &[Companion], spot: Spot) -> Vec<Vec<Companion>> {
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
fn together(driver: &Driver<'_, '_>, companions: &[Companion], spots: &[Spot]) -> Vec<Companion> {
    let of_spot = |spot: &Spot| sets(driver, companions, *spot).into_iter().next();
    spots.iter().filter_map(of_spot).flatten().collect()
}

/// A request that must be refused, whatever accompanies it.
struct Base {
    title: &'static str,
    case: Case,
    account: Account,
}

/// The requests that must be refused: wrong or missing credentials of each kind.
fn bases(driver: &mut Driver<'_, '_>) -> Step<Vec<Base>> {
    let suite = driver.run.suite;
    let mut bases = Vec::new();
    let base = |title: &'static str, operation: &str, request: Request, account: &Account| Base {
        title,
        case: Case::new(operation, title, request, Expect::Refusal).of(&account.username),
        account: account.clone(),
    };
    let login = |body: Value| Request::new("POST", requests::LOGIN).json(&body);
    for (at, account) in suite.plain_accounts().take(2).enumerate() {
        if at == 0 {
            let bare = Request::new("GET", requests::ME);
            bases.push(base("a request without credentials", "me", bare, account));
            let empty = login(json!({}));
            bases.push(base("a login without credentials", "login", empty, account));
            let forged =
                requests::authenticated("GET", requests::ME, &"Q".repeat(43), "23456789ABCDEFGHJ");
            bases.push(base("a request with a made-up token", "me", forged, account));
            let forged = login(json!({"resume": "Q".repeat(43)}));
            bases.push(base("resume with a made-up token", "login", forged, account));
        } else {
            let wrong = login(json!({"user": account.username, "password": "not-the-password"}));
            bases.push(base("a wrong password", "login", wrong, account));
        }
    }
    let right =
        |account: &Account| login(json!({"user": account.username, "password": account.password}));
    let with_factor = |a: &&Account| a.active && a.totp_secret.is_some();
    if let Some(account) = suite.accounts.iter().rev().find(with_factor) {
        bases.push(base("the right password without the code", "login", right(account), account));
    }
    if let Some(account) = suite.accounts.iter().find(|a| !a.active) {
        bases.push(base("an inactive account's right password", "login", right(account), account));
    }
    Ok(bases)
}

/// A request whose credentials are in every place but the documented one.
fn misplaced(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(base) = bases(driver)?.into_iter().next() else { return Ok(()) };
    shared_session(driver, &base.account)?;
    let bundle = together(driver, MISPLACED, &[Spot::Header, Spot::Query, Spot::Cookie]);
    judge(driver, &base, PLACE_RULE, &bundle)
}

/// A login with only a name, and everything that a careless server may take for a password.
fn without_password(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let facts = Facts::of(driver, account);
    let request = Request::new("POST", requests::LOGIN).json(&json!({"user": account.username}));
    let case = |title: &str, request: Request, rule| {
        let case = Case::new("login", title, request, Expect::Refusal);
        case.rule(rule).of(&account.username)
    };
    let title = "a login with only `user` and companions";
    let spots = [Spot::Header, Spot::Query, Spot::Cookie, Spot::Member];
    let mut companions = together(driver, KNOWN, &spots);
    // This would be a login of another kind.
    companions.retain(|companion| companion.name != "resume");
    let combined = CombinedCase {
        case: &case(title, with(&request, &companions, &facts), RULE),
        rules: &[RULE, "mandatory_members"],
        is_right: |response| !response.is_success(),
        separate: &[case("a login with only `user`", request, "mandatory_members")],
    };
    combined.run(driver).map(drop)
}

fn bundled(driver: &mut Driver<'_, '_>) -> Step<()> {
    for account in driver.run.suite.plain_accounts().take(2).collect::<Vec<_>>() {
        shared_session(driver, account)?;
    }
    let mut bundles = Vec::new();
    for spot in [Spot::Member, Spot::Header, Spot::Query, Spot::Cookie] {
        for set in sets(driver, KNOWN, spot) {
            let usable = usable(driver, set)?;
            if !usable.is_empty() {
                bundles.push((RULE, usable));
            }
        }
    }
    for spot in [Spot::Header, Spot::Query, Spot::Cookie, Spot::Member] {
        bundles.extend(sets(driver, MISPLACED, spot).into_iter().map(|set| (PLACE_RULE, set)));
    }
    twice(driver)?;
    let bases = bases(driver)?;
    // An account that no login resets may have only a few failures, so all spots share a request.
    let mut joined: Vec<Vec<Companion>> = Vec::new();
    for spot in [Spot::Member, Spot::Header, Spot::Query, Spot::Cookie] {
        let of_spot = bundles.iter().filter(|(rule, set)| *rule == RULE && set[0].spot == spot);
        for (at, (_, set)) in of_spot.enumerate() {
            match joined.get_mut(at) {
                Some(joined) => joined.extend(set),
                None => joined.push(set.clone()),
            }
        }
    }
    let all = bundles.len() * bases.len();
    driver.run.plan_space(SPACE, (KNOWN.len() + MISPLACED.len()) * bases.len(), all);
    for base in &bases {
        if base.account.totp_secret.is_some() || !base.account.active {
            // Without a fresh code, an account that must not be locked out has room for two.
            let most = if base.account.sacrificial { joined.len() } else { 2 };
            for bundle in joined.iter().take(most) {
                if !may_fail(driver, &base.account)? {
                    break;
                }
                driver.run.count_cell(SPACE);
                judge(driver, base, RULE, bundle)?;
            }
            continue;
        }
        for (rule, bundle) in &bundles {
            // A misplaced credential is right, so it says something only where the rest is not.
            let is_bare = base.title.contains("without credentials");
            if *rule == PLACE_RULE && !is_bare {
                continue;
            }
            driver.run.count_cell(SPACE);
            judge(driver, base, rule, bundle)?;
        }
    }
    Ok(())
}

/// The companions of a set that a right login may have. A server may refuse members that it does not know,
/// and then they say nothing about a wrong login.
fn usable(driver: &mut Driver<'_, '_>, set: Vec<Companion>) -> Step<Vec<Companion>> {
    let mut accounts = driver.run.suite.plain_accounts();
    let Some(account) = accounts.next() else { return Ok(set) };
    // The companions name another account, which must not become the one that is logged in.
    let facts = Facts::of(driver, accounts.next().unwrap_or(account));
    let plain = requests::password(account, Expect::Anything, RULE);
    let (mut usable, mut left) = (Vec::new(), vec![set]);
    while let Some(set) = left.pop() {
        let request = with(&plain.request, &set, &facts);
        let case = Case {
            title: "the right password and companions".to_owned(),
            request,
            ..plain.clone()
        };
        let response = step_and_log_out(driver, &case)?;
        if let Some(response) = response.filter(|response| response.is_success()) {
            check_identity(driver, account, &case, &response);
            usable.extend(set);
        } else if set.len() > 4 {
            let (one, other) = set.split_at(set.len() / 2);
            left.extend([other.to_vec(), one.to_vec()]);
        }
    }
    Ok(usable)
}

fn judge(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    bundle: &[Companion],
) -> Step<()> {
    let Some(mut found) = try_companions(driver, base, rule, bundle)? else { return Ok(()) };
    if driver.run.is_known(&found.finding, &found.case) {
        return Ok(());
    }
    if try_companions(driver, base, rule, &[])?.is_some() {
        // The request is accepted without companions too, which another rule reports.
        return Ok(());
    }
    let mut smallest = bundle.to_vec();
    // Halves first, and then one after the other.
    while smallest.len() > 1 {
        let half = smallest.len() / 2;
        let mut parts = vec![smallest[..half].to_vec(), smallest[half..].to_vec()];
        if smallest.len() <= 4 {
            parts.extend((0..smallest.len()).map(|at| {
                let mut fewer = smallest.clone();
                fewer.remove(at);
                fewer
            }));
        }
        let before = smallest.len();
        for part in parts {
            if let Some(again) = try_companions(driver, base, rule, &part)? {
                (smallest, found) = (part, again);
                break;
            }
        }
        if smallest.len() == before {
            break;
        }
    }
    driver.run.report(found.finding, &found.case, found.response.as_ref());
    driver.stop_at_failure()
}

fn try_companions(
    driver: &mut Driver<'_, '_>,
    base: &Base,
    rule: &'static str,
    companions: &[Companion],
) -> Step<Option<Counterexample>> {
    let facts = Facts::of(driver, &base.account);
    let request = with(&base.case.request, companions, &facts);
    let named = match companions {
        [] => base.title.to_owned(),
        [one] => format!("{} and {}", base.title, one.told()),
        many => format!("{} and {} companions", base.title, many.len()),
    };
    let case = Case { title: named, request, ..base.case.clone() }.rule(rule);
    let place = companions.first().map_or("", |companion| companion.spot_name());
    let attempt = Attempt { case, may_succeed: false, changed: None };
    super::accepted(driver, &attempt, place)
}

impl Companion {
    fn spot_name(&self) -> &'static str {
        match self.spot {
            Spot::Header => "header",
            Spot::Query => "query",
            Spot::Cookie => "cookie",
            Spot::Member => "member",
        }
    }

    /// How a title names it. Its value may be a secret.
    fn told(&self) -> String {
        let is_secret = ["{token}", "{password}", "{basic}"].iter().any(|s| self.value.contains(s));
        let spot = self.spot_name();
        if is_secret || self.value.len() > 24 {
            format!("the {spot} `{}`", self.name)
        } else {
            format!("the {spot} `{}: {}`", self.name, self.value)
        }
    }
}

/// Other spellings of a path, in which `{}` stands for its last part.
const SPELLINGS: [&str; 16] = [
    "/api/v1/{}/",
    "//api/v1/{}",
    "/api/v1//{}",
    "/api/v1/./{}",
    "/api/v1/x/../{}",
    "/API/V1/{}",
    "/api/v1/{}.json",
    "/api/v1/{};x=1",
    "/api/v1/{}%20",
    "/api/v1/{}%2f",
    "/api/v1/{}?",
    "/api/v1/{}%00",
    "/api/v1/{}/x",
    "/api/v2/{}",
    "/api/{}",
    "/{}",
];

/// Methods and the headers and parameters that override one.
const METHODS: [&str; 9] =
    ["PUT", "PATCH", "DELETE", "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY"];

/// Media types that the page does not document, with a body that carries the credentials.
fn bodies(user: &str, password: &str) -> Vec<(&'static str, String)> {
    let json = json!({"user": user, "password": password}).to_string();
    let xml = format!("<login><user>{user}</user><password>{password}</password></login>");
    let yaml = format!("user: {user}\npassword: {password}\n");
    let parts = ["user", "password"].iter().zip([user, password]).map(|(name, value)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let multipart = parts.collect::<String>() + "--b--\r\n";
    let form = serde_urlencoded::to_string([("user", user), ("password", password)]);
    let form = form.unwrap_or_default();
    vec![
        ("text/plain", json.clone()),
        ("text/json", json.clone()),
        ("application/xml", xml.clone()),
        ("text/xml", xml),
        ("application/yaml", yaml),
        ("multipart/form-data; boundary=b", multipart),
        ("application/octet-stream", json.clone()),
        ("application/vnd.api+json", json.clone()),
        ("application/merge-patch+json", json.clone()),
        ("text/html", json.clone()),
        ("application/json", form.clone()),
        ("text/plain", form),
        ("application/x-ndjson", json),
    ]
}

/// Other paths, methods and media types. None may let a wrong login or a request without credentials in.
fn spellings(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let (name, wrong) = (account.username.as_str(), "not-the-password");
    let mut cases: Vec<(Case, &'static str)> = Vec::new();
    let mut add = |operation: &str, title: String, request: Request, rule: &'static str, place| {
        let case = Case::new(operation, title, request, Expect::Anything);
        cases.push((case.rule(rule).of(name), place));
    };
    let body = json!({"user": name, "password": wrong});
    for spelling in SPELLINGS {
        let path = spelling.replace("{}", "me");
        let title = format!("`{path}` without credentials");
        add("me", title, Request::new("GET", &path), RULE, "path");
        let path = spelling.replace("{}", "login");
        let title = format!("a wrong password at `{path}`");
        add("login", title, Request::new("POST", &path).json(&body), RULE, "path");
    }
    for method in METHODS {
        if method != "GET" {
            let title = format!("{method} of the account without credentials");
            add("me", title, Request::new(method, requests::ME), METHOD_RULE, "method");
        }
        let title = format!("{method} with a wrong password");
        let request = Request::new(method, requests::LOGIN).json(&body);
        add("login", title, request, METHOD_RULE, "method");
    }
    for header in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let title = format!("a request without credentials and the header `{header}: GET`");
        let request = Request::new("POST", requests::ME).header(header, "GET");
        add("me", title, request, METHOD_RULE, "method");
        let title = format!("GET with a wrong password and the header `{header}: POST`");
        let request = Request::new("GET", requests::LOGIN).header(header, "POST").json(&body);
        add("login", title, request, METHOD_RULE, "method");
    }
    for (media_type, body) in bodies(name, wrong) {
        let title = format!("a wrong password as `{media_type}`");
        let request = Request::new("POST", requests::LOGIN).body(media_type, body);
        add("login", title, request, RULE, "media type");
    }
    // Right credentials, but not as the page documents them.
    let right = json!({"user": name, "password": account.password});
    let query = serde_urlencoded::to_string([("user", name), ("password", &account.password)]);
    let in_query = format!("{}?{}", requests::LOGIN, query.unwrap_or_default());
    for method in ["GET", "HEAD", "POST"] {
        let title = format!("{method} with the right credentials in the query");
        add("login", title, Request::new(method, &in_query), METHOD_RULE, "query");
    }
    for method in ["GET", "PATCH", "DELETE", "OPTIONS"] {
        let title = format!("{method} with the right credentials");
        let request = Request::new(method, requests::LOGIN).json(&right);
        add("login", title, request, METHOD_RULE, "method");
    }
    for header in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let title = format!("GET with the right credentials and the header `{header}: POST`");
        let request = Request::new("GET", requests::LOGIN).header(header, "POST").json(&right);
        add("login", title, request, METHOD_RULE, "method");
    }
    for (media_type, body) in bodies(name, &account.password) {
        if media_type.contains("json") {
            continue;
        }
        let title = format!("the right credentials as `{media_type}`");
        let request = Request::new("POST", requests::LOGIN).body(media_type, body);
        add("login", title, request, PLACE_RULE, "media type");
    }
    let list = json!([{"user": name, "password": account.password}]).to_string();
    let request = Request::new("POST", requests::LOGIN).body("application/json", list);
    add("login", "a list with a right login".to_owned(), request, BODY_RULE, "list");
    for accept in ["text/html", "application/xml", "text/plain", "*/*;q=0", "image/png"] {
        let title = format!("a request without credentials that accepts `{accept}`");
        add(
            "me",
            title,
            Request::new("GET", requests::ME).header("Accept", accept),
            RULE,
            "header",
        );
        let title = format!("a wrong password that accepts `{accept}`");
        let request = Request::new("POST", requests::LOGIN).json(&body).header("Accept", accept);
        add("login", title, request, RULE, "header");
    }
    for (case, place) in cases {
        driver.run.count_check(case.rule.unwrap_or(RULE));
        let Some(response) = driver.response(&case)? else { continue };
        if let Some(begun) = Session::begun_by(&case, &response) {
            crate::login::steps::log_out(driver, &begun)?;
        } else if !tells_account(&response, account) {
            continue;
        }
        let finding = Finding::new(
            case.rule.unwrap_or(RULE),
            place,
            format!("{} is accepted", case.title),
            "a refusal",
            response.status.to_string(),
        );
        driver.run.report(finding, &case, Some(&response));
        driver.stop_at_failure()?;
    }
    Ok(())
}

/// The right login with a second `user`: the account is that of the password, or the login is refused.
fn twice(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(2).cloned().collect();
    let [account, other] = accounts.as_slice() else { return Ok(()) };
    let text = |value: &str| Value::from(value).to_string();
    let (name, password) = (text(&account.username), text(&account.password));
    let (others, email) =
        (text(&other.username), text(other.email.as_deref().unwrap_or(&other.username)));
    for body in [
        format!(r#"{{"user":{name},"password":{password},"user":{others}}}"#),
        format!(r#"{{"user":{others},"password":{password},"user":{name}}}"#),
        format!(r#"{{"user":{name},"password":{password},"username":{others}}}"#),
        format!(r#"{{"user":{name},"password":{password},"email":{email}}}"#),
        format!(r#"{{"username":{others},"user":{name},"password":{password}}}"#),
    ] {
        let request = Request::new("POST", requests::LOGIN).body("application/json", body);
        let title = "a login with two names";
        let case = Case::new("login", title, request, Expect::Anything).rule(RULE);
        let case = case.of(&account.username);
        if let Some(response) = step_and_log_out(driver, &case)? {
            check_identity(driver, account, &case, &response);
        }
    }
    Ok(())
}

/// Whether a success tells something about the account.
fn tells_account(response: &Response, account: &Account) -> bool {
    if !response.is_success() {
        return false;
    }
    let body = response.json();
    body.is_some_and(|body| {
        let of = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        [of("/username"), of("/data/me/username"), of("/data/username"), of("/me/username")]
            .into_iter()
            .flatten()
            .any(|name| name.eq_ignore_ascii_case(&account.username))
            || of("/_id").is_some()
    })
}
