//! What generated code is put together with, each where it is used.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api_trait::ir::Handler;

/// The functions that make responses, and the extractor of bodies that may be absent.
pub(super) fn emit(handlers: &[Handler]) -> TokenStream {
    let mut contents =
        handlers.iter().flat_map(|handler| &handler.answers.all).filter_map(|a| a.content.as_ref());
    let json = contents.any(|content| content.json.is_some()).then(json);
    let respond = (!handlers.is_empty()).then(respond);
    let optional_body = handlers
        .iter()
        .any(|handler| handler.body.as_ref().is_some_and(|body| !body.required))
        .then(optional_body);
    quote!(#optional_body #json #respond)
}

fn json() -> TokenStream {
    quote! {
        fn json<T: serde::Serialize>(body: &T) -> Result<dropshot::Body, dropshot::HttpError> {
            // As much as most answers need: a buffer that grows is copied each time.
            let mut text = Vec::with_capacity(1024);
            match serde_json::to_writer(&mut text, body) {
                Ok(()) => Ok(text.into()),
                Err(error) => Err(dropshot::HttpError::for_internal_error(error.to_string())),
            }
        }
    }
}

/// Dropshot's own way of writing headers takes nothing but strings.
fn respond() -> TokenStream {
    quote! {
        fn respond<H: serde::Serialize>(
            status: http::StatusCode,
            content: Option<(&'static str, dropshot::Body)>,
            headers: &H,
        ) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
            let mut response = http::Response::builder().status(status);
            let headers = serde_json::to_value(headers)
                .map_err(|error| dropshot::HttpError::for_internal_error(error.to_string()))?;
            for (name, value) in headers.as_object().into_iter().flatten() {
                response = match value {
                    serde_json::Value::Null => response,
                    serde_json::Value::String(text) => response.header(name, text),
                    other => response.header(name, other.to_string()),
                };
            }
            let body = match content {
                Some((media_type, body)) => {
                    response = response.header(http::header::CONTENT_TYPE, media_type);
                    body
                }
                None => dropshot::Body::empty(),
            };
            response
                .body(body)
                .map_err(|error| dropshot::HttpError::for_internal_error(error.to_string()))
        }
    }
}

fn optional_body() -> TokenStream {
    quote! {
        /// A body that may be absent, as one without a byte is.
        #[derive(Debug)]
        pub struct OptionalBody<B>(pub Option<B>);

        #[async_trait::async_trait]
        impl<B: dropshot::ExclusiveExtractor> dropshot::ExclusiveExtractor for OptionalBody<B> {
            async fn from_request<C: dropshot::ServerContext>(
                rqctx: &dropshot::RequestContext<C>,
                request: http::Request<dropshot::Body>,
            ) -> Result<Self, dropshot::HttpError> {
                let (parts, body) = request.into_parts();
                let bytes = <dropshot::UntypedBody as dropshot::ExclusiveExtractor>::from_request(
                    rqctx,
                    http::Request::new(body),
                )
                .await?;
                if bytes.as_bytes().is_empty() {
                    return Ok(Self(None));
                }
                let body = dropshot::Body::from(bytes.as_bytes().to_vec());
                let request = http::Request::from_parts(parts, body);
                Ok(Self(Some(B::from_request(rqctx, request).await?)))
            }

            fn metadata(
                content_type: dropshot::ApiEndpointBodyContentType,
            ) -> dropshot::ExtractorMetadata {
                B::metadata(content_type)
            }
        }
    }
}
