//! Types of credentials, and how they are read from a request.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::api_trait::ir::{Credential, CredentialPlace, Credentials, CredentialsKind};

/// The type and its `Credentials`.
pub(super) fn emit(credentials: &Credentials) -> TokenStream {
    let name = format_ident!("{}", credentials.name);
    let (definition, read) = match &credentials.kind {
        CredentialsKind::All(members) => {
            let fields = members.iter().map(field);
            let values = members.iter().map(value);
            (
                quote! {
                    /// Credentials of a request, all of which are present.
                    #[derive(Clone, Debug)]
                    pub struct #name { #(#fields)* }
                },
                quote!(Some(Self { #(#values)* })),
            )
        }
        CredentialsKind::OneOf(choices) => {
            let variants: Vec<_> = choices
                .iter()
                .map(|(variant, ty)| (format_ident!("{variant}"), format_ident!("{ty}")))
                .collect();
            let definitions = variants.iter().map(|(variant, ty)| quote!(#variant(#ty),));
            let reads = variants.iter().map(|(variant, ty)| {
                quote!(.or_else(|| {
                    <#ty as specfirst_dropshot::Credentials>::read(request).map(Self::#variant)
                }))
            });
            (
                quote! {
                    /// One of several credentials. The first that are present count.
                    #[derive(Clone, Debug)]
                    pub enum #name { #(#definitions)* }
                },
                quote!(None #(#reads)*),
            )
        }
    };
    quote! {
        #definition

        impl specfirst_dropshot::Credentials for #name {
            fn read(request: &dropshot::RequestInfo) -> Option<Self> {
                #read
            }
        }
    }
}

fn field(credential: &Credential) -> TokenStream {
    let field = format_ident!("{}", credential.field);
    let docs = credential.docs.lines().map(|line| format!(" {}", line.trim_end()));
    let ty = match credential.place {
        CredentialPlace::Basic => quote!(specfirst_dropshot::Basic),
        _ => quote!(specfirst_dropshot::Secret),
    };
    quote!(#(#[doc = #docs])* pub #field: #ty,)
}

fn value(credential: &Credential) -> TokenStream {
    let field = format_ident!("{}", credential.field);
    let module = quote!(specfirst_dropshot::credentials);
    let read = match &credential.place {
        CredentialPlace::Header(name) => {
            let name = name.to_ascii_lowercase();
            quote!(#module::header(request, #name))
        }
        CredentialPlace::Query(name) => quote!(#module::parameter(request, #name)),
        CredentialPlace::Cookie(name) => quote!(#module::cookie(request, #name)),
        CredentialPlace::Authorization(scheme) => quote!(#module::authorization(request, #scheme)),
        CredentialPlace::Basic => quote!(specfirst_dropshot::Basic::read(request)),
    };
    quote!(#field: #read?,)
}
