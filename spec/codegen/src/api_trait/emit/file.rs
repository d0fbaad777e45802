//! The whole file.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use specfirst_model::ParameterLocation;

use super::{credentials, response, route};
use crate::{
    api_trait::{
        ir::{Api, Body, BodyKind, Form, Handler, HeaderSet, Member, ParameterSet},
        settings::Settings,
        types::Types,
    },
    error::Result,
};

/// The name of the module of types, which no other item can have.
pub(in crate::api_trait) const TYPES: &str = "types";

/// The body of errors that the document does not describe, if the settings name none.
const DEFAULT_ERROR_BODY: &str = "specfirst_dropshot::Problem";

/// The whole file: types, parameters, headers, responses, trait.
pub(in crate::api_trait) fn emit(
    api: &Api,
    types: &Types<'_>,
    settings: &Settings,
) -> Result<TokenStream> {
    let definitions = types.definitions()?;
    let handlers = &api.handlers;
    let parameters = handlers.iter().flat_map(|handler| &handler.parameters).map(parameter_set);
    let headers = api.headers.iter().map(header_set);
    let credentials = api.credentials.iter().map(credentials::emit);
    let responses = handlers.iter().map(|handler| response::emit(&handler.responses, &handler.id));
    let name = format_ident!("{}", settings.name);
    let module = format!("{}_mod", settings.name.to_snake_case());
    let error_body = settings.error_body.as_deref().unwrap_or(DEFAULT_ERROR_BODY);
    let error_body: syn::Path = syn::parse_str(error_body)?;
    let methods = handlers.iter().enumerate().map(|(index, handler)| {
        let method = method(handler, &error_body);
        let is_routed = api.routes.iter().any(|route| route.handlers.contains(&index));
        if is_routed { method.unmanaged() } else { method.endpoint(&quote!(;)) }
    });
    let route_paths = api.routes.iter().flat_map(|route| &route.endpoint.parameters);
    let route_paths = route_paths.filter(|set| set.location == ParameterLocation::Path);
    let route_paths = route_paths.map(parameter_set);
    let routes = api.routes.iter().map(|route| route::emit(route, handlers, &error_body));
    let routes = routes.collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        /// The types of requests and responses.
        pub mod types {
            #definitions
        }

        #(#parameters)*

        #(#credentials)*

        #(#route_paths)*

        #(#headers)*

        #(#responses)*

        /// The operations of the document.
        #[dropshot::api_description { module = #module }]
        pub trait #name {
            /// The state that the handlers share.
            type Context;

            #(#methods)*

            #(#routes)*
        }
    })
}

