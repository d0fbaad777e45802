//! Checks what matters to browsers and caches: other origins, header injection, and methods without a
//! body.

use serde_json::json;

use super::Scenario;
use crate::login::{
    Driver, Session,
    accounts::Account,
    foreign_host, requests,
    steps::{log_out, shared_session},
};
use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::Step,
};

const ORIGIN_RULE: &str = "origins_are_not_trusted";
const INJECTION_RULE: &str = "values_stay_values";
const METHOD_RULE: &str = "method_is_checked";
/// A product in the syntax of several template engines, and its value.
const TEMPLATES: &str = "{{1337*7331}} ${1337*7331} #{1337*7331} <%= 1337*7331 %>";
const PRODUCT: &str = "9801547";

/// An origin that no server has a reason to trust.
pub(super) const FOREIGN_ORIGIN: &str = "https://attacker.example";
/// A line of a header, which must not become one when it is part of a value.
pub(super) const INJECTED_LINE: &str = "\r\nX-Injected: yes\r\n";

/// The scenarios of browsers.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "origins", rules: &[ORIGIN_RULE], production: true, run: origins },
        Scenario { name: "injection", rules: &[INJECTION_RULE], production: true, run: injection },
        Scenario {
            name: "safe-methods",
            rules: &[METHOD_RULE],
            production: true,
            run: safe_methods,
        },
    ]
}

/// Origins that no server has a reason to trust.
fn foreign_origins(authority: &str) -> Vec<String> {
    let host = authority.split(':').next().unwrap_or(authority);
    vec![
        FOREIGN_ORIGIN.to_owned(),
        "null".to_owned(),
        format!("https://{host}.attacker.example"),
        format!("https://attacker-{host}"),
        "http://localhost.attacker.example".to_owned(),
    ]
}

/// Checks that no foreign origin may read a response that came with credentials.
fn origins(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let Some(session) = shared_session(driver, &account)? else { return Ok(()) };
    let origins = foreign_origins(driver.run.options.target.authority());
    for origin in &origins {
        let login = json!({"user": account.username, "password": account.password});
        let me = requests::me(&session, Expect::Anything, ORIGIN_RULE).request;
        let preflight = |path: &str, method: &str| {
            Request::new("OPTIONS", path)
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", "x-auth-token,x-user-id,content-type")
        };
        for (operation, title, request) in [
            ("me", "a request for the account", me),
            ("login", "a login", Request::new("POST", requests::LOGIN).json(&login)),
            ("me", "a preflight request for the account", preflight(requests::ME, "GET")),
            ("login", "a preflight request for a login", preflight(requests::LOGIN, "POST")),
        ] {
            let title = format!("{title} from the origin `{origin}`");
            let request = request.header("Origin", origin);
            let case = Case::new(operation, title, request, Expect::Anything);
            let case = case.rule(ORIGIN_RULE).of(&account.username);
            let Some(response) = driver.response(&case)? else { continue };
            if let Some(begun) = Session::begun_by(&case, &response) {
                log_out(driver, &begun)?;
            }
            judge_origin(driver, &case, &response, origin);
        }
    }
    Ok(())
}

/// Reports a response that the foreign origin of its request may read.
pub(super) fn judge_origin(
    driver: &Driver<'_, '_>,
    case: &Case,
    response: &Response,
    origin: &str,
) {
    driver.run.count_check(ORIGIN_RULE);
    let allowed = response.header("access-control-allow-origin").unwrap_or_default().trim();
    let with_credentials = response
        .header("access-control-allow-credentials")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    // Without credentials, `*` says that the API is public, which an API with tokens in headers may be.
    let is_wrong = allowed.eq_ignore_ascii_case(origin) || allowed == "*" && with_credentials;
    if is_wrong {
        let finding = Finding::new(
            ORIGIN_RULE,
            "access-control-allow-origin",
            format!("{} may be read there", case.title),
            "no permission for a foreign origin",
            allowed,
        );
        driver.run.report(finding, case, Some(response));
    }
}

/// Checks that no value of a request ends up as a header or as script in a response.
fn injection(driver: &mut Driver<'_, '_>) -> Step<()> {
    let value = "x\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>";
    let encoded = "x%0d%0aX-Injected:%20yes%0d%0a%0d%0a<script>alert(1)</script>";
    let encoded = encoded.replace('<', "%3C").replace('>', "%3E");
    let login = |body| Request::new("POST", requests::LOGIN).json(&body);
    let cases = [
        ("login", "a name with a line of a header", login(json!({"user": value, "password": "x"}))),
        (
            "login",
            "a password with a line of a header",
            login(json!({"user": "x", "password": value})),
        ),
        ("login", "a token with a line of a header", login(json!({"resume": value}))),
        ("login", "a name with templates", login(json!({"user": TEMPLATES, "password": "x"}))),
        (
            "me",
            "a parameter with a line of a header",
            Request::new("GET", &format!("{}?next={encoded}&lang={encoded}", requests::ME)),
        ),
        (
            "me",
            "a path with a line of a header",
            Request::new("GET", &format!("/api/v1/{encoded}")),
        ),
        (
            "me",
            "headers with percent-encoded lines",
            Request::new("GET", requests::ME)
                .header("Origin", &encoded)
                .header("X-Request-Id", &encoded)
                .header("X-Correlation-Id", &encoded)
                .header("Accept-Language", &encoded)
                .header("Referer", &encoded),
        ),
    ];
    for (operation, title, request) in cases {
        let case = Case::new(operation, title, request, Expect::Anything).rule(INJECTION_RULE);
        let Some(response) = driver.response(&case)? else { continue };
        judge_injection(driver, &case, &response);
    }
    with_token(driver)
}

