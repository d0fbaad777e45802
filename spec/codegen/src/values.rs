//! Defaults and `enum` values that their own schema rejects.
//!
//! Typify turns a default into code that parses it and unwraps the result, and an `enum` into literals
//! of the type. An invalid value would become code that panics or does not compile.

use jsonschema::Draft;
use serde_json::{Map, Value, json};
use specfirst_model::{Document, JsonSchema, Pointer};

use super::unsupported::Unsupported;

/// Checks the `default` and the `enum` of the schema at a pointer.
///
/// # Errors
///
/// [`Unsupported`] for the first value that the schema itself rejects.
pub(super) fn check(document: &Document, at: &Pointer) -> Result<(), Unsupported> {
    let Some(Value::Object(schema)) = document.get(at) else { return Ok(()) };
    let refuse =
        |pointer: Pointer, reason: String| Err(Unsupported::at(document, &pointer, reason));
    // A type without a format accepts every value of that type, so no validator is needed.
    if let Some(default) = schema.get("default") {
        let pointer = at.child("default");
        let whole = match JsonSchema::read(document, at) {
            Ok(schema) => schema.value().clone(),
            Err(error) => return refuse(pointer, error.to_string()),
        };
        if let Err((within, reason)) = validate(whole, default) {
            return refuse(pointer.join(&within), format!("its own schema rejects it: {reason}"));
        }
    }
    // Only the type matters: a variant that another keyword excludes still compiles.
    let ty: Map<String, Value> = ["type", "format"]
        .into_iter()
        .filter_map(|keyword| Some((keyword.to_owned(), schema.get(keyword)?.clone())))
        .collect();
    let values = schema.get("enum").and_then(Value::as_array);
    for (index, value) in values.into_iter().flatten().enumerate() {
        if value.is_null() {
            continue;
        }
        if let Err((_, reason)) = validate(Value::Object(ty.clone()), value) {
            return refuse(
                at.child("enum").child(index),
                format!("the type of the schema rejects it: {reason}"),
            );
        }
    }
    Ok(())
}

/// Validates a value. The error is the location within the value, and the reason.
fn validate(mut schema: Value, value: &Value) -> Result<(), (Pointer, String)> {
    bound_integers(&mut schema);
    let validator = jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(true)
        // Typify has Rust types for these two formats, and draft 7 does not define them.
        .with_format("uuid", is_uuid)
        .with_format("ip", |text: &str| text.parse::<std::net::IpAddr>().is_ok())
        .build(&schema)
        .map_err(|error| (Pointer::root(), error.to_string()))?;
    validator.validate(value).map_err(|error| {
        let within = Pointer::parse(error.instance_path().as_str()).unwrap_or_default();
        (within, error.to_string())
    })
}

/// Gives every integer of a schema the bounds of the Rust type that typify uses for it.
fn bound_integers(schema: &mut Value) {
    let members = match schema {
        Value::Object(members) => members,
        Value::Array(items) => return items.iter_mut().for_each(bound_integers),
        _ => return,
    };
    members.values_mut().for_each(bound_integers);
    let is_integer = match members.get("type") {
        Some(Value::String(name)) => name == "integer",
        Some(Value::Array(names)) => names.iter().any(|name| name == "integer"),
        _ => false,
    };
    if !is_integer {
        return;
    }
    let (least, greatest) = match members.get("format").and_then(Value::as_str) {
        Some("int8") => (json!(i8::MIN), json!(i8::MAX)),
        Some("uint8") => (json!(0), json!(u8::MAX)),
        Some("int16") => (json!(i16::MIN), json!(i16::MAX)),
        Some("uint16") => (json!(0), json!(u16::MAX)),
        Some("int" | "int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("uint" | "uint32") => (json!(0), json!(u32::MAX)),
        Some("uint64") => (json!(0), json!(u64::MAX)),
        _ => (json!(i64::MIN), json!(i64::MAX)),
    };
    let bounds = json!({"minimum": least, "maximum": greatest});
    match members.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(all) => all.push(bounds),
        other => *other = json!([bounds]),
    }
}

