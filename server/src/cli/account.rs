//! `login-server account …`

use std::io::{BufRead, Write};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use specfirst_dropshot::Secret;

use super::{AccountArgs, StoreArgs, lockout, open_or_create_store, open_store, warn_of_exposure};
use crate::{
    accounts::{
        self, Email, EntryId, NewAccount, PasswordDigest, PasswordHash, Profile, TotpSecret,
        normalize_dn,
    },
    config::Config,
    hashing::{HashPool, HashPoolSettings},
    store::StoreError,
};

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Add an account
    Add(Add),
    /// List all accounts by user name
    List(List),
    /// Show one account
    Show(AccountArgs),
    /// Set a new password for an account, end its sessions, and forget its failed logins
    SetPassword(SetPassword),
    /// Disable an account and end its sessions
    Disable(AccountArgs),
    /// Enable a disabled account
    Enable(AccountArgs),
    /// Link an account to an entry of the directory. It keeps its id, second factor and sessions.
    /// Its local password is removed, and from now on the directory checks its password
    Link(Link),
    /// Remove an account and all of its data
    Remove(AccountArgs),
}

#[derive(clap::Args, Debug)]
pub(super) struct Link {
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    entry: EntryArgs,
}

/// One entry of the directory.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct EntryArgs {
    /// The distinguished name of the entry; the next login stores its id
    #[arg(long)]
    dn: Option<String>,
    /// The attribute and the id of the entry, such as entryUUID:8c1f3f0e-…
    #[arg(long, value_name = "ATTRIBUTE:VALUE")]
    directory_id: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON, one account per line
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct SetPassword {
    #[command(flatten)]
    account: AccountArgs,
    /// Read the password from standard input instead of asking for it
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
    /// The e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The display name
    #[arg(long)]
    name: Option<String>,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    /// Require codes of this secret
    #[arg(long, value_name = "BASE32", env = "LOGIN_SERVER_TOTP_SECRET", hide_env_values = true)]
    totp_secret: Option<String>,
    /// A role; can be given more than once
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// The offset from UTC in hours
    #[arg(long, value_name = "HOURS", allow_negative_numbers = true)]
    utc_offset: Option<f64>,
    /// Disable the account
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
                lockout::clear_account(store.as_ref(), &account).await?;
                args.report(out, "new password, sessions ended, failures forgotten")
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
            Self::Link(link) => link.run(out).await,
            Self::Remove(args) => {
                let (_, store, account) = args.find().await?;
                store.remove_account(&account.id).await?;
                args.report(out, "removed")
            }
        }
    }
}

impl Link {
    async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let Self { account: args, entry } = self;
        let (dn, id) = entry.parse()?;
        let (_, store, account) = args.find().await?;
        let context = || format!("cannot link {}", args.username);
        let found = store.find_directory_accounts(id.as_slice(), &dn).await?;
        if let Some(other) = found.iter().find(|other| other.id != account.id) {
            let other = &other.profile.username;
            anyhow::bail!("{}: the entry belongs to another account, {other}", context());
        }
        let linked = store.set_directory_entry(&account.id, &dn, id.as_ref()).await;
        linked.with_context(context)?;
        if let Some(hash) = &account.password {
            store.forget_directory_password(&account.id, hash).await?;
        }
        args.report(out, "linked, the directory checks its password")
    }
}

impl EntryArgs {
    /// The distinguished name, or the id with a placeholder for the name until the next login.
    fn parse(self) -> anyhow::Result<(String, Option<EntryId>)> {
        if let Some(dn) = self.dn {
            let dn =
                normalize_dn(&dn).with_context(|| format!("{dn:?} is not a distinguished name"))?;
            return Ok((dn, None));
        }
        let id: EntryId =
            self.directory_id.unwrap_or_default().parse().context("--directory-id")?;
        Ok((id.placeholder_dn(), Some(id)))
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

/// Prints an account. Of hashes and secrets it prints only whether there is one.
fn show(
    out: &mut (dyn Write + Send),
    account: &accounts::Account,
    as_json: bool,
) -> anyhow::Result<()> {
    let accounts::Account { id, profile, active, directory_dn, directory_id, password, totp } =
        account;
    let (password, totp) = (password.is_some(), totp.is_some());
    if as_json {
        let json = json!({
            "userId": id.as_str(), "username": profile.username, "name": profile.name,
            "emails": profile.emails, "roles": profile.roles, "utcOffset": profile.utc_offset,
            "active": active, "directoryDn": directory_dn,
            "directoryId": directory_id.as_ref().map(EntryId::as_str),
            "password": password, "totp": totp,
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
        let store = open_or_create_store(&config).await?;
        warn_of_exposure(&config);
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
        input.read_line(&mut line).context("cannot read the password as UTF-8")?;
        anyhow::ensure!(
            !line.contains('\0'),
            "the password is UTF-16 or not text; send it as UTF-8"
        );
        // Windows shells and editors put a byte order mark before a text.
        let line = line.strip_prefix('\u{feff}').unwrap_or(&line);
        Secret::from(line.strip_suffix('\n').map_or(line, |l| l.trim_end_matches('\r')))
    } else {
        Secret::from(
            rpassword::prompt_password("Password: ").context("cannot ask for the password")?,
        )
    };
    anyhow::ensure!(!password.is_empty(), "the password is empty");
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_is_read_from_standard_input() {
        let read = |mut input: &[u8]| {
            let password = read_password(true, &mut input).map_err(|error| format!("{error:#}"))?;
            Ok::<_, String>(password.expose().to_owned())
        };
        for input in ["hunter2", "hunter2\r\n", "\u{feff}hunter2\n", "\u{feff}hunter2\r\nmore\n"] {
            assert_eq!(read(input.as_bytes()).unwrap(), "hunter2", "{input:?}");
        }
        for utf_16 in [&b"\xff\xfeh\0u\0\n\0"[..], b"\xfe\xff\0h\0u\0\n", b"h\0u\0\n\0"] {
            assert!(read(utf_16).unwrap_err().contains("UTF-8"), "{utf_16:?}");
        }
        assert!(read("\u{feff}\r\n".as_bytes()).unwrap_err().contains("empty"));
    }
}
