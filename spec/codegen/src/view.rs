//! The document in a form that code generators support.
//!
//! Some constraints of OpenAPI have no Rust type, and the generators support only part of OpenAPI. The
//! view describes the same values on the wire, in another way:
//!
//! - an inline schema with a `title` moves to `components/schemas` under that title, so that it
//!   becomes a type of that name and a reference into it can be followed;
//! - an `anyOf` whose branches have only `required` is removed: groups of required properties have no
//!   Rust type, so the server's `TryFrom` and the conformance suite check them;
//! - an `allOf` of objects becomes one object, but one of a single reference that may be null stays;
//! - examples are removed: they constrain nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use specfirst_model::{Document, DocumentError, Pointer};

use super::{
    composition_cycle::is_composition_cycle,
    prepare::nullable_reference,
    schema::{is_component, is_properties_map, is_schema},
    unsupported::Unsupported,
    values,
};

/// The reason why a document has no view for code generators.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
    /// Two different schemas have the same title, which would be the name of both types.
    #[error("#{first} and #{second} are both titled `{title}` but differ")]
    DuplicateTitle { title: String, first: Pointer, second: Pointer },
    /// A title is not a valid component name.
    #[error("#{pointer}/title: `{title}` cannot name a type: use letters, digits and `_`")]
    InvalidTitle { title: String, pointer: Pointer },
    /// A reference leads to a schema without a name.
    #[error("#{pointer}/$ref: `{target}` is neither a component nor titled: give it a `title`")]
    UnnamedTarget { pointer: Pointer, target: Pointer },
    /// An `allOf` is not a composition of objects.
    #[error("#{pointer}/allOf: only objects with properties can be composed: {reason}")]
    Composition { pointer: Pointer, reason: String },
    /// A schema is composed of itself.
    #[error("#{pointer}: the schema is composed of itself")]
    CompositionCycle { pointer: Pointer },
    /// A schema rejects its own default or `enum` value.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The document is malformed.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Creates the view of a document.
pub(crate) fn for_code(document: &Document) -> Result<Document, ViewError> {
    let mut view =
        View { document, titled: BTreeMap::new(), hoisted: Map::new(), composing: Vec::new() };
    view.find_titles(document.value(), &Pointer::root())?;
    let mut value = view.rewrite(document.value(), &Pointer::root())?;
    let View { hoisted, .. } = view;
    if !hoisted.is_empty() {
        let components = object_member(&mut value, "components");
        let schemas = components.entry("schemas").or_insert_with(|| json!({}));
        if let Value::Object(schemas) = schemas {
            schemas.extend(hoisted);
        }
    }
    Ok(Document::from_value(document.name(), value)?)
}

struct View<'d> {
    document: &'d Document,
    /// Every titled schema outside `components/schemas`, with the name of its component.
    titled: BTreeMap<Pointer, String>,
    hoisted: Map<String, Value>,
    /// The stack of compositions in progress.
    composing: Vec<Pointer>,
}

impl ViewError {
    /// The place, if the error has one of its own.
    pub(crate) fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::DuplicateTitle { second: pointer, .. }
            | Self::InvalidTitle { pointer, .. }
            | Self::UnnamedTarget { pointer, .. }
            | Self::Composition { pointer, .. }
            | Self::CompositionCycle { pointer } => Some(pointer),
            Self::Unsupported(_) | Self::Document(_) => None,
        }
    }
}

