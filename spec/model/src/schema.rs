//! OpenAPI 3.0 schemas as JSON Schema, draft 7, for validators, strategies and type generators.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use crate::{
    document::{Document, DocumentError},
    pointer::Pointer,
};

/// Keywords whose value is one schema.
const ONE: [&str; 3] = ["items", "not", "additionalProperties"];
/// Keywords whose value is a list of schemas.
const LIST: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords of OpenAPI that JSON Schema lacks and that do not constrain a value.
const ANNOTATIONS: [&str; 7] =
    ["discriminator", "xml", "externalDocs", "example", "deprecated", "readOnly", "writeOnly"];

/// A schema of a document, translated and complete: what it refers to stands in its `definitions`.
#[derive(Clone, Debug)]
pub struct JsonSchema {
    value: Value,
    definitions: BTreeMap<String, Pointer>,
    pointer: Pointer,
    /// The places in the document whose schema is the first branch of an `anyOf` here.
    wrapped: BTreeSet<Pointer>,
}

impl JsonSchema {
    /// Translates the schema at a place.
    ///
    /// `nullable` becomes a type of its own, `exclusiveMinimum: true` a bound, a `$ref` one into
    /// `definitions`; what constrains nothing is left out. Siblings of `$ref` are ignored, as
    /// OpenAPI 3.0 says.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`] with the place of what is no schema.
    pub fn read(document: &Document, pointer: &Pointer) -> Result<Self, DocumentError> {
        let mut translator = Translator::new(document);
        let mut value = translator.schema(pointer)?;
        let mut bodies = Map::new();
        while let Some((name, at)) = translator.queue.pop_front() {
            bodies.insert(name, translator.schema(&at)?);
        }
        if !bodies.is_empty() {
            bodies.sort_keys();
            value["definitions"] = Value::Object(bodies);
        }
        let Translator { definitions, wrapped, .. } = translator;
        Ok(Self { value, definitions, pointer: pointer.clone(), wrapped })
    }

    /// Translates the schema at a place as [`Self::read`] does, without what it refers to.
    ///
    /// # Errors
    ///
    /// As [`Self::read`], for this schema alone.
    pub fn read_alone(document: &Document, pointer: &Pointer) -> Result<Value, DocumentError> {
        Translator::new(document).schema(pointer)
    }

    /// The JSON Schema.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The place in the document of a place in this schema, such as a validator reports.
    ///
    /// The translation keeps every keyword where it was, but for `definitions` and for a nullable
    /// `allOf`, whose parts get a branch for null.
    pub fn in_document(&self, place: &Pointer) -> Pointer {
        let mut tokens = place.tokens().collect::<Vec<_>>();
        let mut at = self.pointer.clone();
        if let [first, name, ..] = tokens.as_slice()
            && first == "definitions"
            && let Some(definition) = self.definitions.get(name)
        {
            at = definition.clone();
            tokens.drain(..2);
        }
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            at = at.child(token);
            if self.wrapped.contains(&at) {
                // The two tokens are `anyOf` and the number of the branch.
                tokens.nth(1);
            }
        }
        at
    }

    /// Where each entry of `definitions` stands in the document.
    pub fn definitions(&self) -> &BTreeMap<String, Pointer> {
        &self.definitions
    }

    /// The schema at a place of a document, and a validator for its values.
    ///
    /// # Errors
    ///
    /// The schema cannot be read or compiled.
    pub fn compile(
        document: &Document,
        at: &Pointer,
    ) -> Result<(Self, jsonschema::Validator), DocumentError> {
        let schema = Self::read(document, at)?;
        let validator = schema.validator().map_err(|message| document.malformed(at, message))?;
        Ok((schema, validator))
    }

    /// A validator for values of this schema.
    ///
    /// # Errors
    ///
    /// What the validator says of a schema that cannot be compiled, such as a bad `pattern`.
    pub fn validator(&self) -> Result<jsonschema::Validator, String> {
        jsonschema::draft7::new(&self.value).map_err(|error| error.to_string())
    }
}

