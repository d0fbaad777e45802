//! Brings the files that a document refers to into the document.
//!
//! A schema of another file becomes a component, so that it may refer to itself. Any other object is
//! copied to the place of the reference.

use std::{
    collections::BTreeMap,
    io,
    path::{Component, Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{
    error::SourceError,
    origins::Origins,
    position::{Object, Position},
    read::read_value,
    version::{insert_schemas, unique_name},
};
use crate::{document::percent_decode, pointer::Pointer};

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

    /// The file and the place that a reference names.
    fn target(
        &mut self,
        reference: &str,
        file: &File,
        from: &Pointer,
    ) -> Result<(File, Pointer), SourceError> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let decoded = percent_decode(fragment);
        // In the document itself, the view of the document reports a bad pointer with its place.
        let place = decoded.as_deref().and_then(Pointer::parse);
        if path.is_empty() {
            let place = match (place, &file.path) {
                (Some(place), _) => place,
                (None, None) => Pointer::root(),
                (None, Some(_)) => {
                    return Err(self.refuse(
                        file,
                        from,
                        &format!("`{reference}` is not a JSON pointer"),
                    ));
                }
            };
            return Ok((file.clone(), place));
        }
        let Some(place) = place else {
            return Err(self.refuse(file, from, &format!("`{reference}` is not a JSON pointer")));
        };
        let path = self.path(path, reference, file, from)?;
        Ok((File { path: (!self.is_document(&path)).then_some(path) }, place))
    }

    fn is_document(&self, path: &Path) -> bool {
        Path::new(self.name).file_name().is_some_and(|name| Path::new(name) == path)
    }

    /// The path of a file, from the folder of the document.
    fn path(
        &mut self,
        path: &str,
        reference: &str,
        file: &File,
        from: &Pointer,
    ) -> Result<PathBuf, SourceError> {
        if path.contains("://") {
            let message = format!(
                "`{reference}` is on another machine: download the file next to the document, and \
                 refer to it by its relative path"
            );
            return Err(self.refuse(file, from, &message));
        }
        if self.folder.is_none() {
            let message = format!(
                "`{reference}` leads outside the document, which was read from standard input: \
                 name a file in place of `-`"
            );
            return Err(self.refuse(file, from, &message));
        }
        let decoded = percent_decode(path).unwrap_or_else(|| path.to_owned());
        let folder = file.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let mut normal = PathBuf::new();
        for component in folder.join(decoded).components() {
            let fits = match component {
                Component::Normal(name) => {
                    normal.push(name);
                    true
                }
                Component::CurDir => true,
                Component::ParentDir => normal.pop(),
                Component::Prefix(_) | Component::RootDir => false,
            };
            if !fits {
                let message = format!(
                    "`{reference}` leads out of the folder of the document: move the file into it"
                );
                return Err(self.refuse(file, from, &message));
            }
        }
        Ok(normal)
    }

    /// A copy of what a reference names.
    fn find(
        &mut self,
        target: &File,
        at: &Pointer,
        file: &File,
        from: &Pointer,
    ) -> Result<Value, SourceError> {
        if let (Some(path), Some(folder)) = (&target.path, self.folder)
            && !self.values.contains_key(path)
        {
            let bytes = (self.read)(&folder.join(path)).map_err(|error| {
                self.refuse(file, from, &format!("cannot read `{}`: {error}", path.display()))
            })?;
            let value = read_value(&self.label(target), &bytes)?;
            self.values.insert(path.clone(), value);
            self.files.insert(path.clone(), bytes);
        }
        match self.lookup(target, at) {
            Ok(value) => Ok(value.clone()),
            Err(_) => Err(self.refuse(
                file,
                from,
                &format!("there is nothing at `{}#{at}`", self.label(target)),
            )),
        }
    }

    fn lookup(&self, file: &File, at: &Pointer) -> Result<&Value, SourceError> {
        let value = file.path.as_ref().and_then(|path| self.values.get(path));
        value
            .and_then(|value| value.pointer(at.as_str()))
            .ok_or_else(|| self.refuse(file, at, "there is nothing here, but it is referred to"))
    }

    /// What messages call a file.
    fn label(&self, file: &File) -> String {
        let Some(path) = &file.path else { return self.name.to_owned() };
        let folder = Path::new(self.name).parent().unwrap_or(Path::new(""));
        folder.join(path).display().to_string()
    }

    fn refuse(&self, file: &File, from: &Pointer, message: &str) -> SourceError {
        SourceError::Reference {
            name: self.label(file),
            pointer: from.child("$ref"),
            message: message.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILES: [(&str, &str); 4] = [
        ("paths/pets.yaml", "get: {responses: {'200': {$ref: '../common.yaml#/responses/Pets'}}}"),
        (
            "common.yaml",
            "responses:\n  Pets:\n    description: All.\n    content:\n      application/json:\n        \
             schema: {$ref: 'schemas/Pet.yaml'}\n  Loop: {$ref: '#/responses/Loop'}\n",
        ),
        (
            "schemas/Pet.yaml",
            "type: object\nproperties:\n  mother: {$ref: Pet.yaml}\n  \
             tag: {$ref: '../api.yaml#/components/schemas/Tag'}\n  kind: {$ref: '#/$defs/Kind'}\n\
             $defs: {Kind: {type: string}}\n",
        ),
        ("broken.yaml", "a: ["),
    ];

    fn read(path: &Path) -> io::Result<Vec<u8>> {
        let path = path.strip_prefix("folder").unwrap();
        let file = FILES.iter().find(|(name, _)| Path::new(name) == path);
        file.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn bundle_in_folder(document: Value) -> Result<Bundled, SourceError> {
        bundle("folder/api.yaml", document, Some(Path::new("folder")), &mut read)
    }

    #[test]
    fn files_become_part_of_the_document_and_places_lead_back() {
        let document = json!({
            "paths": {"/pets": {"$ref": "paths/pets.yaml"}},
            "components": {"schemas": {"Tag": {"type": "string"}, "Pet": {"type": "integer"}}},
        });
        let bundled = bundle_in_folder(document).unwrap();
        let reference = json!({"$ref": "#/components/schemas/Pet2"});
        assert_eq!(
            bundled.value,
            json!({
                "paths": {"/pets": {"get": {"responses": {"200": {
                    "description": "All.",
                    "content": {"application/json": {"schema": reference}},
                }}}}},
                "components": {"schemas": {
                    "Tag": {"type": "string"},
                    "Pet": {"type": "integer"},
                    "Kind": {"type": "string"},
                    "Pet2": {
                        "type": "object",
                        "properties": {
                            "mother": reference,
                            "tag": {"$ref": "#/components/schemas/Tag"},
                            "kind": {"$ref": "#/components/schemas/Kind"},
                        },
                        "$defs": {"Kind": {"type": "string"}},
                    },
                }},
            })
        );
        let of = |text: &str| bundled.origins.of(&Pointer::parse(text).unwrap()).to_string();
        assert_eq!(of("/components/schemas/Pet2/type"), "folder/schemas/Pet.yaml#/type");
        assert_eq!(
            of("/paths/~1pets/get/responses/200/description"),
            "folder/common.yaml#/responses/Pets/description"
        );
        assert_eq!(of("/components/schemas/Pet"), "folder/api.yaml#/components/schemas/Pet");
        assert_eq!(bundled.files.len(), 3);
    }

    #[test]
    fn reference_that_cannot_be_followed_is_refused_with_its_place() {
        let error = |reference: &str| {
            let document = json!({"components": {"responses": {"A": {"$ref": reference}}}});
            bundle_in_folder(document).unwrap_err().to_string()
        };
        let place = "folder/api.yaml: #/components/responses/A/$ref: ";
        let starts = |reference: &str, message: &str| {
            let error = error(reference);
            assert!(error.starts_with(&format!("{place}{message}")), "{error}");
        };
        starts("none.yaml", "cannot read `none.yaml`");
        starts("common.yaml#/nowhere", "there is nothing at `folder/common.yaml#/nowhere`");
        starts("common.yaml#x", "`common.yaml#x` is not a JSON pointer");
        starts("https://example.com/a.yaml", "`https://example.com/a.yaml` is on another machine");
        starts("../a.yaml", "`../a.yaml` leads out of the folder");
        starts("/etc/passwd", "`/etc/passwd` leads out of the folder");
        assert!(error("common.yaml#/responses/Loop").ends_with("leads back to itself"));
        assert!(error("broken.yaml").starts_with("folder/broken.yaml:"));
        let document = json!({"components": {"responses": {"A": {"$ref": "a.yaml"}}}});
        let error = bundle("standard input", document, None, &mut read).unwrap_err().to_string();
        assert!(error.contains("name a file in place of `-`"), "{error}");
    }
}
