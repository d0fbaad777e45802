//! One document of the users collection, as an account.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use specfirst_dropshot::{Secret, without_values};

use super::extended_json::{Id, Number};
use crate::accounts::{
    Account, Email, IMPORTED_DN_PREFIX, NewAccount, PasswordHash, Profile, ProfileError,
    TotpSecret, TotpSecretError, UnusableHash, UserId,
};

/// An account, and what could not be taken over with it.
#[derive(Clone, Debug)]
pub(crate) struct ImportedUser {
    /// To be stored.
    pub account: NewAccount,
    /// The account had codes by e-mail for a second factor, which this server does not have.
    pub had_email_codes: bool,
}

/// What a document comes to.
#[derive(Clone, Debug)]
pub(crate) enum Imported {
    /// An account.
    User(Box<ImportedUser>),
    /// Somebody who cannot log in here. All but the kind is ignored.
    LeftOut(LeftOut),
}

/// Users of a Rocket.Chat who cannot log in here, by what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// Of another server.
    Federated,
    /// Of an app, which acts without logging in.
    App,
    /// A bot without a password, as `rocket.cat` is.
    Bot,
    /// Of a live chat.
    Visitor,
    /// Of a type that this program does not know.
    OtherType,
}

/// Why a document cannot become an account. Never quotes a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// Not JSON, or not the document of a user.
    #[error("{0}")]
    Malformed(String),
    /// The line ends in the middle of a document.
    #[error("the line ends in the middle of a document")]
    Incomplete,
    /// Somebody who is still registering.
    #[error("there is no user name")]
    NoUsername,
    /// Could not log in, or would log in as somebody else.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A name or a role that no database takes.
    #[error("`{0}` holds a NUL character")]
    Nul(&'static str),
    /// No password could be verified against it, or only at too high a cost.
    #[error("`services.password`: {0}")]
    Hash(UnusableHash),
    /// Switched on without a usable secret: the account would lose its second factor.
    #[error("`services.totp`: {0}")]
    Totp(TotpSecretError),
    /// Switched on without any secret.
    #[error("`services.totp` is enabled and has no secret")]
    NoTotpSecret,
    /// Backup codes are kept as SHA-256 in hex.
    #[error("`services.totp.hashedBackup` is no list of SHA-256 hashes")]
    BackupCodes,
}

/// What tells whether somebody can log in here, whatever the other members hold.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Kind {
    username: Value,
    #[serde(rename = "type")]
    kind: Value,
    federated: Value,
    is_remote: Value,
    services: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(rename = "_id")]
    id: Id,
    username: Option<String>,
    name: Option<String>,
    emails: Option<Vec<DocumentEmail>>,
    roles: Option<Vec<String>>,
    active: Option<bool>,
    utc_offset: Option<Number>,
    services: Option<Services>,
    ldap: Option<bool>,
}

#[derive(Deserialize)]
struct DocumentEmail {
    address: String,
    #[serde(default, deserialize_with = "false_if_null")]
    verified: bool,
}

#[derive(Default, Deserialize)]
struct Services {
    password: Option<PasswordService>,
    totp: Option<TotpService>,
    email2fa: Option<EmailCodes>,
    ldap: Option<LdapService>,
}

#[derive(Deserialize)]
struct PasswordService {
    bcrypt: Option<Secret>,
    argon2: Option<Secret>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TotpService {
    #[serde(default, deserialize_with = "false_if_null")]
    enabled: bool,
    secret: Option<Secret>,
    hashed_backup: Option<Vec<Secret>>,
}

#[derive(Deserialize)]
struct EmailCodes {
    #[serde(default, deserialize_with = "false_if_null")]
    enabled: bool,
}

#[derive(Deserialize)]
struct LdapService {
    id: Option<String>,
}

/// `null` is absence, as it is for members that are optional by their type.
fn false_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(false))
}

