//! This server's certificate and key, as rustls wants them.
//!
//! Dropshot could read the files itself, but it panics where the two do not belong together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

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
}

/// Reads both files.
///
/// # Errors
/// Names the file.
pub fn server_config(config: &ConfigTls) -> Result<ServerConfig, TlsError> {
    let chain = CertificateDer::pem_file_iter(&config.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| unusable(&config.certificate, "certificate", source))?;
    if chain.is_empty() {
        return Err(unusable(&config.certificate, "certificate", pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(&config.key)
        .map_err(|source| unusable(&config.key, "private key", source))?;
    // Said outright: where several providers are linked in, rustls would not choose one.
    let mut server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
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

fn unusable(path: &Path, what: &'static str, source: pem::Error) -> TlsError {
    let path = path.to_owned();
    match source {
        pem::Error::NoItemsFound => TlsError::Missing { path, what },
        source => TlsError::Unreadable { path, source },
    }
}
