//! The rules of the client side.

use Source::{Overlay, Practice, Standard};
use specfirst_engine::rule::{Rule, Severity, Source, Tier};

const LOGIN: &str = "/paths/~1api~1v1~1login/post";
const BODY: &str = "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema";
const RESPONSE: &str =
    "/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema";

/// Every rule of the client.
pub(super) const RULES: &[Rule] = &[
    rule(
        "client_calls_the_operation",
        Severity::High,
        "One call sends one request, with the method and path of its operation, and accepts what the operation answers.",
        &[Overlay(LOGIN), Overlay("/paths/~1api~1v1~1me/get"), Overlay("/paths/~1api~1v1~1logout")],
    ),
    rule(
        "client_content_type",
        Severity::High,
        "A request says which of the documented media types its body has.",
        &[
            Overlay("/paths/~1api~1v1~1login/post/requestBody/content"),
            Standard("RFC 9110, section 8.3"),
        ],
    ),
    rule(
        "client_request_conforms",
        Severity::High,
        "Each request that the client can send validates, by the page and by the complete document; a caller of the generated builder chooses between the documented alternatives.",
        &[Overlay(BODY)],
    ),
    rule(
        "client_sends_what_it_is_given",
        Severity::Critical,
        "User, password, code and token arrive as the caller gave them, in JSON and in forms, and nothing else does.",
        &[
            Overlay(BODY),
            Standard("OWASP ASVS 5.0, V6.2.8: passwords are verified exactly as received"),
        ],
    ),
    rule(
        "client_sends_credentials",
        Severity::Critical,
        "A session's two headers go with the operations that ask for them, and with no other.",
        &[Overlay("/paths/~1api~1v1~1me/get/security"), Overlay("/components/securitySchemes")],
    ),
    rule(
        "client_reads_conforming_responses",
        Severity::High,
        "Each response that conforms to the document decodes, with every documented status, whether optional members are there or not, and beside members that nobody knows yet.",
        &[Overlay(RESPONSE), Overlay("/components/schemas")],
    ),
    rule(
        "client_keeps_documented_members",
        Severity::High,
        "What the client reads of a conforming response, written as JSON again, holds the same value at every documented place; an empty list or map may be left out.",
        &[Overlay(RESPONSE), Overlay("/components/schemas")],
    ),
    rule(
        "client_refuses_broken_envelopes",
        Severity::Critical,
        "A response without what makes it a success is a typed error, and never a session; to the generated types a null for an optional member counts as absent, and an empty list as an empty object.",
        &[Overlay("/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema")],
    ),
    rule(
        "client_tolerates_odd_profiles",
        Severity::Medium,
        "Where only the profile does not conform, the façade logs in, leaves out the member or the item of a list, but reads a fraction for an integer, and lists the place as a deviation.",
        &[Practice("what the façade promises; servers differ in the profile alone")],
    ),
    rule(
        "client_tells_refusals_apart",
        Severity::High,
        "A refusal is the error that its status and `error` ask for, whatever its message says, with the time to wait that its headers name.",
        &[
            Overlay("/components/schemas/Failure"),
            Standard("RFC 9110, section 10.2.3"),
            Practice("message texts change between versions of Rocket.Chat"),
        ],
    ),
    rule(
        "client_understands_real_servers",
        Severity::High,
        "What servers of every age and the proxies before them send is read or refused as the façade promises.",
        &[Practice("Rocket.Chat 0.60 to 8, Rocket.Chat#14658")],
    ),
    rule(
        "client_never_panics",
        Severity::High,
        "No response makes the client panic.",
        &[Practice("what a server sends is input, not a bug of the program that reads it")],
    ),
    rule(
        "client_shows_no_secret",
        Severity::Critical,
        "Neither `Debug` nor `Display` of what a call gives shows a password, a code or a token.",
        &[Standard("OWASP ASVS 5.0, V16.2.5")],
    ),
];

const fn rule(
    id: &'static str,
    severity: Severity,
    text: &'static str,
    sources: &'static [Source],
) -> Rule {
    Rule { id, tier: Tier::Client, severity, text, sources, cost: 0, production: true, needs: None }
}
