//! Keywords of JSON Schema 2020-12 that 3.0 writes in another way, or not at all.

use serde_json::{Map, Number, Value, json};

/// Keywords that no Rust type expresses: the keyword, the reason, and what to do.
pub(super) const UNSUPPORTED: [(&str, &str, &str); 11] = [
    (
        "patternProperties",
        "a Rust struct has no members whose names match a pattern",
        "describe the members with `additionalProperties`",
    ),
    (
        "propertyNames",
        "the key type of a Rust map does not check a schema",
        "remove the keyword with an overlay, and check the names in the handler",
    ),
    (
        "dependentRequired",
        "a Rust type cannot depend on the presence of another member",
        "describe the alternatives with `oneOf`",
    ),
    (
        "dependentSchemas",
        "a Rust type cannot depend on the presence of another member",
        "describe the alternatives with `oneOf`",
    ),
    (
        "prefixItems",
        "OpenAPI 3.0 has no arrays whose items have types by position",
        "use an object with named members, or `items` with a `oneOf`",
    ),
    (
        "contains",
        "a Rust array type does not check that one of its items matches a schema",
        "remove the keyword with an overlay, and check the items in the handler",
    ),
    (
        "unevaluatedItems",
        "OpenAPI 3.0 has no arrays whose items have types by position",
        "use `items`",
    ),
    ("$dynamicRef", "its target depends on the path by which it is reached", "use `$ref`"),
    ("$recursiveRef", "its target depends on the path by which it is reached", "use `$ref`"),
    (
        "$id",
        "references within the schema would be relative to another address",
        "remove it, and refer to the schema with `#/components/schemas/…`",
    ),
    (
        "$anchor",
        "references are followed by JSON pointer only",
        "remove it, and refer to the schema with `#/components/schemas/…`",
    ),
];

/// `const` is an `enum` of one value. An `enum` without a type gets the type of its values.
pub(super) fn constants(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.shift_remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
    let Some(Value::Array(values)) = schema.get("enum") else { return };
    if schema.contains_key("type") || values.is_empty() {
        return;
    }
    let mut types: Vec<&str> = Vec::new();
    for value in values {
        let name = type_of(value);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    if types.len() == 1 || (types.len() == 2 && types.contains(&"null")) {
        let types = json!(types);
        schema.insert("type".to_owned(), types);
    }
}

/// The type of a value, by JSON Schema.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_f64().is_some_and(|n| n.fract() == 0.0) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `exclusiveMinimum` is a number in 3.1 and a boolean in 3.0.
pub(super) fn bounds(schema: &mut Map<String, Value>) {
    for (bound, exclusive, is_minimum) in
        [("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false)]
    {
        let Some(Value::Number(limit)) = schema.get(exclusive).cloned() else { continue };
        schema.shift_remove(exclusive);
        let is_weaker = |other: &Number| {
            let (Some(limit), Some(other)) = (limit.as_f64(), other.as_f64()) else { return false };
            if is_minimum { other > limit } else { other < limit }
        };
        if schema.get(bound).and_then(|value| match value {
            Value::Number(number) => Some(is_weaker(number)),
            _ => None,
        }) == Some(true)
        {
            continue;
        }
        schema.insert(bound.to_owned(), Value::Number(limit));
        schema.insert(exclusive.to_owned(), json!(true));
    }
}

/// Encoded and binary contents are formats of strings in 3.0.
pub(super) fn contents(schema: &mut Map<String, Value>) {
    let encoding = schema.shift_remove("contentEncoding");
    let media_type = schema.shift_remove("contentMediaType");
    schema.shift_remove("contentSchema");
    if schema.contains_key("format") {
        return;
    }
    let is_string = schema.get("type").is_none_or(|name| *name == json!("string"));
    let format = match (encoding.as_ref().and_then(Value::as_str), media_type) {
        (Some("base64"), _) => "byte",
        // A schema without an encoding and with a media type is a body of bytes.
        (None, Some(media_type))
            if is_string && media_type == json!("application/octet-stream") =>
        {
            "binary"
        }
        _ => return,
    };
    if format == "binary" {
        schema.insert("type".to_owned(), json!("string"));
    }
    schema.insert("format".to_owned(), json!(format));
}

/// Removes keywords that only identify a schema.
pub(super) fn remove_identifiers(schema: &mut Map<String, Value>) {
    for keyword in
        ["$schema", "$comment", "$vocabulary", "$dynamicAnchor", "minContains", "maxContains"]
    {
        schema.shift_remove(keyword);
    }
}
