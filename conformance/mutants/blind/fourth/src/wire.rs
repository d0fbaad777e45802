//! Connections: hyper, and for two variants a layer of bytes in front of it.

use crate::model::State;
use crate::server;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let state = state.clone();
        tokio::spawn(async move {
            if state.on("header_case_sensitive") || state.on("content_length_in_characters") {
                let (near, far) = tokio::io::duplex(1 << 20);
                let (near_read, near_write) = tokio::io::split(near);
                let (read, write) = stream.into_split();
                let requests = tokio::spawn(copy_messages(read, near_write, state.clone(), true));
                let answers = tokio::spawn(copy_messages(near_read, write, state.clone(), false));
                speak(far, state).await;
                let _ = answers.await;
                requests.abort();
            } else {
                speak(stream, state).await;
            }
        });
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, state: Arc<State>) {
    let identity = Arc::new(Mutex::new(None::<String>));
    let title_case = !state.on("lower_case_headers");
    let service = service_fn(move |request| server::handle(state.clone(), identity.clone(), request));
    let _ = http1::Builder::new()
        .title_case_headers(title_case)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Copies messages with a `Content-Length`; from the first chunked one on, plain bytes.
async fn copy_messages<R, W>(mut from: R, mut to: W, state: Arc<State>, requests: bool)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            if from.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                let _ = to.write_all(&buffer).await;
                let _ = to.shutdown().await;
                return;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let mut length = 0;
        let mut chunked = false;
        for line in head.lines() {
            let (name, value) = line.split_once(':').unwrap_or(("", ""));
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
            chunked |= name.eq_ignore_ascii_case("transfer-encoding");
        }
        while !chunked && buffer.len() < end + length {
            if from.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                break;
            }
        }
        let stop = if chunked { buffer.len() } else { buffer.len().min(end + length) };
        let body = &buffer[end..stop];
        let new_head: String = head
            .split_inclusive("\r\n")
            .filter_map(|line| {
                let name = line.split(':').next().unwrap_or("");
                let lower = name.to_ascii_lowercase();
                if requests && state.on("header_case_sensitive") {
                    let known = ["x-auth-token", "X-Auth-Token", "x-user-id", "X-User-Id"];
                    let ours = lower == "x-auth-token" || lower == "x-user-id";
                    return (!ours || known.contains(&name)).then(|| line.to_owned());
                }
                if !requests && state.on("content_length_in_characters") && lower == "content-length" {
                    let characters = String::from_utf8_lossy(body).chars().count();
                    return Some(format!("Content-Length: {characters}\r\n"));
                }
                Some(line.to_owned())
            })
            .collect();
        if to.write_all(new_head.as_bytes()).await.is_err() || to.write_all(body).await.is_err() {
            return;
        }
        let _ = to.flush().await;
        buffer.drain(..stop);
        if chunked {
            let _ = to.write_all(&buffer).await;
            let _ = tokio::io::copy(&mut from, &mut to).await;
            let _ = to.shutdown().await;
            return;
        }
    }
}
