//! One request out, one whole response in.

use reqwest::RequestBuilder;

#[cfg(not(target_arch = "wasm32"))]
use crate::retry::Retry;
use crate::{
    error::{Error, Protocol, Transport},
    response::{Body, Response},
    retry::Safety,
};

/// Sends, and sends again where the policy says so.
///
/// A request is a large value and a sent one is a pointer, so only the patient way keeps the former: a
/// login's future stays small enough for the allocator's quick path.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn send(
    request: RequestBuilder,
    limit: usize,
    retry: Option<&Retry>,
    safety: Safety,
) -> impl Future<Output = Result<Response, Error>> {
    let way = match retry {
        None => Way::Once(request.send()),
        Some(retry) => Way::Patiently(Box::pin(send_patiently(request, limit, retry, safety))),
    };
    async move {
        match way {
            Way::Once(sent) => receive(sent, limit).await,
            Way::Patiently(outcome) => outcome.await,
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
enum Way<Sent, Outcome> {
    Once(Sent),
    Patiently(Outcome),
}

/// Sends once: a browser's client has no timer of ours.
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
async fn send_patiently(
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

/// The whole response to a request that is on its way.
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

/// The whole body, or `None` where it is longer than the limit: a server must not fill our memory.
#[cfg(not(target_arch = "wasm32"))]
async fn read(response: &mut reqwest::Response, limit: usize) -> reqwest::Result<Option<Body>> {
    let announced = response.content_length().unwrap_or(0);
    let Some(announced) = usize::try_from(announced).ok().filter(|length| *length <= limit) else {
        return Ok(None);
    };
    // The length is claimed, not yet sent; growing from 64 KiB costs little.
    let mut body = Body(Vec::with_capacity(announced.min(64 * 1024)));
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.0.len() {
            return Ok(None);
        }
        body.0.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// A browser hands over the whole body at once.
#[cfg(target_arch = "wasm32")]
async fn read(response: reqwest::Response, limit: usize) -> reqwest::Result<Option<Body>> {
    let body = response.bytes().await?;
    Ok((body.len() <= limit).then(|| Body(body.to_vec())))
}
