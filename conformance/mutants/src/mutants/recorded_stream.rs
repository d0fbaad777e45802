//! A TCP stream that records the bytes it reads, because hyper lowercases header names.

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

/// The most bytes that are kept. A head is shorter; older bytes belong to the body of an earlier request.
const MAX_RECORDED_BYTES: usize = 64 << 10;

/// A stream that keeps the bytes read since they were last taken out.
pub(super) struct RecordedStream {
    stream: TcpStream,
    recorded: Arc<Mutex<Vec<u8>>>,
}

impl RecordedStream {
    /// Returns the stream and its recorded bytes. The handler of a request takes the bytes out, so
    /// that the bytes recorded afterwards belong to the next request.
    pub(super) fn new(stream: TcpStream) -> (Self, Arc<Mutex<Vec<u8>>>) {
        let recorded = Arc::<Mutex<Vec<u8>>>::default();
        (Self { stream, recorded: Arc::clone(&recorded) }, recorded)
    }
}

/// The header names of a request, as they were sent. The end of an earlier body may precede the head,
/// so the head starts at the last request line.
pub(super) fn header_names(recorded: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(recorded);
    let head = text.rfind(" HTTP/1.").map_or("", |at| &text[at..]);
    let lines = head.split("\r\n").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
}

impl AsyncRead for RecordedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Ok(mut recorded) = self.recorded.lock() {
            recorded.extend_from_slice(&buffer.filled()[before..]);
            let too_long = recorded.len().saturating_sub(MAX_RECORDED_BYTES);
            recorded.drain(..too_long);
        }
        read
    }
}

impl AsyncWrite for RecordedStream {
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
    fn header_names_keep_their_case() {
        let head = b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX-Auth-Token: b:c\r\n\r\nbody: x";
        assert_eq!(header_names(head), ["Host", "X-Auth-Token"]);
        let next = b"the end of a body\r\nx: yGET /me HTTP/1.1\r\nx-user-id: a\r\n\r\n";
        assert_eq!(header_names(next), ["x-user-id"]);
        assert!(header_names(b"no head").is_empty());
    }
}
