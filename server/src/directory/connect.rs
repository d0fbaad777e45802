//! Connects to the directory.

use std::sync::Arc;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings};
use specfirst_dropshot::Secret;

use super::DirectoryError;
use crate::{
    config::{ConfigLdap, LdapSecurity},
    tls::{self, Roots},
};

/// Makes connections to the directory.
pub(super) struct Connector {
    url: String,
    settings: LdapConnSettings,
    /// The name and password to bind as on a new connection; `None` for anonymous.
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

    /// A connector for the same directory that does not bind.
    pub(super) fn anonymous(&self) -> Self {
        Self { url: self.url.clone(), settings: self.settings.clone(), service: None }
    }

    /// Connects, and binds as the service account if there is one.
    pub(super) async fn connect(&self) -> Result<Ldap, DirectoryError> {
        let (connection, mut ldap) =
            LdapConnAsync::with_settings(self.settings.clone(), &self.url).await?;
        tokio::spawn(async move {
            // The operation that waits for a response gets the error, so it needs no handling here.
            let _ = connection.drive().await;
        });
        if let Some((dn, password)) = &self.service {
            let result = ldap.simple_bind(dn, password.expose()).await?;
            if result.rc != 0 {
                return Err(DirectoryError::ServiceRefused(result.rc));
            }
        }
        Ok(ldap)
    }
}
