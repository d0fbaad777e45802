//! Corrects progenitor's code where it does not follow the document.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use specfirst_model::{Document, ParameterLocation};
use syn::{parse_quote, visit_mut::VisitMut};

use super::names::rust_name;
use crate::prepare;

/// The function that replaces progenitor's `encode_path`.
const PATH_SEGMENT: &str = "path_segment";

/// The functions of `ClientHooks` that `send` calls.
const HOOKS: [&str; 3] = ["exec", "post", "pre"];

fn calls_encode_path(tokens: TokenStream) -> bool {
    let mut last_is_name = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let is_call = last_is_name && group.delimiter() == Delimiter::Parenthesis;
                if is_call || calls_encode_path(group.stream()) {
                    return true;
                }
                last_is_name = false;
            }
            TokenTree::Ident(name) => last_is_name = name == "encode_path",
            _ => last_is_name = false,
        }
    }
    false
}

/// The changes of the items of a client.
#[derive(Clone)]
pub(super) struct Rewrite {
    /// The statuses whose responses are no JSON although their class is, for each builder.
    unexpected: BTreeMap<String, Vec<u16>>,
    /// Whether an operation has the name of a function of `ClientHooks`, and hides it.
    hides_hooks: bool,
    /// Whether an operation has a parameter in its path, so that progenitor calls `encode_path`.
    encodes_paths: bool,
}

impl Rewrite {
    /// The changes that a prepared document needs.
    pub(super) fn of(document: &Document) -> Self {
        let operations = document.operations().unwrap_or_default();
        let name = |id: &str| rust_name(id, str::to_snake_case);
        let hides_hooks = operations.iter().any(|o| HOOKS.contains(&name(&o.id).as_str()));
        let mut parameters = operations.iter().flat_map(|operation| &operation.parameters);
        let encodes_paths = parameters.any(|p| p.location == ParameterLocation::Path);
        let unexpected = operations.iter().filter_map(|operation| {
            let marked = document.get(&operation.pointer.child(prepare::UNEXPECTED_STATUSES))?;
            let statuses = marked.as_array()?.iter().filter_map(Value::as_u64);
            let statuses = statuses.filter_map(|status| u16::try_from(status).ok()).collect();
            Some((rust_name(&operation.id, str::to_pascal_case), statuses))
        });
        Self { unexpected: unexpected.collect(), hides_hooks, encodes_paths }
    }

    /// Adds the functions that the changed code calls.
    pub(super) fn add_functions(&self, tokens: &mut TokenStream) {
        if self.encodes_paths {
            tokens.extend(quote! {
                /// A value as one segment of a path. In a URL, `\` is read as `/`, and a segment that is empty, `.`
                /// or `..` is removed.
                fn path_segment(value: &str) -> Result<String, String> {
                    match value {
                        "" | "." | ".." => {
                            Err("a segment of a path cannot be empty, `.` or `..`".to_owned())
                        }
                        value => Ok(encode_path(value).replace('\\', "%5C")),
                    }
                }
            });
        }
    }

    pub(super) fn apply(&self, file: &mut syn::File) {
        let mut items = Items { rewrite: self, unexpected: &[] };
        items.visit_file_mut(file);
    }
}

struct Items<'r> {
    rewrite: &'r Rewrite,
    /// Of the builder that is visited.
    unexpected: &'r [u16],
}

