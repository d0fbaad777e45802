//! The last gate of generated code: no two things have one name, and no two schemas one type.
//!
//! Names of a document become names of Rust, and different ones may become the same (`a-b` and
//! `a_b`). The libraries that write the code notice some of this. Typify takes one name for one type,
//! whatever the schemas are, and writes two fields of one name; neither is seen before a compiler
//! looks, or ever. So the code is written twice more, from copies of the document that say more:
//!
//! - with a mark in each schema's description, which comes out in the comment of its type, so that a
//!   type leads back to its place;
//! - with marks, and with names that cannot coincide. A mark that only comes out of this copy belongs
//!   to a schema that lost its type to another of the same name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use specfirst_model::{Document, JsonSchema, Pointer, error_chain};
use syn::{Attribute, Fields, FnArg, ImplItem, Item, Pat, TraitItem, UseTree};
use typify::{TypeSpace, TypeSpaceSettings};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    code,
    error::{Error, Result},
    unsupported::Unsupported,
    view,
};

/// Writes the code of a view, and refuses code that would not compile or that mistakes schemas.
///
/// # Errors
///
/// What `write` says of the document, or what two things have one name, with operation and place.
pub(super) fn generate_checked(
    view: &Document,
    write: impl Fn(&Document) -> Result<syn::File>,
) -> Result<String> {
    let file = write(view).map_err(|error| match error {
        Error::Unsupported(_) => error,
        _ => locate(view, &write).unwrap_or(error),
    })?;
    let marked = Marked::new(view);
    let write_marked = |value: Value| write(&Document::from_value(view.name(), value)?);
    let named = write_marked(marked.value.clone()).map_err(in_copy("with marked schemas"))?;
    let at = |mark: &String| marked.places.get(mark).map(|schema| &schema.at);
    let refusal = |place: Option<&Pointer>, reason: String| match place {
        Some(at) => Unsupported::at(view, at, reason).into(),
        None => Error::NameClash(reason),
    };
    if let Some(Clash { mark, other, mut reason }) = Scope::default().clash(&named.items) {
        if let Some(other) = other.as_ref().and_then(at) {
            reason = format!("{reason}, as #{other} has");
        }
        return Err(refusal(mark.as_ref().and_then(at), reason));
    }
    let apart = write_marked(with_opaque_names(marked.value.clone()))
        .map_err(in_copy("with names that cannot coincide"))?;
    let (made, expected) = (type_marks(&named.items), type_marks(&apart.items));
    for lost in expected.difference(&made) {
        // It may have gone to an equal schema of the same name: without that, it would be there.
        let equal = marked.equal(lost, &made);
        let is_shared = !equal.is_empty()
            && type_marks(&write_marked(marked.without(&equal))?.items).contains(lost);
        if !is_shared {
            let reason = "its type would have the name of another type: give it a `title`";
            return Err(refusal(at(lost), reason.to_owned()));
        }
    }
    Ok(prettyplease::unparse(&file))
}

fn in_copy(copy: &'static str) -> impl Fn(Error) -> Error {
    move |error| Error::Copy { copy, source: Box::new(error) }
}

/// The part of a document that no code can be written for, where one part alone is enough to fail.
fn locate(view: &Document, write: &impl Fn(&Document) -> Result<syn::File>) -> Option<Error> {
    if let Some((at, reason)) = untyped_schema(view) {
        return Some(Unsupported::at(view, &at, reason).into());
    }
    view.operations().ok()?.iter().find_map(|operation| {
        let mut value = view.value().clone();
        let item = operation.pointer.parent()?;
        value.as_object_mut()?.get_mut("paths")?.as_object_mut()?.retain(|path, item| {
            let is_of_operation = *path == operation.path;
            if let Value::Object(members) = item {
                members.retain(|name, _| {
                    !METHODS.contains(&name.as_str()) || operation.method.eq_ignore_ascii_case(name)
                });
            }
            is_of_operation
        });
        value.pointer(item.as_str())?;
        let error = write(&Document::from_value(view.name(), value).ok()?).err()?;
        if matches!(error, Error::Unsupported(_)) {
            return Some(error);
        }
        Some(Unsupported::new(operation, &operation.pointer, error_chain(&error)).into())
    })
}

