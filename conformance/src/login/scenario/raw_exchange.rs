//! Sends bytes as they are, past every HTTP library, and reads what comes back.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream, ToSocketAddrs as _},
    thread,
    time::{Duration, Instant},
};

use crate::login::{Driver, requests};
use specfirst_engine::{
    http::{response::is_transient, transport::Target},
    runner::{Outlasted, Step, Transient},
};

/// The rule about malformed HTTP.
pub(super) const RULE: &str = "http_is_survived";
/// How long the response to a malformed request may take.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long a second response may take after the first.
const SECOND: Duration = Duration::from_millis(500);
/// The pause between two packets, so that a server reads them one after the other.
const PAUSE: Duration = Duration::from_millis(150);

/// The most bytes that are read before a status line is complete.
const MAX_RESPONSE: usize = 64 << 10;

/// How much of a response is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// The status line.
    Status,
    /// Everything until the server closes the connection.
    Whole,
    /// The same, after the suite has closed its side.
    WholeAfterClose,
    /// Two status lines, or one and what comes within [`SECOND`] after it.
    Second,
}

/// What the server sent.
pub(super) struct Reply {
    pub(super) outcome: Outcome,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    /// What follows the first empty line.
    pub(super) fn body(&self) -> &[u8] {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n");
        end.map_or(&[], |end| &self.bytes[end + 4..])
    }
}

/// How the server reacted to the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Status(u16),
    /// The server closed the connection without a response, which RFC 9112 allows for malformed HTTP.
    Closed,
    /// The server sent nothing for longer than [`PATIENCE`].
    Silence,
}

/// The header lines of every request.
pub(super) fn every_head(target: &Target) -> String {
    let mut lines = format!("Host: {}\r\nConnection: close\r\n", target.authority());
    for header in target.headers() {
        let value = String::from_utf8_lossy(header.value().as_bytes());
        lines += &format!("{}: {value}\r\n", header.name());
    }
    lines
}

/// The statuses of the responses in some bytes, in their order.
pub(super) fn statuses(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split("HTTP/1.1 ").skip(1);
    lines.filter_map(|rest| rest.get(..3)?.parse().ok()).filter(|status| *status >= 200).collect()
}

/// Sends bytes in packets with a pause between them, for a rule. Retries while the target limits requests or is
/// unavailable; `None` if it stays so.
pub(super) fn exchange(
    driver: &mut Driver<'_, '_>,
    target: &Target,
    packets: &[&[u8]],
    read: Read,
    rule: &'static str,
) -> Step<Option<Reply>> {
    let attempt = |driver: &mut Driver<'_, '_>| {
        driver.reserve(requests::LOGIN)?;
        Ok(send(target, packets, read))
    };
    let transient = |reply: &Reply| match reply.outcome {
        Outcome::Status(status) if is_transient(status) => {
            Some(Transient { status, retry_after: None })
        }
        _ => None,
    };
    match driver.outlast(requests::LOGIN, attempt, transient)? {
        Outlasted::Response(reply) | Outlasted::Provoked { response: reply, .. } => {
            driver.run.count_check(rule);
            Ok(Some(reply))
        }
        Outlasted::NoResponse(error) => Err(error.into()),
        Outlasted::NoVerdict(reason) => {
            driver.run.no_verdict_about(rule, &reason);
            Ok(None)
        }
    }
}

fn send(target: &Target, packets: &[&[u8]], read: Read) -> Reply {
    let nothing = |outcome| Reply { outcome, bytes: Vec::new() };
    let address = target.address();
    let connect = || {
        let address = address.to_socket_addrs().ok()?.next()?;
        TcpStream::connect_timeout(&address, PATIENCE).ok()
    };
    let Some(mut stream) = connect() else { return nothing(Outcome::Closed) };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(250)));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let _ = stream.set_nodelay(true);
    // A server may refuse and close the connection before it has read everything, so an error is no
    // failure.
    for (at, packet) in packets.iter().enumerate() {
        if at > 0 {
            thread::sleep(PAUSE);
        }
        let _ = stream.write_all(packet);
    }
    if read == Read::WholeAfterClose {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let (began, mut response, mut first) = (Instant::now(), Vec::new(), None::<Instant>);
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => response.extend_from_slice(&buffer[..count]),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => break,
        }
        // A server that sends this much without a status line does not speak HTTP.
        let is_enough = match read {
            Read::Whole | Read::WholeAfterClose => false,
            Read::Status => status(&response).is_some(),
            Read::Second => {
                first = first.or_else(|| status(&response).map(|_| Instant::now()));
                let is_late = first.is_some_and(|first| first.elapsed() > SECOND);
                is_late || statuses(&response).len() >= 2
            }
        };
        if is_enough || response.len() > MAX_RESPONSE {
            break;
        }
        if began.elapsed() > PATIENCE {
            if status(&response).is_some() {
                break;
            }
            return nothing(Outcome::Silence);
        }
    }
    let outcome = status(&response).map_or(Outcome::Closed, Outcome::Status);
    Reply { outcome, bytes: response }
}

/// The status in the status line, after an interim response if there is one.
fn status(response: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(response);
    let text = text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&text);
    let (line, _) = text.split_once("\r\n")?;
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn each_final_response_has_a_status() {
        let one = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let other = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(statuses([one, other].concat().as_bytes()), [200, 401]);
        assert_eq!(statuses(b"no HTTP"), Vec::<u16>::new());
    }

    #[test]
    fn reading_stops_at_an_endless_status_line() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let target = Target::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        });
        let began = Instant::now();
        let reply = send(&target, &[b"GET / HTTP/1.1\r\n\r\n"], Read::Status);
        assert_eq!(reply.outcome, Outcome::Closed);
        assert!(began.elapsed() < PATIENCE);
    }
}
