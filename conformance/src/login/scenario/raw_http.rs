//! Malformed HTTP that no client library sends: wrong lengths, huge headers, garbage, and truncated
//! bodies.

use bytes::Bytes;

use super::{
    Scenario,
    raw_exchange::{Outcome, RULE, Read, Reply, every_head, exchange, statuses},
    state::bare,
};
use crate::login::{Driver, requests, steps::shared_session};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        gzip,
        transport::Target,
    },
    runner::Step,
};

const CONNECTION_RULE: &str = "connections_hold_no_login";

/// The scenarios of raw HTTP.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "deep", rules: &[RULE], production: false, run: deep },
        Scenario { name: "heavy", rules: &[RULE], production: false, run: heavy },
        Scenario { name: "raw-http", rules: &[RULE, CONNECTION_RULE], production: false, run },
    ]
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let target = driver.run.options.target.clone();
    if target.is_tls() {
        driver.run.not_run(RULE, "a target without TLS, for the part that writes its own HTTP");
        return Ok(());
    }
    for (title, bytes, half_close) in malformed(&target) {
        let read = if half_close { Read::WholeAfterClose } else { Read::Status };
        let Some(reply) = exchange(driver, &target, &[&bytes], read, RULE)? else { continue };
        let wrong = problem(&reply, half_close);
        let case = raw_case(title, &bytes);
        if let Some(wrong) = wrong {
            let message = format!("{title}: {wrong}");
            let expected = "a status from 400 to 499, 501, 502, 505, or a closed connection";
            let got = format!("{:?}", reply.outcome);
            let finding = Finding::new(RULE, title, message, expected, got);
            driver.run.report(finding, &case, None);
        }
        // The next request must get a response as usual.
        driver.alive()?;
    }
    head(driver, &target)?;
    pipelined(driver, &target)
}

/// What is wrong with the reply to malformed HTTP, after which the suite may have closed its side.
fn problem(reply: &Reply, half_close: bool) -> Option<&'static str> {
    match reply.outcome {
        // By 502, a proxy says that the server behind it did not respond (RFC 9110, section 15.6.3).
        Outcome::Status(501 | 502 | 505) | Outcome::Closed => None,
        // Nobody is there to read this response. Caddy ends such a request so.
        Outcome::Status(200) if half_close && reply.body().is_empty() => None,
        Outcome::Status(status) if status >= 500 => Some("the server failed"),
        Outcome::Status(status) if status < 400 => Some("it was accepted"),
        Outcome::Status(_) => None,
        Outcome::Silence => Some("the server sent nothing"),
    }
}

/// JSON that is nested so deeply that a careless parser overflows its stack.
fn deep(driver: &mut Driver<'_, '_>) -> Step<()> {
    let (objects, arrays) = (20_000, 100_000);
    let inner = "[".repeat(arrays) + &"]".repeat(arrays);
    let body = "{\"user\":".to_owned() + &"{\"a\":".repeat(objects) + &inner;
    let body = body + &"}".repeat(objects + 1);
    // The next request of the run shows that the server survived.
    driver.step(&heavy_case("100,000 arrays in 20,000 objects", body.into_bytes())).map(drop)
}

fn heavy_case(title: &str, body: Vec<u8>) -> Case {
    let request = Request::new("POST", requests::LOGIN).body("application/json", body);
    Case::new("login", title, request, Expect::Refusal).rule(RULE)
}

