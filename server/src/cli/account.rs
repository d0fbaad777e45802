//! `login-server account …`

use std::io::{BufRead, Write};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::{AccountArgs, StoreArgs, open_store};
use crate::accounts::{self, Email, NewAccount, PasswordDigest, PasswordHash, Profile, TotpSecret};
use crate::config::Config;
use crate::hashing::{HashPool, HashPoolSettings};
use crate::secret::Secret;
use crate::store::StoreError;

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account
    Add(Add),
    /// All accounts, by user name
    List(List),
    /// One account
    Show(AccountArgs),
    /// Give an account a new password, and end its sessions
    SetPassword(SetPassword),
    /// Let an account log in no longer, and end its sessions
    Disable(AccountArgs),
    /// Let an account log in again
    Enable(AccountArgs),
    /// Remove an account with all that belongs to it
    Remove(AccountArgs),
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON, one account a line
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct SetPassword {
    #[command(flatten)]
    account: AccountArgs,
    /// Read the password from the standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Add {
    #[command(flatten)]
    store: StoreArgs,
    /// The user name
    #[arg(long)]
    username: String,
    /// An e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The name for people
    #[arg(long)]
    name: Option<String>,
    /// Read the password from the standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    /// Demand codes made from this secret
    #[arg(long, value_name = "BASE32", env = "LOGIN_SERVER_TOTP_SECRET", hide_env_values = true)]
    totp_secret: Option<String>,
    /// A role; may be given more than once
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Hours from UTC
    #[arg(long, value_name = "HOURS", allow_negative_numbers = true)]
    utc_offset: Option<f64>,
    /// The account may not log in
    #[arg(long)]
    inactive: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Account {
    pub(super) async fn run(
        self,
        input: &mut (dyn BufRead + Send),
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(input, out).await,
            Self::List(list) => list.run(out).await,
            Self::Show(args) => show(out, &args.find().await?.2, args.json),
            Self::SetPassword(SetPassword { account: args, password_stdin }) => {
                let (config, store, account) = args.find().await?;
                let password = read_password(password_stdin, input)?;
                store.set_password(&account.id, &hash(&config, &password).await?).await?;
                args.report(out, "new password, sessions ended")
            }
            Self::Disable(args) => {
                let (_, store, account) = args.find().await?;
                store.set_active(&account.id, false).await?;
                args.report(out, "disabled, sessions ended")
            }
            Self::Enable(args) => {
                let (_, store, account) = args.find().await?;
                store.set_active(&account.id, true).await?;
                args.report(out, "enabled")
            }
            Self::Remove(args) => {
                let (_, store, account) = args.find().await?;
                store.remove_account(&account.id).await?;
                args.report(out, "removed")
            }
        }
    }
}

impl List {
    async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        const PAGE: u32 = 500;
        let store = open_store(&self.store.config()?).await?;
        let mut after = None;
        loop {
            let page = store.accounts(after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.profile.username.clone());
            for account in &page {
                show(out, account, self.json)?;
            }
        }
    }
}

/// Never a hash or a secret: only whether there is one.
fn show(
    out: &mut (dyn Write + Send),
    account: &accounts::Account,
    as_json: bool,
) -> anyhow::Result<()> {
    let accounts::Account { id, profile, active, directory_dn, password, totp } = account;
    let (password, totp) = (password.is_some(), totp.is_some());
    if as_json {
        let json = json!({
            "userId": id.as_str(), "username": profile.username, "name": profile.name,
            "emails": profile.emails, "roles": profile.roles, "utcOffset": profile.utc_offset,
            "active": active, "directoryDn": directory_dn, "password": password, "totp": totp,
        });
        writeln!(out, "{json}")?;
    } else {
        let emails: Vec<&str> = profile.emails.iter().map(|e| e.address.as_str()).collect();
        let state = if *active { "active" } else { "disabled" };
        let factor = if totp { "totp" } else { "-" };
        writeln!(out, "{}\t{id}\t{state}\t{factor}\t{}", profile.username, emails.join(","))?;
    }
    Ok(())
}

async fn hash(config: &Config, password: &Secret) -> anyhow::Result<PasswordHash> {
    let one = HashPoolSettings { threads: 1, queue: 1, ..config.hashing.pool() };
    Ok(HashPool::start(one)?.hash(PasswordDigest::of(password)).await?)
}

impl Add {
    async fn run(
        self,
        input: &mut (dyn BufRead + Send),
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        let config = self.store.config()?;
        let emails = self.email.map(|address| Email { address, verified: true });
        let mut roles = self.roles;
        if roles.is_empty() {
            roles.push("user".to_owned());
        }
        let profile = Profile {
            username: self.username,
            name: self.name,
            emails: emails.into_iter().collect(),
            roles,
            utc_offset: self.utc_offset,
        };
        profile.validate()?;
        let totp = self.totp_secret.as_deref().map(TotpSecret::from_base32).transpose()?;
        let password = read_password(self.password_stdin, input)?;
        let store = open_store(&config).await?;
        let hash = hash(&config, &password).await?;
        let account = accounts::Account {
            active: !self.inactive,
            password: Some(hash),
            totp,
            ..accounts::Account::new(profile)
        };
        let (id, username) = (account.id.clone(), account.profile.username.clone());
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        match store.add_account(&new).await {
            Err(StoreError::Taken { what: StoreError::USERNAME }) => anyhow::bail!(
                "cannot add {username}: an account has this user name, perhaps in another case"
            ),
            other => other.with_context(|| format!("cannot add {username}"))?,
        }
        if self.json {
            writeln!(out, "{}", json!({"userId": id.as_str(), "username": username}))?;
        } else {
            writeln!(out, "added {username} ({id})")?;
        }
        Ok(())
    }
}

fn read_password(from_stdin: bool, input: &mut (dyn BufRead + Send)) -> anyhow::Result<Secret> {
    let password = if from_stdin {
        let mut line = String::new();
        input.read_line(&mut line).context("cannot read the password")?;
        Secret::from(line.strip_suffix('\n').map_or(line.as_str(), |l| l.trim_end_matches('\r')))
    } else {
        Secret::from(
            rpassword::prompt_password("Password: ").context("cannot ask for the password")?,
        )
    };
    anyhow::ensure!(!password.is_empty(), "the password is empty");
    Ok(password)
}
