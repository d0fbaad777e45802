//! The session that a login begins.

use specfirst_engine::http::{case::Case, response::Response};

/// The most bytes of a token. Servers accept headers of 8 KiB.
const MAX_TOKEN: usize = 4 << 10;

/// A session that a run obtained and has to end.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The token.
    pub token: String,
    /// The user id of the account.
    pub user_id: String,
    /// The account that logged in, if it is in the accounts file.
    pub account: Option<String>,
}

impl Session {
    /// The session that a response begins, if it holds a usable token.
    pub fn begun_by(case: &Case, response: &Response) -> Option<Self> {
        let json = response.json()?;
        let token = json.pointer("/data/authToken")?.as_str()?.to_owned();
        // A text that no header can hold cannot be used as a token. Redaction would also have to search
        // every output for it, however long it is.
        if token.is_empty() || token.len() > MAX_TOKEN || token.chars().any(char::is_control) {
            return None;
        }
        let user_id = json.pointer("/data/userId").and_then(|id| id.as_str()).unwrap_or_default();
        let user_id = if user_id.chars().any(char::is_control) { "" } else { user_id };
        Some(Self { token, user_id: user_id.to_owned(), account: case.account.clone() })
    }
}

/// The live sessions that the run began.
#[derive(Default)]
pub(super) struct Ledger {
    live: Vec<Session>,
    /// Some of the sessions that were logged out.
    over: Vec<Session>,
}

/// How many ended sessions are kept, to be asked again at the end.
const MAX_OVER: usize = 8;

impl Ledger {
    /// Adds a session from the response to a login. A resume may return a known token.
    pub(super) fn issued(&mut self, session: Session) {
        if !self.live.iter().any(|known| known.token == session.token) {
            self.live.push(session);
        }
    }

    /// Removes the session with this token after its logout.
    pub(super) fn ended(&mut self, token: &str) {
        let ended = self.live.iter().find(|session| session.token == token);
        self.over.extend(ended.filter(|_| self.over.len() < MAX_OVER).cloned());
        self.live.retain(|session| session.token != token);
    }

    /// Removes a token that is no session and so needs no logout.
    pub(super) fn forget(&mut self, token: &str) {
        self.live.retain(|session| session.token != token);
    }

    /// Some of the sessions that were logged out.
    pub(super) fn over(&self) -> &[Session] {
        &self.over
    }

    /// The live sessions that the run began.
    pub(super) fn live(&self) -> &[Session] {
        &self.live
    }
}
