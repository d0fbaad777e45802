//! Checks that texts of a response were encoded once.

use serde_json::Value;

use specfirst_engine::check::{Judgement, finding::Finding};

const RULE: &str = "texts_are_encoded_once";

/// Reports a text whose characters are the bytes of another text in UTF-8: `BjÃ¶rn` for `Björn`.
pub(super) fn judge(body: &Value, judgement: &mut Judgement) {
    judgement.check(RULE);
    if let Some((at, text)) = encoded_twice(body, String::new()) {
        let message = format!("`{at}` is encoded as UTF-8 twice");
        judgement.findings.push(Finding::new(
            RULE,
            at,
            message,
            decoded(text).unwrap_or_default(),
            text,
        ));
    }
}

/// The first text of a value that was encoded twice, and its pointer.
fn encoded_twice(value: &Value, at: String) -> Option<(String, &str)> {
    match value {
        Value::String(text) => decoded(text).map(|_| (at, text.as_str())),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(number, item)| encoded_twice(item, format!("{at}/{number}"))),
        Value::Object(members) => {
            members.iter().find_map(|(name, member)| encoded_twice(member, format!("{at}/{name}")))
        }
        _ => None,
    }
}

/// The text that the characters of another text are the bytes of, in UTF-8. `None` if they are none, or ASCII.
fn decoded(text: &str) -> Option<String> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<_>>()?;
    if bytes.is_ascii() { None } else { String::from_utf8(bytes).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_text_of_the_bytes_of_utf8_was_encoded_twice() {
        for right in ["Björn", "名前", "Renée", "Æ", "50 °C", "plain", ""] {
            assert_eq!(decoded(right), None, "{right}");
        }
        for (wrong, right) in [("BjÃ¶rn", "Björn"), ("å\u{90}\u{8d}", "名")] {
            assert_eq!(decoded(wrong).as_deref(), Some(right), "{wrong}");
        }
    }

    #[test]
    fn place_of_the_text_is_named() {
        let mut judgement = Judgement::default();
        judge(&json!({"me": {"names": ["Björn", "BjÃ¶rn"]}}), &mut judgement);
        assert_eq!(judgement.findings[0].place, "/me/names/1");
    }
}
