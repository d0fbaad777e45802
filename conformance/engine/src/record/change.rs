//! The changes between two records, and their impact.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Snapshot;

/// The impact of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Correct clients fail, or a request succeeds that should be refused.
    Breaking,
    /// The server requires or promises more. Correct clients do not notice.
    Tightening,
    /// No client should notice.
    Cosmetic,
}

/// The purpose of an exchange, which determines the impact of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The request should succeed.
    Accepted,
    /// The request is well-formed and should be refused.
    Refused,
    /// The request is malformed.
    Malformed,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The impact.
    pub impact: Impact,
    /// The exchange that changed.
    pub exchange: String,
    /// The place: `status`, `header content-type`, or a JSON pointer of the body.
    pub place: String,
    /// The old value.
    pub before: String,
    /// The new value.
    pub after: String,
}

impl Impact {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Tightening => "tightening",
            Self::Cosmetic => "cosmetic",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { impact, exchange, place, before, after } = self;
        write!(f, "{:<10} {exchange}: {place}: {before} -> {after}", impact.name())
    }
}

/// Every change between two records, breaking ones first. Exchanges that only one record has are
/// ignored, since they depend on the accounts file. `purpose` returns the purpose of an exchange.
pub fn changes(
    before: &[Snapshot],
    after: &[Snapshot],
    purpose: impl Fn(&str) -> Purpose,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| new.name == old.name) else { continue };
        let mut found = Found { exchange: &old.name, changes: &mut changes };
        found.status(old.status, new.status, purpose(&old.name));
        found.headers(old, new);
        // If the kind of response changed, the body is not a change of its own.
        if (old.status < 300) == (new.status < 300) {
            found.body("", &old.body, &new.body);
        }
    }
    changes.sort_by(|a, b| (a.impact, &a.exchange).cmp(&(b.impact, &b.exchange)));
    changes
}

struct Found<'a> {
    exchange: &'a str,
    changes: &'a mut Vec<Change>,
}