/// Whether a text is a UUID in the format of RFC 9562, with the groups 8-4-4-4-12.
fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').map(str::len).eq(lengths) && text.split('-').all(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(schema: Value) -> Option<String> {
        let document = json!({
            "openapi": "3.0.3",
            "paths": {"/a": {"post": {"operationId": "put-a", "requestBody": {"content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Outer"}}}},
                "responses": {"204": {"description": ""}}}}},
            "components": {"schemas": {
                "A": {"type": "object", "properties": {"x": schema}},
                "Outer": {"type": "array", "items": {"$ref": "#/components/schemas/A"}},
                "Time": {"type": "string", "format": "date-time"}}},
        });
        let document = Document::from_value("api.json", document).unwrap();
        let at = Pointer::parse("/components/schemas/A/properties/x").unwrap();
        check(&document, &at).err().map(|error| error.to_string())
    }

    #[test]
    fn invalid_default_is_refused_with_operation_and_pointer() {
        let refusal = refusal(json!({"type": "string", "format": "date-time",
            "default": "2024-02-30T00:00:00Z"}));
        let refusal = refusal.unwrap();
        let at = "operation `put-a`: #/components/schemas/A/properties/x/default: ";
        assert!(refusal.starts_with(at) && refusal.contains("date-time"), "{refusal}");
    }

    #[test]
    fn invalid_values_are_refused() {
        let string = |format: &str, default: &str| json!({"type": "string", "format": format, "default": default});
        let integer = |format: &str, default: Value| json!({"type": "integer", "format": format, "default": default});
        for schema in [
            string("date", "2023-02-29"),
            string("date-time", "2024-01-01"),
            string("date-time", "2024-01-01T25:00:00Z"),
            string("uuid", "12345678-1234-1234-1234-12345678901"),
            string("uuid", "12345678-1234-1234-1234-12345678901g"),
            string("ipv4", "256.0.0.1"),
            string("ipv6", ":::1"),
            string("ip", "localhost"),
            integer("int8", json!(128)),
            integer("uint8", json!(-1)),
            integer("int32", json!(2_147_483_648_u32)),
            integer("int64", json!(9_223_372_036_854_775_808_u64)),
            integer("no-such", json!(9_223_372_036_854_775_808_u64)),
            integer("int32", json!(0.5)),
            json!({"type": "integer", "minimum": 1, "default": 0}),
            json!({"type": "string", "default": 1}),
            json!({"type": "string", "default": null}),
            json!({"type": "boolean", "default": "true"}),
            json!({"type": "string", "enum": ["a", "b"], "default": "c"}),
            json!({"type": "string", "pattern": "^a+$", "default": "b"}),
            json!({"type": "string", "maxLength": 1, "default": "ab"}),
            json!({"type": "array", "items": {"type": "string", "format": "date"},
                   "default": ["2024-02-29", "2023-02-29"]}),
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Time"}, "default": ["x"]}),
            json!({"type": "object", "required": ["y"], "properties": {"y": {"type": "string"}},
                   "default": {}}),
            json!({"type": "object", "additionalProperties": {"type": "integer", "format": "uint8"},
                   "default": {"y": 256}}),
            json!({"type": "integer", "enum": [1, 2.5]}),
            json!({"type": "integer", "enum": ["1"]}),
            json!({"type": "integer", "format": "uint8", "enum": [256]}),
            json!({"type": "string", "format": "date", "enum": ["2024-02-30"]}),
        ] {
            assert!(refusal(schema.clone()).is_some(), "{schema}");
        }
    }

    #[test]
    fn valid_values_are_accepted() {
        for schema in [
            json!({"type": "string", "format": "date-time", "default": "2016-12-31T23:59:60Z"}),
            json!({"type": "string", "format": "date", "default": "2024-02-29"}),
            json!({"type": "string", "format": "uuid", "default": "6BA7B810-9dad-11d1-80b4-00c04fd430c8"}),
            json!({"type": "string", "format": "ip", "default": "::1"}),
            json!({"type": "string", "format": "no-such", "default": "x"}),
            json!({"type": "integer", "format": "uint64", "default": u64::MAX}),
            json!({"type": "integer", "default": i64::MIN}),
            json!({"type": "number", "default": 1}),
            json!({"type": "string", "nullable": true, "default": null}),
            json!({"type": "string", "nullable": true, "enum": ["a", null]}),
            json!({"type": "object", "properties": {"y": {"type": "string"}}, "default": {}}),
            json!({"enum": [1, "a"]}),
        ] {
            assert_eq!(refusal(schema.clone()), None, "{schema}");
        }
    }

    /// The error names the location within the default, not only the default.
    #[test]
    fn error_names_the_location_within_a_default() {
        let schema = json!({"type": "array", "items": {"type": "string", "format": "date"},
                            "default": ["2024-02-29", "2023-02-29"]});
        assert!(refusal(schema).unwrap().contains("/properties/x/default/1: "));
    }
}
