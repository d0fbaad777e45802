//! Endpoints that choose between handlers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use specfirst_model::ParameterLocation;
use syn::{
    Token,
    parse::{Parse, ParseStream},
};

use super::file::{self, Method};
use crate::{
    api_trait::ir::{BodyKind, Handler, Route, Template},
    error::Result,
};

/// The method of an endpoint. It extracts what a handler takes once it knows the handler.
pub(super) fn emit(
    route: &Route,
    handlers: &[Handler],
    error_body: &syn::Path,
) -> Result<TokenStream> {
    let endpoint = &route.endpoint;
    let mut method = file::method(endpoint, error_body);
    let handlers: Vec<&Handler> = route.handlers.iter().map(|&index| &handlers[index]).collect();
    let has_body = handlers.iter().any(|handler| handler.body.is_some());
    method.arguments = deferred(endpoint, method.arguments, has_body)?;
    let responses = format_ident!("{}", endpoint.responses.name);
    method.output = quote! {
        Result<specfirst_dropshot::Routed<#responses>, specfirst_dropshot::ApiError<#error_body>>
    };
    let templates = route.templates.iter().map(|Template { path, methods }| {
        quote!(specfirst_dropshot::Template { path: #path, methods: &[#(#methods),*] })
    });
    let mut calls = Vec::new();
    for handler in &handlers {
        calls.push((&handler.path, call(handler, error_body)?));
    }
    let Some((_, last)) = calls.pop() else { return Ok(TokenStream::new()) };
    let has_path = |handler: &&Handler| {
        handler.parameters.iter().any(|set| set.location == ParameterLocation::Path)
    };
    let is_used = !calls.is_empty() || handlers.iter().any(has_path);
    let found = if is_used { quote!(route) } else { quote!(_) };
    let choice = if calls.is_empty() {
        last
    } else {
        let calls = calls.into_iter().map(|(path, call)| quote!(#path => { #call }));
        quote! {
            match route.template() {
                #(#calls)*
                _ => { #last }
            }
        }
    };
    Ok(method.endpoint(&quote! {{
        let templates = [#(#templates),*];
        let #found = match specfirst_dropshot::Route::find(&rqctx, &templates) {
            Ok(route) => route,
            Err(error) => return Ok(specfirst_dropshot::Routed::refuse::<#error_body>(error)?),
        };
        let mut rqctx = rqctx;
        #choice
    }}))
}

/// The arguments of an endpoint that describes a handler's, but extracts nothing.
fn deferred(
    endpoint: &Handler,
    arguments: Vec<TokenStream>,
    has_body: bool,
) -> Result<Vec<TokenStream>> {
    let mut arguments = arguments.into_iter();
    let mut deferred: Vec<TokenStream> = arguments.by_ref().take(1).collect();
    for Argument { name, ty } in parse_arguments(arguments)? {
        deferred.push(if name == "body" {
            quote!(request: specfirst_dropshot::DeferredBody<#ty>)
        } else {
            let name = format_ident!("_{}", name);
            quote!(#name: specfirst_dropshot::Deferred<#ty>)
        });
    }
    if has_body && endpoint.body.is_none() {
        deferred.push(quote!(request: dropshot::RawRequest));
    }
    Ok(deferred)
}

/// Extracts the arguments of a handler, and calls it.
fn call(handler: &Handler, error_body: &syn::Path) -> Result<TokenStream> {
    let Method { function, arguments, .. } = file::method(handler, error_body);
    let arguments = parse_arguments(arguments.into_iter().skip(1))?;
    let extractions =
        arguments.iter().map(|Argument { name, ty }| match name.to_string().as_str() {
            "path" => quote!(let path: #ty = route.path()?;),
            "body" => quote! {
                let body: #ty =
                    dropshot::ExclusiveExtractor::from_request(&rqctx, request.into_inner()).await?;
            },
            _ => quote!(let #name: #ty = dropshot::SharedExtractor::from_request(&rqctx).await?;),
        });
    let names = arguments.iter().map(|argument| &argument.name);
    let id = &handler.id;
    let media_type = handler.body.as_ref().map(|body| {
        let variant = match body.kind {
            BodyKind::Form(_) | BodyKind::NestedForm(_) => quote!(UrlEncoded),
            _ => quote!(Json),
        };
        quote! {
            rqctx.endpoint.body_content_type = dropshot::ApiEndpointBodyContentType::#variant;
        }
    });
    Ok(quote! {
        rqctx.endpoint.operation_id = #id.to_owned();
        #media_type
        #(#extractions)*
        Ok(specfirst_dropshot::Routed::new(Self::#function(rqctx, #(#names),*).await?)?)
    })
}

/// An argument of a method.
struct Argument {
    name: syn::Ident,
    ty: syn::Type,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { name, ty: input.parse()? })
    }
}

fn parse_arguments(
    arguments: impl Iterator<Item = TokenStream>,
) -> Result<Vec<Argument>, syn::Error> {
    arguments.map(syn::parse2).collect()
}
