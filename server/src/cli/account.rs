//! `login-server account …`

use std::io::{BufRead, Write};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::{StoreArgs, open_store};
use crate::accounts::{self, Email, NewAccount, PasswordDigest, Profile, TotpSecret};
use crate::hashing::{HashPool, HashPoolSettings};
use crate::secret::Secret;

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account
    Add(Add),
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
        }
    }
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
        let store = open_store(&config)?;
        let one = HashPoolSettings { threads: 1, queue: 1, ..config.hashing.pool() };
        let hash = HashPool::start(one)?.hash(PasswordDigest::of(&password)).await?;
        let account = accounts::Account {
            active: !self.inactive,
            password: Some(hash),
            totp,
            ..accounts::Account::new(profile)
        };
        let (id, username) = (account.id.clone(), account.profile.username.clone());
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        store.add_account(&new).await.with_context(|| format!("cannot add {username}"))?;
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
