//! What the directory says, and that it says nothing.

use super::Entry;

/// What the directory says to a name and a password. Each is a verdict, and final: whoever is not
/// accepted is refused, whatever else is known about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BindOutcome {
    /// The password is this entry's.
    Accepted(Entry),
    /// The name means this entry, and the password is not its own, cannot be shown to a directory,
    /// or opens an entry that is locked.
    Refused(Entry),
    /// The name means nobody.
    NoSuchEntry,
    /// The name means several, so nobody.
    SeveralEntries,
}

/// The directory has said nothing: it is down, too slow, or answers with a result code that judges
/// neither name nor password, or the circuit breaker is open.
///
/// A type of its own, which only this module makes: what may be done without a verdict asks for
/// one, so that the compiler keeps it from whoever has been refused.
#[derive(Debug)]
pub(crate) struct NoVerdict(pub(super) ());

/// What a name means in the directory.
pub(super) enum LookupResult {
    Found(Entry),
    NoSuchEntry,
    SeveralEntries,
}

impl LookupResult {
    /// What it comes to without a password that could be shown.
    pub(super) fn unproven(self) -> BindOutcome {
        match self {
            Self::Found(entry) => BindOutcome::Refused(entry),
            Self::NoSuchEntry => BindOutcome::NoSuchEntry,
            Self::SeveralEntries => BindOutcome::SeveralEntries,
        }
    }
}
