//! Checks that no response is compressed for a client that does not accept it.

use specfirst_engine::{
    check::{Judgement, finding::Finding},
    http::{case::Case, response::Response},
};

const RULE: &str = "codings_are_accepted";

/// Reports a response with a coding although its request accepts only `identity`, as every request of the suite
/// that does not say otherwise.
pub(super) fn judge(case: &Case, response: &Response, judgement: &mut Judgement) {
    if case.request.header_value("accept-encoding").is_some() {
        return;
    }
    judgement.check(RULE);
    let coding = response.header("content-encoding").unwrap_or("identity").trim();
    if !coding.is_empty() && !coding.eq_ignore_ascii_case("identity") {
        judgement.findings.push(Finding::new(
            RULE,
            "content-encoding",
            format!(
                "{}: the response is compressed, although its request accepts no coding",
                case.title
            ),
            "no coding",
            coding,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfirst_engine::http::case::{Expect, Request};

    #[test]
    fn only_a_coding_that_the_request_does_not_accept_is_reported() {
        let plain = Case::new("me", "me", Request::new("GET", "/me"), Expect::Anything);
        let request = plain.request.clone().header("Accept-Encoding", "gzip");
        let accepting = Case { request, ..plain.clone() };
        let found = |case: &Case, coding: &str| {
            let response = Response::of_json(200, &serde_json::json!({}));
            let mut judgement = Judgement::default();
            judge(case, &response.with("content-encoding", coding), &mut judgement);
            judgement.findings.len()
        };
        assert_eq!((found(&plain, "gzip"), found(&plain, "identity")), (1, 0));
        assert_eq!(found(&accepting, "gzip"), 0);
    }
}
