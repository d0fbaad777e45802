//! What must never be printed, found by its value wherever it stands.

use std::{collections::BTreeSet, sync::Mutex};

/// The passwords and tokens seen so far.
#[derive(Default)]
pub struct Secrets(Mutex<BTreeSet<String>>);

const REDACTED: &str = "[redacted]";

impl Secrets {
    /// One more secret, in every form in which it may be printed.
    ///
    /// # Panics
    ///
    /// Where another thread panicked while it held the set.
    pub fn learn(&self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let json = serde_json::Value::from(secret).to_string();
        let json = json[1..json.len() - 1].to_owned();
        let form = serde_urlencoded::to_string([("", secret)]).unwrap_or_default();
        let form = form.trim_start_matches('=').to_owned();
        let mut set = self.0.lock().expect("no thread panics while it holds the secrets");
        for shown in [secret.to_owned(), json, form] {
            set.insert(shown.replace('\'', r"'\''"));
            set.insert(shown);
        }
    }

    /// The text without any secret.
    ///
    /// # Panics
    ///
    /// Where another thread panicked while it held the set.
    pub fn redact(&self, text: &str) -> String {
        let set = self.0.lock().expect("no thread panics while it holds the secrets");
        let mut secrets: Vec<&String> = set.iter().collect();
        // A secret that holds another goes first, else its rest would stay.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(*secret, REDACTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let secrets = Secrets::default();
        secrets.learn(r#"pa"s's w0rd"#);
        for text in [r#"{"p":"pa\"s's w0rd"}"#, "password=pa%22s%27s+w0rd", r#"'pa"s'\''s w0rd'"#] {
            let shown = secrets.redact(text);
            assert!(shown.contains(REDACTED) && !shown.contains("w0rd"), "{shown}");
        }
    }
}
