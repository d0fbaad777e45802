//! The mutants that are wrong below HTTP: a relay between the client and the
//! server edits what passes.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::App;
use crate::{crypto, server};

pub const MARK: &str = "%%hex%%";

/// Does this variant need the relay?
pub fn edits(variant: &str) -> bool {
    [
        "body_read_once",
        "head_with_body",
        "length_beats_chunked",
        "silent_close",
        "header_injection",
    ]
    .contains(&variant)
}

pub async fn relay(client: TcpStream, app: Arc<App>) {
    let variant = app.variant;
    let (near, far) = tokio::io::duplex(1 << 20);
    tokio::spawn(server::serve(far, app));
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_out, mut server_in) = tokio::io::split(near);
    let up = tokio::spawn(async move {
        let _ = requests(variant, &mut client_in, &mut server_in).await;
        let _ = server_in.shutdown().await;
    });
    let mut buffer = vec![0; 1 << 20];
    while let Ok(n) = server_out.read(&mut buffer).await {
        if n == 0
            || client_out
                .write_all(&edit_answer(variant, &buffer[..n]))
                .await
                .is_err()
        {
            break;
        }
    }
    let _ = client_out.shutdown().await;
    up.abort();
}

fn edit_answer(variant: &str, data: &[u8]) -> Vec<u8> {
    match variant {
        "silent_close" => match find(data, b"connection: close\r\n") {
            Some(at) => [&data[..at], &data[at + 19..]].concat(),
            None => data.to_vec(),
        },
        "header_injection" => {
            let mark = MARK.as_bytes();
            let Some(at) = find(data, mark) else {
                return data.to_vec();
            };
            let rest = &data[at + mark.len()..];
            let Some(end) = find(rest, mark) else {
                return data.to_vec();
            };
            let raw = crypto::unhex(&String::from_utf8_lossy(&rest[..end]));
            [&data[..at], &raw, &rest[end + mark.len()..]].concat()
        }
        _ => data.to_vec(),
    }
}

async fn requests(
    variant: &str,
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = find(&buffer, b"\r\n\r\n") {
                break at + 4;
            }
            buffer.reserve(1 << 16);
            if from.read_buf(&mut buffer).await? == 0 {
                return to.write_all(&buffer).await;
            }
        };
        let mut rest = buffer.split_off(end);
        let mut head = String::from_utf8_lossy(&buffer).into_owned();
        let mut length = value(&head, "content-length").and_then(|v| v.parse::<usize>().ok());
        let mut skip = 0;
        match variant {
            "head_with_body" if head.starts_with("HEAD ") => head = head.replacen("HEAD", "GET", 1),
            "length_beats_chunked" if length.is_some() => {
                head = without(&head, "transfer-encoding")
            }
            "body_read_once" => {
                if let Some(all) = length.filter(|all| *all > rest.len()) {
                    skip = all - rest.len();
                    length = Some(rest.len());
                    head = without(&head, "content-length");
                    head.truncate(head.len() - 2);
                    head.push_str(&format!("content-length: {}\r\n\r\n", rest.len()));
                }
            }
            _ => {}
        }
        to.write_all(head.as_bytes()).await?;
        if value(&head, "transfer-encoding").is_some() {
            to.write_all(&rest).await?;
            tokio::io::copy(from, to).await?;
            return Ok(());
        }
        let length = length.unwrap_or(0);
        fill(from, &mut rest, length).await?;
        to.write_all(&rest[..length.min(rest.len())]).await?;
        buffer = rest.split_off(length.min(rest.len()));
        fill(from, &mut buffer, skip).await?;
        buffer.drain(..skip.min(buffer.len()));
    }
}

async fn fill(
    from: &mut (impl AsyncReadExt + Unpin),
    buffer: &mut Vec<u8>,
    size: usize,
) -> std::io::Result<()> {
    while buffer.len() < size && from.read_buf(buffer).await? > 0 {}
    Ok(())
}

fn value(head: &str, name: &str) -> Option<String> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn without(head: &str, name: &str) -> String {
    head.split("\r\n")
        .enumerate()
        .filter(|(i, line)| {
            *i == 0
                || !line
                    .split(':')
                    .next()
                    .is_some_and(|key| key.eq_ignore_ascii_case(name))
        })
        .map(|(_, line)| line)
        .collect::<Vec<_>>()
        .join("\r\n")
}

pub fn find(data: &[u8], needle: &[u8]) -> Option<usize> {
    data.windows(needle.len())
        .position(|window| window == needle)
}