struct Translator<'d> {
    document: &'d Document,
    /// The name in `definitions` of each place referred to.
    names: BTreeMap<Pointer, String>,
    definitions: BTreeMap<String, Pointer>,
    wrapped: BTreeSet<Pointer>,
    queue: VecDeque<(String, Pointer)>,
}

impl<'d> Translator<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            names: BTreeMap::new(),
            definitions: BTreeMap::new(),
            wrapped: BTreeSet::new(),
            queue: VecDeque::new(),
        }
    }

    fn schema(&mut self, at: &Pointer) -> Result<Value, DocumentError> {
        let value = self.document.get(at);
        if let Some(Value::Bool(any)) = value {
            // `additionalProperties` may be a boolean.
            return Ok(json!(any));
        }
        let Some(Value::Object(source)) = value else {
            return Err(self.document.malformed(at, "expected a schema"));
        };
        if let Some(reference) = source.get("$ref") {
            let target = self.document.local_reference(at, reference)?;
            // A chain that leads round in a circle is refused here.
            self.document.resolve(&target)?;
            let name = self.name(&target);
            return Ok(json!({"$ref": format!("#/definitions/{name}")}));
        }
        let mut schema = Map::new();
        for (keyword, value) in source {
            let place = at.child(keyword);
            let translated = match keyword.as_str() {
                keyword if ONE.contains(&keyword) => self.schema(&place)?,
                keyword if LIST.contains(&keyword) => {
                    let list = value
                        .as_array()
                        .ok_or_else(|| self.document.malformed(&place, "expected an array"))?;
                    (0..list.len())
                        .map(|index| self.schema(&place.child(index)))
                        .collect::<Result<Value, _>>()?
                }
                "properties" => {
                    let properties = value
                        .as_object()
                        .ok_or_else(|| self.document.malformed(&place, "expected an object"))?;
                    let properties = properties
                        .keys()
                        .map(|name| Ok((name.clone(), self.schema(&place.child(name))?)))
                        .collect::<Result<Map<_, _>, DocumentError>>()?;
                    Value::Object(properties)
                }
                keyword if ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-") => continue,
                "nullable" | "exclusiveMinimum" | "exclusiveMaximum" => continue,
                _ => value.clone(),
            };
            schema.insert(keyword.clone(), translated);
        }
        let flag = |keyword| source.get(keyword) == Some(&Value::Bool(true));
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")]
        {
            if flag(exclusive)
                && let Some(limit) = schema.shift_remove(bound)
            {
                schema.insert(exclusive.to_owned(), limit);
            }
        }
        if flag("nullable") {
            allow_null(&mut schema);
            if !source.contains_key("type") {
                self.allow_null_in_composition(&mut schema, at);
            }
        }
        Ok(Value::Object(schema))
    }

    /// `nullable` beside a composition and without a type: OpenAPI 3.0.3 gives it no meaning, and every
    /// author means that the value may be null.
    fn allow_null_in_composition(&mut self, schema: &mut Map<String, Value>, at: &Pointer) {
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = schema.get_mut(keyword) {
                branches.push(json!({"type": "null"}));
            }
        }
        if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
            for (index, part) in parts.iter_mut().enumerate() {
                *part = json!({"anyOf": [part, {"type": "null"}]});
                self.wrapped.insert(at.child("allOf").child(index));
            }
        }
    }

    /// The name a place has in `definitions`: a component's own, else its title, else its last word;
    /// with a number where that is taken.
    fn name(&mut self, target: &Pointer) -> String {
        if let Some(name) = self.names.get(target) {
            return name.clone();
        }
        let title = self.document.get(target).and_then(|schema| schema.get("title"));
        let is_component = target.as_str().starts_with("/components/schemas/");
        let word = match title.and_then(Value::as_str) {
            Some(title) if !is_component => title.to_owned(),
            _ => target.tokens().last().unwrap_or_default(),
        };
        let word: String =
            word.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let mut name = word.clone();
        let mut number = 2;
        while self.definitions.contains_key(&name) {
            name = format!("{word}{number}");
            number += 1;
        }
        self.names.insert(target.clone(), name.clone());
        self.definitions.insert(name.clone(), target.clone());
        self.queue.push_back((name.clone(), target.clone()));
        name
    }
}

