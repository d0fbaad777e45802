//! Marks, which lead from a type of the generated code back to its schema.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use serde_json::{Value, json};
use specfirst_model::{Document, Pointer};
use syn::{Attribute, Meta};

use crate::{
    items::split_items,
    schema::{visit_schemas, without_annotations},
};

/// A document with a mark in the description of each schema.
pub(super) struct MarkedDocument {
    pub(super) value: Value,
    pub(super) schemas: BTreeMap<String, MarkedSchema>,
}

/// A schema with a mark.
pub(super) struct MarkedSchema {
    pub(super) at: Pointer,
    /// The schema without its annotations, as text.
    content: String,
}

impl MarkedDocument {
    pub(super) fn new(view: &Document) -> Self {
        let mut schemas = BTreeMap::new();
        visit_schemas(view.value(), &Pointer::root(), &mut |at, members| {
            let content = without_annotations(&Value::Object(members.clone())).to_string();
            let mark = format!("\u{e000}{}\u{e001}", schemas.len());
            schemas.insert(mark, MarkedSchema { at: at.clone(), content });
        });
        let mut value = view.value().clone();
        for (mark, MarkedSchema { at, .. }) in &schemas {
            if let Some(Value::Object(members)) = value.pointer_mut(at.as_str()) {
                members.insert("description".to_owned(), json!(mark));
            }
        }
        Self { value, schemas }
    }

    /// Those of some marks whose schemas equal the schema of `mark`.
    pub(super) fn equal_schemas<'m>(
        &self,
        mark: &str,
        among: &'m BTreeSet<String>,
    ) -> Vec<&'m String> {
        let content = |mark: &str| self.schemas.get(mark).map(|schema| &schema.content);
        among.iter().filter(|other| content(other) == content(mark)).collect()
    }

    /// The document with an empty schema in place of the schema of each mark.
    pub(super) fn without_schemas(&self, marks: &[&String]) -> Value {
        let mut value = self.value.clone();
        for MarkedSchema { at, .. } in marks.iter().filter_map(|mark| self.schemas.get(*mark)) {
            if let Some(schema) = value.pointer_mut(at.as_str()) {
                *schema = json!({});
            }
        }
        value
    }
}

/// The marks of all types among the items.
pub(super) fn type_marks(code: TokenStream) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    for item in split_items(code) {
        match item.into_module() {
            Ok((_, content)) => marks.extend(type_marks(content)),
            Err(item) if item.is_type() => {
                let attributes: Vec<Attribute> = item
                    .attributes()
                    .filter_map(|attribute| syn::parse2::<Meta>(attribute).ok())
                    .map(|meta| syn::parse_quote!(#[#meta]))
                    .collect();
                marks.extend(marks_in(&attributes));
            }
            Err(_) => {}
        }
    }
    marks
}

/// The marks in a doc comment.
pub(super) fn marks_in(attributes: &[Attribute]) -> BTreeSet<String> {
    let text: String = attributes.iter().filter_map(doc_text).collect::<Vec<_>>().join("\n");
    let begun = text.split('\u{e000}').skip(1);
    begun
        .filter_map(|rest| Some(format!("\u{e000}{}\u{e001}", rest.split_once('\u{e001}')?.0)))
        .collect()
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })
            if meta.path.is_ident("doc") =>
        {
            Some(text.value())
        }
        _ => None,
    }
}
