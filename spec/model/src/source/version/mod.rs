//! OpenAPI 3.1 to the form of 3.0 that generators read.
//!
//! The translation keeps the meaning of every schema. What 3.1 adds and 3.0 cannot say is recorded as
//! an [`UnsupportedKeyword`] with its place, so that only the operations that use it are refused.

mod keywords;
mod null;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    origins::Origins,
    position::{Object, Position},
};
use crate::pointer::Pointer;

/// A keyword that neither generator can express.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UnsupportedKeyword {
    /// The place of the schema or object that had the keyword, in the translated document.
    pub pointer: Pointer,
    /// The keyword.
    pub keyword: String,
    /// Why it cannot be expressed.
    pub reason: String,
    /// What the author can do.
    pub advice: String,
}

/// Something that the translation left out or interpreted, and that changes no operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// The place in the document before the translation.
    pub pointer: Pointer,
    /// What happened.
    pub message: String,
}

/// A document in the form of OpenAPI 3.0.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) value: Value,
    pub(super) origins: Origins,
    pub(super) unsupported: Vec<UnsupportedKeyword>,
    pub(super) notes: Vec<Note>,
}

/// Translates a document of version 3.1. Any other document stays as it is, but for references to
/// path items.
pub(super) fn to_3_0(mut value: Value, origins: Origins) -> Translated {
    let is_3_1 =
        version(&value).is_some_and(|version| version == "3.1" || version.starts_with("3.1."));
    let mut translator = Translator {
        names: component_names(&value),
        origins,
        hoisted: Map::new(),
        moves: BTreeMap::new(),
        sources: BTreeMap::new(),
        unsupported: Vec::new(),
        notes: Vec::new(),
    };
    translator.inline_path_items(&mut value);
    if is_3_1 {
        let root = Pointer::root();
        value = translator.walk(value, Position::One(Object::Root), &root, &root);
        translator.add_hoisted(&mut value);
    }
    if !translator.moves.is_empty() {
        let moves = std::mem::take(&mut translator.moves);
        rewrite_references(&mut value, Position::One(Object::Root), &moves);
    }
    let Translator { origins, unsupported, notes, .. } = translator;
    Translated { value, origins, unsupported, notes }
}

fn version(document: &Value) -> Option<&str> {
    document.get("openapi").and_then(Value::as_str)
}

fn component_names(document: &Value) -> Vec<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flat_map(|schemas| schemas.keys().cloned()).collect()
}

struct Translator {
    /// The names of all component schemas.
    names: Vec<String>,
    origins: Origins,
    /// Schemas that become components, by name.
    hoisted: Map<String, Value>,
    /// The new place of each part that moves.
    moves: BTreeMap<Pointer, Pointer>,
    /// The inverse of `moves`.
    sources: BTreeMap<Pointer, Pointer>,
    unsupported: Vec<UnsupportedKeyword>,
    notes: Vec<Note>,
}

impl Translator {
    /// Translates what stands at `from`; it will stand at `to`.
    fn walk(&mut self, value: Value, position: Position, from: &Pointer, to: &Pointer) -> Value {
        match (position, value) {
            (Position::Opaque, value) => value,
            (Position::One(Object::Schema), value) => self.schema(value, from, to),
            (Position::One(object), Value::Object(members)) => {
                self.object(object, members, from, to)
            }
            (_, Value::Object(members)) => {
                let walk = |(name, value): (String, Value)| {
                    let position = position.member(&name);
                    let value = self.walk(value, position, &from.child(&name), &to.child(&name));
                    (name, value)
                };
                Value::Object(members.into_iter().map(walk).collect())
            }
            (_, Value::Array(items)) => {
                let walk = |(index, value)| {
                    self.walk(value, position.item(), &from.child(index), &to.child(index))
                };
                Value::Array(items.into_iter().enumerate().map(walk).collect())
            }
            (_, value) => value,
        }
    }

    fn object(
        &mut self,
        object: Object,
        mut members: Map<String, Value>,
        from: &Pointer,
        to: &Pointer,
    ) -> Value {
        if let Some(reference @ Value::String(_)) = members.get("$ref")
            && object != Object::PathItem
        {
            // Beside a reference, 3.1 allows only a summary and a description.
            return json!({"$ref": reference});
        }
        match object {
            Object::Root => self.root(&mut members, from),
            Object::Operation => {
                members.entry("responses").or_insert_with(|| json!({}));
            }
            Object::SecurityScheme if members.get("type") == Some(&json!("mutualTLS")) => {
                self.refuse(
                    to,
                    "mutualTLS",
                    "TLS ends before a handler or a generated client sees the request",
                    "remove the security scheme with an overlay, and configure TLS in the server and in \
                     the HTTP client",
                );
            }
            _ => {}
        }
        let position = Position::One(object);
        let walk = |(name, value): (String, Value)| {
            let member = position.member(&name);
            let value = self.walk(value, member, &from.child(&name), &to.child(&name));
            (name, value)
        };
        Value::Object(members.into_iter().map(walk).collect())
    }

