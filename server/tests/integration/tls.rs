//! HTTPS.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use login_server::{
    config::ConfigTls,
    testing::{TestAccount, TestServer},
};
use rustix::process::Signal;
use rustls::{
    ClientConfig, ClientConnection, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};

use crate::{
    binary::Binary,
    pki::{Authority, Pair},
};

/// Sends a request and returns the response and the server's certificate.
fn exchange(
    address: SocketAddr,
    client: Arc<ClientConfig>,
    request: &str,
) -> std::io::Result<(String, CertificateDer<'static>)> {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut tls = StreamOwned::new(ClientConnection::new(client, name).unwrap(), stream);
    tls.write_all(request.as_bytes())?;
    let mut response = Vec::new();
    // Dropshot closes the connection without a TLS close notification.
    match tls.read_to_end(&mut response) {
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    let leaf = tls.conn.peer_certificates().unwrap()[0].clone().into_owned();
    Ok((String::from_utf8(response).unwrap(), leaf))
}

fn log_in() -> String {
    let body = r#"{"user":"alice","password":"pw"}"#;
    format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn tls(pair: &Pair) -> ConfigTls {
    ConfigTls { certificate: pair.certificate.clone(), key: pair.key.clone() }
}

#[tokio::test]
async fn login_over_https_succeeds() {
    let (authority, files) = (Authority::new(), tempfile::tempdir().unwrap());
    let pair = authority.issue(files.path(), "server");
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .config(|config| config.tls = Some(tls(&pair)))
        .start()
        .await
        .unwrap();
    let address = server.server().local_addr();
    assert_eq!(server.base_url(), format!("https://{address}"));
    let exchanges = move || {
        let stranger = exchange(address, Authority::new().client(), &log_in());
        (exchange(address, authority.client(), &log_in()).unwrap(), stranger)
    };
    let ((response, leaf), stranger) = tokio::task::spawn_blocking(exchanges).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    // Links in the response use https too.
    assert!(response.contains(&format!("https://{address}/avatar/alice")), "{response}");
    assert_eq!(leaf, pair.der);
    assert!(stranger.unwrap_err().to_string().contains("invalid peer certificate"));
}

#[tokio::test]
async fn mismatched_files_are_named() {
    let (authority, files) = (Authority::new(), tempfile::tempdir().unwrap());
    let (one, other) = (authority.issue(files.path(), "one"), authority.issue(files.path(), "two"));
    let nowhere = files.path().join("nowhere.pem");
    let text = files.path().join("text.pem");
    std::fs::write(&text, "hunter2").unwrap();
    for (certificate, key, expected) in [
        (&nowhere, &one.key, "cannot read FILES/nowhere.pem"),
        (&one.certificate, &nowhere, "cannot read FILES/nowhere.pem"),
        (&text, &one.key, "FILES/text.pem contains no certificate"),
        (&one.certificate, &text, "FILES/text.pem contains no private key"),
        (&one.key, &one.key, "FILES/one.key contains no certificate"),
        (&one.certificate, &one.certificate, "FILES/one.pem contains no private key"),
        (&one.certificate, &other.key, "FILES/one.pem and FILES/two.key do not match"),
    ] {
        let config = ConfigTls { certificate: certificate.clone(), key: key.clone() };
        let server = TestServer::builder().config(|server| server.tls = Some(config));
        let error = server.start().await.err().unwrap().to_string();
        assert_eq!(error.replace(files.path().to_str().unwrap(), "FILES"), expected);
    }
}

#[test]
fn sighup_reloads_valid_files_and_keeps_the_old_ones_otherwise() {
    let (authority, files) = (Authority::new(), tempfile::tempdir().unwrap());
    let pair = authority.issue(files.path(), "server");
    let config = format!(
        "[tls]\ncertificate = {:?}\nkey = {:?}\n",
        pair.certificate.to_str().unwrap(),
        pair.key.to_str().unwrap()
    );
    let mut server = Binary::start(&config);
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let leaf = |server: &Binary| exchange(server.address(), authority.client(), request).unwrap().1;
    assert_eq!(leaf(&server), pair.der);

    let renewed = authority.issue(files.path(), "server");
    server.signal(Signal::HUP);
    let deadline = Instant::now() + Duration::from_secs(10);
    while leaf(&server) != renewed.der {
        assert!(Instant::now() < deadline, "the certificate is still the old one");
    }

    std::fs::write(&pair.key, "no key").unwrap();
    server.signal(Signal::HUP);
    server.wait_for_log("the old one stays in use");
    assert_eq!(leaf(&server), renewed.der);
    assert_eq!(server.terminate(), Some(0));
}
