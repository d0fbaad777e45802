//! The list of variants: one line each.

use crate::{Kind, Variant};

macro_rules! variants {
    ($($kind:ident $id:ident $name:literal, $what:literal, $source:literal;)*) => {
        /// The variant a server plays.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Id { $($id),* }

        pub static ALL: &[(Id, Variant)] = &[
            $((Id::$id, Variant { name: $name, kind: Kind::$kind, what: $what, source: $source })),*
        ];
    };
}

pub fn find(name: &str) -> Option<Id> {
    ALL.iter().find(|(_, v)| v.name == name).map(|(id, _)| *id)
}

pub fn kind(id: Id) -> Option<Kind> {
    ALL.iter().find(|(i, _)| *i == id).map(|(_, v)| v.kind)
}

variants! {
    Correct Base "base", "the documented login, done right", "post-api-v1-login.md; ROCKETCHAT.md";

    // Right, yet different from the base.
    Correct Nginx "nginx", "headers as behind nginx: Server, Vary, Keep-Alive, X-Request-Id", "nginx defaults";
    Correct Haproxy "haproxy", "a load balancer's cookie on each response that carries none of the session", "HAProxy cookie insert";
    Correct Caddy "caddy", "headers as behind Caddy: Server, Via, Alt-Svc", "Caddy reverse_proxy; RFC 9110 7.6.3; RFC 7838";
    Correct Gzip "gzip", "gzip for clients that ask for it, with Vary", "RFC 9110 12.5.3";
    Correct VaryingHeaders "varying-headers", "request id, run time and trace headers that differ from response to response", "W3C trace context";
    Correct DateSkew "date-skew", "the Date header is 90 seconds behind, the code clock is right", "RFC 9110 6.6.1";
    Correct CloseSometimes "close-sometimes", "every third response closes the connection", "RFC 9112 9.6";
    Correct CloseAlways "close-always", "every response closes the connection", "RFC 9112 9.6";
    Correct Chunked "chunked", "responses without Content-Length, in chunks", "RFC 9112 7.1";
    Correct JwtToken "jwt-token", "tokens look like signed JWT and are kept in the table", "RFC 7519; page: authToken is a string";
    Correct UuidToken "uuid-token", "tokens are random version 4 UUID", "RFC 9562 5.4; ASVS 7.2.3 (122 bits)";
    Correct HexToken "hex-token", "tokens are 64 hexadecimal digits", "page: authToken is a string";
    Correct PrefixedToken "prefixed-token", "tokens have a fixed prefix for secret scanners", "GitHub token format 2021";
    Correct ProblemJson "problem-json", "refusals as application/problem+json with the usual members as well", "RFC 9457";
    Correct NoForm "no-form", "form bodies get 415", "page: only application/json; RFC 9110 15.5.16";
    Correct NoGetLogout "no-get-logout", "GET logout gets 405 with Allow", "RFC 9110 15.5.6";
    Correct NoMe "no-me", "there is no /api/v1/me", "the page does not describe it";
    Correct SlowHash "slow-hash", "each judgement takes 150 ms more, whoever asks", "OWASP password storage: bcrypt work factor";
    Correct ExtraMembers "extra-members", "unknown members in every object of the response", "ROCKETCHAT.md: new keys appear every few versions";
    Correct MemberOrder "member-order", "members of objects in reversed order", "RFC 8259 4: objects are unordered";
    Correct Http10 "http10", "responds in HTTP/1.0 and closes", "RFC 9112 appendix C";
    Correct TitleCase "title-case", "header names in title case", "RFC 9110 5.1: names are case-insensitive";
    Correct RateHeaders "rate-headers", "rate limit headers with a limit of 600 a minute", "ROCKETCHAT.md rate limit";
    Correct CorsStar "cors-star", "Allow-Origin * without credentials, preflight requests accepted", "ROCKETCHAT-SESSIONS.md 5";
    Correct SecurityHeaders "security-headers", "HSTS, CSP, frame and referrer headers", "OWASP secure headers";
    Correct SubPath "sub-path", "the interface is also reachable under /chat", "Rocket.Chat ROOT_URL with a path";
    Correct Missing400 "missing-400", "missing members get 400 in place of 401", "RFC 9110 15.5.1";
    Correct NoSuccess "no-success", "responses lack `success`, as older servers", "ROCKETCHAT.md: older servers";
    Correct MalformedEmpty "malformed-empty", "a body that cannot be read counts as an empty object", "ROCKETCHAT.md: malformed JSON";
    Correct Lockout "lockout", "ten failures lock an account for five minutes, known or not; success resets", "ROCKETCHAT.md lock-out";
    Correct Pretty "pretty", "JSON with line breaks and indents", "RFC 8259 2";
    Correct OffsetFraction "offset-fraction", "utcOffset is 5.75", "ROCKETCHAT.md: a number in life";
    Correct NfcPasswords "nfc-passwords", "passwords are compared in normal form C", "RFC 8265 4.2.2";
    Correct NumericError "numeric-error", "plain refusals carry the number 401 as `error`", "Rocket.Chat#14658";
    Correct ShortRefusal "short-refusal", "plain refusals are success and error only", "ROCKETCHAT.md: planned for 9.0";
    Correct Charset "charset", "Content-Type says charset=utf-8", "RFC 8259 11";
    Correct CaseNames "case-names", "user names are matched exactly", "ROCKETCHAT.md: exact match first";
    Correct Jitter "jitter", "every response is late by a random 0 to 40 ms", "life behind a shared proxy";
    Correct WwwAuthenticate "www-authenticate", "401 responses carry WWW-Authenticate", "RFC 9110 15.5.2";
    Correct AsciiJson "ascii-json", "JSON with non-ASCII and slashes escaped, and a final line break", "RFC 8259 7";
    Correct TrailingSlash "trailing-slash", "a final slash in the path does not matter", "Express default routing";
    Correct StrictMedia "strict-media", "bodies of foreign media types get 415", "RFC 9110 15.5.16";
    Correct SafeCookie "safe-cookie", "the token also comes as a cookie that nothing reads, with HttpOnly, Secure and SameSite", "ASVS 3.3";

    // Wrong passwords that pass.
    Mutant PwCase "pw-case", "passwords are compared without case", "CWE-178";
    Mutant PwTrim "pw-trim", "white space around the password is dropped", "NIST 800-63B 5.1.1.2; ASVS 6.2.8";
    Mutant PwTruncate8 "pw-truncate-8", "only the first eight characters count", "DES crypt(3); CWE-187";
    Mutant PwTruncate72 "pw-truncate-72", "only the first 72 bytes count", "CVE-2025-22228 (bcrypt in Spring Security)";
    Mutant PwPrefix "pw-prefix", "anything that begins with the password passes", "CWE-187";
    Mutant PwNul "pw-nul", "the password ends at a NUL", "CWE-158; CWE-626";
    Mutant PwSwapcase "pw-swapcase", "the password typed with caps lock passes", "Facebook 2011 caps lock forms";
    Mutant PwHash "pw-hash", "the hex SHA-256 of the password passes as a plain password", "CWE-836";
    Mutant PwZero "pw-zero", "the number 0 passes as password", "PHP loose comparison; CWE-1024";
    Mutant PwTrue "pw-true", "true passes as password", "CWE-843; loose comparison";
    Mutant PwNull "pw-null", "null passes as password", "CWE-287; CVE-2017-14623 (go-ldap empty bind)";
    Mutant PwAbsent "pw-absent", "a login without password passes", "page: user AND password are mandatory; CWE-306";
    Mutant PwEmpty "pw-empty", "an empty password passes", "Rocket.Chat#18792; RFC 4513 5.1.2";
    Mutant PwArrayEmpty "pw-array-empty", "an empty array passes as password", "PHP strcmp(array) bypass; CWE-843";
    Mutant PwArrayAny "pw-array-any", "an array of passwords passes if one fits", "CWE-307; page: password is a string";
    Mutant PwOperator "pw-operator", "{\"$ne\": …} passes as password", "CWE-943; CVE-2021-22911";
    Mutant PwSqli "pw-sqli", "a quote and OR in the password pass", "CWE-89";
    Mutant UserSqli "user-sqli", "name'-- passes without password", "CWE-89; CVE-2023-34362";
    Mutant PwPercent "pw-percent", "the password of a JSON body is percent-decoded once more", "CWE-174";
    Mutant PwCollation "pw-collation", "accents do not count in passwords", "MySQL utf8_general_ci; CWE-697";
    Mutant PwAnyAccount "pw-any-account", "the password of any account opens each account", "CWE-287";
    Mutant PwUsername "pw-username", "the user name passes as password", "CWE-1393; default credentials";
    Mutant PwSlashes "pw-slashes", "backslashes in the password are dropped", "PHP stripslashes; CWE-707";
    Mutant PwTags "pw-tags", "tags in the password are dropped", "strip_tags on passwords; CWE-707";
    Mutant PwZeroWidth "pw-zero-width", "zero-width characters in the password are dropped", "CWE-176";
    Mutant PwNonAscii "pw-non-ascii", "characters outside ASCII are dropped from the password", "Okta/AD charset defects; CWE-176";
    Mutant DigestEmpty "digest-empty", "an empty digest fits, as only the given length is compared", "CVE-2017-5689 (Intel AMT); CWE-187";
    Mutant DigestAlgorithm "digest-algorithm", "a digest with an unknown algorithm is not checked", "CWE-327; alg confusion";
    Mutant PwCached "pw-cached", "after one right login any password passes for that account", "Okta 2024-10-30 cache key advisory";
    Mutant PwFailOpen "pw-fail-open", "after five failures any password passes", "CWE-636";
    Mutant PwLong "pw-long", "a password of more than 1000 bytes passes", "CWE-636";
    Mutant PwFlaky "pw-flaky", "each seventh wrong password passes", "CVE-2012-2122 (MySQL memcmp, 1 in 256)";
    Mutant LoadFailOpen "load-fail-open", "with more than four logins at once the password is not judged", "CWE-636; CWE-362";

    // Whose account is it?
    Mutant DupKey "dup-key", "with two `user` members the last is judged and the first logged in", "CVE-2017-12635 (CouchDB)";
    Mutant IdentityMix "identity-mix", "judges `user` and logs in `username`", "CWE-302; parameter confusion";
    Mutant QueryUser "query-user", "?user= in the URL decides who is logged in", "CWE-235; parameter pollution";
    Mutant UserWildcard "user-wildcard", "a * in the name finds the first account that fits", "LDAP injection, CWE-90; RFC 4515";
    Mutant UserRegex "user-regex", "{\"$regex\": …} finds an account", "CWE-943; CVE-2021-22911";
    Mutant UserPrefix "user-prefix", "the beginning of a name is enough as name", "CWE-187";
    Mutant UserNfkc "user-nfkc", "names are compared in compatibility form", "Spotify 2013 account hijack";
    Mutant EmailPlus "email-plus", "the part after + in an address is dropped", "CWE-289";
    Mutant EmailDomain "email-domain", "only the local part of an address is compared", "nOAuth 2023; CWE-290";
    Mutant UserRemembered "user-remembered", "without a name the last name typed by anyone is used", "CWE-488";
    Mutant RemoteUser "remote-user", "X-Forwarded-User or Remote-User logs in without password", "CWE-290";
    Mutant FormOperator "form-operator", "password[$ne]= in a form passes", "CWE-943; qs nested keys";
    Mutant FormAnyPassword "form-any-password", "a form with many passwords passes if one fits", "CWE-235; CWE-307";

    // Second factor.
    Mutant TfaAnyCode "tfa-any-code", "any six digits pass", "CWE-304";
    Mutant TfaEmptyCode "tfa-empty-code", "an empty code passes", "CWE-287; ASVS 6.5";
    Mutant TfaNullCode "tfa-null-code", "code null passes", "CWE-287; null second factor bypass";
    Mutant TfaEmail "tfa-email", "no second factor when logging in by address", "CWE-288; ASVS 6.3.4";
    Mutant TfaForm "tfa-form", "no second factor for form bodies", "CWE-288";
    Mutant TfaUserObject "tfa-user-object", "no second factor when `user` is an object", "CWE-288";
    Mutant TfaDigest "tfa-digest", "no second factor for digest passwords", "CWE-288";
    Mutant TfaMaster "tfa-master", "000000 passes always", "CWE-798";
    Mutant TfaReplay "tfa-replay", "a code can be used again", "RFC 6238 5.2; ASVS 6.5.1";
    Mutant TfaReplayRace "tfa-replay-race", "a code can be used twice at once", "CWE-367; RFC 6238 5.2";
    Mutant TfaPast "tfa-past", "codes of the last hour pass", "RFC 6238 5.2";
    Mutant TfaFuture "tfa-future", "codes of the next ten minutes pass", "RFC 6238 5.2";
    Mutant TfaBeforePassword "tfa-before-password", "asks for the code before the password is judged", "CWE-204; ROCKETCHAT.md order of judgement";
    Mutant TfaCodeOnly "tfa-code-only", "with a right code the password is not judged", "CWE-308";
    Mutant TfaCross "tfa-cross", "a code of another account passes", "CWE-639";
    Mutant TfaPrefix "tfa-prefix", "the first two digits of the code are enough", "CWE-187";
    Mutant TfaPendingToken "tfa-pending-token", "the totp-required response carries a token that works", "CWE-304; pre-auth token";
    Mutant TfaLeaksCode "tfa-leaks-code", "the totp-required response carries the expected code", "CWE-201";
    Mutant TfaRemembered "tfa-remembered", "after one full login nobody is asked again for that account", "CWE-304; device trust by account";
    Mutant TfaMassAssign "tfa-mass-assign", "bypassTwoFactor true in the body skips the second factor", "CWE-915";
    Mutant TfaFailOpen "tfa-fail-open", "after five wrong codes any code passes", "CWE-636";
    Mutant TfaCodeArray "tfa-code-array", "an array of codes passes if one fits", "CWE-307; CVE-2023-7028 (GitLab, arrays)";
    Mutant TfaNameCase "tfa-name-case", "a name typed in other case is not asked for a code", "CVE-2020-12812 (FortiOS)";
    Mutant TfaMethodHeader "tfa-method-header", "x-2fa-method other than totp skips the second factor", "CWE-807";
    Mutant TfaAskedOnce "tfa-asked-once", "the second try without a code passes", "CWE-841";
    Mutant TfaForwardedFor "tfa-forwarded-for", "X-Forwarded-For 127.0.0.1 skips the second factor", "CWE-348; CWE-290";
    Mutant TfaNoAgent "tfa-no-agent", "no second factor for requests without User-Agent", "legacy client exemption; CWE-288";
    Mutant TfaProto "tfa-proto", "a body with __proto__ switches the second factor off for all", "CWE-1321; CVE-2019-10744";
    Mutant TfaHeader "tfa-header", "the header x-2fa-code is not judged", "CWE-288";
    Mutant TotpClock "totp-clock", "the server's clock for codes is five minutes off", "RFC 6238 6";
    Mutant TfaSecretLeak "tfa-secret-leak", "me carries the TOTP secret", "CWE-200; RFC 6238 5.1";

    // Backup codes.
    Mutant BackupReuse "backup-reuse", "backup codes can be used again", "ASVS 6.5.1; CWE-294";
    Mutant BackupCross "backup-cross", "backup codes of another account pass", "CWE-639";
    Mutant BackupPrefix "backup-prefix", "the first four characters of a backup code are enough", "CWE-187";
    Mutant BackupRace "backup-race", "a backup code can be used twice at once", "CWE-367";
    Mutant BackupBurntEarly "backup-burnt-early", "a backup code is used up by a login with a wrong password", "CWE-841; denial of service";
    Mutant BackupBurnsAll "backup-burns-all", "the use of one backup code ends all of them", "ROCKETCHAT.md: 12 codes, single use";
    Mutant BackupLeak "backup-leak", "me carries the backup codes", "CWE-200";
    Mutant BackupPassword "backup-password", "a backup code passes as password", "CWE-308";
    Mutant BackupRefused "backup-refused", "backup codes are never accepted", "ROCKETCHAT.md: a code of 8 characters is a backup code";
    Mutant BackupRestored "backup-restored", "a TOTP login makes used backup codes good again", "CWE-294";

    // Tokens and sessions.
    Mutant TokenShort "token-short", "tokens have six hex digits", "CWE-331; ASVS 7.2.3";
    Mutant TokenSequential "token-sequential", "tokens differ by a counter only", "CWE-340; CWE-342";
    Mutant TokenTime "token-time", "tokens are a hash of name and second", "CWE-337";
    Mutant TokenFixed "token-fixed", "each login of an account gives the same token", "ASVS 7.2.4; CWE-330";
    Mutant TokenSmallSeed "token-small-seed", "tokens come from 256 seeds", "CVE-2008-0166; CWE-334";
    Mutant TokenCredentials "token-credentials", "the token is name and password in base64", "CWE-522";
    Mutant JwtNone "jwt-none", "unsigned JWT are accepted", "CVE-2015-9235; RFC 8725 3.1";
    Mutant JwtUnverified "jwt-unverified", "JWT signatures are not checked", "CWE-347; RFC 8725 3.3";
    Mutant JwtWeak "jwt-weak", "JWT are signed with the key `secret` and not kept", "RFC 8725 3.5; CWE-1391";
    Mutant TokenSurvives "token-survives", "logout does not end the token", "CWE-613; ASVS 7.4.1";
    Mutant LogoutAll "logout-all", "logout ends all sessions of the account", "ROCKETCHAT.md: only this token dies";
    Mutant LogoutForeign "logout-foreign", "logout with a user id and any token ends that account's sessions", "CWE-639";
    Mutant MeIdor "me-idor", "a good token shows the account named in X-User-Id", "CWE-639";
    Mutant MeNoUserId "me-no-user-id", "X-User-Id is not needed", "page: both headers";
    Mutant TokenPrefix "token-prefix", "the first eight characters of a token are enough", "CWE-187";
    Mutant TokenCase "token-case", "tokens are compared without case", "CWE-178; ASVS 7.2";
    Mutant TokenEmpty "token-empty", "an empty X-Auth-Token passes", "CWE-287";
    Mutant ResumeHash "resume-hash", "the stored hash of a token passes as resume", "CWE-836; Meteor hashedToken";
    Mutant ResumeRevives "resume-revives", "resume makes an ended token good again", "CWE-613";
    Mutant ResumeOperator "resume-operator", "{\"$ne\": …} passes as resume", "CWE-943";
    Mutant ResumeEmpty "resume-empty", "an empty resume logs in the first account", "CWE-287";
    Mutant SessionFixation "session-fixation", "an X-Auth-Token sent along becomes the new token", "CWE-384; ASVS 7.2.4";
    Mutant LoginKillsOlder "login-kills-older", "a login ends the older sessions", "ROCKETCHAT.md: two logins, both valid";
    Mutant TokenShortLife "token-short-life", "tokens end after two seconds", "ROCKETCHAT.md: 90 days";
    Mutant TokenLate "token-late", "tokens work only a second after the login", "read-your-writes; page: use the token as header";
    Mutant FailureEnds "failure-ends", "a failed login ends the sessions of the account", "CWE-645";
    Mutant LogoutAlwaysOk "logout-always-ok", "logout says 200 without any headers", "ROCKETCHAT.md logout";
    Mutant TokenQuery "token-query", "the token is taken from the URL", "CWE-598; ASVS 14.2.1";
    Mutant CookieAuth "cookie-auth", "cookies set by the login are enough for /me and logout", "CWE-352; CWE-1275";
    Mutant CookieFlags "cookie-flags", "the token is set as a cookie without HttpOnly, Secure, SameSite", "CWE-1004; CWE-614";
    Mutant MeCached "me-cached", "/me is cached for all callers", "CWE-524; Steam 2015-12-25";
    Mutant LoginCached "login-cached", "equal login bodies get the earlier response", "CWE-524; RFC 9111 4";
    Mutant CurrentRace "current-race", "logins at the same time get each other's account", "CWE-362; CWE-488";
    Mutant ConnectionAuth "connection-auth", "later requests of a connection need no headers", "RFC 9110 3.3 stateless; CWE-488";
    Mutant TableFull "table-full", "after ten logins an account's new tokens do not work", "ROCKETCHAT.md: the oldest go";
    Mutant ResumeRefused "resume-refused", "resume is never accepted", "page: resume";
    Mutant ResumeAsksCode "resume-asks-code", "resume of a two-factor account is refused with totp-required", "ROCKETCHAT.md: asks for no code";
    Mutant ResumeForgetsUser "resume-forgets-user", "resume responds with the account that logged in last", "CWE-488";
    Mutant DupHeader "dup-header", "of two X-User-Id the first is judged and the last shown", "CWE-436; RFC 9110 5.3";
    Mutant IdAsToken "id-as-token", "the user id passes as token", "CWE-287; CWE-340";

    // Kinds of accounts.
    Mutant InactiveAllowed "inactive-allowed", "inactive accounts log in", "ASVS 7.4.2; ROCKETCHAT.md";
    Mutant InactiveFirst "inactive-first", "inactive accounts are told so with a wrong password", "CWE-204";
    Mutant PasswordlessAny "passwordless-any", "accounts without password take any", "CWE-287; CWE-258";
    Mutant PasswordlessEmpty "passwordless-empty", "accounts without password take the empty one", "CWE-258";
    Mutant BotAny "bot-any", "the password of bots is not judged", "CWE-287";

    // Who is there?
    Mutant EnumMessage "enum-message", "unknown users get a message of their own", "CWE-204; ASVS 6.3.8";
    Mutant EnumStatus "enum-status", "unknown users get 404", "CWE-204";
    Mutant EnumTime "enum-time", "known users get their response 150 ms later", "CWE-208; CVE-2018-15473";
    Mutant EnumHeader "enum-header", "a header tells that the account is known", "CWE-203";
    Mutant EnumBytes "enum-bytes", "refusals of known users have a space more", "CWE-203";
    Mutant EnumLock "enum-lock", "only known accounts get locked", "CWE-204; WSTG-IDNT-04";
    Mutant EnumPasswordless "enum-passwordless", "accounts without password are told so", "CWE-204";
    Mutant EnumUserId "enum-user-id", "refusals of known users carry the user id", "CWE-209";
    Mutant TimingCompare "timing-compare", "each right first character of the password takes 30 ms", "CWE-208";
    Mutant LockReveals "lock-reveals", "a locked account tells right from wrong passwords", "CWE-204; ASVS 6.3";

    // Leaks and injection.
    Mutant LeakHash "leak-hash", "me carries the password hash", "CWE-200; ROCKETCHAT.md: never a hash";
    Mutant LeakEcho "leak-echo", "refusals repeat the password", "CWE-209";
    Mutant LeakNeighbour "leak-neighbour", "me carries another account's address", "CWE-200";
    Mutant StackTrace "stack-trace", "malformed JSON gives 500 and a stack trace", "CWE-209; ASVS 16.5.1";
    Mutant UsersList "users-list", "users.list serves anyone", "CWE-306; CWE-862";
    Mutant SqlError "sql-error", "a quote in the name gives 500 and a database error", "CWE-209; CWE-89";
    Mutant Template "template", "templates in the name are run in the refusal", "CWE-1336; CVE-2022-22954";
    Mutant HtmlRefusal "html-refusal", "refusals are HTML with the name in it", "CWE-79";
    Mutant Crlf "crlf", "line breaks in the name make headers", "CWE-113";
    Mutant CorsReflect "cors-reflect", "any Origin is echoed with credentials allowed", "CWE-942";
    Mutant HostHeader "host-header", "avatarUrl follows the Host header", "CWE-644; WSTG-INPV-17";
    Mutant MassRoles "mass-roles", "roles in the login body are taken over", "CWE-915; CVE-2012-2054";

    // HTTP.
    Mutant GetLogin "get-login", "GET with the password in the URL logs in", "CWE-598; RFC 9110 9.3.1";
    Mutant QueryCredentials "query-credentials", "POST with the password in the URL logs in", "CWE-598; ASVS 14.2.1";
    Mutant AnyMethod "any-method", "PUT, PATCH and DELETE log in", "CWE-650; RFC 9110 9.1";
    Mutant HeadBypass "head-bypass", "HEAD /me needs no login", "GitHub OAuth HEAD bypass 2019; CWE-650";
    Mutant PathBypass "path-bypass", "/me/ and /me;x need no token", "CVE-2020-1957 (Shiro); CVE-2022-22978";
    Mutant OriginalUrl "original-url", "X-Original-URL reaches /me without a token", "CVE-2018-14773 (Symfony)";
    Mutant TextPlain "text-plain", "JSON in text/plain is read", "CWE-352 login CSRF; ASVS 3.5.3";
    Mutant TrailingGarbage "trailing-garbage", "anything may follow the JSON text", "RFC 8259 2; CWE-20";
    Mutant ChunkedIgnored "chunked-ignored", "chunked bodies count as empty", "RFC 9112 7.1";
    Mutant AcceptHtml "accept-html", "with Accept: text/html refusals are 200 pages", "RFC 9110 15.5.2; CWE-393";
    Mutant Refusal200 "refusal-200", "refusals have status 200", "CWE-393; RFC 9110 15.5.2";
    Mutant RefusalToken "refusal-token", "a wrong-password refusal carries a token that works", "CWE-201; CWE-287";
    Mutant WrongContentType "wrong-content-type", "responses say text/html", "RFC 9110 8.3; CWE-430";
    Mutant CrashUnicode "crash-unicode", "a name outside ASCII gives 500", "CWE-248; RFC 8259 8.1";
    Mutant CrashLong "crash-long", "a name of more than 500 bytes drops the connection", "CWE-248; CWE-400";
    Mutant CrashNul "crash-nul", "a NUL in the name gives 500", "CWE-158; CWE-248";
    Mutant HangMalformed "hang-malformed", "malformed JSON gets no response", "CWE-834; CWE-400";
    Mutant GzipUnasked "gzip-unasked", "responses are gzip though nobody asked", "RFC 9110 12.5.3";
    Mutant Cacheable "cacheable", "login responses may be cached by anyone", "CWE-525; RFC 6749 5.1; ASVS 14.3.2";
    Mutant ContentTypeCase "content-type-case", "the media type is compared with case", "RFC 9110 8.3.1";
    Mutant CharsetRefused "charset-refused", "application/json; charset=utf-8 is not read", "RFC 9110 8.3.1";
    Mutant FormPercent "form-percent", "forms are not percent-decoded", "WHATWG URL 5.1";

    // Locks and counters.
    Mutant LockXff "lock-xff", "the lock is kept by X-Forwarded-For as sent", "CWE-348; CWE-307";
    Mutant LockGlobal "lock-global", "five failures on one account lock all", "CWE-645";
    Mutant LockSingle "lock-single", "one failure locks the account", "CWE-645";
    Mutant LockCase "lock-case", "the lock is kept by the name as typed", "ROCKETCHAT-SESSIONS.md 8; CWE-307";
    Mutant LockNotReset "lock-not-reset", "ten failures lock even with successes between", "ROCKETCHAT.md: success resets";
    Mutant FlakyRefuse "flaky-refuse", "each fifth right login is refused", "availability; CWE-393";

    // The documented response.
    Mutant NoAvatar "no-avatar", "me lacks avatarUrl", "page changelog 1.0.0";
    Mutant NoMeMember "no-me-member", "data lacks me", "page changelog 0.64.0";
    Mutant UserIdMismatch "user-id-mismatch", "userId differs from me._id", "ROCKETCHAT.md: equal to me._id";
    Mutant StatusWrong "status-wrong", "status is `ok`", "page: status success";
    Mutant EmailStrings "email-strings", "emails are plain strings", "page: emails items are objects";
    Mutant RolesString "roles-string", "roles is a string", "page: roles is an array";
    Mutant ActiveString "active-string", "active is a string", "page: active is a boolean";
    Mutant MeOther "me-other", "me at login is another account", "CWE-488; page: me";
    Mutant NoEmailLogin "no-email-login", "addresses are not accepted as user", "page: your user name or email";
    Mutant NumericUserId "numeric-user-id", "userId is a number", "page: userId is a string";
}
