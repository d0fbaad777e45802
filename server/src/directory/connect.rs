//! A new connection.

use std::path::Path;
use std::sync::Arc;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::DirectoryError;
use crate::config::{ConfigLdap, LdapSecurity};
use crate::secret::Secret;

/// Knows where the directory is, and how to speak to it.
pub(super) struct Connector {
    url: String,
    settings: LdapConnSettings,
    service: Option<(String, Secret)>,
}

impl Connector {
    pub(super) fn new(config: &ConfigLdap) -> Result<Self, DirectoryError> {
        let start_tls = config.security == LdapSecurity::StartTls;
        let mut settings = LdapConnSettings::new().set_starttls(start_tls);
        if start_tls || config.url.starts_with("ldaps://") {
            settings = settings.set_config(Arc::new(tls(config.root_certificate.as_deref())?));
        }
        let service = config.bind_dn.clone().zip(config.bind_password.clone());
        Ok(Self { url: config.url.clone(), settings, service })
    }

    /// A connection on which nobody has bound yet.
    pub(super) async fn anonymous(&self) -> Result<Ldap, DirectoryError> {
        let (connection, ldap) =
            LdapConnAsync::with_settings(self.settings.clone(), &self.url).await?;
        tokio::spawn(async move {
            // Whoever waits for an answer hears of it; here is nobody to tell.
            let _ = connection.drive().await;
        });
        Ok(ldap)
    }

    /// A connection of the service, for searching.
    pub(super) async fn service(&self) -> Result<Ldap, DirectoryError> {
        let mut ldap = self.anonymous().await?;
        if let Some((dn, password)) = &self.service {
            let result = ldap.simple_bind(dn, password.expose()).await?;
            if result.rc != 0 {
                return Err(DirectoryError::ServiceRefused(result.rc));
            }
        }
        Ok(ldap)
    }
}

/// Trusts the system's roots, and those of `root_certificate`.
fn tls(root_certificate: Option<&Path>) -> Result<ClientConfig, DirectoryError> {
    let mut roots = RootCertStore::empty();
    // A root of the system that cannot be read is one that is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = root_certificate {
        let unreadable = |source| DirectoryError::RootCertificate { path: path.to_owned(), source };
        let certificates = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(unreadable)?;
        if certificates.is_empty() {
            return Err(unreadable(rustls::pki_types::pem::Error::NoItemsFound));
        }
        for certificate in certificates {
            roots.add(certificate).map_err(DirectoryError::Tls)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(DirectoryError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
