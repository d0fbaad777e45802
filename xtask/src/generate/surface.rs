//! Snapshots of the public items of the generated code, so that a review shows the effect of a
//! change of the document on names and types.
//!
//! The tests are here rather than in the two crates, because the items matter most when those
//! crates do not compile.

use std::collections::BTreeMap;

use quote::{ToTokens, quote};
use serde_json::{Value, json};
use specfirst_model::Document;
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ReturnType, Signature, TraitItem, Type, Visibility,
    WherePredicate,
};

use super::{api_trait, client, client_settings, server_settings};

const WIDTH: usize = 110;

/// The members, variants and functions of each public type and trait, by its path.
type Surface = BTreeMap<String, Vec<String>>;

#[test]
fn types_of_the_client() {
    let within = |path: &str| path.starts_with("types::") && !path.starts_with("types::builder::");
    insta::assert_snapshot!("client_types", show(&of_client(&openapi()), within));
}

#[test]
fn builders_of_the_types_of_the_client() {
    let within = |path: &str| path.starts_with("types::builder::");
    insta::assert_snapshot!("client_type_builders", show(&of_client(&openapi()), within));
}

#[test]
fn operations_of_the_client() {
    let within = |path: &str| !path.starts_with("types::");
    insta::assert_snapshot!("client_operations", show(&of_client(&openapi()), within));
}

#[test]
fn types_of_the_api_trait() {
    let within = |path: &str| path.starts_with("types::");
    insta::assert_snapshot!("server_types", show(&of_server(&openapi()), within));
}

#[test]
fn responses_of_the_api_trait() {
    let within = |path: &str| !path.starts_with("types::") && path != "LoginApi";
    insta::assert_snapshot!("server_responses", show(&of_server(&openapi()), within));
}

#[test]
fn operations_of_the_api_trait() {
    insta::assert_snapshot!("server_operations", show(&of_server(&openapi()), |p| p == "LoginApi"));
}

/// A review can only see what the snapshots contain.
#[test]
fn changes_of_the_document_show_in_the_surface() {
    let me = "/paths/~1api~1v1~1login/post/responses/200/content/application~1json/schema\
              /properties/data/properties/me/properties";
    let changes = [
        (format!("{me}/utcOffset"), "type", json!("string"), "utc_offset"),
        (me.to_owned(), "roles", json!({"type": "string"}), "roles"),
        (me.to_owned(), "new", json!({"type": "integer"}), "new"),
        ("/paths/~1api~1v1~1me/get".to_owned(), "operationId", json!("who"), "who"),
        (
            "/components/headers/RetryAfter/schema".to_owned(),
            "type",
            json!("string"),
            "retry_after",
        ),
        (
            "/paths/~1api~1v1~1me/get/responses".to_owned(),
            "404",
            json!({"$ref": "#/components/responses/Unauthorized"}),
            "NotFound",
        ),
    ];
    let original = openapi();
    for (place, member, value, expected) in changes {
        let mut changed = original.value().clone();
        changed.pointer_mut(&place).unwrap()[member] = value;
        let changed = Document::from_value("changed", changed).unwrap();
        let differs = |of: fn(&Document) -> Surface| {
            let (old, new) = (show(&of(&original), |_| true), show(&of(&changed), |_| true));
            let lines = new.lines().filter(|line| !old.contains(*line));
            lines.collect::<Vec<_>>().join("\n").contains(expected)
        };
        assert!(differs(of_server), "{place}/{member} does not show in the API trait");
        // The client does not depend on the headers and statuses of errors.
        let client_knows = !place.contains("headers") && member != "404";
        assert_eq!(differs(of_client), client_knows, "{place}/{member} and the client");
    }
}

fn openapi() -> Document {
    let value: Value =
        serde_json::from_str(&crate::repository::read("spec/openapi.json").unwrap()).unwrap();
    Document::from_value("openapi.json", value).unwrap()
}

fn of_client(document: &Document) -> Surface {
    of_code(&client::generate(document, &client_settings()).unwrap())
}

fn of_server(document: &Document) -> Surface {
    of_code(&api_trait::generate(document, &server_settings()).unwrap())
}

