//! A new connection.

use std::sync::Arc;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};

use super::DirectoryError;
use crate::config::{ConfigLdap, LdapSecurity};
use crate::secret::Secret;
use crate::tls::{self, Roots};

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
            let roots = config.root_certificate.as_deref().map_or(Roots::System, Roots::SystemAnd);
            settings = settings.set_config(Arc::new(tls::client_config(roots)?));
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
