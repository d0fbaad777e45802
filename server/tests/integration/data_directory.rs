//! The data directory: its creation, and the access of other users.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use login_server::store::sqlite::FILE_NAME;
use tempfile::TempDir;

use crate::binary::Binary;

/// Runs the program with a umask of 0.
fn run(data: &Path, arguments: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", "umask 0 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_login-server")]);
    command.args(arguments.split(' ')).arg("--data").arg(data);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"pw\n").unwrap();
    child.wait_with_output().unwrap()
}

fn add(data: &Path, username: &str) -> Output {
    run(data, &format!("account add --username {username} --password-stdin"))
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A directory with this mode in a temporary directory.
fn directory(mode: u32) -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    // The parent must be accessible, because only the directory itself is checked.
    set_mode(parent.path(), 0o755);
    let data = parent.path().join("data");
    fs::create_dir(&data).unwrap();
    set_mode(&data, mode);
    (parent, data)
}

#[test]
fn commands_other_than_add_create_no_database() {
    let parent = tempfile::tempdir().unwrap();
    let missing = parent.path().join("dtaa");
    let (_parent, empty) = directory(0o700);
    for arguments in [
        "account list",
        "account show --username al",
        "account set-password --username al --password-stdin",
        "account disable --username al",
        "account enable --username al",
        "account remove --username al",
        "totp enable --username al",
        "totp disable --username al",
        "token create --username al --name bot",
        "token list --username al",
        "token revoke --username al",
        "lockout list",
        "lockout clear --all",
    ] {
        for data in [&missing, &empty] {
            let output = run(data, arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments}: {output:?}");
            let said = stderr(&output);
            let expected = format!("error: there is no database in {}: ", data.display());
            assert!(said.starts_with(&expected), "{arguments}: {said}");
            assert_eq!(said.lines().count(), 1, "{arguments}: {said}");
        }
        assert!(!missing.exists(), "{arguments}");
        assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "{arguments}");
    }
}

#[test]
fn created_files_are_private_whatever_the_umask() {
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("one/two");
    let added = add(&data, "al");
    assert!(added.status.success() && stderr(&added).is_empty(), "{added:?}");
    assert_eq!((mode(&data), mode(&parent.path().join("one"))), (0o700, 0o700));

    // While the database is open, SQLite keeps a log and an index beside it.
    let database = rusqlite::Connection::open(data.join(FILE_NAME)).unwrap();
    database.query_row("SELECT count(*) FROM accounts", [], |_| Ok(())).unwrap();
    assert!(add(&data, "bo").status.success());
    let mut names = Vec::new();
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names.sort();
    let beside = ["-shm", "-wal"].map(|end| format!("{FILE_NAME}{end}"));
    assert_eq!(names, [FILE_NAME, &beside[0], &beside[1]]);
}

#[test]
fn existing_directory_keeps_its_mode() {
    let (_parent, data) = directory(0o755);
    let added = add(&data, "al");
    assert!(added.status.success(), "{added:?}");
    assert_eq!(mode(&data), 0o755);
    assert_eq!(mode(&data.join(FILE_NAME)), 0o600);
    assert!(run(&data, "account list").status.success());
    assert_eq!(mode(&data), 0o755);
}

#[test]
fn access_of_others_is_reported_as_one_warning() {
    for (directory_mode, file_mode, expected) in [
        (0o700, 0o600, None),
        // Other users cannot reach the file.
        (0o700, 0o644, None),
        (0o711, 0o600, None),
        (0o755, 0o600, Some("can list")),
        (0o750, 0o600, Some("can list")),
        (0o770, 0o600, Some("can replace")),
        (0o711, 0o644, Some("can read")),
        (0o755, 0o640, Some("can read")),
        (0o710, 0o660, Some("can change")),
    ] {
        let (_parent, data) = directory(directory_mode);
        assert!(add(&data, "al").status.success());
        set_mode(&data.join(FILE_NAME), file_mode);
        let output = run(&data, "account list");
        let (said, case) = (stderr(&output), format!("{directory_mode:o}/{file_mode:o}"));
        assert!(output.status.success(), "{case}: {said}");
        assert_eq!(said.lines().count(), usize::from(expected.is_some()), "{case}: {said}");
        if let Some(expected) = expected {
            assert!(said.starts_with("warning: ") && said.contains(expected), "{case}: {said}");
            assert!(said.contains("chmod"), "{case}: {said}");
        }
    }
}

#[test]
fn world_writable_data_is_refused() {
    for (directory_mode, file_mode) in [(0o777, None), (0o1777, None), (0o711, Some(0o666))] {
        let (_parent, data) = directory(0o700);
        assert!(add(&data, "al").status.success());
        let file = data.join(FILE_NAME);
        set_mode(&file, file_mode.unwrap_or(0o600));
        set_mode(&data, directory_mode);
        let named = if file_mode.is_some() { &file } else { &data };
        for output in [add(&data, "bo"), run(&data, "account list")] {
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(1), "{directory_mode:o}: {said}");
            let expected = format!("error: everybody can change {}: ", named.display());
            assert!(said.starts_with(&expected), "{directory_mode:o}: {said}");
            assert_eq!(said.lines().count(), 1, "{directory_mode:o}: {said}");
        }
    }
    // The directory is unchanged.
    let (_parent, data) = directory(0o777);
    assert_eq!(add(&data, "al").status.code(), Some(1));
    assert_eq!((mode(&data), fs::read_dir(&data).unwrap().count()), (0o777, 0));
}

#[test]
fn serve_logs_the_warning() {
    let (parent, data) = directory(0o755);
    let mut server = Binary::start_in(parent, "[logging]\nformat = \"json\"\n", &[]);
    assert_eq!(server.terminate(), Some(0));
    let log = server.rest_of_log();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    for part in ["can list", "chmod", data.to_str().unwrap()] {
        assert!(warnings[0].contains(part), "no {part} in {}", warnings[0]);
    }
    assert!(log.lines().all(|line| line.starts_with('{')), "one format for all: {log}");
}

#[test]
fn unreadable_warning_does_not_stop_a_command() {
    let (_parent, data) = directory(0o700);
    assert!(add(&data, "al").status.success());
    set_mode(&data, 0o755);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_login-server"));
    let listed = command.args(["account", "list", "--data"]).arg(&data).stderr(writer).output();
    let listed = listed.unwrap();
    assert_eq!(listed.status.code(), Some(0));
    assert!(String::from_utf8(listed.stdout).unwrap().starts_with("al"));
}