/// Well-formed HTTP with bodies that take a careless server much time or memory.
fn heavy(driver: &mut Driver<'_, '_>) -> Step<()> {
    let long = format!(r#"{{"user":"{}","password":"x"}}"#, "a".repeat(4 << 20));
    for (title, body) in [
        (
            "100,000 arrays that do not end",
            format!("{{\"user\":{}", "[".repeat(100_000)).into_bytes(),
        ),
        ("a body of four megabytes", long.into_bytes()),
    ] {
        // Each request also shows that the server survived the previous one.
        let case = heavy_case(title, body);
        let (findings, response) = driver.judged(&case)?;
        // A server may close the connection instead of reading a large body (RFC 9110, section 15.5.14). A client
        // that still sends then may not see the response.
        let is_closed = response.is_none() && case.request.body.as_ref().is_some_and(is_large);
        for finding in findings.into_iter().filter(|_| !is_closed) {
            driver.run.report(finding, &case, response.as_ref());
        }
        driver.stop_at_failure()?;
    }
    let compressed = gzip::encode(&[br#"{"user":""#.as_slice(), &vec![b'a'; 16 << 20]].concat());
    let case = heavy_case("a body of 16 megabytes, compressed to some kilobytes", compressed);
    let request = case.request.header("Content-Encoding", "gzip");
    driver.step(&Case { request, ..case })?;
    driver.alive().map(drop)
}

/// Whether a server need not read the whole body.
fn is_large(body: &Bytes) -> bool {
    body.len() > 1 << 20
}

fn malformed(target: &Target) -> Vec<(&'static str, Vec<u8>, bool)> {
    let path = format!("{}{}", target.prefix(), requests::LOGIN);
    let every = every_head(target);
    let body = r#"{"user":"nobody-here","password":"x"}"#;
    let head = |line: &str, headers: &str| format!("{line}\r\n{every}{headers}\r\n");
    let post = format!("POST {path} HTTP/1.1");
    let json = "Content-Type: application/json\r\n";
    let length = body.len();
    let with =
        |headers: &str, body: &str| (head(&post, &format!("{json}{headers}")) + body).into_bytes();
    vec![
        ("a body shorter than its Content-Length", with("Content-Length: 500\r\n", body), true),
        ("a Content-Length that is no number", with("Content-Length: many\r\n", body), false),
        (
            "two Content-Length that differ",
            with(&format!("Content-Length: {length}\r\nContent-Length: 3\r\n"), body),
            false,
        ),
        (
            "a method that nobody knows",
            head(&format!("BREW {path} HTTP/1.1"), "").into_bytes(),
            false,
        ),
        (
            "a version that nobody speaks",
            head(&format!("GET {path} HTTP/9.9"), "").into_bytes(),
            false,
        ),
        ("no HTTP at all", b"\x16\x03\x01\x00\xa5 not HTTP\r\n\r\n".to_vec(), true),
        (
            "a header of 200,000 bytes",
            head(&format!("GET {path} HTTP/1.1"), &format!("X-Long: {}\r\n", "a".repeat(200_000)))
                .into_bytes(),
            false,
        ),
        (
            "chunks that end in the middle",
            with("Transfer-Encoding: chunked\r\n", "5\r\n{\"use"),
            true,
        ),
        (
            "a chunk size that is no number",
            with("Transfer-Encoding: chunked\r\n", "zz\r\nx\r\n0\r\n\r\n"),
            false,
        ),
        ("a NUL in the path", head("GET /api/v1/me\0 HTTP/1.1", "").into_bytes(), false),
    ]
}

fn raw_case(title: &str, bytes: &[u8]) -> Case {
    let request = Request::raw(requests::LOGIN, bytes.to_vec());
    Case::new("login", title, request, Expect::Anything).rule(RULE)
}

/// Sends HEAD. Nothing may follow the head of the response (RFC 9110, section 9.3.2): a client takes it for the
/// next response.
fn head(driver: &mut Driver<'_, '_>, target: &Target) -> Step<()> {
    let path = format!("{}{}", target.prefix(), requests::ME);
    let bytes = format!("HEAD {path} HTTP/1.1\r\n{}\r\n", every_head(target)).into_bytes();
    let Some(reply) = exchange(driver, target, &[&bytes], Read::Whole, RULE)? else {
        return Ok(());
    };
    if !reply.body().is_empty() {
        let title = "HEAD";
        let finding = Finding::new(
            RULE,
            title,
            "the response to HEAD has a body",
            "no byte after the head of the response",
            format!("{} bytes", reply.body().len()),
        );
        driver.run.report(finding, &raw_case(title, &bytes), None);
    }
    driver.alive().map(drop)
}

/// Sends a request with a token and one without credentials, before the first response. The responses must come
/// in this order (RFC 9112, section 9.3.2), and the second request must be refused.
fn pipelined(driver: &mut Driver<'_, '_>, target: &Target) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let Some(session) = shared_session(driver, &account)? else { return Ok(()) };
    let path = format!("{}{}", target.prefix(), requests::ME);
    let closing = every_head(target);
    let kept = closing.replace("Connection: close\r\n", "");
    let bytes = format!(
        "GET {path} HTTP/1.1\r\n{kept}{}: {}\r\n{}: {}\r\n\r\nGET {path} HTTP/1.1\r\n{closing}\r\n",
        requests::TOKEN_HEADER,
        session.token,
        requests::USER_HEADER,
        session.user_id,
    )
    .into_bytes();
    let Some(reply) = exchange(driver, target, &[&bytes], Read::Whole, RULE)? else {
        return Ok(());
    };
    driver.run.count_check(CONNECTION_RULE);
    if let Some(second) = accepted_second(&reply.bytes) {
        let title = "a request without credentials behind one with a token, before its response";
        let case = bare(&account, title);
        let message = format!("{title} is accepted");
        let got = second.to_string();
        let finding = Finding::new(CONNECTION_RULE, "pipelining", message, "401", got);
        driver.run.report(
            finding,
            &Case { request: raw_case(title, &bytes).request, ..case },
            None,
        );
    }
    driver.alive().map(drop)
}

/// The status of the second response, if both requests were accepted. A server may also refuse the first, or close
/// the connection after it.
fn accepted_second(responses: &[u8]) -> Option<u16> {
    match statuses(responses)[..] {
        [200, second, ..] if second < 400 => Some(second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_http_is_refused_or_ends_without_a_login() {
        let problem = |outcome: Outcome, half_close, body: &str| {
            let bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{body}").into_bytes();
            problem(&Reply { outcome, bytes }, half_close)
        };
        for outcome in [400, 413, 501, 502, 505].map(Outcome::Status) {
            assert_eq!(problem(outcome.clone(), false, "{}"), None, "{outcome:?}");
        }
        assert_eq!(problem(Outcome::Closed, true, ""), None);
        assert_eq!(problem(Outcome::Status(200), true, ""), None);
        // The client that still listens, and a response with a body, are those of a request that was accepted.
        assert_eq!(problem(Outcome::Status(200), false, ""), Some("it was accepted"));
        assert_eq!(problem(Outcome::Status(200), true, "{}"), Some("it was accepted"));
        assert_eq!(problem(Outcome::Status(204), true, ""), Some("it was accepted"));
        assert_eq!(problem(Outcome::Status(500), true, ""), Some("the server failed"));
        assert_eq!(problem(Outcome::Silence, false, ""), Some("the server sent nothing"));
    }

    #[test]
    fn second_pipelined_request_must_be_refused() {
        let response = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
        let both = |first: &str, second: &str| {
            accepted_second((response(first) + &response(second)).as_bytes())
        };
        assert_eq!(both("200 OK", "200 OK"), Some(200));
        assert_eq!(both("200 OK", "401 Unauthorized"), None);
        // The refusal overtook the response to the first request.
        assert_eq!(both("401 Unauthorized", "200 OK"), None);
        assert_eq!(accepted_second(response("200 OK").as_bytes()), None);
    }
}
