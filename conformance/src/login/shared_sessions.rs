//! Sessions and a refusal that scenarios share, so that they send fewer requests.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use super::{Session, accounts::Account};
use specfirst_engine::http::response::Response;

/// The sessions and the refusal that scenarios share. The end of the run logs the sessions out.
#[derive(Default)]
pub(crate) struct SharedSessions(Mutex<Shared>);

#[derive(Default)]
struct Shared {
    /// One session for each account, by user name. Scenarios use it and do not end it.
    sessions: BTreeMap<String, Session>,
    /// Sessions that a scenario began and no longer needs. Other scenarios may end them.
    spare: Vec<Session>,
    /// The refusal of an unknown user, and the user name of its request.
    refusal: Option<(Response, String)>,
}

impl SharedSessions {
    /// The live session of an account, if there is one.
    pub(crate) fn get(&self, account: &Account) -> Option<Session> {
        self.lock().sessions.get(&account.username).cloned()
    }

    /// Sets the session of an account.
    pub(crate) fn put(&self, account: &Account, session: Session) {
        self.lock().sessions.insert(account.username.clone(), session);
    }

    /// Removes the session of an account, because it has ended.
    pub(crate) fn forget(&self, account: &Account) {
        self.lock().sessions.remove(&account.username);
    }

    /// Adds a session that a scenario may end.
    pub(crate) fn add_spare(&self, session: Session) {
        self.lock().spare.push(session);
    }

    /// Whether the account has a spare session.
    pub(crate) fn has_spare(&self, account: &Account) -> bool {
        let is_of = |session: &Session| session.account.as_ref() == Some(&account.username);
        self.lock().spare.iter().any(is_of)
    }

    /// Takes a spare session of the account, which the caller may end.
    pub(crate) fn take_spare(&self, account: &Account) -> Option<Session> {
        let mut shared = self.lock();
        let is_of = |session: &Session| session.account.as_ref() == Some(&account.username);
        let at = shared.spare.iter().position(is_of)?;
        Some(shared.spare.remove(at))
    }

    /// The refusal of an unknown user, and the user name of its request.
    pub(crate) fn refusal(&self) -> Option<(Response, String)> {
        self.lock().refusal.clone()
    }

    /// Stores the refusal of an unknown user.
    pub(crate) fn put_refusal(&self, response: Response, user: String) {
        self.lock().refusal = Some((response, user));
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().expect("no job panics while it holds the shared sessions")
    }
}
