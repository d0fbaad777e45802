//! The checks that every request passes before its handler.
//!
//! Dropshot's router responds to an unknown path with its own body, and accepts many spellings of a
//! path. A proxy that guards `/api/v1/login` does not recognise `/api//v1/%6cogin`. Dropshot
//! therefore gets a single endpoint for all paths. That endpoint checks the request and looks up
//! the operation in a second router, whose errors it can convert to this API's responses.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, ApiEndpoint, ApiEndpointBodyContentType,
    ApiEndpointVersions, Body, HttpError, HttpResponse as _, Method, Path, RawRequest,
    RequestContext, RequestEndpointMetadata, RequestInfo, SharedExtractor as _,
};
use http::{
    StatusCode, Version,
    header::{ALLOW, HOST, HeaderMap, HeaderValue},
    uri::Authority,
};
use percent_encoding::{percent_decode_str, percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ApiContext, ApiError, PATH_SEGMENT, error, response};

/// The methods to register, because Dropshot has no wildcard. Dropshot itself refuses other methods
/// with 405.
const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
    Method::CONNECT,
];

/// The path parameter of the single endpoint. It is not read, because the checks use the request's
/// path.
#[derive(Deserialize, JsonSchema)]
struct EveryPath {
    #[expect(dead_code, reason = "Dropshot wants a parameter for each part of a path")]
    path: Vec<String>,
}

/// Puts the checks before these operations.
pub(super) fn before(
    operations: ApiDescription<ApiContext>,
) -> Result<ApiDescription<ApiContext>, ApiDescriptionRegisterError> {
    let router = Arc::new(operations.into_router());
    let mut front = ApiDescription::new();
    for method in METHODS {
        let router = Arc::clone(&router);
        // A path without variables is looked up once, because a look-up costs as much as a check of
        // the rest of the request.
        let fixed: Arc<HashMap<String, _>> = Arc::new(
            router
                .endpoints(None)
                .filter(|(path, of, _)| *of == method.as_str() && is_normal(path))
                .filter_map(|(path, ..)| {
                    let found = router.lookup_route(&method, path.as_str().into(), None);
                    Some((path, found.ok()?))
                })
                .collect(),
        );
        let handle = move |mut rqctx: RequestContext<ApiContext>, raw: RawRequest| {
            let (router, fixed) = (Arc::clone(&router), Arc::clone(&fixed));
            async move {
                let (context, request) = (rqctx.context(), &rqctx.request);
                let _in_flight = context.in_flight.begin();
                let trusted = &context.trusted_proxies;
                context.proxy_detector.observe(request, trusted, &rqctx.server.log);
                if let Err(reason) = check_host(request) {
                    return refused(bad_request(reason));
                }
                let path = request.uri().path();
                let found = match fixed.get(path) {
                    Some(found) => Ok((Arc::clone(&found.handler), copy_of(&found.endpoint))),
                    None => check_path(path)
                        .and_then(|()| router.lookup_route(request.method(), path.into(), None))
                        .map(|found| (found.handler, found.endpoint)),
                };
                let (handler, endpoint) = match found {
                    Ok(found) => found,
                    Err(error) => return refused(error),
                };
                rqctx.endpoint = endpoint;
                // Handlers convert all of their refusals to responses. What remains is a parameter
                // that an extractor could not read, and Dropshot does not say which.
                let response = handler.handle_request(rqctx, raw.into_inner()).await;
                response
                    .or_else(|_| refused(bad_request("a parameter of the request is malformed")))
            }
        };
        let id = format!("every_path_by_{}", method.as_str().to_ascii_lowercase());
        let (json, all) = ("application/json", ApiEndpointVersions::All);
        let mut endpoint = ApiEndpoint::new(id, handle, method, json, "/{path:.*}", all);
        endpoint.parameters =
            Path::<EveryPath>::metadata(ApiEndpointBodyContentType::Json).parameters;
        front.register(endpoint.visible(false))?;
    }
    Ok(front)
}