/// What a path item calls its operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The innermost schema that typify has no type for, and what it says.
fn untyped_schema(view: &Document) -> Option<(Pointer, String)> {
    let mut places = Vec::new();
    schemas(view.value(), &Pointer::root(), &mut |at, _| places.push(at.clone()));
    places.into_iter().rev().find_map(|at| {
        let schema = JsonSchema::read(view, &at).ok()?;
        let schema = serde_json::from_value(without_references(schema.value())).ok()?;
        let mut space = TypeSpace::new(&TypeSpaceSettings::default());
        let add = || space.add_type_with_name(&schema, Some("Schema".to_owned()));
        let ty = code::catch_panic("typify", add);
        let ty = ty.and_then(|ty| ty.map_err(|error| Error::library("typify", error)));
        ty.err().map(|error| (at, error_chain(&error)))
    })
}

fn without_references(schema: &Value) -> Value {
    match schema {
        Value::Object(members) if members.contains_key("$ref") => json!({}),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "definitions")
            .map(|(name, value)| (name.clone(), without_references(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_references).collect(),
        other => other.clone(),
    }
}

/// Calls `visit` for every schema that is no reference, an outer one before those within it.
fn schemas(value: &Value, at: &Pointer, visit: &mut impl FnMut(&Pointer, &Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            if view::is_schema(at) && !members.contains_key("$ref") {
                visit(at, members);
            }
            members.iter().for_each(|(name, value)| schemas(value, &at.child(name), visit));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| schemas(value, &at.child(i), visit));
        }
        _ => {}
    }
}

/// A document whose schemas are marked.
struct Marked {
    value: Value,
    places: BTreeMap<String, MarkedSchema>,
}

/// A schema that is marked.
struct MarkedSchema {
    at: Pointer,
    /// What it says, as text.
    meaning: String,
}

impl Marked {
    fn new(view: &Document) -> Self {
        let mut places = BTreeMap::new();
        schemas(view.value(), &Pointer::root(), &mut |at, members| {
            let meaning = without_annotations(&Value::Object(members.clone())).to_string();
            let mark = format!("\u{e000}{}\u{e001}", places.len());
            places.insert(mark, MarkedSchema { at: at.clone(), meaning });
        });
        let mut value = view.value().clone();
        for (mark, MarkedSchema { at, .. }) in &places {
            if let Some(Value::Object(members)) = value.pointer_mut(at.as_str()) {
                members.insert("description".to_owned(), json!(mark));
            }
        }
        Self { value, places }
    }

    /// Those of some marks whose schemas say what the schema of a mark says.
    fn equal<'m>(&self, mark: &str, among: &'m BTreeSet<String>) -> Vec<&'m String> {
        let meaning = |mark: &str| self.places.get(mark).map(|schema| &schema.meaning);
        among.iter().filter(|other| meaning(other) == meaning(mark)).collect()
    }

    /// The document with any value where these schemas are.
    fn without(&self, marks: &[&String]) -> Value {
        let mut value = self.value.clone();
        for MarkedSchema { at, .. } in marks.iter().filter_map(|mark| self.places.get(*mark)) {
            if let Some(schema) = value.pointer_mut(at.as_str()) {
                *schema = json!({});
            }
        }
        value
    }
}

