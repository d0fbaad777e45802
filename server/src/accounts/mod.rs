//! Accounts, and the secrets that belong to them.

mod account;
mod dn;
mod entry_id;
mod id;
pub(crate) mod password;
mod token;
mod totp;

pub use account::{Account, Email, Identity, NewAccount, Profile, ProfileError, User, fold};
pub use dn::normalize_dn;
pub use entry_id::{EntryId, NotAnEntryId};
pub use id::UserId;
pub use password::{HashParameters, PasswordDigest, PasswordHash};
pub use token::{Token, TokenHash};
pub use totp::{BackupCodes, TotpSecret, TotpSecretError};