impl Found<'_> {
    fn push(
        &mut self,
        impact: Impact,
        place: impl Into<String>,
        before: impl fmt::Display,
        after: impl fmt::Display,
    ) {
        self.changes.push(Change {
            impact,
            exchange: self.exchange.to_owned(),
            place: place.into(),
            before: before.to_string(),
            after: after.to_string(),
        });
    }

    fn status(&mut self, before: u16, after: u16, purpose: Purpose) {
        if before == after {
            return;
        }
        let accepted = |status: u16| status < 300;
        let impact = match (accepted(before), accepted(after), purpose) {
            // A request that should succeed no longer does, or one that should be refused succeeds.
            (true, false, Purpose::Accepted) => Impact::Breaking,
            (false, true, Purpose::Refused | Purpose::Malformed) => Impact::Breaking,
            (true, false, _) => Impact::Tightening,
            (false, true, _) => Impact::Cosmetic,
            _ if after >= 500 => Impact::Breaking,
            _ if before >= 500 => Impact::Tightening,
            // Clients distinguish refusals of credentials by the status, but no client sends malformed
            // requests on purpose.
            (_, _, Purpose::Malformed) => Impact::Tightening,
            _ => Impact::Breaking,
        };
        self.push(impact, "status", before, after);
    }

    fn headers(&mut self, old: &Snapshot, new: &Snapshot) {
        let names = old.headers.keys().chain(new.headers.keys());
        let mut names: Vec<&String> = names.collect();
        names.sort();
        names.dedup();
        for name in names {
            let (before, after) = (old.headers.get(name), new.headers.get(name));
            if before == after {
                continue;
            }
            let essence = |value: Option<&String>| {
                let value = value.map_or("", |value| value.split(';').next().unwrap_or_default());
                value.trim().to_ascii_lowercase()
            };
            let no_store = |value: Option<&String>| value.is_some_and(|v| v.contains("no-store"));
            let impact = match name.as_str() {
                "content-type" if essence(before) == essence(after) => Impact::Cosmetic,
                "content-type" | "location" => Impact::Breaking,
                "cache-control" if no_store(before) && !no_store(after) => Impact::Breaking,
                "cache-control" if !no_store(before) && no_store(after) => Impact::Tightening,
                _ if before.is_none() => Impact::Tightening,
                _ => Impact::Cosmetic,
            };
            let shown = |value: Option<&String>| value.map_or("absent", String::as_str).to_owned();
            self.push(impact, format!("header {name}"), shown(before), shown(after));
        }
    }

    fn body(&mut self, place: &str, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(old), Value::Object(new)) => {
                for (name, value) in old {
                    let at = format!("{place}/{name}");
                    match new.get(name) {
                        Some(now) => self.body(&at, value, now),
                        None => self.push(Impact::Breaking, at, value, "absent"),
                    }
                }
                for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                    self.push(Impact::Cosmetic, format!("{place}/{name}"), "absent", value);
                }
            }
            // An empty array says nothing about the kinds of its items.
            (Value::Array(old), Value::Array(new)) if old.is_empty() || new.is_empty() => {}
            (Value::Array(old), Value::Array(new)) if old.len() == 1 && new.len() == 1 => {
                self.body(&format!("{place}/0"), &old[0], &new[0]);
            }
            _ if before == after => {}
            _ => {
                let impact = match (place, before.as_str(), after.as_str()) {
                    // Clients must not parse messages, and real servers have changed them.
                    ("/message" | "/data/message", Some(_), Some(_)) => Impact::Cosmetic,
                    (_, Some("[number]"), Some("[integer]")) => Impact::Tightening,
                    _ => Impact::Breaking,
                };
                self.push(impact, place, before, after);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn snapshot(name: &str, status: u16, body: Value) -> Snapshot {
        Snapshot {
            name: name.to_owned(),
            request: String::new(),
            status,
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body,
        }
    }

    fn said(old: &Snapshot, new: &Snapshot) -> Vec<(Impact, String)> {
        let purpose = |name: &str| match name {
            "wrong-credentials" => Purpose::Refused,
            "ill-typed" => Purpose::Malformed,
            _ => Purpose::Accepted,
        };
        let changes = changes(std::slice::from_ref(old), std::slice::from_ref(new), purpose);
        changes.into_iter().map(|change| (change.impact, change.place)).collect()
    }

    #[test]
    fn changes_are_sorted_by_whom_they_affect() {
        let old = snapshot(
            "wrong-credentials",
            401,
            json!({"error": "Unauthorized", "message": "Unauthorized", "success": false}),
        );
        let mut new = snapshot(
            "wrong-credentials",
            401,
            json!({"error": "unauthorized", "message": "No", "details": {}}),
        );
        new.headers.insert("content-type".to_owned(), "application/json; charset=utf-8".to_owned());
        new.headers.insert("retry-after".to_owned(), "[value]".to_owned());
        let places = |impact: Impact| -> Vec<String> {
            let found = said(&old, &new).into_iter().filter(|(is, _)| *is == impact);
            found.map(|(_, place)| place).collect()
        };
        assert_eq!(places(Impact::Breaking), ["/error", "/success"]);
        assert_eq!(places(Impact::Tightening), ["header retry-after"]);
        assert_eq!(places(Impact::Cosmetic), ["header content-type", "/message", "/details"]);
        assert_eq!(said(&old, &old), []);
    }

    #[test]
    fn header_change_is_breaking_if_clients_depend_on_it() {
        let of = |name: &str, value: Option<&str>| {
            let mut snapshot = snapshot("by-json", 200, json!(0));
            snapshot.headers.remove(name);
            snapshot.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            snapshot
        };
        for (name, before, after, impact) in [
            ("cache-control", Some("no-store"), None, Impact::Breaking),
            ("cache-control", Some("no-store"), Some("max-age=60"), Impact::Breaking),
            ("cache-control", None, Some("no-store"), Impact::Tightening),
            ("cache-control", Some("private"), Some("max-age=60"), Impact::Cosmetic),
            ("content-type", Some("application/json"), Some("text/json"), Impact::Breaking),
            ("content-type", Some("application/json"), None, Impact::Breaking),
            ("location", Some("/a"), Some("/b"), Impact::Breaking),
            ("retry-after", None, Some("[value]"), Impact::Tightening),
            ("pragma", Some("no-cache"), None, Impact::Cosmetic),
        ] {
            let found = said(&of(name, before), &of(name, after));
            assert_eq!(found, [(impact, format!("header {name}"))], "{before:?} -> {after:?}");
        }
    }

    #[test]
    fn status_change_is_judged_by_the_purpose_of_the_request() {
        let status = |name: &str, before: u16, after: u16| {
            let (old, new) = (snapshot(name, before, json!(0)), snapshot(name, after, json!(0)));
            said(&old, &new)[0].0
        };
        assert_eq!(status("by-form", 200, 415), Impact::Breaking);
        assert_eq!(status("by-form", 415, 200), Impact::Cosmetic);
        assert_eq!(status("wrong-credentials", 401, 200), Impact::Breaking);
        assert_eq!(status("wrong-credentials", 401, 403), Impact::Breaking);
        assert_eq!(status("ill-typed", 500, 400), Impact::Tightening);
        assert_eq!(status("ill-typed", 400, 422), Impact::Tightening);
        assert_eq!(status("ill-typed", 400, 500), Impact::Breaking);
        assert_eq!(status("ill-typed", 200, 400), Impact::Tightening);
    }

    #[test]
    fn changed_types_and_members_of_a_success_are_reported() {
        let of = |me: Value| snapshot("me", 200, me);
        let old = of(json!({"utcOffset": "[integer]", "roles": ["[string]"], "name": "[string]"}));
        let new = of(json!({"utcOffset": "[number]", "roles": [], "bio": "[string]"}));
        let mut back: Vec<_> = said(&old, &new);
        back.sort();
        assert_eq!(
            back,
            [
                (Impact::Breaking, "/name".to_owned()),
                (Impact::Breaking, "/utcOffset".to_owned()),
                (Impact::Cosmetic, "/bio".to_owned()),
            ]
        );
        assert_eq!(said(&new, &old)[0], (Impact::Breaking, "/bio".to_owned()));
        assert!(said(&new, &old).contains(&(Impact::Tightening, "/utcOffset".to_owned())));
    }
}
