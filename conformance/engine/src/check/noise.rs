//! Compares what two sides get, with noise that is learned and not listed.
//!
//! Each side is sampled several times. Only a feature of the responses that never varies within a side
//! and differs between the sides distinguishes them. Whatever varies by itself, such as a date, an id or
//! the cookie of a load balancer, distinguishes nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::response::Response;

/// The features of a response by which a client can distinguish it from another: the status, each header,
/// the order of the headers, the body, its length, and each member of a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features(BTreeMap<String, String>);

/// A feature that distinguishes two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The feature: `status`, `header retry-after`, `body /error`.
    pub feature: String,
    /// The value of one side.
    pub one: String,
    /// The value of the other.
    pub other: String,
}

impl Difference {
    /// Whether it is in the status or the body. Headers vary most.
    pub fn is_about_content(&self) -> bool {
        self.feature == "status" || self.feature.starts_with("body")
    }

    /// Whether only one side has the feature.
    pub fn is_presence(&self) -> bool {
        (self.one == ABSENT) != (self.other == ABSENT)
    }

    /// Whether each side has the value of the other one too, in some of these responses. Then the values
    /// take turns, as the nodes behind a load balancer do, and say nothing about the side.
    pub fn is_exchanged(&self, ones: &[Features], others: &[Features]) -> bool {
        let has = |side: &[Features], text: &str| {
            side.iter().any(|features| shown(features.value(&self.feature)) == text)
        };
        has(ones, &self.other) && has(others, &self.one)
    }
}

/// The value of a feature that a response does not have.
const ABSENT: &str = "absent";
/// Headers that say nothing about the response itself.
const HOP_BY_HOP: [&str; 4] = ["content-length", "connection", "keep-alive", "transfer-encoding"];
/// The longest text of a feature that a finding shows, in characters.
const MAX_SHOWN: usize = 200;

impl Features {
    /// The features of a response. Texts that a response may repeat from its request, such as a user name,
    /// are `echoes`. They distinguish nothing.
    pub fn of(response: &Response, echoes: &[&str]) -> Self {
        let mut features = BTreeMap::new();
        features.insert("status".to_owned(), response.status.to_string());
        let mut names = Vec::new();
        for (name, value) in &response.headers {
            // The length follows from the body, which is compared without echoes. The others are about the
            // connection (RFC 9110, section 7.6.1).
            if HOP_BY_HOP.contains(&name.as_str()) {
                continue;
            }
            if !names.contains(name) {
                names.push(name.clone());
            }
            let value = without(value, echoes);
            let together = features.entry(format!("header {name}")).or_insert_with(String::new);
            if !together.is_empty() {
                together.push_str(", ");
            }
            together.push_str(&value);
        }
        features.insert("order of headers".to_owned(), names.join(", "));
        let text = without(&response.text(), echoes);
        features.insert("length of the body".to_owned(), text.len().to_string());
        if let Some(body) = response.json() {
            members(body, "", echoes, &mut features);
        }
        features.insert("body".to_owned(), text);
        Self(features)
    }

    /// Whether two responses have the same status, the same body, and headers of the same names.
    pub fn looks_like(&self, other: &Self) -> bool {
        ["status", "body"].iter().all(|feature| self.value(feature) == other.value(feature))
            && self.0.keys().eq(other.0.keys())
    }

    fn value(&self, feature: &str) -> &str {
        self.0.get(feature).map_or(ABSENT, String::as_str)
    }
}

/// The features that are constant within each of two samples and differ between them. A sample of fewer
/// than two responses shows nothing, because its noise is not known.
pub fn differences(one: &[Features], other: &[Features]) -> Vec<Difference> {
    if one.len() < 2 || other.len() < 2 {
        return Vec::new();
    }
    let (Some(first), Some(second)) = (one.first(), other.first()) else { return Vec::new() };
    let mut names: Vec<&String> = first.0.keys().chain(second.0.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let constant = |sample: &[Features], name: &str| {
        let value = sample[0].value(name);
        sample.iter().all(|features| features.value(name) == value)
    };
    let differs = |name: &&String| {
        first.value(name) != second.value(name) && constant(one, name) && constant(other, name)
    };
    let told = |name: &String| Difference {
        feature: name.clone(),
        one: shown(first.value(name)),
        other: shown(second.value(name)),
    };
    names.into_iter().filter(differs).map(told).collect()
}

fn shown(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

/// A text in which each echo is replaced, also where JSON escapes it.
fn without(text: &str, echoes: &[&str]) -> String {
    let mut text = text.to_owned();
    for echo in echoes.iter().filter(|echo| !echo.is_empty()) {
        let escaped: String = echo.encode_utf16().map(escaped).collect();
        for form in [(*echo).to_owned(), escaped.to_lowercase(), escaped] {
            text = text.replace(&form, "ECHO");
        }
    }
    text
}

/// A UTF-16 code unit as JSON that is ASCII only.
fn escaped(unit: u16) -> String {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04X}"),
    }
}

