//! Sessions that scenarios share, so that each need not log in and out again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use crate::{accounts::Account, guard::Session};

/// One session an account at most; the end of the run logs them out.
#[derive(Default)]
pub struct Lent(Mutex<BTreeMap<String, Session>>);

impl Lent {
    /// The session of an account that lives, where there is one.
    pub fn get(&self, account: &Account) -> Option<Session> {
        self.lock().get(&account.username).cloned()
    }

    /// This is the session of the account from now on.
    pub fn put(&self, account: &Account, session: Session) {
        self.lock().insert(account.username.clone(), session);
    }

    /// The session of the account is worth nothing any more.
    pub fn forget(&self, account: &Account) {
        self.lock().remove(&account.username);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.0.lock().expect("no job panics while it holds the sessions")
    }
}
