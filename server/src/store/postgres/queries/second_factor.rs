//! TOTP secrets, used steps and backup codes.

use super::{REMOVE_BACKUP_CODES, changed};
use crate::{
    accounts::{TotpSecret, UserId},
    store::{
        Result, StoreError,
        postgres::{add::ADD_BACKUP_CODES, database::Database},
        row::TOTP_STEPS_KEPT,
    },
};

pub(in crate::store::postgres) async fn set_totp(
    db: &Database,
    id: &UserId,
    totp: Option<(&TotpSecret, &[String])>,
) -> Result<bool> {
    let secret = totp.map(|(secret, _)| secret.to_base32());
    let secret = secret.as_ref().map(|secret| secret.expose());
    let hashes = totp.map_or(&[][..], |(_, hashes)| hashes);
    let changed = db
        .transaction(&[
            // The used steps stay, so that an old code of the same secret does not become valid
            // again.
            ("UPDATE accounts SET totp_secret = $2 WHERE id = $1", &[&id.as_str(), &secret]),
            (REMOVE_BACKUP_CODES, &[&id.as_str()]),
            (ADD_BACKUP_CODES, &[&id.as_str(), &hashes]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(in crate::store::postgres) async fn claim_totp_step(
    db: &Database,
    id: &UserId,
    step: u64,
) -> Result<bool> {
    let step = i64::try_from(step).map_err(StoreError::broken)?;
    let (id, oldest) = (id.as_str(), step - TOTP_STEPS_KEPT);
    let changed = db
        .transaction(&[
            (
                "INSERT INTO used_totp_steps (account_id, step)
                 SELECT id, $2::BIGINT FROM accounts WHERE id = $1 AND totp_last_step <> $2
                 ON CONFLICT DO NOTHING",
                &[&id, &step],
            ),
            ("DELETE FROM used_totp_steps WHERE account_id = $1 AND step < $2", &[&id, &oldest]),
        ])
        .await?;
    Ok(changed[0] > 0)
}

pub(in crate::store::postgres) async fn claim_backup_code(
    db: &Database,
    id: &UserId,
    hash: &str,
) -> Result<bool> {
    let sql = "DELETE FROM backup_codes WHERE account_id = $1 AND hash = $2";
    changed(db, sql, &[&id.as_str(), &hash]).await
}
