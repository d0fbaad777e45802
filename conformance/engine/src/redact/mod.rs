//! Redaction: finds secrets in every output by their value and replaces them.
//!
//! Every password, code and token that a run gets, makes or receives is added here. Every output goes
//! through [`Secrets::redact`] or [`Secrets::redact_json`] as its last step.

mod decodings;
mod encodings;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use aho_corasick::AhoCorasick;
use serde_json::Value;

use decodings::decodings;
pub use encodings::encodings;
use encodings::{MIN_LENGTH, values};

/// The known secrets.
#[derive(Default)]
pub struct Secrets(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// The patterns to search for.
    patterns: BTreeMap<String, Hidden>,
    /// Finds the patterns; `None` if a secret was added since the last search.
    matcher: Option<Arc<(AhoCorasick, Vec<Hidden>)>>,
}

/// The replacement of a secret.
#[derive(Clone, Copy)]
struct Hidden {
    kind: &'static str,
    /// How many bytes at either end of the pattern do not belong to the secret.
    beside: usize,
}

/// A range of a text that holds a secret.
struct Shown {
    start: usize,
    end: usize,
    kind: &'static str,
    /// The length of the longest secret that was found there.
    longest: usize,
}

impl Secrets {
    /// Adds a secret. `kind` names its replacement, such as `password`.
    ///
    /// A secret of less than four bytes is redacted only where it is a whole value, since `"a"` occurs
    /// in most texts.
    pub fn learn(&self, kind: &'static str, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let mut known = self.lock();
        if known.patterns.contains_key(secret) {
            return;
        }
        for value in values(secret) {
            if value.len() >= MIN_LENGTH {
                known.patterns.entry(value).or_insert(Hidden { kind, beside: 0 });
                continue;
            }
            for (before, after) in [("\"", "\""), ("'", "'"), ("=", "&"), ("=", "'"), ("=", "\"")] {
                let whole = format!("{before}{value}{after}");
                known.patterns.entry(whole).or_insert(Hidden { kind, beside: 1 });
            }
        }
        known.matcher = None;
    }

    /// The text without any secret, in whatever encoding.
    ///
    /// # Panics
    ///
    /// If there are more secrets than a matcher can hold, which no run comes near.
    pub fn redact(&self, text: &str) -> String {
        let (mut redacted, mut done) = (String::new(), 0);
        for shown in self.shown(text) {
            redacted.push_str(&text[done..shown.start]);
            redacted.push('[');
            redacted.push_str(shown.kind);
            redacted.push(']');
            done = shown.end;
        }
        redacted.push_str(&text[done..]);
        redacted
    }

    /// The beginning of a text without any secret, at most `most` characters. Of a long text only the
    /// necessary part is decoded, because a target may send a megabyte with many decodings.
    ///
    /// # Panics
    ///
    /// As [`Secrets::redact`].
    pub fn redact_beginning(&self, text: &str, most: usize) -> String {
        /// How many bytes are decoded beyond the result. No secret is this long in any encoding.
        const READ: usize = 64 << 10;
        const TAKEN: usize = READ / 2;
        if text.len() <= READ {
            return self.redact(text).chars().take(most).collect();
        }
        let read = &text[..text.floor_char_boundary(READ)];
        let (mut redacted, mut done) = (String::new(), 0);
        for shown in self.shown(read).into_iter().take_while(|shown| shown.start < TAKEN) {
            redacted.push_str(&read[done..shown.start]);
            redacted.push('[');
            redacted.push_str(shown.kind);
            redacted.push(']');
            done = shown.end;
        }
        redacted.push_str(&read[done..read.floor_char_boundary(TAKEN.max(done))]);
        redacted.chars().take(most).collect()
    }

