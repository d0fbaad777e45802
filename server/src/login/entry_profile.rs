//! The values that an account takes from its entry. An unusable value is skipped and logged without
//! quoting it; the others are used.

use slog::Logger;

use crate::{
    accounts::{Account, Email, Identity, Profile, fold},
    directory::Entry,
    store::{Store, StoreError},
};

/// The maximum length of an address (RFC 5321).
const MAX_ADDRESS_BYTES: usize = 254;
/// The maximum length of a user name or a display name.
const MAX_NAME_BYTES: usize = 255;

/// The usable values of an entry.
#[derive(Clone, Copy)]
pub(super) struct EntryProfile<'a> {
    entry: &'a Entry,
    store: &'a dyn Store,
    log: &'a Logger,
}

impl<'a> EntryProfile<'a> {
    pub(super) fn new(entry: &'a Entry, store: &'a dyn Store, log: &'a Logger) -> Self {
        Self { entry, store, log }
    }

    /// The usable user names.
    pub(super) fn usernames(self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.usable("a user name", &self.entry.usernames, |name| {
            Profile::is_username(name) && name.len() <= MAX_NAME_BYTES
        })
    }

    /// The first usable display name.
    pub(super) fn name(self) -> Option<String> {
        let mut names = self.usable("a name", &self.entry.names, |name| {
            let is_blank = name.chars().all(char::is_whitespace);
            !is_blank && !name.contains(char::is_control) && name.len() <= MAX_NAME_BYTES
        });
        names.next().map(str::to_owned)
    }

    /// The usable addresses that no other account has. They count as verified, because the
    /// directory vouches for them.
    pub(super) async fn emails(&self, account: Option<&Account>) -> Result<Vec<Email>, StoreError> {
        let known = account.map_or(&[][..], |account| &account.profile.emails);
        let usable: Vec<&str> = self
            .usable("an address", &self.entry.emails, |address| {
                Email::is_plausible(address) && address.len() <= MAX_ADDRESS_BYTES
            })
            .collect();
        let mut emails: Vec<Email> = Vec::new();
        for address in usable {
            let is_this = |email: &Email| fold(&email.address) == fold(address);
            if emails.iter().any(is_this) {
                continue;
            }
            if !known.iter().any(is_this)
                && self.store.find_account(&Identity::Email(address.to_owned())).await?.is_some()
            {
                slog::info!(self.log, "an address of an entry is left out: it is another account's";
                    "dn" => &self.entry.normalized_dn);
                continue;
            }
            emails.push(Email { address: address.to_owned(), verified: true });
        }
        Ok(emails)
    }

    fn usable(
        self,
        what: &'static str,
        values: &'a [String],
        is_usable: fn(&str) -> bool,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        values.iter().map(String::as_str).filter(move |value| {
            // The replacement character stands for invalid UTF-8.
            let keep = is_usable(value) && !value.contains(char::REPLACEMENT_CHARACTER);
            if !keep {
                slog::info!(self.log, "{} of an entry is left out: malformed or too long", what;
                    "dn" => &self.entry.normalized_dn);
            }
            keep
        })
    }
}