    fn root(&mut self, members: &mut Map<String, Value>, from: &Pointer) {
        members.insert("openapi".to_owned(), json!("3.0.3"));
        if let Some(webhooks) = members.shift_remove("webhooks") {
            let count = webhooks.as_object().map_or(0, Map::len);
            self.notes.push(Note {
                pointer: from.child("webhooks"),
                message: format!(
                    "{count} webhooks are left out: they are requests that this API sends, not \
                     operations of it"
                ),
            });
        }
        let dialect = members.shift_remove("jsonSchemaDialect");
        let is_known = dialect.as_ref().is_none_or(|dialect| {
            dialect.as_str().is_some_and(|dialect| {
                dialect.starts_with("https://spec.openapis.org/oas/3.1/dialect/")
                    || dialect == "https://json-schema.org/draft/2020-12/schema"
            })
        });
        if !is_known {
            self.refuse(
                &from.child("openapi"),
                "jsonSchemaDialect",
                "the keywords of another dialect may mean something else",
                "use the dialect of OpenAPI 3.1, which is the default",
            );
        }
        members.entry("paths").or_insert_with(|| json!({}));
    }

    /// Replaces each reference to a path item by the path item, because generators follow no such
    /// reference. Members beside the reference win.
    fn inline_path_items(&mut self, document: &mut Value) {
        let Some(paths) = document.get("paths").and_then(Value::as_object) else { return };
        let mut inlined = Vec::new();
        for (path, item) in paths {
            let Some(reference) = item.get("$ref").and_then(Value::as_str) else { continue };
            let Some(target) = reference.strip_prefix('#').and_then(Pointer::parse) else {
                continue;
            };
            let Some(Value::Object(found)) = document.pointer(target.as_str()) else { continue };
            if found.contains_key("$ref") {
                continue;
            }
            let mut members = found.clone();
            let own = item.as_object().into_iter().flatten();
            members.extend(
                own.filter(|(name, _)| *name != "$ref").map(|(n, v)| (n.clone(), v.clone())),
            );
            inlined.push((path.clone(), target, members));
        }
        for (path, target, members) in inlined {
            let to = Pointer::root().child("paths").child(&path);
            self.origins.record_move(to.clone(), &target);
            self.moves.entry(target).or_insert(to);
            document["paths"][&path] = Value::Object(members);
        }
        if let Some(Value::Object(components)) = document.get_mut("components") {
            components.shift_remove("pathItems");
        }
    }

    /// Records that a part of the original document will stand somewhere else.
    fn record_move(&mut self, from: &Pointer, to: &Pointer) {
        self.origins.record_move(to.clone(), from);
        self.moves.insert(from.clone(), to.clone());
        self.sources.insert(to.clone(), from.clone());
    }

    /// Records that a part of the translated document moves again.
    fn record_second_move(&mut self, current: &Pointer, to: &Pointer) {
        let source = moved_place(current, &self.sources).unwrap_or_else(|| current.clone());
        self.origins.record_move(to.clone(), current);
        self.moves.insert(source.clone(), to.clone());
        self.sources.insert(to.clone(), source);
    }

    fn refuse(&mut self, at: &Pointer, keyword: &str, reason: &str, advice: &str) {
        self.unsupported.push(UnsupportedKeyword {
            pointer: at.clone(),
            keyword: keyword.to_owned(),
            reason: reason.to_owned(),
            advice: advice.to_owned(),
        });
    }

    /// A name for a new component schema: the given one, with a number where it is taken.
    fn new_name(&mut self, word: &str) -> String {
        let name = unique_name(word, |name| self.names.iter().any(|taken| taken == name));
        self.names.push(name.clone());
        name
    }

    fn add_hoisted(&mut self, document: &mut Value) {
        let hoisted = std::mem::take(&mut self.hoisted);
        insert_schemas(document, hoisted);
    }
}

/// A component name made of a word: only characters that OpenAPI allows, and a number where the name
/// is taken.
pub(super) fn unique_name(word: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let word: String = word.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    let word = if word.is_empty() { "Schema".to_owned() } else { word };
    let mut name = word.clone();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{word}{number}");
        number += 1;
    }
    name
}

/// Adds component schemas to a document.
pub(super) fn insert_schemas(document: &mut Value, schemas: Map<String, Value>) {
    if schemas.is_empty() {
        return;
    }
    let Some(root) = document.as_object_mut() else { return };
    let components = root.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let existing = components.entry("schemas").or_insert_with(|| json!({}));
    if existing.is_null() {
        *existing = json!({});
    }
    if let Some(existing) = existing.as_object_mut() {
        existing.extend(schemas);
    }
}

/// Lets every reference to a part that has moved lead to its new place.
fn rewrite_references(value: &mut Value, position: Position, moves: &BTreeMap<Pointer, Pointer>) {
    match value {
        Value::Object(members) => {
            if let (Position::One(_), Some(Value::String(reference))) =
                (position, members.get_mut("$ref"))
                && let Some(place) = reference.strip_prefix('#').and_then(Pointer::parse)
                && let Some(place) = moved_place(&place, moves)
            {
                *reference = format!("#{place}");
            }
            for (name, value) in members {
                rewrite_references(value, position.member(name), moves);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| rewrite_references(item, position.item(), moves));
        }
        _ => {}
    }
}

/// The new place of a part that has moved, or lies within one that has.
fn moved_place(place: &Pointer, moves: &BTreeMap<Pointer, Pointer>) -> Option<Pointer> {
    let mut part = Some(place.clone());
    while let Some(at) = part {
        if let Some(to) = moves.get(&at) {
            let rest = place.as_str().get(at.as_str().len()..).unwrap_or_default();
            return Some(to.join(&Pointer::parse(rest)?));
        }
        part = at.parent();
    }
    None
}
