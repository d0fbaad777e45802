//! Every public item has an example that compiles.
//!
//! The lint `missing_docs` requires a text but no example, so this test checks for examples. It
//! covers types, traits, functions, constants, modules and methods. It skips variants and fields,
//! which the example of their type shows, and the generated module.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, Type, Visibility};

/// Whether the items of each name have an example. Some items have two definitions, one for
/// browsers, and the documentation shows only one of them.
type Found = BTreeMap<String, bool>;

#[test]
fn every_public_item_has_an_example() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Found::new();
    for file in rust_files(&source) {
        let text = fs::read_to_string(&file).unwrap();
        let syntax = syn::parse_file(&text).unwrap();
        if file.ends_with("src/lib.rs") {
            record(&mut found, "the crate", &syntax.attrs);
        }
        visit_items(&mut found, &syntax.items);
    }
    // The lint `unreachable_pub` ensures that every `pub` item is part of the public API.
    for known in ["the crate", "api", "Client", "Client::login", "SessionFuture", "Wait::until"] {
        assert!(found.contains_key(known), "{known} was not looked at");
    }
    let bare: Vec<_> = found.into_iter().filter(|(_, example)| !example).collect();
    assert!(bare.is_empty(), "without an example that compiles: {bare:?}");
}

#[test]
fn blocks_that_are_not_compiled_are_no_examples() {
    let attributes = |text: &str| {
        let item: syn::ItemStruct = syn::parse_str(&format!("{text}\nstruct X;")).unwrap();
        has_example(&item.attrs)
    };
    assert!(attributes("/// Text.\n///\n/// ```\n/// f();\n/// ```"));
    assert!(attributes("/// ```no_run\n/// f();\n/// ```"));
    assert!(attributes("/// ```rust\n/// f();\n/// ```"));
    assert!(!attributes("/// Text."));
    assert!(!attributes("/// ```text\n/// f();\n/// ```"));
    assert!(!attributes("/// ```ignore\n/// f();\n/// ```"));
    assert!(!attributes("/// ```\n/// # fn hidden() {}\n///\n/// ```"), "it shows nothing");
    assert!(!attributes("/// ```text\n/// f();\n/// ```\n/// Text after it."));
}

/// The library's hand-written files, without the command.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("src/cli") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("src/generated.rs")
            && !path.ends_with("src/main.rs")
        {
            files.push(path);
        }
    }
    files
}

fn visit_items(found: &mut Found, all: &[Item]) {
    for item in all {
        let (visibility, name, attributes) = match item {
            Item::Const(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Enum(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Fn(item) => (&item.vis, &item.sig.ident, &item.attrs),
            Item::Static(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Struct(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Trait(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Type(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Union(item) => (&item.vis, &item.ident, &item.attrs),
            Item::Mod(item) => {
                if let Some((_, inner)) = &item.content {
                    visit_items(found, inner);
                }
                (&item.vis, &item.ident, &item.attrs)
            }
            Item::Impl(item) if item.trait_.is_none() => {
                visit_methods(found, item);
                continue;
            }
            _ => continue,
        };
        if matches!(visibility, Visibility::Public(_)) {
            record(found, &name.to_string(), attributes);
        }
    }
}

fn visit_methods(found: &mut Found, item: &syn::ItemImpl) {
    let Type::Path(owner) = &*item.self_ty else { panic!("an impl of an unexpected type") };
    let owner = &owner.path.segments.last().unwrap().ident;
    for member in &item.items {
        let (visibility, name, attributes) = match member {
            ImplItem::Const(member) => (&member.vis, &member.ident, &member.attrs),
            ImplItem::Fn(member) => (&member.vis, &member.sig.ident, &member.attrs),
            _ => continue,
        };
        if matches!(visibility, Visibility::Public(_)) {
            record(found, &format!("{owner}::{name}"), attributes);
        }
    }
}

fn record(found: &mut Found, name: &str, attributes: &[Attribute]) {
    *found.entry(name.to_owned()).or_default() |= has_example(attributes);
}

/// Whether rustdoc compiles a code block of this text and shows at least one line of it.
fn has_example(attributes: &[Attribute]) -> bool {
    let text = attributes.iter().filter_map(documentation).collect::<Vec<_>>().join("\n");
    // Whether the current block is compiled; `None` outside of a block.
    let mut block = None;
    for line in text.lines().map(str::trim) {
        match (block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some(is_compiled(kind)),
            (Some(_), Some(_)) => block = None,
            (Some(true), None) if !line.is_empty() && !line.starts_with('#') => return true,
            _ => (),
        }
    }
    false
}

/// Whether rustdoc compiles a code block with this language string.
fn is_compiled(kind: &str) -> bool {
    kind.split(',').map(str::trim).all(|word| matches!(word, "" | "rust" | "no_run"))
}

fn documentation(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    if !pair.path.is_ident("doc") {
        return None;
    }
    match &pair.value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
