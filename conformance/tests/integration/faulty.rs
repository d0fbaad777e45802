//! The real server behind a proxy that adds one fault.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpListener;

/// Changes an answer; sees the request's path and body too.
pub(crate) type Fault = fn(&str, &[u8], Response<Bytes>) -> Response<Bytes>;

/// Starts the proxy on a free port and says where; it ends with its runtime.
pub(crate) async fn proxy(upstream: String, fault: Fault) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let upstream = Arc::new(upstream);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (client, upstream) = (client.clone(), Arc::clone(&upstream));
            let service = service_fn(move |request: Request<Incoming>| {
                let (client, upstream) = (client.clone(), Arc::clone(&upstream));
                async move {
                    let (mut head, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let path = head.uri.path().to_owned();
                    head.uri = format!("{upstream}{path}").parse().unwrap();
                    head.headers.remove("host");
                    let request = Request::from_parts(head, Full::new(body.clone()));
                    let (mut head, answer) = client.request(request).await.unwrap().into_parts();
                    let answer = answer.collect().await.unwrap().to_bytes();
                    head.headers.remove("content-length");
                    let answer = fault(&path, &body, Response::from_parts(head, answer));
                    Ok::<_, Infallible>(answer.map(Full::new))
                }
            });
            tokio::spawn(async move {
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    format!("http://{address}")
}
