//! One exchange as a text that can be read and reviewed.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde_json::Value;

use crate::redact::Secrets;

/// An exchange without data that differs between two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The name, such as `create-by-form`.
    pub name: String,
    /// The request as text: method, path, relevant headers, body.
    pub request: String,
    /// The status of the response.
    pub status: u16,
    /// The relevant headers, with lowercase names.
    pub headers: BTreeMap<String, String>,
    /// The body: JSON, or a string if it was not JSON.
    pub body: Value,
}

/// Why a text is not a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is missing or malformed")]
pub struct SnapshotError(&'static str);

impl Snapshot {
    /// The snapshot without any secret in the headers, and in the names and numbers of the body too.
    #[must_use]
    pub fn without(self, secrets: &Secrets) -> Self {
        let headers = self.headers.into_iter().map(|(name, value)| (name, secrets.redact(&value)));
        Self {
            request: secrets.redact(&self.request),
            headers: headers.collect(),
            body: clean(self.body, secrets),
            ..self
        }
    }
}

fn clean(value: Value, secrets: &Secrets) -> Value {
    match value {
        Value::Number(number) if !secrets.is_clean(&number.to_string()) => {
            Value::from(secrets.redact(&number.to_string()))
        }
        Value::Array(items) => items.into_iter().map(|item| clean(item, secrets)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (secrets.redact(&name), clean(member, secrets)))
            .collect(),
        other => secrets.redact_json(other),
    }
}

const TITLE: &str = "exchange: ";
const RESPONSE: &str = "\n--- response\n";

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{TITLE}{}\n--- request\n{}{RESPONSE}", self.name, self.request)?;
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        writeln!(f, "\n{:#}", self.body)
    }
}

impl FromStr for Snapshot {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let text = text.replace("\r\n", "\n");
        let text = text.strip_prefix(TITLE).ok_or(SnapshotError("the name of the exchange"))?;
        let (name, text) =
            text.split_once("\n--- request\n").ok_or(SnapshotError("the request"))?;
        let (request, response) = text.split_once(RESPONSE).ok_or(SnapshotError("the response"))?;
        let (head, body) = response.split_once("\n\n").ok_or(SnapshotError("the body"))?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.parse().ok());
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        });
        Ok(Self {
            name: name.to_owned(),
            request: request.to_owned(),
            status: status.ok_or(SnapshotError("the status"))?,
            headers: headers.collect::<Option<_>>().ok_or(SnapshotError("a header"))?,
            body: serde_json::from_str(body).map_err(|_| SnapshotError("the body"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn snapshot_holds_no_secret_in_any_part() {
        let secrets = Secrets::default();
        secrets.learn("password", "482913");
        let snapshot = Snapshot {
            name: "wrong-password".to_owned(),
            request: "POST /api/users?p=482913".to_owned(),
            status: 401,
            headers: [("location".to_owned(), "/?p=%34%382913".to_owned())].into(),
            body: json!({"482913": [482_913, -1_482_913, "x482913", 7, true, null]}),
        };
        let clean = snapshot.without(&secrets);
        assert_eq!(clean.request, "POST /api/users?p=[password]");
        assert_eq!(clean.headers["location"], "/?p=[password]");
        let body =
            json!({"[password]": ["[password]", "-1[password]", "x[password]", 7, true, null]});
        assert_eq!(clean.body, body);
        assert_eq!(clean.to_string().parse(), Ok(clean));
    }

    #[test]
    fn written_snapshot_is_parsed_again() {
        let snapshot = Snapshot {
            name: "wrong-password".to_owned(),
            request: "POST /api/users\n\n{\n  \"user\": \"[user]\"\n}".to_owned(),
            status: 401,
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: json!({"status": "error", "message": "a\n\nb"}),
        };
        assert_eq!(snapshot.to_string().parse(), Ok(snapshot.clone()));
        let bare = Snapshot { headers: BTreeMap::new(), body: json!("no JSON"), ..snapshot };
        assert_eq!(bare.to_string().parse(), Ok(bare.clone()));
        let broken = bare.to_string().replace("401", "many");
        assert_eq!(broken.parse::<Snapshot>(), Err(SnapshotError("the status")));
    }
}
