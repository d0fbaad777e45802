//! Rules about what the page says in words.

use Source::{Overlay, Page, Practice, Quotation, Standard};
use specfirst_engine::rule::{Rule, Severity, Source, Tier};

pub(super) const RULES: [Rule; 17] = [
    Rule {
        id: "password_logs_in",
        tier: Tier::Documented,
        severity: Severity::Critical,
        text: "The right password logs in by user name.",
        sources: &[
            Quotation(
                "Although none of the body parameters are required, it's mandatory to include either the `user` AND `password` or only the `resume` parameter.",
            ),
            Page(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema/properties/user",
            ),
            Page(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema/properties/password",
            ),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "email_logs_in",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "The right password logs in by e-mail address.",
        sources: &[Quotation("Your user name or email.")],
        cost: 1,
        production: true,
        needs: Some("an account with `email`"),
    },
    Rule {
        id: "form_logs_in",
        tier: Tier::Practice,
        severity: Severity::Medium,
        text: "The same credentials log in when they are sent as a form.",
        sources: &[
            Overlay(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1x-www-form-urlencoded",
            ),
            Practice("Rocket.Chat#36073"),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "mandatory_members",
        tier: Tier::Documented,
        severity: Severity::Critical,
        text: "A request without `user` and `password`, and without `resume`, does not log in.",
        sources: &[Quotation(
            "Although none of the body parameters are required, it's mandatory to include either the `user` AND `password` or only the `resume` parameter.",
        )],
        cost: 8,
        production: true,
        needs: None,
    },
    Rule {
        id: "resume_logs_in",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "`resume` with an issued token alone logs in to the same account.",
        sources: &[
            Quotation(
                "Although none of the body parameters are required, it's mandatory to include either the `user` AND `password` or only the `resume` parameter.",
            ),
            Quotation("Your previously issued `authToken`."),
            Page(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema/properties/resume",
            ),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "token_authenticates",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "The `authToken` and `userId` of a login authenticate a request, sent as the two documented headers.",
        sources: &[
            Quotation(
                "To authenticate a request, you need to pass the `userId` and `authToken` values from this JSON response object as headers in the request.",
            ),
            Quotation(
                "The `authToken` is passed as `X-Auth-Token` header, while the `userId` as `X-User-Id` header.",
            ),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "both_headers_are_needed",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "One of the two headers alone does not authenticate.",
        sources: &[
            Quotation(
                "To authenticate a request, you need to pass the `userId` and `authToken` values from this JSON response object as headers in the request.",
            ),
            Quotation(
                "The `authToken` is passed as `X-Auth-Token` header, while the `userId` as `X-User-Id` header.",
            ),
        ],
        cost: 2,
        production: true,
        needs: None,
    },
    Rule {
        id: "response_describes_the_account",
        tier: Tier::Documented,
        severity: Severity::Critical,
        text: "`userId`, `me` and later responses are about the account that logged in.",
        sources: &[
            Quotation("Added `me` property."),
            Overlay(
                "/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema/properties/data/properties/me",
            ),
            Practice("overlay.yaml, example-ids-agree"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "responses_agree",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "Every way to log in, a resume and the account of a token say the same about an account.",
        sources: &[
            Quotation("Added `me` property."),
            Practice("the object is the same in all responses of real servers"),
        ],
        cost: 30,
        production: true,
        needs: None,
    },
    Rule {
        id: "me_is_present",
        tier: Tier::Documented,
        severity: Severity::Medium,
        text: "The response to a login holds `me`.",
        sources: &[Quotation("Added `me` property.")],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "avatar_url_is_present",
        tier: Tier::Documented,
        severity: Severity::Low,
        text: "The account in a response has an `avatarUrl`.",
        sources: &[Quotation("Added `avatarUrl` property to response")],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "status_says_success",
        tier: Tier::Documented,
        severity: Severity::Medium,
        text: "`status` is `success` if the request succeeded and `error` if it was refused, and `success` agrees with it.",
        sources: &[
            Page("/paths/~1api~1v1~1login/post/responses/200/content/application~1json/examples"),
            Overlay("/components/schemas/Failure/properties/status"),
        ],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "texts_are_encoded_once",
        tier: Tier::Documented,
        severity: Severity::Medium,
        text: "Texts of a response are UTF-8, and not the UTF-8 of its bytes.",
        sources: &[Standard("RFC 8259, section 8.1"), Standard("CWE-838")],
        cost: 0,
        production: true,
        needs: None,
    },
    Rule {
        id: "code_is_required",
        tier: Tier::Documented,
        severity: Severity::Critical,
        text: "An account with two-factor authentication does not log in without a code.",
        sources: &[
            Quotation(
                "The 2FA code. It is required if your account has two-factor authentication enabled .",
            ),
            Quotation("It is required if your account has two-factor authentication enabled ."),
        ],
        cost: 2,
        production: true,
        needs: Some("an account with `totp_secret`"),
    },
    Rule {
        id: "missing_code_is_told",
        tier: Tier::Practice,
        severity: Severity::Medium,
        text: "A right password without its code gets another refusal than a wrong password, so that a client can ask for the code.",
        sources: &[
            Overlay("/components/schemas/Failure/properties/error"),
            Practice("the error `totp-required` of Rocket.Chat"),
        ],
        cost: 0,
        production: true,
        needs: Some("an account with `totp_secret`"),
    },
    Rule {
        id: "code_logs_in",
        tier: Tier::Documented,
        severity: Severity::High,
        text: "The right password and the present code log in.",
        sources: &[
            Quotation(
                "The 2FA code. It is required if your account has two-factor authentication enabled .",
            ),
            Page(
                "/paths/~1api~1v1~1login/post/requestBody/content/application~1json/schema/properties/code",
            ),
            Standard("RFC 6238, section 4"),
        ],
        cost: 1,
        production: true,
        needs: Some("an account with `totp_secret`"),
    },
    Rule {
        id: "ldap_changes_nothing",
        tier: Tier::Documented,
        severity: Severity::Critical,
        text: "An account of a directory logs in like any other, also with a second factor, and an empty password does not log in.",
        sources: &[
            Quotation(
                "If LDAP authentication is enabled, you must maintain the login in the same way as you normally do.",
            ),
            Quotation("Similarly, if 2FA is enabled for an LDAP user, everything stays the same."),
            Standard(
                "RFC 4513, section 5.1.2: clients should disallow an empty password input to a name and password interface",
            ),
            Practice("Rocket.Chat#18792"),
        ],
        cost: 8,
        production: true,
        needs: Some("an account with `directory = true`"),
    },
];
