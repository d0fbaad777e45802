//! The accounts of `login-server serve --demo`. Their passwords are printed, and their database is
//! temporary.

use std::io::Write;

use specfirst_dropshot::Secret;

use crate::{
    accounts::{Account, BackupCodes, Email, NewAccount, PasswordDigest, Profile, TotpSecret},
    config::Config,
    hashing::HashPool,
    store::Store,
};

/// Accounts that log in with a password alone.
const SIMPLE: [(&str, &str); 2] = [("alice", "alice-demo"), ("bob", "bob-demo")];
/// The account that also requires a code.
const TWO_FACTOR: (&str, &str) = ("carol", "carol-demo");
/// The secret of RFC 6238, appendix B.
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The secrets of the demo accounts, which have been added to the store.
pub(super) struct Demo {
    totp_uri: Secret,
    backup_codes: BackupCodes,
}

impl Demo {
    pub(super) async fn add_to(store: &dyn Store, config: &Config) -> anyhow::Result<Self> {
        let hashes = HashPool::start(config.hashing.pool())?;
        for account in SIMPLE {
            let account = make(account, &hashes).await?;
            store.add_account(&NewAccount { account, backup_code_hashes: Vec::new() }).await?;
        }
        let (totp, backup_codes) = (TotpSecret::from_base32(TOTP_SECRET)?, BackupCodes::random());
        let totp_uri = totp.uri(&config.two_factor.issuer, TWO_FACTOR.0);
        let account = Account { totp: Some(totp), ..make(TWO_FACTOR, &hashes).await? };
        let backup_code_hashes = backup_codes.hashes();
        store.add_account(&NewAccount { account, backup_code_hashes }).await?;
        Ok(Self { totp_uri, backup_codes })
    }

    pub(super) fn print(&self, out: &mut (dyn Write + Send), base_url: &str) -> anyhow::Result<()> {
        writeln!(out, "demo accounts, removed when the server stops:")?;
        let login =
            |members: String| format!("  curl --json '{{{members}}}' {base_url}/api/v1/login");
        for (user, password) in SIMPLE {
            writeln!(out, "{}", login(format!(r#""user":"{user}","password":"{password}""#)))?;
        }
        let (user, password) = TWO_FACTOR;
        let codes: Vec<&str> = self.backup_codes.codes().iter().map(Secret::expose).collect();
        if let Some(code) = codes.first() {
            let members = format!(r#""user":"{user}","password":"{password}","code":"{code}""#);
            writeln!(out, "{}", login(members))?;
        }
        writeln!(out, "{user}'s backup codes, each for one login:\n  {}", codes.join(" "))?;
        writeln!(
            out,
            "or use the codes of an authenticator app for\n  {}",
            self.totp_uri.expose()
        )?;
        Ok(())
    }
}

async fn make((username, password): (&str, &str), hashes: &HashPool) -> anyhow::Result<Account> {
    let profile = Profile {
        username: username.to_owned(),
        emails: vec![Email { address: format!("{username}@example.org"), verified: true }],
        roles: vec!["user".to_owned()],
        ..Profile::default()
    };
    let hash = hashes.hash(PasswordDigest::of(&Secret::from(password))).await?;
    Ok(Account { password: Some(hash), ..Account::new(profile) })
}
