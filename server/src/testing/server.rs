//! A login server for tests, with chosen accounts, a free port and a temporary database.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use slog::{Discard, Logger, o};
use specfirst_dropshot::Secret;
use tempfile::TempDir;

use crate::{
    accounts::{
        Account, BackupCodes, Email, HashParameters, NewAccount, PasswordDigest, Profile,
        ProfileError, TotpSecret,
    },
    clock::Clock,
    config::Config,
    hashing::{HashPool, HashPoolError},
    server::{Server, ServerError},
    store::{self, OpenError, Store, StoreError},
};

/// An account of a [`TestServer`].
#[derive(Clone, Debug)]
pub struct TestAccount {
    profile: Profile,
    password: Secret,
    totp: Option<TotpSecret>,
    backup_code_hashes: Vec<String>,
    active: bool,
}

/// A running server, which stops when this is dropped.
pub struct TestServer {
    server: Server,
    store: Arc<dyn Store>,
    clock: Clock,
    _data: Option<TempDir>,
}

/// Why a [`TestServer`] cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TestServerError {
    /// The temporary folder cannot be created.
    #[error("cannot make a temporary folder")]
    Folder(#[from] io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A password cannot be hashed.
    #[error(transparent)]
    Hash(#[from] HashPoolError),
    /// A profile is not valid.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// An account cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server cannot start.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// The settings of a [`TestServer`].
#[derive(Default)]
pub struct TestServerBuilder {
    accounts: Vec<TestAccount>,
    config: Config,
    log: Option<Logger>,
    data: Option<PathBuf>,
}

impl TestAccount {
    /// An active account with the role `user` and without a second factor.
    pub fn new(username: &str, password: &str) -> Self {
        let profile = Profile {
            username: username.to_owned(),
            roles: vec!["user".to_owned()],
            ..Profile::default()
        };
        Self {
            profile,
            password: Secret::from(password),
            totp: None,
            backup_code_hashes: Vec::new(),
            active: true,
        }
    }

    /// Adds a verified e-mail address.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        self.profile.emails.push(Email { address: address.to_owned(), verified: true });
        self
    }

    /// Adds a second factor.
    #[must_use]
    pub fn totp(mut self, secret: TotpSecret) -> Self {
        self.totp = Some(secret);
        self
    }

    /// Adds a backup code of eight characters, which serves for one login. The account also needs a
    /// [`totp`](Self::totp).
    #[must_use]
    pub fn backup_code(mut self, code: &str) -> Self {
        self.backup_code_hashes.push(BackupCodes::hash(code));
        self
    }

    /// Removes all roles, including the default role `user`.
    #[must_use]
    pub fn without_roles(mut self) -> Self {
        self.profile.roles.clear();
        self
    }

    /// Deactivates the account.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.active = false;
        self
    }

    /// Sets the offset from UTC in hours.
    #[must_use]
    pub fn utc_offset(mut self, hours: f64) -> Self {
        self.profile.utc_offset = Some(hours);
        self
    }
}

impl TestServerBuilder {
    /// Adds an account.
    #[must_use]
    pub fn account(mut self, account: TestAccount) -> Self {
        self.accounts.push(account);
        self
    }

    /// Uses this database, which outlives the server, instead of a temporary one.
    #[must_use]
    pub fn store(self, url: Secret) -> Self {
        self.config(|config| config.store.url = Some(url))
    }

    /// Uses this data directory, which outlives the server, instead of a temporary one.
    #[must_use]
    pub fn data(mut self, directory: &Path) -> Self {
        self.data = Some(directory.to_owned());
        self
    }

    /// Changes the configuration. By default, hashes are cheap.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Sets the log; by default, nothing is logged.
    #[must_use]
    pub fn log(mut self, log: Logger) -> Self {
        self.log = Some(log);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// An account cannot be stored, or the configuration cannot be used.
    pub async fn start(self) -> Result<TestServer, TestServerError> {
        let (directory, data) = match self.data {
            Some(directory) => (directory, None),
            None => {
                let data = data_folder()?;
                (data.path().to_owned(), Some(data))
            }
        };
        let store = store::open(&self.config.store, &directory).await?;
        let hashes = HashPool::start(self.config.hashing.pool())?;
        for TestAccount { profile, password, totp, backup_code_hashes, active } in self.accounts {
            profile.validate()?;
            let password = Some(hashes.hash(PasswordDigest::of(&password)).await?);
            let account = Account { password, totp, active, ..Account::new(profile) };
            let new = NewAccount { account, backup_code_hashes };
            store.add_account(&new).await?;
        }
        let clock = Clock::default();
        let log = self.log.unwrap_or_else(|| Logger::root(Discard, o!()));
        let server = Server::start(&self.config, Arc::clone(&store), clock.clone(), log).await?;
        Ok(TestServer { server, store, clock, _data: data })
    }
}

impl TestServer {
    /// A builder for a server without accounts, with cheap hashes, on a free port.
    pub fn builder() -> TestServerBuilder {
        let HashParameters { memory_kib, passes, lanes } = HashParameters::CHEAP;
        TestServerBuilder::default().config(|config| {
            config.server.listen.set_port(0);
            config.hashing.memory_kib = memory_kib;
            config.hashing.passes = passes;
            config.hashing.lanes = lanes;
        })
    }

    /// The base URL of the server.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The server itself, for its other methods.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The clock of the server, which tests can change.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The store of the server, to change accounts while it runs.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Stops the server cleanly.
    ///
    /// # Errors
    ///
    /// Requests in flight did not end in time.
    pub async fn stop(self) -> Result<(), ServerError> {
        self.server.stop().await
    }
}

/// A folder for a database that lives as long as its server. Files in memory need no `fsync`, which takes half of
/// the time of a test.
fn data_folder() -> io::Result<TempDir> {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())
}
