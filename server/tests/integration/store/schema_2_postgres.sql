-- A PostgreSQL database as the second version of the schema had it: step 2 was SQLite's alone.
CREATE TABLE accounts (
    id              TEXT NOT NULL PRIMARY KEY,
    username        TEXT NOT NULL UNIQUE,
    username_folded TEXT NOT NULL,
    name            TEXT,
    emails          TEXT NOT NULL,
    roles           TEXT NOT NULL,
    utc_offset      DOUBLE PRECISION,
    active          BOOLEAN NOT NULL,
    directory_dn    TEXT UNIQUE,
    password_hash   TEXT,
    legacy_hash     BOOLEAN NOT NULL,
    totp_secret     TEXT,
    totp_last_step  BIGINT NOT NULL
);
CREATE INDEX accounts_username_folded ON accounts (username_folded);
CREATE INDEX accounts_legacy_hash ON accounts (id) WHERE legacy_hash;
CREATE TABLE account_emails (
    address_folded TEXT NOT NULL PRIMARY KEY,
    account_id     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX account_emails_account ON account_emails (account_id);
CREATE TABLE backup_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL,
    PRIMARY KEY (account_id, hash)
);
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    issued_at  BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id, issued_at);
CREATE INDEX sessions_issued_at ON sessions (issued_at);
CREATE TABLE failures (
    failure_key TEXT NOT NULL PRIMARY KEY,
    count       BIGINT NOT NULL,
    last_at     BIGINT NOT NULL
);
CREATE INDEX failures_last_at ON failures (last_at);
CREATE TABLE schema_version (
    id      BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO schema_version (id, version) VALUES (1, 2);


INSERT INTO accounts VALUES
    ('zoesId', 'Zoë', 'zoë', 'Zoë Z', '[{"address":"Zoe@x.org","verified":true}]', '["user","bot"]',
     5.75, TRUE, 'uid=zoe,ou=people', '$2b$10$z', TRUE, 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 41),
    ('bobsId', 'bob', 'bob', NULL, '[]', '[]', NULL, FALSE, NULL, NULL, FALSE, NULL, 0);
INSERT INTO account_emails VALUES ('zoe@x.org', 'zoesId');
INSERT INTO backup_codes VALUES ('zoesId', 'aa'), ('bobsId', 'bb');
-- Of the tokens 'abc' and 'abcd'.
INSERT INTO sessions VALUES
    ('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=', 'zoesId', 7),
    ('iNQmb9TmM40TuEX88olXnSCciXgjuSF9o+Fhk28DFYk=', 'zoesId', 6);
INSERT INTO failures VALUES ('user:bob', 3, 9);