impl LeftOut {
    /// Its name in a report.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Federated => "federated",
            Self::App => "app",
            Self::Bot => "bot",
            Self::Visitor => "visitor",
            Self::OtherType => "otherType",
        }
    }

    fn of(Kind { username, kind, federated, is_remote, services }: &Kind) -> Option<Self> {
        let username = username.as_str().unwrap_or_default();
        // `@name:server`, as Matrix writes names; no name here holds an `@`.
        let is_foreign = username.starts_with('@') && username.contains(':');
        if is_foreign || [federated, is_remote].contains(&&Value::Bool(true)) {
            return Some(Self::Federated);
        }
        let has_password = ["bcrypt", "argon2"]
            .iter()
            .any(|algorithm| services["password"][algorithm].is_string());
        match kind {
            Value::Null if username == "rocket.cat" && !has_password => Some(Self::Bot),
            Value::Null => None,
            Value::String(kind) => match kind.as_str() {
                "user" => None,
                "bot" => (!has_password).then_some(Self::Bot),
                "app" => Some(Self::App),
                "visitor" => Some(Self::Visitor),
                _ => Some(Self::OtherType),
            },
            _ => Some(Self::OtherType),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherType => "of an unknown type",
            other => other.as_str(),
        })
    }
}

impl Imported {
    /// Reads one line.
    ///
    /// # Errors
    ///
    /// Names the member that is wrong.
    pub(crate) fn from_json(line: &[u8]) -> Result<Self, ImportError> {
        // What cannot be read at all is said below.
        let kind: Kind = serde_json::from_slice(line).unwrap_or_default();
        if let Some(left_out) = LeftOut::of(&kind) {
            return Ok(Self::LeftOut(left_out));
        }
        ImportedUser::from_json(line).map(|user| Self::User(Box::new(user)))
    }
}

impl ImportedUser {
    fn from_json(line: &[u8]) -> Result<Self, ImportError> {
        let mut json = serde_json::Deserializer::from_slice(line);
        let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            if error.inner().is_eof() {
                return ImportError::Incomplete;
            }
            let problem = without_values(&error.into_inner().to_string());
            ImportError::Malformed(match path.as_str() {
                "." => problem,
                member => format!("`{member}`: {problem}"),
            })
        })?;
        json.end().map_err(|_| ImportError::Malformed("more than one document".to_owned()))?;
        document.try_into()
    }
}

impl TryFrom<Document> for ImportedUser {
    type Error = ImportError;

    fn try_from(document: Document) -> Result<Self, ImportError> {
        let Document { id, username, name, emails, roles, active, utc_offset, services, ldap } =
            document;
        let Services { password, totp, email2fa, ldap: ldap_service } =
            services.unwrap_or_default();
        let profile = Profile {
            username: username.ok_or(ImportError::NoUsername)?,
            name,
            emails: emails
                .unwrap_or_default()
                .into_iter()
                .map(|DocumentEmail { address, verified }| Email { address, verified })
                .collect(),
            roles: roles.unwrap_or_default(),
            utc_offset: utc_offset.map(|Number(hours)| hours),
        };
        profile.validate()?;
        if profile.name.as_ref().is_some_and(|name| name.contains('\0')) {
            return Err(ImportError::Nul("name"));
        }
        if profile.roles.iter().any(|role| role.contains('\0')) {
            return Err(ImportError::Nul("roles"));
        }
        let (totp, backup_code_hashes) = second_factor(totp)?;
        let directory_dn = match (ldap_service, ldap) {
            (Some(service), _) => Some(service.id.unwrap_or_else(|| id.0.clone())),
            (None, Some(true)) => Some(id.0.clone()),
            (None, _) => None,
        };
        let account = Account {
            id: UserId::from_stored(id.0),
            profile,
            // Rocket.Chat lets nobody in whose document does not say so.
            active: active == Some(true),
            directory_dn: directory_dn.map(|id| format!("{IMPORTED_DN_PREFIX}{id}")),
            directory_id: None,
            password: password.map(hash).transpose()?.flatten(),
            totp,
        };
        Ok(Self {
            account: NewAccount { account, backup_code_hashes },
            had_email_codes: email2fa.is_some_and(|codes| codes.enabled),
        })
    }
}

