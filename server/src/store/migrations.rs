//! The schema, as the list of steps that made it.
//!
//! A step is never edited once it is released; a change is a new step at the end. Both stores
//! take the same text, with the type names of each put in, so that they cannot drift apart. A
//! step may be taken twice: not every database undoes a `CREATE` when its transaction fails.

/// How the databases differ, as far as the schema goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// All steps, oldest first; the schema version is how many have been taken.
const STEPS: &[&str] = &[
    // 1: accounts, addresses, backup codes, sessions, failures.
    "
    CREATE TABLE IF NOT EXISTS accounts (
        id              TEXT NOT NULL PRIMARY KEY,
        username        TEXT NOT NULL UNIQUE,
        username_folded TEXT NOT NULL,
        name            TEXT,
        emails          TEXT NOT NULL,
        roles           TEXT NOT NULL,
        utc_offset      {real},
        active          {boolean} NOT NULL,
        directory_dn    TEXT UNIQUE,
        password_hash   TEXT,
        legacy_hash     {boolean} NOT NULL,
        totp_secret     TEXT,
        totp_last_step  {bigint} NOT NULL
    ) {without_rowid};
    CREATE INDEX IF NOT EXISTS accounts_username_folded ON accounts (username_folded);
    CREATE INDEX IF NOT EXISTS accounts_legacy_hash ON accounts (id) WHERE legacy_hash;

    CREATE TABLE IF NOT EXISTS account_emails (
        address_folded TEXT NOT NULL PRIMARY KEY,
        account_id     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
    ) {without_rowid};
    CREATE INDEX IF NOT EXISTS account_emails_account ON account_emails (account_id);

    CREATE TABLE IF NOT EXISTS backup_codes (
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        hash       TEXT NOT NULL,
        PRIMARY KEY (account_id, hash)
    ) {without_rowid};

    CREATE TABLE IF NOT EXISTS sessions (
        token_hash TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        issued_at  {bigint} NOT NULL
    ) {without_rowid};
    CREATE INDEX IF NOT EXISTS sessions_account ON sessions (account_id, issued_at);
    CREATE INDEX IF NOT EXISTS sessions_issued_at ON sessions (issued_at);

    CREATE TABLE IF NOT EXISTS failures (
        failure_key TEXT NOT NULL PRIMARY KEY,
        count       {bigint} NOT NULL,
        last_at     {bigint} NOT NULL
    ) {without_rowid};
    CREATE INDEX IF NOT EXISTS failures_last_at ON failures (last_at);
    ",
];

/// The version that this program writes.
pub(super) fn known_version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The steps from `version` on, each with the version that it leads to.
pub(super) fn steps_from(version: i64, dialect: Dialect) -> impl Iterator<Item = (i64, String)> {
    (1..)
        .zip(STEPS)
        .filter(move |(leads_to, _)| *leads_to > version)
        .map(move |(leads_to, step)| (leads_to, dialect.fill(step)))
}

impl Dialect {
    fn fill(self, step: &str) -> String {
        let (real, boolean, bigint, without_rowid) = match self {
            Self::Sqlite => ("REAL", "INTEGER", "INTEGER", "WITHOUT ROWID"),
            Self::Postgres => ("DOUBLE PRECISION", "BOOLEAN", "BIGINT", ""),
        };
        step.replace("{real}", real)
            .replace("{boolean}", boolean)
            .replace("{bigint}", bigint)
            .replace("{without_rowid}", without_rowid)
    }
}
