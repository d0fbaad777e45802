//! All variants: id, kind, what, source.

use serde_json::json;

const M: &str = "mutant";
const C: &str = "correct";

#[rustfmt::skip]
pub const VARIANTS: &[(&str, &str, &str, &str)] = &[
    ("plain", "plain", "The server without a defect", "Page of POST /api/v1/login; Rocket.Chat"),

    // passwords and identities
    ("password_case_folded", M, "Passwords are compared without regard to case", "ASVS 5.0 6.2.8; CWE-178"),
    ("password_cut_16", M, "Only the first 16 characters of a password count", "ASVS 4.0 2.1.3; CWE-521"),
    ("nul_cuts_password", M, "A password ends at its first U+0000; what follows is ignored", "CWE-626; CWE-158; ASVS 5.0 6.2.8"),
    ("digest_prefix", M, "A `password.digest` is compared only as far as it goes: a prefix, or nothing, is enough", "CWE-187; Rocket.Chat (digest form)"),
    ("nosql_operator_password", M, "`password: {\"$ne\": \"\"}` matches every password", "CVE-2021-22911 (Rocket.Chat) class; CWE-943"),
    ("sql_injection_user", M, "A quote in `user` ends the SQL literal: `alice'--` and `' OR 1=1` log in without the password", "OWASP ASVS 4.0 5.3.4; CWE-89"),
    ("ldap_wildcard_user", M, "`*` in the user name is a wildcard: `ali*` finds alice", "RFC 4515 section 3; CWE-90"),
    ("bot_empty_password", M, "An account without a password takes the empty password", "RFC 4513 5.1.2; Rocket.Chat#18792"),
    ("default_admin", M, "A built-in account admin with the password admin", "ASVS 4.0 2.5.4; CWE-1392"),
    ("email_not_accepted", M, "Login by e-mail address is refused", "Page: `user`, \"Your user name or email\""),
    ("inactive_logs_in", M, "A deactivated account logs in with its password", "Rocket.Chat (inactive account); CWE-613"),

    // enumeration
    ("inactive_revealed", M, "That an account is deactivated is told before the password is judged", "Rocket.Chat (order of judgement); OWASP Authentication Cheat Sheet"),
    ("unknown_user_message", M, "The message for an unknown user differs from that for a wrong password", "OWASP Authentication Cheat Sheet, Authentication Responses; CWE-204"),
    ("unknown_user_timing", M, "An unknown user is refused without the cost of a hash", "CVE-2016-6210 class; CWE-208"),
    ("unknown_email_500", M, "An unknown e-mail address gives 500", "CWE-476; CWE-204"),
    ("totp_before_password", M, "`totp-required` is told before the password is judged", "Rocket.Chat: a 2FA error is only ever seen after a right password"),
    ("lockout_only_known", M, "Only accounts that exist are ever locked", "CWE-204; WSTG-IDNT-04"),

    // second factor
    ("totp_skipped_on_form", M, "A login with a form body is not asked for the second factor", "CWE-288; OWASP MFA Cheat Sheet"),
    ("totp_empty_code", M, "An empty `code` passes as the second factor", "CWE-287; WSTG-ATHN-11"),
    ("totp_wide_window", M, "Codes of ten minutes back and ahead are accepted", "RFC 6238 section 5.2; ASVS 4.0 2.8.1"),
    ("totp_replay", M, "A TOTP code can be used more than once", "RFC 6238 section 5.2; ASVS 4.0 2.8.4"),
    ("totp_code_of_another", M, "The TOTP code of any account is accepted", "CWE-639; RFC 6238 section 3 (a secret for each prover)"),
    ("totp_code_leaked", M, "The refusal `totp-required` carries the code of the moment", "CWE-201; CWE-522"),
    ("totp_not_limited", M, "Wrong TOTP codes do not count for the lock-out", "CWE-307; RFC 4226 section 7.3"),
    ("totp_required_as_unauthorized", M, "A missing code is answered as a wrong password", "Rocket.Chat (2FA on, no code)"),
    ("backup_code_reusable", M, "A backup code can be used again", "ASVS 4.0 2.6.1; Rocket.Chat"),
    ("race_backup_code", M, "Two logins at once both succeed with one backup code", "CWE-367; ASVS 4.0 2.6.1"),
    ("resume_asks_code", M, "`resume` of an account with TOTP asks for a code again", "Rocket.Chat (`resume` asks for no 2FA code)"),

    // lock-out
    ("no_lockout", M, "Failures never lock an account", "ASVS 4.0 2.2.1; CWE-307"),
    ("lockout_per_spelling", M, "Failures are counted for each spelling: `Alice`, `ALICE` and the e-mail each have their own", "Rocket.Chat; CWE-307"),
    ("lockout_never_ends", M, "A lock never ends", "CWE-645"),
    ("lockout_global", M, "The failures of one account lock all accounts", "CWE-645; ASVS 4.0 2.2.1"),
    ("failures_never_reset", M, "A successful login does not reset the failures", "Rocket.Chat (success resets)"),
    ("forwarded_for_evades_lockout", M, "Each value of X-Forwarded-For has its own count of failures", "CWE-348; OWASP WSTG-ATHN-03"),
    ("race_lockout", M, "The lock is checked before the hash and counted after it: guesses at once exceed the limit", "CWE-362; CWE-307"),
    ("failed_login_ends_sessions", M, "A wrong password ends the sessions of the account", "CWE-645; OWASP Session Management Cheat Sheet"),

    // tokens
    ("token_sequential", M, "Tokens end in a counter; the rest never changes", "ASVS 4.0 3.2.2; CWE-340"),
    ("token_constant", M, "Every login of an account gives the same token", "ASVS 4.0 3.2.1; CWE-384"),
    ("token_short", M, "Tokens have 24 bits", "ASVS 4.0 3.2.2; CWE-331"),
    ("token_embeds_password", M, "The token is Base64 of user name, password and random text", "CWE-522; CWE-312"),
    ("token_case_folded", M, "Tokens are compared without regard to case", "CWE-178 (database collation)"),
    ("token_fixation", M, "The X-Auth-Token of the login request becomes the new token", "CWE-384; ASVS 4.0 3.2.1"),
    ("jwt_alg_none", M, "Tokens are JWTs, and one with `\"alg\":\"none\"` is accepted", "CVE-2015-9235; RFC 8725 section 3.1"),
    ("empty_resume", M, "An empty `resume` gives the newest session of anybody", "CWE-187; CWE-287"),
    ("token_dies_early", M, "A token dies five seconds after the login", "Rocket.Chat (90 days); Page: pass `authToken` to authenticate"),
    ("resume_kills_token", M, "`resume` returns the token but ends its session", "Rocket.Chat (`resume` returns the same token)"),

    // sessions
    ("me_of_header_user", M, "GET /me returns the account of X-User-Id for any valid token", "CWE-639; OWASP API1:2023"),
    ("user_id_optional", M, "X-User-Id may be missing", "Page: `userId` and `authToken` as headers; Rocket.Chat"),
    ("me_cached_across_users", M, "GET /me answers from a cache without regard to the user", "CWE-524; RFC 9111 section 3.5"),
    ("connection_keeps_identity", M, "Requests without a token act as the last user of the connection", "RFC 9110 section 3.3 (stateless); CWE-488"),
    ("proxy_header_trusted", M, "X-WEBAUTH-USER from anybody is believed", "Gitea and Grafana reverse-proxy authentication (header X-WEBAUTH-USER); CWE-290"),
    ("logout_noop", M, "Logout answers well and ends nothing", "ASVS 4.0 3.3.1; CWE-613"),
    ("logout_all", M, "Logout ends all sessions of the account", "Rocket.Chat (only this token dies)"),
    ("logout_newest", M, "Logout ends the newest session of the account, whichever token was sent", "Rocket.Chat (only this token dies); CWE-613"),
    ("logout_resume_survives", M, "After logout `resume` still takes the token", "ASVS 4.0 3.3.1; CWE-613"),
    ("logout_by_user_id_only", M, "Logout with X-User-Id alone ends the sessions of that account", "CWE-306"),
    ("second_login_ends_first", M, "A second login ends the session of the first", "Rocket.Chat (two logins give two tokens, both valid)"),
    ("race_sessions_lost", M, "Of logins at once only one token is kept", "CWE-362 (lost update)"),

    // schema
    ("me_missing", M, "The success answer has no `data.me`", "Page: `data.me`"),
    ("user_id_mismatch", M, "`data.me._id` differs from `data.userId`", "Rocket.Chat (userId equals `me._id`)"),
    ("utc_offset_string", M, "`utcOffset` is a string", "Page: `utcOffset` integer"),
    ("emails_object", M, "`emails` with one entry is an object, not an array", "Page: `emails` array"),
    ("status_200_on_refusal", M, "Refusals have status 200", "RFC 9110 section 15.5.2; Rocket.Chat"),
    ("status_success_on_refusal", M, "The body of a 401 says `\"status\":\"success\"`", "Rocket.Chat (UNAUTH body)"),
    ("content_type_html", M, "JSON is sent as text/html", "Page: application/json; ASVS 4.0 14.4.1"),
    ("name_mojibake", M, "Names are encoded as UTF-8 twice", "RFC 8259 section 8.1; CWE-838"),
    ("mass_assignment_roles", M, "`roles` in the login body becomes the roles of the account", "CWE-915; OWASP API3:2023"),

    // leaks and headers
    ("password_hash_leak", M, "`me.services.password` holds the password hash", "Rocket.Chat (never a hash); OWASP API3:2023"),
    ("malformed_body_echoed", M, "The refusal of a malformed body repeats the body, password included", "CWE-209; ASVS 4.0 7.4.1"),
    ("ill_typed_500", M, "An ill-typed member gives 500 with a stack trace", "CWE-209; ASVS 4.0 7.4.1"),
    ("public_cache", M, "Answers with tokens may be cached: `Cache-Control: public, max-age=300`", "RFC 9111 section 5.2.2.5; ASVS 4.0 8.2.1"),
    ("cors_reflects_origin", M, "Any Origin is allowed with credentials", "ASVS 4.0 14.5.3; CWE-942"),
    ("cookie_without_flags", M, "The token is also set as a cookie without Secure, HttpOnly and SameSite", "RFC 6265 section 8.3; ASVS 4.0 3.4.1-3.4.3"),
    ("version_banner", M, "Server and X-Powered-By tell exact versions", "ASVS 4.0 14.3.3; RFC 9110 section 10.2.4"),
    ("avatar_from_host_header", M, "`avatarUrl` is built from the Host header", "WSTG-INPV-17; CWE-644"),
    ("login_by_get", M, "GET /login with the password in the query works", "ASVS 4.0 8.3.1; CWE-598"),
    ("trace_echo", M, "TRACE sends the login headers back", "RFC 9110 section 9.3.8; ASVS 4.0 14.5.1"),

    // parsers and the wire
    ("text_plain_json", M, "A body of type text/plain is read as JSON: a cross-site form can log in", "ASVS 4.0 13.2.5; CWE-352"),
    ("content_type_param_refused", M, "`application/json; charset=utf-8` is refused with 415", "RFC 9110 section 8.3.1"),
    ("json_escapes_ignored", M, "`\\u` escapes in JSON strings are not decoded", "RFC 8259 section 7"),
    ("form_plus_literal", M, "`+` in a form stays `+`", "WHATWG URL, application/x-www-form-urlencoded parsing"),
    ("deep_json_drops_connection", M, "A deeply nested body ends the connection without an answer", "RFC 8259 section 9; CWE-674"),
    ("long_password_slow", M, "The time of a login grows with the length of the password: 50,000 characters take five seconds", "CVE-2013-1443 (Django); CWE-400"),
    ("chunked_request_ignored", M, "A chunked request body is read as empty", "RFC 9112 section 7.1"),
    ("header_case_sensitive", M, "Login headers are known only as `X-Auth-Token`/`X-User-Id` or in lower case", "RFC 9110 section 5.1"),
    ("content_length_in_characters", M, "Content-Length counts characters, not bytes: answers with `ø` are cut", "RFC 9110 section 8.6; RFC 9112 section 6.2"),
    ("gzip_unasked", M, "Answers are gzip even if the client takes only identity", "RFC 9110 section 12.5.3"),

    // correct
    ("jwt_tokens", C, "Tokens are signed JWTs; logout ends them all the same", "RFC 7519; page: `authToken` string"),
    ("uuid_tokens", C, "Tokens are random UUIDs of version 4 (122 bits)", "RFC 9562 section 5.4"),
    ("problem_bodies", C, "Refusals also carry `type`, `title`, `detail` and `instance`", "RFC 9457 section 3"),
    ("extra_members", C, "More members in `data` and `me`", "Page (no additionalProperties: false); Rocket.Chat (new keys appear)"),
    ("extra_headers", C, "Strict-Transport-Security, Content-Security-Policy, Referrer-Policy, X-Request-Id", "OWASP HTTP Headers Cheat Sheet"),
    ("member_order", C, "The members of all objects stand in reverse order", "RFC 8259 section 4"),
    ("pretty_json", C, "JSON with line breaks and indentation", "RFC 8259 section 2"),
    ("unicode_escaped", C, "Characters outside ASCII are written as `\\u` escapes", "RFC 8259 section 7"),
    ("json_charset", C, "`Content-Type: application/json; charset=utf-8`", "RFC 9110 section 8.3.1; RFC 8259 section 11"),
    ("final_newline", C, "A line feed after the JSON text", "RFC 8259 section 2"),
    ("chunked_responses", C, "Responses are chunked, without Content-Length", "RFC 9112 section 7.1"),
    ("gzip_when_accepted", C, "gzip for clients that accept it, with Vary", "RFC 9110 section 12.5.3"),
    ("connection_close", C, "Each response ends the connection", "RFC 9112 section 9.6"),
    ("lower_case_headers", C, "Header names in lower case", "RFC 9110 section 5.1"),
    ("www_authenticate", C, "401 carries WWW-Authenticate", "RFC 9110 section 11.6.1"),
    ("slow_hash", C, "The password hash costs seven times as much", "OWASP Password Storage Cheat Sheet"),
    ("slow_refusals", C, "A wrong password is answered 150 ms later, known user or not", "OWASP Authentication Cheat Sheet, Login Throttling"),
    ("strict_lockout", C, "Five failures lock an account", "ASVS 4.0 2.2.1"),
    ("loose_lockout", C, "Thirty failures lock an account", "ASVS 4.0 2.2.1 (no more than 100)"),
    ("lockout_429", C, "A locked account is answered with 429 and Retry-After", "RFC 6585 section 4"),
    ("rate_limit", C, "60 calls in 10 seconds for each path, then 429 with Retry-After", "Rocket.Chat (rate limiter)"),
    ("no_form", C, "Form bodies are refused with 415", "Page: application/json only"),
    ("no_get_logout", C, "GET /logout is refused with 405", "RFC 9110 section 9.2.1 (GET is safe)"),
    ("no_utc_offset", C, "`me` has no `utcOffset`", "Page: no member is required"),
    ("small_me", C, "`me` has only nine members", "Page: no member is required; Rocket.Chat"),
    ("no_success_member", C, "Answers lack `success`, as on older servers", "Rocket.Chat (older servers lack `success`)"),
    ("numeric_code", C, "`code` may also be a number", "Rocket.Chat (one client types `code` as a number)"),
    ("null_is_absent", C, "A member with the value null counts as absent", "Rocket.Chat; RFC 8259 (no rule)"),
    ("malformed_is_unauthorized", C, "A malformed body counts as `{}` and gives 401", "Rocket.Chat (malformed JSON)"),
];

pub fn list() -> String {
    let all: Vec<_> = VARIANTS
        .iter()
        .map(|(id, kind, what, source)| json!({"id": id, "kind": kind, "what": what, "source": source}))
        .collect();
    serde_json::to_string_pretty(&all).expect("JSON")
}
