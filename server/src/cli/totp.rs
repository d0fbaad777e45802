//! `login-server totp …`

use std::io::Write;

use clap::Subcommand;
use qrcode::{QrCode, render::unicode::Dense1x2};
use serde_json::json;

use super::{AccountArgs, ignore_broken_pipe};
use crate::accounts::{BackupCodes, TotpSecret};

#[derive(Debug, Subcommand)]
pub(super) enum Totp {
    /// Require codes from now on; prints the secret and the backup codes once
    Enable(AccountArgs),
    /// Stop requiring codes
    Disable(AccountArgs),
}

impl Totp {
    pub(super) async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        match self {
            Self::Enable(args) => enable(&args, out).await,
            Self::Disable(args) => {
                let (_, store, account) = args.find().await?;
                store.set_totp(&account.id, None).await?;
                ignore_broken_pipe(args.report(out, "no second factor"))
            }
        }
    }
}

async fn enable(args: &AccountArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let (config, store, account) = args.find().await?;
    let (secret, codes) = (TotpSecret::random(), BackupCodes::random());
    store.set_totp(&account.id, Some((&secret, &codes.hashes()))).await?;
    let uri = secret.uri(&config.two_factor.issuer, &args.username);
    let codes: Vec<&str> = codes.codes().iter().map(|code| code.expose()).collect();
    if args.json {
        let json = json!({"username": args.username, "uri": uri.expose(), "backupCodes": codes});
        writeln!(out, "{json}")?;
        return Ok(());
    }
    let picture = QrCode::new(uri.expose())?.render::<Dense1x2>().build();
    writeln!(out, "{picture}\n{}\n\nbackup codes, each for one login:", uri.expose())?;
    for code in codes {
        writeln!(out, "  {code}")?;
    }
    Ok(())
}
