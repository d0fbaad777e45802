//! A target with TLS and a certificate of a private authority.

use std::{path::Path, time::Duration};

use login_conformance::login::accounts::Account;
use login_server::{
    config::ConfigTls,
    testing::{TestAccount, TestServer},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use specfirst_engine::{
    http::{
        case::Request,
        transport::{Target, Transport, TransportError},
        trust::{Trust, TrustError},
    },
    redact::Secrets,
    report::exit_code,
    run::RunError,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    run::{options, printed},
    scene::says,
};

const PASSWORD: &str = "correct horse battery";

/// Writes `root.pem`, `other.pem`, `server.pem` and `server.key`.
fn write_certificates(directory: &Path, name: &str) {
    let authority = |file: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap();
        std::fs::write(directory.join(file), root.pem()).unwrap();
        Issuer::new(params, key)
    };
    let issuer = authority("root.pem");
    authority("other.pem");
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    std::fs::write(directory.join("server.pem"), leaf.pem()).unwrap();
    std::fs::write(directory.join("server.key"), key.serialize_pem()).unwrap();
}

/// Writes `server.pem`, which is signed by itself, and `server.key`.
fn write_self_signed(directory: &Path, name: &str, is_ca: IsCa) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.is_ca = is_ca;
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(directory.join("server.pem"), certificate.pem()).unwrap();
    std::fs::write(directory.join("server.key"), key.serialize_pem()).unwrap();
}

/// A server with a certificate of a name, and the directory with the authority that issued it.
fn serve(name: &str) -> (TempDir, Runtime, TestServer) {
    let directory = tempfile::tempdir().unwrap();
    write_certificates(directory.path(), name);
    serve_from(directory)
}

/// A server with the certificate in a directory.
fn serve_from(directory: TempDir) -> (TempDir, Runtime, TestServer) {
    let runtime = Runtime::new().unwrap();
    let at = |file: &str| directory.path().join(file);
    let tls = ConfigTls { certificate: at("server.pem"), key: at("server.key") };
    let builder = TestServer::builder()
        .config(|config| {
            config.tls = Some(tls);
            config.rate_limit.enabled = false;
            config.lockout.enabled = false;
        })
        .account(TestAccount::new("ana", PASSWORD).email("ana@example.org"));
    let server = runtime.block_on(builder.start()).unwrap();
    (directory, runtime, server)
}

fn account() -> Account {
    Account {
        username: "ana".to_owned(),
        email: Some("ana@example.org".to_owned()),
        password: PASSWORD.to_owned(),
        totp_secret: None,
        active: true,
        directory: false,
        sacrificial: false,
        backup_codes: Vec::new(),
    }
}

#[test]
fn run_over_tls_is_judged_like_any_other() {
    let (directory, runtime, server) = serve("127.0.0.1");
    let trust = Trust::only(&directory.path().join("root.pem")).unwrap();
    let mut options = options(&server.base_url(), vec![account()]);
    options.target = options.target.clone().trusting(trust);
    assert!(options.target.is_tls());
    let report = options.run(&Secrets::default()).unwrap();
    assert_eq!(report.exit_code(), exit_code::CONFORMS, "{}", printed(&report));
    assert!(report.exchanges > 100, "{}", printed(&report));
    runtime.block_on(server.stop()).unwrap();
}

#[test]
fn untrusted_certificate_is_an_error_that_says_so() {
    let (directory, runtime, server) = serve("127.0.0.1");
    let other = Trust::only(&directory.path().join("other.pem")).unwrap();
    for trust in [Trust::default(), other] {
        let target = Target::new(&server.base_url()).unwrap().trusting(trust);
        let mut options = options(target.base_url(), vec![account()]);
        options.target = target;
        let error = options.run(&Secrets::default()).unwrap_err();
        let RunError::Target(error @ TransportError::BadCertificate { .. }) = error else {
            panic!("{error:?}");
        };
        assert!(error.to_string().contains("--cacert FILE"), "{error}");
    }
    runtime.block_on(server.stop()).unwrap();
}

#[test]
fn self_signed_certificate_is_trusted_if_its_file_is_given() {
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        for (name, is_trusted) in [("127.0.0.1", true), ("elsewhere.example.org", false)] {
            let directory = tempfile::tempdir().unwrap();
            write_self_signed(directory.path(), name, is_ca);
            let (directory, runtime, server) = serve_from(directory);
            let trust = Trust::only(&directory.path().join("server.pem")).unwrap();
            let target = Target::new(&server.base_url()).unwrap().trusting(trust);
            let transport = Transport::new(&target, Duration::from_secs(10)).unwrap();
            let sent = transport.send(&Request::new("GET", "/api/v1/me"));
            assert_eq!(sent.is_ok(), is_trusted, "{is_ca:?}, {name}: {sent:?}");
            runtime.block_on(server.stop()).unwrap();
        }
    }
}

#[test]
fn certificate_for_another_name_is_refused() {
    let (directory, runtime, server) = serve("elsewhere.example.org");
    let trust = Trust::only(&directory.path().join("root.pem")).unwrap();
    let target = Target::new(&server.base_url()).unwrap().trusting(trust);
    let transport = Transport::new(&target, Duration::from_secs(10)).unwrap();
    let error = transport.send(&Request::new("GET", "/api/v1/me")).unwrap_err();
    let TransportError::BadCertificate { reason, .. } = error else { panic!("{error}") };
    assert!(reason.contains("elsewhere.example.org"), "{reason}");
    runtime.block_on(server.stop()).unwrap();
}

#[test]
fn target_without_tls_is_an_error_that_says_so() {
    let plain = says("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let target = Target::new(&plain.replace("http:", "https:")).unwrap();
    let transport = Transport::new(&target, Duration::from_secs(10)).unwrap();
    let error = transport.send(&Request::new("GET", "/api/v1/me")).unwrap_err().to_string();
    assert!(error.contains("does not speak TLS"), "{error}");
}

#[test]
fn file_without_certificates_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("roots.pem");
    let missing = Trust::only(&path).unwrap_err();
    assert!(matches!(missing, TrustError::Pem { .. }) && missing.to_string().contains("roots.pem"));
    std::fs::write(&path, "no certificate\n").unwrap();
    let empty = Trust::only(&path).unwrap_err();
    assert!(matches!(empty, TrustError::Empty { .. }) && empty.to_string().contains("roots.pem"));
}
