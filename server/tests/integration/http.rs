//! Raw HTTP, so that a test decides about every byte.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Sends one request on a connection of its own and reads to the end.
pub(crate) async fn send(base_url: &str, request: Vec<u8>) -> Answer {
    let address = base_url.trim_start_matches("http://").to_owned();
    tokio::task::spawn_blocking(move || exchange(&address, &request)).await.unwrap()
}

/// A request with a body.
pub(crate) async fn post(base_url: &str, content_type: &str, body: &[u8]) -> Answer {
    let mut request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    send(base_url, request).await
}

/// A login with JSON.
pub(crate) async fn log_in(base_url: &str, body: Value) -> Answer {
    post(base_url, "application/json", body.to_string().as_bytes()).await
}

/// A call with the headers of a session.
pub(crate) async fn call(base_url: &str, method_and_path: &str, login: &Value) -> Answer {
    let header = |name: &str| login["data"][name].as_str().unwrap_or_default().to_owned();
    let request = format!(
        "{method_and_path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-user-id: {}\r\n\
         X-AUTH-TOKEN: {}\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        header("userId"),
        header("authToken")
    );
    send(base_url, request.into_bytes()).await
}

/// A plain `GET`: the head in lower case, and the body as it is.
pub(crate) async fn get_text(base_url: &str, path: &str) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    send_text(base_url, request).await
}

/// Any request: the head of the response in lower case, and the body as it is.
pub(crate) async fn send_text(base_url: &str, request: String) -> (String, String) {
    let address = base_url.trim_start_matches("http://").to_owned();
    let exchange = move || exchange_text(&address, request.as_bytes());
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

fn exchange(address: &str, request: &[u8]) -> Answer {
    let (head, body) = exchange_text(address, request);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: serde_json::from_str(&body).unwrap() }
}

fn exchange_text(address: &str, request: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}
