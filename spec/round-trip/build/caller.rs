//! The client's side: a function for each operation that fills the generated builder in from JSON.

use std::{collections::BTreeMap, error::Error};

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use specfirst_model::{Document, Operation, Parameter, ParameterLocation, RequestBody};
use syn::{
    GenericParam, ImplItem, ImplItemFn, Item, ItemImpl, PathArguments, ReturnType, Type,
    TypeParamBound, WherePredicate,
};

use crate::generics::{argument, is_named, last_segment, segment_argument};

/// OpenAPI ignores header parameters of these names, and so do the generators.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

pub(crate) fn emit(document: &Document, file: &syn::File) -> Result<TokenStream, Box<dyn Error>> {
    let functions = methods(&file.items, "Client");
    let builder = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
        _ => None,
    });
    let (_, builders) = builder.ok_or("the client has no builders")?;
    let (mut ids, mut calls) = (Vec::new(), Vec::new());
    for operation in document.operations()? {
        let missing = |what: &str| format!("{}: the client has no {what}", operation.id);
        let function = named(&functions, &operation.id).ok_or_else(|| missing("function"))?;
        let ReturnType::Type(_, ty) = &function.sig.output else {
            return Err(missing("builder").into());
        };
        let name = last_segment(ty).ok_or_else(|| missing("builder"))?.ident.to_string();
        let setters = methods(builders, &name);
        ids.push(operation.id.clone());
        calls.push(call(&operation, function, &setters)?);
    }
    let names: Vec<_> = (0..ids.len()).map(|index| format_ident!("call_{index}")).collect();
    Ok(quote! {
        #[allow(unused_imports)]
        use super::client::types;

        #(async fn #names(
            client: &super::client::Client,
            sent: &specfirst_round_trip::Request,
        ) -> anyhow::Result<specfirst_round_trip::Received> { #calls })*

        /// Calls an operation, given by its id.
        pub fn call<'a>(
            client: reqwest::Client,
            server: &'a str,
            operation: &'a str,
            sent: &'a specfirst_round_trip::Request,
        ) -> futures::future::BoxFuture<'a, anyhow::Result<specfirst_round_trip::Received>> {
            let client = super::client::Client::new_with_client(server, client);
            Box::pin(async move {
                match operation {
                    #(#ids => Box::pin(#names(&client, sent)).await,)*
                    _ => anyhow::bail!("the document has no operation `{operation}`"),
                }
            })
        }
    })
}

/// The functions of a type, by name.
fn methods<'f>(items: &'f [Item], ty: &str) -> BTreeMap<String, &'f ImplItemFn> {
    let functions = items.iter().filter_map(|item| match item {
        Item::Impl(ItemImpl { trait_: None, self_ty, items, .. }) if is_named(self_ty, ty) => {
            Some(items)
        }
        _ => None,
    });
    let functions = functions.flatten().filter_map(|item| match item {
        ImplItem::Fn(function) => Some((function.sig.ident.to_string(), function)),
        _ => None,
    });
    functions.collect()
}

/// The function that progenitor makes of a name. It adds `_` to a keyword.
fn named<'f>(functions: &BTreeMap<String, &'f ImplItemFn>, name: &str) -> Option<&'f ImplItemFn> {
    let name = name.to_snake_case();
    [name.clone(), format!("{name}_"), format!("_{name}")]
        .iter()
        .find_map(|name| functions.get(name).copied())
}

/// The body of the function that calls an operation.
fn call(
    operation: &Operation,
    function: &ImplItemFn,
    setters: &BTreeMap<String, &ImplItemFn>,
) -> Result<TokenStream, Box<dyn Error>> {
    let name = &function.sig.ident;
    let mut set = Vec::new();
    for Parameter { name, location, .. } in &operation.parameters {
        let location = match location {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header
                if IGNORED_HEADERS.iter().any(|ignored| name.eq_ignore_ascii_case(ignored)) =>
            {
                continue;
            }
            ParameterLocation::Header => "header",
            ParameterLocation::Cookie => {
                return Err(format!("{}: a cookie is not supported", operation.id).into());
            }
        };
        let missing = || format!("{}: `{name}` has no setter", operation.id);
        // The client adds the location if a parameter elsewhere has the same name.
        let with_location = format!("{location}_{name}");
        let setter = named(setters, &with_location).or_else(|| named(setters, name));
        let setter = setter.ok_or_else(missing)?;
        let ty = accepted_type(setter).ok_or_else(missing)?;
        let setter = &setter.sig.ident;
        set.push(quote! {
            if let Some(value) = sent.parameter::<#ty>(#location, #name)? {
                call = call.#setter(value);
            }
        });
    }
    if let Some(body) = &operation.request_body {
        let missing = || format!("{}: the body has no setter", operation.id);
        let ty = setters.get("body").and_then(|s| accepted_type(s)).ok_or_else(missing)?;
        let is_bytes = is_path(ty, "reqwest");
        set.push(if is_bytes || !has_type(body) {
            let content_type = setters
                .contains_key("body_content_type")
                .then(|| quote!(call = call.body_content_type(body.content_type);));
            let bytes = quote!(body.bytes);
            let body = if is_bytes { bytes } else { quote!(String::from_utf8(#bytes)?) };
            quote! {
                if let Some(body) = sent.raw_body()? {
                    #content_type
                    call = call.body(#body);
                }
            }
        } else {
            quote!(if let Some(body) = sent.body::<#ty>()? { call = call.body(body); })
        });
    }
    let send = setters.get("send").ok_or("a builder cannot send")?;
    let ReturnType::Type(_, result) = &send.sig.output else {
        return Err("`send` returns nothing".into());
    };
    let success = argument(result, 0).and_then(|value| argument(value, 0)).map(reader);
    let error = argument(result, 1).and_then(|error| argument(error, 0)).map(reader);
    let (Some(success), Some(error)) = (success, error) else {
        return Err(format!("{}: `send` returns another type", operation.id).into());
    };
    Ok(quote! {
        #[allow(unused_mut)]
        let mut call = client.#name();
        #(#set)*
        specfirst_round_trip::Received::read(call.send().await, #success, #error).await
    })
}

/// The type `T` of a setter that takes a `TryInto<T>`.
fn accepted_type(setter: &ImplItemFn) -> Option<&Type> {
    let generics = &setter.sig.generics;
    let of_parameters = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(ty) => Some(&ty.bounds),
        _ => None,
    });
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_clause = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(ty) => Some(&ty.bounds),
        _ => None,
    });
    of_parameters.chain(of_clause).flatten().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let segment = bound.path.segments.last()?;
        let is_generic = matches!(segment.arguments, PathArguments::AngleBracketed(_));
        (is_generic && segment.ident == "TryInto").then(|| segment_argument(segment, 0))?
    })
}

/// Whether the client takes the body as a type: JSON or a form.
fn has_type(body: &RequestBody) -> bool {
    let is_typed = |media_type: &str| {
        media_type.starts_with("application/json")
            || media_type.starts_with("application/x-www-form-urlencoded")
    };
    body.content.iter().any(|content| is_typed(&content.media_type))
}

/// Whether the first segment of a type's path is this name.
fn is_path(ty: &Type, first: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.first().is_some_and(|it| it.ident == first),
        _ => false,
    }
}

/// The function that reads a value that the client decoded.
fn reader(ty: &Type) -> TokenStream {
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            quote!(specfirst_round_trip::received::nothing)
        }
        ty if is_named(ty, "ByteStream") => quote!(specfirst_round_trip::received::bytes),
        _ => quote!(specfirst_round_trip::received::json),
    }
}