/// A schema without what is for readers.
pub(super) fn without_annotations(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => members
            .iter()
            .filter(|(name, value)| {
                !(value.is_string() && ["title", "description"].contains(&name.as_str()))
            })
            .map(|(name, value)| (name.clone(), without_annotations(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_annotations).collect(),
        other => other.clone(),
    }
}

/// The document with a number in place of each name that the name of a type is made of. The same name
/// gets the same number everywhere, since tags of an `oneOf` are found by their names.
fn with_opaque_names(mut value: Value) -> Value {
    let mut names = Opaque::default();
    names.rename_components(&mut value, "schemas");
    names.rename_components(&mut value, "responses");
    names.visit(&mut value, &Pointer::root());
    value
}

#[derive(Default)]
struct Opaque {
    numbers: BTreeMap<String, usize>,
    /// What each `$ref` becomes.
    references: BTreeMap<String, String>,
}

impl Opaque {
    fn name(&mut self, kind: char, name: &str) -> String {
        let next = self.numbers.len();
        let number = self.numbers.entry(format!("{kind}{name}")).or_insert(next);
        format!("{kind}{number}x")
    }

    fn rename_components(&mut self, document: &mut Value, kind: &str) {
        let at = format!("/components/{kind}");
        let Some(Value::Object(members)) = document.pointer_mut(&at) else { return };
        for (name, value) in std::mem::take(members) {
            let opaque = self.name('c', &format!("{kind}/{name}"));
            let escaped = Pointer::root().child(&name);
            self.references.insert(format!("#{at}/{name}"), format!("#{at}/{opaque}"));
            self.references.insert(format!("#{at}{escaped}"), format!("#{at}/{opaque}"));
            members.insert(opaque, value);
        }
    }

    fn visit(&mut self, value: &mut Value, at: &Pointer) {
        let members = match value {
            Value::Array(items) => {
                items.iter_mut().enumerate().for_each(|(i, item)| self.visit(item, &at.child(i)));
                return;
            }
            Value::Object(members) => members,
            _ => return,
        };
        let is_reference = match members.get_mut("$ref") {
            Some(Value::String(reference)) if !view::is_properties_map(at) => {
                if let Some(opaque) = self.references.get(reference) {
                    reference.clone_from(opaque);
                }
                true
            }
            _ => false,
        };
        // The places are those of the document before its paths and properties are renamed.
        members.iter_mut().for_each(|(name, value)| self.visit(value, &at.child(name)));
        if is_reference {
            return;
        }
        if view::is_schema(at) {
            // A title would name the type, and a default would name members.
            for keyword in ["title", "default", "discriminator"] {
                members.shift_remove(keyword);
            }
            if let Some(Value::Array(required)) = members.get_mut("required") {
                for name in required {
                    *name = name.as_str().map(|name| self.name('p', name)).into();
                }
            }
        } else if view::is_properties_map(at) {
            self.rename(members, 'p');
        } else if at.as_str() == "/paths" {
            for (path, item) in std::mem::take(members) {
                let segments = path.split('/').map(|segment| {
                    let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
                    name.map_or(segment.to_owned(), |name| format!("{{{}}}", self.name('q', name)))
                });
                let path = segments.collect::<Vec<_>>().join("/");
                members.insert(path, item);
            }
        } else if let Some(Value::String(id)) = members.get_mut("operationId")
            && at.tokens().next().is_some_and(|first| first == "paths")
        {
            *id = self.name('o', id);
        } else if is_renamed_parameter(members, at)
            && let Some(Value::String(name)) = members.get_mut("name")
        {
            *name = self.name('q', name);
        }
    }

    fn rename(&mut self, members: &mut Map<String, Value>, kind: char) {
        for (name, value) in std::mem::take(members) {
            members.insert(self.name(kind, &name), value);
        }
    }
}

/// Whether a parameter stands at a place, and its name means nothing but itself.
fn is_renamed_parameter(members: &Map<String, Value>, at: &Pointer) -> bool {
    let is_listed =
        at.parent().is_some_and(|list| list.tokens().last().is_some_and(|t| t == "parameters"));
    // OpenAPI ignores some headers, by their names.
    is_listed && members.get("in").is_some_and(|place| place != "header")
}

/// The marks of the types that were made.
fn type_marks(items: &[Item]) -> BTreeSet<String> {
    items
        .iter()
        .flat_map(|item| match item {
            Item::Mod(module) => {
                module.content.iter().flat_map(|(_, items)| type_marks(items)).collect()
            }
            Item::Struct(item) => marks(&item.attrs),
            Item::Enum(item) => marks(&item.attrs),
            _ => BTreeSet::new(),
        })
        .collect()
}

/// The marks in a comment, but for what typify quotes of the schema.
fn marks(attributes: &[Attribute]) -> BTreeSet<String> {
    let text: String = attributes.iter().filter_map(doc).collect::<Vec<_>>().join("\n");
    let text = text.split("<details>").next().unwrap_or_default();
    let begun = text.split('\u{e000}').skip(1);
    begun
        .filter_map(|rest| Some(format!("\u{e000}{}\u{e001}", rest.split_once('\u{e001}')?.0)))
        .collect()
}

fn doc(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else { return None };
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })
            if meta.path.is_ident("doc") =>
        {
            Some(text.value())
        }
        _ => None,
    }
}

