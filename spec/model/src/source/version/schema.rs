//! One schema of OpenAPI 3.1, which is JSON Schema 2020-12, as a schema of 3.0.

use serde_json::{Map, Value, json};

use super::{Note, Translator, keywords};
use crate::{
    pointer::Pointer,
    source::position::{Object, Position},
};

/// Keywords that constrain nothing and may be left out beside a `$ref`.
const ANNOTATIONS: [&str; 9] = [
    "description",
    "summary",
    "title",
    "deprecated",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "$comment",
];

impl Translator {
    /// Translates the schema at `from`; it will stand at `to`.
    pub(super) fn schema(&mut self, value: Value, from: &Pointer, to: &Pointer) -> Value {
        let mut schema = match value {
            Value::Bool(true) => return json!({}),
            Value::Bool(false) => return json!({"not": {}}),
            Value::Object(members) => members,
            other => return other,
        };
        self.hoist_definitions(&mut schema, from);
        if let Some(alone) = self.reference(&mut schema, from, to) {
            return alone;
        }
        self.refuse_keywords(&mut schema, to);
        self.unevaluated_properties(&mut schema, from, to);
        if schema.get("nullable") == Some(&json!(true)) {
            self.notes.push(Note {
                pointer: from.child("nullable"),
                message: "`nullable` is a keyword of OpenAPI 3.0; it is taken as \
                          `type: [..., \"null\"]`"
                    .to_owned(),
            });
        }
        keywords::constants(&mut schema);
        self.examples(&mut schema, from, to);
        keywords::bounds(&mut schema);
        keywords::contents(&mut schema);
        keywords::remove_identifiers(&mut schema);
        // Types are last, so that they move keywords in their 3.0 form.
        let mut schema = self.subschemas(schema, from, to);
        self.null_branches(&mut schema, to);
        self.types(&mut schema, to);
        Value::Object(schema)
    }

    /// Moves `$defs` to the components.
    fn hoist_definitions(&mut self, schema: &mut Map<String, Value>, from: &Pointer) {
        for keyword in ["$defs", "definitions"] {
            let Some(Value::Object(definitions)) = schema.shift_remove(keyword) else { continue };
            for (name, definition) in definitions {
                let component = self.new_name(&name);
                let from = from.child(keyword).child(&name);
                let to = Pointer::root().child("components").child("schemas").child(&component);
                self.record_move(&from, &to);
                let definition = self.schema(definition, &from, &to);
                self.hoisted.insert(component, definition);
            }
        }
    }

    /// A `$ref` alone stays one. With constraints beside it, it becomes a part of an `allOf`, because
    /// 3.0 ignores what stands beside a reference.
    fn reference(
        &mut self,
        schema: &mut Map<String, Value>,
        from: &Pointer,
        to: &Pointer,
    ) -> Option<Value> {
        let reference = schema.shift_remove("$ref")?;
        let constrains =
            |name: &String| !ANNOTATIONS.contains(&name.as_str()) && !name.starts_with("x-");
        let reference = json!({"$ref": reference});
        if !schema.keys().any(constrains) {
            return Some(reference);
        }
        let all_of = schema.entry("allOf").or_insert_with(|| json!([]));
        if let Value::Array(parts) = all_of {
            let part = to.child("allOf").child(parts.len());
            self.origins.record_move(part.child("$ref"), &from.child("$ref"));
            parts.push(reference);
        }
        None
    }

    fn refuse_keywords(&mut self, schema: &mut Map<String, Value>, to: &Pointer) {
        for (keyword, reason, advice) in keywords::UNSUPPORTED {
            if schema.shift_remove(keyword).is_some() {
                self.refuse(to, keyword, reason, advice);
            }
        }
        let has_branch = ["then", "else"].map(|k| schema.shift_remove(k).is_some()).contains(&true);
        if schema.shift_remove("if").is_some() && has_branch {
            let reason = "a Rust type cannot depend on the value of another member";
            self.refuse(to, "if", reason, "describe the alternatives with `oneOf`");
        }
    }

    /// Without other schemas for the same value, `unevaluatedProperties` is `additionalProperties`.
    fn unevaluated_properties(
        &mut self,
        schema: &mut Map<String, Value>,
        from: &Pointer,
        to: &Pointer,
    ) {
        const KEYWORD: &str = "unevaluatedProperties";
        let Some(value) = schema.shift_remove(KEYWORD) else { return };
        if value == json!(true) || value == json!({}) {
            return;
        }
        let composed = ["allOf", "anyOf", "oneOf", "not"].iter().any(|k| schema.contains_key(*k));
        if composed {
            let reason = "Rust types of composed schemas do not know each other's members";
            let advice = "list all properties in one schema with `additionalProperties: false`";
            self.refuse(to, KEYWORD, reason, advice);
        } else if !schema.contains_key("additionalProperties") {
            self.record_move(&from.child(KEYWORD), &to.child("additionalProperties"));
            schema.insert("additionalProperties".to_owned(), value);
        }
    }

    /// `examples` is an array in 3.1. 3.0 has one `example`; the others stay under `x-examples`.
    fn examples(&mut self, schema: &mut Map<String, Value>, from: &Pointer, to: &Pointer) {
        let Some(Value::Array(examples)) = schema.shift_remove("examples") else { return };
        let mut others = Map::new();
        for (index, example) in examples.into_iter().enumerate() {
            let place = from.child("examples").child(index);
            if index == 0 && !schema.contains_key("example") {
                self.origins.record_move(to.child("example"), &place);
                schema.insert("example".to_owned(), example);
            } else {
                let name = index.to_string();
                self.origins.record_move(to.child("x-examples").child(&name), &place);
                others.insert(name, example);
            }
        }
        if !others.is_empty() {
            schema.insert("x-examples".to_owned(), Value::Object(others));
        }
    }

    fn subschemas(
        &mut self,
        schema: Map<String, Value>,
        from: &Pointer,
        to: &Pointer,
    ) -> Map<String, Value> {
        let translate = |(name, value): (String, Value)| {
            let position = Position::One(Object::Schema).member(&name);
            // 3.0 allows a boolean here, and only here.
            let value = if name == "additionalProperties" && value.is_boolean() {
                value
            } else {
                self.walk(value, position, &from.child(&name), &to.child(&name))
            };
            (name, value)
        };
        schema.into_iter().map(translate).collect()
    }
}
