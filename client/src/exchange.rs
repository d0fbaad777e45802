//! One request out, one whole answer in.

use reqwest::{RequestBuilder, Response};
use zeroize::Zeroizing;

#[cfg(not(target_arch = "wasm32"))]
use crate::retry::Retry;
use crate::{
    answer::Answer,
    error::{Error, Protocol, Transport},
    retry::Safety,
};

/// Sends, and sends again where the policy says so.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn send(
    request: RequestBuilder,
    limit: usize,
    retry: Option<&Retry>,
    safety: Safety,
) -> Result<Answer, Error> {
    let Some(retry) = retry else { return send_once(request, limit).await };
    let mut attempt = 0;
    loop {
        let Some(again) = request.try_clone() else { return send_once(request, limit).await };
        let outcome = send_once(again, limit).await;
        let Some(wait) = retry.wait_after(attempt, safety, &outcome) else { return outcome };
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// Sends once: a browser's client has no timer of ours.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn send(
    request: RequestBuilder,
    limit: usize,
    _retry: Option<&crate::Retry>,
    _safety: Safety,
) -> Result<Answer, Error> {
    send_once(request, limit).await
}

async fn send_once(request: RequestBuilder, limit: usize) -> Result<Answer, Error> {
    let failed = |error| Error::Transport(Transport::new(error));
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let body = read(response, limit).await.map_err(failed)?;
    let Some(body) = body else {
        return Err(Error::Protocol(Protocol {
            status,
            pointer: None,
            expected: format!("a body of at most {limit} bytes"),
            found: "a longer one".to_owned(),
        }));
    };
    Ok(Answer { status, headers, body })
}

/// The whole body, or `None` where it is longer than the limit: a server must not fill our memory.
#[cfg(not(target_arch = "wasm32"))]
async fn read(mut response: Response, limit: usize) -> reqwest::Result<Option<Zeroizing<Vec<u8>>>> {
    let announced = response.content_length().unwrap_or(0);
    let Some(announced) = usize::try_from(announced).ok().filter(|length| *length <= limit) else {
        return Ok(None);
    };
    // The length is claimed, not yet sent; growing from 64 KiB costs little.
    let mut body = Zeroizing::new(Vec::with_capacity(announced.min(64 * 1024)));
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// A browser hands over the whole body at once.
#[cfg(target_arch = "wasm32")]
async fn read(response: Response, limit: usize) -> reqwest::Result<Option<Zeroizing<Vec<u8>>>> {
    let body = response.bytes().await?;
    Ok((body.len() <= limit).then(|| Zeroizing::new(body.to_vec())))
}
