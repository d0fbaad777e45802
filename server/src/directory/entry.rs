//! The entry of a user in the directory.

use ldap3::SearchEntry;

use crate::{
    accounts::{EntryId, normalize_dn},
    config::ConfigLdapAttributes,
};

/// An entry of the directory. Its name is not empty; its other values have not been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The distinguished name as the directory writes it. It is not empty, because an empty name
    /// would bind anonymously.
    pub dn: String,
    /// The [normalised](normalize_dn) name. A name that cannot be parsed stays as it is.
    pub normalized_dn: String,
    /// The unchanging ids in order of preference; may be empty.
    pub ids: Vec<EntryId>,
    /// The user names; may be empty.
    pub usernames: Vec<String>,
    /// The display names; may be empty.
    pub names: Vec<String>,
    /// The e-mail addresses; may be empty.
    pub emails: Vec<String>,
}

impl Entry {
    /// Reads the configured attributes; `None` if the entry has no name to bind as.
    pub(super) fn new(found: &SearchEntry, attributes: &ConfigLdapAttributes) -> Option<Self> {
        let texts = |attribute: &str| -> Vec<String> {
            let values = values(found, attribute).into_iter();
            // Invalid UTF-8 becomes a replacement character.
            values.map(|value| String::from_utf8_lossy(value).into_owned()).collect()
        };
        let ids = attributes.ids();
        let ids = ids.iter().filter_map(|attribute| match values(found, attribute)[..] {
            [value] => EntryId::from_bytes(attribute, value),
            // An attribute with several values is not an id.
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

    /// The key for counting failed logins: the id, or else the distinguished name.
    pub(crate) fn key(&self) -> &str {
        self.ids.first().map_or(&self.normalized_dn, EntryId::as_str)
    }

    /// Whether an account with this id must belong to another entry.
    pub(crate) fn contradicts(&self, id: &EntryId) -> bool {
        self.ids.iter().any(|own| own.contradicts(id))
    }
}

/// The values of an attribute that are not empty. The case of the attribute name may differ.
/// `ldap3` sorts values by whether they are UTF-8, so values of one attribute can be in both maps.
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
    fn attributes_match_in_any_case_and_empty_values_are_ignored() {
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
    fn preferred_id_is_the_first_present_or_only_the_configured_one() {
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