impl VisitMut for Items<'_> {
    /// Doc comments hold most of the text, and no code.
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let builder = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let statuses = builder.and_then(|builder| self.rewrite.unexpected.get(&builder));
        self.unexpected = statuses.map_or(&[], Vec::as_slice);
        syn::visit_mut::visit_item_impl_mut(self, item);
        self.unexpected = &[];
    }

    fn visit_expr_mut(&mut self, expression: &mut syn::Expr) {
        syn::visit_mut::visit_expr_mut(self, expression);
        if let syn::Expr::MethodCall(call) = expression
            && self.rewrite.hides_hooks
            && HOOKS.iter().any(|hook| call.method == hook)
            && matches!(&*call.receiver, syn::Expr::Path(client) if client.path.is_ident("client"))
        {
            let (method, arguments) = (&call.method, &call.args);
            *expression = parse_quote!(ClientHooks::#method(&client, #arguments));
        }
    }

    /// Sends the parameter that stands for `Content-Type` under that name. Reqwest then replaces the one
    /// that progenitor sets.
    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        if text.value() == prepare::CONTENT_TYPE_PARAMETER {
            *text = syn::LitStr::new("content-type", text.span());
        }
    }

    /// The arguments of `format!`, which hold the calls of `encode_path`, are no syntax tree yet.
    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if call.path.is_ident("format") && calls_encode_path(call.tokens.clone()) {
            call.tokens = checked_segments(call.tokens.clone());
        }
    }

    /// Exact statuses come before their class, of which progenitor makes a range.
    fn visit_expr_match_mut(&mut self, expression: &mut syn::ExprMatch) {
        syn::visit_mut::visit_expr_match_mut(self, expression);
        if !expression.arms.iter().any(|arm| matches!(arm.pat, syn::Pat::Range(_))) {
            return;
        }
        let guards = self.unexpected.iter().map(|status| -> syn::Arm {
            parse_quote!(#status => Err(Error::UnexpectedResponse(response)),)
        });
        let mut arms: Vec<syn::Arm> = guards.chain(std::mem::take(&mut expression.arms)).collect();
        arms.sort_by_key(|arm| match arm.pat {
            syn::Pat::Wild(_) => 2,
            syn::Pat::Range(_) => 1,
            _ => 0,
        });
        expression.arms = arms;
    }
}

/// `encode_path(…)` as `super::path_segment(…)`, whose error is that of the request.
fn checked_segments(tokens: TokenStream) -> TokenStream {
    let mut result = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (&token, tokens.peek()) {
            (TokenTree::Ident(name), Some(TokenTree::Group(arguments)))
                if name == "encode_path" && arguments.delimiter() == Delimiter::Parenthesis =>
            {
                let function = syn::Ident::new(PATH_SEGMENT, name.span());
                result.extend(quote!(super::#function #arguments.map_err(Error::InvalidRequest)?));
                tokens.next();
            }
            _ => result.extend([token]),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::client::{generate, tests::settings};
    use specfirst_model::Document;

    fn client(path: &str, responses: serde_json::Value) -> String {
        let operation = json!({"operationId": "a-b", "responses": responses});
        let info = json!({"title": "t", "version": "1"});
        let value = json!({"openapi": "3.0.3", "info": info, "paths": {path: {"get": operation}}});
        generate(&Document::from_value("a.json", value).unwrap(), &settings()).unwrap()
    }

    fn without_space(text: &str) -> String {
        text.split_whitespace().collect()
    }

    #[test]
    fn status_without_json_comes_before_its_class() {
        let json = |kind: &str| {
            json!({"description": "", "content": {"application/json":
            {"schema": {"type": "object", "properties": {kind: {"type": "string"}}}}}})
        };
        let code = client(
            "/a",
            json!({
                "200": {"description": ""}, "4XX": json("a"), "404": {"description": ""}, "409": json("a"),
            }),
        );
        let code = without_space(&code);
        let at = |text: &str| code.find(text).unwrap();
        assert!(at("404u16=>Err(Error::UnexpectedResponse(response))") < at("400u16..=499u16"));
        assert!(at("409u16=>") < at("400u16..=499u16"));
    }

    #[test]
    fn segment_of_a_path_is_checked() {
        let ok = json!({"200": {"description": ""}});
        let code = without_space(&client("/a/{x}", ok.clone()));
        let call = "super::path_segment(&x.to_string()).map_err(Error::InvalidRequest)?";
        assert!(code.contains(&without_space(call)), "{code}");
        assert!(!client("/a", ok).contains("path_segment"));
    }
}
