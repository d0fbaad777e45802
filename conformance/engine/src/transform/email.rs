//! Other ways to write an e-mail address, which some implementations take for the same one.

use std::fmt;

/// A change to an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmailChange {
    /// A tag after the local part.
    Tag,
    /// A dot in the local part.
    Dot,
    /// The domain in capital letters.
    DomainCase,
    /// The local part in capital letters.
    LocalCase,
    /// A dot after the domain.
    FinalDot,
    /// Another top-level domain.
    OtherTopLevel,
    /// The domain as a part of a longer one.
    LongerDomain,
    /// A subdomain.
    Subdomain,
    /// Only the local part.
    LocalPart,
    /// Only the domain.
    Domain,
    /// The local part at another domain.
    OtherDomain,
    /// Another local part at the domain.
    OtherLocalPart,
    /// A display name.
    DisplayName,
    /// A comment (RFC 5322, section 3.2.2).
    Comment,
    /// A second address after a comma.
    TwoAddresses,
    /// The URI scheme.
    MailTo,
    /// A quoted local part.
    Quoted,
}

impl EmailChange {
    /// Every change, the most common first.
    pub const ALL: [Self; 17] = [
        Self::LocalPart,
        Self::Tag,
        Self::OtherTopLevel,
        Self::LongerDomain,
        Self::OtherDomain,
        Self::Dot,
        Self::DomainCase,
        Self::LocalCase,
        Self::Domain,
        Self::OtherLocalPart,
        Self::DisplayName,
        Self::TwoAddresses,
        Self::Comment,
        Self::FinalDot,
        Self::Subdomain,
        Self::MailTo,
        Self::Quoted,
    ];

    /// Whether the result is the same address, because domains ignore case and servers ignore it in
    /// local parts too.
    pub fn is_same_address(self) -> bool {
        matches!(self, Self::DomainCase | Self::LocalCase)
    }

    pub(super) fn apply(self, text: &str) -> Option<String> {
        let (local, domain) = text.rsplit_once('@')?;
        let first = local.chars().next()?;
        Some(match self {
            Self::Tag => format!("{local}+tag@{domain}"),
            Self::Dot => format!("{first}.{}@{domain}", &local[first.len_utf8()..]),
            Self::DomainCase => format!("{local}@{}", domain.to_uppercase()),
            Self::LocalCase => format!("{}@{domain}", local.to_uppercase()),
            Self::FinalDot => format!("{text}."),
            Self::OtherTopLevel => format!("{local}@{}.invalid", domain.rsplit_once('.')?.0),
            Self::LongerDomain => format!("{text}.invalid"),
            Self::Subdomain => format!("{local}@mail.{domain}"),
            Self::LocalPart => local.to_owned(),
            Self::Domain => format!("@{domain}"),
            Self::OtherDomain => format!("{local}@example.invalid"),
            Self::OtherLocalPart => format!("nobody-{local}@{domain}"),
            Self::DisplayName => format!("Somebody <{text}>"),
            Self::Comment => format!("{local}(comment)@{domain}"),
            Self::TwoAddresses => format!("{text},nobody@example.invalid"),
            Self::MailTo => format!("mailto:{text}"),
            Self::Quoted => format!("\"{local}\"@{domain}"),
        })
    }
}

impl fmt::Display for EmailChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tag => "with a tag in its local part",
            Self::Dot => "with a dot in its local part",
            Self::DomainCase => "with its domain in capital letters",
            Self::LocalCase => "with its local part in capital letters",
            Self::FinalDot => "with a dot after its domain",
            Self::OtherTopLevel => "with another top-level domain",
            Self::LongerDomain => "with a longer domain",
            Self::Subdomain => "with a subdomain",
            Self::LocalPart => "reduced to its local part",
            Self::Domain => "reduced to its domain",
            Self::OtherDomain => "with another domain",
            Self::OtherLocalPart => "with a longer local part",
            Self::DisplayName => "with a display name",
            Self::Comment => "with a comment",
            Self::TwoAddresses => "with a second address after it",
            Self::MailTo => "as a `mailto` URI",
            Self::Quoted => "with a quoted local part",
        })
    }
}
