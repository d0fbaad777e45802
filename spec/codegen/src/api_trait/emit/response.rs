//! What a handler may answer: an enum, and how it becomes a response.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use specfirst_model::StatusPattern;

use crate::api_trait::ir::{Answer, AnswerContent, Answers};

/// The enum and its `HttpResponse`.
pub(super) fn emit(answers: &Answers, operation: &str) -> TokenStream {
    let name = format_ident!("{}", answers.name);
    let docs = format!(" Everything that the document lets `{operation}` answer.");
    let variants = answers.all.iter().map(variant);
    let statuses = answers.all.iter().map(status_arm);
    let responses = answers.all.iter().map(response_arm);
    let check = check(&answers.all);
    let metadata = metadata(&answers.all);
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
                    #(#responses)*
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

fn variant(answer: &Answer) -> TokenStream {
    let name = format_ident!("{}", answer.variant);
    let text = format!("{}: {}", answer.status, answer.description);
    let docs = text.lines().map(|line| format!(" {}", line.trim_end()));
    let status = chosen_status(answer).then(|| quote!(http::StatusCode));
    let body = answer.content.as_ref().map(|content| match &content.json {
        Some(ty) => quote!(#ty),
        None => quote!(dropshot::Body),
    });
    let headers = answer.headers.iter().map(|name| {
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
fn chosen_status(answer: &Answer) -> bool {
    !matches!(answer.status, StatusPattern::Exact(_))
}

fn status_arm(answer: &Answer) -> TokenStream {
    let name = format_ident!("{}", answer.variant);
    match answer.status {
        StatusPattern::Exact(status) => {
            let status = constant(status);
            let rest = (answer.content.is_some() || answer.headers.is_some()).then(|| quote!((..)));
            quote!(Self::#name #rest => #status,)
        }
        _ => quote!(Self::#name(status, ..) => *status,),
    }
}

fn response_arm(answer: &Answer) -> TokenStream {
    let name = format_ident!("{}", answer.variant);
    let status = chosen_status(answer).then(|| quote!(_));
    let body = answer.content.as_ref().map(|_| quote!(body));
    let headers = answer.headers.as_ref().map(|_| quote!(headers));
    let fields: Vec<_> = status.iter().chain(&body).chain(&headers).collect();
    let fields = if fields.is_empty() { quote!() } else { quote!((#(#fields),*)) };
    let content = match &answer.content {
        None => quote!(None),
        Some(AnswerContent { media_type, json: Some(_) }) => {
            quote!(Some((#media_type, json(&body)?)))
        }
        Some(AnswerContent { media_type, json: None }) => quote!(Some((#media_type, body))),
    };
    let headers = if answer.headers.is_some() { quote!(&headers) } else { quote!(&()) };
    quote!(Self::#name #fields => respond(status, #content, #headers),)
}

/// A status that the handler chooses is one that the document has this answer for.
fn check(answers: &[Answer]) -> Option<TokenStream> {
    let exact: Vec<u16> = answers
        .iter()
        .filter_map(|answer| match answer.status {
            StatusPattern::Exact(status) => Some(status),
            _ => None,
        })
        .collect();
    let classes: Vec<u8> = answers
        .iter()
        .filter_map(|answer| match answer.status {
            StatusPattern::Class(class) => Some(class),
            _ => None,
        })
        .collect();
    let arms: Vec<_> = answers
        .iter()
        .filter_map(|answer| {
            let name = format_ident!("{}", answer.variant);
            match answer.status {
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
        let rest = (arms.len() < answers.len()).then(|| quote!(_ => true,));
        quote! {
            let documented = match &self {
                #(#arms)*
                #rest
            };
            if !documented {
                let message = format!("the document has another answer for status {status}");
                return Err(dropshot::HttpError::for_internal_error(message));
            }
        }
    })
}

fn other(exact: &[u16]) -> Option<TokenStream> {
    (!exact.is_empty()).then(|| quote!(&& ![#(#exact),*].contains(&status.as_u16())))
}

/// What Dropshot's own document can hold: one answer, the first success where there is one.
fn metadata(answers: &[Answer]) -> TokenStream {
    let rank = |answer: &&Answer| match answer.status {
        StatusPattern::Exact(status @ 200..300) => (0, status),
        StatusPattern::Class(2) => (1, 0),
        StatusPattern::Exact(status @ 300..400) => (2, status),
        StatusPattern::Class(3) => (3, 0),
        StatusPattern::Default => (4, 0),
        StatusPattern::Exact(status) => (5, status),
        StatusPattern::Class(class) => (6, u16::from(class)),
    };
    let Some(answer) = answers.iter().min_by_key(rank) else {
        return quote!(dropshot::ApiEndpointResponse::default());
    };
    // Only these types of Dropshot make the parts of a description.
    let body = match &answer.content {
        None => quote!(dropshot::HttpResponseUpdatedNoContent),
        Some(AnswerContent { json: Some(ty), .. }) => quote!(dropshot::HttpResponseOk<#ty>),
        Some(AnswerContent { json: None, .. }) => {
            quote!(dropshot::HttpResponseOk<dropshot::FreeformBody>)
        }
    };
    let described = match &answer.headers {
        None => body,
        Some(headers) => {
            let headers = format_ident!("{headers}");
            quote!(dropshot::HttpResponseHeaders<#body, #headers>)
        }
    };
    let description = &answer.description;
    let success = match answer.status {
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
