//! The rules of the client.

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
        "One call sends one request with the method and path of its operation, and accepts the media types that the operation returns.",
        &[Overlay(LOGIN), Overlay("/paths/~1api~1v1~1me/get"), Overlay("/paths/~1api~1v1~1logout")],
    ),
    rule(
        "client_content_type",
        Severity::High,
        "A request names the media type of its body, which is one of the documented ones.",
        &[
            Overlay("/paths/~1api~1v1~1login/post/requestBody/content"),
            Standard("RFC 9110, section 8.3"),
        ],
    ),
    rule(
        "client_request_conforms",
        Severity::High,
        "Each request that the client can send is valid under the page and the complete document; a caller of the generated builder chooses between the documented alternatives.",
        &[Overlay(BODY)],
    ),
    rule(
        "client_sends_what_it_is_given",
        Severity::Critical,
        "A request holds the user, password, code and token exactly as the caller gave them, in JSON and in forms, and nothing else.",
        &[
            Overlay(BODY),
            Standard("OWASP ASVS 5.0, V6.2.8: passwords are verified exactly as received"),
        ],
    ),
    rule(
        "client_sends_credentials",
        Severity::Critical,
        "The client sends the two headers of a session with the operations that require them, and with no others.",
        &[Overlay("/paths/~1api~1v1~1me/get/security"), Overlay("/components/securitySchemes")],
    ),
    rule(
        "client_reads_conforming_responses",
        Severity::High,
        "Each response that conforms to the document decodes: with every documented status, with and without optional members, and with unknown members.",
        &[Overlay(RESPONSE), Overlay("/components/schemas")],
    ),
    rule(
        "client_keeps_documented_members",
        Severity::High,
        "A conforming response that the client has read and writes as JSON again holds the same value at every documented place; an empty list or map may be left out.",
        &[Overlay(RESPONSE), Overlay("/components/schemas")],
    ),
    rule(
        "client_refuses_broken_envelopes",
        Severity::Critical,
        "A success response without its required members is a typed error and never a session; the generated types read a null for an optional member as absent, and an empty list as an empty object.",
        &[Overlay("/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema")],
    ),
    rule(
        "client_tolerates_odd_profiles",
        Severity::Medium,
        "If only the profile does not conform, the façade logs in, leaves out the member or list item, reads a fraction for an integer, and lists the place as a deviation.",
        &[Practice("the documentation of the façade; servers differ mostly in the profile")],
    ),
    rule(
        "client_tells_refusals_apart",
        Severity::High,
        "A refusal becomes the error that its status and `error` determine, whatever its message says, with the time to wait that its headers name.",
        &[
            Overlay("/components/schemas/Failure"),
            Standard("RFC 9110, section 10.2.3"),
            Practice("message texts change between versions of Rocket.Chat"),
        ],
    ),
    rule(
        "client_understands_real_servers",
        Severity::High,
        "Responses of old and new servers, and of the proxies in front of them, are read or refused as the façade documents.",
        &[Practice("Rocket.Chat 0.60 to 8, Rocket.Chat#14658")],
    ),
    rule(
        "client_never_panics",
        Severity::High,
        "No response makes the client panic.",
        &[Practice("a response is input, and no input may make a program panic")],
    ),
    rule(
        "client_shows_no_secret",
        Severity::Critical,
        "Neither `Debug` nor `Display` of the result of a call shows a password, a code or a token.",
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
