//! Personal access tokens.

use super::{LOCK_ACCOUNT, get, user};
use crate::{
    accounts::{TokenHash, User, UserId},
    clock::Timestamp,
    store::{
        AccessToken, AccessTokenChange, Result, StoreError, StoredSecret,
        postgres::database::{Database, Params},
        row::{name_hash, select_users},
    },
};

/// The account with the id `$1`, if it is active and the token `$2` of the caller is NULL or lives.
macro_rules! from_account {
    () => {
        " FROM accounts WHERE id = $1 AND active AND ($2::TEXT IS NULL
             OR EXISTS (SELECT 1 FROM sessions WHERE token_hash = $2 AND account_id = $1)
             OR EXISTS (SELECT 1 FROM personal_access_tokens
                 WHERE token_hash = $2 AND account_id = $1))"
    };
}

const IS_ALLOWED: &str = concat!("SELECT 1", from_account!());

pub(in crate::store::postgres) async fn add_access_token(
    db: &Database,
    id: &UserId,
    token: &AccessToken,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    let AccessToken { name, secret, expires_at, bypasses_two_factor } = token;
    let (id, caller) = (id.as_str(), caller.map(TokenHash::to_base64));
    let (name_hash, created_at) = (name_hash(name), secret.created_at.as_millis());
    let (hash, expires_at) = (secret.hash.to_base64(), expires_at.map(Timestamp::as_millis));
    let steps: [(&str, Params<'_>); 4] = [
        (LOCK_ACCOUNT, &[&id]),
        (IS_ALLOWED, &[&id, &caller]),
        (
            "DELETE FROM personal_access_tokens
             WHERE account_id = $1 AND name_hash = $2 AND expires_at <= $3",
            &[&id, &name_hash, &created_at],
        ),
        (
            concat!(
                "INSERT INTO personal_access_tokens (token_hash, account_id, name, name_hash,
                     last_part, created_at, expires_at, bypasses_two_factor)
                 SELECT $3::TEXT, id, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT, $8::BIGINT,
                     $9::BOOLEAN",
                from_account!(),
                " ON CONFLICT (account_id, name_hash) DO NOTHING"
            ),
            &[
                &id,
                &caller,
                &hash,
                name,
                &name_hash,
                &secret.last_part,
                &created_at,
                &expires_at,
                bypasses_two_factor,
            ],
        ),
    ];
    let changed = db.transaction(&steps).await?;
    Ok(outcome(changed[1], changed[3]))
}

pub(in crate::store::postgres) async fn replace_access_token(
    db: &Database,
    id: &UserId,
    name: &str,
    new: &StoredSecret,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    let sql = concat!(
        "UPDATE personal_access_tokens SET token_hash = $4, last_part = $5, created_at = $6
         WHERE account_id = (SELECT id",
        from_account!(),
        ") AND name_hash = $3 AND (expires_at IS NULL OR expires_at > $6)"
    );
    let (id, caller, name_hash) = (id.as_str(), caller.map(TokenHash::to_base64), name_hash(name));
    let (hash, created_at) = (new.hash.to_base64(), new.created_at.as_millis());
    let params: Params<'_> = &[&id, &caller, &name_hash, &hash, &new.last_part, &created_at];
    change(db, sql, params).await
}

pub(in crate::store::postgres) async fn remove_access_token(
    db: &Database,
    id: &UserId,
    name: &str,
    caller: Option<&TokenHash>,
) -> Result<AccessTokenChange> {
    let sql = concat!(
        "DELETE FROM personal_access_tokens WHERE account_id = (SELECT id",
        from_account!(),
        ") AND name_hash = $3"
    );
    let (id, caller) = (id.as_str(), caller.map(TokenHash::to_base64));
    change(db, sql, &[&id, &caller, &name_hash(name)]).await
}

/// Runs a change of a token. Its parameters begin with the account and the token of the caller.
async fn change(db: &Database, sql: &str, params: Params<'_>) -> Result<AccessTokenChange> {
    let steps = [(LOCK_ACCOUNT, &params[..1]), (IS_ALLOWED, &params[..2]), (sql, params)];
    let changed = db.transaction(&steps).await?;
    Ok(outcome(changed[1], changed[2]))
}

fn outcome(allowed: u64, changed: u64) -> AccessTokenChange {
    match (allowed, changed) {
        (0, _) => AccessTokenChange::NotAllowed,
        (_, 0) => AccessTokenChange::WrongName,
        _ => AccessTokenChange::Done,
    }
}

pub(in crate::store::postgres) async fn access_tokens(
    db: &Database,
    id: &UserId,
) -> Result<Vec<AccessToken>> {
    let sql = "SELECT token_hash, name, last_part, created_at, expires_at, bypasses_two_factor
         FROM personal_access_tokens WHERE account_id = $1 ORDER BY created_at, name";
    let rows = db.query(sql, &[&id.as_str()]).await?;
    rows.iter()
        .map(|row| {
            let hash = TokenHash::from_base64(get(row, 0)?);
            Ok(AccessToken {
                name: get(row, 1)?,
                secret: StoredSecret {
                    hash: hash
                        .ok_or_else(|| StoreError::broken("a stored token hash is invalid"))?,
                    last_part: get(row, 2)?,
                    created_at: Timestamp::from_millis(get(row, 3)?),
                },
                expires_at: get::<Option<i64>>(row, 4)?.map(Timestamp::from_millis),
                bypasses_two_factor: get(row, 5)?,
            })
        })
        .collect()
}

pub(in crate::store::postgres) async fn access_token_user(
    db: &Database,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<User>> {
    let sql = select_users!(
        "JOIN personal_access_tokens t ON t.account_id = a.id
         WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND a.active"
    );
    let rows = db.query(sql, &[&token.to_base64(), &now.as_millis()]).await?;
    rows.first().map(|row| user(row)?.try_into()).transpose()
}

/// Removes at most `limit` tokens that have expired by the clocks of both the server and the database.
pub(in crate::store::postgres) async fn expire_access_tokens(
    db: &Database,
    now: Timestamp,
    limit: u32,
) -> Result<u64> {
    let sql = concat!(
        "DELETE FROM personal_access_tokens WHERE token_hash IN (
             SELECT token_hash FROM personal_access_tokens WHERE expires_at <= LEAST($1::BIGINT, ",
        now_millis!(),
        ") ORDER BY expires_at LIMIT $2)"
    );
    db.execute(sql, &[&now.as_millis(), &i64::from(limit)]).await
}