fn hash(
    PasswordService { bcrypt, argon2 }: PasswordService,
) -> Result<Option<PasswordHash>, ImportError> {
    let Some(stored) = argon2.or(bcrypt) else { return Ok(None) };
    let hash = PasswordHash::from_stored(stored.expose().to_owned());
    hash.kind().map_err(ImportError::Hash)?;
    Ok(Some(hash))
}

fn second_factor(
    service: Option<TotpService>,
) -> Result<(Option<TotpSecret>, Vec<String>), ImportError> {
    let Some(TotpService { enabled: true, secret, hashed_backup }) = service else {
        return Ok((None, Vec::new()));
    };
    let secret = secret.ok_or(ImportError::NoTotpSecret)?;
    let secret = TotpSecret::from_base32(secret.expose()).map_err(ImportError::Totp)?;
    let hashes = hashed_backup.unwrap_or_default().into_iter().map(|hash| {
        let hex = hash.expose();
        let plausible = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        plausible.then(|| hex.to_ascii_lowercase()).ok_or(ImportError::BackupCodes)
    });
    Ok((Some(secret), hashes.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

    fn import(line: &str) -> Result<ImportedUser, String> {
        ImportedUser::from_json(line.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_document_as_rocketchat_writes_it() {
        let backup = "ab".repeat(32);
        let line = format!(
            r#"{{"_id":"aobEdbYhXfu5hkeqG","createdAt":{{"$date":"2024-01-01T00:00:00.000Z"}},
            "services":{{"password":{{"bcrypt":"{HASH}","exists":true}},
            "totp":{{"enabled":true,"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","hashedBackup":["{backup}"]}},
            "email2fa":{{"enabled":true,"changedAt":{{"$date":{{"$numberLong":"1"}}}}}},
            "resume":{{"loginTokens":[{{"when":{{"$date":"2024-01-01T00:00:00.000Z"}},"hashedToken":"x="}}]}}}},
            "emails":[{{"address":"al@example.org","verified":true}}],"type":"user","status":"online",
            "active":true,"roles":["user","admin"],"name":"Al","username":"al","utcOffset":5.75,
            "settings":{{"preferences":{{}}}},"__rooms":["GENERAL"]}}"#
        );
        let ImportedUser { account: new, had_email_codes } = import(&line).unwrap();
        let account = &new.account;
        assert!(had_email_codes && account.active && account.totp.is_some());
        assert_eq!(account.id.as_str(), "aobEdbYhXfu5hkeqG");
        assert_eq!(account.profile.utc_offset, Some(5.75));
        assert_eq!(account.profile.roles, ["user", "admin"]);
        assert!(account.profile.emails[0].verified);
        let kind = account.password.as_ref().unwrap().kind().unwrap();
        assert_eq!(kind.to_string(), "bcrypt 10");
        assert_eq!((&account.directory_dn, &new.backup_code_hashes), (&None, &vec![backup]));
    }

    #[test]
    fn of_two_hashes_the_newer_kind_counts() {
        let argon2 = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$\
                      aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
        let line = format!(
            r#"{{"_id":"a1","username":"al","services":{{"password":{{"bcrypt":"{HASH}",
            "argon2":"{argon2}"}}}}}}"#
        );
        let password = import(&line).unwrap().account.account.password;
        assert_eq!(password.unwrap().expose(), argon2);
    }

    #[test]
    fn an_account_of_the_directory_is_one_here() {
        for (members, dn) in [
            (r#""services":{"ldap":{"id":"61","idAttribute":"uid"}}"#, "rocketchat:61"),
            (r#""services":{"ldap":{}}"#, "rocketchat:a1"),
            (r#""ldap":true"#, "rocketchat:a1"),
        ] {
            let user = import(&format!(r#"{{"_id":"a1","username":"al",{members}}}"#)).unwrap();
            assert_eq!(user.account.account.directory_dn.as_deref(), Some(dn), "{members}");
        }
    }

    #[test]
    fn who_is_not_said_to_be_active_is_not() {
        for (member, active) in
            [(r#","active":true"#, true), (r#","active":false"#, false), ("", false)]
        {
            let user = import(&format!(r#"{{"_id":"a1","username":"al"{member}}}"#)).unwrap();
            assert_eq!(user.account.account.active, active, "{member}");
        }
    }

    #[test]
    fn what_cannot_be_an_account_is_named_and_not_quoted() {
        for (line, error) in [
            (r#"{"_id":"a1"}"#, "there is no user name"),
            (r#"{"username":"al"}"#, "missing field `_id`"),
            (r#"{"_id":"a1","username":"a b"}"#, "user name"),
            (r#"{"_id":"a1","username":"al","utcOffset":99}"#, "UTC offset"),
            (r#"{"_id":"a1","username":"al","emails":[{"address":"x"}]}"#, "not an e-mail"),
            (r#"{"_id":"a1","username":"al","name":"\u0000"}"#, "`name` holds a NUL"),
            (r#"{"_id":"a1","username":"al","roles":["\u0000"]}"#, "`roles` holds a NUL"),
            (
                r#"{"_id":"a1","username":"al","services":{"password":{"bcrypt":"hunter2"}}}"#,
                "`services.password`: the hash is neither bcrypt nor Argon2id",
            ),
            (
                r#"{"_id":"a1","username":"al","services":{"password":{"bcrypt":7345}}}"#,
                "`services.password.bcrypt`: invalid type",
            ),
            (
                r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":true}}}"#,
                "has no secret",
            ),
            (
                r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":true,"secret":"hunter2"}}}"#,
                "`services.totp`: TOTP secret is",
            ),
            (
                r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":true,
                    "secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","hashedBackup":["hunter2"]}}}"#,
                "`services.totp.hashedBackup`",
            ),
            (r#"{"_id":"a1","username":"al"} {}"#, "more than one document"),
            ("hunter2", "expected value"),
        ] {
            let message = import(line).unwrap_err();
            assert!(message.contains(error), "{line}: {message}");
            assert!(!message.contains("hunter2") && !message.contains("7345"), "{message}");
        }
    }

    #[test]
    fn null_is_absence() {
        let nulls = r#"{"_id":"a1","username":"al","name":null,"emails":null,"roles":null,
            "active":null,"utcOffset":null,"ldap":null,"type":null,"federated":null,
            "isRemote":null,"services":null}"#;
        let bare = import(r#"{"_id":"a1","username":"al"}"#).unwrap();
        assert_eq!(import(nulls).unwrap().account.account, bare.account.account);
        let nulls = r#"{"_id":"a1","username":"al",
            "emails":[{"address":"a@x.org","verified":null}],
            "services":{"password":null,"totp":null,"email2fa":null,"ldap":null}}"#;
        let account = import(nulls).unwrap().account.account;
        assert!(!account.profile.emails[0].verified);
        assert_eq!((account.password, account.totp, account.directory_dn), (None, None, None));
        let nulls = r#"{"_id":"a1","username":"al",
            "services":{"password":{"bcrypt":null,"argon2":null},"ldap":{"id":null},
            "totp":{"enabled":null,"secret":null,"hashedBackup":null},
            "email2fa":{"enabled":null}}}"#;
        let user = import(nulls).unwrap();
        assert_eq!((&user.account.account.password, user.had_email_codes), (&None, false));
        let nulls = r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":true,
            "secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","hashedBackup":null}}}"#;
        assert!(import(nulls).unwrap().account.backup_code_hashes.is_empty());
        assert!(import(r#"{"_id":null,"username":"al"}"#).unwrap_err().contains("`_id`"));
        let error = import(r#"{"_id":"a1","username":null}"#).unwrap_err();
        assert_eq!(error, "there is no user name");
    }

    #[test]
    fn who_cannot_log_in_here_is_left_out_whatever_else_is_said() {
        let left_out = |members: &str| match Imported::from_json(
            format!(r#"{{"_id":"a1",{members}}}"#).as_bytes(),
        ) {
            Ok(Imported::LeftOut(left_out)) => Some(left_out),
            Ok(Imported::User(_)) => None,
            Err(error) => panic!("{members}: {error}"),
        };
        let hash = format!(r#""services":{{"password":{{"bcrypt":"{HASH}"}}}}"#);
        for (members, expected) in [
            (r#""username":"@zoe:matrix.org""#, Some(LeftOut::Federated)),
            (r#""username":"zoe","federated":true"#, Some(LeftOut::Federated)),
            (r#""username":"zoe","isRemote":true"#, Some(LeftOut::Federated)),
            (
                r#""username":"zoe","federated":true,"emails":7,"roles":{}"#,
                Some(LeftOut::Federated),
            ),
            (r#""username":"zoe","federated":false,"isRemote":false"#, None),
            (r#""username":"poll.bot","type":"app""#, Some(LeftOut::App)),
            (&format!(r#""username":"poll.bot","type":"app",{hash}"#), Some(LeftOut::App)),
            (r#""username":"rocket.cat","type":"bot""#, Some(LeftOut::Bot)),
            (r#""username":"rocket.cat""#, Some(LeftOut::Bot)),
            (r#""username":"bot","type":"bot","services":{"password":{}}"#, Some(LeftOut::Bot)),
            (&format!(r#""username":"bot","type":"bot",{hash}"#), None),
            (r#""type":"visitor","username":"guest-1","token":"t""#, Some(LeftOut::Visitor)),
            (r#""type":"visitor""#, Some(LeftOut::Visitor)),
            (r#""type":"unknown","username":"x""#, Some(LeftOut::OtherType)),
            (r#""type":7,"username":"x""#, Some(LeftOut::OtherType)),
            (r#""type":"user","username":"al""#, None),
        ] {
            assert_eq!(left_out(members), expected, "{members}");
        }
    }

    #[test]
    fn a_hash_beyond_the_bounds_is_refused() {
        let import = |service: &str| {
            let line = format!(
                r#"{{"_id":"a1","username":"al","services":{{"password":{{{service}}}}}}}"#
            );
            import(&line).map(|_| ())
        };
        let bcrypt = |cost: u32| {
            let hash = HASH.replacen("$10$", &format!("${cost:02}$"), 1);
            import(&format!(r#""bcrypt":"{hash}""#))
        };
        assert_eq!((bcrypt(4), bcrypt(14)), (Ok(()), Ok(())));
        for cost in [3, 15, 31, 99] {
            let error = bcrypt(cost).unwrap_err();
            let between = "is not between 4 and 14";
            assert_eq!(error, format!("`services.password`: bcrypt cost {cost} {between}"));
        }
        let argon2 = |head: &str| {
            import(&format!(
                r#""argon2":"{head}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g""#
            ))
        };
        assert_eq!(argon2("$argon2id$v=19$m=65536,t=3,p=4"), Ok(()));
        for (head, error) in [
            ("$argon2id$v=19$m=524288,t=3,p=4", "Argon2 memory of 524288 KiB is more than 262144"),
            ("$argon2id$v=19$m=65536,t=100,p=4", "times 100 passes is more than 1048576 KiB"),
            ("$argon2id$v=19$m=65536,t=3,p=99", "99 lanes of Argon2 are more than 16"),
            ("$argon2i$v=19$m=65536,t=3,p=4", "the hash is neither bcrypt nor Argon2id"),
            ("$scrypt$ln=16,r=8,p=1", "the hash is neither bcrypt nor Argon2id"),
        ] {
            let message = argon2(head).unwrap_err();
            assert!(message.contains(error), "{head}: {message}");
        }
    }

    #[test]
    fn a_second_factor_that_is_switched_off_is_none() {
        let line =
            r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":false,"secret":"!"}}}"#;
        assert!(import(line).unwrap().account.account.totp.is_none());
    }
}
