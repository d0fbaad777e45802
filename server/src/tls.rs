//! This server's certificate and key, and whom it trusts as a client, as rustls wants them.
//!
//! Dropshot could read the files itself, but it panics where the two do not belong together.

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

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No such file, no permission, or no PEM.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: pem::Error,
    },
    /// PEM, but of something else.
    #[error("{} holds no {what}", path.display())]
    Missing {
        /// Which.
        path: PathBuf,
        /// Certificate or private key.
        what: &'static str,
    },
    /// Of another certificate, or of a kind that nobody supports.
    #[error("{} and {} do not make a pair", certificate.display(), key.display())]
    NoPair {
        /// `tls.certificate`
        certificate: PathBuf,
        /// `tls.key`
        key: PathBuf,
        /// What rustls says.
        #[source]
        source: rustls::Error,
    },
    /// A certificate, but of no use as a root.
    #[error("{} is not to be trusted", path.display())]
    NoRoot {
        /// Which.
        path: PathBuf,
        /// What rustls says.
        #[source]
        source: rustls::Error,
    },
    /// What was linked in does not work together: a bug.
    #[error("TLS cannot be set up")]
    Setup(#[source] rustls::Error),
}

/// Whom a client of ours trusts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Roots<'a> {
    /// Whom the system trusts.
    System,
    /// Whom the system trusts, and the authorities in a file.
    SystemAnd(&'a Path),
    /// The authorities in a file alone.
    Only(&'a Path),
}

/// Reads both files.
///
/// # Errors
///
/// Names the file.
pub(crate) fn server_config(config: &ConfigTls) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&config.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&config.key)
        .map_err(|source| unusable(&config.key, "private key", source))?;
    let mut server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|source| TlsError::NoPair {
            certificate: config.certificate.clone(),
            key: config.key.clone(),
            source,
        })?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(server)
}

/// For a connection that this server makes: it verifies the name and the roots of whom it meets.
///
/// # Errors
///
/// Names the file.
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
        // A root of the system that cannot be read is one that is not trusted.
        trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Roots::SystemAnd(path) | Roots::Only(path) = roots {
        for certificate in certificates(path)? {
            let no_root = |source| TlsError::NoRoot { path: path.to_owned(), source };
            trusted.add(certificate).map_err(no_root)?;
        }
    }
    Ok(trusted)
}

/// Said outright: where several providers are linked in, rustls would not choose one.
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
    fn whom_a_file_names_is_trusted_alone_or_beside_the_systems() {
        let key = rcgen::KeyPair::generate().unwrap();
        let root = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), root.pem()).unwrap();
        let count = |roots| trusted(roots).unwrap().len();
        assert_eq!(count(Roots::Only(file.path())), 1);
        assert_eq!(count(Roots::SystemAnd(file.path())), count(Roots::System) + 1);
    }
}
