//! Visits every schema once.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use jsonschema::Validator;
use serde_json::Value;

use super::Linter;
use crate::{
    document::{Document, DocumentError},
    operation::{Content, Operation},
    pointer::Pointer,
    schema::JsonSchema,
};

/// The bodies of an operation.
pub(super) fn contents(operation: &Operation) -> impl Iterator<Item = &Content> {
    let requests = operation.request_body.iter().flat_map(|body| &body.content);
    requests.chain(operation.responses.iter().flat_map(|response| &response.content))
}

/// A schema and its validator.
type Compiled = Rc<(JsonSchema, Validator)>;

/// The schemas that have been visited.
#[derive(Default)]
pub(super) struct Schemas {
    visited: HashSet<Pointer>,
    /// The schema that was compiled last. All validators of a large document would fill the memory.
    last: Option<(Pointer, Compiled)>,
}

impl Schemas {
    pub(super) fn is_first_visit(&mut self, at: &Pointer) -> bool {
        self.visited.insert(at.clone())
    }

    /// The validator of a schema. It is compiled once for successive examples of one schema.
    pub(super) fn compiled(
        &mut self,
        document: &Document,
        at: &Pointer,
    ) -> Result<Compiled, DocumentError> {
        if let Some((last, compiled)) = &self.last
            && last == at
        {
            return Ok(Rc::clone(compiled));
        }
        let compiled = Rc::new(JsonSchema::compile(document, at)?);
        self.last = Some((at.clone(), Rc::clone(&compiled)));
        Ok(compiled)
    }
}

impl Linter<'_> {
    /// The places of a schema and of every schema within it or referred to by it that no call before
    /// has returned.
    pub(super) fn visit(&mut self, schema: &Pointer) -> BTreeSet<Pointer> {
        let mut new = BTreeSet::new();
        let mut open = vec![schema.clone()];
        while let Some(at) = open.pop() {
            match self.document.resolve(&at) {
                Ok((at, value)) => {
                    if self.schemas.visited.insert(at.clone()) {
                        open.extend(subschemas(&at, value));
                        new.insert(at);
                    }
                }
                Err(error) => self.malformed(&error),
            }
        }
        new
    }

    /// The places of every schema of an operation's bodies.
    pub(super) fn schemas_of(&self, operation: &Operation) -> BTreeSet<Pointer> {
        let mut schemas = BTreeSet::new();
        let mut open: Vec<Pointer> =
            contents(operation).filter_map(|content| content.schema.clone()).collect();
        while let Some(at) = open.pop() {
            if let Ok((at, value)) = self.document.resolve(&at)
                && schemas.insert(at.clone())
            {
                open.extend(subschemas(&at, value));
            }
        }
        schemas
    }
}

/// The places of the schemas within a schema.
fn subschemas(at: &Pointer, schema: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let place = at.child(keyword);
        match (keyword.as_str(), value) {
            ("items" | "not" | "additionalProperties", Value::Object(_)) => places.push(place),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                places.extend((0..list.len()).map(|index| place.child(index)));
            }
            ("properties", Value::Object(properties)) => {
                places.extend(properties.keys().map(|name| place.child(name)));
            }
            _ => {}
        }
    }
    places
}
