//! The outcome of a bind, and the lack of one.

use super::Entry;

/// The directory's verdict on a name and a password. It is final: a refused login fails, whatever
/// else the server knows about the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BindOutcome {
    /// The password is correct for this entry.
    Accepted(Entry),
    /// The name matches this entry, but the password is wrong or cannot be sent to a directory, or
    /// the entry is locked.
    Refused(Entry),
    /// The name matches no entry.
    NoSuchEntry,
    /// The name matches several entries, so it identifies none.
    SeveralEntries,
}

/// The directory gave no verdict: it is down or too slow, the circuit breaker is open, or its
/// result code is about neither the name nor the password.
///
/// Only this module can make a value of this type. Functions for logins without a verdict require
/// one, so they cannot be called after a refusal.
#[derive(Debug)]
pub(crate) struct NoVerdict(pub(super) ());

/// The result of a search for a name.
pub(super) enum LookupResult {
    Found(Entry),
    NoSuchEntry,
    SeveralEntries,
}

impl LookupResult {
    /// The outcome if the client sent no password that can be bound with.
    pub(super) fn without_bind(self) -> BindOutcome {
        match self {
            Self::Found(entry) => BindOutcome::Refused(entry),
            Self::NoSuchEntry => BindOutcome::NoSuchEntry,
            Self::SeveralEntries => BindOutcome::SeveralEntries,
        }
    }
}
