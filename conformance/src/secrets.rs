//! What must never be printed, found by its value wherever it stands.
//!
//! Every password, code and token that a run is given, makes or sees is learnt here, and every
//! output goes through [`Secrets::redact`] as its last step.

use std::{collections::BTreeMap, sync::Mutex};

use base64::{Engine as _, engine::general_purpose};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest as _, Sha256};

/// The secrets seen so far.
#[derive(Default)]
pub struct Secrets(Mutex<BTreeMap<String, &'static str>>);

/// Shorter texts than this are only redacted where they are a whole value: `"a"` is a letter
/// everywhere else.
const SHORTEST: usize = 4;

impl Secrets {
    /// One more secret, in every form in which it may be printed; `kind` is what stands there
    /// instead, as `password`.
    ///
    /// # Panics
    ///
    /// Where another thread panicked while it held the set.
    pub fn learn(&self, kind: &'static str, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let mut set = self.0.lock().expect("no thread panics while it holds the secrets");
        if set.contains_key(secret) {
            return;
        }
        for form in forms(secret) {
            set.entry(form).or_insert(kind);
        }
    }

    /// The text without any secret.
    ///
    /// # Panics
    ///
    /// Where another thread panicked while it held the set.
    pub fn redact(&self, text: &str) -> String {
        let set = self.0.lock().expect("no thread panics while it holds the secrets");
        let mut found: Vec<(&String, &str)> =
            set.iter().filter(|(form, _)| text.contains(*form)).map(|(f, k)| (f, *k)).collect();
        // A secret that holds another goes first, else its rest would stay.
        found.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        found.into_iter().fold(text.to_owned(), |text, (form, kind)| {
            if form.len() >= SHORTEST {
                return text.replace(form, &format!("[{kind}]"));
            }
            ['"', '\'', '='].into_iter().fold(text, |text, mark| {
                let end = if mark == '=' { String::new() } else { mark.to_string() };
                text.replace(&format!("{mark}{form}{end}"), &format!("{mark}[{kind}]{end}"))
            })
        })
    }

    /// Whether any secret of a kind stands in a text.
    ///
    /// # Panics
    ///
    /// Where another thread panicked while it held the set.
    pub fn is_clean(&self, text: &str) -> bool {
        let set = self.0.lock().expect("no thread panics while it holds the secrets");
        !set.keys().any(|form| form.len() >= SHORTEST && text.contains(form))
    }
}

/// Every form in which a secret may be printed.
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    let json = serde_json::Value::from(secret).to_string();
    forms.push(json[1..json.len() - 1].to_owned());
    // JSON within JSON, as in a report that quotes a body.
    let twice = serde_json::Value::from(&json[1..json.len() - 1]).to_string();
    forms.push(twice[1..twice.len() - 1].to_owned());
    let form = serde_urlencoded::to_string([("", secret)]).unwrap_or_default();
    forms.push(form.trim_start_matches('=').to_owned());
    forms.push(percent_encode(secret.as_bytes(), NON_ALPHANUMERIC).to_string());
    forms.push(percent_encode(secret.as_bytes(), NON_ALPHANUMERIC).to_string().to_lowercase());
    if secret.len() >= SHORTEST {
        for engine in [&general_purpose::STANDARD_NO_PAD, &general_purpose::URL_SAFE_NO_PAD] {
            forms.push(engine.encode(secret));
        }
        forms.push(hex::encode(secret));
        let digest = Sha256::digest(secret);
        forms.push(hex::encode(digest));
        forms.push(general_purpose::STANDARD_NO_PAD.encode(digest));
        forms.push(general_purpose::URL_SAFE_NO_PAD.encode(digest));
    }
    let xml = |text: &String| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let shell = |text: &String| text.replace('\'', r"'\''");
    let shown: Vec<String> = forms.iter().flat_map(|text| [xml(text), shell(text)]).collect();
    forms.extend(shown);
    forms.extend(forms.clone().iter().map(|text| text.replace('\'', "&#39;")));
    forms.sort();
    forms.dedup();
    forms.retain(|form| !form.is_empty());
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let secrets = Secrets::default();
        let secret = r#"pa"s's w0rd<&"#;
        secrets.learn("password", secret);
        let shown = [
            serde_json::json!({"p": secret}).to_string(),
            serde_json::json!({"body": serde_json::json!({"p": secret}).to_string()}).to_string(),
            serde_urlencoded::to_string([("password", secret)]).unwrap(),
            r#"'pa"s'\''s w0rd<&'"#.to_owned(),
            format!("https://h/?p={}", percent_encode(secret.as_bytes(), NON_ALPHANUMERIC)),
            format!("Basic {}", general_purpose::STANDARD.encode(secret)),
            hex::encode(Sha256::digest(secret)),
            "<p>pa&quot;s&#39;s w0rd&lt;&amp;</p>".to_owned(),
        ];
        for text in shown {
            let redacted = secrets.redact(&text);
            assert!(redacted.contains("[password]"), "{text} -> {redacted}");
            assert!(secrets.is_clean(&redacted) && !redacted.contains("w0rd"), "{redacted}");
        }
    }

    #[test]
    fn a_short_secret_goes_where_it_is_a_whole_value() {
        let secrets = Secrets::default();
        secrets.learn("password", "pw");
        assert_eq!(secrets.redact(r#"{"pwd":"pw"}"#), r#"{"pwd":"[password]"}"#);
    }
}
