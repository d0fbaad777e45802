//! The SQL statements. Each is prepared once per connection.

use std::{collections::BTreeSet, time::Duration};

use rusqlite::{Connection, OptionalExtension as _, Params, Row, named_params, params};

use super::super::{
    CountsFrom, Failures, ImportedAccount, Limit, PENDING_LIFETIME, Result, Session, StoreError,
    row::{
        AccountRow, ProfileJson, TOTP_STEPS_KEPT, UserRow, failure_key, kind, kind_text,
        select_accounts, select_users,
    },
};
use crate::{
    accounts::{
        Account, EntryId, HashKind, Identity, NewAccount, PasswordHash, Profile, TokenHash,
        TotpSecret, User, UserId, fold,
    },
    clock::Timestamp,
};

/// The [`number`] of the account whose id is this parameter.
macro_rules! number_of {
    ($id:literal) => {
        concat!("(SELECT number FROM accounts WHERE id = ", $id, ")")
    };
}

/// The time of this machine in milliseconds.
macro_rules! now_millis {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// Whether the attempts of a counter may still be pending, with the lifetime of an attempt as a
/// parameter. `ABS` handles times in the future, which a wrong clock has written.
macro_rules! is_pending {
    ($life:literal) => {
        concat!("ABS(", now_millis!(), " - pending_at) < ", $life)
    };
}

/// Writes the page with the schema version. SQLite would not write an unchanged row, because it
/// compares the contents.
pub(super) fn check_writable(db: &Connection) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(db.pragma_update(None, "user_version", version)?)
}

/// Adds an account. `imported_hash` is the fingerprint of an imported password hash.
pub(super) fn add_account(
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

pub(super) fn import_account(db: &Connection, account: &ImportedAccount) -> Result<()> {
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

fn add_emails(db: &Connection, account: i64, profile: &Profile) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO account_emails (address_folded, account) VALUES (?1, ?2)")?;
    for email in &profile.emails {
        insert.execute(params![fold(&email.address), account]).map_err(taken)?;
    }
    Ok(())
}

fn add_backup_codes(db: &Connection, account: i64, hashes: &[String]) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO backup_codes (account, hash) VALUES (?1, ?2)")?;
    for hash in hashes {
        insert.execute(params![account, hash])?;
    }
    Ok(())
}

pub(super) fn find_account(db: &Connection, identity: &Identity) -> Result<Option<Account>> {
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

pub(super) fn has_username(db: &Connection, username: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM accounts WHERE username_folded = ?1 LIMIT 1";
    Ok(db.prepare_cached(sql)?.exists([fold(username)])?)
}

pub(super) fn find_account_by_id(db: &Connection, id: &UserId) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.id = ?1"), [id.as_str()])
}

pub(super) fn find_directory_accounts(
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

pub(super) fn set_directory_entry(
    db: &Connection,
    id: &UserId,
    dn: &str,
    entry_id: Option<&EntryId>,
) -> Result<bool> {
    let sql = "UPDATE accounts SET directory_dn = ?2, directory_id = ?3 WHERE id = ?1";
    let params = params![id.as_str(), dn, entry_id.map(EntryId::as_str)];
    Ok(db.prepare_cached(sql)?.execute(params).map_err(taken)? > 0)
}

pub(super) fn accounts(db: &Connection, after: Option<&str>, limit: u32) -> Result<Vec<Account>> {
    some_accounts(
        db,
        select_accounts!("WHERE a.username > ?1 ORDER BY a.username LIMIT ?2"),
        params![after.unwrap_or_default(), limit],
    )
}

pub(super) fn set_profile(db: &Connection, id: &UserId, profile: &Profile) -> Result<bool> {
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

pub(super) fn set_active(db: &Connection, id: &UserId, active: bool) -> Result<bool> {
    if !active {
        close_sessions(db, id)?;
    }
    changed(db, "UPDATE accounts SET active = ?2 WHERE id = ?1", params![id.as_str(), active])
}

pub(super) fn set_password(db: &Connection, id: &UserId, hash: &PasswordHash) -> Result<bool> {
    close_sessions(db, id)?;
    changed(
        db,
        "UPDATE accounts SET password_hash = ?2, hash_kind = ?3 WHERE id = ?1",
        params![id.as_str(), hash.expose(), kind_text(hash)],
    )
}

pub(super) fn set_directory_password(
    db: &Connection,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = ?2, hash_kind = ?3
         WHERE id = ?1 AND directory_dn IS NOT NULL",
        params![id.as_str(), hash.expose(), kind_text(hash)],
    )
}

pub(super) fn forget_directory_password(
    db: &Connection,
    id: &UserId,
    hash: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = NULL, hash_kind = NULL
         WHERE id = ?1 AND password_hash = ?2 AND directory_dn IS NOT NULL",
        params![id.as_str(), hash.expose()],
    )
}

