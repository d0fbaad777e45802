//! YAML 1.2 to a JSON value, by the core schema.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::{Map, Number, Value};

/// The nesting of arrays and objects that a file may have, as in `serde_json`.
const MAX_DEPTH: usize = 127;
/// How many values aliases may copy, so that a small file cannot fill the memory.
const MAX_COPIED_VALUES: usize = 1_000_000;

/// A mistake in a YAML file.
pub(super) struct YamlError {
    /// The line, from 1.
    pub(super) line: usize,
    /// The column, from 1.
    pub(super) column: usize,
    /// What is wrong.
    pub(super) message: String,
}

/// Parses a file with one YAML document.
pub(super) fn read(text: &str) -> Result<Value, YamlError> {
    let events = Parser::new_from_str(text);
    let mut reader = Reader { events, anchors: HashMap::new(), copied: 0 };
    let (event, at) = reader.next()?;
    let value = reader.node(event, at, 0)?;
    match reader.next() {
        Ok((Event::Nothing, _)) => Ok(value),
        Ok((_, at)) => Err(error(at, "a second YAML document begins here, expected one")),
        Err(error) => Err(error),
    }
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    /// The value of each anchor.
    anchors: HashMap<usize, Value>,
    /// The number of values that aliases have copied.
    copied: usize,
}

fn error(at: Span, message: impl Into<String>) -> YamlError {
    YamlError { line: at.start.line().max(1), column: at.start.col() + 1, message: message.into() }
}

fn scan_error(error: &ScanError) -> YamlError {
    let at = error.marker();
    YamlError {
        line: at.line(),
        column: at.col() + 1,
        message: format!("not YAML: {}", error.info()),
    }
}

impl<'t> Reader<'t> {
    /// The next event that carries content; [`Event::Nothing`] at the end.
    fn next(&mut self) -> Result<(Event<'t>, Span), YamlError> {
        loop {
            match self.events.next() {
                None => return Ok((Event::Nothing, Span::default())),
                Some(Err(error)) => return Err(scan_error(&error)),
                Some(Ok((
                    Event::StreamStart
                    | Event::DocumentStart(_)
                    | Event::DocumentEnd
                    | Event::StreamEnd
                    | Event::Nothing,
                    _,
                ))) => {}
                Some(Ok(event)) => return Ok(event),
            }
        }
    }

    fn node(&mut self, event: Event<'t>, at: Span, depth: usize) -> Result<Value, YamlError> {
        if depth > MAX_DEPTH {
            return Err(error(at, format!("nested more than {MAX_DEPTH} levels deep")));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value =
                    scalar(&text, style, tag.as_deref()).map_err(|message| error(at, message))?;
                (value, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq").map_err(|message| error(at, message))?;
                let mut items = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break;
                    }
                    items.push(self.node(event, at, depth + 1)?);
                }
                (Value::Array(items), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map").map_err(|message| error(at, message))?;
                (Value::Object(self.mapping(depth)?), anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, at),
            _ => return Err(error(at, "not YAML: expected a value")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn mapping(&mut self, depth: usize) -> Result<Map<String, Value>, YamlError> {
        let mut members = Map::new();
        let mut merged = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let is_merge =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.key(event, at)?;
            let (event, value_at) = self.next()?;
            let value = self.node(event, value_at, depth + 1)?;
            if is_merge {
                merged.push((value, value_at));
            } else if members.contains_key(&key) {
                return Err(error(at, format!("the key `{key}` occurs twice")));
            } else {
                members.insert(key, value);
            }
        }
        // The mapping's own keys win over merged ones, and an earlier merge over a later one.
        for (value, at) in merged {
            let sources = match value {
                Value::Array(items) => items,
                other => vec![other],
            };
            for source in sources {
                let Value::Object(source) = source else {
                    return Err(error(at, "`<<` merges mappings, and this is none"));
                };
                for (key, value) in source {
                    members.entry(key).or_insert(value);
                }
            }
        }
        Ok(members)
    }

    fn key(&mut self, event: Event<'t>, at: Span) -> Result<String, YamlError> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if text.is_empty() && style == ScalarStyle::Plain {
                    return Err(error(at, "a key is missing here"));
                }
                if anchor != 0 {
                    self.anchors.insert(anchor, text.clone().into_owned().into());
                }
                Ok(text.into_owned())
            }
            Event::Alias(anchor) => match self.alias(anchor, at)? {
                Value::String(key) => Ok(key),
                _ => Err(error(at, "a key must be a string")),
            },
            _ => Err(error(at, "a key must be a string, not a list or a mapping")),
        }
    }

    fn alias(&mut self, anchor: usize, at: Span) -> Result<Value, YamlError> {
        let Some(value) = self.anchors.get(&anchor) else {
            return Err(error(at, "the alias stands within its own anchor"));
        };
        self.copied += count(value);
        if self.copied > MAX_COPIED_VALUES {
            return Err(error(at, format!("aliases copy more than {MAX_COPIED_VALUES} values")));
        }
        Ok(value.clone())
    }
}

/// The number of values within a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

