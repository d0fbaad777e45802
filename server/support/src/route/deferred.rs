//! Extractors that only describe what a handler extracts later.

use std::marker::PhantomData;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError,
    RequestContext, ServerContext, SharedExtractor,
};
use http::Request;

/// Describes the parameters of `E` in Dropshot's document, but extracts nothing.
pub struct Deferred<E>(PhantomData<fn() -> E>);

#[async_trait]
impl<E: SharedExtractor> SharedExtractor for Deferred<E> {
    async fn from_request<C: ServerContext>(_: &RequestContext<C>) -> Result<Self, HttpError> {
        Ok(Self(PhantomData))
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <E as SharedExtractor>::metadata(content_type)
    }
}

/// Describes the body `B` in Dropshot's document, and keeps the request from which a body is extracted.
pub struct DeferredBody<B> {
    request: Request<Body>,
    described: PhantomData<fn() -> B>,
}

impl<B> DeferredBody<B> {
    /// The request.
    pub fn into_inner(self) -> Request<Body> {
        self.request
    }
}

#[async_trait]
impl<B: ExclusiveExtractor> ExclusiveExtractor for DeferredBody<B> {
    async fn from_request<C: ServerContext>(
        _: &RequestContext<C>,
        request: Request<Body>,
    ) -> Result<Self, HttpError> {
        Ok(Self { request, described: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        B::metadata(content_type)
    }
}