/// `nullable: true`: the type gains `null`, and so does an `enum` (OpenAPI 3.0.3 clarification).
fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([name, "null"]));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schemas: Value) -> Document {
        let document = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}});
        Document::from_value("api.json", document).unwrap()
    }

    fn read(schemas: Value, name: &str) -> Result<JsonSchema, DocumentError> {
        let document = document(schemas);
        let at = Pointer::root().child("components").child("schemas").child(name);
        JsonSchema::read(&document, &at)
    }

    #[test]
    fn keywords_of_openapi_become_those_of_json_schema() {
        let schema = read(
            json!({"A": {"type": "object", "example": {}, "properties": {
                "n": {"type": "integer", "minimum": 1, "exclusiveMinimum": true, "nullable": true},
                "e": {"type": "string", "enum": ["a"], "nullable": true},
            }, "additionalProperties": false}}),
            "A",
        );
        assert_eq!(
            schema.unwrap().value(),
            &json!({"type": "object", "properties": {
                "n": {"type": ["integer", "null"], "exclusiveMinimum": 1},
                "e": {"type": ["string", "null"], "enum": ["a", null]},
            }, "additionalProperties": false})
        );
    }

    #[test]
    fn nullable_beside_a_composition_allows_null() {
        let schema = read(
            json!({"A": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/B"}]},
                   "B": {"type": "string"}}),
            "A",
        )
        .unwrap();
        let validator = schema.validator().unwrap();
        assert!(validator.is_valid(&json!(null)) && validator.is_valid(&json!("a")));
        let instance = json!(1);
        let errors: Vec<_> = validator.iter_errors(&instance).collect();
        let place = Pointer::parse(errors[0].schema_path().as_str()).unwrap();
        assert_eq!(schema.in_document(&place).as_str(), "/components/schemas/A/allOf/0");
        let schema = read(json!({"A": {"nullable": true, "oneOf": [{"type": "string"}]}}), "A");
        assert!(schema.unwrap().validator().unwrap().is_valid(&json!(null)));
    }

    #[test]
    fn references_become_definitions_and_places_lead_back() {
        let schemas = || {
            json!({"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
                   "B": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}})
        };
        let schema = read(schemas(), "A").unwrap();
        assert_eq!(schema.value()["properties"]["b"], json!({"$ref": "#/definitions/B"}));
        assert!(schema.validator().unwrap().is_valid(&json!({"b": [{"b": []}]})));
        assert!(!schema.validator().unwrap().is_valid(&json!({"b": [{"b": 1}]})));
        let at = Pointer::root().child("components").child("schemas").child("A");
        let alone = JsonSchema::read_alone(&document(schemas()), &at).unwrap();
        assert_eq!(alone, json!({"properties": {"b": {"$ref": "#/definitions/B"}}}));
        let place = Pointer::root().child("definitions").child("B").child("type");
        assert_eq!(schema.in_document(&place).as_str(), "/components/schemas/B/type");
        let place = Pointer::root().child("properties").child("b");
        assert_eq!(schema.in_document(&place).as_str(), "/components/schemas/A/properties/b");
    }

    #[test]
    fn what_is_no_schema_is_refused_with_its_place() {
        let error = |schemas| read(schemas, "A").unwrap_err().to_string();
        assert_eq!(
            error(json!({"A": {"properties": {"x": 1}}})),
            "api.json: #/components/schemas/A/properties/x: expected a schema"
        );
        assert!(error(json!({"A": {"allOf": {}}})).ends_with("allOf: expected an array"));
        assert!(error(json!({"A": {"$ref": "#/components/schemas/A"}})).contains("back to itself"));
    }
}
