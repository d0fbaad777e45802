//! Responses and how they are written.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::crypto;

/// The parts of a body; `sized` tells whether its length is announced.
pub struct Out {
    parts: VecDeque<Bytes>,
    sized: bool,
}

impl Body for Out {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.parts.pop_front().map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.parts.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.sized {
            SizeHint::with_exact(self.parts.iter().map(|part| part.len() as u64).sum())
        } else {
            SizeHint::default()
        }
    }
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

impl Reply {
    pub fn new(status: u16, body: Value) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    pub fn error(status: u16, error: &str, message: &str) -> Reply {
        Reply::new(
            status,
            json!({"success": false, "status": "error", "error": error, "message": message}),
        )
    }

    /// A refusal with details.
    pub fn refusal(error: &str, message: &str, details: Value) -> Reply {
        let mut reply = Reply::error(401, error, message);
        reply.body.as_mut().expect("a body")["details"] = details;
        reply
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    pub fn closing(self) -> Reply {
        self.with("connection", "close")
    }

    /// Writes the response as this variant writes it.
    pub fn finish(mut self, app: &App, request: &Parts) -> Response<Out> {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                headers.insert(name, value);
            }
        };
        put("cache-control", "no-store");
        put("pragma", "no-cache");
        put("x-content-type-options", "nosniff");
        if app.is("always_close") {
            put("connection", "close");
        }
        if app.is("extra_headers") {
            put("x-request-id", &crypto::uuid());
            put(
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            );
            put("referrer-policy", "no-referrer");
            put("x-ratelimit-limit", "100");
            put("x-ratelimit-remaining", "99");
            put(
                "x-ratelimit-reset",
                &(crypto::unix_now() * 1000 + 60_000).to_string(),
            );
            put("server", "login");
        }
        if app.is("cors_reflects_origin")
            && let Some(origin) = request.headers.get(header::ORIGIN)
            && let Ok(origin) = origin.to_str()
        {
            put("access-control-allow-origin", origin);
            put("access-control-allow-credentials", "true");
            put("vary", "Origin");
        }
        for (name, value) in &self.headers {
            put(name, value);
        }
        if self.status == 401 && app.is("www_authenticate") {
            put("www-authenticate", "Token realm=\"login\"");
        }
        let mut out = Out {
            parts: VecDeque::new(),
            sized: true,
        };
        if let Some(body) = &mut self.body {
            let refused = self.status >= 400;
            put(
                "content-type",
                if app.is("charset_content_type") {
                    "application/json; charset=utf-8"
                } else if app.is("problem_members") && refused {
                    "application/problem+json"
                } else {
                    "application/json"
                },
            );
            if app.is("problem_members") && refused {
                let status = StatusCode::from_u16(self.status).unwrap_or_default();
                body["type"] = json!("about:blank");
                body["title"] = json!(status.canonical_reason().unwrap_or("Error"));
                body["detail"] = body["message"].clone();
            }
            if app.is("other_order") {
                reverse(body);
            }
            let mut bytes = if app.is("pretty_json") {
                serde_json::to_vec_pretty(body)
            } else {
                serde_json::to_vec(body)
            }
            .expect("JSON");
            if app.is("ascii_json") {
                bytes = ascii(&bytes);
            }
            if app.is("content_length_in_characters") {
                let characters = String::from_utf8_lossy(&bytes).chars().count();
                bytes.truncate(characters);
            }
            let zip = app.is("gzip_unasked") || app.is("gzip_when_accepted") && takes_gzip(request);
            if zip {
                put("content-encoding", "gzip");
                bytes = gzip(&bytes);
            }
            if app.is("gzip_when_accepted") {
                put("vary", "Accept-Encoding");
            }
            if app.is("chunked_responses") {
                out.sized = false;
                let size = bytes.len().div_ceil(3).max(1);
                out.parts = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
            } else {
                out.parts.push_back(bytes.into());
            }
        }
        let mut response = Response::new(out);
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        *response.headers_mut() = headers;
        response
    }
}

fn reverse(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let all: Vec<_> = std::mem::take(members).into_iter().rev().collect();
            *members = all
                .into_iter()
                .map(|(name, mut value)| {
                    reverse(&mut value);
                    (name, value)
                })
                .collect::<Map<_, _>>();
        }
        Value::Array(items) => items.iter_mut().for_each(reverse),
        _ => {}
    }
}

/// Writes each character beyond ASCII as an escape.
fn ascii(json: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for unit in String::from_utf8_lossy(json).encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(c) if c.is_ascii() => out.push(c),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out.into_bytes()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn takes_gzip(request: &Parts) -> bool {
    request
        .headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or("");
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            coding.eq_ignore_ascii_case("gzip") && weight > 0.0
        })
}
