//! The session that a login begins.

use specfirst_engine::http::{case::Case, response::Response};

/// The longest token; servers take headers of 8 KiB.
const MAX_TOKEN: usize = 4 << 10;

/// A session that a run obtained and has to end.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The token.
    pub token: String,
    /// The account's id.
    pub user_id: String,
    /// The account that logged in, where it is one of the accounts file.
    pub account: Option<String>,
}

impl Session {
    /// The session that a response begins.
    pub fn begun_by(case: &Case, response: &Response) -> Option<Self> {
        let json = response.json()?;
        let token = json.pointer("/data/authToken")?.as_str()?.to_owned();
        // What no header can hold is no token: nobody could use it, and a megabyte of it would be looked
        // for in every output.
        if token.is_empty() || token.len() > MAX_TOKEN || token.chars().any(char::is_control) {
            return None;
        }
        let user_id = json.pointer("/data/userId").and_then(|id| id.as_str()).unwrap_or_default();
        let user_id = if user_id.chars().any(char::is_control) { "" } else { user_id };
        Some(Self { token, user_id: user_id.to_owned(), account: case.account.clone() })
    }
}

/// The sessions that live.
#[derive(Default)]
pub(super) struct Ledger {
    live: Vec<Session>,
}

impl Ledger {
    /// A login was answered with a token; `resume` answers with one that is known.
    pub(super) fn issued(&mut self, session: Session) {
        if !self.live.iter().any(|known| known.token == session.token) {
            self.live.push(session);
        }
    }

    /// A logout was answered with success.
    pub(super) fn ended(&mut self, token: &str) {
        self.live.retain(|session| session.token != token);
    }

    /// The sessions that live.
    pub(super) fn live(&self) -> &[Session] {
        &self.live
    }
}
