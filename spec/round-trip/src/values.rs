//! Random values that conform to the schemas of a document.

use anyhow::{Context as _, Result};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};
use specfirst_engine::strategy::positive;
use specfirst_model::{Document, JsonSchema, Pointer};

/// Changes every seed.
const SEED: u8 = 17;

/// Any text, with the characters that a URL, a form or JSON must escape.
const TEXT: &str = "[a-zA-Z0-9/?&%+ \\n\\té€😀#=;:.,'\"\\\\\\[\\]{}|^~`<>@!$()*_-]{0,12}";
/// Text that a header can carry: visible ASCII with spaces inside (RFC 9110, section 5.5).
const HEADER_TEXT: &str = "[!-~]([ -~]{0,10}[!-~])?";
const DATE: &str = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])";
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?";
const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const IPV4: &str = "(25[0-5]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|1[0-9]{2}|[1-9]?[0-9])){3}";
const IPV6: &str = "2001:db8:([1-9a-f][0-9a-f]{0,3}:){5}[1-9a-f][0-9a-f]{0,3}";

/// Where a value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Header,
    /// A variable of a path: RFC 3986 gives an empty segment, `.` and `..` a meaning of their own.
    Path,
    Other,
}

/// The schemas of a document, with a pattern for each string that has only a format, and with the
/// bounds of the formats of numbers.
#[derive(Debug)]
pub(crate) struct Schemas {
    any: Document,
    header: Document,
}

impl Schemas {
    pub(crate) fn new(document: &Document) -> Result<Self> {
        let with_text = |text: &str| {
            let mut value = document.value().clone();
            constrain(&mut value, text);
            Document::from_value(document.name(), value)
        };
        Ok(Self { any: with_text(TEXT)?, header: with_text(HEADER_TEXT)? })
    }

    /// Values for the schema at a pointer.
    pub(crate) fn values(&self, at: &Pointer, place: Place) -> Result<BoxedStrategy<Value>> {
        let document = if place == Place::Header { &self.header } else { &self.any };
        let values = positive::values(&JsonSchema::read(document, at)?);
        if place != Place::Path {
            return Ok(values);
        }
        // The client does not encode `\`, which the parser of URLs reads as `/`.
        let is_segment = |value: &Value| match value {
            Value::String(text) => {
                !matches!(text.as_str(), "" | "." | "..") && !text.contains('\\')
            }
            _ => true,
        };
        Ok(values.prop_filter("not a segment of a path", is_segment).boxed())
    }
}

/// Bytes, as a list of numbers.
pub(crate) fn bytes() -> BoxedStrategy<Value> {
    prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::from).boxed()
}

/// The bytes of a text.
pub(crate) fn text_bytes() -> Result<BoxedStrategy<Value>> {
    Ok(prop::string::string_regex(TEXT)?.prop_map(|text| text.into_bytes().into()).boxed())
}

/// The parts of a multipart form.
pub(crate) fn parts() -> Result<BoxedStrategy<Value>> {
    let part = (prop::string::string_regex("[a-z]{1,8}")?, prop::string::string_regex(TEXT)?)
        .prop_map(|(name, text)| json!({"name": name, "text": text}));
    Ok(prop::collection::vec(part, 1..4).prop_map(Value::from).boxed())
}

/// Draws the values of one case. Two runs draw the same.
#[derive(Debug)]
pub(crate) struct Draw(TestRunner);

impl Draw {
    pub(crate) fn new(case: usize) -> Result<Self> {
        let mut seed = [SEED; 32];
        seed[0] = u8::try_from(case)?;
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        Ok(Self(TestRunner::new_with_rng(Config::default(), random)))
    }

    pub(crate) fn value<T: std::fmt::Debug>(&mut self, strategy: &BoxedStrategy<T>) -> Result<T> {
        let tree = strategy.new_tree(&mut self.0).map_err(|reason| anyhow::anyhow!("{reason}"));
        Ok(tree.context("no value conforms to the schema")?.current())
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        self.value(&any::<bool>().boxed())
    }
}

/// Adds what makes values conform to the formats, which the strategy does not know.
fn constrain(value: &mut Value, text: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| constrain(item, text)),
        Value::Object(members) => {
            // The generators take a parameter without a type as text.
            if members.contains_key("in")
                && let Some(Value::Object(schema)) = members.get_mut("schema")
                && !schema.contains_key("$ref")
            {
                schema.entry("type").or_insert_with(|| "string".into());
            }
            constrain_schema(members, text);
            members.values_mut().for_each(|member| constrain(member, text));
        }
        _ => {}
    }
}

fn constrain_schema(schema: &mut Map<String, Value>, text: &str) {
    let word = |keyword: &str| schema.get(keyword).and_then(Value::as_str).unwrap_or_default();
    let (kind, format) = (word("type").to_owned(), word("format").to_owned());
    let has = |keywords: &[&str]| keywords.iter().any(|keyword| schema.contains_key(*keyword));
    let bounds = match (kind.as_str(), format.as_str()) {
        ("string", _) if has(&["enum", "pattern", "minLength", "maxLength"]) => return,
        ("string", format) => {
            schema.insert("pattern".to_owned(), pattern(format, text).into());
            return;
        }
        // `f32` holds these values exactly.
        ("number", "float") if !has(&["enum", "minimum", "maximum"]) => {
            schema.insert("enum".to_owned(), json!([0, 0.5, -1.25, 1e10]));
            return;
        }
        ("integer", _) if has(&["enum", "minimum", "maximum"]) => return,
        ("integer", "int8") => (json!(i8::MIN), json!(i8::MAX)),
        ("integer", "uint8") => (json!(u8::MIN), json!(u8::MAX)),
        ("integer", "int32") => (json!(i32::MIN), json!(i32::MAX)),
        ("integer", "uint32") => (json!(u32::MIN), json!(u32::MAX)),
        ("integer", "uint64") => (json!(0), json!(i64::MAX)),
        ("integer", _) => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    schema.insert("minimum".to_owned(), bounds.0);
    schema.insert("maximum".to_owned(), bounds.1);
}

fn pattern(format: &str, text: &str) -> String {
    match format {
        "date" => format!("^{DATE}$"),
        "date-time" => format!("^{DATE}T{TIME}(Z|[+-]0[0-9]:[0-5]0)$"),
        "uuid" => format!("^{UUID}$"),
        "ipv4" | "ip" => format!("^{IPV4}$"),
        "ipv6" => format!("^{IPV6}$"),
        _ => format!("^{text}$"),
    }
}
