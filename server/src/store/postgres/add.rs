//! Adding an account, alone or as one of many from elsewhere.

use specfirst_dropshot::Secret;

use super::{
    super::{
        Result,
        row::{ProfileJson, kind_text},
    },
    database::{Database, OpenTransaction, Params},
};
use crate::accounts::{Account, EntryId, NewAccount, PasswordHash, Profile, TotpSecret, fold};

/// The statement that adds an account with this user name.
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

/// No constraint can keep two names apart that differ only in case, since an import may bring both.
/// So whoever adds or renames one account waits for this row. It is changed rather than only locked:
/// a database that would still show the accounts of before the wait undoes the transaction instead,
/// and it is run again.
pub(super) const TAKE_TURN: &str = "UPDATE schema_version SET version = version WHERE id = 1";
const ADD_ACCOUNT: &str = add_account!("$2");
/// A name that is taken turns into none, which the column refuses: that undoes the other steps too.
const ADD_WITH_NEW_NAME: &str = add_account!(
    "(SELECT $2::TEXT WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE username_folded = $3))"
);
pub(super) const ADD_EMAILS: &str = "INSERT INTO account_emails (address_folded, account_id)
     SELECT address, a.id FROM accounts a, unnest($2::TEXT[]) AS address WHERE a.id = $1";
pub(super) const ADD_BACKUP_CODES: &str = "INSERT INTO backup_codes (account_id, hash)
     SELECT a.id, hash FROM accounts a, unnest($2::TEXT[]) AS hash WHERE a.id = $1
     ON CONFLICT DO NOTHING";

pub(super) async fn add_account(db: &Database, new: &NewAccount) -> Result<()> {
    Added::new(new)?.add(Target::Alone(db)).await
}

pub(super) async fn import_account(transaction: &OpenTransaction, new: &NewAccount) -> Result<()> {
    Added::new(new)?.add(Target::Within(transaction)).await
}

pub(super) fn addresses(profile: &Profile) -> Vec<String> {
    profile.emails.iter().map(|email| fold(&email.address)).collect()
}

/// An account as the statements that add it take it.
struct Added<'a> {
    account: &'a Account,
    folded: String,
    json: ProfileJson,
    totp: Option<Secret>,
    addresses: Vec<String>,
    backup_code_hashes: &'a [String],
}

impl<'a> Added<'a> {
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
        // Of a hash that is not from elsewhere there is nothing to remember.
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

/// A transaction of its own, for one new account, or one that goes on, for many from elsewhere.
enum Target<'a> {
    Alone(&'a Database),
    Within(&'a OpenTransaction),
}
