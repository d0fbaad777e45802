//! A server that sends a given response and records the requests that it receives.

use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::AbortHandle,
};

use specfirst_engine::http::{case::Request, response::Response};

/// The most bytes of a request.
const MAX_REQUEST: usize = 1 << 20;

/// A server on a free port of the loopback interface. It stops when it is dropped.
pub struct MockServer {
    base_url: String,
    script: Arc<Mutex<Script>>,
    task: AbortHandle,
}

#[derive(Default)]
struct Script {
    response: Vec<u8>,
    received: Vec<Request>,
}

impl MockServer {
    /// Starts the server on a runtime. It responds only while the runtime is driven.
    ///
    /// # Errors
    ///
    /// An I/O error if no port is free.
    pub fn start(runtime: &Runtime) -> io::Result<Self> {
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let script = Arc::new(Mutex::new(Script::default()));
        let served = Arc::clone(&script);
        let task = runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The error of a connection that the client closes is ignored.
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Ok(Self { base_url, script, task: task.abort_handle() })
    }

    /// The base URL that the server listens on.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Sets the response to later requests, and clears the recorded requests.
    ///
    /// # Panics
    ///
    /// If a connection panicked, which none does.
    pub fn respond_with(&self, response: &Response) {
        let mut bytes = format!("HTTP/1.1 {} as told\r\n", response.status).into_bytes();
        for (name, value) in &response.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", response.body.len()).into_bytes());
        bytes.extend_from_slice(&response.body);
        let mut script = self.script.lock().expect("no connection panics");
        script.response = bytes;
        script.received.clear();
    }

    /// The requests since the last call of [`MockServer::respond_with`].
    ///
    /// # Panics
    ///
    /// If a connection panicked, which none does.
    pub fn received(&self) -> Vec<Request> {
        self.script.lock().expect("no connection panics").received.clone()
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut read = Vec::new();
    while let Some(request) = request(&mut stream, &mut read).await? {
        let response = {
            let mut script = script.lock().map_err(|_| io::ErrorKind::Other)?;
            script.received.push(request);
            script.response.clone()
        };
        stream.write_all(&response).await?;
    }
    Ok(())
}

/// The next request. `None` if the client has closed the connection. `read` keeps the bytes after it.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let head = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if read.len() > MAX_REQUEST || stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&read[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let mut line = lines.next().unwrap_or_default().split(' ');
    let mut request =
        Request::new(line.next().unwrap_or_default(), line.next().unwrap_or_default());
    request.headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = request.header_value("content-length").and_then(|length| length.parse().ok());
    let end = head + 4 + length.unwrap_or(0_usize).min(MAX_REQUEST);
    while read.len() < end {
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
    let body = Bytes::copy_from_slice(&read[head + 4..end]);
    read.drain(..end);
    if length.is_some_and(|length| length > 0) {
        request.body = Some(body);
    }
    Ok(Some(request))
}
