//! A server that sends one scripted response per connection and records the requests.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

/// Longer than any exchange on one machine takes, so that a hang fails a test without blocking the
/// run.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct Mock {
    address: std::net::SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    server: tokio::task::JoinHandle<()>,
}

/// A request that a client sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Mock {
    /// Sends the next of these responses on each connection, and closes further connections without
    /// one.
    pub(crate) async fn start(responses: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let mut responses: VecDeque<Vec<u8>> = responses.into_iter().map(Into::into).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let recorded = Arc::clone(&requests);
        let server = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(response) = responses.pop_front() else { continue };
                if let Ok(Some(request)) = timeout(TIMEOUT, read(&mut connection)).await {
                    recorded.lock().unwrap().push(request);
                    // The client may close the connection early when the bytes are not HTTP.
                    let _ = connection.write_all(&response).await;
                    let _ = connection.shutdown().await;
                }
            }
        });
        Self { address, requests, server }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Request {
    /// The value of a header; panics if it is absent.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.find_header(name).unwrap_or_else(|| panic!("no {name} in {}", self.headers))
    }

    pub(crate) fn find_header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// A base URL where connections are refused while the socket lives. The socket reserves the port,
/// so no other test gets it, but does not listen.
pub(crate) fn unused_address() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base_url = format!("http://{}", socket.local_addr().unwrap());
    (socket, base_url)
}

/// A response with a JSON body.
pub(crate) fn json(status: u16, body: impl std::fmt::Display) -> Vec<u8> {
    with_headers(status, "Content-Type: application/json\r\n", body)
}

pub(crate) fn with_headers(status: u16, headers: &str, body: impl std::fmt::Display) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// The smallest response of a successful login.
pub(crate) fn logged_in() -> Vec<u8> {
    json(200, r#"{"status":"success","data":{"userId":"u1","authToken":"t1"}}"#)
}

async fn read(connection: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
            let request = Request { line: line.into(), headers: headers.into(), body: body.into() };
            let length = request.find_header("content-length").map_or(0, |n| n.parse().unwrap());
            if request.body.len() >= length {
                return Some(request);
            }
        }
        if connection.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
