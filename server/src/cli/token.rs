//! `login-server token …`

use std::{io::Write, time::Duration};

use anyhow::{anyhow, bail};
use clap::Subcommand;
use serde_json::json;

use super::{AccountArgs, ignore_broken_pipe};
use crate::{
    accounts,
    clock::{Clock, Timestamp},
    store::{AccessToken, AccessTokenChange, StoredSecret},
};

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a personal access token of an account; prints its secret once
    Create(Create),
    /// List the sessions and personal access tokens of an account by the hash of their token
    List(AccountArgs),
    /// End all sessions of an account, and remove all of its personal access tokens
    Revoke(AccountArgs),
}

#[derive(clap::Args, Debug)]
pub(super) struct Create {
    #[command(flatten)]
    account: AccountArgs,
    /// The name of the token, which no other token of the account has
    #[arg(long)]
    name: String,
    /// Let calls with this token change tokens without a code of the second factor
    #[arg(long)]
    bypass_two_factor: bool,
    /// How long the token works, such as 90d, 12h, 30m or 45s; without this, it never expires
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    expires: Option<Duration>,
}

impl Token {
    pub(super) async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        match self {
            // A secret that nobody could read is an error, so a closed pipe is one, too.
            Self::Create(create) => create.run(out).await,
            Self::List(args) => ignore_broken_pipe(list(&args, out).await),
            Self::Revoke(args) => {
                let (_, store, account) = args.find().await?;
                let ended = store.close_sessions(&account.id).await?;
                ignore_broken_pipe(args.report(out, &format!("{ended} sessions ended")))
            }
        }
    }
}

impl Create {
    async fn run(self, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
        let Self { account: args, name, bypass_two_factor, expires } = self;
        let (_, store, account) = args.find().await?;
        let (token, created_at) = (accounts::Token::random(), Clock::default().now());
        let expires_at = expires.map(|life| created_at.plus(life));
        let added = AccessToken {
            name,
            secret: StoredSecret { hash: token.hash(), last_part: token.last_part(), created_at },
            expires_at,
            bypasses_two_factor: bypass_two_factor,
        };
        match store.add_access_token(&account.id, &added, None).await? {
            AccessTokenChange::Done => {}
            AccessTokenChange::WrongName => {
                bail!("{} has a token with the name {:?} already", args.username, added.name)
            }
            AccessTokenChange::NotAllowed => bail!("the account {} is disabled", args.username),
        }
        let (id, token) = (account.id.as_str(), token.into_secret());
        let printed = if args.json {
            let json = json!({
                "username": args.username, "name": added.name, "userId": id,
                "token": token.expose(), "expiresAtMillis": expires_at.map(Timestamp::as_millis),
            });
            writeln!(out, "{json}")
        } else {
            writeln!(out, "X-User-Id: {id}\nX-Auth-Token: {}", token.expose())
        };
        if let Err(error) = printed.and_then(|()| out.flush()) {
            // Nobody has the secret.
            store.remove_access_token(&account.id, &added.name, None).await?;
            return Err(error.into());
        }
        Ok(())
    }
}

async fn list(args: &AccountArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let (_, store, account) = args.find().await?;
    for session in store.sessions(&account.id).await? {
        let (hash, at) = (session.token.to_base64(), session.issued_at.as_millis());
        if args.json {
            let json = json!({"kind": "session", "tokenHash": hash, "issuedAtMillis": at});
            writeln!(out, "{json}")?;
        } else {
            writeln!(out, "{hash}\t{at}\tsession")?;
        }
    }
    for token in store.access_tokens(&account.id).await? {
        let AccessToken { name, secret, expires_at, bypasses_two_factor } = token;
        let StoredSecret { hash, last_part, created_at } = secret;
        let (hash, at) = (hash.to_base64(), created_at.as_millis());
        let expires_at = expires_at.map(Timestamp::as_millis);
        if args.json {
            let json = json!({
                "kind": "personal-access-token", "tokenHash": hash, "issuedAtMillis": at,
                "name": name, "lastPart": last_part, "expiresAtMillis": expires_at,
                "bypassTwoFactor": bypasses_two_factor,
            });
            writeln!(out, "{json}")?;
        } else {
            let expiry =
                expires_at.map_or("never expires".to_owned(), |at| format!("expires {at}"));
            let bypass = if bypasses_two_factor { "\tbypasses the second factor" } else { "" };
            // A name may contain any character, also one that moves the cursor of a terminal.
            writeln!(
                out,
                "{hash}\t{at}\tpersonal access token\t{name:?}\t…{last_part}\t{expiry}{bypass}"
            )?;
        }
    }
    Ok(())
}

/// Reads a whole number with the unit `d`, `h`, `m` or `s`.
fn parse_duration(text: &str) -> anyhow::Result<Duration> {
    let expected = || anyhow!("expected a number with one of the units d, h, m and s, such as 90d");
    let unit = text.chars().last().ok_or_else(expected)?;
    let seconds = match unit {
        'd' => 24 * 60 * 60,
        'h' => 60 * 60,
        'm' => 60,
        's' => 1,
        _ => return Err(expected()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| expected())?;
    if number == 0 {
        bail!("the token would expire at once");
    }
    // More than this would exceed the range of the clock.
    let seconds = number.checked_mul(seconds).filter(|&seconds| seconds <= 1000 * 366 * 86_400);
    seconds.map(Duration::from_secs).ok_or_else(|| anyhow!("the longest life is 1000 years"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_has_a_number_and_a_unit() {
        let seconds = |text: &str| parse_duration(text).map(|life| life.as_secs()).ok();
        let known = [("90d", 7_776_000), ("12h", 43_200), ("30m", 1_800), ("45s", 45)];
        for (text, expected) in known {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "d", "90", "-1d", "1.5h", "1w", "0d", "1d ", "99999999999999999999d", "9é"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
