//! A plain HTTP client and the accounts of the tests.

// Each test file uses a part of it.
#![allow(dead_code)]

use blind_second::{Account, otp, server, variants};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub const ALICE: &str = "Correct-Horse7";
pub const BOB: &str = "Tr0ub4dor&3-bob";
pub const CAROL: &str = "Carols-Password1";
pub const ROBOT: &str = "Beep-boop-42!";
pub const FRANK: &str = "Frankly-Speaking9";
pub const BOB_SECRET: &str = "3132333435363738393031323334353637383930";
pub const FRANK_SECRET: &str = "aabbccddeeff00112233445566778899aabbccdd";
/// One byte more than bcrypt reads.
pub const ERIN: &str = "0123456789012345678901234567890123456789012345678901234567890123456789-erins";
const PATIENCE: Duration = Duration::from_secs(5);

fn account(id: &str, name: &str, password: &str) -> Account {
    Account {
        id: id.to_owned(),
        username: name.to_owned(),
        email: Some(format!("{name}@example.test")),
        name: format!("The {name} of the tésts"),
        password: password.to_owned(),
        totp_secret: None,
        backup_codes: Vec::new(),
        active: true,
        bot: false,
    }
}

pub fn accounts() -> Vec<Account> {
    let codes = |all: &[&str]| all.iter().map(|c| (*c).to_owned()).collect();
    vec![
        account("aliceaaaaaaaaaaaa", "alice", ALICE),
        Account {
            totp_secret: Some(BOB_SECRET.to_owned()),
            backup_codes: codes(&["bkAAaaa1", "ck111112", "dk222223"]),
            ..account("bobbbbbbbbbbbbbbb", "bob", BOB)
        },
        Account { active: false, ..account("carolcccccccccccc", "carol", CAROL) },
        account("daveddddddddddddd", "dave", ""),
        Account { bot: true, email: None, ..account("robotrrrrrrrrrrrr", "robot", ROBOT) },
        account("erineeeeeeeeeeeee", "erin", ERIN),
        Account {
            totp_secret: Some(FRANK_SECRET.to_owned()),
            backup_codes: codes(&["fr000001", "gr000002"]),
            ..account("frankffffffffffff", "frank", FRANK)
        },
    ]
}

/// The code of a step, counted from now.
pub fn code(secret: &str, offset: i64) -> String {
    otp::code(secret, otp::step_now().saturating_add_signed(offset)).unwrap()
}

pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    fn parse(raw: &[u8]) -> Response {
        let at = raw.windows(4).position(|w| w == b"\r\n\r\n");
        let Some(at) = at else { return Response { status: 0, head: String::new(), body: Vec::new() } };
        let head = String::from_utf8_lossy(&raw[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let mut response = Response { status, head, body: raw[at + 4..].to_vec() };
        if response.header("transfer-encoding").is_some() {
            response.body = unchunk(&response.body);
        }
        response
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|l| {
            let (k, v) = l.split_once(':')?;
            k.eq_ignore_ascii_case(name).then_some(v.trim())
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn logged_in(&self) -> bool {
        self.status == 200 && self.json()["data"]["authToken"].is_string()
    }

    pub fn token(&self) -> String {
        self.json()["data"]["authToken"].as_str().unwrap_or_default().to_owned()
    }

    pub fn user(&self) -> String {
        self.json()["data"]["userId"].as_str().unwrap_or_default().to_owned()
    }

    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(at) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).ok().and_then(|s| usize::from_str_radix(s, 16).ok());
        match size {
            Some(n) if n > 0 && rest.len() >= at + 4 + n => {
                out.extend(&rest[at + 2..at + 2 + n]);
                rest = &rest[at + 4 + n..];
            }
            _ => break,
        }
    }
    out
}

/// A running server and the way to talk to it.
pub struct Client {
    address: SocketAddr,
    _end: tokio::sync::oneshot::Sender<()>,
}

pub fn start(name: &str) -> Client {
    let id = variants::find(name).unwrap_or_else(|| panic!("no variant {name}"));
    let (tell, told) = std::sync::mpsc::channel();
    let (end, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            tokio::select! {
                _ = server::serve(id, accounts(), listener) => {}
                _ = ended => {}
            }
        });
    });
    Client { address: told.recv().unwrap(), _end: end }
}

