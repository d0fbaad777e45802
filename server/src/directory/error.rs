//! What can be wrong with a directory. A refused password is no error.

use ldap3::LdapError;

use crate::tls::TlsError;

/// Why the directory gives no verdict, or cannot be used at all. Never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The roots to trust cannot be read, or are none.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// It has failed just now, and gets no requests for a while.
    #[error("the circuit breaker of the directory is open after a failure")]
    CircuitOpen,
    /// Longer than `ldap.timeout_seconds`.
    #[error("the directory does not respond in time")]
    TimedOut,
    /// It cannot be reached, or the connection broke.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// `ldap.bind_dn` or `ldap.bind_password` is wrong.
    #[error("the directory refuses ldap.bind_dn (result code {0})")]
    ServiceRefused(u32),
    /// A result code that judges neither a name nor a password, such as busy (51).
    #[error("the directory responds to {what} with result code {code}")]
    ResultCode {
        /// The search or the bind.
        what: &'static str,
        /// RFC 4511, appendix A.
        code: u32,
    },
}

impl From<LdapError> for DirectoryError {
    fn from(error: LdapError) -> Self {
        // Some of its variants hold the request, and with it the password: only what is known not
        // to is shown.
        Self::Unreachable(match error {
            LdapError::Io { source } => source.to_string(),
            LdapError::Rustls { source } => source.to_string(),
            LdapError::DNSName { source } => source.to_string(),
            LdapError::LdapResult { result } => format!("result code {}", result.rc),
            LdapError::EndOfStream | LdapError::ResultRecv { .. } => "connection closed".to_owned(),
            LdapError::FilterParsing => "ldap.filter is no filter".to_owned(),
            _ => "protocol error".to_owned(),
        })
    }
}
