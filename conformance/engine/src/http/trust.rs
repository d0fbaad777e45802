//! Whom a run trusts to be the target, where it speaks TLS.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// The authorities whose certificates are taken.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// `None` for the authorities of this system.
    roots: Option<Arc<RootCertStore>>,
}

/// Why a file of certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read, or it is no PEM.
    #[error("{}: not a file of PEM certificates", .path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// It has no certificate.
    #[error("{}: no certificate in it", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A certificate in it cannot be an authority.
    #[error("{}: a certificate cannot be used as an authority", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: rustls::Error,
    },
}

impl Trust {
    /// Nobody: for targets without TLS, as reading this system's authorities takes a while.
    pub(crate) fn nobody() -> Self {
        Self { roots: Some(Arc::new(RootCertStore::empty())) }
    }

    /// Only the authorities of a PEM file, as `curl --cacert` does.
    ///
    /// # Errors
    ///
    /// [`TrustError`] where the file holds none.
    pub fn only(path: &Path) -> Result<Self, TrustError> {
        let pem = |source| TrustError::Pem { path: path.to_owned(), source };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(pem)? {
            let unusable = |source| TrustError::Unusable { path: path.to_owned(), source };
            roots.add(certificate.map_err(pem)?).map_err(unusable)?;
        }
        if roots.is_empty() {
            return Err(TrustError::Empty { path: path.to_owned() });
        }
        Ok(Self { roots: Some(Arc::new(roots)) })
    }

    /// What the transport needs; `None` where the system decides.
    pub(crate) fn config(&self) -> Result<Option<ClientConfig>, rustls::Error> {
        let Some(roots) = &self.roots else { return Ok(None) };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::clone(roots))
            .with_no_client_auth();
        Ok(Some(config))
    }
}

/// What is wrong with the certificate that a connection failed at, where that is the reason.
pub(crate) fn refused_certificate(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    match tls_error(error)? {
        rustls::Error::InvalidCertificate(reason) => Some(reason.to_string()),
        _ => None,
    }
}

/// What TLS says of a connection that failed, where that is the reason.
pub(crate) fn tls_error<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        // An `io::Error` shows the source of what it wraps, and not that itself.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}
