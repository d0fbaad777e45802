//! An OpenAPI 3.0 document and the references within it.

use serde_json::Value;

use crate::{operation, operation::Operation, pointer::Pointer};

/// An OpenAPI document of version 3.0.x.
///
/// Only what every later step relies on is checked here: it is JSON, it is an object, its version
/// is 3.0.x and it has paths. What an operation means is [`Operation`]'s business.
#[derive(Clone, Debug)]
pub struct Document {
    name: String,
    value: Value,
}

/// Why a text is not a document this project can use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The text is not JSON.
    #[error("{name}:{line}:{column}: not JSON")]
    Json {
        /// What the text was called, usually its file name.
        name: String,
        /// Line of the first fault, from 1.
        line: usize,
        /// Column of the first fault, from 1.
        column: usize,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// The document's version is not supported.
    #[error("{name}: #/openapi: {message}")]
    Version {
        /// What the document was called.
        name: String,
        /// What was expected, and what stands there.
        message: String,
    },
    /// The document is not built as OpenAPI 3.0 says.
    #[error("{name}: #{pointer}: {message}")]
    Malformed {
        /// What the document was called.
        name: String,
        /// The place at fault.
        pointer: Pointer,
        /// What is wrong there.
        message: String,
    },
}

impl Document {
    /// Parses a document; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] where the text is not JSON or not an OpenAPI 3.0.x document.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let value = serde_json::from_str(text).map_err(|source| DocumentError::Json {
            name: name.to_owned(),
            line: source.line(),
            column: source.column(),
            source,
        })?;
        Self::from_value(name, value)
    }

    /// Takes a document that is already parsed.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`], but for the JSON syntax.
    pub fn from_value(name: &str, value: Value) -> Result<Self, DocumentError> {
        let document = Self { name: name.to_owned(), value };
        let version = document.value.get("openapi");
        let is_3_0 = version
            .and_then(Value::as_str)
            .is_some_and(|version| version == "3.0" || version.starts_with("3.0."));
        if !is_3_0 {
            return Err(document.unsupported_version());
        }
        match document.value.get("paths") {
            Some(Value::Object(_)) => Ok(document),
            _ => Err(document.malformed(&Pointer::root().child("paths"), "expected an object")),
        }
    }

    /// What the document is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole document.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value at a place, as it stands there: references are not followed.
    pub fn get(&self, pointer: &Pointer) -> Option<&Value> {
        self.value.pointer(pointer.as_str())
    }

    /// Every operation, in the order of the document.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`] with the place at fault.
    pub fn operations(&self) -> Result<Vec<Operation>, DocumentError> {
        operation::read_all(self)
    }

    /// Every operation that can be read, in the order of the document, and an error for each of the
    /// others.
    pub fn readable_operations(&self) -> (Vec<Operation>, Vec<DocumentError>) {
        operation::read_each(self)
    }

    /// Follows `$ref` from a place until a value that is none, and says where that value stands.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`] where a reference leads outside the document, to the whole
    /// document, to nothing, or round in a circle.
    pub fn resolve(&self, pointer: &Pointer) -> Result<(Pointer, &Value), DocumentError> {
        let mut seen = vec![pointer.clone()];
        let mut at = pointer.clone();
        loop {
            let value = self.get(&at).ok_or_else(|| {
                self.malformed(&at, "there is nothing here, but it is referred to")
            })?;
            let Some(reference) = value.get("$ref") else { return Ok((at, value)) };
            let target = self.local_reference(&at, reference)?;
            if seen.contains(&target) {
                return Err(self.malformed(&at, "the reference leads back to itself"));
            }
            seen.push(target.clone());
            at = target;
        }
    }

    /// The place that a `$ref` names.
    pub(crate) fn local_reference(
        &self,
        at: &Pointer,
        reference: &Value,
    ) -> Result<Pointer, DocumentError> {
        let here = at.child("$ref");
        let text = reference.as_str().ok_or_else(|| self.malformed(&here, "expected a string"))?;
        let fragment = text
            .strip_prefix('#')
            .ok_or_else(|| self.malformed(&here, format!("`{text}` leads outside the document")))?;
        let fragment = percent_decode(fragment)
            .and_then(|fragment| Pointer::parse(&fragment))
            .ok_or_else(|| self.malformed(&here, format!("`{text}` is not a JSON pointer")))?;
        if fragment == Pointer::root() {
            let message = format!("`{text}` is the whole document, which cannot stand here");
            return Err(self.malformed(&here, message));
        }
        if self.get(&fragment).is_none() {
            return Err(self.malformed(&here, format!("`{text}` leads to nothing")));
        }
        Ok(fragment)
    }

    fn unsupported_version(&self) -> DocumentError {
        let message = match (&self.value, self.value.get("openapi"), self.value.get("swagger")) {
            (Value::Object(_), None, Some(version)) => format!(
                "missing, but `swagger` is {version}: this is a Swagger 2.0 document; convert it to \
                 OpenAPI 3 first"
            ),
            (Value::Object(_), Some(version @ Value::Number(_)), _) => {
                format!("expected a string such as `\"3.0.3\"`, found {version}: quote the version")
            }
            (Value::Object(_), Some(version), _) => {
                format!("expected version 3.0.x or 3.1.x, found {version}")
            }
            (Value::Object(_), None, None) => {
                "expected version 3.0.x or 3.1.x, found nothing".to_owned()
            }
            _ => {
                return self
                    .malformed(&Pointer::root(), "expected an object with the member `openapi`");
            }
        };
        DocumentError::Version { name: self.name.clone(), message }
    }

    pub(crate) fn malformed(&self, pointer: &Pointer, message: impl Into<String>) -> DocumentError {
        DocumentError::Malformed {
            name: self.name.clone(),
            pointer: pointer.clone(),
            message: message.into(),
        }
    }
}

