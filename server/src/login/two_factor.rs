//! The second factor, which is only asked for after a right password.

use specfirst_dropshot::Secret;

use super::Refusal;
use crate::{
    accounts::{Account, BackupCodes},
    clock::Timestamp,
    store::Store,
};

/// Passes if the account demands no code, or if `code` is good and had not been used.
///
/// The store uses it up in one atomic step, so that of two logins with the same code, on
/// whichever servers, one gets in.
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
    let good = if BackupCodes::looks_like_one(code) {
        store.claim_backup_code(&account.id, &BackupCodes::hash(code)).await?
    } else if let Some(step) = totp.matching_step(code, now) {
        store.claim_totp_step(&account.id, step).await?
    } else {
        false
    };
    if good { Ok(()) } else { Err(Refusal::TotpInvalid) }
}
