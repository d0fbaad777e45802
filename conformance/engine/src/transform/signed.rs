//! Changes to a signed token (JWS, RFC 7515) that a verifier must notice.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A change to a token of three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignedChange {
    /// `"alg": "none"` and no signature (RFC 7519, section 6).
    AlgorithmNone,
    /// The signature is missing.
    NoSignature,
    /// Another signature of the same length.
    OtherSignature,
    /// A later expiry, with the old signature.
    LaterExpiry,
}

impl SignedChange {
    /// Every change, the most common first.
    pub const ALL: [Self; 4] =
        [Self::AlgorithmNone, Self::NoSignature, Self::OtherSignature, Self::LaterExpiry];

    pub(super) fn apply(self, text: &str) -> Option<String> {
        let (header, payload, signature) = parts(text)?;
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        Some(match self {
            Self::AlgorithmNone => {
                format!("{}.{payload}.", encode(&json!({"alg": "none", "typ": "JWT"})))
            }
            Self::NoSignature => format!("{header}.{payload}."),
            Self::OtherSignature => format!("{header}.{payload}.{}", "A".repeat(signature.len())),
            Self::LaterExpiry => {
                let mut claims: Value = decode(payload)?;
                claims.as_object_mut()?.insert("exp".to_owned(), json!(4_102_444_800_u64));
                format!("{header}.{}.{signature}", encode(&claims))
            }
        })
    }
}

/// The three parts of a signed token. `None` if the text is none.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let is_header = decode(header)?.get("alg").is_some();
    (is_header && parts.next().is_none()).then_some((header, payload, signature))
}

fn decode(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl fmt::Display for SignedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlgorithmNone => "with the algorithm `none` and no signature",
            Self::NoSignature => "without its signature",
            Self::OtherSignature => "with another signature",
            Self::LaterExpiry => "with a later expiry and the old signature",
        })
    }
}
