//! Sends one request and reads the whole response.

use reqwest::RequestBuilder;

#[cfg(not(target_arch = "wasm32"))]
use crate::retry::Retry;
use crate::{
    error::{Error, Protocol, Transport},
    response::{Body, Response},
    retry::Safety,
};

/// Sends the request, and retries where the policy allows it.
///
/// Only a retry keeps the request, which is a large value; a sent request is a pointer. This keeps
/// the future of a login small enough for the fast path of the allocator.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn send(
    request: RequestBuilder,
    limit: usize,
    retry: Option<&Retry>,
    safety: Safety,
) -> impl Future<Output = Result<Response, Error>> {
    let mode = match retry {
        None => Mode::Once(request.send()),
        Some(retry) => {
            Mode::WithRetries(Box::pin(send_with_retries(request, limit, retry, safety)))
        }
    };
    async move {
        match mode {
            Mode::Once(sent) => receive(sent, limit).await,
            Mode::WithRetries(outcome) => outcome.await,
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
enum Mode<Sent, Outcome> {
    Once(Sent),
    WithRetries(Outcome),
}

/// Sends once: in a browser there is no timer to wait with.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn send(
    request: RequestBuilder,
    limit: usize,
    _retry: Option<&crate::Retry>,
    _safety: Safety,
) -> Result<Response, Error> {
    receive(request.send(), limit).await
}

#[cfg(not(target_arch = "wasm32"))]
async fn send_with_retries(
    request: RequestBuilder,
    limit: usize,
    retry: &Retry,
    safety: Safety,
) -> Result<Response, Error> {
    let mut attempt = 0;
    loop {
        let Some(again) = request.try_clone() else {
            return receive(request.send(), limit).await;
        };
        let outcome = receive(again.send(), limit).await;
        let Some(wait) = retry.wait_after(attempt, safety, &outcome) else { return outcome };
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// Waits for the response to a request and reads its whole body.
async fn receive(
    sent: impl Future<Output = reqwest::Result<reqwest::Response>>,
    limit: usize,
) -> Result<Response, Error> {
    let failed = |error| Error::Transport(Transport::new(error));
    let mut response = sent.await.map_err(failed)?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    #[cfg(not(target_arch = "wasm32"))]
    let body = read(&mut response, limit).await.map_err(failed)?;
    #[cfg(target_arch = "wasm32")]
    let body = read(response, limit).await.map_err(failed)?;
    let Some(body) = body else {
        return Err(Error::Protocol(Protocol {
            status,
            pointer: None,
            expected: format!("a body of at most {limit} bytes"),
            found: "a longer one".to_owned(),
        }));
    };
    Ok(Response { status, headers, body })
}

/// Reads the body; `None` if it is longer than the limit, which protects the memory of the client.
#[cfg(not(target_arch = "wasm32"))]
async fn read(response: &mut reqwest::Response, limit: usize) -> reqwest::Result<Option<Body>> {
    let announced = response.content_length().unwrap_or(0);
    let Some(announced) = usize::try_from(announced).ok().filter(|length| *length <= limit) else {
        return Ok(None);
    };
    // The server may announce more than it sends. Growing from 64 KiB costs little.
    let mut body = Body(Vec::with_capacity(announced.min(64 * 1024)));
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.0.len() {
            return Ok(None);
        }
        body.0.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// A browser reads the whole body before the limit can be checked.
#[cfg(target_arch = "wasm32")]
async fn read(response: reqwest::Response, limit: usize) -> reqwest::Result<Option<Body>> {
    let body = response.bytes().await?;
    Ok((body.len() <= limit).then(|| Body(body.to_vec())))
}