/// A copy of what the router found for a path without variables.
fn copy_of(endpoint: &RequestEndpointMetadata) -> RequestEndpointMetadata {
    RequestEndpointMetadata {
        operation_id: endpoint.operation_id.clone(),
        variables: BTreeMap::new(),
        body_content_type: endpoint.body_content_type.clone(),
        request_body_max_bytes: endpoint.request_body_max_bytes,
    }
}

fn check_path(path: &str) -> Result<(), HttpError> {
    if is_normal(path) {
        return Ok(());
    }
    Err(HttpError::for_not_found(None, "the path is not in its normal form".to_owned()))
}

/// Checks `Host` as RFC 9112, section 3.2, requires: there is exactly one, and it equals the host
/// of the target if that has one.
///
/// Otherwise a proxy could decide by one host while the server uses the other.
fn check_host(request: &RequestInfo) -> Result<(), &'static str> {
    let target = request.uri().authority();
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (_, Some(_)) => return Err("the request names its host twice"),
        (Some(host), None) => {
            let host = Authority::try_from(host.as_bytes());
            Some(host.map_err(|_| "the header Host holds no host")?)
        }
        (None, None) => None,
    };
    let Some(named) = target.or(host.as_ref()) else {
        let may_be_absent = request.version() <= Version::HTTP_10;
        return if may_be_absent { Ok(()) } else { Err("the request names no host") };
    };
    if host.as_ref().is_some_and(|host| host != named) {
        return Err("the header Host and the target of the request name different hosts");
    }
    if named.as_str().contains('@') {
        return Err("there is a user before the host");
    }
    Ok(())
}

/// Whether a path is in the normal form of RFC 3986, section 6.2.2: no unnecessary escapes, no
/// empty segments, no `.` or `..`.
fn is_normal(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|segments| {
        segments.split('/').all(|segment| {
            let decoded: Cow<'_, [u8]> = percent_decode_str(segment).into();
            let encoded: Cow<'_, str> = percent_encode(&decoded, PATH_SEGMENT).into();
            !["", ".", ".."].contains(&segment) && encoded == segment
        })
    })
}

fn bad_request(message: &str) -> HttpError {
    HttpError::for_bad_request(None, message.to_owned())
}

/// Converts a refusal by Dropshot or a check to an error response of this API.
fn refused(error: HttpError) -> Result<http::Response<Body>, ApiError> {
    let allow = error.headers.as_deref().and_then(allowed_methods);
    let error = match error.status_code.as_status() {
        StatusCode::NOT_FOUND => error::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => error::method_not_allowed(),
        _ => ApiError::from(error),
    };
    let mut response = response::pack(Err::<http::Response<Body>, _>(error), None).to_result()?;
    if let Some(allow) = allow {
        response.headers_mut().insert(ALLOW, allow);
    }
    Ok(response)
}

/// Joins the allowed methods, which Dropshot puts into separate headers.
fn allowed_methods(headers: &HeaderMap) -> Option<HeaderValue> {
    let methods: Vec<&[u8]> = headers.get_all(ALLOW).iter().map(HeaderValue::as_bytes).collect();
    if methods.is_empty() { None } else { HeaderValue::from_bytes(&methods.join(&b", "[..])).ok() }
}

#[cfg(test)]
mod tests {
    use super::is_normal;

    #[test]
    fn path_is_normal_in_exactly_one_spelling() {
        for path in ["/a", "/a/b", "/a.b/..c", "/a%2Fb", "/%C3%AB", "/%25", "/a:b@c;d=!$&'()*+,"] {
            assert!(is_normal(path), "{path}");
        }
        for path in [
            "", "*", "a", "/", "//", "/a/", "//a", "/a//b", "/.", "/a/..", "/%2E", "/%61", "/%7E",
            "/%2f", "/%c3%AB", "/%", "/%4", "/%zz", "/ë", "/a|b", "/a%3Bb", "/a%40b",
        ] {
            assert!(!is_normal(path), "{path}");
        }
    }
}
