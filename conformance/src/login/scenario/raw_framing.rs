//! How a request is framed: a body that comes in several packets, and a body with two lengths.

use std::str;

use super::{
    Scenario,
    raw_exchange::{Outcome, Read, Reply, every_head, exchange, statuses},
};
use crate::login::{Driver, Session, accounts::Account, requests, steps::log_out};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
        transport::Target,
    },
    runner::Step,
};

const PACKETS_RULE: &str = "bodies_are_read_whole";
const LENGTHS_RULE: &str = "chunks_override_the_length";

/// The scenario of framing. A second length can put a proxy before the target out of step, so the scenario needs
/// `--allow-unsafe`.
pub(super) fn scenario() -> Scenario {
    Scenario { name: "framing", rules: &[PACKETS_RULE, LENGTHS_RULE], production: false, run }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let target = driver.run.options.target.clone();
    if target.is_tls() {
        for rule in [PACKETS_RULE, LENGTHS_RULE] {
            driver.run.not_run(rule, "a target without TLS, because the suite writes its own HTTP");
        }
        return Ok(());
    }
    packets(driver, &target)?;
    two_lengths(driver, &target)
}

/// The right login in two packets with a pause between them. Only the way it is sent differs, so it must log in as
/// in one packet.
fn packets(driver: &mut Driver<'_, '_>, target: &Target) -> Step<()> {
    let Some(account) = driver.run.suite.plain_accounts().next().cloned() else { return Ok(()) };
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (name, password) = (text(&account.username), text(&account.password));
    // What follows the cut holds the credentials.
    let body = format!(r#"{{"x-unknown-member":"é","user":{name},"password":{password}}}"#);
    let path = format!("{}{}", target.prefix(), requests::LOGIN);
    let head = format!(
        "POST {path} HTTP/1.1\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        every_head(target),
        body.len()
    );
    let whole = format!("{head}{body}");
    if !logs_in(driver, target, &account, "the right login in one packet", &[whole.as_bytes()])? {
        // The target refuses unknown members, or logs nobody in.
        return Ok(());
    }
    let in_character = head.len() + body.find('é').unwrap_or(0) + 1;
    for (title, at) in [
        ("the right login in two packets: the head, and the body", head.len()),
        (
            "the right login in two packets, the second from the middle of the body",
            whole.len() - 20,
        ),
        ("the right login in two packets, the second from the middle of a character", in_character),
    ] {
        let (first, second) = whole.as_bytes().split_at(at);
        driver.run.count_check(PACKETS_RULE);
        if !logs_in(driver, target, &account, title, &[first, second])? {
            driver.run.suite.note_failure(&account.username);
            let case = raw_login(&account, title, whole.as_bytes());
            let message = format!("{title}: it is not the login that it is in one packet");
            let finding = Finding::new(PACKETS_RULE, "packets", message, "200", "another response");
            driver.run.report(finding, &case, None);
            return driver.stop_at_failure();
        }
    }
    Ok(())
}

fn raw_login(account: &Account, title: &str, bytes: &[u8]) -> Case {
    let request = Request::raw(requests::LOGIN, bytes.to_vec());
    Case::new("login", title, request, Expect::Success).of(&account.username)
}

/// Whether a login in some packets succeeds. Its session is logged out.
fn logs_in(
    driver: &mut Driver<'_, '_>,
    target: &Target,
    account: &Account,
    title: &str,
    packets: &[&[u8]],
) -> Step<bool> {
    let Some(reply) = exchange(driver, target, packets, Read::Whole, PACKETS_RULE)? else {
        return Ok(false);
    };
    if reply.outcome != Outcome::Status(200) {
        return Ok(false);
    }
    let case = raw_login(account, title, &packets.concat());
    if let Some(response) = json_of(&reply) {
        driver.learn(&case, &response)?;
        if let Some(begun) = Session::begun_by(&case, &response) {
            log_out(driver, &begun)?;
        }
    }
    Ok(true)
}

/// A raw response with a JSON body, which may have come in chunks.
fn json_of(reply: &Reply) -> Option<Response> {
    let body = reply.body();
    let whole = || serde_json::from_slice(body).ok();
    let body: serde_json::Value =
        whole().or_else(|| serde_json::from_slice(&joined(body)?).ok())?;
    Some(Response::of_json(200, &body))
}

/// The content of a body in chunks. `None` if it does not come in chunks.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = str::from_utf8(&chunks[..end]).ok()?.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(joined);
        }
        chunks = &chunks[end + 2..];
        joined.extend_from_slice(chunks.get(..size)?);
        chunks = chunks.get(size + 2..)?;
    }
}

/// A request with a length that ends before its chunks do. What follows the length is a request of its own for a
/// server that goes by the length, and a proxy before the server sees only one (RFC 9112, section 6.3).
fn two_lengths(driver: &mut Driver<'_, '_>, target: &Target) -> Step<()> {
    let (login, me) = (requests::LOGIN, requests::ME);
    let prefix = target.prefix();
    let closing = every_head(target);
    let kept = closing.replace("Connection: close\r\n", "");
    let hidden = format!("GET {prefix}{me} HTTP/1.1\r\n{closing}\r\n");
    let size = format!("{:x}\r\n", hidden.len());
    let bytes = format!(
        "POST {prefix}{login} HTTP/1.1\r\n{kept}Content-Type: application/json\r\n\
         Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n{size}{hidden}\r\n0\r\n\r\n",
        size.len()
    );
    let packets = [bytes.as_bytes()];
    let Some(reply) = exchange(driver, target, &packets, Read::Second, LENGTHS_RULE)? else {
        return Ok(());
    };
    let unauthorized = driver.alive()?.status;
    if let Some(second) = hidden_response(&reply.bytes, unauthorized) {
        let title = "a login with `Content-Length` and `Transfer-Encoding: chunked`";
        let finding = Finding::new(
            LENGTHS_RULE,
            "Content-Length",
            format!("{title}: a part of its chunks is taken for a request"),
            "a refusal, or one response",
            format!("a second response, with the status {second}"),
        );
        let request = Request::raw(login, bytes.into_bytes());
        let case = Case::new("login", title, request, Expect::Anything).rule(LENGTHS_RULE);
        driver.run.report(finding, &case, None);
    }
    Ok(())
}

/// The status of the second response, if it is that of the account without credentials. A server that refuses the
/// request and then reads on may send another.
fn hidden_response(responses: &[u8], unauthorized: u16) -> Option<u16> {
    statuses(responses).get(1).copied().filter(|status| *status == unauthorized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(
            joined(b"3\r\n{\"a\r\n4;x=y\r\n\": 1\r\n1\r\n}\r\n0\r\n\r\n").unwrap(),
            b"{\"a\": 1}"
        );
        for incomplete in [b"".as_slice(), b"5\r\nab", b"{\"a\": 1}\r\n", b"2\r\nab"] {
            assert_eq!(joined(incomplete), None);
        }
    }

    #[test]
    fn only_the_response_to_the_hidden_request_counts() {
        let response = |status: u16| format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        let hidden = |all: &[u16]| {
            let bytes: String = all.iter().map(|status| response(*status)).collect();
            hidden_response(bytes.as_bytes(), 401)
        };
        assert_eq!(hidden(&[400, 401]), Some(401));
        assert_eq!(hidden(&[401]), None);
        assert_eq!(hidden(&[400, 400]), None);
    }
}
