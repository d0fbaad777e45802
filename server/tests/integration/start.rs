//! A failed start prints one line and exits with 1.

use std::net::TcpListener;

use crate::{
    binary::{Failed, refused, run},
    pki::Authority,
};

pub(crate) fn one_line(Failed { code, stderr }: Failed, expected: &str) {
    assert_eq!(code, Some(1), "{stderr}");
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(lines[0].starts_with("error: ") && lines[0].contains(expected), "{stderr}");
}

pub(crate) const FREE_PORT: &[&str] = &["--listen", "127.0.0.1:0"];

#[test]
fn invalid_configuration_is_reported() {
    let data = tempfile::tempdir().unwrap();
    for (config, expected) in [
        ("[server]\nlisten = 3000\n", "config.toml:2:10: invalid type: integer"),
        ("[sever]\n", "config.toml:1:2: unknown field `sever`"),
        ("[server\n", "config.toml:1:"),
        ("[tokens]\nlife_days = 0\n", "configuration: tokens.life_days must be at least 1"),
        ("[hashing]\nmemory_kib = 1\n", "configuration: hashing"),
        // These values would overflow a clock or the memory.
        ("[tokens]\nclean_up_seconds = 9223372036854775807\n", "clean_up_seconds is too large"),
        ("[hashing]\nqueue = 9223372036854775807\n", "hashing.queue is too large"),
    ] {
        one_line(refused(&data, config, FREE_PORT), expected);
    }
    let nothing = tempfile::tempdir().unwrap();
    one_line(run(&nothing, FREE_PORT), "config.toml: No such file or directory");
}

#[test]
fn unusable_database_is_reported() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("data"), "a file, not a directory").unwrap();
    one_line(refused(&data, "", FREE_PORT), "/data: File exists");

    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("data")).unwrap();
    let garbage = "not a database at all, however long it goes on".repeat(100);
    std::fs::write(data.path().join("data/login.sqlite3"), garbage).unwrap();
    one_line(refused(&data, "", FREE_PORT), "login.sqlite3: file is not a database");
}

#[test]
fn taken_port_is_reported() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = refused(&data, "", &["--listen", &address]);
    one_line(failed, &format!("failed to bind to {address}: Address already in use"));
    let config = format!("[metrics]\nlisten = \"{address}\"\n");
    let failed = refused(&data, &config, FREE_PORT);
    one_line(failed, &format!("metrics.listen: failed to bind to {address}: Address already"));
}

#[test]
fn invalid_tls_files_are_reported() {
    let (authority, data) = (Authority::new(), tempfile::tempdir().unwrap());
    let one = authority.issue(data.path(), "one");
    let other = authority.issue(data.path(), "two");
    let nowhere = data.path().join("nowhere.pem");
    for (certificate, key, expected) in [
        (&nowhere, &one.key, "nowhere.pem: "),
        (&one.certificate, &other.key, "two.key do not match: "),
    ] {
        let config = format!("[tls]\ncertificate = {certificate:?}\nkey = {key:?}\n");
        one_line(refused(&data, &config, FREE_PORT), expected);
    }
}

#[test]
fn invalid_ldap_configuration_is_reported() {
    let data = tempfile::tempdir().unwrap();
    let nowhere = data.path().join("nowhere.pem");
    let root = format!("url = \"ldaps://h\"\nroot_certificate = {nowhere:?}");
    for (members, expected) in [
        ("url = \"http://h\"", "configuration: ldap.url must begin with ldap:// or ldaps://"),
        ("url = \"ldap://h:99999\"", "configuration: ldap.url must be a scheme, a host"),
        (root.as_str(), "ldap.root_certificate: cannot read "),
    ] {
        let config = format!("[ldap]\nbase_dn = \"dc=x\"\n{members}\n");
        one_line(refused(&data, &config, FREE_PORT), expected);
    }
}