/// Undoes the percent-encoding of a URI fragment (RFC 6901, section 6).
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Document::parse("api.json", text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_a_document_is_refused_with_its_place() {
        assert_eq!(error("{\n  \"openapi\": ,"), "api.json:2:14: not JSON");
        assert_eq!(
            error(r#"{"openapi": "3.1.0", "paths": {}}"#),
            r##"api.json: #/openapi: expected version 3.0.x or 3.1.x, found "3.1.0""##
        );
        assert_eq!(error("[]"), "api.json: #: expected an object with the member `openapi`");
        assert_eq!(
            error("{}"),
            "api.json: #/openapi: expected version 3.0.x or 3.1.x, found nothing"
        );
        assert_eq!(
            error(r#"{"openapi": "3.0.0", "paths": 1}"#),
            "api.json: #/paths: expected an object"
        );
    }

    #[test]
    fn references_are_followed_and_bad_ones_refused() {
        let document = Document::parse(
            "api.json",
            r##"{"openapi": "3.0.3", "paths": {}, "a": {"$ref": "#/b"}, "b": {"$ref": "#/c~1%20d"},
                "c/ d": {"type": "string"}, "loop": {"$ref": "#/loop"}, "out": {"$ref": "x.json#/a"},
                "gone": {"$ref": "#/nowhere"}, "whole": {"$ref": "#"}}"##,
        )
        .unwrap();
        let resolve = |name: &str| document.resolve(&Pointer::root().child(name));
        assert_eq!(resolve("a").unwrap().0.as_str(), "/c~1 d");
        assert!(resolve("loop").unwrap_err().to_string().contains("back to itself"));
        assert!(resolve("out").unwrap_err().to_string().contains("outside the document"));
        assert_eq!(
            resolve("gone").unwrap_err().to_string(),
            "api.json: #/gone/$ref: `#/nowhere` leads to nothing"
        );
        assert_eq!(
            resolve("whole").unwrap_err().to_string(),
            "api.json: #/whole/$ref: `#` is the whole document, which cannot stand here"
        );
    }
}
