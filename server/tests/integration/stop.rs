//! Stopping the server: what it waits for, and what it does not.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use rustix::process::Signal;

use crate::{binary::Binary, connections::split_login};

/// Long enough to tell an immediate stop from one after the timeout.
const STOP_TIMEOUT: &str = "[server]\nstop_timeout_seconds = 5\nbody_timeout_seconds = 600\n";
/// The client preface of HTTP/2 and an empty `SETTINGS` frame (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    connection
}

/// Waits until the server has read everything that was sent, because it serves connections in
/// order.
fn wait_until_all_is_read(address: SocketAddr) {
    let mut later = connect(address);
    later.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut healthy = String::new();
    later.read_to_string(&mut healthy).unwrap();
    assert!(healthy.starts_with("HTTP/1.1 200 "), "{healthy}");
}

/// A client that has sent part of a request line.
fn send_partial_request_line(address: SocketAddr) -> TcpStream {
    let mut connection = connect(address);
    connection.write_all(b"POST /api/v1/lo").unwrap();
    connection
}

/// A client that uses HTTP/2 and sends no request.
fn connect_idle_http2(address: SocketAddr) -> TcpStream {
    let mut connection = connect(address);
    connection.write_all(HTTP2_PREFACE).unwrap();
    // The server's SETTINGS frame shows that it treats the connection as HTTP/2.
    let mut frame = [0; 9];
    connection.read_exact(&mut frame).unwrap();
    assert_eq!(frame[3], 4, "{frame:?}");
    connection
}

/// A client that sends requests without reading responses, until the server accepts no more data.
fn connect_and_stop_reading(address: SocketAddr) -> TcpStream {
    let mut connection = connect(address);
    connection.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    loop {
        match connection.write_all(&request) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return connection;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn assert_stops_at_once(mut server: Binary) {
    wait_until_all_is_read(server.address());
    assert_eq!(server.terminate(), Some(0));
    let log = server.rest_of_log();
    assert!(!log.contains("in flight") && !log.contains("panicked"), "{log}");
}

#[test]
fn partial_request_line_does_not_count_as_in_flight() {
    let server = Binary::start(STOP_TIMEOUT);
    let _connection = send_partial_request_line(server.address());
    assert_stops_at_once(server);
}

#[test]
fn idle_http2_connection_does_not_count_as_in_flight() {
    let server = Binary::start(STOP_TIMEOUT);
    let _connection = connect_idle_http2(server.address());
    assert_stops_at_once(server);
}

#[test]
fn client_that_stops_reading_does_not_block_the_stop() {
    let server = Binary::start(STOP_TIMEOUT);
    let _connection = connect_and_stop_reading(server.address());
    assert_stops_at_once(server);
}

#[test]
fn login_in_flight_gets_its_response_despite_other_connections() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Binary::start_with(STOP_TIMEOUT, &["--demo"]);
        let address = server.address();
        let _others = (
            connect(address),
            send_partial_request_line(address),
            connect_idle_http2(address),
            connect_and_stop_reading(address),
        );
        let (half, rest) = split_login("alice", "alice-demo");
        let mut in_flight = connect(address);
        in_flight.write_all(half.as_bytes()).unwrap();
        wait_until_all_is_read(address);

        server.signal(signal);
        server.wait_for_log("beginning graceful shutdown");
        in_flight.write_all(rest.as_bytes()).unwrap();
        let mut response = String::new();
        in_flight.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        assert!(response.contains("authToken"), "the response is whole: {response}");
        assert_eq!(server.wait(), Some(0));
    }
}

#[test]
fn stop_ends_after_its_timeout() {
    let config = "[server]\nstop_timeout_seconds = 1\nbody_timeout_seconds = 600\n";
    let mut server = Binary::start(config);
    let mut in_flight = connect(server.address());
    in_flight.write_all(split_login("alice", "pw").0.as_bytes()).unwrap();
    wait_until_all_is_read(server.address());
    server.signal(Signal::TERM);
    server.wait_for_log("error: requests in flight did not end in time");
    assert_eq!(server.wait(), Some(1));
    let rest = server.rest_of_log();
    assert!(!rest.contains("panicked"), "{rest}");
}
