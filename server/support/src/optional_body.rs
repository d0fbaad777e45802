//! Optional bodies.

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError,
    RequestContext, ServerContext, UntypedBody,
};
use http::Request;

/// A body that may be absent. An empty body counts as absent.
#[derive(Debug)]
pub struct OptionalBody<B>(pub Option<B>);

#[async_trait]
impl<B: ExclusiveExtractor> ExclusiveExtractor for OptionalBody<B> {
    async fn from_request<C: ServerContext>(
        rqctx: &RequestContext<C>,
        request: Request<Body>,
    ) -> Result<Self, HttpError> {
        let (parts, body) = request.into_parts();
        let bytes = UntypedBody::from_request(rqctx, Request::new(body)).await?;
        if bytes.as_bytes().is_empty() {
            return Ok(Self(None));
        }
        let body = Body::from(bytes.as_bytes().to_vec());
        let request = Request::from_parts(parts, body);
        Ok(Self(Some(B::from_request(rqctx, request).await?)))
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        B::metadata(content_type)
    }
}
