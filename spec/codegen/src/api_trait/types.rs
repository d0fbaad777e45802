//! Generates the types of a document's schemas with typify.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use schemars::schema::Schema;
use serde_json::Value;
use specfirst_model::{Document, JsonSchema, Pointer, error_chain};
use syn::{Attribute, Field, Ident, Meta, Type, visit_mut::VisitMut};
use typify::{TypeDetails, TypeId, TypeSpace, TypeSpaceImpl, TypeSpaceSettings};

use crate::{
    boxed_options::unbox_options,
    code,
    error::{Error, Result},
    fields::{argument, has_serde_meta, serde_metas},
    schema::without_annotations,
    soundness::NAME_IS_USED,
    unsupported::Unsupported,
};

const TYPIFY: &str = "typify";

/// The types of a document.
pub(super) struct Types<'d> {
    document: &'d Document,
    space: TypeSpace,
    /// The pointer to the schema of each type, by the name of the type.
    named: BTreeMap<String, Pointer>,
}

impl<'d> Types<'d> {
    /// Creates a type for each component schema of the document.
    pub(super) fn new(document: &'d Document) -> Result<Self> {
        let mut settings = TypeSpaceSettings::default();
        settings.with_type_mod("types").with_derive("schemars::JsonSchema".to_owned());
        settings.with_conversion(
            code::secret_schema(),
            "specfirst_dropshot::Secret",
            [TypeSpaceImpl::FromStr].into_iter(),
        );
        let mut types = Self { document, space: TypeSpace::new(&settings), named: BTreeMap::new() };
        let at = Pointer::root().child("components").child("schemas");
        let components = document.get(&at).and_then(Value::as_object);
        let components = components.into_iter().flat_map(|components| components.keys());
        let mut schemas = BTreeMap::new();
        for name in components.clone() {
            let schema = read_schema(document, &at.child(name))?;
            if schemas.insert(definition_name(name), schema).is_some() {
                let reason = "its name differs from that of another schema only in punctuation";
                return Err(Unsupported::at(document, &at.child(name), reason).into());
            }
        }
        code::catch_panic(TYPIFY, || types.space.add_ref_types(schemas))
            .and_then(|result| result.map_err(|error| Error::library(TYPIFY, error)))?;
        for name in components {
            let reference = Schema::new_ref(format!("#/definitions/{}", definition_name(name)));
            let at = at.child(name);
            let added = types.add_type(&reference, &at, name);
            added.map_err(|error| Unsupported::at(document, &at, error_chain(&error)))?;
        }
        Ok(types)
    }

    /// The type of the schema at a pointer. A new type, if the schema needs one, is called `name`.
    pub(super) fn type_of(&mut self, at: &Pointer, name: &str) -> Result<TokenStream> {
        let schema = read_schema(self.document, at)?;
        self.add_type(&schema, at, name)
    }

    /// Typify uses one type for all schemas with the same name, so different schemas are an error here.
    fn add_type(&mut self, schema: &Schema, at: &Pointer, name: &str) -> Result<TokenStream> {
        let space = &mut self.space;
        let ty = code::catch_panic(TYPIFY, || {
            let id = space.add_type_with_name(schema, Some(name.to_owned()))?;
            let ty = space.get_type(&id)?;
            let own = matches!(
                ty.details(),
                TypeDetails::Enum(_) | TypeDetails::Struct(_) | TypeDetails::Newtype(_)
            );
            Ok((ty.ident(), own.then(|| ty.name())))
        });
        let (tokens, name) = ty
            .and_then(|result: std::result::Result<_, typify::Error>| {
                result.map_err(|error| Error::library(TYPIFY, error))
            })
            .map_err(|error| Error::NoRustType(Box::new(error)))?;
        // A reference uses the type of its component.
        let is_reference = self.document.get(at).is_some_and(|schema| schema.get("$ref").is_some());
        if let Some(name) = name
            && !is_reference
            && let Some(other) = self.named.insert(name.clone(), at.clone())
            && self.schema_content(&other) != self.schema_content(at)
        {
            let clash = format!("its type name `{name}` {NAME_IS_USED}{other}");
            return Err(Error::NameClash(clash));
        }
        Ok(tokens)
    }

    /// The schema at a pointer without its annotations.
    fn schema_content(&self, at: &Pointer) -> Option<Value> {
        self.document.get(at).map(without_annotations)
    }

    /// The definitions of all types. They need [`fix_definitions`].
    pub(super) fn definitions(&self) -> Result<TokenStream> {
        code::catch_panic(TYPIFY, || self.space.to_stream())
    }

    /// The names of the types that wrap an `Option`.
    pub(super) fn nullable(&self) -> BTreeSet<String> {
        let wrappers = self.space.iter_types().filter(|ty| match ty.details() {
            TypeDetails::Newtype(wrapper) => self.is_option(&wrapper.inner(), MAX_WRAPPERS),
            _ => false,
        });
        wrappers.map(|ty| ty.name()).collect()
    }

