//! The accounts file: valid entries are used, and invalid ones are refused before any request.

use login_conformance::login::accounts::{self, Account};
use tempfile::TempDir;

use crate::scene::{Scene, TOTP_SECRET, text};

/// Reads an accounts file with this text and a test environment.
fn read(text: &str) -> Result<Vec<Account>, String> {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("accounts.toml");
    std::fs::write(&path, text).unwrap();
    let variable = |name: &str| match name {
        "PW" => Some("s3cret".to_owned()),
        "CODES" => Some(" aB3dE5fG\nhJ6kL7mN ".to_owned()),
        "EMPTY" => Some(String::new()),
        "URI" => Some(format!("otpauth://totp/Chat:a?secret={TOTP_SECRET}&issuer=Chat")),
        _ => None,
    };
    let read = accounts::read(&path, variable);
    read.map(|file| file.accounts)
        .map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
}

const ACCOUNT: &str = "[[account]]\nusername = \"a\"\n";

fn error(text: &str) -> String {
    read(text).unwrap_err()
}

#[test]
fn secrets_come_from_the_file_or_from_a_variable() {
    let read = read(&format!("{ACCOUNT}password_env = \"PW\"\ntotp_secret_env = \"URI\"\n"));
    let read = read.unwrap();
    assert_eq!(read[0].password, "s3cret");
    assert_eq!(read[0].totp_secret.as_ref().unwrap().as_base32(), TOTP_SECRET);
    assert!(!format!("{read:?}").contains("s3cret"));
}

#[test]
fn backup_codes_come_from_a_list_or_from_a_variable() {
    let first = format!("{ACCOUNT}password = \"x\"\n");
    for (text, codes) in [
        ("backup_codes = [\"aB3dE5fG\", \"two words\"]", ["aB3dE5fG", "two words"]),
        ("backup_codes_env = \"CODES\"", ["aB3dE5fG", "hJ6kL7mN"]),
    ] {
        let read = read(&format!("{first}{text}")).unwrap();
        assert_eq!(read[0].backup_codes, codes);
        assert!(!format!("{read:?}").contains("aB3dE5fG"));
    }
}

#[test]
fn unusable_entry_is_named_with_file_and_reason() {
    let first = format!("{ACCOUNT}password = \"x\"\n");
    for (text, reason) in [
        (ACCOUNT.to_owned(), "account[0]: no account of the file has `password`"),
        (
            format!("{ACCOUNT}totp_secret = \"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\""),
            "account[0]: `password` or `password_env` is missing. An account that has no password",
        ),
        (
            format!("{ACCOUNT}{first}"),
            "account[1]: its `username` or `email` is that of account[0]",
        ),
        (format!("{ACCOUNT}password = \"\""), "account[0]: `password` is empty"),
        (
            format!("{ACCOUNT}password_env = \"EMPTY\""),
            "account[0]: `password_env`: the variable `EMPTY` is empty",
        ),
        (
            format!("{ACCOUNT}password_env = \"ABSENT\""),
            "account[0]: `password_env`: the variable `ABSENT` is not set",
        ),
        (
            format!("{first}password_env = \"PW\""),
            "account[0]: give `password` or `password_env`, not both",
        ),
        (first.replace("\"a\"", "\" \""), "account[0]: `username` is empty"),
        (format!("{first}email = \"a.example.org\""), "account[0]: `email` is no address"),
        (format!("{first}{first}"), "account[1]: its `username` or `email` is that of account[0]"),
        (
            format!("{first}{}", first.replace("\"a\"", "\"A\"")),
            "account[1]: its `username` or `email` is that",
        ),
        (
            format!("{first}email = \"x@y\"\n{}email = \"X@Y\"", first.replace("\"a\"", "\"b\"")),
            "account[1]: its `username` or `email` is that of account[0]",
        ),
        (
            format!("{first}totp_secret = \"not base 32!\""),
            "account[0]: `totp_secret` cannot be used: character",
        ),
        (format!("{first}totp_secret = \"\""), "account[0]: `totp_secret` is empty"),
        (
            format!("{first}totp_secret = \"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=8\""),
            "account[0]: `totp_secret` cannot be used: the `otpauth` URI has the parameter `digits`",
        ),
        (
            format!("{first}backup_codes = [\"aB3dE5fG\", \" \"]"),
            "account[0]: `backup_codes[1]` is empty",
        ),
        (
            format!("{first}backup_codes = [\"aB3dE5fG\"]\nbackup_codes_env = \"PW\""),
            "account[0]: give `backup_codes` or `backup_codes_env`, not both",
        ),
        (
            format!("{first}backup_codes_env = \"ABSENT\""),
            "account[0]: `backup_codes_env`: the variable `ABSENT` is not set",
        ),
        (format!("{first}totp = \"x\""), "unknown field `totp`"),
        (String::new(), "needs at least one `[[account]]`"),
    ] {
        let said = error(&text);
        assert!(said.starts_with("FILE:") && said.contains(reason), "{text}\n{said}");
    }
}

#[test]
fn no_message_repeats_what_may_be_a_secret() {
    for text in [
        "password = hunter2",
        // A numeric password without quotation marks.
        "password = 48291337",
        "password = \"x\"\nactive = \"hunter2\"",
        "password = \"x\"\nactive = \"hunter2, expected more\"",
        // The secret itself instead of its variable.
        "password_env = \"hunter2\"",
        "password = \"x\"\nbackup_codes = \"hunter2\"",
        "password = \"x\"\nbackup_codes_env = \"hunter2\"",
        "password = \"x\"\ntotp_secret = \"hunter2!\"",
        "password = \"x\"\ntotp_secret = \"otpauth://totp/x?hunter2hunter2\"",
        "password = \"x\"\ntotp_secret = \"otpauth://hunter2/x\"",
    ] {
        let said = error(&format!("{ACCOUNT}{text}"));
        assert!(said.starts_with("FILE:"), "{said}");
        assert!(!said.contains("hunter2") && !said.contains("48291337"), "{said}");
    }
}

#[test]
fn unusable_accounts_file_sends_no_request() {
    let scene = Scene::in_default_configuration();
    let file = std::fs::read_to_string(scene.accounts_file()).unwrap();
    std::fs::write(scene.accounts_file(), file.replace(TOTP_SECRET, "JBSWY3DP0HPK3PXP")).unwrap();
    let output = scene.run(&["--json"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("accounts.toml: account[2]: `totp_secret` cannot be used"), "{said}");
    assert_eq!(scene.proxy.requests(), 0);
}

#[test]
fn totp_secret_as_shown_by_authenticators_logs_in() {
    let scene = Scene::new("as-it-is", |config| config.rate_limit.enabled = false);
    let uri = format!("otpauth://totp/Chat:tom?secret={TOTP_SECRET}&issuer=Chat");
    let spaced: Vec<String> = TOTP_SECRET
        .to_lowercase()
        .as_bytes()
        .chunks(4)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    let file = std::fs::read_to_string(scene.accounts_file()).unwrap();
    for secret in [uri, spaced.join(" ")] {
        std::fs::write(scene.accounts_file(), file.replace(TOTP_SECRET, &secret)).unwrap();
        let output =
            scene.run(&["--rate", "unlimited", "--only", "code_logs_in", "--cases", "0", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert!(!text(&output.stdout).contains(&secret), "{secret}");
    }
}
