//! The extractor of a form with arrays and objects, which Dropshot's own does not have.

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError,
    RequestContext, ServerContext, TypedBody,
};
use http::Request;
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, value::MapDeserializer};

use crate::{serde_message::without_values, urlencoded::Decoded};

/// The body of a request that is a form (`application/x-www-form-urlencoded`), with arrays and objects.
///
/// The type decides how a member is read. For an array, the name of the member occurs once for each
/// value. An object is JSON (OpenAPI 3.0.4, Encoding Object, default of `contentType`).
///
/// The limit of the length and the check of the media type are those of [`TypedBody`]. Dropshot's own
/// document describes the body as it describes that of a `TypedBody`.
pub struct Form<T> {
    inner: T,
}

impl<T> Form<T> {
    /// The members.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T> fmt::Debug for Form<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form(…)")
    }
}

#[async_trait]
impl<T: DeserializeOwned + JsonSchema + Send + Sync + 'static> ExclusiveExtractor for Form<T> {
    async fn from_request<Context: ServerContext>(
        rqctx: &RequestContext<Context>,
        request: Request<Body>,
    ) -> Result<Self, HttpError> {
        let body = TypedBody::<Pairs>::from_request(rqctx, request).await?;
        let inner = decode(body.into_inner()).map_err(|reason| {
            HttpError::for_bad_request(None, format!("unable to parse URL-encoded body: {reason}"))
        })?;
        Ok(Self { inner })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

/// The names and values of a form, in order.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(transparent)]
struct Pairs(Vec<(String, String)>);

/// Makes a type of the members of a form. Errors name the member and the problem, but never a value.
fn decode<T: DeserializeOwned>(Pairs(pairs): Pairs) -> Result<T, String> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        members.entry(name).or_default().push(value);
    }
    let members = members.into_iter().map(|(name, values)| (name, Decoded::Values(values)));
    let deserializer = MapDeserializer::<_, serde::de::value::Error>::new(members);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let problem = without_values(&error.into_inner().to_string());
        if path == "." { problem } else { format!("`{path}`: {problem}") }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Size {
        width: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Note {
        text: String,
        #[serde(default)]
        count: Option<u8>,
        #[serde(default)]
        labels: Option<Vec<String>>,
        #[serde(default)]
        colours: Vec<Colour>,
        #[serde(default)]
        size: Option<Size>,
        #[serde(default)]
        sizes: Vec<Size>,
        #[serde(default)]
        scores: HashMap<String, u8>,
        #[serde(flatten)]
        more: HashMap<String, String>,
    }

    fn read(form: &[(&str, &str)]) -> Result<Note, String> {
        let pairs = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        decode(Pairs(pairs.collect()))
    }

    #[test]
    fn type_of_each_member_decides_how_it_is_read() {
        let note = read(&[
            ("labels", "[1]"),
            ("text", "{}"),
            ("colours", "red"),
            ("labels", ""),
            ("size", r#"{"width": 3}"#),
            ("sizes", r#"{"width": 1}"#),
            ("sizes", r#"{"width": 2}"#),
            ("scores", r#"{"a": 1}"#),
            ("count", "7"),
            ("other", "o"),
        ]);
        let expected = Note {
            text: "{}".to_owned(),
            count: Some(7),
            labels: Some(vec!["[1]".to_owned(), String::new()]),
            colours: vec![Colour::Red],
            size: Some(Size { width: 3 }),
            sizes: vec![Size { width: 1 }, Size { width: 2 }],
            scores: HashMap::from([("a".to_owned(), 1)]),
            more: HashMap::from([("other".to_owned(), "o".to_owned())]),
        };
        assert_eq!(note, Ok(expected));
        assert_eq!(read(&[("text", "")]).unwrap().labels, None);
    }

    #[test]
    fn errors_name_the_member_and_no_value() {
        let text = ("text", "secret");
        for (form, reason) in [
            (&[][..], "missing field `text`"),
            (&[text, text], "`text`: expected one value"),
            (&[text, ("count", "1"), ("count", "2")], "`count`: expected one value"),
            (&[text, ("count", "secret")], "`count`: expected an integer"),
            (&[text, ("size", "secret")], "`size`: expected JSON"),
            (&[text, ("size", r#"{"width": 1} secret"#)], "`size`: expected JSON"),
            (&[text, ("sizes", r#"{"width": 1}"#), ("sizes", "1")], "`sizes[1]`: invalid type"),
            (&[text, ("colours", "secret")], "`colours[0]`: unknown variant"),
            (&[text, ("scores", r#"{"a": "secret"}"#)], "`scores.a`: invalid type"),
        ] {
            let error = read(form).unwrap_err();
            assert!(error.starts_with(reason) && !error.contains("secret"), "{form:?}: {error}");
        }
    }
}
