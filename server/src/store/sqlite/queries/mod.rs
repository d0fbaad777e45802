//! The SQL statements. Each is prepared once per connection.

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

mod access_tokens;
mod accounts;
mod failures;
mod import;
mod passwords;
mod second_factor;
mod sessions;

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use crate::{
    accounts::{Account, UserId},
    store::{
        Result, StoreError,
        row::{AccountRow, UserRow},
    },
};

pub(super) use self::{
    access_tokens::*, accounts::*, failures::*, import::*, passwords::*, second_factor::*,
    sessions::*,
};

/// Writes the page with the schema version. SQLite would not write an unchanged row, because it
/// compares the contents.
pub(super) fn check_writable(db: &Connection) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(db.pragma_update(None, "user_version", version)?)
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
