//! Accounts and their profiles.

use rusqlite::{Connection, named_params, params};

use super::{
    changed, execute, number, one_account, second_factor::add_backup_codes,
    sessions::close_sessions, some_accounts,
};
use crate::{
    accounts::{Account, EntryId, Identity, NewAccount, PasswordHash, Profile, UserId, fold},
    store::{
        Result, StoreError,
        row::{ProfileJson, kind_text, select_accounts},
    },
};

/// Adds an account. `imported_hash` is the fingerprint of an imported password hash.
pub(in crate::store::sqlite) fn add_account(
    db: &Connection,
    new: &NewAccount,
    imported_hash: Option<String>,
) -> Result<()> {
    let NewAccount { account, backup_code_hashes } = new;
    let profile = &account.profile;
    let json = ProfileJson::try_from(profile)?;
    let hash = account.password.as_ref();
    db.prepare_cached(
        "INSERT INTO accounts (id, username, username_folded, name, emails, roles, utc_offset,
             active, directory_dn, directory_id, password_hash, hash_kind, imported_hash,
             totp_secret, totp_last_step)
         VALUES (:id, :username, :folded, :name, :emails, :roles, :utc_offset,
             :active, :dn, :entry_id, :hash, :kind, :imported, :totp, 0)",
    )?
    .execute(named_params! {
        ":id": account.id.as_str(),
        ":username": profile.username,
        ":folded": fold(&profile.username),
        ":name": profile.name,
        ":emails": json.emails,
        ":roles": json.roles,
        ":utc_offset": profile.utc_offset,
        ":active": account.active,
        ":dn": account.directory_dn,
        ":entry_id": account.directory_id.as_ref().map(EntryId::as_str),
        ":hash": hash.map(PasswordHash::expose),
        ":kind": hash.and_then(kind_text),
        ":imported": imported_hash,
        ":totp": account.totp.as_ref().map(|totp| totp.to_base32().expose().to_owned()),
    })
    .map_err(taken)?;
    let number = db.last_insert_rowid();
    add_emails(db, number, profile)?;
    add_backup_codes(db, number, backup_code_hashes)
}

fn add_emails(db: &Connection, account: i64, profile: &Profile) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO account_emails (address_folded, account) VALUES (?1, ?2)")?;
    for email in &profile.emails {
        insert.execute(params![fold(&email.address), account]).map_err(taken)?;
    }
    Ok(())
}

pub(in crate::store::sqlite) fn find_account(
    db: &Connection,
    identity: &Identity,
) -> Result<Option<Account>> {
    let (is_email, name) = identity.resolve();
    if is_email {
        return one_account(
            db,
            select_accounts!(
                "JOIN account_emails e ON e.account = a.number WHERE e.address_folded = ?1"
            ),
            [fold(name)],
        );
    }
    let exact = one_account(db, select_accounts!("WHERE a.username = ?1"), [name])?;
    if exact.is_some() {
        return Ok(exact);
    }
    // If two names differ only in case, neither is meant.
    let mut similar =
        some_accounts(db, select_accounts!("WHERE a.username_folded = ?1 LIMIT 2"), [fold(name)])?;
    Ok(if similar.len() == 1 { similar.pop() } else { None })
}

pub(in crate::store::sqlite) fn has_username(db: &Connection, username: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM accounts WHERE username_folded = ?1 LIMIT 1";
    Ok(db.prepare_cached(sql)?.exists([fold(username)])?)
}

pub(in crate::store::sqlite) fn find_account_by_id(
    db: &Connection,
    id: &UserId,
) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.id = ?1"), [id.as_str()])
}

pub(in crate::store::sqlite) fn find_directory_accounts(
    db: &Connection,
    ids: &[EntryId],
    dn: &str,
) -> Result<Vec<Account>> {
    let mut found = some_accounts(db, select_accounts!("WHERE a.directory_dn = ?1"), [dn])?;
    for id in ids {
        let by_id = select_accounts!("WHERE a.directory_id = ?1");
        let by_id = one_account(db, by_id, [id.as_str()])?;
        found.extend(by_id.filter(|account| found.iter().all(|other| other.id != account.id)));
    }
    Ok(found)
}

pub(in crate::store::sqlite) fn set_directory_entry(
    db: &Connection,
    id: &UserId,
    dn: &str,
    entry_id: Option<&EntryId>,
) -> Result<bool> {
    let sql = "UPDATE accounts SET directory_dn = ?2, directory_id = ?3 WHERE id = ?1";
    let params = params![id.as_str(), dn, entry_id.map(EntryId::as_str)];
    Ok(db.prepare_cached(sql)?.execute(params).map_err(taken)? > 0)
}

pub(in crate::store::sqlite) fn accounts(
    db: &Connection,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Account>> {
    some_accounts(
        db,
        select_accounts!("WHERE a.username > ?1 ORDER BY a.username LIMIT ?2"),
        params![after.unwrap_or_default(), limit],
    )
}

pub(in crate::store::sqlite) fn set_profile(
    db: &Connection,
    id: &UserId,
    profile: &Profile,
) -> Result<bool> {
    let Some(number) = number(db, id)? else { return Ok(false) };
    let json = ProfileJson::try_from(profile)?;
    let folded = fold(&profile.username);
    // An import may have added names that differ only in case, so an unchanged name is allowed.
    let is_taken = "SELECT 1 FROM accounts o JOIN accounts a ON a.number = ?1
         WHERE o.username_folded = ?2 AND o.number <> ?1 AND a.username <> ?3 LIMIT 1";
    let is_taken =
        db.prepare_cached(is_taken)?.exists(params![number, folded, profile.username])?;
    if is_taken {
        return Err(StoreError::Taken { what: StoreError::USERNAME });
    }
    db.prepare_cached(
        "UPDATE accounts SET username = ?2, username_folded = ?3, name = ?4, emails = ?5,
             roles = ?6, utc_offset = ?7 WHERE number = ?1",
    )?
    .execute(params![
        number,
        profile.username,
        folded,
        profile.name,
        json.emails,
        json.roles,
        profile.utc_offset,
    ])
    .map_err(taken)?;
    execute(db, "DELETE FROM account_emails WHERE account = ?1", [number])?;
    add_emails(db, number, profile)?;
    Ok(true)
}

pub(in crate::store::sqlite) fn set_active(
    db: &Connection,
    id: &UserId,
    active: bool,
) -> Result<bool> {
    if !active {
        close_sessions(db, id)?;
    }
    changed(db, "UPDATE accounts SET active = ?2 WHERE id = ?1", params![id.as_str(), active])
}

pub(in crate::store::sqlite) fn remove_account(db: &Connection, id: &UserId) -> Result<bool> {
    changed(db, "DELETE FROM accounts WHERE id = ?1", [id.as_str()])
}

/// Converts a violated `UNIQUE` constraint by its column; other errors are passed on.
fn taken(error: rusqlite::Error) -> StoreError {
    if error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation) {
        return error.into();
    }
    let message = error.to_string();
    let columns = [
        ("accounts.username", StoreError::USERNAME),
        ("account_emails.address_folded", "the e-mail address"),
        ("accounts.directory_dn", StoreError::DIRECTORY_ENTRY),
        ("accounts.directory_id", StoreError::DIRECTORY_ENTRY),
        ("accounts.id", "the id"),
    ];
    match columns.iter().find(|(column, _)| message.contains(column)) {
        Some((_, what)) => StoreError::Taken { what },
        None => error.into(),
    }
}
