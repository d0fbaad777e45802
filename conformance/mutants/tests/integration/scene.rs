//! Starts the program and a server with known accounts.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use login_conformance::login::accounts::Account;
use login_mutants::mutants::{self, Mutant, Proxy};
use login_server::{
    accounts::TotpSecret,
    config::Config,
    testing::{TestAccount, TestServer},
};
use specfirst_engine::http::{
    case::Request,
    transport::{Target, Transport},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The TOTP secret of the accounts with a second factor.
pub(crate) const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// An account with an e-mail address.
pub(crate) fn account(name: &str, password: &str) -> Account {
    Account {
        username: name.to_owned(),
        email: Some(format!("{name}@example.org")),
        password: password.to_owned(),
        totp_secret: None,
        active: true,
        directory: false,
        sacrificial: false,
        backup_codes: Vec::new(),
    }
}

/// A server with limits, behind a proxy that counts requests, and an accounts file.
pub(crate) struct Scene {
    pub(crate) proxy: Proxy,
    pub(crate) accounts: Vec<Account>,
    pub(crate) directory: TempDir,
    pub(crate) server: TestServer,
    /// The last field, because the others use it until they are dropped.
    _runtime: Runtime,
}

impl Scene {
    pub(crate) fn new(mutant: &str, change: impl FnOnce(&mut Config)) -> Self {
        let account = |name: &str| account(name, &format!("{name}-Pa55'word \"quoted\" & ö"));
        let accounts = vec![
            account("alice"),
            account("bob"),
            Account { totp_secret: Some(TOTP_SECRET.parse().unwrap()), ..account("tom") },
            Account { active: false, ..account("ivan") },
        ];
        Self::with(accounts, mutants::find(mutant).unwrap(), change)
    }

    /// A scene with these accounts and any mutant, also one that is not in the list.
    pub(crate) fn with(
        accounts: Vec<Account>,
        mutant: Mutant,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut builder = TestServer::builder().config(change);
        for account in &accounts {
            let mut new = TestAccount::new(&account.username, &account.password)
                .email(account.email.as_deref().unwrap());
            if let Some(secret) = &account.totp_secret {
                new = new.totp(TotpSecret::from_base32(secret.as_base32()).unwrap());
            }
            for code in &account.backup_codes {
                new = new.backup_code(code);
            }
            builder = builder.account(if account.active { new } else { new.inactive() });
        }
        let server = runtime.block_on(builder.start()).unwrap();
        let proxy =
            Proxy::start(runtime.handle(), &server.base_url(), accounts.clone(), mutant).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let scene = Self { proxy, accounts, directory, server, _runtime: runtime };
        scene.write_accounts(|password| password.to_owned());
        scene
    }

    /// A server in its default configuration: 10 calls a minute, 10 failures for each account.
    pub(crate) fn in_default_configuration() -> Self {
        Self::new("as-it-is", |_| {})
    }

    pub(crate) fn write_accounts(&self, password: impl Fn(&str) -> String) {
        let mut text = String::new();
        for account in &self.accounts {
            let email = account.email.as_deref().unwrap();
            text += &format!(
                "[[account]]\nusername = {:?}\nemail = {email:?}\npassword = {:?}\nactive = {}\n",
                account.username,
                password(&account.password),
                account.active
            );
            if let Some(secret) = &account.totp_secret {
                text += &format!("totp_secret = {:?}\n", secret.as_base32());
            }
        }
        std::fs::write(self.accounts_file(), text).unwrap();
    }

    pub(crate) fn accounts_file(&self) -> PathBuf {
        self.directory.path().join("accounts.toml")
    }

    /// A command of the program, with its options and the accounts file.
    pub(crate) fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_login-mutants"));
        command.args(options).arg("--accounts").arg(self.accounts_file());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A run against a base URL.
    pub(crate) fn program(&self, base_url: &str, options: &[&str]) -> Command {
        self.command(&[&["run", "--base-url", base_url], options].concat())
    }

    pub(crate) fn run(&self, options: &[&str]) -> Output {
        self.program(self.proxy.base_url(), options).output().unwrap()
    }

    /// Checks that no account is locked out: the right password still logs in.
    pub(crate) fn is_open_to_all(&self) -> bool {
        let base_url = self.server.base_url();
        let open = |account: &&Account| {
            let body = serde_json::json!({"user": account.username, "password": account.password});
            let request = Request::new("POST", "/api/v1/login").json(&body);
            let target = Target::new(&base_url).unwrap();
            let transport = Transport::new(&target, Duration::from_secs(5)).unwrap();
            transport.send(&request).unwrap().is_success()
        };
        // After the window of the rate limit, but well within the time of a lockout.
        self.server.clock().advance(Duration::from_secs(61));
        self.accounts.iter().filter(|a| a.active && a.totp_secret.is_none()).all(|a| open(&a))
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn report(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}{}", text(&output.stdout), text(&output.stderr)))
}

/// Waits for a program to end, and kills it after a timeout.
pub(crate) fn ended(mut child: Child) -> Output {
    let deadline = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the program does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

/// A server that sends the same text to every client; with an empty text it keeps the connection open.
pub(crate) fn says(response: impl Into<Vec<u8>>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let response: Arc<[u8]> = response.into().into();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let response = Arc::clone(&response);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer);
                if response.is_empty() {
                    let _ = stream.read(&mut buffer);
                }
                let _ = stream.write_all(&response);
            });
        }
    });
    format!("http://{address}")
}
