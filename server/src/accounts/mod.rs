//! Accounts, and the secrets that belong to them.

mod account;
mod dn;
mod entry_id;
mod hash_kind;
mod id;
pub(crate) mod password;
mod token;
mod totp;

pub use account::{Account, Email, Identity, NewAccount, Profile, ProfileError, User, fold};
pub(crate) use dn::IMPORTED_DN_PREFIX;
pub use dn::normalize_dn;
pub use entry_id::{EntryId, NotAnEntryId};
pub use hash_kind::{
    HashCostError, HashKind, HashParameters, MAX_ARGON2_LANES, MAX_ARGON2_MEMORY_KIB,
    MAX_ARGON2_WORK_KIB, MAX_BCRYPT_COST, MIN_BCRYPT_COST, UnknownHashKind,
};
pub use id::UserId;
pub use password::{PasswordDigest, PasswordHash, UnusableHash};
pub use token::{Token, TokenHash};
pub use totp::{BackupCodes, TotpSecret, TotpSecretError};
