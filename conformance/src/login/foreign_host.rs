//! Checks that no response to a login builds an address from the host that its request names.

use super::requests;
use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{
        case::{Case, Request},
        response::Response,
    },
};

/// A host that is not that of any target (RFC 6761, section 6.5).
const FOREIGN_HOST: &str = "elsewhere.example";
/// The headers by which a client or a proxy names the host.
const HEADERS: [&str; 3] = ["host", "x-forwarded-host", "x-host"];
const RULE: &str = "values_stay_values";

/// The request as a proxy for a foreign host would forward it.
pub(super) fn forwarded(request: Request) -> Request {
    request.header("X-Forwarded-Host", FOREIGN_HOST).header("X-Host", FOREIGN_HOST)
}

/// The account of a token, requested from a foreign host.
pub(super) fn of_host(case: Case) -> Case {
    let title = "the account of a token, with another `Host`".to_owned();
    Case { title, request: case.request.header("Host", FOREIGN_HOST), ..case }
}

/// Reports a success that holds the foreign host of its request. A refusal may, because many proxies redirect
/// to the host of a request.
pub(super) fn judge(case: &Case, response: &Response, judgement: &mut Judgement) {
    let is_foreign = |name: &&&str| case.request.header_value(name) == Some(FOREIGN_HOST);
    let Some(header) = HEADERS.iter().find(is_foreign).filter(|_| response.is_success()) else {
        return;
    };
    let is_api = [requests::LOGIN, requests::ME].contains(&case.request.path.as_str());
    if !is_api {
        return;
    }
    judgement.check(RULE);
    let in_headers = response.headers.iter().any(|(_, value)| value.contains(FOREIGN_HOST));
    if in_headers || response.text().contains(FOREIGN_HOST) {
        judgement.findings.push(Finding::new(
            RULE,
            *header,
            format!("{}: the response holds the host that `{header}` names", case.title),
            "addresses with the server's own host",
            FOREIGN_HOST,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfirst_engine::http::case::Expect;

    #[test]
    fn only_a_success_must_not_hold_the_foreign_host() {
        let me = Case::new("me", "me", Request::new("GET", requests::ME), Expect::Anything);
        let login = Request::new("POST", requests::LOGIN);
        let login = Case { request: forwarded(login), ..me.clone() };
        let avatar = serde_json::json!({"avatarUrl": format!("http://{FOREIGN_HOST}/avatar")});
        let found = |case: &Case, status: u16| {
            let mut judgement = Judgement::default();
            judge(case, &Response::of_json(status, &avatar), &mut judgement);
            judgement.findings.len()
        };
        assert_eq!((found(&of_host(me.clone()), 200), found(&login, 200)), (1, 1));
        // Without the header, and in a refusal, the host says nothing.
        assert_eq!((found(&me, 200), found(&of_host(me), 404)), (0, 0));
    }
}
