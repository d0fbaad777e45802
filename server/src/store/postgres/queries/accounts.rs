//! Accounts and their profiles.

use super::{
    CLOSE_ACCESS_TOKENS, CLOSE_SESSIONS, REMOVE_EMAILS, SET_ACTIVE, changed, one_account,
    some_accounts,
};
use crate::{
    accounts::{Account, EntryId, Identity, Profile, UserId, fold},
    store::{
        Result,
        postgres::{
            add::{ADD_EMAILS, TAKE_TURN, addresses},
            database::{Database, Params},
        },
        row::{ProfileJson, select_accounts},
    },
};

pub(in crate::store::postgres) async fn find_account(
    db: &Database,
    identity: &Identity,
) -> Result<Option<Account>> {
    let (is_email, name) = identity.resolve();
    // A PostgreSQL text cannot contain NUL, so no account has such a name.
    if name.contains('\0') {
        return Ok(None);
    }
    if is_email {
        let sql = select_accounts!(
            "JOIN account_emails e ON e.account_id = a.id WHERE e.address_folded = $1"
        );
        return one_account(db, sql, &[&fold(name)]).await;
    }
    let sql =
        select_accounts!("WHERE a.username_folded = $1 ORDER BY a.username = $2 DESC LIMIT 2");
    let mut similar = some_accounts(db, sql, &[&fold(name), &name]).await?.into_iter();
    // If two names differ only in case, only an exact match counts.
    Ok(match (similar.next(), similar.next()) {
        (Some(exact), _) if exact.profile.username == name => Some(exact),
        (only, None) => only,
        _ => None,
    })
}

pub(in crate::store::postgres) async fn find_account_by_id(
    db: &Database,
    id: &UserId,
) -> Result<Option<Account>> {
    one_account(db, select_accounts!("WHERE a.id = $1"), &[&id.as_str()]).await
}

pub(in crate::store::postgres) async fn find_directory_accounts(
    db: &Database,
    ids: &[EntryId],
    dn: &str,
) -> Result<Vec<Account>> {
    let ids: Vec<&str> = ids.iter().map(EntryId::as_str).collect();
    let sql = select_accounts!("WHERE a.directory_dn = $1 OR a.directory_id = ANY($2)");
    some_accounts(db, sql, &[&dn, &ids]).await
}

pub(in crate::store::postgres) async fn set_directory_entry(
    db: &Database,
    id: &UserId,
    dn: &str,
    entry_id: Option<&EntryId>,
) -> Result<bool> {
    let sql = "UPDATE accounts SET directory_dn = $2, directory_id = $3 WHERE id = $1";
    changed(db, sql, &[&id.as_str(), &dn, &entry_id.map(EntryId::as_str)]).await
}

pub(in crate::store::postgres) async fn accounts(
    db: &Database,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Account>> {
    let sql = select_accounts!("WHERE a.username > $1 ORDER BY a.username LIMIT $2");
    some_accounts(db, sql, &[&after.unwrap_or_default(), &i64::from(limit)]).await
}

pub(in crate::store::postgres) async fn set_profile(
    db: &Database,
    id: &UserId,
    profile: &Profile,
) -> Result<bool> {
    let json = ProfileJson::try_from(profile)?;
    let update: (&str, Params<'_>) = (
        // As in `add.rs`, a taken name becomes NULL. An import may have added names that differ
        // only in case, so an unchanged name is allowed.
        "UPDATE accounts SET username = CASE WHEN username = $2 THEN username ELSE
                 (SELECT $2::TEXT WHERE NOT EXISTS (SELECT 1 FROM accounts o
                     WHERE o.username_folded = $3 AND o.id <> $1)) END,
             username_folded = $3, name = $4, emails = $5, roles = $6, utc_offset = $7
         WHERE id = $1",
        &[
            &id.as_str(),
            &profile.username,
            &fold(&profile.username),
            &profile.name,
            &json.emails,
            &json.roles,
            &profile.utc_offset,
        ],
    );
    let emails = addresses(profile);
    let changed = db
        .transaction(&[
            (TAKE_TURN, &[]),
            update,
            (REMOVE_EMAILS, &[&id.as_str()]),
            (ADD_EMAILS, &[&id.as_str(), &emails]),
        ])
        .await?;
    Ok(changed[1] > 0)
}

pub(in crate::store::postgres) async fn set_active(
    db: &Database,
    id: &UserId,
    active: bool,
) -> Result<bool> {
    let update: (&str, Params<'_>) = (SET_ACTIVE, &[&id.as_str(), &active]);
    let of_account: Params<'_> = &[&id.as_str()];
    let steps = [update, (CLOSE_SESSIONS, of_account), (CLOSE_ACCESS_TOKENS, of_account)];
    let changed = db.transaction(if active { &steps[..1] } else { &steps }).await?;
    Ok(changed[0] > 0)
}

pub(in crate::store::postgres) async fn remove_account(db: &Database, id: &UserId) -> Result<bool> {
    changed(db, "DELETE FROM accounts WHERE id = $1", &[&id.as_str()]).await
}
