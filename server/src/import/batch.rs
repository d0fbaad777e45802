//! The lines of an export, checked against each other and against the store.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufRead},
};

use super::{ImportError, Imported, ImportedUser, LeftOut};
use crate::{
    accounts::{Account, Email, Identity, fold},
    store::{ImportedAccount, NotAdded, Store, StoreError},
};

/// The users of an export.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    users: Vec<Line>,
    already_here: usize,
    left_out: BTreeMap<LeftOut, usize>,
    invalid: Vec<Invalid>,
}

/// A line that cannot become an account.
#[derive(Debug)]
pub(crate) struct Invalid {
    /// The line number, counted from 1.
    pub line: usize,
    /// The user name, if it could be read.
    pub username: Option<String>,
    /// The error message, which contains no secrets.
    pub error: String,
}

/// Why an export could not be read at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The file or standard input cannot be read.
    #[error("cannot read the export")]
    Io(#[from] io::Error),
    /// A document spans several lines, or the documents are in an array.
    #[error("not JSON lines: export without --pretty and without --jsonArray")]
    NotLines,
    /// The file is UTF-16, as Windows shells redirect output.
    #[error(
        "the export is {0}, not UTF-8: convert it with `iconv -f {0} -t UTF-8`, or let mongoexport \
         write the file, with --out"
    )]
    Encoding(&'static str),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: nothing was imported")]
pub(crate) struct NotImported {
    /// The number of the line that the store refused.
    pub line: usize,
    /// The error of the store.
    #[source]
    pub source: StoreError,
}

#[derive(Debug)]
struct Line {
    number: usize,
    user: ImportedUser,
    /// Whether the store has an account with this id.
    is_known: bool,
}

impl Batch {
    /// Reads all lines. Those with errors go to [`invalid`](Self::invalid).
    ///
    /// # Errors
    ///
    /// The input cannot be read, or does not have one document per line.
    pub(crate) fn read(input: &mut dyn BufRead) -> Result<Self, ReadError> {
        let mut batch = Self::default();
        let mut seen = Seen::default();
        let mut bytes = Vec::new();
        let mut is_incomplete = false;
        for number in 1.. {
            bytes.clear();
            if input.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            if number == 1
                && let Some(encoding) = foreign_encoding(&bytes)
            {
                return Err(ReadError::Encoding(encoding));
            }
            let line = bytes.trim_ascii();
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            // A truncated line is followed by the start of a document, a pretty-printed one is not.
            if line.starts_with(b"[") || (is_incomplete && !line.starts_with(b"{")) {
                return Err(ReadError::NotLines);
            }
            let read = Imported::from_json(line);
            is_incomplete = matches!(read, Err(ImportError::Incomplete));
            match read {
                Ok(Imported::User(user)) => {
                    let earlier = seen.add(number, &user);
                    let line = Line { number, user: *user, is_known: false };
                    match earlier {
                        Ok(()) => batch.users.push(line),
                        Err(error) => batch.refuse(line, error),
                    }
                }
                Ok(Imported::LeftOut(kind)) => *batch.left_out.entry(kind).or_default() += 1,
                Err(error) => {
                    let error = error.to_string();
                    batch.invalid.push(Invalid { line: number, username: None, error });
                }
            }
        }
        Ok(batch)
    }

    /// Marks the users whose id is in the store, and rejects those whose names belong to another
    /// account. Without `update`, users whose id is in the store are only counted.
    ///
    /// # Errors
    ///
    /// The store is unavailable.
    pub(crate) async fn check(
        &mut self,
        store: &dyn Store,
        update: bool,
    ) -> Result<(), StoreError> {
        for mut line in std::mem::take(&mut self.users) {
            let id = &line.user.account.account.id;
            line.is_known = store.find_account_by_id(id).await?.is_some();
            if line.is_known && !update {
                self.already_here += 1;
                continue;
            }
            match find_conflict(store, &line.user).await? {
                None => self.users.push(line),
                Some(what) => self.refuse(line, StoreError::Taken { what }.to_string()),
            }
        }
        // Known accounts first, since an update may release a name that a new account uses.
        self.users.sort_by_key(|line| !line.is_known);
        Ok(())
    }

    /// Stores all accounts or none. With `skip`, accounts that the store refuses are left out.
    ///
    /// # Errors
    ///
    /// Nothing was stored.
    pub(crate) async fn store(&mut self, store: &dyn Store, skip: bool) -> Result<(), NotImported> {
        let mut accounts: Vec<ImportedAccount> = self
            .users
            .iter()
            .map(|Line { user, is_known, .. }| match is_known {
                true => ImportedAccount::Known(user.account.clone()),
                false => ImportedAccount::New(user.account.clone()),
            })
            .collect();
        loop {
            match store.import_accounts(&accounts).await {
                Ok(()) => return Ok(()),
                Err(NotAdded { index, source: source @ StoreError::Taken { .. } }) if skip => {
                    accounts.remove(index);
                    let line = self.users.remove(index);
                    self.refuse(line, source.to_string());
                }
                Err(NotAdded { index, source }) => {
                    let line = self.users.get(index).map_or(0, |line| line.number);
                    return Err(NotImported { line, source });
                }
            }
        }
    }

    /// The lines that cannot become accounts, in order.
    pub(crate) fn invalid(&self) -> &[Invalid] {
        &self.invalid
    }

    /// The users that become new accounts.
    pub(crate) fn new_users(&self) -> impl Iterator<Item = &ImportedUser> {
        self.users.iter().filter(|line| !line.is_known).map(|line| &line.user)
    }

    /// The users that update an existing account.
    pub(crate) fn updates(&self) -> impl Iterator<Item = &ImportedUser> {
        self.users.iter().filter(|line| line.is_known).map(|line| &line.user)
    }

    /// The number of users that the store already has and that stay unchanged.
    pub(crate) fn already_here(&self) -> usize {
        self.already_here
    }

    /// The number of users who cannot log in here, by kind.
    pub(crate) fn left_out(&self) -> &BTreeMap<LeftOut, usize> {
        &self.left_out
    }

    fn refuse(&mut self, line: Line, error: String) {
        let username = Some(line.user.account.account.profile.username);
        self.invalid.push(Invalid { line: line.number, username, error });
        self.invalid.sort_by_key(|invalid| invalid.line);
    }
}

/// The encoding if it is UTF-16. Then there is a byte order mark, or a NUL next to the first
/// character, which is ASCII in JSON.
fn foreign_encoding(start: &[u8]) -> Option<&'static str> {
    match start {
        [0xff, 0xfe, ..] | [_, 0, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] | [0, _, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// The values that must be unique in an export, and the line of each.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, usize>,
    usernames: HashMap<String, usize>,
    addresses: HashMap<String, usize>,
}

impl Seen {
    fn add(&mut self, number: usize, user: &ImportedUser) -> Result<(), String> {
        let account = &user.account.account;
        let addresses: Vec<String> =
            account.profile.emails.iter().map(|email| fold(&email.address)).collect();
        let earlier = self.ids.get(account.id.as_str()).map(|line| ("the id", line));
        let earlier = earlier.or_else(|| {
            self.usernames.get(&account.profile.username).map(|line| ("the user name", line))
        });
        let earlier = earlier.or_else(|| {
            addresses.iter().find_map(|address| {
                self.addresses.get(address).map(|line| ("the e-mail address", line))
            })
        });
        if let Some((what, line)) = earlier {
            return Err(format!("{what} is already in line {line}"));
        }
        self.ids.insert(account.id.as_str().to_owned(), number);
        self.usernames.insert(account.profile.username.clone(), number);
        self.addresses.extend(addresses.into_iter().map(|address| (address, number)));
        Ok(())
    }
}

/// What another account already has: the user name or an e-mail address.
async fn find_conflict(
    store: &dyn Store,
    user: &ImportedUser,
) -> Result<Option<&'static str>, StoreError> {
    let Account { id, profile, .. } = &user.account.account;
    let same_name = store.find_account(&Identity::Username(profile.username.clone())).await?;
    let exact = same_name.filter(|account| account.profile.username == profile.username);
    if exact.is_some_and(|account| account.id != *id) {
        return Ok(Some(StoreError::USERNAME));
    }
    for Email { address, .. } in &profile.emails {
        let same_address = store.find_account(&Identity::Email(address.clone())).await?;
        if same_address.is_some_and(|account| account.id != *id) {
            return Ok(Some("the e-mail address"));
        }
    }
    Ok(None)
}
