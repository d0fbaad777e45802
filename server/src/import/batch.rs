//! All lines of an export, checked against each other and against the store.

use std::collections::HashMap;
use std::io::BufRead;

use anyhow::Context as _;

use super::ImportedUser;
use crate::accounts::{Email, Identity, fold};
use crate::store::{ImportedAccount, NotAdded, Store, StoreError};

/// What an export holds.
#[derive(Debug, Default)]
pub struct Batch {
    users: Vec<Line>,
    invalid: Vec<Invalid>,
}

/// A line that cannot become an account.
#[derive(Debug)]
pub struct Invalid {
    /// From 1.
    pub line: usize,
    /// Where the line got that far.
    pub username: Option<String>,
    /// Without secrets.
    pub error: String,
}

#[derive(Debug)]
struct Line {
    number: usize,
    user: ImportedUser,
}

impl Batch {
    /// Reads every line; what is wrong with one is found in [`invalid`](Self::invalid).
    ///
    /// # Errors
    /// The input cannot be read, or is one array.
    pub fn read(input: &mut dyn BufRead) -> anyhow::Result<Self> {
        let mut batch = Self::default();
        let mut seen = Seen::default();
        let mut bytes = Vec::new();
        for number in 1.. {
            bytes.clear();
            if input.read_until(b'\n', &mut bytes).context("cannot read the export")? == 0 {
                break;
            }
            let line = bytes.trim_ascii();
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            anyhow::ensure!(
                !line.starts_with(b"["),
                "line {number}: the export is an array: export one document a line (without --jsonArray)"
            );
            match ImportedUser::from_json(line) {
                Ok(user) => match seen.add(number, &user) {
                    Ok(()) => batch.users.push(Line { number, user }),
                    Err(error) => batch.refuse(Line { number, user }, error),
                },
                Err(error) => {
                    let error = error.to_string();
                    batch.invalid.push(Invalid { line: number, username: None, error });
                }
            }
        }
        Ok(batch)
    }

    /// Refuses the lines whose names the store has already.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn check(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        for line in std::mem::take(&mut self.users) {
            match taken(store, &line.user).await? {
                None => self.users.push(line),
                Some(what) => self.refuse(line, StoreError::Taken { what }.to_string()),
            }
        }
        Ok(())
    }

    /// Stores all accounts or none. With `skip`, those that the store refuses are left out.
    ///
    /// # Errors
    /// Nothing has been stored.
    pub async fn store(&mut self, store: &dyn Store, skip: bool) -> anyhow::Result<()> {
        let mut accounts: Vec<ImportedAccount> =
            self.users.iter().map(|line| ImportedAccount::New(line.user.account.clone())).collect();
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
                    return Err(source).context(format!("line {line}: nothing was imported"));
                }
            }
        }
    }

    /// The lines that cannot become accounts, in order.
    #[must_use]
    pub fn invalid(&self) -> &[Invalid] {
        &self.invalid
    }

    /// Those that can.
    pub fn users(&self) -> impl ExactSizeIterator<Item = &ImportedUser> {
        self.users.iter().map(|line| &line.user)
    }

    fn refuse(&mut self, line: Line, error: String) {
        let username = Some(line.user.account.account.profile.username);
        self.invalid.push(Invalid { line: line.number, username, error });
        self.invalid.sort_by_key(|invalid| invalid.line);
    }
}

/// What may stand in an export once, and the line where it did.
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
            return Err(format!("{what} stands in line {line} already"));
        }
        self.ids.insert(account.id.as_str().to_owned(), number);
        self.usernames.insert(account.profile.username.clone(), number);
        self.addresses.extend(addresses.into_iter().map(|address| (address, number)));
        Ok(())
    }
}

async fn taken(store: &dyn Store, user: &ImportedUser) -> Result<Option<&'static str>, StoreError> {
    let profile = &user.account.account.profile;
    let same_name = store.find_account(&Identity::Username(profile.username.clone())).await?;
    if same_name.is_some_and(|account| account.profile.username == profile.username) {
        return Ok(Some("the user name"));
    }
    for Email { address, .. } in &profile.emails {
        if store.find_account(&Identity::Email(address.clone())).await?.is_some() {
            return Ok(Some("the e-mail address"));
        }
    }
    Ok(None)
}
