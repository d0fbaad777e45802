//! Small login servers: one correct server, many mutants of it, and many correct variants of it.
//!
//! `server.rs` holds the server, `variants.rs` the list of variants, `check.rs` the decisions about passwords, names and
//! codes, `wire.rs` the HTTP messages.

mod check;
mod server;
mod variants;
mod wire;

pub use variants::variants;

/// An account that the server knows from its start.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub username: String,
    pub email: Option<String>,
    pub name: String,
    /// An empty password means that the account cannot log in with a password.
    pub password: String,
    /// The raw secret: SHA-1, 6 digits, steps of 30 s.
    pub totp_secret: Option<Vec<u8>>,
    /// Codes of 8 characters; each works once.
    pub backup_codes: Vec<String>,
    pub active: bool,
    pub bot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Mutant,
    Correct,
}

#[derive(Debug)]
pub struct Variant {
    pub name: &'static str,
    pub kind: Kind,
    /// One sentence that says what this server does.
    pub what: &'static str,
    /// The page, RFC section, ASVS item, CVE or CWE behind it.
    pub source: &'static str,
}

/// Serves until the future is dropped.
pub async fn serve(
    listener: tokio::net::TcpListener,
    variant: &'static Variant,
    accounts: Vec<Account>,
) -> std::io::Result<()> {
    server::serve(listener, variant, accounts).await
}

/// Computes the TOTP code of RFC 6238 (SHA-1, 6 digits) for one 30-second step.
pub fn totp_code(secret: &[u8], step: u64) -> String {
    check::totp_code(secret, step)
}

/// Accounts with which every mutant of this crate can be told from the correct server.
pub fn example_accounts() -> Vec<Account> {
    let account = |id: &str, username: &str, password: &str| Account {
        id: id.into(),
        username: username.into(),
        email: Some(format!("{username}@rocket.test")),
        name: format!("{}{} Test", username[..1].to_uppercase(), &username[1..]),
        password: password.into(),
        totp_secret: None,
        backup_codes: Vec::new(),
        active: true,
        bot: false,
    };
    let codes = |prefix: &str| (0..8).map(|n| format!("{prefix}{n}Xy7{n}")).collect::<Vec<_>>();
    vec![
        account("aobEdbYhXfu5hkeqG", "alice", "Correct-Horse7battery"),
        account("bYjNnig8BEAWeQzMh", "bob", "Vanvica32:Staple"),
        Account {
            totp_secret: Some(b"carol-secret-20bytes".to_vec()),
            backup_codes: codes("cR4"),
            ..account("cYjNnig8BEAWeQzMh", "carol", "Carol's own p4ss")
        },
        Account {
            totp_secret: Some(b"dave--secret-20bytes".to_vec()),
            backup_codes: codes("dV9"),
            ..account("dYjNnig8BEAWeQzMh", "dave", "Dave wants 2 factors")
        },
        Account { active: false, ..account("eYjNnig8BEAWeQzMh", "erin", "Erin has left 1999") },
        Account { bot: true, email: None, ..account("fYjNnig8BEAWeQzMh", "robot", "R0b0t-robot-robot") },
        account("gYjNnig8BEAWeQzMh", "greta", &format!("G{}9z", "long-password-".repeat(6))),
        account("hYjNnig8BEAWeQzMh", "frank", "Frank&frank#55"),
    ]
}
