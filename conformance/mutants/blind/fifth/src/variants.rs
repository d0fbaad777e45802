//! The table of all variants.

use serde_json::json;

pub struct Variant {
    pub id: &'static str,
    pub kind: &'static str,
    pub what: &'static str,
    pub source: &'static str,
}

pub fn find(id: &str) -> Option<&'static Variant> {
    VARIANTS.iter().find(|variant| variant.id == id)
}

pub fn list() -> String {
    let all: Vec<_> = VARIANTS
        .iter()
        .map(|v| json!({"id": v.id, "kind": v.kind, "what": v.what, "source": v.source}))
        .collect();
    serde_json::to_string_pretty(&all).expect("JSON")
}

const fn v(
    kind: &'static str,
    id: &'static str,
    what: &'static str,
    source: &'static str,
) -> Variant {
    Variant {
        id,
        kind,
        what,
        source,
    }
}

const M: &str = "mutant";
const C: &str = "correct";

#[rustfmt::skip]
pub const VARIANTS: &[Variant] = &[
    v("plain", "plain", "The login server without a defect.", "Rocket.Chat API page POST /api/v1/login"),

    // Password and identity
    v(M, "password_truncated", "Only the first 16 bytes of a password count.", "ASVS v5 6.2.8; CWE-521; the classes of crypt(3) and bcrypt truncation"),
    v(M, "password_any_case", "Upper and lower case in a password are the same.", "ASVS v5 6.2.8"),
    v(M, "empty_password_of_bot", "An empty password logs in to the account that has no password.", "CWE-258; RFC 4513 section 5.1.2 (unauthenticated bind)"),
    v(M, "password_operator", "A query operator as password, such as {\"$ne\": \"\"}, matches each password.", "CVE-2021-22911 class; WSTG-INPV-05 (NoSQL injection)"),
    v(M, "sql_quote", "The user name gets into a query unescaped: alice' -- logs in without the password.", "WSTG-INPV-05 (SQL injection); CWE-89"),
    v(M, "inactive_by_email", "A deactivated account can log in with its e-mail address.", "ASVS v5 7.4.2; CWE-288"),

    // Second factor
    v(M, "empty_code_skips", "An empty code skips the second factor.", "WSTG-ATHN-11; OWASP MFA cheat sheet"),
    v(M, "code_of_other_account", "The TOTP code of any account is taken.", "WSTG-ATHN-11; CWE-287"),
    v(M, "totp_replay", "A TOTP code can be used twice.", "RFC 6238 section 5.2; ASVS v5 6.5.1"),
    v(M, "totp_wide_window", "TOTP codes of ten minutes before and after are taken.", "RFC 6238 section 5.2; ASVS v5 6.5.5"),
    v(M, "code_guessing_unlimited", "Wrong TOTP codes never count for the lockout.", "RFC 6238 section 5.1 with RFC 4226 section 7.3; ASVS v5 6.6.3"),
    v(M, "backup_code_reusable", "A backup code can be used again and again.", "ASVS v5 6.5.1; OWASP MFA cheat sheet"),
    v(M, "second_factor_first", "Without a code the response is totp-required even if the password is wrong: it tells who has 2FA.", "Rocket.Chat: a 2FA response comes only after a right password; WSTG-IDNT-04"),
    v(M, "form_skips_second_factor", "A login by form body is not asked for the second factor.", "WSTG-ATHN-04; CWE-288 (alternate path)"),

    // Tokens
    v(M, "token_counter", "Tokens have a fixed start and count up: who knows one guesses the next.", "ASVS v5 7.2.3; WSTG-SESS-01; CWE-330"),
    v(M, "one_token_per_account", "Each login gives the same token: one logout ends all sessions, and no login gives a new one.", "ASVS v5 7.2.4; OWASP session management cheat sheet"),
    v(M, "token_any_case", "Tokens match in any case, as with a case-insensitive database column.", "CWE-178; ASVS v5 7.2.3"),
    v(M, "session_fixation", "A login takes over the X-Auth-Token that the client sends as the new token.", "WSTG-SESS-03; CWE-384; ASVS v5 7.2.4"),
    v(M, "jwt_alg_none", "Tokens are JWTs, and one with alg none is believed.", "RFC 8725 section 3.1; CVE-2015-9235 class"),
    v(M, "token_expires_early", "A token dies five seconds after the login.", "Rocket.Chat: Accounts_LoginExpiration is 90 days"),
    v(M, "failure_kills_sessions", "One failed login ends all sessions of the account: anyone can log others out.", "CWE-645; WSTG-ATHN-03"),

    // Logout
    v(M, "get_logout_keeps_session", "GET /logout says yes, but the session goes on.", "ASVS v5 7.4.1; WSTG-SESS-06"),
    v(M, "resume_after_logout", "After a logout the token is dead as a header, but resume brings it back.", "ASVS v5 7.4.1; CWE-613"),
    v(M, "logout_ends_newest", "A logout ends the newest session of the account, not its own.", "WSTG-SESS-06; Rocket.Chat: only this token dies"),
    v(M, "logout_needs_body", "POST /logout with JSON content type and an empty body is refused.", "RFC 9110 section 8.6; Rocket.Chat clients send it so"),

    // GET /api/v1/me
    v(M, "me_trusts_user_id", "Any valid token with another X-User-Id shows the other user.", "ASVS v5 8.2.2; CWE-639 (IDOR)"),
    v(M, "me_cache_mixed", "The last response of /me is served to everyone for two seconds.", "CWE-524; WSTG-ATHN-06; RFC 9111 section 3.5"),
    v(M, "me_leaks_hash", "/me shows the salted hash of the password.", "ASVS v5 15.3.1; CWE-200 (Rocket.Chat, WordPress and Gitea had the class)"),
    v(M, "connection_remembers_login", "After a login, other requests on the connection need no login headers.", "RFC 9110 section 3.3 (stateless); the class of NTLM connection authentication"),

    // Lockout
    v(M, "lockout_absent", "Passwords can be guessed without a limit.", "ASVS v5 6.3.1; WSTG-ATHN-03; CWE-307"),
    v(M, "lockout_by_typed_name", "The lockout counts by the text typed: other case and the e-mail address have counters of their own.", "ASVS v5 6.3.1; CWE-307"),
    v(M, "lockout_lets_right_password_in", "While an account is locked, the right password still logs in: guessing goes on.", "WSTG-ATHN-03; CWE-307"),
    v(M, "forwarded_for_escapes_lock", "Each new X-Forwarded-For starts a new counter of failures.", "CWE-348; CVE classes of rate limits that trust X-Forwarded-For"),

    // Races
    v(M, "lockout_race", "Parallel guesses all pass the lockout check before the first failure counts.", "CWE-362; OWASP authentication cheat sheet; WSTG-ATHN-03"),
    v(M, "backup_code_race", "Two requests at the same time can use one backup code twice.", "CWE-367; WSTG-BUSL-05"),
    v(M, "concurrent_logins_mixed", "Logins at the same time share a variable: one user gets the session of another.", "CWE-362; ASVS v5 15.4.1"),
    v(M, "parallel_login_lost", "Of logins at the same time to one account only the last token works.", "CWE-362 (lost update)"),
    v(M, "success_does_not_reset", "A login does not reset the failures: old slips add up to a lock.", "Rocket.Chat: success resets; NIST SP 800-63B section 5.2.2"),

    // Enumeration
    v(M, "unknown_user_told", "An unknown user gets the message User not found.", "WSTG-IDNT-04; ASVS v5 6.3.8"),
    v(M, "enum_by_time", "For an unknown user no hash is computed: the response is much faster.", "ASVS v5 6.3.8; CWE-208; OWASP authentication cheat sheet"),
    v(M, "enum_by_lock", "Unknown user names are never locked: the lock shows that an account exists.", "WSTG-IDNT-04; WSTG-ATHN-03"),

    // Leaks
    v(M, "error_echoes_body", "The response to a broken JSON body repeats the body, with the password.", "WSTG-ERRH-01; CWE-209"),
    v(M, "cors_reflects_origin", "Each Origin is allowed, with credentials.", "WSTG-CLNT-07; ASVS v5 3.4.2"),
    v(M, "login_cacheable", "The response with the token says public, max-age=300.", "ASVS v5 14.3.2; WSTG-ATHN-06; RFC 9111 section 5.2.2.9"),
    v(M, "query_credentials", "User and password in the URL are taken.", "ASVS v5 14.2.1; CWE-598"),

    // The documented schema
    v(M, "user_id_differs", "me._id of the login response is not data.userId.", "Rocket.Chat API page; its server has them equal"),
    v(M, "utc_offset_string", "me.utcOffset is a string.", "Rocket.Chat API page (type integer)"),
    v(M, "resume_without_me", "The response to resume lacks me.", "Rocket.Chat API page (data.me)"),

    // Bodies
    v(M, "form_plus_kept", "A plus sign in a form body stays a plus sign: passwords with blanks fail.", "URL Standard, application/x-www-form-urlencoded; RFC 1866 section 8.2.1"),
    v(M, "json_escape_unread", "Escapes such as \\u0061 in a JSON body are not read.", "RFC 8259 section 7"),
    v(M, "charset_refused", "application/json; charset=utf-8 is refused with 415.", "RFC 9110 section 8.3.1"),
    v(M, "deep_json_kills", "A deeply nested JSON body ends the server process.", "CWE-674; RFC 8259 section 9"),
    v(M, "long_password_slow", "The cost of a login grows with the length of the password.", "CVE-2013-1443 and CVE-2014-9034 class; CWE-400"),

    // On the wire
    v(M, "content_length_in_characters", "Content-Length counts characters: a response with other than ASCII is cut.", "RFC 9110 section 8.6; RFC 9112 section 6.2"),
    v(M, "body_read_once", "Only what comes with the first read belongs to the body: a body in two packets is lost.", "RFC 9112 section 6.3"),
    v(M, "head_with_body", "HEAD is responded to with a body: the next response on the connection is out of step.", "RFC 9110 section 9.3.2"),
    v(M, "length_beats_chunked", "With both Content-Length and Transfer-Encoding the length wins: requests can be smuggled.", "RFC 9112 section 6.3; WSTG-INPV-15; CWE-444"),
    v(M, "silent_close", "The server closes after each response and does not say so.", "RFC 9112 section 9.6"),
    v(M, "header_injection", "The user name goes into a response header as it is: line breaks add headers.", "CWE-113; WSTG-INPV-15; RFC 9110 section 5.5"),
    v(M, "gzip_unasked", "Responses are compressed even for a client that refuses it.", "RFC 9110 section 12.5.3"),

    // Correct, but different
    v(C, "jwt_tokens", "Tokens are signed JWTs; a logout still ends them.", "RFC 7519; RFC 8725"),
    v(C, "uuid_tokens", "Tokens are random UUIDs.", "RFC 9562 section 5.4"),
    v(C, "problem_members", "Refusals are application/problem+json: type, title and detail stand beside the documented members.", "RFC 9457 section 3"),
    v(C, "extra_members", "The login response has more members: success, tokenExpires, nickname, language, customFields.", "Rocket.Chat: new keys appear every few versions"),
    v(C, "extra_headers", "Responses have more headers: X-Request-Id, Content-Security-Policy, X-RateLimit and others.", "OWASP REST security cheat sheet"),
    v(C, "other_order", "JSON members come in reverse order.", "RFC 8259 section 4 (unordered)"),
    v(C, "chunked_responses", "Responses are chunked, in three parts.", "RFC 9112 section 7.1"),
    v(C, "gzip_when_accepted", "Responses are compressed for clients that accept gzip.", "RFC 9110 section 12.5.3"),
    v(C, "always_close", "Each response says Connection: close, and the connection ends.", "RFC 9112 section 9.6"),
    v(C, "slow_hash", "The hash costs eight times as much.", "OWASP password storage cheat sheet"),
    v(C, "www_authenticate", "Each 401 has a WWW-Authenticate header.", "RFC 9110 section 11.6.1"),
    v(C, "strict_lockout", "The lock comes after 5 failures.", "NIST SP 800-63B section 5.2.2"),
    v(C, "loose_lockout", "The lock comes after 25 failures.", "NIST SP 800-63B section 5.2.2"),
    v(C, "no_form", "Form bodies get 415; only JSON is taken.", "Rocket.Chat API page (application/json only)"),
    v(C, "no_get_logout", "GET /logout gets 405; only POST logs out.", "RFC 9110 section 9.2.1 (safe methods)"),
    v(C, "pretty_json", "JSON is written with blanks and line breaks.", "RFC 8259 section 2"),
    v(C, "ascii_json", "JSON is written in ASCII, with escapes for all else.", "RFC 8259 section 7"),
    v(C, "charset_content_type", "The content type is application/json; charset=utf-8.", "RFC 9110 section 8.3.1; RFC 8259 section 11"),
    v(C, "lock_as_429", "A locked account gets 429 with Retry-After.", "RFC 6585 section 4"),
    v(C, "code_as_number", "A code may also be a JSON number.", "Rocket.Chat: one client sends it so"),
];
