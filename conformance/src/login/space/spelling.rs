//! Other paths, methods and media types, in which no wrong login may succeed.

use serde_json::{Value, json};

use crate::login::{Driver, Scenario, Session, accounts::Account, requests, steps::log_out};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::Step,
};

const RULE: &str = "companions_have_no_effect";
const PLACE_RULE: &str = "credentials_have_one_place";
const METHOD_RULE: &str = "method_is_checked";
const BODY_RULE: &str = "negative_data_rejection";

/// The scenario of other paths, methods and media types.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "spellings", rules: &[RULE, METHOD_RULE], production: true, run: spellings }
}

/// Other spellings of a path, in which `{}` stands for its last part.
const SPELLINGS: [&str; 15] = [
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
    // The id of an account is no secret, and so no credential.
    let user_id = driver.run.suite.user_id(name).unwrap_or_default();
    let without_token =
        |path: &str| Request::new("GET", path).header(requests::USER_HEADER, &user_id);
    for spelling in SPELLINGS {
        let path = spelling.replace("{}", "me");
        let title = format!("`{path}` with a user id, but without a token");
        add("me", title, without_token(&path), RULE, "path");
        let path = spelling.replace("{}", "login");
        let title = format!("a wrong password at `{path}`");
        add("login", title, Request::new("POST", &path).json(&body), RULE, "path");
    }
    for header in ["X-Original-URL", "X-Rewrite-URL"] {
        let title = format!("`/` with a user id and the header `{header}`, but without a token");
        add("me", title, without_token("/").header(header, requests::ME), RULE, "path");
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
    // A router may normalise a path, but this one names another resource (RFC 3986, section 6).
    let deeper = format!("{}/x", requests::LOGIN);
    let title = format!("the right credentials at `{deeper}`");
    add("login", title, Request::new("POST", &deeper).json(&right), PLACE_RULE, "path");
    let list = json!([{"user": name, "password": account.password}]).to_string();
    let request = Request::new("POST", requests::LOGIN).body("application/json", list);
    add("login", "a list with a right login".to_owned(), request, BODY_RULE, "list");
    for accept in ["text/html", "application/xml", "text/plain"] {
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
            log_out(driver, &begun)?;
        } else {
            // A refusal has no success status, whatever the client accepts.
            let is_wrong =
                tells_account(&response, account) || place == "header" && response.is_success();
            if !is_wrong {
                continue;
            }
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
