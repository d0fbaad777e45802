//! The SQL statements.
//!
//! Most are one round trip, and they use only features that CockroachDB and YugabyteDB support too.
//! Where servers may conflict, the row of the account is the lock. Transactions that open a
//! session, change personal access tokens or the password, or deactivate the account take it first.

/// The time of the database in milliseconds.
macro_rules! now_millis {
    () => {
        "CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)"
    };
}

mod access_tokens;
mod accounts;
mod failures;
mod passwords;
mod second_factor;
mod sessions;

use std::time::Duration;

use tokio_postgres::Row;

use crate::{
    accounts::Account,
    store::{
        Result, StoreError,
        postgres::{
            add::TAKE_TURN,
            database::{Database, Params},
        },
        row::{AccountRow, UserRow},
    },
};

pub(super) use self::{
    access_tokens::*, accounts::*, failures::*, passwords::*, second_factor::*, sessions::*,
};

const LOCK_ACCOUNT: &str = "SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE";
pub(super) const CLOSE_SESSIONS: &str = "DELETE FROM sessions WHERE account_id = $1";
pub(super) const CLOSE_ACCESS_TOKENS: &str =
    "DELETE FROM personal_access_tokens WHERE account_id = $1";
pub(super) const REMOVE_EMAILS: &str = "DELETE FROM account_emails WHERE account_id = $1";
pub(super) const SET_ACTIVE: &str = "UPDATE accounts SET active = $2 WHERE id = $1";
pub(super) const REMOVE_BACKUP_CODES: &str = "DELETE FROM backup_codes WHERE account_id = $1";

pub(super) async fn check_writable(db: &Database) -> Result<()> {
    db.execute(TAKE_TURN, &[]).await.map(drop)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

async fn changed(db: &Database, sql: &str, params: Params<'_>) -> Result<bool> {
    Ok(db.execute(sql, params).await? > 0)
}

async fn one_account(db: &Database, sql: &str, params: Params<'_>) -> Result<Option<Account>> {
    Ok(some_accounts(db, sql, params).await?.pop())
}

async fn some_accounts(db: &Database, sql: &str, params: Params<'_>) -> Result<Vec<Account>> {
    db.query(sql, params).await?.iter().map(account).collect()
}

fn account(row: &Row) -> Result<Account> {
    Account::try_from(AccountRow {
        user: user(row)?,
        active: get(row, 6)?,
        directory_dn: get(row, 7)?,
        directory_id: get(row, 8)?,
        password_hash: get(row, 9)?,
        totp_secret: get(row, 10)?,
    })
}

fn user(row: &Row) -> Result<UserRow<'_>> {
    Ok(UserRow {
        id: get(row, 0)?,
        username: get(row, 1)?,
        name: get(row, 2)?,
        emails: get(row, 3)?,
        roles: get(row, 4)?,
        utc_offset: get(row, 5)?,
    })
}

fn get<'row, T: tokio_postgres::types::FromSql<'row>>(row: &'row Row, column: usize) -> Result<T> {
    row.try_get(column).map_err(StoreError::broken)
}
