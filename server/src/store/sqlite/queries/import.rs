//! Imported accounts.

use rusqlite::{Connection, params};

use super::{
    accounts::{add_account, set_active, set_profile},
    execute,
    passwords::set_password,
    second_factor::set_totp,
};
use crate::{
    accounts::{Account, NewAccount, PasswordHash},
    store::{ImportedAccount, Result},
};

pub(in crate::store::sqlite) fn import_account(
    db: &Connection,
    account: &ImportedAccount,
) -> Result<()> {
    match account {
        ImportedAccount::New(new) => {
            let imported_hash = new.account.password.as_ref().map(PasswordHash::fingerprint);
            add_account(db, new, imported_hash)
        }
        ImportedAccount::Known(known) => update_account(db, known),
    }
}

/// See [`ImportedAccount::Known`].
fn update_account(db: &Connection, known: &NewAccount) -> Result<()> {
    let NewAccount { account: Account { id, profile, active, password, totp, .. }, .. } = known;
    if !set_profile(db, id, profile)? {
        return Ok(());
    }
    set_active(db, id, *active)?;
    if let Some(hash) = password {
        let imported = hash.fingerprint();
        let sql = "SELECT 1 FROM accounts
             WHERE id = ?1 AND password_hash IS NOT ?2 AND imported_hash IS NOT ?3";
        let differs = params![id.as_str(), hash.expose(), imported];
        if db.prepare_cached(sql)?.exists(differs)? {
            set_password(db, id, hash)?;
        }
        let sql = "UPDATE accounts SET imported_hash = ?2 WHERE id = ?1";
        execute(db, sql, params![id.as_str(), imported])?;
    }
    if let Some(secret) = totp {
        let sql = "SELECT 1 FROM accounts WHERE id = ?1 AND totp_secret IS NOT ?2";
        if db.prepare_cached(sql)?.exists([id.as_str(), secret.to_base32().expose()])? {
            set_totp(db, id, Some(&(secret.clone(), known.backup_code_hashes.clone())))?;
        }
    }
    Ok(())
}
