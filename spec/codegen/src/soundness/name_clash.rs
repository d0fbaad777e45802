//! Rust items that would have the same name.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Fields, FnArg, ImplItem, Item, Pat, TraitItem, UseTree};
use unicode_normalization::UnicodeNormalization as _;

use super::marks::marks_in;

/// Two items, members or implementations with the same name.
pub(super) struct Clash {
    /// The mark of the schema whose type has the clash.
    pub(super) mark: Option<String>,
    /// The mark of the schema whose type has the same name.
    pub(super) other: Option<String>,
    pub(super) reason: String,
}

/// Names of Rust's prelude that typify's code and derived code use without a path.
const RESERVED_FOR_TYPES: [&str; 2] = ["Box", "Default"];
/// Names of the prelude that the constructor of a tuple struct would shadow: it is a value.
const RESERVED_FOR_NEWTYPES: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// The names of one scope. Rust has one namespace for types and one for values.
#[derive(Default)]
pub(super) struct Scope {
    /// The name of each type, with the mark of its schema.
    types: BTreeMap<String, Option<String>>,
    values: BTreeSet<String>,
    /// The methods of each type, and the traits it implements.
    implemented: BTreeSet<String>,
}

impl Scope {
    /// The first clash of two items, members or implementations.
    pub(super) fn find_clash(&mut self, items: &[Item]) -> Option<Clash> {
        items.iter().find_map(|item| self.check_item(item))
    }

    fn check_item(&mut self, item: &Item) -> Option<Clash> {
        let (name, attributes, inner) = match item {
            Item::Struct(item) => {
                let inner = duplicate_field(&item.fields).map(|name| {
                    format!("its type `{}` would have two fields `{name}`", item.ident)
                });
                (&item.ident, &item.attrs, inner)
            }
            Item::Enum(item) => {
                let inner = first_duplicate(item.variants.iter().map(|variant| &variant.ident))
                    .map(|name| {
                        format!("its type `{}` would have two variants `{name}`", item.ident)
                    })
                    .or_else(|| {
                        item.variants.iter().find_map(|variant| {
                            let name = duplicate_field(&variant.fields)?;
                            let variant = &variant.ident;
                            Some(format!("its variant `{variant}` would have two fields `{name}`"))
                        })
                    });
                (&item.ident, &item.attrs, inner)
            }
            Item::Mod(module) => {
                let items = module.content.as_ref().map(|(_, items)| items);
                let clash = items.and_then(|items| Self::default().find_clash(items));
                if clash.is_some() {
                    return clash;
                }
                (&module.ident, &module.attrs, None)
            }
            Item::Trait(item) => {
                let names = item.items.iter().filter_map(|item| match item {
                    TraitItem::Fn(method) => Some(&method.sig),
                    _ => None,
                });
                let inner = first_duplicate(names.clone().map(|method| &method.ident))
                    .map(|name| format!("the trait would have two methods `{name}`"))
                    .or_else(|| names.clone().find_map(duplicate_parameter));
                (&item.ident, &item.attrs, inner)
            }
            Item::Type(item) => (&item.ident, &item.attrs, None),
            Item::Fn(item) => {
                let name = normalized_name(&item.sig.ident);
                let is_new = self.values.insert(name.clone());
                return (!is_new)
                    .then(|| format!("there would be two functions `{name}`"))
                    .or_else(|| duplicate_parameter(&item.sig))
                    .map(|reason| Clash { mark: None, other: None, reason });
            }
            Item::Impl(item) => return self.check_impl(item),
            Item::Use(item) => {
                let mut names = Vec::new();
                collect_imports(&item.tree, &mut names);
                let duplicate =
                    names.into_iter().find(|name| self.types.insert(name.clone(), None).is_some());
                return duplicate.map(|name| Clash {
                    mark: None,
                    other: None,
                    reason: format!("`{name}` would be both defined and imported"),
                });
            }
            _ => return None,
        };
        let mark = marks_in(attributes).into_iter().next();
        if let Some(reason) = inner {
            return Some(Clash { mark, other: None, reason });
        }
        let name = normalized_name(name);
        let wraps = matches!(item, Item::Struct(item) if !matches!(item.fields, Fields::Named(_)));
        if RESERVED_FOR_TYPES.contains(&name.as_str())
            || wraps && RESERVED_FOR_NEWTYPES.contains(&name.as_str())
        {
            let reason = format!("its type would shadow `{name}`, which the generated code uses");
            return Some(Clash { mark, other: None, reason });
        }
        let other = self.types.insert(name.clone(), mark.clone())?;
        Some(Clash { mark, other, reason: format!("its type would have the name `{name}`") })
    }

    fn check_impl(&mut self, item: &syn::ItemImpl) -> Option<Clash> {
        let tokens = |tokens: &dyn quote::ToTokens| tokens.to_token_stream().to_string();
        let ty = tokens(&item.self_ty);
        let clash = |reason| Some(Clash { mark: None, other: None, reason });
        if let Some((_, path, _)) = &item.trait_ {
            let path = tokens(path);
            let is_new = self.implemented.insert(format!("{path} for {ty}"));
            return if is_new {
                None
            } else {
                clash(format!("`{ty}` would implement `{path}` twice"))
            };
        }
        item.items.iter().find_map(|item| {
            let ImplItem::Fn(method) = item else { return None };
            let name = normalized_name(&method.sig.ident);
            if !self.implemented.insert(format!("{ty}::{name}")) {
                return clash(format!("`{ty}` would have two methods `{name}`"));
            }
            duplicate_parameter(&method.sig).and_then(clash)
        })
    }
}

fn duplicate_field(fields: &Fields) -> Option<String> {
    first_duplicate(fields.iter().filter_map(|field| field.ident.as_ref()))
}

fn duplicate_parameter(function: &syn::Signature) -> Option<String> {
    let names = function.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(pattern) => Some(&pattern.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let name = first_duplicate(names)?;
    Some(format!("the function `{}` would have two parameters `{name}`", function.ident))
}

/// The first name that occurs twice.
fn first_duplicate<'i>(names: impl Iterator<Item = &'i syn::Ident>) -> Option<String> {
    let mut seen = BTreeSet::new();
    names.map(normalized_name).find(|name| !seen.insert(name.clone()))
}

/// A name in the form in which the compiler compares it.
fn normalized_name(name: &syn::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).nfc().collect()
}

fn collect_imports(tree: &UseTree, into: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => collect_imports(&path.tree, into),
        UseTree::Name(name) => into.push(normalized_name(&name.ident)),
        UseTree::Rename(rename) => into.push(normalized_name(&rename.rename)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect_imports(tree, into)),
        UseTree::Glob(_) => {}
    }
}
