//! A small language of changes to a text: inputs that are almost right.
//!
//! A [`Transform`] turns a text into a near one, and its `Display` says how: "with its last character
//! removed". A suite crosses transforms with its own dimensions, such as the members of a request, and
//! knows for each whether the result must be refused. [`catalogue()`] lists the transforms, and
//! [`Composition`] combines several, drawn by proptest and shrunk to the fewest.

mod catalogue;
mod composition;
mod edit;
mod email;
mod encoding;
mod operator;
mod signed;
mod unicode;

use std::fmt;

pub use catalogue::{Weight, catalogue};
pub use composition::{Composition, compositions};
pub use edit::{Edit, Place};
pub use email::EmailChange;
pub use encoding::{Algorithm, Digest, Encoding, Notation};
pub use operator::Operator;
pub use signed::SignedChange;
pub use unicode::{Blank, Case, Form, LookAlike};

/// A change to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transform {
    /// Removes, adds or moves characters.
    Edit(Edit),
    /// Adds white space or invisible characters.
    Blank(Blank, Place),
    /// Changes the case of letters.
    Case(Case),
    /// Replaces characters by equivalent or similar ones.
    LookAlike(LookAlike),
    /// A Unicode normalisation form.
    Form(Form),
    /// Encodes the text.
    Encode(Encoding),
    /// Decodes the text, if it is encoded.
    Decode(Encoding),
    /// A digest of the text.
    Digest(Digest),
    /// Syntax of a query language, with the text in it or in its place.
    Operator(Operator),
    /// Another way to write an e-mail address.
    Email(EmailChange),
    /// A change to a signed token (RFC 7515) that a verifier must notice.
    Signed(SignedChange),
    /// Another text that does not depend on the original.
    Constant(&'static str),
}

/// The kind of a change, for coverage and for grouping findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The text is shortened.
    Cut,
    /// Something is added.
    Extension,
    /// Characters are replaced or moved.
    Edit,
    /// White space and invisible characters.
    Blank,
    /// Control characters.
    Control,
    /// Case.
    Case,
    /// Normalisation and similar characters.
    Unicode,
    /// Encodings and decodings.
    Encoding,
    /// Digests.
    Digest,
    /// Wildcards and patterns.
    Pattern,
    /// Injections.
    Injection,
    /// Numbers in another notation.
    Number,
    /// Addresses.
    Email,
    /// Signed tokens.
    Signed,
    /// A text that does not depend on the original.
    Constant,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 15] = [
        Self::Cut,
        Self::Extension,
        Self::Edit,
        Self::Blank,
        Self::Control,
        Self::Case,
        Self::Unicode,
        Self::Encoding,
        Self::Digest,
        Self::Pattern,
        Self::Injection,
        Self::Number,
        Self::Email,
        Self::Signed,
        Self::Constant,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Extension => "extension",
            Self::Edit => "edit",
            Self::Blank => "white space",
            Self::Control => "control character",
            Self::Case => "case",
            Self::Unicode => "similar character",
            Self::Encoding => "encoding",
            Self::Digest => "digest",
            Self::Pattern => "pattern",
            Self::Injection => "injection",
            Self::Number => "number",
            Self::Email => "address",
            Self::Signed => "signature",
            Self::Constant => "constant",
        }
    }
}

impl Transform {
    /// Whether the result is made of the original text. A part of a secret is a secret too.
    pub fn uses_original(&self) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Operator(operator) => !operator.is_self_contained(),
            _ => true,
        }
    }

    /// The changed text. `None` if the change does not apply to this text or leaves it as it is.
    pub fn apply(&self, text: &str) -> Option<String> {
        let changed = match self {
            Self::Edit(edit) => edit.apply(text),
            Self::Blank(blank, place) => Some(place.insert(text, blank.text())),
            Self::Case(case) => Some(case.apply(text)),
            Self::LookAlike(similar) => similar.apply(text),
            Self::Form(form) => Some(form.apply(text)),
            Self::Encode(encoding) => Some(encoding.encode(text)),
            Self::Decode(encoding) => encoding.decode(text),
            Self::Digest(digest) => Some(digest.of(text)),
            Self::Operator(operator) => operator.apply(text),
            Self::Email(change) => change.apply(text),
            Self::Signed(change) => change.apply(text),
            Self::Constant(other) => Some((*other).to_owned()),
        };
        changed.filter(|changed| changed != text)
    }

    /// The kind of the change.
    pub fn class(&self) -> Class {
        match self {
            Self::Edit(edit) => edit.class(),
            Self::Blank(blank, _) if blank.is_control() => Class::Control,
            Self::Blank(..) => Class::Blank,
            Self::Case(_) => Class::Case,
            Self::LookAlike(_) | Self::Form(_) => Class::Unicode,
            Self::Encode(_) | Self::Decode(_) => Class::Encoding,
            Self::Digest(_) => Class::Digest,
            Self::Operator(operator) => operator.class(),
            Self::Email(_) => Class::Email,
            Self::Signed(_) => Class::Signed,
            Self::Constant(_) => Class::Constant,
        }
    }
}

/// Completes a sentence about a text: "the password {}".
impl fmt::Display for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edit(edit) => edit.fmt(f),
            Self::Blank(blank, place) => write!(f, "with {} {place}", blank.name()),
            Self::Case(case) => case.fmt(f),
            Self::LookAlike(similar) => similar.fmt(f),
            Self::Form(form) => write!(f, "in normalisation form {}", form.name()),
            Self::Encode(encoding) => write!(f, "encoded as {}", encoding.name()),
            Self::Decode(encoding) => write!(f, "decoded from {}", encoding.name()),
            Self::Digest(digest) => write!(f, "replaced by its digest ({digest})"),
            Self::Operator(operator) => operator.fmt(f),
            Self::Email(change) => change.fmt(f),
            Self::Signed(change) => change.fmt(f),
            Self::Constant("") => f.write_str("replaced by an empty text"),
            Self::Constant(other) => write!(f, "replaced by `{other}`"),
        }
    }
}