/// Reports a response in which a value of its request became a header or script.
pub(super) fn judge_injection(driver: &Driver<'_, '_>, case: &Case, response: &Response) {
    const HEADER: &str = "x-injected";
    driver.run.count_check(INJECTION_RULE);
    let is_header = response.header(HEADER).is_some();
    let is_run = response.text().contains(PRODUCT);
    let is_html = response.header("content-type").is_some_and(|t| t.contains("html"));
    let is_script = is_html && response.text().contains("<script>alert(1)");
    let wrong = [
        (is_header, HEADER, "a header of its own"),
        (is_script, "/", "script in a page"),
        (is_run, "/", "a template that was run"),
    ];
    if let Some((_, place, what)) = wrong.into_iter().find(|(is_wrong, ..)| *is_wrong) {
        let message = format!("{}: a value becomes {what}", case.title);
        let finding = Finding::new(INJECTION_RULE, place, message, "no effect", what);
        driver.run.report(finding, case, Some(response));
    }
}

/// Checks that no parameter turns the account of a token into a script that another site can load, and that no
/// address in it is that of another `Host`.
fn with_token(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let Some(session) = shared_session(driver, &account)? else { return Ok(()) };
    let mut case = requests::me(&session, Expect::Anything, INJECTION_RULE);
    case.title = "the account of a token with the parameter `callback`".to_owned();
    case.request.path = format!("{}?callback=stolen&jsonp=stolen&cb=stolen", requests::ME);
    let Some(response) = driver.response(&case)? else { return Ok(()) };
    driver.run.count_check(INJECTION_RULE);
    if response.is_success() && response.text().contains("stolen(") {
        let message = format!("{} becomes a script", case.title);
        let finding = Finding::new(INJECTION_RULE, "callback", message, "JSON", "a script");
        driver.run.report(finding, &case, Some(&response));
    }
    let me = requests::me(&session, Expect::Anything, INJECTION_RULE);
    let case = foreign_host::of_host(me);
    // A proxy may refuse a host that is not its own in any way.
    let Some(response) = driver.response(&case)? else { return Ok(()) };
    let mut judgement = Judgement::default();
    foreign_host::judge(&case, &response, &mut judgement);
    for finding in judgement.findings {
        driver.run.report(finding, &case, Some(&response));
    }
    Ok(())
}

/// Checks HEAD, OPTIONS and TRACE with and without a token.
fn safe_methods(driver: &mut Driver<'_, '_>) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let Some(session) = shared_session(driver, &account)? else { return Ok(()) };
    trace(driver, &account, &session)?;
    // A HEAD of a path that needs credentials must not succeed without them.
    let title = "HEAD of the account without credentials";
    let case = Case::new("me", title, Request::new("HEAD", requests::ME), Expect::Anything);
    let case = case.rule(METHOD_RULE);
    if let Some(response) = driver.response(&case)? {
        driver.run.count_check(METHOD_RULE);
        if response.is_success() {
            let status = response.status.to_string();
            let message = format!("{title} succeeds");
            let finding = Finding::new(METHOD_RULE, "HEAD", message, "a refusal", status);
            driver.run.report(finding, &case, Some(&response));
        }
    }
    // A request of a safe method must not end a session (RFC 9110, section 9.2.1).
    for method in ["HEAD", "OPTIONS"] {
        let request =
            requests::authenticated(method, requests::LOGOUT, &session.token, &session.user_id);
        let case =
            Case::new("logout", format!("{method} of the logout"), request, Expect::Anything);
        driver.response(&case.of(&account.username))?;
    }
    let me = requests::me(&session, Expect::Anything, METHOD_RULE);
    if let Some(response) = driver.step(&me)?.filter(|response| response.status == 401) {
        let message = "a HEAD or OPTIONS request ended a session";
        let got = response.status.to_string();
        let finding = Finding::new(METHOD_RULE, "HEAD", message, "no effect", got);
        driver.run.report(finding, &me, Some(&response));
        driver.run.suite.shared.forget(&account);
    }
    Ok(())
}

/// TRACE sends back the headers of its request, and among them the token (RFC 9110, section 9.3.8).
fn trace(driver: &mut Driver<'_, '_>, account: &Account, session: &Session) -> Step<()> {
    for path in [requests::ME, requests::LOGIN] {
        let request = requests::authenticated("TRACE", path, &session.token, &session.user_id);
        let case = Case::new("me", "TRACE with a token", request, Expect::Anything);
        let case = case.rule(METHOD_RULE).of(&account.username);
        let Some(response) = driver.response(&case)? else { continue };
        driver.run.count_check(METHOD_RULE);
        if response.is_success() {
            let message = "TRACE with a token succeeds";
            let got = response.status.to_string();
            let finding = Finding::new(METHOD_RULE, "TRACE", message, "405 or 501", got);
            driver.run.report(finding, &case, Some(&response));
        }
    }
    Ok(())
}
