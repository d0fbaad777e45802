//! The errors that the façade promises for refusals, by the documentation of `login_client::Error`.

/// The error variant for a refusal, by operation, status and the member `error`.
pub(super) fn mutant(operation: &str, status: u16, error: Option<&str>) -> &'static str {
    match (status, error) {
        (429, _) => "RateLimited",
        (500.., _) => "Server",
        (_, Some("totp-required")) => "TotpRequired",
        (_, Some("totp-invalid")) => "TotpInvalid",
        (_, Some("error-user-is-not-activated")) => "AccountInactive",
        (_, Some("error-login-blocked-for-user" | "error-login-blocked-for-ip")) => "Locked",
        (_, Some(text)) if text.ends_with("error-too-many-requests]") => "RateLimited",
        (401, _) if operation == "login" => "InvalidCredentials",
        (401, _) => "Unauthenticated",
        _ => "BadRequest",
    }
}
