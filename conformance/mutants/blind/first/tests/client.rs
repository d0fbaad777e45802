//! A small blocking HTTP client for the tests, and a server under test.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use blind_first::{Account, example_accounts, serve, totp_code, variants};
use serde_json::{Value, json};

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
    })
}

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub head: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
    pub fn token(&self) -> String {
        self.json()["data"]["authToken"].as_str().unwrap_or("none").to_owned()
    }
    pub fn id(&self) -> String {
        self.json()["data"]["userId"].as_str().unwrap_or("none").to_owned()
    }
    pub fn is_login(&self) -> bool {
        self.status == 200 && self.json()["data"]["authToken"].is_string()
    }
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

pub struct Connection {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Connection {
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Reads one response; the status is 0 if the server closes the connection or is silent.
    pub fn receive(&mut self, has_body: bool) -> Response {
        let failed = Response { status: 0, headers: Vec::new(), body: Vec::new(), head: String::new() };
        let end = loop {
            if let Some(at) = self.rest.windows(4).position(|w| w == b"\r\n\r\n") {
                break at;
            }
            if !self.fill() {
                return failed;
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let headers: Vec<(String, String)> = head
            .split("\r\n")
            .skip(1)
            .filter_map(|l| l.split_once(':'))
            .map(|(k, v)| (k.to_owned(), v.trim().to_owned()))
            .collect();
        let mut response = Response { status, headers, body: Vec::new(), head };
        if !has_body || status == 204 || status / 100 == 1 {
            return response;
        }
        if response.header("transfer-encoding").is_some() {
            loop {
                let line = self.line();
                let size = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
                let data = self.take(size + 2);
                if size == 0 {
                    return response;
                }
                response.body.extend_from_slice(&data[..size]);
            }
        }
        let length = response.header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
        response.body = self.take(length);
        response
    }

    fn line(&mut self) -> String {
        loop {
            if let Some(at) = self.rest.windows(2).position(|w| w == b"\r\n") {
                let line = String::from_utf8_lossy(&self.rest[..at]).into_owned();
                self.rest.drain(..at + 2);
                return line;
            }
            if !self.fill() {
                return String::new();
            }
        }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        while self.rest.len() < count {
            if !self.fill() {
                self.rest.resize(count, 0);
            }
        }
        self.rest.drain(..count).collect()
    }

    fn fill(&mut self) -> bool {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(count) if count > 0 => {
                self.rest.extend_from_slice(&buffer[..count]);
                true
            }
            _ => false,
        }
    }

    pub fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        self.send(&request_bytes(method, path, headers, body));
        self.receive(method != "HEAD")
    }
}

pub fn request_bytes(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(k, _)| k.eq_ignore_ascii_case("host")) {
        head.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method == "POST" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// A variant that serves on a port of its own.
pub struct Site {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
    pub accounts: Vec<Account>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    pub fn start(name: &str) -> Self {
        let variant = variants().iter().find(|v| v.name == name).unwrap_or_else(|| panic!("no variant {name}"));
        let accounts = example_accounts();
        let served = accounts.clone();
        let listener = runtime().block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let task = runtime().spawn(async move {
            let _ = serve(listener, variant, served).await;
        });
        Self { address, task, accounts }
    }

    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(4))).expect("a timeout can be set");
        stream.set_nodelay(true).expect("the option can be set");
        Connection { stream, rest: Vec::new() }
    }

    pub fn account(&self, username: &str) -> &Account {
        self.accounts.iter().find(|a| a.username == username).expect("an example account")
    }
    pub fn password(&self, username: &str) -> String {
        self.account(username).password.clone()
    }
    pub fn code(&self, username: &str, offset: i64) -> String {
        let secret = self.account(username).totp_secret.clone().expect("an account with TOTP");
        totp_code(&secret, now_step().saturating_add_signed(offset))
    }

    pub fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        self.connect().call(method, path, headers, body)
    }
    pub fn login_raw(&self, body: &str) -> Response {
        self.call("POST", "/api/v1/login", &[("Content-Type", "application/json")], body.as_bytes())
    }
    pub fn login(&self, body: Value) -> Response {
        self.login_raw(&body.to_string())
    }
    pub fn form(&self, body: &str) -> Response {
        self.call("POST", "/api/v1/login", &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes())
    }
    /// Logs an account in with its right password, and a code if it needs one.
    pub fn enter(&self, username: &str) -> Response {
        let mut body = json!({ "user": username, "password": self.password(username) });
        if self.account(username).totp_secret.is_some() {
            body["code"] = json!(self.code(username, 0));
        }
        self.login(body)
    }
    /// Tries a password for an account.
    pub fn try_password(&self, username: &str, password: Value) -> Response {
        self.login(json!({ "user": username, "password": password }))
    }
    pub fn try_name(&self, name: &str, username: &str) -> Response {
        self.login(json!({ "user": name, "password": self.password(username) }))
    }
    pub fn resume(&self, token: &str) -> Response {
        self.login(json!({ "resume": token }))
    }
    pub fn me(&self, token: &str, id: &str) -> Response {
        self.call("GET", "/api/v1/me", &[("X-Auth-Token", token), ("X-User-Id", id)], b"")
    }
    pub fn me_of(&self, login: &Response) -> Response {
        self.me(&login.token(), &login.id())
    }
    pub fn logout_of(&self, login: &Response) -> Response {
        let (token, id) = (login.token(), login.id());
        self.call("POST", "/api/v1/logout", &[("X-Auth-Token", &token), ("X-User-Id", &id)], b"")
    }
    pub fn wrong(&self, username: &str) -> Response {
        self.try_password(username, json!("Certainly-wrong-1"))
    }
}

pub fn now_step() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs() / 30
}

/// Waits until the current TOTP step has at least 6 s left.
pub fn wait_for_step() {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs() % 30;
    if seconds >= 24 {
        std::thread::sleep(Duration::from_secs(31 - seconds));
    }
}