pub fn raw(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\nHost: chat.test\r\n");
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        out.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    out.push_str("\r\n");
    [out.as_bytes(), body].concat()
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const AGENT: (&str, &str) = ("User-Agent", "probe/1");
const CLOSE: (&str, &str) = ("Connection", "close");

impl Client {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes and reads to the end of the connection.
    pub fn send(&self, bytes: &[u8]) -> Response {
        let mut stream = self.connect();
        let mut all = Vec::new();
        let _ = stream.write_all(bytes);
        let _ = stream.read_to_end(&mut all);
        Response::parse(&all)
    }

    /// Two requests on one connection; the response to the second.
    pub fn second(&self, one: &[u8], two: &[u8]) -> Response {
        let mut stream = self.connect();
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        stream.write_all(one).unwrap();
        loop {
            let n = stream.read(&mut buffer).unwrap_or(0);
            all.extend(&buffer[..n]);
            let response = Response::parse(&all);
            let want = response.header("content-length").and_then(|l| l.parse().ok());
            if n == 0 || want == Some(response.body.len()) {
                break;
            }
        }
        all.clear();
        stream.write_all(two).unwrap();
        let _ = stream.read_to_end(&mut all);
        Response::parse(&all)
    }

    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let all = [&[CLOSE, AGENT], headers].concat();
        self.send(&raw(method, path, &all, body))
    }

    /// A login with extra headers.
    pub fn login_with(&self, headers: &[(&str, &str)], body: &str) -> Response {
        self.request("POST", "/api/v1/login", &[&[JSON], headers].concat(), body.as_bytes())
    }

    pub fn login(&self, body: Value) -> Response {
        self.login_with(&[], &body.to_string())
    }

    pub fn login_as(&self, kind: &str, path: &str, body: &str) -> Response {
        self.request("POST", path, &[("Content-Type", kind)], body.as_bytes())
    }

    pub fn form(&self, body: &str) -> Response {
        self.login_as("application/x-www-form-urlencoded", "/api/v1/login", body)
    }

    pub fn enter(&self, user: &str, password: &str) -> Response {
        self.login(json!({"user": user, "password": password}))
    }

    pub fn ok(&self, user: &str, password: &str) -> bool {
        self.enter(user, password).logged_in()
    }

    /// Logs alice in with any JSON as password.
    pub fn typed(&self, password: Value) -> bool {
        self.login(json!({"user": "alice", "password": password})).logged_in()
    }

    /// Logs bob in, with more members.
    pub fn bob(&self, more: Value) -> bool {
        let mut body = json!({"user": "bob", "password": BOB});
        for (k, v) in more.as_object().unwrap() {
            body[k] = v.clone();
        }
        self.login(body).logged_in()
    }

    pub fn bob_code(&self, code: &str) -> bool {
        self.bob(json!({"code": code}))
    }

    /// A token of alice, and her id.
    pub fn alice(&self) -> (String, String) {
        let response = self.enter("alice", ALICE);
        assert!(response.logged_in(), "{}", response.status);
        (response.token(), response.user())
    }

    pub fn me(&self, token: &str, id: &str) -> Response {
        self.request("GET", "/api/v1/me", &[("X-Auth-Token", token), ("X-User-Id", id)], b"")
    }

    pub fn lives(&self, token: &str, id: &str) -> bool {
        self.me(token, id).status == 200
    }

    pub fn logout(&self, token: &str, id: &str) -> Response {
        self.request("POST", "/api/v1/logout", &[("X-Auth-Token", token), ("X-User-Id", id)], b"")
    }

    pub fn resume(&self, token: &str) -> Response {
        self.login(json!({"resume": token}))
    }

    /// Refusals of a known and of an unknown user.
    pub fn refusals(&self) -> (Response, Response) {
        (self.enter("alice", "wrong-guess-1"), self.enter("nobody", "wrong-guess-1"))
    }

    /// The shortest of three login times.
    pub fn time(&self, user: &str, password: &str) -> Duration {
        let one = |_| {
            let start = Instant::now();
            self.enter(user, password);
            start.elapsed()
        };
        (0..3).map(one).min().unwrap()
    }

    /// Does the same thing `n` times at once.
    pub fn at_once<T: Send>(&self, n: usize, what: impl Fn(usize) -> T + Sync) -> Vec<T> {
        std::thread::scope(|s| {
            let all: Vec<_> = (0..n)
                .map(|i| {
                    s.spawn({
                        let what = &what;
                        move || what(i)
                    })
                })
                .collect();
            all.into_iter().map(|t| t.join().unwrap()).collect()
        })
    }
}
