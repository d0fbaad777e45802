//! Starts this workspace's server in the process. It is the target if no base URL is given.

use std::cell::RefCell;

use login_server::{
    accounts::TotpSecret,
    testing::{TestAccount, TestServer},
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::runtime::Runtime;

use login_conformance::login::accounts::{Account, WithoutPassword};

/// A server in this process, with an SQLite database, a free port, and accounts for one run.
pub struct InProcessServer {
    /// The accounts of the server.
    pub accounts: Vec<Account>,
    /// The accounts of the server that the suite gets no password of.
    pub without_password: Vec<WithoutPassword>,
    base_url: String,
    server: Option<TestServer>,
    runtime: Runtime,
}

impl InProcessServer {
    /// Starts the server without a rate limit, and with a lockout after many failures. The suite keeps within
    /// limits by itself.
    ///
    /// # Errors
    ///
    /// An error if the server cannot start.
    pub fn start() -> anyhow::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let accounts = accounts();
        let mut builder = TestServer::builder().config(|config| {
            // More failures than a run has in a row, but for the rule that looks for a limit.
            config.lockout.account_failures = 60;
            config.lockout.address_failures = 1_000_000;
            config.rate_limit.enabled = false;
        });
        for account in &accounts {
            let mut new = TestAccount::new(&account.username, &account.password);
            if let Some(email) = &account.email {
                new = new.email(email);
            }
            if let Some(secret) = &account.totp_secret {
                new = new.totp(TotpSecret::from_base32(secret.as_base32())?);
            }
            for code in &account.backup_codes {
                new = new.backup_code(code);
            }
            if !account.active {
                new = new.inactive();
            }
            builder = builder.account(new);
        }
        let lena = WithoutPassword {
            username: "lena".to_owned(),
            email: Some("lena@example.org".to_owned()),
            sacrificial: false,
        };
        // The server needs a password for each account. This one is told to nobody.
        let untold = format!("{:032x}", rand::random::<u128>());
        let account = TestAccount::new(&lena.username, &untold).email("lena@example.org");
        let server = runtime.block_on(builder.account(account).start())?;
        Ok(Self {
            accounts,
            without_password: vec![lena],
            base_url: server.base_url(),
            server: Some(server),
            runtime,
        })
    }

    /// The same server, whose accounts may be locked out. It locks nobody out.
    #[must_use]
    pub fn sacrificial(mut self) -> Self {
        for account in &mut self.accounts {
            account.sacrificial = true;
        }
        for account in &mut self.without_password {
            account.sacrificial = true;
        }
        self
    }

    /// The base URL that the server listens on.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The runtime that the server runs on.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

impl Drop for InProcessServer {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            // A connection that a test left open must not fail the test.
            let _ = self.runtime.block_on(server.stop());
        }
    }
}

/// Accounts of every kind that a rule needs: with a long password, a numeric password and a second
/// factor, an inactive one, and two that stand for accounts of a directory.
fn accounts() -> Vec<Account> {
    let account = |name: &str, password: String| Account {
        username: name.to_owned(),
        email: Some(format!("{name}@example.org")),
        password,
        totp_secret: None,
        active: true,
        directory: false,
        sacrificial: false,
        backup_codes: Vec::new(),
    };
    // The same in each run, because what a transform makes of a password depends on its characters.
    let rng = RefCell::new(StdRng::seed_from_u64(1));
    let random = || format!("{:032x}", rng.borrow_mut().random::<u128>());
    let digits = rng.borrow_mut().random_range(100_000_000_u64..999_999_999).to_string();
    let secret = || {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let text: String =
            (0..32).map(|_| char::from(letters[rand::random_range(0..32)])).collect();
        text.parse().expect("32 letters of Base32 are 20 bytes")
    };
    vec![
        account("alice", format!("Aa-{}", random())),
        // Longer than the 72 bytes that bcrypt reads.
        account("bob", format!("Bb-{}{}{}", random(), random(), random())),
        // Digits without a leading zero, so that the password can be sent as a JSON number.
        account("carol", digits),
        Account {
            totp_secret: Some(secret()),
            backup_codes: (1..=12)
                .map(|number| format!("Xy{number:02}{}", &random()[..4]))
                .collect(),
            ..account("tom", format!("Tt-{}", random()))
        },
        Account { active: false, ..account("ivan", format!("Ii-{}", random())) },
        // These two stand for accounts of a directory. A response must not show where an account is kept,
        // so the rules hold for any account. The password has characters beyond ASCII, a blank and a plus sign,
        // which a form encodes in different ways.
        Account { directory: true, ..account("dora", format!("Dö-\u{1f511} +{}", random())) },
        Account {
            directory: true,
            totp_secret: Some(secret()),
            ..account("dina", format!("Di-{}", random()))
        },
    ]
}
