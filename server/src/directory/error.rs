//! The errors of the directory. A refused password is not an error.

use ldap3::LdapError;

use crate::tls::TlsError;

/// Why the directory gives no verdict or cannot be used. It never contains a password.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The root certificates cannot be read, or there are none.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The circuit breaker is open after a failure.
    #[error("the circuit breaker of the directory is open after a failure")]
    CircuitOpen,
    /// The directory took longer than `ldap.timeout_seconds`.
    #[error("the directory does not respond in time")]
    TimedOut,
    /// The directory cannot be reached, or the connection broke.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// The directory refuses `ldap.bind_dn` with `ldap.bind_password`.
    #[error("the directory refuses ldap.bind_dn (result code {0})")]
    ServiceRefused(u32),
    /// The result code is about neither the name nor the password, such as busy (51).
    #[error("the directory responds to {what} with result code {code}")]
    ResultCode {
        /// The operation: a search or a bind.
        what: &'static str,
        /// The result code of RFC 4511, appendix A.
        code: u32,
    },
}

impl From<LdapError> for DirectoryError {
    fn from(error: LdapError) -> Self {
        // Some variants contain the request with the password, so only safe variants are shown.
        Self::Unreachable(match error {
            LdapError::Io { source } => source.to_string(),
            LdapError::Rustls { source } => source.to_string(),
            LdapError::DNSName { source } => source.to_string(),
            LdapError::LdapResult { result } => format!("result code {}", result.rc),
            LdapError::EndOfStream | LdapError::ResultRecv { .. } => "connection closed".to_owned(),
            LdapError::FilterParsing => "ldap.filter is not a filter".to_owned(),
            _ => "protocol error".to_owned(),
        })
    }
}
