//! The command against servers that use TLS.

use std::{path::Path, process::Output};

use login_server::{
    config::ConfigTls,
    testing::{TestAccount, TestServer},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tempfile::TempDir;

use crate::command::{PASSWORD, command, run, text};

/// The contents of a server certificate.
#[derive(Clone, Copy)]
struct Certificate {
    name: &'static str,
    /// The first and the last year of its validity.
    years: (i32, i32),
}

const GOOD: Certificate = Certificate { name: "127.0.0.1", years: (2000, 2900) };

/// Writes `root.pem`, `other.pem`, `same-name.pem`, `server.pem` and `server.key`.
fn write_certificates(directory: &Path, certificate: Certificate) {
    let authority = |file: &str, name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let root = params.self_signed(&key).unwrap();
        std::fs::write(directory.join(file), root.pem()).unwrap();
        Issuer::new(params, key)
    };
    let issuer = authority("root.pem", "root");
    authority("other.pem", "other");
    authority("same-name.pem", "root");
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![certificate.name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(certificate.years.0, 1, 1);
    params.not_after = date_time_ymd(certificate.years.1, 1, 1);
    let leaf = params.signed_by(&key, &issuer).unwrap();
    std::fs::write(directory.join("server.pem"), leaf.pem()).unwrap();
    std::fs::write(directory.join("server.key"), key.serialize_pem()).unwrap();
}

async fn serve(certificate: Certificate) -> (TempDir, TestServer) {
    let directory = tempfile::tempdir().unwrap();
    write_certificates(directory.path(), certificate);
    let at = |file: &str| directory.path().join(file);
    let tls = ConfigTls { certificate: at("server.pem"), key: at("server.key") };
    let builder = TestServer::builder().config(|config| config.tls = Some(tls));
    let server = builder.account(TestAccount::new("ana", PASSWORD)).start().await.unwrap();
    (directory, server)
}

async fn log_in(server: &TestServer, cacert: Option<&Path>) -> Output {
    let mut command = command(&server.base_url());
    command.args(["login", "--user", "ana", "--password-stdin"]);
    if let Some(file) = cacert {
        command.arg("--cacert").arg(file);
    }
    run(command, PASSWORD.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cacert_trusts_a_private_authority() {
    let (directory, server) = serve(GOOD).await;
    let output = log_in(&server, Some(&directory.path().join("root.pem"))).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("ROCKETCHAT_AUTH_TOKEN"));

    // Windows editors add a byte order mark.
    let marked = directory.path().join("marked.pem");
    let pem = std::fs::read_to_string(directory.path().join("root.pem")).unwrap();
    std::fs::write(&marked, format!("\u{feff}{pem}")).unwrap();
    assert_eq!(log_in(&server, Some(&marked)).await.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn hint_names_the_problem_with_a_certificate() {
    let elsewhere = Certificate { name: "elsewhere.example.org", ..GOOD };
    let expired = Certificate { years: (2000, 2001), ..GOOD };
    let early = Certificate { years: (2900, 2901), ..GOOD };
    let cases = [
        (GOOD, "other.pem", "is not trusted here; --cacert FILE trusts"),
        (GOOD, "same-name.pem", "is not trusted here; --cacert FILE trusts"),
        (elsewhere, "root.pem", "is for another name"),
        (expired, "root.pem", "has expired"),
        (early, "root.pem", "is not valid yet"),
    ];
    for (certificate, cacert, hint) in cases {
        let (directory, server) = serve(certificate).await;
        let output = log_in(&server, Some(&directory.path().join(cacert))).await;
        assert_eq!(output.status.code(), Some(19), "{output:?}");
        let shown = text(&output.stderr).lines().last().unwrap();
        assert!(
            shown.starts_with("hint: the server's certificate") && shown.contains(hint),
            "{shown}"
        );
    }
    let (_directory, server) = serve(GOOD).await;
    let output = log_in(&server, None).await;
    assert!(text(&output.stderr).contains("--cacert FILE trusts"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn file_without_certificates_is_named() {
    let (directory, server) = serve(GOOD).await;
    let file = directory.path().join("roots.pem");
    let missing = log_in(&server, Some(&file)).await;
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
    assert!(text(&missing.stderr).contains("roots.pem"), "{missing:?}");
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let reasons = ["no PEM certificates in it", "a certificate in it cannot be used"];
    for (content, reason) in
        [("", reasons[0]), ("no certificate\n", reasons[0]), (garbled, reasons[1])]
    {
        std::fs::write(&file, content).unwrap();
        let output = log_in(&server, Some(&file)).await;
        let shown = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains(&format!("roots.pem: {reason}")), "{shown}");
    }
}