    /// The value without any secret in its strings. Numbers and member names stay: they come from the
    /// suite, and replacing them would make the JSON invalid.
    ///
    /// # Panics
    ///
    /// As [`Secrets::redact`].
    #[must_use]
    pub fn redact_json(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.redact(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.redact_json(item)).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(name, member)| (name, self.redact_json(member))).collect()
            }
            other => other,
        }
    }

    /// Whether a text holds no secret.
    ///
    /// # Panics
    ///
    /// As [`Secrets::redact`].
    pub fn is_clean(&self, text: &str) -> bool {
        self.shown(text).is_empty()
    }

    /// The ranges of a text that hold secrets, in order. Overlapping secrets are one range, because
    /// otherwise a part of the second one would remain.
    fn shown(&self, text: &str) -> Vec<Shown> {
        let matcher = self.matcher();
        let (matcher, hidden) = &*matcher;
        let mut found = Vec::new();
        for decoding in decodings(text) {
            for one in matcher.find_overlapping_iter(&decoding.bytes) {
                let Hidden { kind, beside } = hidden[one.pattern().as_usize()];
                let (start, end) = decoding.origin(one.start() + beside, one.end() - beside);
                found.push(Shown { start, end, kind, longest: end - start });
            }
        }
        found.sort_by_key(|shown| (shown.start, std::cmp::Reverse(shown.end)));
        let mut parts: Vec<Shown> = Vec::new();
        for next in found {
            match parts.last_mut().filter(|last| next.start < last.end) {
                Some(last) => {
                    last.end = last.end.max(next.end);
                    if next.longest > last.longest {
                        (last.kind, last.longest) = (next.kind, next.longest);
                    }
                }
                None => parts.push(next),
            }
        }
        parts
    }

    fn matcher(&self) -> Arc<(AhoCorasick, Vec<Hidden>)> {
        let mut known = self.lock();
        if let Some(matcher) = &known.matcher {
            return Arc::clone(matcher);
        }
        let matcher = AhoCorasick::new(known.patterns.keys())
            .expect("a run learns some thousands of secrets");
        let matcher = Arc::new((matcher, known.patterns.values().copied().collect()));
        known.matcher = Some(Arc::clone(&matcher));
        matcher
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().expect("no thread panics while it holds the secrets")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose};
    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn code_that_begins_with_zeros_is_redacted_as_a_number_too() {
        let secrets = Secrets::default();
        secrets.learn("code", "0012345");
        let redacted = secrets.redact(r#"{"code":12345,"text":"0012345"}"#);
        assert_eq!(redacted, r#"{"code":[code],"text":"[code]"}"#);
    }

    #[test]
    fn secret_is_redacted_in_every_encoding() {
        let secrets = Secrets::default();
        let secret = r#"pa"s's w0rd<&ö"#;
        secrets.learn("password", secret);
        let shown = [
            serde_json::json!({"p": secret}).to_string(),
            serde_json::json!({"body": serde_json::json!({"p": secret}).to_string()}).to_string(),
            serde_urlencoded::to_string([("password", secret)]).unwrap(),
            r#"'pa"s'\''s w0rd<&ö'"#.to_owned(),
            r#"{"p":"pa\"s's w0rd<&\u00f6"}"#.to_owned(),
            r#"{"p":"pa\"s's w0rd<&\u00F6"}"#.to_owned(),
            format!("https://h/?p={}", percent_encode(secret.as_bytes(), NON_ALPHANUMERIC)),
            "https://h/?p=pa%22s's%20w0rd%3c%26%c3%b6".to_owned(),
            format!("Basic {}", general_purpose::STANDARD.encode(secret)),
            // The position of a secret in the encoded text changes its base64.
            format!("Basic {}", general_purpose::STANDARD.encode(format!("alice:{secret}"))),
            format!("Basic {}", general_purpose::STANDARD.encode(format!("al:{secret}:x"))),
            general_purpose::URL_SAFE_NO_PAD.encode(format!("a:{secret}")),
            hex::encode(secret),
            hex::encode_upper(secret),
            hex::encode(Sha256::digest(secret)),
            "<p>pa&quot;s&#39;s w0rd&lt;&amp;ö</p>".to_owned(),
            "<p>pa&#34;s&#x27;s w0rd&lt;&amp;ö</p>".to_owned(),
            // Some characters are escaped and others not, as the writers of several languages do.
            r#"{"p":"pa\u0022s\u0027s w0rd\u003c\u0026ö"}"#.to_owned(),
            r#"{"p":"\u0070a\u0022s\u0027s\u0020w0rd\u003C\u0026\u00F6"}"#.to_owned(),
            "https://h/?p=pa%22s%27s+w0rd<%26ö".to_owned(),
            r#"<a href="?p=pa%22s&#39;s%20w0rd%3C%26%C3%B6">"#.to_owned(),
            r#"<code>curl -d '{"p":"pa\&quot;s'\''s w0rd&lt;&amp;\u00f6"}'</code>"#.to_owned(),
            r#"{"a":"{\"b\":\"{\\\"p\\\":\\\"pa\\\\\\\"s's w0rd<&ö\\\"}\"}"}"#.to_owned(),
        ];
        for text in shown {
            let redacted = secrets.redact(&text);
            assert!(redacted.contains("[password]"), "{text} -> {redacted}");
            assert!(secrets.is_clean(&redacted) && !redacted.contains("w0rd"), "{redacted}");
        }
    }

    #[test]
    fn secret_inside_another_leaves_no_remainder() {
        let secrets = Secrets::default();
        secrets.learn("password", "correct");
        secrets.learn("password", "correct horse");
        assert_eq!(secrets.redact("it was: correct horse."), "it was: [password].");
    }

    #[test]
    fn overlapping_secrets_leave_no_remainder() {
        let secrets = Secrets::default();
        secrets.learn("password", "482913");
        secrets.learn("code", "913774");
        assert_eq!(secrets.redact("a 482913774 b"), "a [password] b");
        assert_eq!(secrets.redact("482913 913774"), "[password] [code]");
    }

    #[test]
    fn beginning_of_a_long_text_is_redacted() {
        let secrets = Secrets::default();
        secrets.learn("password", "correct horse");
        for before in [0, 100, 32_760, 65_530, 200_000] {
            let text = "-".repeat(before) + &"correct horse, ".repeat(20_000);
            let beginning = secrets.redact_beginning(&text, 3_000);
            assert!(secrets.is_clean(&beginning) && !beginning.contains("corr"), "{before}");
            let all: String = secrets.redact(&text).chars().take(3_000).collect();
            assert_eq!(beginning, all, "{before}");
        }
        // No half of a secret remains where the text is cut.
        let text = "-".repeat(32_762) + &"correct horse, ".repeat(20_000);
        let beginning = secrets.redact_beginning(&text, usize::MAX);
        assert!(beginning.ends_with("-[password]"), "{}", &beginning[32_700..]);
    }

    #[test]
    fn redacted_json_stays_valid() {
        let secrets = Secrets::default();
        secrets.learn("password", "482913");
        let value = serde_json::json!({"seed": 482_913, "of": [{"482913": "it is 482913"}]});
        let redacted = secrets.redact_json(value);
        let expected = serde_json::json!({"seed": 482_913, "of": [{"482913": "it is [password]"}]});
        assert_eq!(redacted, expected);
    }

    #[test]
    fn short_secret_is_redacted_as_a_whole_value_only() {
        let secrets = Secrets::default();
        secrets.learn("password", "pw");
        assert_eq!(secrets.redact(r#"{"pwd":"pw"}"#), r#"{"pwd":"[password]"}"#);
        assert_eq!(secrets.redact("'user=a&pw=pw'"), "'user=a&pw=[password]'");
    }
}
