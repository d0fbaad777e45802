//! `login-server import`

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::{StoreArgs, ignore_broken_pipe, open_or_create_store, warn_of_exposure};
use crate::import::{Batch, ImportedUser, Invalid};

#[derive(clap::Args, Debug)]
pub(super) struct Import {
    #[command(flatten)]
    store: StoreArgs,
    /// The export of `mongoexport --collection users`, one document per line; `-` reads standard
    /// input
    file: PathBuf,
    /// Import the valid users even if others are invalid
    #[arg(long)]
    skip_invalid: bool,
    /// Update accounts that exist already, found by `_id`: names, addresses, roles and whether they
    /// are active. The password is replaced, which ends the sessions, if it differs from that of
    /// the last import; the second factor, if its secret differs
    #[arg(long)]
    update: bool,
    /// Check everything but change nothing
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
        batch.check(store.as_ref(), self.update).await?;
        let proceed = self.skip_invalid || batch.invalid().is_empty();
        if proceed && !self.dry_run {
            batch.store(store.as_ref(), self.skip_invalid).await?;
        }
        let counts = Counts::of(&batch);
        // The outcome of the import does not depend on a reader that closes the pipe early.
        ignore_broken_pipe(self.report(&batch, proceed, &counts, out))?;
        let Counts { new, updated, already_here, left_out, invalid, .. } = counts;
        let all = new + updated + already_here + left_out + invalid;
        anyhow::ensure!(
            proceed,
            "{invalid} of {all} accounts cannot be imported; nothing was changed"
        );
        anyhow::ensure!(all > 0, "nothing was imported: the export contains no users");
        anyhow::ensure!(
            new + updated + already_here > 0,
            "nothing was imported: of {all} users, {left_out} cannot log in here and {invalid} are \
             invalid"
        );
        Ok(())
    }

    fn report(
        &self,
        batch: &Batch,
        proceed: bool,
        counts: &Counts,
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        let none = Counts::default();
        let done = if proceed { counts } else { &none };
        if self.json {
            let invalid: Vec<_> = batch
                .invalid()
                .iter()
                .map(|Invalid { line, username, error }| {
                    json!({"line": line, "username": username, "error": error})
                })
                .collect();
            let left_out: Map<String, Value> = batch
                .left_out()
                .iter()
                .map(|(kind, &n)| (kind.as_str().into(), n.into()))
                .collect();
            let report = json!({
                "imported": done.new, "updated": done.updated, "alreadyHere": counts.already_here,
                "totp": done.totp, "directory": done.directory, "emailCodes": done.email_codes,
                "leftOut": left_out, "invalid": invalid, "dryRun": self.dry_run,
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
        if proceed { self.summarize(batch, counts, out) } else { Ok(()) }
    }

    fn summarize(
        &self,
        batch: &Batch,
        counts: &Counts,
        out: &mut (dyn Write + Send),
    ) -> anyhow::Result<()> {
        let Counts { new, updated, already_here, totp, directory, email_codes, left_out, invalid } =
            counts;
        let would = if self.dry_run { "would " } else { "" };
        let (import, update) =
            if self.dry_run { ("import", "update") } else { ("imported", "updated") };
        if *new + *updated == 0 && *already_here > 0 {
            writeln!(out, "nothing is new")?;
        } else {
            writeln!(
                out,
                "{would}{import} {new} accounts, {totp} with TOTP, {directory} of the directory"
            )?;
        }
        if *updated > 0 {
            writeln!(out, "{would}{update} {updated} accounts that are here already")?;
        }
        if *already_here > 0 {
            writeln!(
                out,
                "{already_here} accounts are here already and stay as they are; --update brings \
                 them up to date"
            )?;
        }
        if *left_out > 0 {
            let kinds: Vec<String> =
                batch.left_out().iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            writeln!(out, "left out {left_out} who cannot log in here: {}", kinds.join(", "))?;
        }
        if *invalid > 0 {
            writeln!(out, "left out {invalid} invalid lines")?;
        }
        if *email_codes > 0 {
            writeln!(
                out,
                "{email_codes} had codes by e-mail as second factor, which this server does not \
                 have: they log in by password alone"
            )?;
        }
        Ok(())
    }
}

/// The number of users of each sort, and of new users with each feature.
#[derive(Default)]
struct Counts {
    new: usize,
    updated: usize,
    already_here: usize,
    totp: usize,
    directory: usize,
    email_codes: usize,
    left_out: usize,
    invalid: usize,
}

impl Counts {
    fn of(batch: &Batch) -> Self {
        let count = |has: fn(&ImportedUser) -> bool| batch.new_users().filter(|u| has(u)).count();
        Self {
            new: count(|_| true),
            updated: batch.updates().count(),
            already_here: batch.already_here(),
            totp: count(|user| user.account.account.totp.is_some()),
            directory: count(|user| user.account.account.directory_dn.is_some()),
            email_codes: count(|user| user.had_email_codes),
            left_out: batch.left_out().values().sum(),
            invalid: batch.invalid().len(),
        }
    }
}
