//! Starts a variant and talks to it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use blind_fifth::{accounts, crypto};
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Server {
    child: Child,
    pub base: String,
    pub client: Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The status, and what `error` says.
    pub fn short(&self) -> String {
        match self.json["error"].as_str() {
            Some(error) => format!("{} {error}", self.status),
            None => self.status.to_string(),
        }
    }

    pub fn token(&self) -> String {
        self.json["data"]["authToken"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    }
}

pub const UNAUTH: &str = "401 Unauthorized";
pub const BLOCKED: &str = "401 error-login-blocked-for-user";
pub const NOT_IN: &str = "401 You must be logged in to do this.";

pub fn start(variant: &str) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_blind-fifth"))
        .args(["--variant", variant])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("its address");
    let base = line.trim().to_owned();
    assert!(base.starts_with("http://127.0.0.1:"), "{base}");
    Server {
        child,
        base,
        client: Client::builder()
            .timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(4)
            .build()
            .expect("a client"),
    }
}

pub fn account(name: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(accounts::ACCOUNTS).expect("JSON");
    all.into_iter()
        .find(|a| a["username"] == name)
        .expect("an account")
}

pub fn member(name: &str, key: &str) -> String {
    account(name)[key].as_str().expect("text").to_owned()
}

pub fn password(name: &str) -> String {
    member(name, "password")
}

/// The TOTP code some steps away from now.
pub fn code(name: &str, away: i64) -> String {
    let secret = crypto::unhex(&member(name, "totpSecretHex"));
    crypto::totp(&secret, (crypto::unix_now() / 30).wrapping_add_signed(away))
}

/// A code that is wrong for a long time.
pub fn wrong_code(name: &str) -> String {
    let near: Vec<_> = (-50..50).map(|away| code(name, away)).collect();
    let mut all = (0..1000).map(|n| format!("{:06}", 271_828 + n));
    all.find(|c| !near.contains(c)).expect("one is free")
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.base)
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body");
        Answer {
            status,
            headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn post(&self, body: Value) -> Answer {
        self.send(self.client.post(self.url("login")).json(&body))
            .await
    }

    /// Posts text as JSON.
    pub async fn post_text(&self, kind: &str, body: impl Into<String>) -> Answer {
        let request = self
            .client
            .post(self.url("login"))
            .header("content-type", kind);
        self.send(request.body(body.into())).await
    }

    pub async fn login(&self, user: &str, password: &str) -> Answer {
        self.post(json!({"user": user, "password": password})).await
    }

    /// Logs in with the right password.
    pub async fn enter(&self, name: &str) -> Answer {
        self.login(name, &password(name)).await
    }

    /// Logs in with the right password and a code.
    pub async fn enter_with(&self, name: &str, code: &str) -> Answer {
        self.post(json!({"user": name, "password": password(name), "code": code}))
            .await
    }

    pub async fn resume(&self, token: &str) -> Answer {
        self.post(json!({"resume": token})).await
    }

    pub async fn me(&self, name: &str, token: &str) -> Answer {
        let request = self.client.get(self.url("me"));
        self.send(signed(request, name, token)).await
    }

    pub async fn logout(&self, name: &str, token: &str) -> Answer {
        let request = self.client.post(self.url("logout"));
        self.send(signed(request, name, token)).await
    }

    pub async fn fail(&self, user: &str, times: usize) -> Answer {
        let mut last = None;
        for n in 0..times {
            last = Some(self.login(user, &format!("a wrong password {n}")).await);
        }
        last.expect("at least one")
    }

    /// Sends bytes, with a pause between the parts; gives what comes back and
    /// whether the server closed the connection.
    pub async fn raw(&self, parts: &[&[u8]]) -> (String, bool) {
        let address = self.base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            // The server may have closed already.
            let _ = stream.write_all(part).await;
        }
        let mut all = Vec::new();
        let closed =
            tokio::time::timeout(Duration::from_secs(3), stream.read_to_end(&mut all)).await;
        (String::from_utf8_lossy(&all).into_owned(), closed.is_ok())
    }
}

pub fn signed(request: RequestBuilder, name: &str, token: &str) -> RequestBuilder {
    request
        .header("X-User-Id", member(name, "id"))
        .header("X-Auth-Token", token)
}

/// A raw request.
pub fn raw_request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("{method} /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}")
        .into_bytes()
}
