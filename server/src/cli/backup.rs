//! `login-server backup` and `login-server restore`

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use serde_json::json;

use super::StoreArgs;
use crate::{
    config::Config,
    store::sqlite::{self, Contents, FILE_NAME},
};

/// A copy of a database beyond this size takes seconds, so it is announced.
const LARGE: u64 = 64 << 20;

#[derive(clap::Args, Debug)]
pub(super) struct Backup {
    #[command(flatten)]
    store: StoreArgs,
    /// The new file; it must not exist. It contains password hashes and TOTP secrets, and only its
    /// owner can read it
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
pub(super) struct Restore {
    #[command(flatten)]
    store: StoreArgs,
    /// A file that `backup` has written
    file: PathBuf,
    /// Keep a database that is there under the name `login.sqlite3.replaced-1`, or the next number
    #[arg(long)]
    replace: bool,
    /// End all sessions and remove all personal access tokens. Otherwise those that were ended after the
    /// backup are valid again
    #[arg(long)]
    end_sessions: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(super) fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let config = sqlite_config(&self.store)?;
        let data = &config.server.data;
        let size = fs::metadata(data.join(FILE_NAME)).map_or(0, |metadata| metadata.len());
        if size > LARGE {
            let _ = writeln!(io::stderr(), "copying and verifying {}", in_mib(size));
        }
        let contents = sqlite::back_up(data, &self.file)?;
        let file = self.file.display().to_string();
        if self.json {
            let Contents { accounts, sessions, bytes } = contents;
            let report = json!({
                "file": file, "accounts": accounts, "sessions": sessions, "bytes": bytes,
            });
            writeln!(out, "{report}")?;
        } else {
            writeln!(out, "{file}: {}, verified", text_of(contents))?;
        }
        Ok(())
    }
}

impl Restore {
    pub(super) fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let config = sqlite_config(&self.store)?;
        let data = &config.server.data;
        let restored = sqlite::restore(&self.file, data, self.replace, self.end_sessions)?;
        let earlier = restored.earlier.map(|earlier| earlier.display().to_string());
        let data = data.display().to_string();
        if self.json {
            let Contents { accounts, sessions, bytes } = restored.contents;
            let report = json!({
                "data": data, "earlier": earlier,
                "accounts": accounts, "sessions": sessions, "bytes": bytes,
            });
            writeln!(out, "{report}")?;
            return Ok(());
        }
        writeln!(out, "restored {} to {data}", text_of(restored.contents))?;
        if let Some(earlier) = earlier {
            writeln!(out, "the earlier database is {earlier}")?;
        }
        Ok(())
    }
}

fn sqlite_config(store: &StoreArgs) -> anyhow::Result<Config> {
    let config = store.config()?;
    anyhow::ensure!(
        config.store.url.is_none(),
        "the store is PostgreSQL: use its own tools, such as pg_dump and pg_restore"
    );
    Ok(config)
}

fn text_of(Contents { accounts, sessions, bytes }: Contents) -> String {
    format!("{accounts} accounts, {sessions} sessions, {}", in_mib(bytes))
}

/// A size in MiB, rounded up.
fn in_mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
