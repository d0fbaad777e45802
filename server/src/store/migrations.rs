//! The schema as a list of migration steps.
//!
//! A released step is never edited; a change is a new step at the end. A step for both stores is a
//! single text if possible, with placeholders for the type names, so that the schemas cannot drift
//! apart. Steps for PostgreSQL can run twice, because some compatible databases do not undo a
//! `CREATE` when a transaction fails.

/// The SQL dialect of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// A change of the schema.
enum Step {
    Both(&'static str),
    /// Only for SQLite, because of its row storage.
    Sqlite(&'static str),
    /// The same change in both dialects, which differ in the tables that step 2 changed.
    Each {
        sqlite: &'static str,
        postgres: &'static str,
    },
    /// For both. Afterwards, each stored distinguished name is replaced by its normalised form,
    /// which SQL cannot compute.
    BothAndNormalizeDns(&'static str),
}

/// A step for a particular database.
pub(super) struct NextStep {
    /// The schema version after this step.
    pub(super) leads_to: i64,
    /// The statements to run; empty if the step is only for the other database.
    pub(super) sql: String,
    /// Whether to normalise the stored distinguished names afterwards. A name stays as it is if
    /// another account has its normalised form, because only one of them can be correct.
    pub(super) normalizes_dns: bool,
}

/// All steps, oldest first. Their number is the schema version.
const STEPS: &[Step] = &[
    // 1: accounts, addresses, backup codes, sessions, failures.
    Step::Both(
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
    ),
    // 2: accounts have numbers, for SQLite only. With text keys, an account of a million is six
    // pages deep, because a `WITHOUT ROWID` table holds few rows per page; with numbers it is three
    // pages. A session with a number and a binary token is two thirds as long. The columns that a
    // session reads come first. PostgreSQL already stores rows apart from keys.
    Step::Sqlite(
        "
    DROP INDEX accounts_username_folded;
    DROP INDEX accounts_legacy_hash;
    DROP INDEX account_emails_account;
    DROP INDEX sessions_account;
    DROP INDEX sessions_issued_at;
    ALTER TABLE accounts RENAME TO old_accounts;
    ALTER TABLE account_emails RENAME TO old_account_emails;
    ALTER TABLE backup_codes RENAME TO old_backup_codes;
    ALTER TABLE sessions RENAME TO old_sessions;

    CREATE TABLE accounts (
        number          INTEGER PRIMARY KEY,
        id              TEXT NOT NULL,
        username        TEXT NOT NULL,
        name            TEXT,
        emails          TEXT NOT NULL,
        roles           TEXT NOT NULL,
        utc_offset      REAL,
        active          INTEGER NOT NULL,
        directory_dn    TEXT,
        password_hash   TEXT,
        totp_secret     TEXT,
        username_folded TEXT NOT NULL,
        legacy_hash     INTEGER NOT NULL,
        totp_last_step  INTEGER NOT NULL
    );
    CREATE TABLE account_emails (
        address_folded TEXT NOT NULL PRIMARY KEY,
        account        INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE TABLE backup_codes (
        account INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
        hash    TEXT NOT NULL,
        PRIMARY KEY (account, hash)
    ) WITHOUT ROWID;
    CREATE TABLE sessions (
        token_hash BLOB NOT NULL PRIMARY KEY,
        account    INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
        issued_at  INTEGER NOT NULL
    ) WITHOUT ROWID;

    INSERT INTO accounts (id, username, name, emails, roles, utc_offset, active, directory_dn,
            password_hash, totp_secret, username_folded, legacy_hash, totp_last_step)
        SELECT id, username, name, emails, roles, utc_offset, active, directory_dn,
            password_hash, totp_secret, username_folded, legacy_hash, totp_last_step
        FROM old_accounts ORDER BY id;
    CREATE UNIQUE INDEX accounts_id ON accounts (id);
    INSERT INTO account_emails (address_folded, account)
        SELECT e.address_folded, a.number
        FROM old_account_emails e JOIN accounts a ON a.id = e.account_id ORDER BY 1;
    INSERT INTO backup_codes (account, hash)
        SELECT a.number, c.hash
        FROM old_backup_codes c JOIN accounts a ON a.id = c.account_id ORDER BY 1, 2;
    INSERT INTO sessions (token_hash, account, issued_at)
        SELECT from_base64(s.token_hash), a.number, s.issued_at
        FROM old_sessions s JOIN accounts a ON a.id = s.account_id ORDER BY 1;
    DROP TABLE old_account_emails;
    DROP TABLE old_backup_codes;
    DROP TABLE old_sessions;
    DROP TABLE old_accounts;

    CREATE UNIQUE INDEX accounts_username ON accounts (username);
    CREATE UNIQUE INDEX accounts_directory_dn ON accounts (directory_dn);
    CREATE INDEX accounts_username_folded ON accounts (username_folded);
    CREATE INDEX accounts_legacy_hash ON accounts (number) WHERE legacy_hash;
    CREATE INDEX account_emails_account ON account_emails (account);
    CREATE INDEX sessions_account ON sessions (account, issued_at);
    CREATE INDEX sessions_issued_at ON sessions (issued_at);
    ",
    ),
    // 3: data that stays correct when clocks jump or differ. Sessions have a sequence number per
    // account; existing ones keep 0, so they are the oldest. Each used TOTP step is stored;
    // `totp_last_step`, the latest step of earlier versions, is no longer written. `pending` counts
    // attempts that are being judged; `last_at` is when the present count begins to age.
    // `last_known_time` has at most one row: see `sqlite/known_time.rs`.
    Step::Each {
        sqlite: "
    ALTER TABLE sessions ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
    DROP INDEX sessions_account;
    CREATE INDEX sessions_account ON sessions (account, sequence, issued_at);
    CREATE TABLE used_totp_steps (
        account INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
        step    INTEGER NOT NULL,
        PRIMARY KEY (account, step)
    ) WITHOUT ROWID;
    ALTER TABLE failures ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE failures ADD COLUMN pending_at INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE last_known_time (
        id     INTEGER NOT NULL PRIMARY KEY,
        millis INTEGER NOT NULL
    );
    ",
        postgres: "
    ALTER TABLE sessions ADD COLUMN IF NOT EXISTS sequence BIGINT NOT NULL DEFAULT 0;
    CREATE INDEX IF NOT EXISTS sessions_sequence ON sessions (account_id, sequence, issued_at);
    DROP INDEX IF EXISTS sessions_account;
    CREATE TABLE IF NOT EXISTS used_totp_steps (
        account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        step       BIGINT NOT NULL,
        PRIMARY KEY (account_id, step)
    );
    ALTER TABLE failures ADD COLUMN IF NOT EXISTS pending BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE failures ADD COLUMN IF NOT EXISTS pending_at BIGINT NOT NULL DEFAULT 0;
    ",
    },
    // 4: the id of an account's directory entry, and its normalised distinguished name.
    Step::BothAndNormalizeDns(
        "
    ALTER TABLE accounts ADD COLUMN {if_not_exists} directory_id TEXT;
    CREATE UNIQUE INDEX IF NOT EXISTS accounts_directory_id ON accounts (directory_id);
    ",
    ),
    // 5: the kind of each password hash, so that all refusals can take the same time, and the hash
    // of the last import, which a login may have replaced.
    Step::Both(
        "
    ALTER TABLE accounts ADD COLUMN {if_not_exists} hash_kind TEXT;
    ALTER TABLE accounts ADD COLUMN {if_not_exists} imported_hash TEXT;
    ",
    ),
    // 6: separate from 5, because CockroachDB shows a new column only after the commit.
    Step::Both(
        "
    UPDATE accounts SET hash_kind = CASE
        WHEN password_hash LIKE '$argon2id$v=19$m=%'
            THEN 'argon2id ' || split_part(password_hash, '$', 4)
        WHEN password_hash LIKE '$2_$%' THEN 'bcrypt ' || split_part(password_hash, '$', 3)
        END
        WHERE password_hash IS NOT NULL;
    DROP INDEX IF EXISTS accounts_legacy_hash;
    ALTER TABLE accounts DROP COLUMN {if_exists} legacy_hash;
    CREATE INDEX IF NOT EXISTS accounts_hash_kind ON accounts (hash_kind);
    ",
    ),
    // 7: personal access tokens. They have their own table, so that looking up a session stays as
    // cheap as before. Names may be longer than an index entry, so the index has their hash.
    Step::Each {
        sqlite: "
    CREATE TABLE personal_access_tokens (
        token_hash          BLOB NOT NULL PRIMARY KEY,
        account             INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
        name                TEXT NOT NULL,
        name_hash           TEXT NOT NULL,
        last_part           TEXT NOT NULL,
        created_at          INTEGER NOT NULL,
        expires_at          INTEGER,
        bypasses_two_factor INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX personal_access_tokens_name
        ON personal_access_tokens (account, name_hash);
    CREATE INDEX personal_access_tokens_expires_at ON personal_access_tokens (expires_at);
    ",
        postgres: "
    CREATE TABLE IF NOT EXISTS personal_access_tokens (
        token_hash          TEXT NOT NULL PRIMARY KEY,
        account_id          TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        name                TEXT NOT NULL,
        name_hash           TEXT NOT NULL,
        last_part           TEXT NOT NULL,
        created_at          BIGINT NOT NULL,
        expires_at          BIGINT,
        bypasses_two_factor BOOLEAN NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS personal_access_tokens_name
        ON personal_access_tokens (account_id, name_hash);
    CREATE INDEX IF NOT EXISTS personal_access_tokens_expires_at
        ON personal_access_tokens (expires_at);
    ",
    },
];

/// The schema version of this program.
pub(super) fn known_version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The steps after `version`. They use the functions `from_base64` and `split_part`, which SQLite
/// must be given.
pub(super) fn steps_from(version: i64, dialect: Dialect) -> impl Iterator<Item = NextStep> {
    (1..).zip(STEPS).filter(move |(leads_to, _)| *leads_to > version).map(
        move |(leads_to, step)| NextStep {
            leads_to,
            sql: dialect.sql(step),
            normalizes_dns: matches!(step, Step::BothAndNormalizeDns(_)),
        },
    )
}

impl Dialect {
    fn sql(self, step: &Step) -> String {
        match (step, self) {
            (Step::Both(text) | Step::BothAndNormalizeDns(text), _) => self.fill(text),
            (Step::Sqlite(text) | Step::Each { sqlite: text, .. }, Self::Sqlite) => {
                (*text).to_owned()
            }
            (Step::Each { postgres: text, .. }, Self::Postgres) => (*text).to_owned(),
            (Step::Sqlite(_), Self::Postgres) => String::new(),
        }
    }

    fn fill(self, step: &str) -> String {
        let (real, boolean, bigint, without_rowid) = match self {
            Self::Sqlite => ("REAL", "INTEGER", "INTEGER", "WITHOUT ROWID"),
            Self::Postgres => ("DOUBLE PRECISION", "BOOLEAN", "BIGINT", ""),
        };
        // SQLite has no such clauses for columns, and does not run a step twice.
        let (if_exists, if_not_exists) = match self {
            Self::Sqlite => ("", ""),
            Self::Postgres => ("IF EXISTS", "IF NOT EXISTS"),
        };
        step.replace("{real}", real)
            .replace("{boolean}", boolean)
            .replace("{bigint}", bigint)
            .replace("{without_rowid}", without_rowid)
            .replace("{if_exists}", if_exists)
            .replace("{if_not_exists}", if_not_exists)
    }
}
