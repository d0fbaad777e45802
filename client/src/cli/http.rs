//! The HTTP client of the command: which certificates it trusts, and which headers it adds.

use std::{fs, path::Path, time::Duration};

use anyhow::Context as _;
use login_client::reqwest::{
    self, Certificate,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::Usage;

/// Headers that the client sets itself or that HTTP needs.
const OWN_HEADERS: [&str; 16] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-auth-token",
    "x-user-id",
];

/// A header whose value is in an environment variable, because process lists show arguments.
pub(super) struct EnvHeader {
    pub(super) name: HeaderName,
    pub(super) variable: String,
}

impl EnvHeader {
    /// Parses `NAME=ENV_VAR`. Errors do not quote the text after `=`, which may be the secret
    /// itself.
    pub(super) fn parse(text: &str) -> Result<Self, Usage> {
        let (name, variable) = text
            .split_once('=')
            .ok_or(Usage("--header: expected NAME=ENV_VAR, a header and a variable".into()))?;
        let refuse = |reason: &str| Err(Usage(format!("--header {name}=…: {reason}").into()));
        let Ok(header) = HeaderName::try_from(name) else {
            return Err(Usage(
                "--header: what stands before the `=` is no name of a header".into(),
            ));
        };
        if OWN_HEADERS.contains(&header.as_str()) {
            return refuse("the client sets this header itself");
        }
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !variable.starts_with(begins)
            || !variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return refuse("after `=` goes the name of an environment variable, not the value");
        }
        Ok(Self { name: header, variable: variable.to_owned() })
    }

    fn value(&self) -> Result<HeaderValue, Usage> {
        let refuse = |reason: &str| Usage(format!("--header {}=…: {reason}", self.name).into());
        let value = std::env::var_os(&self.variable).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| refuse("the environment variable is not set"))?;
        let value = value.to_str().and_then(|value| HeaderValue::from_str(value.trim()).ok());
        let mut value =
            value.ok_or_else(|| refuse("what is in the variable cannot be sent as a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// The headers of the arguments, each name once.
pub(super) fn headers(arguments: &[String]) -> Result<Vec<EnvHeader>, Usage> {
    let mut headers: Vec<EnvHeader> = Vec::new();
    for argument in arguments {
        let header = EnvHeader::parse(argument)?;
        if headers.iter().any(|other| other.name == header.name) {
            return Err(Usage(format!("--header {}=…: given twice", header.name).into()));
        }
        headers.push(header);
    }
    Ok(headers)
}

/// A client like the library's default one, with the authorities of a file and additional headers.
pub(super) fn client(
    cacert: Option<&Path>,
    headers: &[EnvHeader],
    timeout: Duration,
) -> anyhow::Result<reqwest::Client> {
    let mut map = HeaderMap::new();
    for header in headers {
        map.insert(header.name.clone(), header.value()?);
    }
    let builder = reqwest::Client::builder()
        .user_agent(concat!("login-client/", env!("CARGO_PKG_VERSION")))
        .default_headers(map)
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        // A redirect would send the password or the token to the host that the server names.
        .redirect(redirect::Policy::none());
    let Some(file) = cacert else { return builder.build().context("cannot set up TLS") };
    builder.tls_certs_only(authorities(file)?).build().map_err(|_| {
        Usage(format!("{}: a certificate in it cannot be used", file.display()).into()).into()
    })
}

fn authorities(file: &Path) -> anyhow::Result<Vec<Certificate>> {
    let place = file.display();
    let pem = fs::read(file).with_context(|| place.to_string())?;
    let pem = pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&pem);
    let certificates = Certificate::from_pem_bundle(pem);
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Usage(format!("{place}: no PEM certificates in it").into()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_header_is_refused_without_showing_its_value() {
        let refused = |argument: &str| EnvHeader::parse(argument).err().unwrap().to_string();
        for own in ["Host", "content-TYPE", "X-Auth-Token", "x-user-id", "Accept"] {
            assert!(refused(&format!("{own}=VARIABLE")).contains("sets this header itself"));
        }
        for argument in [
            "Authorization: Basic c2VjcmV0",
            "Authorization=Basic c2VjcmV0",
            "Authorization=",
            "Authorization=c2VjcmV0==",
            "Author ization=c2VjcmV0",
            "=c2VjcmV0",
        ] {
            let refusal = refused(argument);
            assert!(refusal.starts_with("--header") && !refusal.contains("c2V"), "{refusal}");
        }
        let twice = headers(&["A=X".to_owned(), "a=Y".to_owned()]).err().unwrap();
        assert_eq!(twice.to_string(), "--header a=…: given twice");
    }
}