fn members(value: &Value, at: &str, echoes: &[&str], features: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            let names: Vec<_> = object.keys().cloned().collect();
            features.insert(format!("order of members at {at}/"), names.join(", "));
            for (name, member) in object {
                members(member, &format!("{at}/{name}"), echoes, features);
            }
        }
        leaf => {
            features.insert(format!("body {at}"), without(&leaf.to_string(), echoes));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample(responses: impl IntoIterator<Item = Response>) -> Vec<Features> {
        responses.into_iter().map(|response| Features::of(&response, &[])).collect()
    }

    fn refusal(id: u32) -> Response {
        Response::of_json(401, &json!({"error": "no"})).with("x-request-id", &id.to_string())
    }

    fn names(one: &[Features], other: &[Features]) -> Vec<String> {
        differences(one, other).into_iter().map(|difference| difference.feature).collect()
    }

    #[test]
    fn only_what_is_constant_on_each_side_distinguishes() {
        let (one, other) = (sample([1, 2, 3].map(refusal)), sample([4, 5, 6].map(refusal)));
        assert_eq!(differences(&one, &other), []);
        let told = sample([4, 5, 6].map(|id| refusal(id).with("x-attempts", "3")));
        assert_eq!(names(&one, &told), ["header x-attempts", "order of headers"]);
        let once = sample([refusal(4), refusal(5).with("x-node", "b"), refusal(6)]);
        assert_eq!(differences(&one, &once), [], "one of three is noise");
        assert_eq!(differences(&one, &told[..1]), [], "one response shows no noise");
        let closed = sample([4, 5, 6].map(|id| refusal(id).with("connection", "close")));
        assert_eq!(differences(&one, &closed), [], "a header about the connection");
        let node = |name: &str| sample([7, 7].map(|id| refusal(id).with("x-node", name)));
        let [first, second] = ["a", "b"].map(node);
        let turns = &differences(&first, &second)[0];
        let both = [first.clone(), second.clone()].concat();
        assert!(turns.is_exchanged(&both, &both));
        assert!(!turns.is_exchanged(&first, &both) && !turns.is_exchanged(&both, &second));
    }

    #[test]
    fn status_member_order_and_length_are_features() {
        let of = |status, body| sample(vec![Response::of(status, "application/json", body); 2]);
        let plain = of(401, r#"{"a":1,"b":2}"#);
        assert_eq!(names(&plain, &of(403, r#"{"a":1,"b":2}"#)), ["status"]);
        assert_eq!(names(&plain, &of(401, r#"{"b":2,"a":1}"#)), ["body", "order of members at /"]);
        assert_eq!(names(&plain, &of(401, "{\"a\":1,\"b\":2}\n")), ["body", "length of the body"]);
        let other = differences(&plain, &of(401, r#"{"a":1,"b":3}"#));
        let member = other.iter().find(|difference| difference.feature == "body /b").unwrap();
        assert_eq!((member.one.as_str(), member.other.as_str()), ("2", "3"));
    }

    #[test]
    fn echoed_user_name_makes_no_difference_in_any_encoding() {
        let user = "nobody-Ünï-名";
        let said = |name: &str| Response::of_json(401, &json!({ "message": format!("no {name}") }));
        let mut by_number = said(user);
        by_number.body = r#"{"message":"no nobody-\u00dcn\u00ef-\u540d"}"#.to_owned().into();
        let plain = Features::of(&said("alice"), &["alice"]);
        let body = |features: &Features| features.value("body").to_owned();
        assert_eq!(body(&Features::of(&said(user), &[user])), body(&plain));
        assert_eq!(body(&Features::of(&by_number, &[user])), body(&plain));
        assert_ne!(body(&Features::of(&said("bob"), &[user])), body(&plain));
    }
}
