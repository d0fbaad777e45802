//! The rustls configurations: the certificate of this server, and the roots that it trusts as a
//! client.
//!
//! Dropshot could read the files itself, but it panics if certificate and key do not match.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
};

use crate::config::ConfigTls;

/// Why TLS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file does not exist, cannot be read, or is not PEM.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: pem::Error,
    },
    /// The PEM file contains something else.
    #[error("{} contains no {what}", path.display())]
    Missing {
        /// The path of the file.
        path: PathBuf,
        /// The missing item: a certificate or a private key.
        what: &'static str,
    },
    /// The key belongs to another certificate or is of an unsupported kind.
    #[error("{} and {} do not match", certificate.display(), key.display())]
    Mismatch {
        /// The path in `tls.certificate`.
        certificate: PathBuf,
        /// The path in `tls.key`.
        key: PathBuf,
        /// The error of rustls.
        #[source]
        source: rustls::Error,
    },
    /// The certificate cannot be used as a root.
    #[error("{} cannot be used as a root certificate", path.display())]
    InvalidRoot {
        /// The path of the file.
        path: PathBuf,
        /// The error of rustls.
        #[source]
        source: rustls::Error,
    },
    /// The TLS libraries do not work together, which is a bug.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}

/// The root certificates that a client of this server trusts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Roots<'a> {
    /// The system's roots.
    System,
    /// The system's roots, and those in a file.
    SystemAnd(&'a Path),
    /// Only the roots in a file.
    Only(&'a Path),
}

/// The configuration of a server with the certificate and key of these files.
///
/// # Errors
///
/// A file cannot be used; the error names it.
pub(crate) fn server_config(config: &ConfigTls) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&config.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&config.key)
        .map_err(|source| unusable(&config.key, "private key", source))?;
    let mut server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|source| TlsError::Mismatch {
            certificate: config.certificate.clone(),
            key: config.key.clone(),
            source,
        })?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(server)
}

/// The configuration of a client, which verifies the name and the root certificate of the server.
///
/// # Errors
///
/// A file cannot be used; the error names it.
pub(crate) fn client_config(roots: Roots<'_>) -> Result<ClientConfig, TlsError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_root_certificates(trusted(roots)?)
        .with_no_client_auth();
    Ok(config)
}

fn trusted(roots: Roots<'_>) -> Result<RootCertStore, TlsError> {
    let mut trusted = RootCertStore::empty();
    if !matches!(roots, Roots::Only(_)) {
        // The system's roots that cannot be parsed are not trusted.
        trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Roots::SystemAnd(path) | Roots::Only(path) = roots {
        for certificate in certificates(path)? {
            let invalid = |source| TlsError::InvalidRoot { path: path.to_owned(), source };
            trusted.add(certificate).map_err(invalid)?;
        }
    }
    Ok(trusted)
}

/// The provider is named explicitly, because rustls would not choose if several are linked in.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| unusable(path, "certificate", source))?;
    if certificates.is_empty() {
        return Err(unusable(path, "certificate", pem::Error::NoItemsFound));
    }
    Ok(certificates)
}

fn unusable(path: &Path, what: &'static str, source: pem::Error) -> TlsError {
    let path = path.to_owned();
    match source {
        pem::Error::NoItemsFound => TlsError::Missing { path, what },
        source => TlsError::Unreadable { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_a_file_are_trusted_alone_or_beside_the_systems() {
        let key = rcgen::KeyPair::generate().unwrap();
        let root = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), root.pem()).unwrap();
        let count = |roots| trusted(roots).unwrap().len();
        assert_eq!(count(Roots::Only(file.path())), 1);
        assert_eq!(count(Roots::SystemAnd(file.path())), count(Roots::System) + 1);
    }
}