    /// Whether a type is an `Option`, or wraps one.
    fn is_option(&self, id: &TypeId, depth: usize) -> bool {
        let Ok(ty) = self.space.get_type(id) else { return false };
        match ty.details() {
            TypeDetails::Option(_) => true,
            TypeDetails::Newtype(wrapper) => {
                depth > 0 && self.is_option(&wrapper.inner(), depth - 1)
            }
            TypeDetails::Box(inner) => depth > 0 && self.is_option(&inner, depth - 1),
            _ => false,
        }
    }
}

/// How many types around an `Option` are followed: types may contain themselves.
const MAX_WRAPPERS: usize = 16;

/// Makes the changes that typify's definitions need. `nullable` are the names of [`Types::nullable`].
pub(super) fn fix_definitions(file: &mut syn::File, nullable: &BTreeSet<String>) {
    unbox_options(file);
    DefinitionFixes { nullable }.visit_file_mut(file);
}

/// The name that [`JsonSchema`] gives a component.
fn definition_name(component: &str) -> String {
    component.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn read_schema(document: &Document, at: &Pointer) -> Result<Schema> {
    let value = JsonSchema::read_alone(document, at)?;
    serde_json::from_value(value).map_err(|error| Error::library(TYPIFY, error))
}

/// Changes that typify's definitions need.
struct DefinitionFixes<'n> {
    nullable: &'n BTreeSet<String>,
}

impl DefinitionFixes<'_> {
    /// Whether serde would read an absent member of this type as null.
    fn is_nullable(&self, ty: &Type) -> bool {
        match argument(ty, "Box").unwrap_or(ty) {
            Type::Path(path) => {
                let last = path.path.segments.last();
                last.is_some_and(|last| self.nullable.contains(&last.ident.to_string()))
            }
            _ => false,
        }
    }
}

impl VisitMut for DefinitionFixes<'_> {
    /// An absent member differs from a null member. So the schema of an `Option` must not become
    /// `nullable`, unless the member is required: then it must not be absent. An absent member also differs
    /// from an empty member, so an optional collection becomes an `Option`.
    fn visit_field_mut(&mut self, field: &mut Field) {
        // The field of a tuple struct cannot be absent.
        if field.ident.is_none() {
            return;
        }
        if field.attrs.iter_mut().any(skip_none_instead_of_empty) {
            let ty = &field.ty;
            field.ty = syn::parse_quote!(::std::option::Option<#ty>);
        }
        let has = |name| field.attrs.iter().any(|attribute| has_serde_meta(attribute, name));
        // Typify gives `deserialize_with` to a required `Option`.
        let is_required = has("deserialize_with")
            || self.is_nullable(&field.ty) && !has("default") && !has("flatten");
        if is_required {
            let ty = &field.ty;
            let with = quote!(specfirst_dropshot::Required<#ty>).to_string().replace(' ', "");
            if argument(ty, "Option").is_none() {
                let read = "::serde::Deserialize::deserialize";
                field.attrs.push(syn::parse_quote!(#[serde(deserialize_with = #read)]));
            }
            field.attrs.push(syn::parse_quote!(#[schemars(with = #with)]));
        } else if let Some(inner) = argument(&field.ty, "Option") {
            field.attrs.iter_mut().for_each(remove_default);
            let inner = quote!(#inner).to_string().replace(' ', "");
            // Serde reads an absent member as `None` anyway, but schemars needs the attribute.
            field.attrs.push(syn::parse_quote!(#[serde(default)]));
            field.attrs.push(syn::parse_quote!(#[schemars(with = #inner)]));
        }
        syn::visit_mut::visit_field_mut(self, field);
    }

    /// Typify uses `gen` as the name of an argument and of a module of schemars, but the 2024 edition
    /// reserves the word.
    fn visit_ident_mut(&mut self, identifier: &mut Ident) {
        if identifier == "gen" {
            *identifier = Ident::new_raw("gen", identifier.span());
        }
    }

    /// Nothing in an attribute needs a change, and attributes hold most of the text.
    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}
}

/// Removes `default` from a `serde` attribute, so that it can be added exactly once.
fn remove_default(attribute: &mut Attribute) {
    let Some(metas) = serde_metas(attribute) else { return };
    let kept = metas.iter().filter(|meta| !meta.path().is_ident("default"));
    if let Meta::List(list) = &mut attribute.meta {
        list.tokens = quote!(#(#kept),*);
    }
}

/// Changes a `serde` attribute that skips an empty collection so that it skips an absent one. Returns
/// whether the attribute was of this kind.
fn skip_none_instead_of_empty(attribute: &mut Attribute) -> bool {
    let Some(mut metas) = serde_metas(attribute) else { return false };
    let skips = metas.iter_mut().find_map(|meta| match meta {
        Meta::NameValue(meta) if meta.path.is_ident("skip_serializing_if") => Some(&mut meta.value),
        _ => None,
    });
    let Some(condition) = skips else { return false };
    let is_empty = quote!(#condition).to_string().ends_with("::is_empty\"");
    if is_empty && let Meta::List(list) = &mut attribute.meta {
        *condition = syn::parse_quote!("::std::option::Option::is_none");
        list.tokens = quote!(#metas);
    }
    is_empty
}
