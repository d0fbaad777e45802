//! The head of a request as it came over the wire: hyper keeps no name's capital letters.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// No head is longer; what stands before so much is the body of the request before.
const MAX_HEARD: usize = 64 << 10;

/// A connection that remembers what was read since somebody asked.
pub(super) struct Heard {
    stream: TcpStream,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Heard {
    /// The connection, and what was read from it; whoever serves a request takes that out, so that
    /// what is there belongs to the next one.
    pub(super) fn new(stream: TcpStream) -> (Self, Arc<Mutex<Vec<u8>>>) {
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        (Self { stream, heard: Arc::clone(&heard) }, heard)
    }
}

/// The names of the headers in the head of a request. Of a connection's next requests there may be
/// the end of a body in front, so that the head is what begins with the last line of a request.
pub(super) fn names(heard: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(heard);
    let head = text.rfind(" HTTP/1.").map_or("", |at| &text[at..]);
    let lines = head.split("\r\n").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Ok(mut heard) = self.heard.lock() {
            heard.extend_from_slice(&buffer.filled()[before..]);
            let too_long = heard.len().saturating_sub(MAX_HEARD);
            heard.drain(..too_long);
        }
        read
    }
}

impl AsyncWrite for Heard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_letters() {
        let head = b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX-Auth-Token: b:c\r\n\r\nbody: x";
        assert_eq!(names(head), ["Host", "X-Auth-Token"]);
        let next = b"the end of a body\r\nx: yGET /me HTTP/1.1\r\nx-user-id: a\r\n\r\n";
        assert_eq!(names(next), ["x-user-id"]);
        assert!(names(b"no head").is_empty());
    }
}
