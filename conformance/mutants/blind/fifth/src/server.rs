//! Listens, reads requests and writes responses.

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Version, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::app::{App, Call};
use crate::reply::{Out, Reply};
use crate::wire;

const BODY_LIMIT: usize = 64 * 1024;
/// Up to here a body is read to its end, so that the client sees the refusal.
const READ_LIMIT: usize = 1024 * 1024;
const LIFE: Duration = Duration::from_secs(600);

/// Serves one variant until the time is over.
pub fn run(variant: &'static str) -> ExitCode {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let base = format!("http://{}", listener.local_addr().expect("an address"));
            let app = Arc::new(App::new(variant, &base));
            println!("{base}");
            let _ = tokio::time::timeout(LIFE, accept(listener, app)).await;
        });
    // Work that still runs on other threads must not hold the end up.
    std::process::exit(0)
}

async fn accept(listener: TcpListener, app: Arc<App>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                let app = app.clone();
                tokio::spawn(async move {
                    if wire::edits(app.variant) {
                        wire::relay(stream, app).await;
                    } else {
                        serve(stream, app).await;
                    }
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Serves one connection.
pub async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, app: Arc<App>) {
    // Only the mutant `connection_remembers_login` writes here.
    let remembered = Arc::new(Mutex::new(None));
    let keep_alive = !app.is("silent_close");
    let service = service_fn(move |request| {
        let (app, remembered) = (app.clone(), remembered.clone());
        async move { Ok::<_, Infallible>(handle(request, app, remembered).await) }
    });
    let _ = http1::Builder::new()
        .half_close(true)
        .keep_alive(keep_alive)
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(20))
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn handle(
    request: Request<Incoming>,
    app: Arc<App>,
    remembered: Arc<Mutex<Option<usize>>>,
) -> Response<Out> {
    let (head, body) = request.into_parts();
    let hosts = head.headers.get_all(header::HOST).iter().count();
    if hosts > 1 || hosts == 0 && head.version == Version::HTTP_11 {
        return Reply::error(400, "bad-request", "One Host header is needed")
            .closing()
            .finish(&app, &head);
    }
    let coding = head.headers.get_all(header::TRANSFER_ENCODING).iter();
    if coding
        .filter(|c| !c.as_bytes().eq_ignore_ascii_case(b"chunked"))
        .count()
        > 0
    {
        return Reply::error(
            501,
            "not-implemented",
            "Only the transfer coding chunked is known",
        )
        .closing()
        .finish(&app, &head);
    }
    let read = Limited::new(body, READ_LIMIT).collect();
    let body = match tokio::time::timeout(Duration::from_secs(20), read).await {
        Ok(Ok(all)) => all.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Reply::error(413, "too-large", "The body is too large")
                .closing()
                .finish(&app, &head);
        }
        Ok(Err(_)) => {
            return Reply::error(400, "bad-request", "The body is broken")
                .closing()
                .finish(&app, &head);
        }
        Err(_) => {
            return Reply::error(408, "timeout", "The body did not come")
                .closing()
                .finish(&app, &head);
        }
    };
    if body.len() > BODY_LIMIT {
        return Reply::error(413, "too-large", "The body is too large").finish(&app, &head);
    }
    let call = Call {
        method: head.method.clone(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        headers: head.headers.clone(),
        body: Bytes::clone(&body),
        remembered,
    };
    app.clone().answer(call).await.finish(&app, &head)
}
