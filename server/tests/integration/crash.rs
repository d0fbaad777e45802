//! Kills the program in the middle of logins.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use login_server::{
    Secret,
    accounts::{Account, HashParameters, NewAccount, PasswordDigest, Profile},
    hashing::{HashPool, HashPoolSettings},
    store::{
        Store,
        sqlite::{FILE_NAME, SqliteStore},
    },
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// The variable with `KILLS,LOGINS`: how often to kill, and during how many logins. The full test
/// is 20,2000.
const VARIABLE: &str = "LOGIN_TEST_CRASH";
const DEFAULT: (usize, usize) = (3, 300);
const ACCOUNTS: usize = 100;
const TIMEOUT: Duration = Duration::from_secs(60);
const CONFIG: &str = "
    [server]
    listen = '127.0.0.1:0'
    [hashing]
    queue = 100000
    memory_kib = 8
    passes = 1
    lanes = 1
    [tokens]
    per_account = 10000
    [logging]
    level = 'error'
";

/// A token that a client received.
struct Issued {
    user: String,
    id: String,
    token: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_during_logins_loses_no_token_and_mixes_no_accounts() {
    let (kills, logins) = measure();
    raise_file_limit();
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("config.toml");
    fs::write(&config, CONFIG).unwrap();
    let ids = make_accounts(data.path()).await;
    let mut issued: Vec<Issued> = Vec::new();
    let mut cut_short = 0;
    for kill in 0..kills {
        let mut server = Program::start(data.path(), &config);
        // Kill a little later each time: from hardly begun to nearly done.
        let enough = logins * (kill + 1) / (kills + 2);
        let done = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..logins)
            .map(|n| {
                let (address, done) = (server.address.clone(), Arc::clone(&done));
                tokio::spawn(async move {
                    let response = log_in(&address, &name(n)).await;
                    done.fetch_add(1, Ordering::SeqCst);
                    response
                })
            })
            .collect();
        wait_for(|| done.load(Ordering::SeqCst) >= enough).await;
        server.kill();
        for (n, client) in clients.into_iter().enumerate() {
            match client.await.unwrap() {
                Some(response) => issued.push(check_login(&response, &name(n), &ids)),
                None => cut_short += 1,
            }
        }
        check_integrity(data.path());
    }
    assert!(cut_short > 0, "no login was in flight when the server was killed");
    let server = Program::start(data.path(), &config);
    assert!(issued.len() >= kills, "{}", issued.len());
    for some in issued.chunks(100) {
        let checked = some.iter().map(|issued| me(&server.address, issued));
        for (issued, response) in some.iter().zip(join_all(checked).await) {
            let (head, body) = response.unwrap();
            assert!(head.starts_with("HTTP/1.1 200 "), "{}: {head}", issued.user);
            assert_eq!((&body["username"], &body["_id"]), (&json!(issued.user), &json!(issued.id)));
        }
    }
    println!("{kills} kills: {} logins answered, {cut_short} cut short", issued.len());
}

fn measure() -> (usize, usize) {
    let Ok(text) = std::env::var(VARIABLE) else { return DEFAULT };
    let numbers: Vec<usize> = text.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    match numbers[..] {
        [kills, logins] if kills > 0 && logins > 0 => (kills, logins),
        _ => panic!("{VARIABLE} is not KILLS,LOGINS: {text}"),
    }
}

fn name(n: usize) -> String {
    format!("user{}", n % ACCOUNTS)
}

/// Adds accounts whose passwords are their names, and returns their ids.
async fn make_accounts(data: &Path) -> HashMap<String, String> {
    let store = SqliteStore::open(data).unwrap();
    let parameters = HashParameters::CHEAP;
    let hashes = HashPool::start(HashPoolSettings { threads: 1, queue: 1, parameters }).unwrap();
    let mut ids = HashMap::new();
    for username in (0..ACCOUNTS).map(name) {
        let digest = PasswordDigest::of(&Secret::from(username.as_str()));
        let profile = Profile { username: username.clone(), ..Profile::default() };
        let password = Some(hashes.hash(digest).await.unwrap());
        let account = Account { password, ..Account::new(profile) };
        ids.insert(username, account.id.to_string());
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        store.add_account(&new).await.unwrap();
    }
    ids
}

/// Checks that the response to a login is for this user.
fn check_login(
    (head, body): &(String, Value),
    user: &str,
    ids: &HashMap<String, String>,
) -> Issued {
    assert!(head.starts_with("HTTP/1.1 200 "), "{user}: {head}");
    let data = &body["data"];
    assert_eq!(data["me"]["username"], user);
    assert_eq!(data["userId"], ids[user]);
    assert_eq!(data["me"]["_id"], ids[user]);
    let token = data["authToken"].as_str().unwrap().to_owned();
    Issued { user: user.to_owned(), id: ids[user].clone(), token }
}

fn check_integrity(data: &Path) {
    let db = rusqlite::Connection::open(data.join(FILE_NAME)).unwrap();
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    let orphans = "SELECT count(*) FROM pragma_foreign_key_check";
    let orphans: i64 = db.query_row(orphans, [], |row| row.get(0)).unwrap();
    assert_eq!(orphans, 0);
}

async fn wait_for(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(TIMEOUT, wait).await.expect("the logins are answered");
}

/// A running `login-server serve`, which is killed when this is dropped.
struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(data: &Path, config: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_login-server"))
            .args(["serve", "--data"])
            .arg(data)
            .arg("--config")
            .arg(config)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("it did not start: {line}")).to_owned();
        Self { child, address }
    }

    /// Kills the program, with SIGKILL on Unix.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn log_in(address: &str, user: &str) -> Option<(String, Value)> {
    let body = json!({"user": user, "password": user}).to_string();
    let head = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    exchange(address, &(head + &body)).await
}

async fn me(address: &str, issued: &Issued) -> Option<(String, Value)> {
    let Issued { id, token, .. } = issued;
    let head = "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    exchange(address, &format!("{head}X-User-Id: {id}\r\nX-Auth-Token: {token}\r\n\r\n")).await
}

/// Reads a whole response; `None` if the connection ended before.
async fn exchange(address: &str, request: &str) -> Option<(String, Value)> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await.ok()?;
        let (head, body) = response.split_once("\r\n\r\n")?;
        Some((head.to_owned(), serde_json::from_str(body).ok()?))
    };
    timeout(TIMEOUT, exchange).await.expect("a response or the end of the connection")
}

/// Allows thousands of connections, here and in the server, which inherits the limit.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}
