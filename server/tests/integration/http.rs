//! Raw HTTP, so that tests control every byte.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Sends a request on a new connection and reads the whole response.
pub(crate) async fn send(base_url: &str, request: Vec<u8>) -> Response {
    let address = base_url.trim_start_matches("http://").to_owned();
    tokio::task::spawn_blocking(move || exchange(&address, &request)).await.unwrap()
}

/// Sends a login request with this body.
pub(crate) async fn post(base_url: &str, content_type: &str, body: &[u8]) -> Response {
    let mut request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    send(base_url, request).await
}

/// Sends a login in JSON.
pub(crate) async fn log_in(base_url: &str, body: Value) -> Response {
    post(base_url, "application/json", body.to_string().as_bytes()).await
}

/// Sends a request with the headers of a session.
pub(crate) async fn call(base_url: &str, method_and_path: &str, login: &Value) -> Response {
    let header = |name: &str| login["data"][name].as_str().unwrap_or_default().to_owned();
    let request = format!(
        "{method_and_path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-user-id: {}\r\n\
         X-AUTH-TOKEN: {}\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        header("userId"),
        header("authToken")
    );
    send(base_url, request.into_bytes()).await
}

/// Sends a plain `GET`. Returns the head in lower case and the body.
pub(crate) async fn get_text(base_url: &str, path: &str) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    send_text(base_url, request).await
}

/// Sends a request. Returns the head in lower case and the body.
pub(crate) async fn send_text(base_url: &str, request: String) -> (String, String) {
    let address = base_url.trim_start_matches("http://").to_owned();
    let exchange = move || exchange_text(&address, request.as_bytes());
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

fn exchange(address: &str, request: &[u8]) -> Response {
    let (head, body) = exchange_text(address, request);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head, body: serde_json::from_str(&body).unwrap() }
}

fn exchange_text(address: &str, request: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}
