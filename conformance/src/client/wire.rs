//! A server that says what it is told and remembers what it was sent, byte by byte.

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

/// No request of the client is longer.
const MAX_REQUEST: usize = 1 << 20;

/// A server on a free port of the loopback interface; it ends when it is dropped.
pub struct Wire {
    base_url: String,
    script: Arc<Mutex<Script>>,
    task: AbortHandle,
}

#[derive(Default)]
struct Script {
    response: Vec<u8>,
    seen: Vec<Request>,
}

impl Wire {
    /// Starts it on a runtime, which must be driven for it to answer.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(runtime: &Runtime) -> io::Result<Self> {
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let script = Arc::new(Mutex::new(Script::default()));
        let served = Arc::clone(&script);
        let task = runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up has nothing more to say.
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Ok(Self { base_url, script, task: task.abort_handle() })
    }

    /// Where it listens.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What it says from now on; forgets what it was sent.
    ///
    /// # Panics
    ///
    /// Where a connection panicked, which none does.
    pub fn say(&self, response: &Response) {
        let mut bytes = format!("HTTP/1.1 {} as told\r\n", response.status).into_bytes();
        for (name, value) in &response.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", response.body.len()).into_bytes());
        bytes.extend_from_slice(&response.body);
        let mut script = self.script.lock().expect("no connection panics");
        script.response = bytes;
        script.seen.clear();
    }

    /// What it was sent since it was told what to say.
    ///
    /// # Panics
    ///
    /// Where a connection panicked, which none does.
    pub fn seen(&self) -> Vec<Request> {
        self.script.lock().expect("no connection panics").seen.clone()
    }
}

impl Drop for Wire {
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
            script.seen.push(request);
            script.response.clone()
        };
        stream.write_all(&response).await?;
    }
    Ok(())
}

/// The next request; `None` where the client has hung up. `read` keeps what lies beyond it.
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
