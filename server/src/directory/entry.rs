//! What the directory knows about somebody.

use ldap3::SearchEntry;

use crate::{
    accounts::{EntryId, normalize_dn},
    config::ConfigLdapAttributes,
};

/// Somebody in the directory. Nothing here has been checked but that the entry can be bound as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The distinguished name as the directory writes it; never empty, since that would bind
    /// anonymously.
    pub dn: String,
    /// The same in its [normalised](normalize_dn) form. One that cannot be read stays as it is.
    pub normalized_dn: String,
    /// The ids that never change, the preferred one first; perhaps none.
    pub ids: Vec<EntryId>,
    /// User names, perhaps none.
    pub usernames: Vec<String>,
    /// Names for people, perhaps none.
    pub names: Vec<String>,
    /// E-mail addresses, perhaps none.
    pub emails: Vec<String>,
}

impl Entry {
    /// What the configured attributes say; none without a name to bind as.
    pub(super) fn new(found: &SearchEntry, attributes: &ConfigLdapAttributes) -> Option<Self> {
        let texts = |attribute: &str| -> Vec<String> {
            let values = values(found, attribute).into_iter();
            // What is no UTF-8 shows by a replacement character.
            values.map(|value| String::from_utf8_lossy(value).into_owned()).collect()
        };
        let ids = attributes.ids();
        let ids = ids.iter().filter_map(|attribute| match values(found, attribute)[..] {
            [value] => EntryId::from_bytes(attribute, value),
            // Of several values, none says who it is.
            _ => None,
        });
        let dn = found.dn.clone();
        (!dn.is_empty()).then(|| Self {
            normalized_dn: normalize_dn(&dn).unwrap_or_else(|| dn.clone()),
            dn,
            ids: ids.collect(),
            usernames: texts(&attributes.username),
            names: texts(&attributes.name),
            emails: texts(&attributes.email),
        })
    }

    /// What failed logins are counted by: the id, else the distinguished name.
    pub(crate) fn key(&self) -> &str {
        self.ids.first().map_or(&self.normalized_dn, EntryId::as_str)
    }

    /// Whether an account with this id must be somebody else's.
    pub(crate) fn contradicts(&self, id: &EntryId) -> bool {
        self.ids.iter().any(|own| own.contradicts(id))
    }
}

/// The values of an attribute that are not empty. The directory may write its name in another case,
/// and a value that happens to be UTF-8 may be binary all the same.
fn values<'a>(found: &'a SearchEntry, attribute: &str) -> Vec<&'a [u8]> {
    let is_wanted = |name: &str| name.eq_ignore_ascii_case(attribute);
    let texts = found.attrs.iter().filter(|(name, _)| is_wanted(name));
    let texts = texts.flat_map(|(_, values)| values).map(String::as_bytes);
    let bytes = found.bin_attrs.iter().filter(|(name, _)| is_wanted(name));
    let bytes = bytes.flat_map(|(_, values)| values).map(Vec::as_slice);
    texts.chain(bytes).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(
        dn: &str,
        attributes: &[(&str, &[u8])],
        config: &ConfigLdapAttributes,
    ) -> Option<Entry> {
        let mut found = SearchEntry { dn: dn.to_owned(), attrs: [].into(), bin_attrs: [].into() };
        for &(name, value) in attributes {
            match String::from_utf8(value.to_vec()) {
                Ok(text) => found.attrs.entry(name.to_owned()).or_default().push(text),
                Err(bytes) => {
                    found.bin_attrs.entry(name.to_owned()).or_default().push(bytes.into_bytes());
                }
            }
        }
        Entry::new(&found, config)
    }

    #[test]
    fn attributes_are_found_in_any_case_and_empty_values_are_none() {
        let config = ConfigLdapAttributes::default();
        let found = [
            ("UID", &b"al"[..]),
            ("cn", b""),
            ("Mail", b"al@x.org"),
            ("Mail", b"\xff@x.org"),
            ("ENTRYUUID", b"1"),
        ];
        let al = entry("UID=Al, DC=x", &found, &config).unwrap();
        let expected = Entry {
            dn: "UID=Al, DC=x".to_owned(),
            normalized_dn: "uid=al,dc=x".to_owned(),
            ids: vec!["entryUUID:1".parse().unwrap()],
            usernames: vec!["al".to_owned()],
            names: vec![],
            emails: vec!["al@x.org".to_owned(), "\u{fffd}@x.org".to_owned()],
        };
        assert_eq!(al, expected);
        assert_eq!(entry("", &found, &config), None);
    }

    #[test]
    fn first_id_that_the_entry_has_is_preferred_and_one_that_is_chosen_stands_alone() {
        let found = [
            ("ipaUniqueID", &b"i"[..]),
            ("nsUniqueId", b"n"),
            ("objectGUID", b"ABCDEFGH\xff\xff\xff\xff\xff\xff\xff\xff"),
            ("entryUUID", b"two"),
            ("entryUUID", b"values"),
            ("employeeNumber", b"7"),
        ];
        let ids = |id: Option<&str>| {
            let id = id.map(str::to_owned);
            let config = ConfigLdapAttributes { id, ..ConfigLdapAttributes::default() };
            let entry = entry("cn=x", &found, &config).unwrap();
            (entry.key().to_owned(), entry.ids.len())
        };
        let guid = "objectguid:44434241-4645-4847-ffff-ffffffffffff";
        assert_eq!(ids(None), (guid.to_owned(), 3));
        assert_eq!(ids(Some("employeeNumber")), ("employeenumber:7".to_owned(), 1));
        assert_eq!(ids(Some("entryUUID")), ("cn=x".to_owned(), 0));
    }
}