impl View<'_> {
    /// Records every schema that becomes a component.
    fn find_titles(&mut self, value: &Value, at: &Pointer) -> Result<(), ViewError> {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(title)) = members.get("title")
                    && is_schema(at)
                    && !is_component(at)
                {
                    let fits = title.starts_with(|c: char| c.is_ascii_alphabetic())
                        && title.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                    if !fits {
                        let (title, pointer) = (title.clone(), at.clone());
                        return Err(ViewError::InvalidTitle { title, pointer });
                    }
                    self.record_title(title, at, value)?;
                }
                for (name, value) in members.iter().filter(|(name, _)| !is_skipped(at, name)) {
                    self.find_titles(value, &at.child(name))?;
                }
                Ok(())
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| self.find_titles(value, &at.child(index))),
            _ => Ok(()),
        }
    }

    fn record_title(&mut self, title: &str, at: &Pointer, value: &Value) -> Result<(), ViewError> {
        let component = component_pointer(title);
        let other = if self.document.get(&component).is_some() {
            Some(&component)
        } else {
            self.titled.iter().find(|(_, name)| *name == title).map(|(at, _)| at)
        };
        if let Some(other) = other
            && self.document.get(other) != Some(value)
        {
            let (title, first, second) = (title.to_owned(), other.clone(), at.clone());
            return Err(ViewError::DuplicateTitle { title, first, second });
        }
        self.titled.insert(at.clone(), title.to_owned());
        Ok(())
    }

    /// The view of any value of the document. A reference replaces each titled schema.
    fn rewrite(&mut self, value: &Value, at: &Pointer) -> Result<Value, ViewError> {
        if let Some(title) = self.titled.get(at).cloned() {
            let mut body = self.rewrite_contents(value, at)?;
            // As for components: the inner type of two would have the name, too.
            if body.get("nullable") == Some(&json!(true))
                && let Value::Object(members) = &mut body
            {
                members.shift_remove("title");
            }
            if self.document.get(&component_pointer(&title)).is_none() {
                self.hoisted.insert(title.clone(), body);
            }
            return Ok(reference_to(&title));
        }
        self.rewrite_contents(value, at)
    }

    fn rewrite_contents(&mut self, value: &Value, at: &Pointer) -> Result<Value, ViewError> {
        match value {
            Value::Object(members) if members.contains_key("$ref") && !is_properties_map(at) => {
                let target = self.reference_target(members, at)?;
                if !is_schema(at) {
                    return Ok(value.clone());
                }
                let name = self.component_of(&target).ok_or_else(|| ViewError::UnnamedTarget {
                    pointer: at.clone(),
                    target: target.clone(),
                })?;
                Ok(reference_to(&name))
            }
            Value::Object(members) => {
                let is_schema = is_schema(at);
                if is_schema && is_composition_cycle(self.document, at)? {
                    return Err(ViewError::CompositionCycle { pointer: at.clone() });
                }
                if is_schema {
                    values::check(self.document, at)?;
                }
                let mut result = Map::new();
                for (name, value) in members.iter().filter(|(name, _)| !is_skipped(at, name)) {
                    if is_schema && name == "anyOf" && is_presence_only(value) {
                        continue;
                    }
                    result.insert(name.clone(), self.rewrite(value, &at.child(name))?);
                }
                let is_composed =
                    members.contains_key("allOf") && nullable_reference(members).is_none();
                if is_schema && is_composed {
                    if self.composing.contains(at) {
                        let (pointer, reason) = (at.clone(), "it contains itself".to_owned());
                        return Err(ViewError::Composition { pointer, reason });
                    }
                    self.composing.push(at.clone());
                    let composed = self.compose(members, at)?;
                    self.composing.pop();
                    return Ok(composed);
                }
                Ok(Value::Object(result))
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| self.rewrite(value, &at.child(index)))
                .collect(),
            _ => Ok(value.clone()),
        }
    }

    fn reference_target(
        &self,
        members: &Map<String, Value>,
        at: &Pointer,
    ) -> Result<Pointer, ViewError> {
        // A bad reference is an error here too, with its location.
        let (target, _) = self.document.resolve(at)?;
        let first = members.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        let direct = first.and_then(Pointer::parse);
        // If the component is itself a reference, its own name is kept.
        Ok(direct.filter(is_component).unwrap_or(target))
    }

    fn component_of(&self, target: &Pointer) -> Option<String> {
        if is_component(target) {
            return target.tokens().last();
        }
        self.titled.get(target).cloned()
    }

    /// Merges the branches of an `allOf` into one object.
    fn compose(&mut self, members: &Map<String, Value>, at: &Pointer) -> Result<Value, ViewError> {
        let error = |reason: String| ViewError::Composition { pointer: at.clone(), reason };
        let mut result = json!({"type": "object", "properties": {}});
        let count = members.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        let branches = (0..count).map(|index| at.child("allOf").child(index));
        let mut required = Vec::new();
        for branch_at in branches.chain([at.clone()]) {
            let (branch_at, branch) = self.document.resolve(&branch_at)?;
            let Some(branch) = branch.as_object() else { continue };
            if branch_at != *at && branch.contains_key("allOf") {
                return Err(error(format!("#{branch_at} is itself an `allOf`")));
            }
            if branch.get("additionalProperties") == Some(&json!(false)) {
                return Err(error(format!("#{branch_at} allows no members of the others")));
            }
            for keyword in branch.keys() {
                let known = ["type", "properties", "required", "title", "description", "allOf"];
                if !known.contains(&keyword.as_str()) && !is_skipped(&branch_at, keyword) {
                    return Err(error(format!("#{branch_at} has `{keyword}`")));
                }
            }
            let properties = branch.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                let property =
                    self.rewrite(property, &branch_at.child("properties").child(name))?;
                let merged = object_member(&mut result, "properties");
                if merged.get(name).is_some_and(|other| *other != property) {
                    return Err(error(format!("two of them define `{name}` differently")));
                }
                merged.insert(name.clone(), property);
            }
            let names = branch.get("required").and_then(Value::as_array);
            required.extend(names.into_iter().flatten().cloned());
        }
        for keyword in ["title", "description"] {
            if let Some(value) = members.get(keyword) {
                result[keyword] = value.clone();
            }
        }
        if !required.is_empty() {
            result["required"] = Value::Array(required);
        }
        Ok(result)
    }
}

fn component_pointer(name: &str) -> Pointer {
    Pointer::root().child("components").child("schemas").child(name)
}

fn reference_to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Whether a member is an example or an extension, which constrains nothing.
fn is_skipped(at: &Pointer, name: &str) -> bool {
    // The name is checked first, because reading the pointer takes longer.
    (matches!(name, "example" | "examples") || name.starts_with("x-"))
        && !is_properties_map(at)
        && !is_path_or_component_map(at)
        && at.tokens().last().is_none_or(|last| last != "headers")
}

