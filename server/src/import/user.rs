//! Converts a document of the users collection to an account.

use specfirst_dropshot::without_values;

use super::{
    document::{Document, DocumentEmail, PasswordService, Services, TotpService},
    extended_json::Number,
    left_out::{Kind, LeftOut},
};
use crate::accounts::{
    Account, Email, IMPORTED_DN_PREFIX, NewAccount, PasswordHash, Profile, ProfileError,
    TotpSecret, TotpSecretError, UnusableHash, UserId,
};

/// An account, and what could not be imported with it.
#[derive(Clone, Debug)]
pub(crate) struct ImportedUser {
    /// The account to store.
    pub account: NewAccount,
    /// Whether the account used codes by e-mail as second factor, which this server does not
    /// support.
    pub had_email_codes: bool,
}

/// The result of reading a document.
#[derive(Clone, Debug)]
pub(crate) enum Imported {
    /// A user who can have an account here.
    User(Box<ImportedUser>),
    /// A user who cannot log in here. The other members are ignored.
    LeftOut(LeftOut),
}

/// Why a document cannot become an account. The error never quotes a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// The line is not JSON, or not the document of a user.
    #[error("{0}")]
    Malformed(String),
    /// The line ends within a document.
    #[error("the line ends in the middle of a document")]
    Incomplete,
    /// The user has not completed the registration.
    #[error("there is no user name")]
    NoUsername,
    /// The profile could not log in, or could be mistaken for another.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A name or a role contains NUL, which databases cannot store.
    #[error("`{0}` contains a NUL character")]
    Nul(&'static str),
    /// The hash is not supported, or its cost is out of bounds.
    #[error("`services.password`: {0}")]
    Hash(UnusableHash),
    /// The second factor is enabled, but its secret is not usable, so the account would lose it.
    #[error("`services.totp`: {0}")]
    Totp(TotpSecretError),
    /// The second factor is enabled, but has no secret.
    #[error("`services.totp` is enabled and has no secret")]
    NoTotpSecret,
    /// The backup codes are not SHA-256 hashes in hex.
    #[error("`services.totp.hashedBackup` is not a list of SHA-256 hashes")]
    BackupCodes,
}

impl Imported {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// The line is not a valid user; the error names the member.
    pub(crate) fn from_json(line: &[u8]) -> Result<Self, ImportError> {
        // A line that is not JSON is reported below.
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
            // Rocket.Chat refuses users whose document does not contain `active: true`.
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
    fn document_of_rocketchat_is_imported() {
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
    fn newer_kind_of_two_hashes_is_used() {
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
    fn directory_account_stays_a_directory_account() {
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
    fn account_is_active_only_if_the_document_says_so() {
        for (member, active) in
            [(r#","active":true"#, true), (r#","active":false"#, false), ("", false)]
        {
            let user = import(&format!(r#"{{"_id":"a1","username":"al"{member}}}"#)).unwrap();
            assert_eq!(user.account.account.active, active, "{member}");
        }
    }

    #[test]
    fn invalid_members_are_named_and_not_quoted() {
        for (line, error) in [
            (r#"{"_id":"a1"}"#, "there is no user name"),
            (r#"{"username":"al"}"#, "missing field `_id`"),
            (r#"{"_id":"a1","username":"a b"}"#, "user name"),
            (r#"{"_id":"a1","username":"al","utcOffset":99}"#, "UTC offset"),
            (r#"{"_id":"a1","username":"al","emails":[{"address":"x"}]}"#, "not an e-mail"),
            (r#"{"_id":"a1","username":"al","name":"\u0000"}"#, "`name` contains a NUL"),
            (r#"{"_id":"a1","username":"al","roles":["\u0000"]}"#, "`roles` contains a NUL"),
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
    fn null_counts_as_absent() {
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
    fn users_who_cannot_log_in_are_left_out_whatever_their_other_members() {
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
    fn hash_outside_of_the_bounds_is_refused() {
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
    fn disabled_second_factor_is_not_imported() {
        let line =
            r#"{"_id":"a1","username":"al","services":{"totp":{"enabled":false,"secret":"!"}}}"#;
        assert!(import(line).unwrap().account.account.totp.is_none());
    }
}
