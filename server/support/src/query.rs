//! The extractor of a query with arrays, which Dropshot's own does not have.

use std::fmt;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, ExtractorMetadata, HttpError, RequestContext, ServerContext,
    SharedExtractor,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::urlencoded::{Decoded, NotUtf8, deserialize, pairs};

/// How a query holds one parameter (OpenAPI 3.0.3, Parameter Object, `style` and `explode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryForm {
    /// One value.
    Scalar,
    /// An array: the name occurs once for each value.
    Repeated,
    /// An array: the values are one text, with this character between them. A value cannot contain it.
    Separated(char),
    /// An object: every parameter that has no other name here is a member.
    Rest,
}

/// The parameters of a query: the name and the form of each.
pub trait QueryParameters: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The name and the form of each parameter.
    const PARAMETERS: &'static [(&'static str, QueryForm)];
}

/// The query of a request, with arrays.
///
/// A parameter that is not declared is ignored, unless one is [`QueryForm::Rest`]. Dropshot's own
/// document has only scalars in a query, so it describes an array as a string.
pub struct Query<T> {
    inner: T,
}

impl<T> Query<T> {
    /// The parameters.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T> fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query(…)")
    }
}

#[async_trait]
impl<T: QueryParameters> SharedExtractor for Query<T> {
    async fn from_request<Context: ServerContext>(
        rqctx: &RequestContext<Context>,
    ) -> Result<Self, HttpError> {
        let query = rqctx.request.uri().query().unwrap_or_default();
        let inner = parse(query).map_err(|reason| {
            HttpError::for_bad_request(None, format!("unable to parse the query: {reason}"))
        })?;
        Ok(Self { inner })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <dropshot::Query<T> as SharedExtractor>::metadata(content_type)
    }
}

/// Reads a query. Errors name the problem, but never a value.
fn parse<T: QueryParameters>(query: &str) -> Result<T, String> {
    let pairs = pairs(query.as_bytes()).map_err(|NotUtf8| "it is not UTF-8".to_owned())?;
    let mut members = Vec::new();
    for (name, form) in T::PARAMETERS {
        let mut values =
            pairs.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone());
        let value = match form {
            QueryForm::Scalar => {
                let Some(value) = values.next() else { continue };
                if values.next().is_some() {
                    return Err(format!("`{name}` occurs more than once"));
                }
                Decoded::Text(value)
            }
            QueryForm::Repeated => Decoded::Array(values.collect()),
            QueryForm::Separated(separator) => {
                let values: Vec<_> = values.collect();
                let split = |value: &String| match value.as_str() {
                    "" => Vec::new(),
                    value => value.split(*separator).map(ToOwned::to_owned).collect(),
                };
                if values.is_empty() {
                    continue;
                }
                Decoded::Array(values.iter().flat_map(split).collect())
            }
            QueryForm::Rest => {
                let is_own = |name: &str| T::PARAMETERS.iter().any(|(own, _)| *own == name);
                Decoded::Object(pairs.iter().filter(|(name, _)| !is_own(name)).cloned().collect())
            }
        };
        let is_absent = match &value {
            Decoded::Array(values) => values.is_empty() && *form == QueryForm::Repeated,
            Decoded::Object(members) => members.is_empty(),
            Decoded::Text(_) | Decoded::Values(_) => false,
        };
        if !is_absent {
            members.push((*name, value));
        }
    }
    deserialize(members)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    struct Search {
        limit: Option<u8>,
        ids: Vec<i64>,
        #[serde(default)]
        names: Option<Vec<String>>,
        #[serde(default)]
        colours: Vec<Colour>,
        #[serde(default)]
        filter: serde_json::Map<String, serde_json::Value>,
    }

    impl QueryParameters for Search {
        const PARAMETERS: &'static [(&'static str, QueryForm)] = &[
            ("limit", QueryForm::Scalar),
            ("ids", QueryForm::Repeated),
            ("names", QueryForm::Separated(',')),
            ("colours", QueryForm::Separated('|')),
            ("filter", QueryForm::Rest),
        ];
    }

    #[test]
    fn each_form_is_read() {
        let query = "limit=3&ids=1&ids=-2&names=a%2Cb+c,d&colours=red%7Cblue&room=1&size=%C3%A9";
        let search: Search = parse(query).unwrap();
        let filter = serde_json::json!({"room": "1", "size": "é"});
        assert_eq!(
            search,
            Search {
                limit: Some(3),
                ids: vec![1, -2],
                names: Some(["a", "b c", "d"].map(ToOwned::to_owned).to_vec()),
                colours: vec![Colour::Red, Colour::Blue],
                filter: filter.as_object().unwrap().clone(),
            }
        );
        let search: Search = parse("ids=1&names=").unwrap();
        assert_eq!((search.limit, search.names), (None, Some(Vec::new())));
        assert_eq!(parse::<Search>("ids=1").unwrap().names, None);
    }

    #[test]
    fn errors_name_the_problem_and_no_value() {
        for (query, reason) in [
            ("limit=1", "missing field `ids`"),
            ("ids=1&limit=2&limit=3", "`limit` occurs more than once"),
            ("ids=1&limit=secret", "expected an integer"),
            ("ids=1&ids=secret", "expected an integer"),
            ("ids=%ff", "it is not UTF-8"),
        ] {
            assert_eq!(parse::<Search>(query).unwrap_err(), reason, "{query}");
        }
        let reason = parse::<Search>("ids=1&colours=secret").unwrap_err();
        assert!(!reason.contains("secret"), "{reason}");
    }
}