fn is_path_or_component_map(at: &Pointer) -> bool {
    at.as_str() == "/paths"
        || at.tokens().next().is_some_and(|t| t == "components") && at.tokens().count() == 2
}

/// Whether every branch of an `anyOf` has only `required`.
fn is_presence_only(value: &Value) -> bool {
    value.as_array().is_some_and(|branches| {
        branches
            .iter()
            .all(|branch| branch.as_object().is_some_and(|branch| branch.keys().eq(["required"])))
    })
}

/// A member of an object as an object. The member is created if it is absent.
fn object_member<'v>(value: &'v mut Value, name: &str) -> &'v mut Map<String, Value> {
    if !value[name].is_object() {
        value[name] = json!({});
    }
    match &mut value[name] {
        Value::Object(members) => members,
        _ => unreachable!("made an object above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(response: Value, schemas: Value) -> Result<Value, String> {
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {
                "description": "",
                "headers": {"x-kept": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": response, "example": 1}},
            }}}}},
            "components": {"schemas": schemas},
        });
        let document = Document::from_value("api.json", document).unwrap();
        for_code(&document).map(|view| view.value().clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn titled_schema_becomes_a_component_and_references_follow_it() {
        let at = "/paths/~1a/get/responses/200/content/application~1json";
        let inner = format!("#{at}/schema/properties/title");
        let view = view(
            json!({"title": "Outer", "type": "object", "properties": {
                "title": {"title": "Inner", "type": "object", "example": 1},
                "example": {"type": "string"},
                "again": {"$ref": inner},
            }}),
            json!({}),
        )
        .unwrap();
        assert_eq!(
            view["components"]["schemas"],
            json!({
                "Inner": {"title": "Inner", "type": "object"},
                "Outer": {"title": "Outer", "type": "object", "properties": {
                    "title": {"$ref": "#/components/schemas/Inner"},
                    "example": {"type": "string"},
                    "again": {"$ref": "#/components/schemas/Inner"},
                }},
            })
        );
        let media_type = view.pointer(at).unwrap();
        assert_eq!(media_type, &json!({"schema": {"$ref": "#/components/schemas/Outer"}}));
        let headers = view.pointer("/paths/~1a/get/responses/200/headers").unwrap();
        assert_eq!(headers, &json!({"x-kept": {"schema": {"type": "string"}}}));
    }

    #[test]
    fn objects_are_composed_and_groups_of_required_properties_are_removed() {
        let view = view(
            json!({"$ref": "#/components/schemas/Both"}),
            json!({
                "A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}},
                      "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
                "B": {"type": "object", "properties": {"b": {"type": "string"}}},
                "Both": {"title": "Both", "allOf": [{"$ref": "#/components/schemas/B"},
                    {"type": "object", "required": ["c"], "properties": {"c": {}}}]},
            }),
        )
        .unwrap();
        let schemas = &view["components"]["schemas"];
        assert_eq!(schemas["A"].get("anyOf"), None);
        assert_eq!(
            schemas["Both"],
            json!({"type": "object", "title": "Both", "required": ["c"],
                   "properties": {"b": {"type": "string"}, "c": {}}})
        );
    }

    #[test]
    fn schema_without_a_view_is_refused_with_its_pointer() {
        let two = json!({"A": {"properties": {"x": {"title": "T", "type": "string"},
                                              "y": {"title": "T", "type": "object"}}}});
        assert!(view(json!({}), two).unwrap_err().contains("are both titled `T` but differ"));
        let title = view(json!({"title": "not a name"}), json!({}));
        assert!(title.unwrap_err().contains("schema/title: `not a name` cannot name a type"));
        let nameless = json!({"A": {"properties": {"x": {"type": "string"}}},
            "B": {"properties": {"y": {"$ref": "#/components/schemas/A/properties/x"}}}});
        assert!(view(json!({}), nameless).unwrap_err().contains("give it a `title`"));
        let mixed = json!({"A": {"allOf": [{"type": "object", "minProperties": 1}]}});
        assert!(view(json!({}), mixed).unwrap_err().contains("/allOf/0 has `minProperties`"));
        let closed = json!({"A": {"allOf": [{"type": "object", "additionalProperties": false},
            {"type": "object", "properties": {"x": {}}}]}});
        let refusal = view(json!({}), closed).unwrap_err();
        assert!(refusal.ends_with("/A/allOf/0 allows no members of the others"), "{refusal}");
        let cycle = json!({"A": {"anyOf": [{"$ref": "#/components/schemas/A"}]}});
        let refusal = view(json!({}), cycle).unwrap_err();
        assert_eq!(refusal, "#/components/schemas/A: the schema is composed of itself");
        let cycle = json!({"A": {"type": "object", "properties": {
            "x": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}});
        assert!(view(json!({}), cycle).unwrap_err().ends_with("it contains itself"));
    }
}