/// Two things of one name.
struct Clash {
    /// The mark of the schema whose type has them.
    mark: Option<String>,
    /// The mark of the schema whose type has the same name.
    other: Option<String>,
    reason: String,
}

/// What typify and derived code take from Rust's prelude beside their own types.
const HIDDEN_BY_TYPES: [&str; 2] = ["Box", "Default"];
/// The same, of what a type that wraps another also has the name of: its constructor is a value.
const HIDDEN_BY_WRAPPERS: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// The names of one scope; Rust has one namespace for types and one for values.
#[derive(Default)]
struct Scope {
    /// Each with the mark of its schema.
    types: BTreeMap<String, Option<String>>,
    values: BTreeSet<String>,
    /// The methods of each type, and the traits it implements.
    implemented: BTreeSet<String>,
}

impl Scope {
    /// The first two items, members or implementations that the compiler would take for one.
    fn clash(mut self, items: &[Item]) -> Option<Clash> {
        items.iter().find_map(|item| self.item(item))
    }

    fn item(&mut self, item: &Item) -> Option<Clash> {
        let (name, attributes, inner) = match item {
            Item::Struct(item) => {
                let inner = fields(&item.fields).map(|name| {
                    format!("its type `{}` would have two fields `{name}`", item.ident)
                });
                (&item.ident, &item.attrs, inner)
            }
            Item::Enum(item) => {
                let inner = twice(item.variants.iter().map(|variant| &variant.ident))
                    .map(|name| {
                        format!("its type `{}` would have two variants `{name}`", item.ident)
                    })
                    .or_else(|| {
                        item.variants.iter().find_map(|variant| {
                            let name = fields(&variant.fields)?;
                            let variant = &variant.ident;
                            Some(format!("its variant `{variant}` would have two fields `{name}`"))
                        })
                    });
                (&item.ident, &item.attrs, inner)
            }
            Item::Mod(module) => {
                let items = module.content.iter().flat_map(|(_, items)| items);
                let items: Vec<_> = items.cloned().collect();
                if let Some(clash) = Self::default().clash(&items) {
                    return Some(clash);
                }
                (&module.ident, &module.attrs, None)
            }
            Item::Trait(item) => {
                let names = item.items.iter().filter_map(|item| match item {
                    TraitItem::Fn(method) => Some(&method.sig),
                    _ => None,
                });
                let inner = twice(names.clone().map(|method| &method.ident))
                    .map(|name| format!("the trait would have two methods `{name}`"))
                    .or_else(|| names.clone().find_map(parameters));
                (&item.ident, &item.attrs, inner)
            }
            Item::Type(item) => (&item.ident, &item.attrs, None),
            Item::Fn(item) => {
                let name = identifier(&item.sig.ident);
                let is_new = self.values.insert(name.clone());
                return (!is_new)
                    .then(|| format!("there would be two functions `{name}`"))
                    .or_else(|| parameters(&item.sig))
                    .map(|reason| Clash { mark: None, other: None, reason });
            }
            Item::Impl(item) => return self.implementation(item),
            Item::Use(item) => {
                let mut names = Vec::new();
                imported(&item.tree, &mut names);
                let twice =
                    names.into_iter().find(|name| self.types.insert(name.clone(), None).is_some());
                return twice.map(|name| Clash {
                    mark: None,
                    other: None,
                    reason: format!("`{name}` would be defined and imported"),
                });
            }
            _ => return None,
        };
        let mark = marks(attributes).into_iter().next();
        if let Some(reason) = inner {
            return Some(Clash { mark, other: None, reason });
        }
        let name = identifier(name);
        let wraps = matches!(item, Item::Struct(item) if !matches!(item.fields, Fields::Named(_)));
        if HIDDEN_BY_TYPES.contains(&name.as_str())
            || wraps && HIDDEN_BY_WRAPPERS.contains(&name.as_str())
        {
            let reason = format!("its type would hide the `{name}` that the code uses");
            return Some(Clash { mark, other: None, reason });
        }
        let other = self.types.insert(name.clone(), mark.clone())?;
        Some(Clash { mark, other, reason: format!("its type would have the name `{name}`") })
    }

