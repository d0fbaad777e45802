//! `login-server import`

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::json;

use super::{StoreArgs, open_or_create_store, warn_of_exposure};
use crate::import::{Batch, Invalid};

#[derive(clap::Args, Debug)]
pub(super) struct Import {
    #[command(flatten)]
    store: StoreArgs,
    /// One document a line, as `mongoexport --collection users` writes them; `-` for the standard
    /// input
    file: PathBuf,
    /// Import what can be imported, instead of all or nothing
    #[arg(long)]
    skip_invalid: bool,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) async fn run(
        self,
        input: &mut (dyn BufRead + Send),
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        let mut batch = if self.file.as_os_str() == "-" {
            Batch::read(input)?
        } else {
            let file = File::open(&self.file)
                .with_context(|| format!("cannot read {}", self.file.display()))?;
            Batch::read(&mut BufReader::new(file))?
        };
        let config = self.store.config()?;
        let store = open_or_create_store(&config).await?;
        warn_of_exposure(&config);
        batch.check(store.as_ref()).await?;
        let go = self.skip_invalid || batch.invalid().is_empty();
        if go && !self.dry_run {
            batch.store(store.as_ref(), self.skip_invalid).await?;
        }
        self.report(&batch, go, out)?;
        let (bad, all) = (batch.invalid().len(), batch.invalid().len() + batch.users().len());
        anyhow::ensure!(go, "{bad} of {all} accounts cannot be imported; nothing was changed");
        Ok(())
    }

    fn report(&self, batch: &Batch, go: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let imported = if go { batch.users().len() } else { 0 };
        let count = |which: fn(&crate::import::ImportedUser) -> bool| {
            if go { batch.users().filter(|user| which(user)).count() } else { 0 }
        };
        let totp = count(|user| user.account.account.totp.is_some());
        let directory = count(|user| user.account.account.directory_dn.is_some());
        let email_codes = count(|user| user.had_email_codes);
        if self.json {
            let invalid: Vec<_> = batch
                .invalid()
                .iter()
                .map(|Invalid { line, username, error }| {
                    json!({"line": line, "username": username, "error": error})
                })
                .collect();
            let report = json!({
                "imported": imported, "totp": totp, "directory": directory,
                "emailCodes": email_codes, "invalid": invalid, "dryRun": self.dry_run,
            });
            writeln!(out, "{report}")?;
            return Ok(());
        }
        for Invalid { line, username, error } in batch.invalid() {
            match username {
                Some(username) => writeln!(out, "line {line} ({username}): {error}")?,
                None => writeln!(out, "line {line}: {error}")?,
            }
        }
        if go {
            let done = if self.dry_run { "would import" } else { "imported" };
            writeln!(
                out,
                "{done} {imported} accounts, {totp} with TOTP, {directory} of the directory; \
                 left out {}",
                batch.invalid().len()
            )?;
        }
        if email_codes > 0 {
            writeln!(
                out,
                "{email_codes} had codes by e-mail as second factor, which this server does not \
                 have: they log in by password alone"
            )?;
        }
        Ok(())
    }
}
