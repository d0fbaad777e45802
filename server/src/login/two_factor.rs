//! The second factor, which is checked only after a correct password.

use specfirst_dropshot::Secret;

use super::Refusal;
use crate::{
    accounts::{Account, BackupCodes},
    clock::Timestamp,
    store::Store,
};

/// Passes if the account requires no code, or if `code` is valid and unused.
///
/// The store marks the code as used atomically. Of two concurrent logins with the same code, even
/// on different servers, one succeeds.
pub(super) async fn check(
    store: &dyn Store,
    account: &Account,
    code: Option<&Secret>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(totp) = &account.totp else {
        return Ok(());
    };
    let code = code.ok_or(Refusal::TotpRequired)?.expose();
    let is_valid = if BackupCodes::is_backup_code_length(code) {
        store.claim_backup_code(&account.id, &BackupCodes::hash(code)).await?
    } else if let Some(step) = totp.matching_step(code, now) {
        store.claim_totp_step(&account.id, step).await?
    } else {
        false
    };
    if is_valid { Ok(()) } else { Err(Refusal::TotpInvalid) }
}
