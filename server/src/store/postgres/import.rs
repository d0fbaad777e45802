//! Imports accounts, many in one transaction.

use super::{
    super::{
        ImportedAccount, NotAdded, Result,
        row::{ProfileJson, kind_text},
    },
    add::{self, ADD_BACKUP_CODES, ADD_EMAILS, addresses},
    database::{Database, OpenTransaction, Params},
    queries::{
        CLOSE_ACCESS_TOKENS, CLOSE_SESSIONS, REMOVE_BACKUP_CODES, REMOVE_EMAILS, SET_ACTIVE,
    },
};
use crate::accounts::{Account, NewAccount, fold};

/// Unlike other updates, this allows a name that differs from another account's only in case,
/// because imported data is kept as it is.
const SET_PROFILE: &str = "UPDATE accounts SET username = $2, username_folded = $3,
     name = $4, emails = $5, roles = $6, utc_offset = $7 WHERE id = $1";
const REPLACE_PASSWORD: &str = "UPDATE accounts SET password_hash = $2, hash_kind = $3
     WHERE id = $1 AND password_hash IS DISTINCT FROM $2 AND imported_hash IS DISTINCT FROM $4";
const SET_IMPORTED_HASH: &str = "UPDATE accounts SET imported_hash = $2 WHERE id = $1";
const REPLACE_TOTP: &str = "UPDATE accounts SET totp_secret = $2
     WHERE id = $1 AND totp_secret IS DISTINCT FROM $2";

pub(super) async fn import_accounts(
    db: &Database,
    accounts: &[ImportedAccount],
) -> std::result::Result<(), NotAdded> {
    let at = |index| move |source| NotAdded { index, source };
    let transaction = db.begin().await.map_err(at(0))?;
    for (index, account) in accounts.iter().enumerate() {
        let imported = match account {
            ImportedAccount::New(new) => add::import_account(&transaction, new).await,
            ImportedAccount::Known(known) => update_account(&transaction, known).await,
        };
        imported.map_err(at(index))?;
    }
    transaction.commit().await.map_err(at(accounts.len().saturating_sub(1)))
}

/// See [`ImportedAccount::Known`].
async fn update_account(transaction: &OpenTransaction, known: &NewAccount) -> Result<()> {
    let NewAccount { account, backup_code_hashes } = known;
    let Account { id, profile, active, password, totp, .. } = account;
    let (id, json) = (id.as_str(), ProfileJson::try_from(profile)?);
    let changed = transaction
        .run(&[
            (
                SET_PROFILE,
                &[
                    &id,
                    &profile.username,
                    &fold(&profile.username),
                    &profile.name,
                    &json.emails,
                    &json.roles,
                    &profile.utc_offset,
                ],
            ),
            (REMOVE_EMAILS, &[&id]),
            (ADD_EMAILS, &[&id, &addresses(profile)]),
            (SET_ACTIVE, &[&id, active]),
        ])
        .await?;
    if changed[0] == 0 {
        return Ok(());
    }
    let mut end_sessions = !active;
    if let Some(hash) = password {
        let imported = hash.fingerprint();
        let changed = transaction
            .run(&[
                (REPLACE_PASSWORD, &[&id, &hash.expose(), &kind_text(hash), &imported]),
                (SET_IMPORTED_HASH, &[&id, &imported]),
            ])
            .await?;
        end_sessions |= changed[0] > 0;
    }
    if end_sessions {
        transaction.run(&[(CLOSE_SESSIONS, &[&id]), (CLOSE_ACCESS_TOKENS, &[&id])]).await?;
    }
    if let Some(secret) = totp {
        let secret = secret.to_base32();
        let changed = transaction.run(&[(REPLACE_TOTP, &[&id, &secret.expose()])]).await?;
        if changed[0] > 0 {
            let codes: Params<'_> = &[&id, backup_code_hashes];
            transaction.run(&[(REMOVE_BACKUP_CODES, &[&id]), (ADD_BACKUP_CODES, codes)]).await?;
        }
    }
    Ok(())
}
