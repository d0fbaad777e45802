//! Rules about personal access tokens. They apply to targets that offer them.

use Source::{Overlay, Practice, Standard};
use specfirst_engine::rule::{Rule, Severity, Source, Tier};

const PAGE: Source = Practice("Rocket.Chat's page on generating a personal access token");

pub(super) const RULES: [Rule; 6] = [
    Rule {
        id: "access_token_authenticates",
        tier: Tier::Practice,
        severity: Severity::High,
        text: "A personal access token works as `X-Auth-Token` and as `resume`, for the account that made it.",
        sources: &[
            PAGE,
            Overlay("/components/schemas/PersonalAccessTokenSecret/properties/token"),
            Overlay("/paths/~1api~1v1~1users.generatePersonalAccessToken/post/responses/200"),
        ],
        cost: 4,
        production: true,
        needs: None,
    },
    Rule {
        id: "access_token_name_is_unique",
        tier: Tier::Practice,
        severity: Severity::Medium,
        text: "An account cannot make two personal access tokens with one name.",
        sources: &[
            Practice("the error `error-token-already-exists` of Rocket.Chat"),
            Overlay("/components/schemas/NewPersonalAccessToken/properties/tokenName"),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "access_token_list_hides_secrets",
        tier: Tier::Security,
        severity: Severity::High,
        text: "The list of personal access tokens names each token and shows only the end of its secret.",
        sources: &[
            Standard("OWASP ASVS 5.0, V14.2.6"),
            Overlay(
                "/paths/~1api~1v1~1users.getPersonalAccessTokens/get/responses/200/content/application~1json",
            ),
            Overlay(
                "/components/schemas/PersonalAccessTokens/properties/tokens/items/properties/lastTokenPart",
            ),
        ],
        cost: 1,
        production: true,
        needs: None,
    },
    Rule {
        id: "access_tokens_belong_to_their_account",
        tier: Tier::Security,
        severity: Severity::Critical,
        text: "An account can neither list nor remove the personal access tokens of another account.",
        sources: &[
            Standard("OWASP ASVS 5.0, V8.2.2"),
            Overlay("/paths/~1api~1v1~1users.getPersonalAccessTokens/get/description"),
        ],
        cost: 5,
        production: true,
        needs: Some("two accounts without a second factor"),
    },
    Rule {
        id: "regenerated_access_token_ends",
        tier: Tier::Security,
        severity: Severity::Critical,
        text: "After a personal access token was regenerated, its new secret works and its old one does not.",
        sources: &[
            Standard("OWASP ASVS 5.0, V7.4.1"),
            Overlay("/paths/~1api~1v1~1users.regeneratePersonalAccessToken/post/description"),
        ],
        cost: 4,
        production: true,
        needs: None,
    },
    Rule {
        id: "removed_access_token_ends",
        tier: Tier::Security,
        severity: Severity::Critical,
        text: "After the removal of a personal access token, it works neither as a header nor as `resume`.",
        sources: &[
            Standard("OWASP ASVS 5.0, V7.4.1"),
            Overlay("/paths/~1api~1v1~1users.removePersonalAccessToken/post/responses/200"),
        ],
        cost: 3,
        production: true,
        needs: None,
    },
];
