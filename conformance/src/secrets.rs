//! What must never be printed, found by its value wherever it stands.
//!
//! Every password, code and token that a run is given, makes or sees is learnt here, and every
//! output goes through [`Secrets::redact`] as its last step.

mod forms;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use aho_corasick::{AhoCorasick, MatchKind};

use forms::SHORTEST;
pub use forms::forms;

/// The secrets seen so far.
#[derive(Default)]
pub struct Secrets(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// What is looked for, and what stands there instead.
    patterns: BTreeMap<String, String>,
    /// Ready to look; gone where a secret was learnt since.
    matcher: Option<Arc<(AhoCorasick, Vec<String>)>>,
}

impl Secrets {
    /// One more secret, in every form in which it may be printed; `kind` is what stands there
    /// instead, as `password`.
    ///
    /// A secret of less than four bytes is only found where it is a whole value: `"a"` is a letter
    /// everywhere else.
    pub fn learn(&self, kind: &'static str, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let mut known = self.lock();
        if known.patterns.contains_key(secret) {
            return;
        }
        for form in forms(secret) {
            if form.len() >= SHORTEST {
                known.patterns.entry(form).or_insert_with(|| format!("[{kind}]"));
                continue;
            }
            for (before, after) in [("\"", "\""), ("'", "'"), ("=", "&"), ("=", "'"), ("=", "\"")] {
                let whole = format!("{before}{form}{after}");
                let hidden = format!("{before}[{kind}]{after}");
                known.patterns.entry(whole).or_insert(hidden);
            }
        }
        known.matcher = None;
    }

    /// The text without any secret.
    ///
    /// # Panics
    ///
    /// Where the secrets are more than a matcher can hold, which no run comes near.
    pub fn redact(&self, text: &str) -> String {
        let matcher = self.matcher();
        matcher.0.replace_all(text, &matcher.1)
    }

    /// Whether no secret stands in a text.
    ///
    /// # Panics
    ///
    /// As [`Secrets::redact`].
    pub fn is_clean(&self, text: &str) -> bool {
        !self.matcher().0.is_match(text)
    }

    fn matcher(&self) -> Arc<(AhoCorasick, Vec<String>)> {
        let mut known = self.lock();
        if let Some(matcher) = &known.matcher {
            return Arc::clone(matcher);
        }
        // A secret that holds another goes first, else its rest would stay.
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(known.patterns.keys())
            .expect("a run learns some thousands of secrets");
        let matcher = Arc::new((matcher, known.patterns.values().cloned().collect()));
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
    fn a_secret_is_redacted_in_every_form() {
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
            // Its place within what is encoded shifts every letter.
            format!("Basic {}", general_purpose::STANDARD.encode(format!("alice:{secret}"))),
            format!("Basic {}", general_purpose::STANDARD.encode(format!("al:{secret}:x"))),
            general_purpose::URL_SAFE_NO_PAD.encode(format!("a:{secret}")),
            hex::encode(secret),
            hex::encode_upper(secret),
            hex::encode(Sha256::digest(secret)),
            "<p>pa&quot;s&#39;s w0rd&lt;&amp;ö</p>".to_owned(),
            "<p>pa&#34;s&#x27;s w0rd&lt;&amp;ö</p>".to_owned(),
        ];
        for text in shown {
            let redacted = secrets.redact(&text);
            assert!(redacted.contains("[password]"), "{text} -> {redacted}");
            assert!(secrets.is_clean(&redacted) && !redacted.contains("w0rd"), "{redacted}");
        }
    }

    #[test]
    fn a_secret_within_another_leaves_no_rest() {
        let secrets = Secrets::default();
        secrets.learn("password", "correct");
        secrets.learn("password", "correct horse");
        assert_eq!(secrets.redact("it was: correct horse."), "it was: [password].");
    }

    #[test]
    fn a_short_secret_goes_where_it_is_a_whole_value() {
        let secrets = Secrets::default();
        secrets.learn("password", "pw");
        assert_eq!(secrets.redact(r#"{"pwd":"pw"}"#), r#"{"pwd":"[password]"}"#);
        assert_eq!(secrets.redact("'user=a&pw=pw'"), "'user=a&pw=[password]'");
    }
}
