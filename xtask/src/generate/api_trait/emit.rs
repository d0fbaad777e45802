//! Handlers to tokens.

use anyhow::Result;
use heck::ToSnakeCase;
use login_spec::ParameterLocation;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    Settings,
    lower::{Body, Handler, Member, ParameterSet},
    types::Types,
};

/// The whole file: types, parameters, trait.
pub(super) fn emit(
    handlers: &[Handler],
    types: &Types<'_>,
    settings: &Settings,
) -> Result<TokenStream> {
    let definitions = types.definitions()?;
    let parameters = handlers.iter().flat_map(|handler| &handler.parameters).map(parameter_set);
    let name = format_ident!("{}", settings.name);
    let module = format!("{}_mod", settings.name.to_snake_case());
    let methods = handlers.iter().map(|handler| method(handler, settings));
    Ok(quote! {
        /// The types of requests and answers.
        pub mod types {
            #definitions
        }

        #(#parameters)*

        /// The operations of the document.
        #[dropshot::api_description { module = #module }]
        pub trait #name {
            /// The state that the handlers share.
            type Context;

            #(#methods)*
        }
    })
}

fn parameter_set(set: &ParameterSet) -> TokenStream {
    let name = format_ident!("{}", set.name);
    let members = set.members.iter().map(member);
    let docs = match set.location {
        ParameterLocation::Path => "What the path says.",
        ParameterLocation::Query => "What the query string says.",
        ParameterLocation::Header | ParameterLocation::Cookie => "What the headers say.",
    };
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
        pub struct #name {
            #(#members)*
        }
    }
}

fn member(member: &Member) -> TokenStream {
    let Member { field, name, docs, required, ty } = member;
    let docs = docs.iter();
    let rename = (field != name).then(|| quote!(#[serde(rename = #name)])).into_iter();
    let field = format_ident!("{field}");
    let (attribute, ty) = if *required {
        (None, quote!(#ty))
    } else {
        let with = ty.to_string();
        let attribute = quote!(#[serde(default)] #[schemars(with = #with)]);
        (Some(attribute), quote!(::std::option::Option<#ty>))
    };
    quote! {
        #(#[doc = #docs])*
        #(#rename)*
        #attribute
        pub #field: #ty,
    }
}

fn method(handler: &Handler, settings: &Settings) -> TokenStream {
    let function = format_ident!("{}", handler.function);
    let verb = format_ident!("{}", handler.method);
    let path = &handler.path;
    let mut options = vec![quote!(method = #verb), quote!(path = #path)];
    if !handler.tags.is_empty() {
        let tags = &handler.tags;
        options.push(quote!(tags = [#(#tags),*]));
    }
    if handler.deprecated {
        options.push(quote!(deprecated = true));
    }
    if handler.id != handler.function {
        let id = &handler.id;
        options.push(quote!(operation_id = #id));
    }
    let mut arguments = vec![quote!(rqctx: dropshot::RequestContext<Self::Context>)];
    for set in &handler.parameters {
        let name = format_ident!("{}", set.name);
        arguments.push(match set.location {
            ParameterLocation::Path => quote!(path: dropshot::Path<#name>),
            ParameterLocation::Query => quote!(query: dropshot::Query<#name>),
            _ => quote!(headers: dropshot::Header<#name>),
        });
    }
    match &handler.body {
        None => {}
        Some(Body::Json(ty)) => arguments.push(quote!(body: dropshot::TypedBody<#ty>)),
        Some(Body::Form(ty)) => {
            options.push(quote!(content_type = "application/x-www-form-urlencoded"));
            arguments.push(quote!(body: dropshot::TypedBody<#ty>));
        }
        Some(Body::JsonOrForm(ty)) => {
            let extractor = &settings.json_or_form;
            arguments.push(quote!(body: #extractor<#ty>));
        }
    }
    // Dropshot takes the first paragraph as the summary.
    let docs = handler.docs.join("\n\n");
    let docs = docs.lines().map(|line| format!(" {}", line.trim_end()));
    let (answer, error, success) = (&settings.answer, &settings.error, &handler.success);
    quote! {
        #(#[doc = #docs])*
        #[endpoint { #(#options),* }]
        async fn #function(#(#arguments),*) -> Result<#answer<#success>, #error>;
    }
}
