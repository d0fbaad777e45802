//! A TCP stream that records the bytes it reads, because hyper lowercases header names, and that can read them
//! wrongly, because hyper reads them right.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The most bytes that are kept. A head is shorter; older bytes belong to the body of an earlier request.
const MAX_RECORDED_BYTES: usize = 64 << 10;

/// How a mutant reads the bytes of requests. It changes bytes in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// As they are.
    Right,
    /// Blanks for a part of a request that comes after a pause.
    FirstPacket,
    /// Without the `Transfer-Encoding` of a request that also has a `Content-Length`.
    LengthFirst,
}

/// A pause between two packets is longer.
const PAUSE: Duration = Duration::from_millis(50);

impl Framing {
    /// Changes the bytes of one read. `after` is the time since the read before.
    fn change(self, bytes: &mut [u8], after: Duration) {
        let first_line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let is_head = first_line.windows(8).any(|window| window == b" HTTP/1.");
        match self {
            Self::FirstPacket if !is_head && after > PAUSE => bytes.fill(b' '),
            Self::LengthFirst if is_head => {
                let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
                let encoding = text.find("\r\ntransfer-encoding:");
                if let Some(at) = encoding.filter(|_| text.contains("\r\ncontent-length:")) {
                    bytes[at + 2] = b'X';
                }
            }
            Self::Right | Self::FirstPacket | Self::LengthFirst => {}
        }
    }
}

/// A stream that keeps the bytes read since they were last taken out.
pub(super) struct RecordedStream {
    stream: TcpStream,
    recorded: Arc<Mutex<Vec<u8>>>,
    framing: Framing,
    last_read: Instant,
}

impl RecordedStream {
    /// Returns the stream and its recorded bytes. The handler of a request takes the bytes out, so
    /// that the bytes recorded afterwards belong to the next request.
    pub(super) fn new(stream: TcpStream, framing: Framing) -> (Self, Arc<Mutex<Vec<u8>>>) {
        let recorded = Arc::<Mutex<Vec<u8>>>::default();
        let last_read = Instant::now();
        (Self { stream, recorded: Arc::clone(&recorded), framing, last_read }, recorded)
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
        if buffer.filled().len() > before {
            let after = self.last_read.elapsed();
            self.framing.change(&mut buffer.filled_mut()[before..], after);
            self.last_read = Instant::now();
        }
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
    fn framing_changes_only_what_it_is_about() {
        let both = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n";
        let changed = |framing: Framing, bytes: &[u8], after| {
            let mut bytes = bytes.to_vec();
            framing.change(&mut bytes, after);
            bytes
        };
        let (soon, late) = (Duration::ZERO, PAUSE * 2);
        let by_length = changed(Framing::LengthFirst, both, late);
        assert!(by_length.windows(17).any(|window| window == b"Xransfer-Encoding"));
        let chunked = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(changed(Framing::LengthFirst, chunked, late), chunked);
        assert_eq!(changed(Framing::FirstPacket, both, late), both);
        assert_eq!(changed(Framing::FirstPacket, b"{}", soon), b"{}");
        assert_eq!(changed(Framing::FirstPacket, b"{}", late), b"  ");
        assert_eq!(changed(Framing::Right, b"{}", late), b"{}");
    }

    #[test]
    fn header_names_keep_their_case() {
        let head = b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX-Auth-Token: b:c\r\n\r\nbody: x";
        assert_eq!(header_names(head), ["Host", "X-Auth-Token"]);
        let next = b"the end of a body\r\nx: yGET /me HTTP/1.1\r\nx-user-id: a\r\n\r\n";
        assert_eq!(header_names(next), ["x-user-id"]);
        assert!(header_names(b"no head").is_empty());
    }
}
