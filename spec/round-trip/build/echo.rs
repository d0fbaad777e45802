//! The server: an implementation of the API trait. Each handler records its arguments, and returns the
//! response that the test chose.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    FnArg, GenericArgument, Ident, ItemEnum, Pat, PathArguments, ReturnType, TraitItem,
    TraitItemFn, Type, TypeParamBound, Variant,
};

use crate::{
    api::{self, Api},
    generics::{argument, is_named, last_segment},
};

pub(crate) fn emit(file: &syn::File) -> Result<TokenStream, Box<dyn Error>> {
    let api = api::read(file);
    let api_trait = api.api_trait.ok_or("the file has no trait")?;
    let methods = api_trait.items.iter().filter_map(|item| match item {
        // A method with a body calls the handlers of several paths.
        TraitItem::Fn(method) if method.default.is_none() => Some(self::method(&api, method)),
        _ => None,
    });
    let methods = methods.collect::<Result<Vec<_>, _>>()?;
    Ok(quote! {
        use super::api::*;

        /// The handlers.
        #[derive(Debug)]
        pub enum Echo {}

        impl RoundTripApi for Echo {
            type Context = specfirst_round_trip::Exchange;

            #(#methods)*
        }

        /// The description of the server.
        pub fn describe() -> anyhow::Result<dropshot::ApiDescription<specfirst_round_trip::Exchange>> {
            round_trip_api_mod::api_description::<Echo>().map_err(|error| anyhow::anyhow!("{error}"))
        }
    })
}

fn method(api: &Api<'_>, method: &TraitItemFn) -> Result<TokenStream, Box<dyn Error>> {
    let mut signature = method.sig.clone();
    if let Some(output) = future_output(&signature.output) {
        signature.asyncness = Some(syn::token::Async::default());
        signature.output = ReturnType::Type(syn::token::RArrow::default(), Box::new(output));
    }
    let mut recorded = Vec::new();
    for argument in &signature.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(name) = &*argument.pat else { continue };
        recorded.push(record(api, &name.ident, &argument.ty)?);
    }
    let responses = response_enum(api, &signature.output)
        .ok_or_else(|| format!("`{}` returns no enum of responses", signature.ident))?;
    let arms = responses.variants.iter().enumerate().map(|(index, variant)| {
        let response = response(api, &responses.ident, variant);
        quote!(#index => #response,)
    });
    Ok(quote! {
        #signature {
            let mut seen = specfirst_round_trip::Request::arrived(&rqctx.request);
            #(#recorded)*
            let reply = rqctx.context().take_reply(seen)?;
            Ok(match reply.variant {
                #(#arms)*
                _ => return Err(reply.has_no_variant().into()),
            }
            .into())
        }
    })
}

/// Records the value of one argument.
fn record(api: &Api<'_>, name: &Ident, ty: &Type) -> Result<TokenStream, Box<dyn Error>> {
    let kind = last_segment(ty).ok_or("an argument has a type without a name")?.ident.to_string();
    let location = match kind.as_str() {
        // The documents' requests present no credentials.
        "RequestContext" | "Presented" => return Ok(TokenStream::new()),
        "Path" => "path",
        "Query" => "query",
        "Header" => "header",
        _ => return Ok(quote!(seen.receive(#name).await?;)),
    };
    let set = argument(ty, 0).and_then(last_segment).map(|segment| segment.ident.to_string());
    let members = set.and_then(|set| api.structs.get(&set)).ok_or("an extractor has no struct")?;
    let members = members.iter().map(|member| {
        // The router may have another name for a variable of a path.
        let field = member.field;
        let key = if location == "path" { field.to_string() } else { member.name.clone() };
        quote!(seen.add_parameter(#location, #key, &#name.#field)?;)
    });
    Ok(quote! {
        let #name = #name.into_inner();
        #(#members)*
    })
}

/// The output type of a method that returns a future, or `None` if it is an `async fn`.
fn future_output(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::ImplTrait(future) = &**ty else { return None };
    let bounds = future.bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    let arguments = bounds.filter_map(|bound| match &bound.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments.flatten().find_map(|argument| match argument {
        GenericArgument::AssocType(ty) if ty.ident == "Output" => Some(ty.ty.clone()),
        _ => None,
    })
}

fn response_enum<'f>(api: &Api<'f>, output: &ReturnType) -> Option<&'f ItemEnum> {
    let ReturnType::Type(_, ty) = output else { return None };
    let name = last_segment(argument(argument(ty, 0)?, 0)?)?.ident.to_string();
    api.responses.get(&name).copied()
}

/// Makes a response of the reply.
fn response(api: &Api<'_>, responses: &Ident, variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    let fields: Vec<_> = variant.fields.iter().map(|field| value(api, &field.ty)).collect();
    if fields.is_empty() {
        return quote!(#responses::#name);
    }
    quote!(#responses::#name(#(#fields),*))
}

fn value(api: &Api<'_>, ty: &Type) -> TokenStream {
    if is_named(ty, "StatusCode") {
        return quote!(reply.status()?);
    }
    let Type::Path(path) = ty else { return quote!(reply.json()?) };
    let is_of_dropshot = path.path.segments.first().is_some_and(|first| first.ident == "dropshot");
    if is_of_dropshot && is_named(ty, "Body") {
        return quote!(reply.bytes()?);
    }
    let name = path.path.get_ident().map(ToString::to_string);
    let Some((name, headers)) = name.and_then(|name| api.structs.get_key_value(&name)) else {
        return quote!(reply.json()?);
    };
    let (name, headers) = (format_ident!("{name}"), headers.iter());
    let headers = headers.map(|header| {
        let (field, name) = (header.field, &header.name);
        quote!(#field: reply.header(#name)?)
    });
    quote!(#name { #(#headers),* })
}
