//! Encodings and digests of a text.

use std::fmt::{self, Write as _};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// An encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// Percent-encoding (RFC 3986, section 2.1) of every byte but letters and digits.
    Percent,
    /// Percent-encoding of the first character alone.
    PercentFirst,
    /// Percent-encoding of percent-encoding.
    PercentTwice,
    /// The form encoding, with `+` for a space.
    Form,
    /// Numeric character references of HTML.
    HtmlDecimal,
    /// Character references of HTML for the first character.
    HtmlHex,
    /// Base64 (RFC 4648, section 4).
    Base64,
    /// Base64 for URLs without padding (RFC 4648, section 5).
    Base64Url,
    /// Hexadecimal.
    Hex,
    /// Hexadecimal in capital letters.
    HexUpper,
    /// `\u` escapes of JSON, which are not decoded by the JSON parser.
    JsonEscape,
    /// A JSON text, with its quotation marks.
    JsonText,
    /// Backslashes before every character that is not alphanumeric.
    Backslash,
    /// ROT13.
    Rot13,
}

impl Encoding {
    /// Every encoding, the most common first.
    pub const ALL: [Self; 14] = [
        Self::Percent,
        Self::PercentFirst,
        Self::Base64,
        Self::Hex,
        Self::HtmlDecimal,
        Self::JsonEscape,
        Self::Base64Url,
        Self::Form,
        Self::HtmlHex,
        Self::JsonText,
        Self::Backslash,
        Self::HexUpper,
        Self::PercentTwice,
        Self::Rot13,
    ];

    pub(super) fn encode(self, text: &str) -> String {
        let percent = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let first = text.chars().next().unwrap_or_default();
        let rest = &text[first.len_utf8().min(text.len())..];
        match self {
            Self::Percent => percent(text),
            Self::PercentFirst => {
                let first = text[..text.len() - rest.len()].bytes();
                first.map(|byte| format!("%{byte:02X}")).collect::<String>() + rest
            }
            Self::PercentTwice => percent(&percent(text)),
            Self::Form => serde_urlencoded::to_string([("", text)])
                .map_or_else(|_| text.to_owned(), |form| form[1..].to_owned()),
            Self::HtmlDecimal => text.chars().fold(String::new(), |mut encoded, c| {
                let _ = write!(encoded, "&#{};", u32::from(c));
                encoded
            }),
            Self::HtmlHex => format!("&#x{:x};{rest}", u32::from(first)),
            Self::Base64 => STANDARD.encode(text),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(text),
            Self::Hex => hex::encode(text),
            Self::HexUpper => hex::encode_upper(text),
            Self::JsonEscape => text.encode_utf16().fold(String::new(), |mut encoded, unit| {
                let _ = write!(encoded, "\\u{unit:04x}");
                encoded
            }),
            Self::JsonText => serde_json::Value::from(text).to_string(),
            Self::Backslash => text.chars().fold(String::new(), |mut encoded, c| {
                if !c.is_alphanumeric() {
                    encoded.push('\\');
                }
                encoded.push(c);
                encoded
            }),
            Self::Rot13 => text
                .chars()
                .map(|c| match c {
                    'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
                    'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
                    _ => c,
                })
                .collect(),
        }
    }

    pub(super) fn decode(self, text: &str) -> Option<String> {
        let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        match self {
            Self::Percent | Self::PercentFirst => {
                percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
            }
            Self::Form => serde_urlencoded::from_str::<Vec<(String, String)>>(&format!("a={text}"))
                .ok()
                .and_then(|pairs| pairs.into_iter().next())
                .map(|(_, value)| value),
            Self::Base64 => STANDARD.decode(text).ok().and_then(utf8),
            Self::Base64Url => URL_SAFE_NO_PAD.decode(text).ok().and_then(utf8),
            Self::Hex | Self::HexUpper => hex::decode(text).ok().and_then(utf8),
            Self::Backslash => Some(text.replace('\\', "")),
            Self::Rot13 => Some(self.encode(text)),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent-encoding",
            Self::PercentFirst => "percent-encoding of its first character",
            Self::PercentTwice => "percent-encoding, twice",
            Self::Form => "a form value",
            Self::HtmlDecimal => "HTML character references",
            Self::HtmlHex => "an HTML character reference for its first character",
            Self::Base64 => "Base64",
            Self::Base64Url => "Base64 for URLs",
            Self::Hex => "hexadecimal",
            Self::HexUpper => "hexadecimal in capital letters",
            Self::JsonEscape => "JSON escapes",
            Self::JsonText => "a JSON text",
            Self::Backslash => "text with backslashes",
            Self::Rot13 => "ROT13",
        }
    }
}

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// The notation of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notation {
    /// Hexadecimal.
    Hex,
    /// Base64 with padding.
    Base64,
    /// Base64 for URLs without padding.
    Base64Url,
}

/// A digest of a text, in a notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The notation.
    pub notation: Notation,
}

impl Digest {
    /// Every digest, the most common first.
    pub fn all() -> impl Iterator<Item = Self> {
        use Algorithm::{Md5, Sha1, Sha256, Sha512};
        [Sha256, Md5, Sha1, Sha512].into_iter().flat_map(|algorithm| {
            [Notation::Hex, Notation::Base64, Notation::Base64Url]
                .map(|notation| Self { algorithm, notation })
        })
    }

    /// The digest of a text.
    pub fn of(self, text: &str) -> String {
        let digest = match self.algorithm {
            Algorithm::Md5 => <md5::Md5 as md5::Digest>::digest(text).to_vec(),
            Algorithm::Sha1 => <sha1::Sha1 as sha1::Digest>::digest(text).to_vec(),
            Algorithm::Sha256 => <sha2::Sha256 as sha2::Digest>::digest(text).to_vec(),
            Algorithm::Sha512 => <sha2::Sha512 as sha2::Digest>::digest(text).to_vec(),
        };
        match self.notation {
            Notation::Hex => hex::encode(digest),
            Notation::Base64 => STANDARD.encode(digest),
            Notation::Base64Url => URL_SAFE_NO_PAD.encode(digest),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = match self.algorithm {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha1 => "SHA-1",
            Algorithm::Sha256 => "SHA-256",
            Algorithm::Sha512 => "SHA-512",
        };
        let notation = match self.notation {
            Notation::Hex => "hexadecimal",
            Notation::Base64 => "Base64",
            Notation::Base64Url => "Base64 for URLs",
        };
        write!(f, "{algorithm}, {notation}")
    }
}
