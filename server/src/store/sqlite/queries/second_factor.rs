//! TOTP secrets, used steps and backup codes.

use rusqlite::{Connection, params};

use super::{changed, execute, number};
use crate::{
    accounts::{TotpSecret, UserId},
    store::{Result, StoreError, row::TOTP_STEPS_KEPT},
};

pub(super) fn add_backup_codes(db: &Connection, account: i64, hashes: &[String]) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO backup_codes (account, hash) VALUES (?1, ?2)")?;
    for hash in hashes {
        insert.execute(params![account, hash])?;
    }
    Ok(())
}

pub(in crate::store::sqlite) fn set_totp(
    db: &Connection,
    id: &UserId,
    totp: Option<&(TotpSecret, Vec<String>)>,
) -> Result<bool> {
    let Some(number) = number(db, id)? else { return Ok(false) };
    let secret = totp.map(|(secret, _)| secret.to_base32());
    execute(
        db,
        // The used steps stay, so that an old code of the same secret does not become valid again.
        "UPDATE accounts SET totp_secret = ?2 WHERE number = ?1",
        params![number, secret.as_ref().map(|secret| secret.expose())],
    )?;
    execute(db, "DELETE FROM backup_codes WHERE account = ?1", [number])?;
    if let Some((_, hashes)) = totp {
        add_backup_codes(db, number, hashes)?;
    }
    Ok(true)
}

pub(in crate::store::sqlite) fn claim_totp_step(
    db: &Connection,
    id: &UserId,
    step: u64,
) -> Result<bool> {
    let step = i64::try_from(step).map_err(StoreError::broken)?;
    execute(
        db,
        concat!("DELETE FROM used_totp_steps WHERE account = ", number_of!("?1"), " AND step < ?2"),
        params![id.as_str(), step - TOTP_STEPS_KEPT],
    )?;
    changed(
        db,
        "INSERT OR IGNORE INTO used_totp_steps (account, step)
         SELECT number, ?2 FROM accounts WHERE id = ?1 AND totp_last_step <> ?2",
        params![id.as_str(), step],
    )
}

pub(in crate::store::sqlite) fn claim_backup_code(
    db: &Connection,
    id: &UserId,
    hash: &str,
) -> Result<bool> {
    changed(
        db,
        concat!("DELETE FROM backup_codes WHERE account = ", number_of!("?1"), " AND hash = ?2"),
        params![id.as_str(), hash],
    )
}
