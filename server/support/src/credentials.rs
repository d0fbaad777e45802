//! The extractor of credentials, as the security schemes of a document describe them.

use async_trait::async_trait;
use data_encoding::BASE64;
use dropshot::{
    ApiEndpointBodyContentType, ExtensionMode, ExtractorMetadata, HttpError, RequestContext,
    RequestInfo, ServerContext, SharedExtractor,
};
use http::header::{AUTHORIZATION, AsHeaderName, COOKIE};

use crate::{Secret, urlencoded};

/// Credentials that a request may hold. Generated types implement it.
pub trait Credentials: Sized + Send + Sync + 'static {
    /// The credentials of a request; `None` if it does not hold all of them.
    fn read(request: &RequestInfo) -> Option<Self>;
}

/// The credentials that a request presents.
///
/// The extractor never refuses a request: whether credentials are missing or wrong, the handler sends the
/// response that the document has for it.
#[derive(Clone, Debug)]
pub struct Presented<T> {
    inner: Option<T>,
}

impl<T> Presented<T> {
    /// The credentials; `None` if they are missing or malformed.
    pub fn into_inner(self) -> Option<T> {
        self.inner
    }
}

#[async_trait]
impl<T: Credentials> SharedExtractor for Presented<T> {
    async fn from_request<Context: ServerContext>(
        rqctx: &RequestContext<Context>,
    ) -> Result<Self, HttpError> {
        Ok(Self { inner: T::read(&rqctx.request) })
    }

    fn metadata(_: ApiEndpointBodyContentType) -> ExtractorMetadata {
        // Dropshot's own document has security schemes only by a tag of an endpoint.
        ExtractorMetadata { extension_mode: ExtensionMode::None, parameters: Vec::new() }
    }
}

/// A user name and a password (RFC 7617).
#[derive(Clone, Debug)]
pub struct Basic {
    /// The user name.
    pub user: String,
    /// The password, which may be empty.
    pub password: Secret,
}

impl Basic {
    /// The credentials of the header `Authorization`, which are UTF-8.
    pub fn read(request: &RequestInfo) -> Option<Self> {
        let encoded = authorization(request, "basic")?;
        let decoded =
            Secret::from(String::from_utf8(BASE64.decode(encoded.expose().as_bytes()).ok()?).ok()?);
        let (user, password) = decoded.expose().split_once(':')?;
        Some(Self { user: user.to_owned(), password: password.into() })
    }
}

/// The credentials of an HTTP authentication scheme, such as `bearer` (RFC 9110, section 11.4; RFC 6750).
/// The name of a scheme is case-insensitive.
pub fn authorization(request: &RequestInfo, scheme: &str) -> Option<Secret> {
    let value = header(request, AUTHORIZATION)?;
    let (name, rest) = value.expose().split_once(' ')?;
    present(rest.trim_matches(' ')).filter(|_| name.eq_ignore_ascii_case(scheme))
}

/// The value of a header. A header that occurs twice or is empty is no credential.
pub fn header(request: &RequestInfo, name: impl AsHeaderName) -> Option<Secret> {
    let mut values = request.headers().get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    present(value.to_str().ok()?)
}

/// The value of a cookie (RFC 6265, section 4.2). A cookie that occurs twice or is empty is no credential.
pub fn cookie(request: &RequestInfo, name: &str) -> Option<Secret> {
    let lines = request.headers().get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(own, _)| own.trim() == name).map(|(_, value)| value.trim());
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    present(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// The value of a parameter of the query. One that occurs twice or is empty is no credential.
pub fn parameter(request: &RequestInfo, name: &str) -> Option<Secret> {
    let pairs = urlencoded::pairs(request.uri().query().unwrap_or_default().as_bytes()).ok()?;
    let mut values = pairs.into_iter().filter(|(own, _)| own == name).map(|(_, value)| value);
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    present(&value)
}

fn present(value: &str) -> Option<Secret> {
    (!value.is_empty()).then(|| Secret::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, headers: &[(&str, &str)]) -> RequestInfo {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        RequestInfo::new(&request, ([127, 0, 0, 1], 1).into())
    }

    fn shown(secret: Option<Secret>) -> Option<String> {
        secret.map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn credentials_are_read_from_each_place() {
        let cookies = "a=1; sid=\"s=3\"; sida=4";
        let headers = [("authorization", "BEARER  t1"), ("x-key", "k2"), ("cookie", cookies)];
        let request = request("/a?key=k%204&keys=5", &headers);
        let found = [
            authorization(&request, "bearer"),
            header(&request, "X-Key"),
            cookie(&request, "sid"),
            parameter(&request, "key"),
        ];
        assert_eq!(found.map(shown), ["t1", "k2", "s=3", "k 4"].map(|s| Some(s.to_owned())));
    }

    #[test]
    fn missing_empty_and_doubled_credentials_are_none() {
        let headers = [
            ("authorization", "basic dTpw"),
            ("x-key", "1"),
            ("x-key", "2"),
            ("x-empty", ""),
            ("cookie", "sid=1"),
            ("cookie", "sid=2; other="),
        ];
        let request = request("/a?key=1&key=2&empty=", &headers);
        let found = [
            authorization(&request, "bearer"),
            header(&request, "x-key"),
            header(&request, "x-empty"),
            header(&request, "x-none"),
            cookie(&request, "sid"),
            cookie(&request, "other"),
            parameter(&request, "key"),
            parameter(&request, "empty"),
        ];
        assert_eq!(found.map(shown), [const { None }; 8]);
    }

    #[test]
    fn basic_credentials_are_split_at_the_first_colon() {
        // `u:p:q`, `u:`, `no colon`.
        for (encoded, expected) in [
            ("dTpwOnE=", Some(("u", "p:q"))),
            ("dTo=", Some(("u", ""))),
            ("bm8gY29sb24=", None),
            ("%%", None),
        ] {
            let value = format!("Basic {encoded}");
            let found = Basic::read(&request("/a", &[("authorization", &value)]));
            let found = found.as_ref().map(|basic| (basic.user.as_str(), basic.password.expose()));
            assert_eq!(found, expected, "{encoded}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let basic = Basic::read(&request("/a", &[("authorization", "Basic dTpwOnE=")]));
        assert!(!format!("{basic:?}").contains("p:q"));
    }
}
