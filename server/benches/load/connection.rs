//! One kept connection, as cheap as can be: what the generator spends, the server lacks.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Far beyond any goal: what takes so long has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// An answer; its bytes are those of the connection until the next exchange.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream, answer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a whole request and reads the whole answer to it.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.answer.clear();
        let mut chunk = [0; 8 * 1024];
        let mut expected = None;
        loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.answer.extend_from_slice(&chunk[..read]);
            if expected.is_none() {
                expected = measure(&self.answer)?;
            }
            if let Some(Measured { status, head, whole }) = expected
                && self.answer.len() >= whole
            {
                let (head, body) = self.answer.split_at(head);
                let head = str::from_utf8(head).map_err(io::Error::other)?;
                return Ok(Answer { status, head, body });
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

/// How long the answer is, once its head is there.
fn measure(answer: &[u8]) -> io::Result<Option<Measured>> {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let odd = || io::Error::other("the answer has no status or no length");
    let text = str::from_utf8(&answer[..head]).map_err(io::Error::other)?;
    let status = text.get(9..12).and_then(|digits| digits.parse().ok()).ok_or_else(odd)?;
    let length: usize = text
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .ok_or_else(odd)?;
    Ok(Some(Measured { status, head: head + 4, whole: head + 4 + length }))
}
