//! Adds an account, in its own transaction or in that of an import.

use specfirst_dropshot::Secret;

use super::{
    super::{
        Result,
        row::{ProfileJson, kind_text},
    },
    database::{Database, OpenTransaction, Params},
};
use crate::accounts::{Account, EntryId, NewAccount, PasswordHash, Profile, TotpSecret, fold};

/// The statement that adds an account, with this expression for the user name.
macro_rules! add_account {
    ($username:literal) => {
        concat!(
            "INSERT INTO accounts (id, username, username_folded, name, emails, roles, utc_offset,
                 active, directory_dn, directory_id, password_hash, hash_kind, imported_hash,
                 totp_secret, totp_last_step)
             VALUES ($1, ",
            $username,
            ", $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)"
        )
    };
}

/// Serialises the transactions that add or rename an account. No constraint can prevent names that
/// differ only in case, because an import may contain them. The row is updated rather than only
/// locked, so that a database with an older snapshot aborts the transaction, which is then retried.
pub(super) const TAKE_TURN: &str = "UPDATE schema_version SET version = version WHERE id = 1";
const ADD_ACCOUNT: &str = add_account!("$2");
/// If the name is taken, the expression is NULL, which the column refuses, so the transaction
/// fails.
const ADD_WITH_NEW_NAME: &str = add_account!(
    "(SELECT $2::TEXT WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE username_folded = $3))"
);
pub(super) const ADD_EMAILS: &str = "INSERT INTO account_emails (address_folded, account_id)
     SELECT address, a.id FROM accounts a, unnest($2::TEXT[]) AS address WHERE a.id = $1";
pub(super) const ADD_BACKUP_CODES: &str = "INSERT INTO backup_codes (account_id, hash)
     SELECT a.id, hash FROM accounts a, unnest($2::TEXT[]) AS hash WHERE a.id = $1
     ON CONFLICT DO NOTHING";

pub(super) async fn add_account(db: &Database, new: &NewAccount) -> Result<()> {
    AccountColumns::new(new)?.add(Target::Alone(db)).await
}

pub(super) async fn import_account(transaction: &OpenTransaction, new: &NewAccount) -> Result<()> {
    AccountColumns::new(new)?.add(Target::Within(transaction)).await
}

pub(super) fn addresses(profile: &Profile) -> Vec<String> {
    profile.emails.iter().map(|email| fold(&email.address)).collect()
}

/// The values of an account for the statements that add it.
struct AccountColumns<'a> {
    account: &'a Account,
    folded: String,
    json: ProfileJson,
    totp: Option<Secret>,
    addresses: Vec<String>,
    backup_code_hashes: &'a [String],
}

impl<'a> AccountColumns<'a> {
    fn new(NewAccount { account, backup_code_hashes }: &'a NewAccount) -> Result<Self> {
        Ok(Self {
            account,
            folded: fold(&account.profile.username),
            json: ProfileJson::try_from(&account.profile)?,
            totp: account.totp.as_ref().map(TotpSecret::to_base32),
            addresses: addresses(&account.profile),
            backup_code_hashes,
        })
    }

    async fn add(&self, target: Target<'_>) -> Result<()> {
        let Self { account, folded, json, totp, addresses, backup_code_hashes } = self;
        let (id, profile) = (account.id.as_str(), &account.profile);
        let hash = account.password.as_ref();
        // Only the hash of an imported account needs a fingerprint.
        let imported = match target {
            Target::Alone(_) => None,
            Target::Within(_) => hash.map(PasswordHash::fingerprint),
        };
        let columns: Params<'_> = &[
            &id,
            &profile.username,
            folded,
            &profile.name,
            &json.emails,
            &json.roles,
            &profile.utc_offset,
            &account.active,
            &account.directory_dn,
            &account.directory_id.as_ref().map(EntryId::as_str),
            &hash.map(PasswordHash::expose),
            &hash.and_then(kind_text),
            &imported,
            &totp.as_ref().map(|totp| totp.expose()),
        ];
        let emails: Params<'_> = &[&id, addresses];
        let codes: Params<'_> = &[&id, backup_code_hashes];
        let rest = [(ADD_EMAILS, emails), (ADD_BACKUP_CODES, codes)];
        match target {
            Target::Alone(db) => {
                let steps = [(TAKE_TURN, &[][..]), (ADD_WITH_NEW_NAME, columns), rest[0], rest[1]];
                db.transaction(&steps).await.map(drop)
            }
            Target::Within(transaction) => {
                transaction.run(&[(ADD_ACCOUNT, columns), rest[0], rest[1]]).await.map(drop)
            }
        }
    }
}

/// Its own transaction for a single account, or the open transaction of an import.
enum Target<'a> {
    Alone(&'a Database),
    Within(&'a OpenTransaction),
}
