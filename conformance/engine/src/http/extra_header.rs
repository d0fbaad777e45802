//! Extra headers for every request, for a proxy before the target that requires them.

use std::fmt;

use http::{HeaderName, HeaderValue};

use crate::redact::Secrets;

/// Headers that the engine sets itself, or that belong to the connection.
const RESERVED: [&str; 10] = [
    "content-type",
    "content-length",
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

/// An extra header of every request. Its value is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraHeader {
    name: HeaderName,
    value: HeaderValue,
    /// The environment variable that holds the value.
    variable: String,
}

/// Why an extra header cannot be used. No message holds the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtraHeaderError {
    /// The argument is not `NAME=VARIABLE`.
    #[error(
        "--header: give `NAME=VARIABLE`, the names of a header and of the environment variable that \
         holds its value"
    )]
    Malformed,
    /// The suite sets this header itself.
    #[error("--header: the suite itself decides about `{0}`")]
    Taken(HeaderName),
    /// The same header is given twice.
    #[error("--header: `{0}` is given twice")]
    Repeated(HeaderName),
    /// The variable is not set, or its value cannot be used.
    #[error("--header: {variable}, for `{name}`, {problem}")]
    Variable {
        /// The header.
        name: HeaderName,
        /// The variable, for a message.
        variable: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl ExtraHeader {
    /// Reads arguments of the form `NAME=VARIABLE`. `environment` returns the values of variables, and
    /// `reserved` names further headers, in lowercase, that the suite sets itself.
    ///
    /// # Errors
    ///
    /// [`ExtraHeaderError`] for the first argument that cannot be used.
    pub fn read_all(
        arguments: &[String],
        reserved: &[&str],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<Self>, ExtraHeaderError> {
        let mut headers: Vec<Self> = Vec::new();
        for argument in arguments {
            let header = Self::read(argument, reserved, &environment)?;
            if headers.iter().any(|other| other.name == header.name) {
                return Err(ExtraHeaderError::Repeated(header.name));
            }
            headers.push(header);
        }
        Ok(headers)
    }

    fn read(
        argument: &str,
        reserved: &[&str],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ExtraHeaderError> {
        let (name, variable) = argument.split_once('=').ok_or(ExtraHeaderError::Malformed)?;
        let name: HeaderName = name.parse().map_err(|_| ExtraHeaderError::Malformed)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if variable.is_empty() || !variable.chars().all(is_name) {
            return Err(ExtraHeaderError::Malformed);
        }
        if RESERVED.iter().chain(reserved).any(|reserved| *reserved == name.as_str()) {
            return Err(ExtraHeaderError::Taken(name));
        }
        let wrong = |problem| {
            let (name, variable) = (name.clone(), variable_text(variable));
            ExtraHeaderError::Variable { name, variable, problem }
        };
        let value = environment(variable).ok_or_else(|| wrong("is not set"))?;
        if value.trim().is_empty() {
            return Err(wrong("is empty"));
        }
        let mut value = HeaderValue::from_str(value.trim())
            .map_err(|_| wrong("holds a line break or another control character"))?;
        value.set_sensitive(true);
        Ok(Self { name, value, variable: variable.to_owned() })
    }

    /// The name, in lowercase.
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &HeaderValue {
        &self.value
    }

    /// The `curl` option for the header, with the variable instead of the value.
    pub(crate) fn curl(&self) -> String {
        format!(" -H \"{}: ${}\"", self.name, self.variable)
    }

    /// Adds the value to the secrets: whole, without its scheme, and the parts of Basic credentials.
    pub(crate) fn learn(&self, secrets: &Secrets) {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let value = String::from_utf8_lossy(self.value.as_bytes()).into_owned();
        secrets.learn("header", &value);
        let Some((scheme, credentials)) = value.split_once(' ') else { return };
        secrets.learn("header", credentials.trim());
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(credentials.trim())
            && let Some((_, password)) = String::from_utf8_lossy(&pair).split_once(':')
        {
            secrets.learn("header", password);
        }
    }
}

/// An environment variable for a message. The user may have given the secret instead of the variable
/// name, so only a text that looks like such a name is repeated.
pub fn variable_text(variable: &str) -> String {
    let is_usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if variable.chars().all(is_usual) {
        format!("the variable `{variable}`")
    } else {
        "the variable that it names".to_owned()
    }
}

impl fmt::Debug for ExtraHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtraHeader").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Vec<ExtraHeader>, String> {
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        let variable = |name: &str| match name {
            "GATEWAY" => Some("Basic Z2F0ZTpzM2NyZXQtcGFzcw==\n".to_owned()),
            "BLANK" => Some(" ".to_owned()),
            "BROKEN" => Some("s3cret\r\nX-Evil: 1".to_owned()),
            _ => None,
        };
        ExtraHeader::read_all(&arguments, &["x-auth-token"], variable)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn header_value_comes_from_the_environment() {
        let read = read(&["Proxy-Authorization=GATEWAY"]).unwrap();
        assert_eq!(read[0].name().as_str(), "proxy-authorization");
        assert_eq!(read[0].value().as_bytes(), b"Basic Z2F0ZTpzM2NyZXQtcGFzcw==");
        assert_eq!(read[0].curl(), " -H \"proxy-authorization: $GATEWAY\"");
        assert!(!format!("{read:?}").contains("Z2F0"));
        let secrets = Secrets::default();
        read[0].learn(&secrets);
        for text in ["Basic Z2F0ZTpzM2NyZXQtcGFzcw==", "Z2F0ZTpzM2NyZXQtcGFzcw==", "s3cret-pass"] {
            assert!(!secrets.is_clean(text), "{text}");
        }
    }

    #[test]
    fn invalid_header_is_refused_without_its_value() {
        for (arguments, reason) in [
            (&["Authorization"][..], "NAME=VARIABLE"),
            (&["Authorization: Basic s3cret"], "NAME=VARIABLE"),
            (&["Authorization=Basic s3cret=="], "NAME=VARIABLE"),
            (&["Authorization="], "NAME=VARIABLE"),
            (&["Author ization=GATEWAY"], "NAME=VARIABLE"),
            // The value in place of its variable.
            (&["X-Gateway=s3cret"], "the variable that it names, for `x-gateway`, is not set"),
            (&["X-Gateway=ABSENT"], "the variable `ABSENT`, for `x-gateway`, is not set"),
            (&["X-Gateway=BLANK"], "is empty"),
            (&["X-Gateway=BROKEN"], "control character"),
            (&["x-auth-TOKEN=GATEWAY"], "the suite itself decides about `x-auth-token`"),
            (&["Host=GATEWAY"], "the suite itself"),
            (&["Cookie=GATEWAY", "cookie=GATEWAY"], "`cookie` is given twice"),
        ] {
            let said = read(arguments).unwrap_err();
            assert!(said.contains(reason), "{arguments:?}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
