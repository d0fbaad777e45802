//! The unchanging id of a directory entry.

use std::{fmt, str::FromStr};

/// The id that the directory assigns to an entry and never changes, such as `entryuuid:8c1f…`. It
/// includes the attribute name, because ids of different attributes cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryId(String);

/// The text is not an [`EntryId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ATTRIBUTE:VALUE, such as entryUUID:8c1f3f0e-5c1c-103f-9d0c-1b0d5a2f9c3e")]
pub struct NotAnEntryId;

/// The maximum length of an id. A PostgreSQL index entry is limited to 2,700 bytes; real ids have
/// 16 to 36.
const MAX_BYTES: usize = 255;

impl EntryId {
    /// The attributes in which OpenLDAP, Active Directory, 389 Directory Server and `FreeIPA` keep
    /// such an id. Their values ignore case.
    pub const ATTRIBUTES: [&str; 4] = ["entryUUID", "objectGUID", "nsUniqueId", "ipaUniqueID"];

    /// An id from text; `None` if the value is empty, too long or contains a control character.
    pub fn new(attribute: &str, value: &str) -> Option<Self> {
        let ignores_case = Self::ATTRIBUTES.iter().any(|a| a.eq_ignore_ascii_case(attribute));
        let value = value.trim();
        let value = if ignores_case { value.to_ascii_lowercase() } else { value.to_owned() };
        let id = format!("{}:{value}", attribute.to_ascii_lowercase());
        let is_id = !value.is_empty() && id.len() <= MAX_BYTES && !id.contains(char::is_control);
        is_id.then_some(Self(id))
    }

    /// An id from the bytes in the directory. Text is kept, the 16 bytes of an `objectGUID` are
    /// written as Active Directory's tools do, and other bytes are written in hexadecimal.
    pub fn from_bytes(attribute: &str, value: &[u8]) -> Option<Self> {
        let guid = <[u8; 16]>::try_from(value).ok();
        match (guid, std::str::from_utf8(value)) {
            (Some(guid), _) if attribute.eq_ignore_ascii_case("objectGUID") => {
                Self::new(attribute, &guid_text(guid))
            }
            (_, Ok(text)) => Self::new(attribute, text),
            (_, Err(_)) => Self::new(attribute, &hex::encode(value)),
        }
    }

    /// An id that the store returned.
    pub fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The text `attribute:value`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the two ids must belong to different entries: the attribute is the same, the value
    /// is not.
    pub fn contradicts(&self, other: &Self) -> bool {
        self != other && self.attribute() == other.attribute()
    }

    /// The placeholder for an account's distinguished name while only the id is known. No
    /// distinguished name looks like this, because `=` comes before any colon.
    pub fn placeholder_dn(&self) -> String {
        format!("unknown:{self}")
    }

    fn attribute(&self) -> Option<&str> {
        self.0.split(':').next()
    }
}

impl FromStr for EntryId {
    type Err = NotAnEntryId;

    fn from_str(text: &str) -> Result<Self, NotAnEntryId> {
        let (attribute, value) = text.split_once(':').ok_or(NotAnEntryId)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let attribute = Some(attribute).filter(|a| !a.is_empty() && a.chars().all(is_name));
        Self::new(attribute.ok_or(NotAnEntryId)?, value).ok_or(NotAnEntryId)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Formats a GUID, whose first three groups are little-endian.
fn guid_text(guid: [u8; 16]) -> String {
    let [a, b, c, d, e, f, g, h, rest @ ..] = guid;
    let (clock, node) = rest.split_at(2);
    let groups: [&[u8]; 5] = [&[d, c, b, a], &[f, e], &[h, g], clock, node];
    groups.map(hex::encode).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_format_of_directory_tools() {
        // These sixteen bytes are also valid text, which must not matter.
        let guid = EntryId::from_bytes("objectGUID", b"ABCDEFGHIJKLMNOP").unwrap();
        assert_eq!(guid.as_str(), "objectguid:44434241-4645-4847-494a-4b4c4d4e4f50");
        assert_eq!(guid, "OBJECTGUID:44434241-4645-4847-494A-4B4C4D4E4F50".parse().unwrap());
        let uuid = EntryId::from_bytes("entryUUID", b"8C1F-5c").unwrap();
        assert_eq!(uuid.as_str(), "entryuuid:8c1f-5c");
        // In the values of an unknown attribute, case may be significant.
        let other = EntryId::from_bytes("employeeNumber", b"aB:7").unwrap();
        assert_eq!(other.as_str(), "employeenumber:aB:7");
        let bytes = EntryId::from_bytes("objectSid", &[1, 0xff]).unwrap();
        assert_eq!(bytes.as_str(), "objectsid:01ff");
    }

    #[test]
    fn text_that_is_not_an_id_is_refused() {
        for text in ["", "8c1f", ":8c1f", "entryUUID:", "entryUUID: ", "a b:c", "entryUUID:a\u{1}"]
        {
            assert_eq!(text.parse::<EntryId>(), Err(NotAnEntryId), "{text:?}");
        }
        assert_eq!(EntryId::new("entryUUID", &"x".repeat(1000)), None);
    }

    #[test]
    fn only_ids_of_the_same_attribute_contradict() {
        let id = |text: &str| text.parse::<EntryId>().unwrap();
        assert!(id("entryUUID:1").contradicts(&id("entryUUID:2")));
        assert!(!id("entryUUID:1").contradicts(&id("entryuuid:1")));
        assert!(!id("entryUUID:1").contradicts(&id("nsUniqueId:2")));
    }
}
