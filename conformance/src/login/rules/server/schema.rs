//! Rules about the form of responses and the values of requests.

use Source::{Overlay, Page, Standard};
use specfirst_engine::rule::{Rule, Severity, Source, Tier};

pub(super) const RULES: [Rule; 11] = [
    Rule {
        id: "not_a_server_error",
        tier: Tier::Schema,
        severity: Severity::High,
        text: "Every request gets a response, and no response has a server error status.",
        sources: &[
            Standard("RFC 9110, section 15.6"),
            Overlay("/paths/~1api~1v1~1login/post/responses"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "status_code_conformance",
        tier: Tier::Schema,
        severity: Severity::Medium,
        text: "A response has a status that the operation documents, or a refusal that any HTTP server may send for a malformed request.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/responses"),
            Overlay("/paths/~1api~1v1~1login/post/responses"),
            Standard("RFC 9110, section 15.5"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "content_type_conformance",
        tier: Tier::Schema,
        severity: Severity::Medium,
        text: "A response has a media type that its status documents.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/responses/200/content"),
            Standard("RFC 9110, section 8.3"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "response_schema_conformance",
        tier: Tier::Schema,
        severity: Severity::High,
        text: "The body of a response is valid under the schema of its status, on every path that returns it.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema"),
            Overlay("/components/schemas"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "response_is_json",
        tier: Tier::Schema,
        severity: Severity::High,
        text: "The body of a response is strict JSON: UTF-8, no duplicate names, no NaN, and nothing after the value.",
        sources: &[Standard("RFC 8259, sections 2, 4, 6 and 8.1")],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "positive_data_acceptance",
        tier: Tier::Schema,
        severity: Severity::Medium,
        text: "A request that conforms to the document is not refused as malformed.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema"),
            Page("/paths/~1api~1v1~1login/post/requestBody"),
        ],
        cost: 20,
        production: true,
        needs: None,
    },
    Rule {
        id: "negative_data_rejection",
        tier: Tier::Schema,
        severity: Severity::Medium,
        text: "A request that does not conform to the document is refused.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema"),
            Page("/paths/~1api~1v1~1login/post/requestBody"),
        ],
        cost: 20,
        production: true,
        needs: None,
    },
    Rule {
        id: "ill_typed_member_is_refused",
        tier: Tier::Schema,
        severity: Severity::High,
        text: "A member of the wrong type is refused and not coerced, even with otherwise valid credentials.",
        sources: &[
            Page(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema/properties",
            ),
            Standard("OWASP ASVS 5.0, V2.2.1"),
        ],
        cost: 12,
        production: true,
        needs: None,
    },
    Rule {
        id: "unknown_members_are_ignored",
        tier: Tier::Practice,
        severity: Severity::Medium,
        text: "A login with members that the schema does not name succeeds.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema"),
            Standard("OpenAPI 3.0.3, additionalProperties defaults to true"),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "optional_members_keep_their_type",
        tier: Tier::Schema,
        severity: Severity::Medium,
        text: "A member is present in every response about an account or in none, and its type never changes.",
        sources: &[Page(
            "/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema",
        )],
        cost: 6,
        production: true,
        needs: None,
    },
    Rule {
        id: "documented_headers",
        tier: Tier::Schema,
        severity: Severity::Low,
        text: "A documented response header has a value that is valid under its schema.",
        sources: &[
            Overlay("/paths/~1api~1v1~1login/post/responses/200/headers"),
            Overlay("/components/headers"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
];
