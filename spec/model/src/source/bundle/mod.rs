//! Brings the files that a document refers to into the document.
//!
//! A schema of another file becomes a component, so that it may refer to itself. Any other object is
//! copied to the place of the reference.

mod files;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{
    error::SourceError,
    origins::Origins,
    position::{Object, Position},
    version::{insert_schemas, unique_name},
};
use crate::pointer::Pointer;

/// Reads the bytes of a file.
pub(super) type ReadFile<'a> = &'a mut dyn FnMut(&Path) -> io::Result<Vec<u8>>;

/// A bundled document, and the files that were read for it.
#[derive(Debug)]
pub(super) struct Bundled {
    pub(super) value: Value,
    pub(super) origins: Origins,
    /// The bytes of each file, by its path from the folder of the document.
    pub(super) files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Bundles a document. `folder` is where the document is, or `None` if it is not a file.
pub(super) fn bundle(
    name: &str,
    value: Value,
    folder: Option<&Path>,
    read: ReadFile<'_>,
) -> Result<Bundled, SourceError> {
    let schemas = value.pointer("/components/schemas").and_then(Value::as_object);
    let mut bundler = Bundler {
        name,
        folder,
        read,
        values: BTreeMap::new(),
        files: BTreeMap::new(),
        taken: schemas.into_iter().flat_map(|schemas| schemas.keys().cloned()).collect(),
        components: BTreeMap::new(),
        queue: Vec::new(),
        inlining: Vec::new(),
        origins: Origins::new(name),
    };
    let root = File { path: None };
    let at = Pointer::root();
    let position = Position::One(Object::Root);
    let mut value = bundler.walk(value, position, &root, &at, &at)?;
    let mut added = Map::new();
    while let Some(Schema { file, at, component }) = bundler.queue.pop() {
        let to = component_place(&component);
        let schema = bundler.lookup(&file, &at)?.clone();
        bundler.origins.record(to.clone(), &bundler.label(&file), at.clone());
        let schema = bundler.walk(schema, Position::One(Object::Schema), &file, &at, &to)?;
        added.insert(component, schema);
    }
    added.sort_keys();
    insert_schemas(&mut value, added);
    let Bundler { origins, files, .. } = bundler;
    Ok(Bundled { value, origins, files })
}

fn component_place(name: &str) -> Pointer {
    Pointer::root().child("components").child("schemas").child(name)
}

/// A file: its path from the folder of the document, or `None` for the document itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct File {
    path: Option<PathBuf>,
}

/// A schema of another file that becomes a component.
struct Schema {
    file: File,
    at: Pointer,
    component: String,
}

struct Bundler<'a> {
    name: &'a str,
    folder: Option<&'a Path>,
    read: ReadFile<'a>,
    values: BTreeMap<PathBuf, Value>,
    files: BTreeMap<PathBuf, Vec<u8>>,
    taken: Vec<String>,
    components: BTreeMap<(File, Pointer), String>,
    queue: Vec<Schema>,
    /// The references whose targets are being copied.
    inlining: Vec<(File, Pointer)>,
    origins: Origins,
}

impl Bundler<'_> {
    /// Bundles what stands at `from` in a file; it will stand at `to` in the document.
    fn walk(
        &mut self,
        value: Value,
        position: Position,
        file: &File,
        from: &Pointer,
        to: &Pointer,
    ) -> Result<Value, SourceError> {
        match value {
            _ if position == Position::Opaque => Ok(value),
            Value::Object(members) => {
                if let (Position::One(object), Some(Value::String(reference))) =
                    (position, members.get("$ref"))
                {
                    let reference = reference.clone();
                    return self.reference(members, &reference, object, file, from, to);
                }
                let mut result = Map::new();
                for (name, value) in members {
                    let member = position.member(&name);
                    let mut value =
                        self.walk(value, member, file, &from.child(&name), &to.child(&name))?;
                    if position == Position::One(Object::Schema) && name == "discriminator" {
                        self.discriminator(&mut value, file, &from.child(&name))?;
                    }
                    result.insert(name, value);
                }
                Ok(Value::Object(result))
            }
            Value::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| {
                    let position = position.item();
                    self.walk(item, position, file, &from.child(index), &to.child(index))
                })
                .collect(),
            other => Ok(other),
        }
    }

    fn reference(
        &mut self,
        mut members: Map<String, Value>,
        reference: &str,
        object: Object,
        file: &File,
        from: &Pointer,
        to: &Pointer,
    ) -> Result<Value, SourceError> {
        let (target, at) = self.target(reference, file, from)?;
        if target.path.is_none() {
            let own = format!("#{}", reference.split_once('#').map_or("", |(_, place)| place));
            members.insert("$ref".to_owned(), own.into());
        } else if object == Object::Schema {
            let component = self.component(&target, &at, file, from)?;
            let place = component_place(&component);
            members.insert("$ref".to_owned(), format!("#{place}").into());
        } else {
            let key = (target.clone(), at.clone());
            if self.inlining.contains(&key) {
                return Err(self.refuse(file, from, "the reference leads back to itself"));
            }
            let value = self.find(&target, &at, file, from)?;
            self.origins.record(to.clone(), &self.label(&target), at.clone());
            self.inlining.push(key);
            let value = self.walk(value, Position::One(object), &target, &at, to)?;
            self.inlining.pop();
            return Ok(value);
        }
        // In OpenAPI 3.1, a schema may have other keywords beside `$ref`.
        let mut result = Map::new();
        for (name, value) in members {
            let member = Position::One(object).member(&name);
            let value = self.walk(value, member, file, &from.child(&name), &to.child(&name))?;
            result.insert(name, value);
        }
        Ok(Value::Object(result))
    }

    /// The targets of a discriminator may be references, too.
    fn discriminator(
        &mut self,
        value: &mut Value,
        file: &File,
        from: &Pointer,
    ) -> Result<(), SourceError> {
        let Some(Value::Object(mapping)) = value.get_mut("mapping") else { return Ok(()) };
        let from = from.child("mapping");
        for (name, target) in mapping {
            let Value::String(reference) = target else { continue };
            // Anything else is the name of a component.
            if !reference.contains(['#', '/']) {
                continue;
            }
            let from = from.child(name);
            let (other, at) = self.target(reference, file, &from)?;
            if other.path.is_some() {
                let component = self.component(&other, &at, file, &from)?;
                *target = format!("#{}", component_place(&component)).into();
            }
        }
        Ok(())
    }

    /// The component that a schema of another file becomes.
    fn component(
        &mut self,
        target: &File,
        at: &Pointer,
        file: &File,
        from: &Pointer,
    ) -> Result<String, SourceError> {
        let key = (target.clone(), at.clone());
        if let Some(component) = self.components.get(&key) {
            return Ok(component.clone());
        }
        self.find(target, at, file, from)?;
        let stem = target.path.as_deref().and_then(Path::file_stem);
        let stem = stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let word = at.tokens().last().unwrap_or(stem);
        let component = unique_name(&word, |name| self.taken.iter().any(|taken| taken == name));
        self.taken.push(component.clone());
        self.components.insert(key, component.clone());
        let (file, at) = (target.clone(), at.clone());
        self.queue.push(Schema { file, at, component: component.clone() });
        Ok(component)
    }
}