fn parameter_set(set: &ParameterSet) -> TokenStream {
    let name = format_ident!("{}", set.name);
    let members = set.members.iter().map(|member| self::member(member, Use::Read));
    let docs = match set.location {
        ParameterLocation::Path => "What the path says.",
        ParameterLocation::Query => "What the query string says.",
        ParameterLocation::Header | ParameterLocation::Cookie => "What the headers say.",
    };
    let forms = (!set.is_scalar()).then(|| {
        let forms = set.members.iter().map(|member| {
            let (name, form) = (&member.name, form(member.form));
            quote!((#name, specfirst_dropshot::QueryForm::#form))
        });
        quote! {
            impl specfirst_dropshot::QueryParameters for #name {
                const PARAMETERS: &'static [(&'static str, specfirst_dropshot::QueryForm)] =
                    &[#(#forms),*];
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
        pub struct #name {
            #(#members)*
        }

        #forms
    }
}

fn form(form: Form) -> TokenStream {
    match form {
        Form::Scalar => quote!(Scalar),
        Form::Repeated => quote!(Repeated),
        Form::Separated(separator) => quote!(Separated(#separator)),
        Form::Rest => quote!(Rest),
    }
}

fn header_set(set: &HeaderSet) -> TokenStream {
    let name = format_ident!("{}", set.name);
    let members = set.members.iter().map(|member| self::member(member, Use::Written));
    // Where every header may be absent, a handler names those that it sets.
    let default = set.members.iter().all(|member| !member.required).then(|| quote!(Default,));
    quote! {
        /// The headers of a response.
        #[derive(Clone, Debug, #default serde::Serialize, schemars::JsonSchema)]
        pub struct #name {
            #(#members)*
        }
    }
}

/// Whether a request is read into a member, or a response written from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Written,
}

fn member(member: &Member, used: Use) -> TokenStream {
    let Member { field, name, docs, required, form, ty } = member;
    let docs = docs.iter();
    let rename = (field != name).then(|| quote!(#[serde(rename = #name)])).into_iter();
    let field = format_ident!("{field}");
    // Dropshot's own document has only scalars in a query.
    let text = (*form != Form::Scalar).then(|| "String".to_owned());
    let (attribute, ty) = if *required {
        (text.map(|text| quote!(#[schemars(with = #text)])), quote!(#ty))
    } else {
        let with = text.unwrap_or_else(|| ty.to_string().replace(' ', ""));
        let skip = (used == Use::Written)
            .then(|| quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")]));
        let attribute = quote!(#[serde(default)] #skip #[schemars(with = #with)]);
        (Some(attribute), quote!(::std::option::Option<#ty>))
    };
    quote! {
        #(#[doc = #docs])*
        #(#rename)*
        #attribute
        pub #field: #ty,
    }
}

/// The parts of a method of the trait.
pub(super) struct Method {
    pub(super) function: syn::Ident,
    pub(super) docs: Vec<String>,
    /// The options of the attribute `endpoint`.
    pub(super) options: Vec<TokenStream>,
    pub(super) arguments: Vec<TokenStream>,
    pub(super) output: TokenStream,
}

impl Method {
    /// A method that Dropshot registers, with its body, or `;` if the handler supplies it.
    pub(super) fn endpoint(self, body: &TokenStream) -> TokenStream {
        let Self { function, docs, options, arguments, output } = self;
        quote! {
            #(#[doc = #docs])*
            #[endpoint { #(#options),* }]
            async fn #function(#(#arguments),*) -> #output #body
        }
    }

    /// A method that only the trait itself calls. Its future is like that of an endpoint.
    fn unmanaged(self) -> TokenStream {
        let Self { function, docs, arguments, output, .. } = self;
        quote! {
            #(#[doc = #docs])*
            fn #function(#(#arguments),*) -> impl ::std::future::Future<Output = #output> + Send + 'static;
        }
    }
}

pub(super) fn method(handler: &Handler, error_body: &syn::Path) -> Method {
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
            ParameterLocation::Query if set.is_scalar() => quote!(query: dropshot::Query<#name>),
            ParameterLocation::Query => quote!(query: specfirst_dropshot::Query<#name>),
            _ => quote!(headers: dropshot::Header<#name>),
        });
    }
    if let Some(credentials) = &handler.credentials {
        let name = format_ident!("{credentials}");
        arguments.push(quote!(credentials: specfirst_dropshot::Presented<#name>));
    }
    if let Some(body) = &handler.body {
        if matches!(body.kind, BodyKind::Form(_) | BodyKind::NestedForm(_)) {
            options.push(quote!(content_type = "application/x-www-form-urlencoded"));
        }
        let extractor = extractor(body);
        arguments.push(quote!(body: #extractor));
    }
    // Dropshot takes the first paragraph as the summary.
    let docs = handler.docs.join("\n\n");
    let docs = docs.lines().map(|line| format!(" {}", line.trim_end())).collect();
    let responses = format_ident!("{}", handler.responses.name);
    let output = quote! {
        Result<
            specfirst_dropshot::Response<#responses, #error_body>,
            specfirst_dropshot::ApiError<#error_body>,
        >
    };
    Method { function, docs, options, arguments, output }
}

fn extractor(body: &Body) -> TokenStream {
    let extractor = match &body.kind {
        BodyKind::Json(ty) | BodyKind::Form(ty) => quote!(dropshot::TypedBody<#ty>),
        BodyKind::NestedForm(ty) => quote!(specfirst_dropshot::Form<#ty>),
        BodyKind::JsonOrForm(ty) => quote!(specfirst_dropshot::JsonOrForm<#ty>),
        BodyKind::Multipart => quote!(dropshot::MultipartBody),
        BodyKind::Bytes => quote!(dropshot::UntypedBody),
    };
    if body.required { extractor } else { quote!(specfirst_dropshot::OptionalBody<#extractor>) }
}