    fn implementation(&mut self, item: &syn::ItemImpl) -> Option<Clash> {
        let tokens = |tokens: &dyn quote::ToTokens| tokens.to_token_stream().to_string();
        let ty = tokens(&item.self_ty);
        let clash = |reason| Some(Clash { mark: None, other: None, reason });
        if let Some((_, path, _)) = &item.trait_ {
            let path = tokens(path);
            let is_new = self.implemented.insert(format!("{path} for {ty}"));
            return if is_new { None } else { clash(format!("`{ty}` would be `{path}` twice")) };
        }
        item.items.iter().find_map(|item| {
            let ImplItem::Fn(method) = item else { return None };
            let name = identifier(&method.sig.ident);
            if !self.implemented.insert(format!("{ty}::{name}")) {
                return clash(format!("`{ty}` would have two methods `{name}`"));
            }
            parameters(&method.sig).and_then(clash)
        })
    }
}

fn fields(fields: &Fields) -> Option<String> {
    twice(fields.iter().filter_map(|field| field.ident.as_ref()))
}

fn parameters(function: &syn::Signature) -> Option<String> {
    let names = function.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(pattern) => Some(&pattern.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let name = twice(names)?;
    Some(format!("the function `{}` would have two parameters `{name}`", function.ident))
}

/// The first name that is there twice.
fn twice<'i>(names: impl Iterator<Item = &'i syn::Ident>) -> Option<String> {
    let mut seen = BTreeSet::new();
    names.map(identifier).find(|name| !seen.insert(name.clone()))
}

/// A name as the compiler compares it.
fn identifier(name: &syn::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).nfc().collect()
}

