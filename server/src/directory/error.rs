//! What can be wrong with a directory. That it refuses a password is no error.

use ldap3::LdapError;

use crate::tls::TlsError;

/// Why the directory gave no answer, or cannot be asked at all. Never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The roots to trust cannot be read, or are none.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// It has failed just now, and is left alone for a while.
    #[error("the directory is left alone after a failure")]
    LeftAlone,
    /// Not in time.
    #[error("the directory does not answer in time")]
    TimedOut,
    /// It cannot be reached, or the connection broke.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// `ldap.bind_dn` or `ldap.bind_password` is wrong.
    #[error("the directory refuses ldap.bind_dn (result code {0})")]
    ServiceRefused(u32),
    /// It answers with something else than yes or no.
    #[error("the directory answers {what} with result code {code}")]
    Answer {
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
