//! `login-server token …`

use std::io::Write;

use clap::Subcommand;
use serde_json::json;

use super::AccountArgs;

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// List the sessions of an account by the hash of their token
    List(AccountArgs),
    /// End all sessions of an account
    Revoke(AccountArgs),
}

impl Token {
    pub(super) async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        match self {
            Self::List(args) => list(&args, out).await,
            Self::Revoke(args) => {
                let (_, store, account) = args.find().await?;
                let ended = store.close_sessions(&account.id).await?;
                args.report(out, &format!("{ended} sessions ended"))
            }
        }
    }
}

async fn list(args: &AccountArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let (_, store, account) = args.find().await?;
    for session in store.sessions(&account.id).await? {
        let (hash, at) = (session.token.to_base64(), session.issued_at.as_millis());
        if args.json {
            writeln!(out, "{}", json!({"tokenHash": hash, "issuedAtMillis": at}))?;
        } else {
            writeln!(out, "{hash}\t{at}")?;
        }
    }
    Ok(())
}