fn of_code(code: &str) -> Surface {
    let mut surface = Surface::new();
    walk(&syn::parse_file(code).unwrap().items, "", &mut surface);
    surface
}

fn walk(items: &[Item], within: &str, surface: &mut Surface) {
    for item in items {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                let path = format!("{within}{}::", module.ident);
                walk(module.content.as_ref().map_or(&[], |(_, items)| items), &path, surface);
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let members = surface.entry(format!("{within}{}", item.ident)).or_default();
                members
                    .extend(item.fields.iter().filter(|field| is_public(&field.vis)).map(member));
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let members = surface.entry(format!("{within}{}", item.ident)).or_default();
                members.extend(item.variants.iter().map(|variant| match &variant.fields {
                    Fields::Unit => variant.ident.to_string(),
                    fields => {
                        let types: Vec<_> = fields.iter().map(|field| short(&field.ty)).collect();
                        format!("{}({})", variant.ident, types.join(", "))
                    }
                }));
            }
            Item::Trait(item) if is_public(&item.vis) => {
                let members = surface.entry(format!("{within}{}", item.ident)).or_default();
                members.extend(item.items.iter().filter_map(|item| match item {
                    TraitItem::Fn(function) => Some(signature(&function.sig)),
                    _ => None,
                }));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let path = format!("{within}{}", short(&item.self_ty));
                let path = path.split('<').next().unwrap().to_owned();
                let members = surface.entry(path).or_default();
                members.extend(item.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(function) if is_public(&function.vis) => {
                        Some(signature(&function.sig))
                    }
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A field, with its name in JSON.
fn member(field: &syn::Field) -> String {
    let (name, ty) = (field.ident.as_ref().map(ToString::to_string), short(&field.ty));
    let name = name.unwrap_or_default();
    match field.attrs.iter().find_map(renamed) {
        Some(other) => format!("{name} as {other}: {ty}"),
        None => format!("{name}: {ty}"),
    }
}

fn renamed(attribute: &Attribute) -> Option<String> {
    let mut name = None;
    if attribute.path().is_ident("serde") {
        // Other parts of the attribute do not matter, so parsing may stop there.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

fn signature(signature: &Signature) -> String {
    let arguments = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some(bound_of(signature, &argument.ty)),
        FnArg::Receiver(_) => None,
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", short(ty)),
    };
    // A setter returns its own type.
    format!("{}({arguments}){}", signature.ident, output.trim_end_matches(" -> Self"))
}

/// A type; for a type parameter, its bounds.
fn bound_of(signature: &Signature, ty: &Type) -> String {
    let predicates = signature.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounds = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if predicate.bounded_ty == *ty => Some(&predicate.bounds),
        _ => None,
    });
    bounds.map(short).next().unwrap_or_else(|| short(ty))
}

/// A type without paths and insignificant spaces.
fn short(tokens: &impl ToTokens) -> String {
    let text = quote!(#tokens).to_string().replace(" :: ", "::").replace(":: ", "::");
    let mut result = String::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            result.truncate(result.trim_end_matches(is_word).len());
            rest = after;
            continue;
        }
        rest = &rest[next.len_utf8()..];
        let between_words =
            result.ends_with(is_word) && rest.starts_with(is_word) || result.ends_with("->");
        let before_arrow = rest.starts_with("->");
        if next != ' ' || between_words || before_arrow || result.ends_with(',') {
            result.push(next);
        }
    }
    let spaced = result.replace(", ", ",").replace(',', ", ");
    spaced.replace(", >", ">").replace(", )", ")")
}

/// One wrapped paragraph for each path.
fn show(surface: &Surface, within: impl Fn(&str) -> bool) -> String {
    let mut lines = Vec::new();
    for (path, members) in surface.iter().filter(|(path, _)| within(path)) {
        lines.push(path.trim_start_matches("types::").to_owned());
        let mut line = String::new();
        for member in members {
            if !line.is_empty() && line.len() + member.len() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            line += if line.is_empty() { "  " } else { ", " };
            line += member;
        }
        lines.extend((!line.is_empty()).then_some(line));
    }
    lines.join("\n")
}