pub(super) fn rehash_password(
    db: &Connection,
    id: &UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> Result<bool> {
    changed(
        db,
        "UPDATE accounts SET password_hash = ?3, hash_kind = ?4
         WHERE id = ?1 AND password_hash = ?2",
        params![id.as_str(), old.expose(), new.expose(), kind_text(new)],
    )
}

pub(super) fn hash_kinds(db: &Connection) -> Result<BTreeSet<HashKind>> {
    let mut next = db.prepare_cached(
        "SELECT hash_kind FROM accounts WHERE hash_kind > ?1 ORDER BY hash_kind LIMIT 1",
    )?;
    let (mut kinds, mut last) = (BTreeSet::new(), String::new());
    while let Some(text) = next.query_row([&last], |row| row.get(0)).optional()? {
        last = text;
        kinds.extend(kind(&last));
    }
    Ok(kinds)
}

pub(super) fn set_totp(
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

pub(super) fn claim_totp_step(db: &Connection, id: &UserId, step: u64) -> Result<bool> {
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

pub(super) fn claim_backup_code(db: &Connection, id: &UserId, hash: &str) -> Result<bool> {
    changed(
        db,
        concat!("DELETE FROM backup_codes WHERE account = ", number_of!("?1"), " AND hash = ?2"),
        params![id.as_str(), hash],
    )
}

pub(super) fn remove_account(db: &Connection, id: &UserId) -> Result<bool> {
    changed(db, "DELETE FROM accounts WHERE id = ?1", [id.as_str()])
}

pub(super) fn open_session(
    db: &Connection,
    account: &Account,
    session: &Session,
    keep: u32,
) -> Result<bool> {
    let id = &account.id;
    let opened = changed(
        db,
        "INSERT INTO sessions (token_hash, account, issued_at, sequence)
         SELECT ?1, number, ?3,
             (SELECT COALESCE(MAX(sequence), 0) + 1 FROM sessions WHERE account = number)
         FROM accounts WHERE id = ?2 AND active
             AND (directory_dn IS NOT NULL OR password_hash IS ?4)",
        params![
            session.token.as_bytes(),
            id.as_str(),
            session.issued_at.as_millis(),
            account.password.as_ref().map(PasswordHash::expose),
        ],
    )?;
    execute(
        db,
        concat!(
            "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE account = ",
            number_of!("?1"),
            " ORDER BY sequence DESC, issued_at DESC LIMIT -1 OFFSET ?2)"
        ),
        params![id.as_str(), keep],
    )?;
    Ok(opened)
}

pub(super) fn session_user(
    db: &Connection,
    token: &TokenHash,
    not_before: Timestamp,
) -> Result<Option<User>> {
    let mut select = db.prepare_cached(select_users!(
        "JOIN sessions s ON s.account = a.number
         WHERE s.token_hash = ?1 AND s.issued_at >= ?2 AND a.active"
    ))?;
    let mut rows = select.query(params![token.as_bytes(), not_before.as_millis()])?;
    rows.next()?.map(|row| user(row)?.try_into()).transpose()
}

pub(super) fn close_session(db: &Connection, id: &UserId, token: &TokenHash) -> Result<bool> {
    changed(
        db,
        concat!("DELETE FROM sessions WHERE token_hash = ?2 AND account = ", number_of!("?1")),
        params![id.as_str(), token.as_bytes()],
    )
}

pub(super) fn close_sessions(db: &Connection, id: &UserId) -> Result<u64> {
    let sql = concat!("DELETE FROM sessions WHERE account = ", number_of!("?1"));
    Ok(db.prepare_cached(sql)?.execute([id.as_str()])? as u64)
}

pub(super) fn sessions(db: &Connection, id: &UserId) -> Result<Vec<Session>> {
    let mut select = db.prepare_cached(concat!(
        "SELECT token_hash, issued_at FROM sessions WHERE account = ",
        number_of!("?1"),
        " ORDER BY sequence, issued_at"
    ))?;
    let sessions = select.query_map([id.as_str()], |row| {
        Ok(Session {
            token: TokenHash::from_stored(row.get(0)?),
            issued_at: Timestamp::from_millis(row.get(1)?),
        })
    })?;
    Ok(sessions.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn failures(db: &Connection, keys: &[&str]) -> Result<Vec<Failures>> {
    let mut select = db.prepare_cached(concat!(
        "SELECT count, last_at, CASE WHEN ",
        is_pending!("?2"),
        " THEN pending ELSE 0 END FROM failures WHERE failure_key = ?1"
    ))?;
    let mut found = Vec::new();
    for &key in keys {
        let counted = select.query_row(params![failure_key(key), pending_lifetime()], |row| {
            Ok(Failures {
                key: key.to_owned(),
                count: row.get(0)?,
                since: Timestamp::from_millis(row.get(1)?),
                pending: row.get(2)?,
            })
        });
        found.extend(counted.optional()?);
    }
    Ok(found)
}

pub(super) fn begin_attempt(
    db: &Connection,
    limits: &[Limit],
    now: Timestamp,
    duration: Duration,
) -> Result<bool> {
    let mut bring_up_to_date = db.prepare_cached(concat!(
        "INSERT INTO failures (failure_key, count, last_at) VALUES (?1, 0, ?2)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN last_at <= ?3 THEN 0 ELSE count END,
             last_at = CASE WHEN last_at <= ?3 THEN ?2 ELSE MIN(last_at, ?2) END,
             pending = CASE WHEN ",
        is_pending!("?4"),
        " THEN pending ELSE 0 END"
    ))?;
    let mut is_full = db.prepare_cached(
        "SELECT 1 FROM failures WHERE failure_key = ?1 AND count + pending >= ?2",
    )?;
    let mut full = false;
    let stale = now.minus(duration).as_millis();
    for Limit { key, most, .. } in limits {
        let key = failure_key(key);
        bring_up_to_date.execute(params![key, now.as_millis(), stale, pending_lifetime()])?;
        full |= is_full.exists(params![key, most])?;
    }
    if full {
        return Ok(false);
    }
    let mut begin = db.prepare_cached(concat!(
        "UPDATE failures SET pending = pending + 1, pending_at = ",
        now_millis!(),
        " WHERE failure_key = ?1"
    ))?;
    for limit in limits {
        begin.execute([failure_key(&limit.key)])?;
    }
    Ok(true)
}

pub(super) fn fail_attempt(
    db: &Connection,
    pending: &[Limit],
    additional: &[Limit],
    now: Timestamp,
    duration: Duration,
) -> Result<()> {
    let mut fail = db.prepare_cached(
        "INSERT INTO failures (failure_key, count, last_at) VALUES (?1, 1, ?2)
         ON CONFLICT (failure_key) DO UPDATE SET
             count = CASE WHEN last_at <= ?3 THEN 1 ELSE count + 1 END,
             last_at = CASE WHEN last_at <= ?3 OR count = 0 OR ?4 OR count + 1 >= ?5
                 THEN ?2 ELSE MIN(last_at, ?2) END,
             pending = MAX(pending - ?6, 0)",
    )?;
    let stale = now.minus(duration).as_millis();
    let pending = pending.iter().map(|limit| (limit, 1));
    for (limit, given_back) in pending.chain(additional.iter().map(|limit| (limit, 0))) {
        let from_last = limit.counts_from == CountsFrom::Last;
        let key = failure_key(&limit.key);
        fail.execute(params![key, now.as_millis(), stale, from_last, limit.most, given_back])?;
    }
    Ok(())
}

pub(super) fn give_back_attempt(db: &Connection, keys: &[String]) -> Result<()> {
    let mut give_back = db.prepare_cached(
        "UPDATE failures SET pending = MAX(pending - 1, 0) WHERE failure_key = ?1",
    )?;
    for key in keys {
        give_back.execute([failure_key(key)])?;
    }
    Ok(())
}

pub(super) fn give_back_all_attempts(db: &Connection) -> Result<()> {
    execute(db, "UPDATE failures SET pending = 0 WHERE pending > 0", [])
}

pub(super) fn reset_failures(db: &Connection, keys: &[String]) -> Result<()> {
    let mut reset = db.prepare_cached(
        "UPDATE failures SET count = 0, pending = MAX(pending - 1, 0) WHERE failure_key = ?1",
    )?;
    for key in keys {
        reset.execute([failure_key(key)])?;
    }
    Ok(())
}

/// Removes at most `limit` sessions that were opened before `before`.
pub(super) fn expire_sessions(db: &Connection, before: Timestamp, limit: u32) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE token_hash IN (
             SELECT token_hash FROM sessions WHERE issued_at < ?1 LIMIT ?2)";
    Ok(db.prepare_cached(sql)?.execute(params![before.as_millis(), limit])? as u64)
}

/// Removes at most `limit` counters that were last touched before `before`.
pub(super) fn expire_failures(db: &Connection, before: Timestamp, limit: u32) -> Result<u64> {
    let sql = concat!(
        "DELETE FROM failures WHERE failure_key IN (
             SELECT failure_key FROM failures WHERE last_at < ?1 AND NOT (pending > 0 AND ",
        is_pending!("?3"),
        ") LIMIT ?2)"
    );
    let params = params![before.as_millis(), limit, pending_lifetime()];
    Ok(db.prepare_cached(sql)?.execute(params)? as u64)
}

fn pending_lifetime() -> i64 {
    i64::try_from(PENDING_LIFETIME.as_millis()).unwrap_or(i64::MAX)
}

fn one_account(db: &Connection, sql: &str, params: impl Params) -> Result<Option<Account>> {
    let mut select = db.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    rows.next()?.map(account).transpose()
}

fn some_accounts(db: &Connection, sql: &str, params: impl Params) -> Result<Vec<Account>> {
    let mut select = db.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        accounts.push(account(row)?);
    }
    Ok(accounts)
}

fn user<'row>(row: &'row Row<'_>) -> Result<UserRow<'row>> {
    let text = |column| row.get_ref(column)?.as_str().map_err(StoreError::broken);
    Ok(UserRow {
        id: row.get(0)?,
        username: row.get(1)?,
        name: row.get(2)?,
        emails: text(3)?,
        roles: text(4)?,
        utc_offset: row.get(5)?,
    })
}

fn account(row: &Row<'_>) -> Result<Account> {
    Account::try_from(AccountRow {
        user: user(row)?,
        active: row.get(6)?,
        directory_dn: row.get(7)?,
        directory_id: row.get(8)?,
        password_hash: row.get(9)?,
        totp_secret: row.get_ref(10)?.as_str_or_null().map_err(StoreError::broken)?,
    })
}

/// The number by which other tables refer to an account.
fn number(db: &Connection, id: &UserId) -> Result<Option<i64>> {
    let mut select = db.prepare_cached("SELECT number FROM accounts WHERE id = ?1")?;
    Ok(select.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

fn execute(db: &Connection, sql: &str, params: impl Params) -> Result<()> {
    Ok(db.prepare_cached(sql)?.execute(params).map(drop)?)
}

fn changed(db: &Connection, sql: &str, params: impl Params) -> Result<bool> {
    Ok(db.prepare_cached(sql)?.execute(params)? > 0)
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