fn check_tag(tag: Option<&Tag>, expected: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == expected) => {
            Err(format!("the tag `{}{}` has no meaning in OpenAPI", tag.handle, tag.suffix))
        }
        _ => Ok(()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    if tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str") {
        return Ok(text.into());
    }
    let is_plain = style == ScalarStyle::Plain;
    match tag {
        None if !is_plain => Ok(text.into()),
        None => plain(text),
        Some(tag)
            if tag.is_yaml_core_schema()
                && ["int", "float", "bool", "null"].contains(&tag.suffix.as_str()) =>
        {
            match plain(text)? {
                Value::String(_) => Err(format!("`{text}` is no `!!{}`", tag.suffix)),
                value => Ok(value),
            }
        }
        Some(tag) => {
            Err(format!("the tag `{}{}` has no meaning in OpenAPI", tag.handle, tag.suffix))
        }
    }
}

/// A scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(true.into()),
        "false" | "False" | "FALSE" => return Ok(false.into()),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&unsigned) {
        return Err(format!("`{text}` does not exist in JSON; quote it if it is a string"));
    }
    let radix = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, radix).ok())
    };
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Ok(number.into());
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let is_integer = !unsigned.is_empty() && unsigned.chars().all(is_digit);
    let is_separated = unsigned.starts_with(is_digit)
        && unsigned.contains('_')
        && unsigned.chars().all(|c| is_digit(c) || c == '_');
    if is_separated || (is_integer && unsigned.len() > 1 && unsigned.starts_with('0')) {
        return Err(format!(
            "YAML parsers disagree about the number `{text}`; quote it if it is a string, or write \
             it without leading zeros and `_`"
        ));
    }
    if is_integer {
        let digits = text.strip_prefix('+').unwrap_or(text);
        if let Ok(number) = digits.parse::<i64>() {
            return Ok(number.into());
        }
        if let Ok(number) = digits.parse::<u64>() {
            return Ok(number.into());
        }
    }
    if is_float(unsigned) {
        let number = text.parse().ok().and_then(Number::from_f64);
        return number
            .map(Value::Number)
            .ok_or_else(|| format!("the number `{text}` is too large"));
    }
    Ok(text.into())
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, with an exponent or without.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_ok(text: &str) -> Value {
        read(text).unwrap_or_else(|error| panic!("{text}: {}", error.message))
    }

    fn refusal(text: &str) -> String {
        match read(text) {
            Ok(value) => panic!("{text} is {value}"),
            Err(YamlError { line, column, message }) => format!("{line}:{column}: {message}"),
        }
    }

    #[test]
    fn scalars_follow_the_core_schema_of_yaml_1_2() {
        assert_eq!(
            read_ok("[yes, no, on, off, y, 1:30, 2020-01-01, '1', !!str 1, 1.2.3, 1e, .]"),
            json!([
                "yes",
                "no",
                "on",
                "off",
                "y",
                "1:30",
                "2020-01-01",
                "1",
                "1",
                "1.2.3",
                "1e",
                "."
            ])
        );
        assert_eq!(
            read_ok(
                "[true, False, ~, Null, 0, -7, +7, 0x1F, 0o17, 1.50, .5, 1e3, 18446744073709551615]"
            ),
            json!([true, false, null, null, 0, -7, 7, 31, 15, 1.5, 0.5, 1000.0, u64::MAX])
        );
        assert_eq!(read_ok("200: a\ntrue: b\n'': c"), json!({"200": "a", "true": "b", "": "c"}));
        assert_eq!(read_ok("a: |\n  yes\n  no\nb:\n"), json!({"a": "yes\nno\n", "b": null}));
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        let text = "base: &base {a: 1, b: 2}\nof: *base\nwith:\n  <<: *base\n  b: 3\n";
        let base = json!({"a": 1, "b": 2});
        assert_eq!(read_ok(text), json!({"base": base, "of": base, "with": {"b": 3, "a": 1}}));
    }

    #[test]
    fn what_parsers_read_differently_is_refused_with_its_place() {
        assert!(refusal("a: 007").starts_with("1:4: YAML parsers disagree about the number `007`"));
        assert!(refusal("a: 1_000").contains("`1_000`"));
        assert!(refusal("a:\n- -.inf").starts_with("2:3: `-.inf` does not exist in JSON"));
        assert!(refusal("a: 1e999").contains("too large"));
        assert!(refusal("a: !point x").contains("has no meaning"));
        assert!(refusal("a: !!int x").contains("`x` is no `!!int`"));
        assert!(refusal("? [a]\n: b").contains("a key must be a string"));
        assert!(refusal("a: 1\n---\nb: 2").contains("a second YAML document"));
        assert!(refusal("a: [").contains("not YAML"));
        assert!(refusal("a: &a [*a]").contains("within its own anchor"));
        assert!(refusal("a: {<<: 1}").contains("merges mappings"));
    }

    #[test]
    fn small_file_cannot_become_a_large_or_deep_value() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs += &format!("a{level}: &a{level} [{below}]\n");
        }
        assert!(refusal(&laughs).contains("aliases copy more than"));
        assert!(refusal(&"[".repeat(200)).contains("levels deep"));
    }
}