fn imported(tree: &UseTree, into: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, into),
        UseTree::Name(name) => into.push(identifier(&name.ident)),
        UseTree::Rename(rename) => into.push(identifier(&rename.rename)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, into)),
        UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api_trait, client};

    fn document(paths: Value, schemas: Value) -> Document {
        let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": paths, "components": {"schemas": schemas}});
        Document::from_value("api.json", document).unwrap()
    }

    /// Operation `a`, which takes and answers schemas.
    fn paths(request: Value, response: Value) -> Value {
        json!({"/a": {"post": {"operationId": "a",
            "requestBody": {"required": true, "content": {"application/json": {"schema": request}}},
            "responses": {"200": {"description": "",
                "content": {"application/json": {"schema": response}}}}}}})
    }

    fn object(names: &[&str]) -> Value {
        let properties: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        json!({"type": "object", "properties": properties})
    }

    fn generate(document: &Document) -> [Result<String, String>; 2] {
        [
            client::generate(document, &client::tests::SETTINGS),
            api_trait::generate(document, &api_trait::tests::settings()),
        ]
        .map(|code| code.map_err(|error| error_chain(&error)))
    }

    /// What both generators say of schemas that operation `a` refers to by `A`.
    #[track_caller]
    fn assert_refused(schemas: Value, expected: &str) {
        let a = json!({"$ref": "#/components/schemas/A"});
        for outcome in generate(&document(paths(a.clone(), a), schemas)) {
            let refusal = outcome.unwrap_err();
            assert!(refusal.starts_with("operation `a`: #/components/schemas/"), "{refusal}");
            assert!(refusal.contains(expected), "{refusal}");
        }
    }

    #[test]
    fn fields_of_one_name_are_refused() {
        for (names, field) in [
            (["a-b", "a_b"], "a_b"),
            (["userId", "user_id"], "user_id"),
            (["ID", "id"], "id"),
            (["", "x"], "x"),
            (["1", "x1"], "x1"),
            (["$ref ", "ref"], "ref_"),
            (["Self", "self"], "self_"),
            (["type", "type_"], "type_"),
            // The compiler takes these for one, as Unicode does.
            (["\u{f900}", "\u{8c48}"], "\u{8c48}"),
        ] {
            let refusal = format!("schemas/A: its type `A` would have two fields `{field}`");
            assert_refused(json!({"A": object(&names)}), &refusal);
        }
        // Only required, and never described.
        let mut required = object(&["a-b"]);
        required["required"] = json!(["a_b"]);
        assert_refused(json!({"A": required}), "two fields `a_b`");
        // What typify calls the members that are not named.
        let mut extra = object(&["extra"]);
        extra["additionalProperties"] = json!({"type": "integer"});
        assert_refused(json!({"A": extra}), "two fields `extra`");
        let nested = json!({"type": "object", "properties": {"n": object(&["q.r", "q_r"])}});
        assert_refused(
            json!({"A": nested}),
            "schemas/A/properties/n: its type `AN` would have two",
        );
    }

    #[test]
    fn variants_of_one_name_are_refused() {
        for values in [["a", "A"], ["a-b", "a_b"], ["", "x"], ["Self", "self"]] {
            let refusal = "#/components/schemas/A: typify panicked: Failed to make unique";
            assert_refused(json!({"A": {"type": "string", "enum": values}}), refusal);
        }
    }

    #[test]
    fn types_of_one_name_are_refused() {
        let (x, y) = (object(&["x"]), object(&["y"]));
        for (first, second) in [("foo_bar", "FooBar"), ("foo-bar", "FOO_BAR"), ("foo", "Foo")] {
            for same in [&x, &y] {
                let a = json!({"type": "object", "properties": {
                    "p": {"$ref": format!("#/components/schemas/{first}")},
                    "q": {"$ref": format!("#/components/schemas/{second}")}}});
                assert_refused(json!({"A": a, first: x, second: same}), "");
            }
        }
        let wrapper = json!({"type": "string", "maxLength": 9});
        let hidden = ["Default", "default", "box"].map(|name| (name, &x));
        let values = ["Err", "none", "OK", "Some"].map(|name| (name, &wrapper));
        for (name, schema) in hidden.into_iter().chain(values) {
            let item = json!({"$ref": format!("#/components/schemas/{name}")});
            let a = json!({"type": "array", "items": item});
            assert_refused(json!({"A": a, name: schema}), "its type would hide the");
        }
    }

    /// Typify takes one name for one type; where neither is a component, nothing is there twice.
    #[test]
    fn a_schema_that_would_lose_its_type_is_refused() {
        let (x, y) = (object(&["x"]), object(&["y"]));
        let nested = json!({"type": "object", "properties": {"bar": x}});
        assert_refused(json!({"A": nested, "ABar": y}), "schemas/A/properties/bar: ");
        let list = json!({"type": "object", "properties": {"bar": {"type": "array", "items": x}}});
        assert_refused(json!({"A": list, "ABarItem": y}), "schemas/A/properties/bar/items: ");
        let choice =
            json!({"type": "object", "properties": {"bar": {"type": "string", "enum": ["b"]}}});
        assert_refused(json!({"A": choice, "a_bar": y}), "schemas/A/properties/bar: ");
        // Both are inline, so that the second would silently be the first.
        let both = json!({"type": "object", "properties": {
            "b_c": object(&["x"]), "bC": {"type": "array", "items": y}, "b": {"type": "object",
            "properties": {"c": {"type": "object", "properties": {"y": {"type": "integer"}}}}}}});
        assert_refused(json!({"A": both}), "");
        // A body and an answer, which both libraries name after the operation.
        for name in ["ABody", "AResponse", "AOk"] {
            let outcomes = generate(&document(paths(x.clone(), x.clone()), json!({name: y})));
            let refusals: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
            assert!(!refusals.is_empty(), "{name}");
            for refusal in refusals {
                assert!(refusal.starts_with("operation `a`: #/paths/~1a/post/"), "{refusal}");
            }
        }
    }

    #[test]
    fn a_default_that_cannot_exist_is_refused() {
        let time =
            json!({"type": "string", "format": "date-time", "default": "2024-02-30T00:00:00Z"});
        let schemas = json!({"A": {"type": "object", "properties": {"t": time}}});
        assert_refused(schemas, "#/components/schemas/A/properties/t/default: its own schema");
    }

    #[test]
    fn equal_schemas_of_one_name_share_a_type() {
        let body = json!({"schema": object(&["x"])});
        let mut described = body.clone();
        described["schema"]["description"] = json!("The same, for readers.");
        let mut paths = paths(json!({}), json!({}));
        paths["/a"]["post"]["requestBody"]["content"] = json!({
            "application/json": body, "application/x-www-form-urlencoded": described});
        for outcome in generate(&document(paths, json!({}))) {
            outcome.unwrap();
        }
    }

    #[test]
    fn the_operation_that_a_library_gives_up_at_is_named() {
        let answers = json!({"200": {"description": ""}, "2XX": {"description": "",
            "content": {"application/json": {"schema": {"type": "string"}}}}});
        let mut paths = paths(json!({}), json!({}));
        paths["/b"] = json!({"get": {"operationId": "b", "responses": answers}});
        let [client, server] = generate(&document(paths, json!({})));
        let refusal = client.unwrap_err();
        assert!(refusal.starts_with("operation `b`: #/paths/~1b/get: progenitor"), "{refusal}");
        server.unwrap();
    }

    #[test]
    fn operations_and_parameters_of_one_name_are_refused() {
        let get = |id: &str, parameters: Value| {
            json!({"get": {"operationId": id, "parameters": parameters,
                           "responses": {"204": {"description": ""}}}})
        };
        let refusal = |paths: Value| {
            let [client, _] = generate(&document(paths, json!({})));
            client.unwrap_err()
        };
        for (first, second) in [("a-b", "a_b"), ("a1", "a_1"), ("a", "a"), ("getA", "get_a")] {
            let paths = json!({"/a": get(first, json!([])), "/b": get(second, json!([]))});
            let refusal = refusal(paths);
            assert!(
                refusal.starts_with(&format!("operation `{second}`: #/paths/~1b/get: its name"))
            );
        }
        for id in ["new", "new_with_client", "error", "Option", "result", "string", "from"] {
            let refusal = refusal(json!({"/a": get(id, json!([]))}));
            assert!(
                refusal.starts_with(&format!("operation `{id}`: #/paths/~1a/get: ")),
                "{refusal}"
            );
        }
        let query = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
        let header =
            |name: &str| json!({"name": name, "in": "header", "schema": {"type": "string"}});
        for second in [query("c_d"), query("C-D"), header("C-D")] {
            let refusal = refusal(json!({"/a": get("a", json!([query("c-d"), second]))}));
            assert!(
                refusal.starts_with("operation `a`: #/paths/~1a/get/parameters/1: "),
                "{refusal}"
            );
        }
        for name in ["new", "send", "header-map", "encodePath"] {
            let refusal = refusal(json!({"/a": get("a", json!([query(name)]))}));
            assert!(
                refusal.starts_with("operation `a`: #/paths/~1a/get/parameters/0: "),
                "{refusal}"
            );
        }
    }
}
