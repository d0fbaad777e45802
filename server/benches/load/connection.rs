//! A keep-alive connection that is as cheap as possible, because the generator takes processor time
//! from the server.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Far longer than any goal, so a request that takes this long has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Connection {
    stream: TcpStream,
    response: Vec<u8>,
}

/// A response, which borrows its bytes from the connection until the next exchange.
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream, response: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a whole request and reads the whole response.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Response<'_>> {
        self.stream.write_all(request)?;
        self.response.clear();
        let mut chunk = [0; 8 * 1024];
        let mut expected = None;
        loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.response.extend_from_slice(&chunk[..read]);
            if expected.is_none() {
                expected = measure(&self.response)?;
            }
            if let Some(Measured { status, head, whole }) = expected
                && self.response.len() >= whole
            {
                let (head, body) = self.response.split_at(head);
                let head = str::from_utf8(head).map_err(io::Error::other)?;
                return Ok(Response { status, head, body });
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Measured {
    status: u16,
    head: usize,
    whole: usize,
}

/// The length of the response, once its head has arrived.
fn measure(response: &[u8]) -> io::Result<Option<Measured>> {
    let Some(head) = response.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let invalid = || io::Error::other("the response has no status or no length");
    let text = str::from_utf8(&response[..head]).map_err(io::Error::other)?;
    let status = text.get(9..12).and_then(|digits| digits.parse().ok()).ok_or_else(invalid)?;
    let length: usize = text
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .ok_or_else(invalid)?;
    Ok(Some(Measured { status, head: head + 4, whole: head + 4 + length }))
}
