//! What scenarios share, so that each need not ask for it again: sessions, and a refusal.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use super::{Session, accounts::Account};
use specfirst_engine::http::response::Response;

/// What scenarios share; the end of the run logs the sessions out.
#[derive(Default)]
pub(crate) struct SharedSessions(Mutex<Shared>);

#[derive(Default)]
struct Shared {
    /// One session an account, to be used and not to be ended.
    sessions: BTreeMap<String, Session>,
    /// Sessions that a scenario began and has no more use for: others may end them.
    spare: Vec<Session>,
    /// How somebody was refused whom nobody knows, and the name that was sent.
    refusal: Option<(Response, String)>,
}

impl SharedSessions {
    /// The session of an account that lives, where there is one.
    pub(crate) fn get(&self, account: &Account) -> Option<Session> {
        self.lock().sessions.get(&account.username).cloned()
    }

    /// This is the session of the account from now on.
    pub(crate) fn put(&self, account: &Account, session: Session) {
        self.lock().sessions.insert(account.username.clone(), session);
    }

    /// The session of the account is worth nothing any more.
    pub(crate) fn forget(&self, account: &Account) {
        self.lock().sessions.remove(&account.username);
    }

    /// A session that whoever needs one to end may take.
    pub(crate) fn spare(&self, session: Session) {
        self.lock().spare.push(session);
    }

    /// A session of the account to end, where one is spare.
    pub(crate) fn take_spare(&self, account: &Account) -> Option<Session> {
        let mut shared = self.lock();
        let is_of = |session: &Session| session.account.as_ref() == Some(&account.username);
        let at = shared.spare.iter().position(is_of)?;
        Some(shared.spare.remove(at))
    }

    /// How a user is refused whom nobody knows, and the name that was sent.
    pub(crate) fn refusal(&self) -> Option<(Response, String)> {
        self.lock().refusal.clone()
    }

    /// Remembers it.
    pub(crate) fn put_refusal(&self, response: Response, user: String) {
        self.lock().refusal = Some((response, user));
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().expect("no job panics while it holds what is shared")
    }
}
