//! Whom a run trusts to be the target, where it speaks TLS.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    server::ParsedCertificate,
};

/// The authorities whose certificates are taken.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// `None` for the authorities of this system.
    roots: Option<Arc<RootCertStore>>,
    /// The same roots as certificates: a target may present one of them itself.
    certificates: Vec<CertificateDer<'static>>,
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
        source: Error,
    },
}

impl Trust {
    /// Nobody: for targets without TLS, as reading this system's authorities takes a while.
    pub(crate) fn nobody() -> Self {
        Self { roots: Some(Arc::new(RootCertStore::empty())), certificates: Vec::new() }
    }

    /// Only the certificates of a PEM file, as `curl --cacert` does: authorities, and certificates that
    /// are signed by themselves.
    ///
    /// # Errors
    ///
    /// [`TrustError`] where the file holds none.
    pub fn only(path: &Path) -> Result<Self, TrustError> {
        let pem = |source| TrustError::Pem { path: path.to_owned(), source };
        let (mut roots, mut certificates) = (RootCertStore::empty(), Vec::new());
        for certificate in CertificateDer::pem_file_iter(path).map_err(pem)? {
            let unusable = |source| TrustError::Unusable { path: path.to_owned(), source };
            let certificate = certificate.map_err(pem)?;
            roots.add(certificate.clone()).map_err(unusable)?;
            certificates.push(certificate);
        }
        if roots.is_empty() {
            return Err(TrustError::Empty { path: path.to_owned() });
        }
        Ok(Self { roots: Some(Arc::new(roots)), certificates })
    }

    /// What the transport needs; `None` where the system decides.
    pub(crate) fn config(&self) -> Result<Option<ClientConfig>, Error> {
        let Some(roots) = &self.roots else { return Ok(None) };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let builder = if self.certificates.is_empty() {
            builder.with_root_certificates(Arc::clone(roots))
        } else {
            let path = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), provider);
            let path = path.build().map_err(|error| Error::General(error.to_string()))?;
            let verifier = Verifier { path, certificates: self.certificates.clone() };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        };
        Ok(Some(builder.with_no_client_auth()))
    }
}

/// Accepts a certificate with a path to a root, and a root itself where it has the target's name.
///
/// WebPKI alone refuses a certificate that is signed by itself if it may sign others, as `openssl req
/// -x509` makes them.
#[derive(Debug)]
struct Verifier {
    path: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = self.path.verify_server_cert(end_entity, intermediates, name, ocsp, now);
        match outcome {
            // Whether it may stand for a server is the one thing that is overlooked.
            Err(Error::InvalidCertificate(
                CertificateError::Other(_) | CertificateError::UnknownIssuer,
            )) if self.certificates.iter().any(|root| root == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.path.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.path.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.path.supported_verify_schemes()
    }
}

/// What is wrong with the certificate that a connection failed at, where that is the reason.
pub(crate) fn refused_certificate(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    match tls_error(error)? {
        Error::InvalidCertificate(reason) => Some(reason.to_string()),
        _ => None,
    }
}

/// What TLS says of a connection that failed, where that is the reason.
pub(crate) fn tls_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Error> {
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
