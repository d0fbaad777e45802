//! The command line, on an empty database.

use std::io::{self, Write};

use clap::Parser as _;
use login_server::{
    cli::{Cli, run},
    testing::TestPostgres,
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) async fn login_server(
    data: &TempDir,
    arguments: &str,
    input: &str,
) -> Result<String, String> {
    let mut out = Vec::new();
    let result = run(parse(data, arguments), &mut input.as_bytes(), &mut out).await;
    result.map(|()| String::from_utf8(out).unwrap()).map_err(|error| format!("{error:#}"))
}

fn parse(data: &TempDir, arguments: &str) -> Cli {
    let data = data.path().to_str().unwrap();
    let arguments = arguments.split(' ').chain(["--data", data]);
    Cli::try_parse_from(["login-server"].into_iter().chain(arguments)).unwrap()
}

#[tokio::test]
async fn account_commands_work_from_add_to_remove() {
    let data = tempfile::tempdir().unwrap();
    let add = "account add --username al --email al@x.org --name Al --password-stdin";
    login_server(&data, add, "hunter2\n").await.unwrap();
    let again = login_server(&data, add, "hunter2\n").await.unwrap_err();
    let taken = "an account has this user name, perhaps in another case";
    assert_eq!(again, format!("cannot add al: {taken}"));
    let add = "account add --username AL --password-stdin";
    let again = login_server(&data, add, "hunter2\n").await.unwrap_err();
    assert_eq!(again, format!("cannot add AL: {taken}"));

    let enrolled = login_server(&data, "totp enable --username al", "").await.unwrap();
    assert!(enrolled.contains("otpauth://totp/login-server:al?secret="), "{enrolled}");
    let shown = login_server(&data, "account show --username al --json", "").await.unwrap();
    assert!(shown.contains(r#""totp":true"#) && !shown.contains("argon2"), "{shown}");
    login_server(&data, "totp disable --username al", "").await.unwrap();
    login_server(&data, "account set-password --username al --password-stdin", "x").await.unwrap();
    login_server(&data, "account disable --username al", "").await.unwrap();
    let listed = login_server(&data, "account list", "").await.unwrap();
    assert!(listed.contains("disabled\t-\tal@x.org"), "{listed}");
    login_server(&data, "account enable --username al", "").await.unwrap();
    let revoked = login_server(&data, "token revoke --username al", "").await.unwrap();
    assert_eq!(revoked, "al: 0 sessions ended\n");
    login_server(&data, "account remove --username al", "").await.unwrap();
    let gone = login_server(&data, "account show --username al", "").await.unwrap_err();
    assert_eq!(gone, "there is no account al");
}

#[tokio::test]
async fn access_token_is_made_listed_and_revoked() {
    let data = tempfile::tempdir().unwrap();
    let run = async |arguments: &str| login_server(&data, arguments, "pw\n").await;
    run("account add --username al --password-stdin").await.unwrap();
    let made = run("token create --user al --name deploy --bypass-two-factor").await.unwrap();
    let (id, token) = made.trim_end().split_once("\nX-Auth-Token: ").unwrap();
    assert_eq!(token.len(), 43);
    let shown = run("account show --username al --json").await.unwrap();
    assert!(shown.contains(id.strip_prefix("X-User-Id: ").unwrap()), "{made} {shown}");
    let again = run("token create --user al --name deploy").await.unwrap_err();
    assert_eq!(again, "al has a token with the name \"deploy\" already");

    let expiring = "token create --username al --name a\u{1b}b --expires 2h --json";
    let expiring: Value = serde_json::from_str(&run(expiring).await.unwrap()).unwrap();
    let listed = run("token list --username al --json").await.unwrap();
    let listed: Vec<Value> =
        listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [deploy, short] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(
        (&deploy["kind"], &deploy["name"], &deploy["lastPart"], &deploy["bypassTwoFactor"]),
        (&json!("personal-access-token"), &json!("deploy"), &json!(token[37..]), &json!(true))
    );
    assert_eq!(deploy["expiresAtMillis"], Value::Null);
    assert_eq!(short["expiresAtMillis"], expiring["expiresAtMillis"]);
    let life =
        short["expiresAtMillis"].as_i64().unwrap() - short["issuedAtMillis"].as_i64().unwrap();
    assert_eq!(life, 2 * 60 * 60 * 1000);
    let text = run("token list --username al").await.unwrap();
    assert!(text.contains("\tpersonal access token\t\"deploy\"\t…"), "{text}");
    assert!(text.contains("\tbypasses the second factor\n"), "{text}");
    // No name of a token moves the cursor of a terminal, and no line holds a secret.
    assert!(!text.contains('\u{1b}') && !text.contains(token), "{text}");

    let revoked = run("token revoke --username al").await.unwrap();
    assert_eq!(revoked, "al: 2 sessions ended\n");
    assert_eq!(run("token list --username al").await.unwrap(), "");
    run("account disable --username al").await.unwrap();
    let disabled = run("token create --username al --name deploy").await.unwrap_err();
    assert_eq!(disabled, "the account al is disabled");
    let missing = run("token create --username no --name deploy").await.unwrap_err();
    assert_eq!(missing, "there is no account no");
}

#[test]
fn life_of_an_access_token_is_checked() {
    for expires in ["90", "0d", "d", "-1d", "9999999d"] {
        let arguments = ["token", "create", "--username", "al", "--name", "x"];
        let arguments = ["login-server"].into_iter().chain(arguments);
        let error = Cli::try_parse_from(arguments.chain(["--expires", expires]));
        assert!(error.is_err(), "{expires}");
    }
}

#[tokio::test]
async fn account_is_linked_to_an_entry_by_hand() {
    let data = tempfile::tempdir().unwrap();
    let postgres = TestPostgres::shared().unwrap();
    let url = postgres.database().await.unwrap();
    let config = data.path().join("config.toml");
    let section = format!("[store]\nurl = {:?}\n", url.expose());
    std::fs::write(&config, section).unwrap();
    for store in [String::new(), format!(" --config {}", config.display())] {
        let run = async |command: &str| {
            login_server(&data, &format!("account {command}{store}"), "hunter2\n").await
        };
        for name in ["al", "bo"] {
            run(&format!("add --username {name} --password-stdin")).await.unwrap();
        }
        run("link --username al --dn UID=Al,DC=x").await.unwrap();
        let shown = run("show --username al --json").await.unwrap();
        let expected = r#""directoryDn":"uid=al,dc=x","directoryId":null,"password":false"#;
        assert!(shown.contains(expected), "{shown}");
        let linked = run("link --username al --directory-id entryUUID:8C1F").await.unwrap();
        assert_eq!(linked, "al: linked, the directory checks its password\n");
        let shown = run("show --username al --json").await.unwrap();
        assert!(shown.contains(r#""directoryId":"entryuuid:8c1f""#), "{shown}");
        run("link --username bo --dn uid=bo,dc=x").await.unwrap();
        for (arguments, error) in [
            ("--username no --dn uid=al", "there is no account no"),
            (
                "--username al --dn uid=BO;dc=x",
                "cannot link al: the entry belongs to another account, bo",
            ),
            (
                "--username bo --directory-id entryuuid:8c1f",
                "cannot link bo: the entry belongs to another account, al",
            ),
            ("--username al --dn al", "\"al\" is not a distinguished name"),
        ] {
            assert_eq!(run(&format!("link {arguments}")).await.unwrap_err(), error);
        }
        let error = run("link --username al --directory-id 8c1f").await.unwrap_err();
        assert!(error.starts_with("--directory-id: expected ATTRIBUTE:VALUE"), "{error}");
    }
}

#[test]
fn account_is_linked_to_one_entry() {
    let parse = |arguments: &str| {
        let arguments = format!("login-server account link --username al{arguments}");
        Cli::try_parse_from(arguments.split(' ')).is_ok()
    };
    assert!(parse(" --dn uid=al") && parse(" --directory-id entryUUID:1"));
    assert!(!parse("") && !parse(" --dn uid=al --directory-id entryUUID:1"));
}

#[tokio::test]
async fn invalid_input_is_reported_in_one_line() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, input, error) in [
        ("account add --username al --password-stdin", "\n", "the password is empty"),
        (
            "account add --username al --totp-secret !! --password-stdin",
            "x",
            "TOTP secret is not base32",
        ),
        (
            "account add --username al --email x --password-stdin",
            "x",
            "\"x\" is not an e-mail address",
        ),
    ] {
        assert_eq!(login_server(&data, arguments, input).await.unwrap_err(), error);
    }
}

/// A standard output whose writes fail.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn closed_pipe_is_no_error() {
    let data = tempfile::tempdir().unwrap();
    let add = "account add --username al --password-stdin";
    login_server(&data, add, "hunter2\n").await.unwrap();
    let into = |arguments: &str, kind, input: &'static str| {
        let cli = parse(&data, arguments);
        async move { run(cli, &mut input.as_bytes(), &mut Broken(kind)).await.is_ok() }
    };
    let user = r#"{"_id":"b1","username":"bob"}"#;
    for (arguments, input) in [
        ("account list", ""),
        ("account show --username al", ""),
        ("account disable --username al", ""),
        ("account enable --username al --json", ""),
        ("account set-password --username al --password-stdin", "new"),
        ("account add --username carol --password-stdin", "pw"),
        ("token list --username al", ""),
        ("token revoke --username al", ""),
        ("totp disable --username al", ""),
        ("import -", user),
        ("import - --update", user),
        ("account remove --username al", ""),
    ] {
        assert!(into(arguments, io::ErrorKind::BrokenPipe, input).await, "{arguments}");
    }
    let full = into("account list", io::ErrorKind::StorageFull, "").await;
    assert!(!full, "a full disk is an error");
    let error = !into("import -", io::ErrorKind::BrokenPipe, r#"{"_id":"c1"}"#).await;
    assert!(error, "nothing was imported, whoever reads that");
    let create = "token create --username bob --name bot";
    assert!(!into(create, io::ErrorKind::BrokenPipe, "").await, "the token was not printed");
    assert_eq!(login_server(&data, "token list --username bob", "").await.unwrap(), "");
    let enable = "totp enable --username bob";
    assert!(!into(enable, io::ErrorKind::BrokenPipe, "").await, "the secret was not printed");
}
