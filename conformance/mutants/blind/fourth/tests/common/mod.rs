//! A running variant and a few calls.

#![allow(dead_code)]

use hmac::{Hmac, Mac};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Debug;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub struct Server {
    child: Child,
    pub base: String,
    client: Client,
}

pub struct Session {
    pub token: String,
    pub user: String,
}

pub struct Reply {
    pub status: u16,
    pub json: Value,
    pub text: String,
    headers: reqwest::header::HeaderMap,
}

impl Reply {
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap_or("?")).to_owned()
    }
}

impl Server {
    pub fn start(id: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_blind-fourth"))
            .args(["--variant", id])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut base = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut base).expect("a line");
        let client = Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        Self { child, base: base.trim().to_owned(), client }
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.parse().expect("a method"), format!("{}{path}", self.base))
    }

    pub fn send(&self, request: RequestBuilder) -> Reply {
        let response = request.send().expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8_lossy(&response.bytes().expect("a body")).into_owned();
        Reply { status, json: serde_json::from_str(&text).unwrap_or_default(), text, headers }
    }

    pub fn post(&self, body: &Value) -> Reply {
        self.send(self.request("POST", "/api/v1/login").json(body))
    }

    pub fn typed(&self, media: &str, body: &str) -> Reply {
        self.send(self.request("POST", "/api/v1/login").header("content-type", media).body(body.to_owned()))
    }

    pub fn form(&self, fields: &[(&str, &str)]) -> Reply {
        self.send(self.request("POST", "/api/v1/login").form(fields))
    }

    pub fn login(&self, name: &str) -> Session {
        let reply = self.post(&json!({"user": name, "password": account(name)["password"]}));
        assert_eq!(reply.status, 200, "{}", reply.text);
        let text = |key: &str| reply.json["data"][key].as_str().expect("text").to_owned();
        Session { token: text("authToken"), user: text("userId") }
    }

    fn with(&self, method: &str, path: &str, session: &Session) -> Reply {
        let request = self.request(method, path);
        self.send(request.header("X-Auth-Token", &session.token).header("X-User-Id", &session.user))
    }

    pub fn me(&self, session: &Session) -> Reply {
        self.with("GET", "/api/v1/me", session)
    }

    pub fn logout(&self, session: &Session) -> Reply {
        self.with("POST", "/api/v1/logout", session)
    }

    /// Sends bytes as they are and reads to the end.
    pub fn raw(&self, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(self.base.trim_start_matches("http://")).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        stream.write_all(request.as_bytes()).expect("written");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same probe against the plain server and the mutant.
pub fn compare<T: PartialEq + Debug>(id: &str, plain: T, mutant: T, probe: impl Fn(&Server) -> T) {
    assert_eq!(probe(&Server::start("plain")), plain, "plain");
    assert_eq!(probe(&Server::start(id)), mutant, "{id}");
}

pub fn account(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../../ACCOUNTS.json")).expect("accounts");
    let found = all.as_array().expect("a list").iter().find(|a| a["username"] == name).cloned();
    found.unwrap_or_else(|| panic!("no account {name}"))
}

pub fn list() -> Vec<Value> {
    let out = Command::new(env!("CARGO_BIN_EXE_blind-fourth")).arg("--list").output().expect("a list");
    serde_json::from_slice(&out.stdout).expect("JSON")
}

pub fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}

/// The code of a step near now; waits where the step is about to end.
pub fn totp_at(name: &str, steps: i64) -> String {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    while now() % 30 > 25 {
        std::thread::sleep(Duration::from_millis(300));
    }
    let secret = account(name)["totpSecretHex"].as_str().expect("a secret").to_owned();
    let key: Vec<u8> =
        (0..secret.len()).step_by(2).map(|i| u8::from_str_radix(&secret[i..i + 2], 16).expect("hexadecimal")).collect();
    let step = (now() / 30).checked_add_signed(steps).expect("a step");
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any length");
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes(sum[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
