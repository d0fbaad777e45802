//! The responses of a handler: an enum, and how it becomes an HTTP response.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use specfirst_model::StatusPattern;

use crate::api_trait::ir::{Response, ResponseContent, Responses};

/// The enum and its `HttpResponse`.
pub(super) fn emit(responses: &Responses, operation: &str) -> TokenStream {
    let name = format_ident!("{}", responses.name);
    let docs = format!(" Every response that the document gives `{operation}`.");
    let variants = responses.all.iter().map(variant);
    let statuses = responses.all.iter().map(status_arm);
    let written = responses.all.iter().map(response_arm);
    let check = check(&responses.all);
    let metadata = metadata(&responses.all);
    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        pub enum #name {
            #(#variants)*
        }

        impl dropshot::HttpResponse for #name {
            fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
                let status = dropshot::HttpResponse::status_code(&self);
                #check
                match self {
                    #(#written)*
                }
            }

            fn response_metadata() -> dropshot::ApiEndpointResponse {
                #metadata
            }

            fn status_code(&self) -> http::StatusCode {
                match self {
                    #(#statuses)*
                }
            }
        }
    }
}

fn variant(response: &Response) -> TokenStream {
    let name = format_ident!("{}", response.variant);
    let text = format!("{}: {}", response.status, response.description);
    let docs = text.lines().map(|line| format!(" {}", line.trim_end()));
    let status = chosen_status(response).then(|| quote!(http::StatusCode));
    let body = response.content.as_ref().map(|content| match &content.json {
        Some(ty) => quote!(#ty),
        None => quote!(dropshot::Body),
    });
    let headers = response.headers.iter().map(|name| {
        let name = format_ident!("{name}");
        quote!(#name)
    });
    let fields: Vec<_> = status.into_iter().chain(body).chain(headers).collect();
    let fields = if fields.is_empty() { quote!() } else { quote!((#(#fields),*)) };
    quote! {
        #(#[doc = #docs])*
        #name #fields,
    }
}

/// Whether the handler chooses among several statuses.
fn chosen_status(response: &Response) -> bool {
    !matches!(response.status, StatusPattern::Exact(_))
}

fn status_arm(response: &Response) -> TokenStream {
    let name = format_ident!("{}", response.variant);
    match response.status {
        StatusPattern::Exact(status) => {
            let status = constant(status);
            let rest =
                (response.content.is_some() || response.headers.is_some()).then(|| quote!((..)));
            quote!(Self::#name #rest => #status,)
        }
        _ => quote!(Self::#name(status, ..) => *status,),
    }
}

fn response_arm(response: &Response) -> TokenStream {
    let name = format_ident!("{}", response.variant);
    let status = chosen_status(response).then(|| quote!(_));
    let body = response.content.as_ref().map(|_| quote!(body));
    let headers = response.headers.as_ref().map(|_| quote!(headers));
    let fields: Vec<_> = status.iter().chain(&body).chain(&headers).collect();
    let fields = if fields.is_empty() { quote!() } else { quote!((#(#fields),*)) };
    let content = match &response.content {
        None => quote!(None),
        Some(ResponseContent { media_type, json: Some(_) }) => {
            quote!(Some((#media_type, specfirst_dropshot::write::json(&body)?)))
        }
        Some(ResponseContent { media_type, json: None }) => quote!(Some((#media_type, body))),
    };
    let headers = if response.headers.is_some() { quote!(&headers) } else { quote!(&()) };
    quote!(Self::#name #fields => specfirst_dropshot::write::response(status, #content, #headers),)
}

/// A status that the handler chooses is one that the document has this response for.
fn check(responses: &[Response]) -> Option<TokenStream> {
    let exact: Vec<u16> = responses
        .iter()
        .filter_map(|response| match response.status {
            StatusPattern::Exact(status) => Some(status),
            _ => None,
        })
        .collect();
    let classes: Vec<u8> = responses
        .iter()
        .filter_map(|response| match response.status {
            StatusPattern::Class(class) => Some(class),
            _ => None,
        })
        .collect();
    let arms: Vec<_> = responses
        .iter()
        .filter_map(|response| {
            let name = format_ident!("{}", response.variant);
            match response.status {
                StatusPattern::Exact(_) => None,
                StatusPattern::Class(class) => {
                    let (class, exact) = (u16::from(class), other(&exact));
                    Some(quote!(Self::#name(..) => status.as_u16() / 100 == #class #exact,))
                }
                StatusPattern::Default => {
                    let exact = other(&exact);
                    let classes = classes.iter().map(|class| u16::from(*class));
                    Some(quote! {
                        Self::#name(..) =>
                            status.as_u16() >= 200 #(&& status.as_u16() / 100 != #classes)* #exact,
                    })
                }
            }
        })
        .collect();
    (!arms.is_empty()).then(|| {
        let rest = (arms.len() < responses.len()).then(|| quote!(_ => true,));
        quote! {
            let documented = match &self {
                #(#arms)*
                #rest
            };
            if !documented {
                let message = format!("the document has another response for status {status}");
                return Err(dropshot::HttpError::for_internal_error(message));
            }
        }
    })
}

fn other(exact: &[u16]) -> Option<TokenStream> {
    (!exact.is_empty()).then(|| quote!(&& ![#(#exact),*].contains(&status.as_u16())))
}

/// What Dropshot's own document can hold: one response, the first success where there is one.
fn metadata(responses: &[Response]) -> TokenStream {
    let rank = |response: &&Response| match response.status {
        StatusPattern::Exact(status @ 200..300) => (0, status),
        StatusPattern::Class(2) => (1, 0),
        StatusPattern::Exact(status @ 300..400) => (2, status),
        StatusPattern::Class(3) => (3, 0),
        StatusPattern::Default => (4, 0),
        StatusPattern::Exact(status) => (5, status),
        StatusPattern::Class(class) => (6, u16::from(class)),
    };
    let Some(response) = responses.iter().min_by_key(rank) else {
        return quote!(dropshot::ApiEndpointResponse::default());
    };
    // Only these types of Dropshot make the parts of a description.
    let body = match &response.content {
        None => quote!(dropshot::HttpResponseUpdatedNoContent),
        Some(ResponseContent { json: Some(ty), .. }) => quote!(dropshot::HttpResponseOk<#ty>),
        Some(ResponseContent { json: None, .. }) => {
            quote!(dropshot::HttpResponseOk<dropshot::FreeformBody>)
        }
    };
    let described = match &response.headers {
        None => body,
        Some(headers) => {
            let headers = format_ident!("{headers}");
            quote!(dropshot::HttpResponseHeaders<#body, #headers>)
        }
    };
    let description = &response.description;
    let success = match response.status {
        StatusPattern::Exact(status) => {
            let status = constant(status);
            quote!(Some(#status))
        }
        _ => quote!(None),
    };
    quote! {
        dropshot::ApiEndpointResponse {
            success: #success,
            description: Some(#description.to_owned()),
            ..<#described as dropshot::HttpResponse>::response_metadata()
        }
    }
}

/// A status by its name, where it has one.
fn constant(status: u16) -> TokenStream {
    let known = http::StatusCode::from_u16(status).ok();
    match known.and_then(|status| status.canonical_reason()) {
        Some(reason) => {
            let name = format_ident!("{}", reason.replace('\'', "").to_shouty_snake_case());
            quote!(http::StatusCode::#name)
        }
        // Every number that a document can hold is one.
        None => quote!(http::StatusCode::from_u16(#status).unwrap_or_default()),
    }
}
