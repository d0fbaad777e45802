//! Requests as the server sees them, responses as they go out.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{HeaderMap, Method, Request};
use serde_json::{Map, Value, json};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

const BODY_LIMIT: usize = 1_000_000;
const DRAIN_LIMIT: usize = 32_000_000;
const BODY_TIME: Duration = Duration::from_secs(30);

/// What one connection remembers; the right servers leave it empty.
pub type Connection = Arc<Mutex<Option<usize>>>;

/// A request with its whole body.
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub connection: Connection,
}

impl Ask {
    /// Reads the request; an error is the status to refuse it with.
    pub async fn read(request: Request<Incoming>, connection: Connection) -> Result<Ask, u16> {
        let (head, body) = request.into_parts();
        let body = match tokio::time::timeout(BODY_TIME, read_body(body)).await {
            Ok(body) => body?,
            Err(_) => return Err(408),
        };
        Ok(Ask {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or("").to_owned(),
            headers: head.headers,
            body,
            connection,
        })
    }

    /// The first value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of a header that came exactly once.
    pub fn only_header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    }

    pub fn last_header(&self, name: &str) -> Option<&str> {
        self.headers.get_all(name).iter().next_back()?.to_str().ok()
    }

    /// The media type as sent, without parameters.
    pub fn media_type(&self) -> &str {
        self.only_header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim()
    }

    pub fn query_value(&self, name: &str) -> Option<String> {
        pairs(self.query.as_bytes())?.into_iter().find(|(k, _)| k == name).map(|(_, v)| v)
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header("cookie")?.split(';').find_map(|c| {
            let (k, v) = c.trim().split_once('=')?;
            (k == name).then_some(v)
        })
    }
}

/// Reads a body. A long one is read on and thrown away, so that its sender sees the response.
async fn read_body(mut body: Incoming) -> Result<Bytes, u16> {
    let mut all = Vec::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| 400u16)?;
        let Some(data) = frame.data_ref() else { continue };
        size += data.len();
        if size <= BODY_LIMIT {
            all.extend_from_slice(data);
        } else if size > DRAIN_LIMIT {
            break;
        }
    }
    if size > BODY_LIMIT { Err(413) } else { Ok(all.into()) }
}

/// The pairs of a form body or a query.
pub fn pairs(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    serde_urlencoded::from_bytes(bytes).ok()
}

/// A JSON object as the list of its members, duplicates included.
pub struct Members(pub Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut all = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    all.push(pair);
                }
                Ok(Members(all))
            }
        }
        from.deserialize_map(Visitor)
    }
}

/// A response before it is put into bytes.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub content: Content,
}

pub enum Content {
    Json(Value),
    Html(String),
    Empty,
    /// The connection ends without a response.
    Drop,
}

impl Reply {
    pub fn json(status: u16, value: Value) -> Reply {
        Reply { status, headers: Vec::new(), content: Content::Json(value) }
    }

    /// A refusal in the usual form.
    pub fn refusal(status: u16, error: &str, message: &str) -> Reply {
        Reply::json(status, json!({"success": false, "status": "error", "error": error, "message": message}))
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Puts a member into the object of the response.
    pub fn member(mut self, name: &str, value: Value) -> Reply {
        if let Content::Json(Value::Object(map)) = &mut self.content {
            map.insert(name.to_owned(), value);
        }
        self
    }
}

/// How JSON is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Pretty,
    Reversed,
    Ascii,
}

pub fn write_json(value: &Value, style: Style) -> String {
    match style {
        Style::Plain => value.to_string(),
        Style::Pretty => serde_json::to_string_pretty(value).unwrap_or_default(),
        Style::Reversed => reversed(value),
        Style::Ascii => {
            let mut out = String::new();
            for unit in value.to_string().encode_utf16() {
                match u8::try_from(unit) {
                    Ok(b'/') => out.push_str("\\/"),
                    Ok(b) if b.is_ascii() => out.push(char::from(b)),
                    _ => out.push_str(&format!("\\u{unit:04x}")),
                }
            }
            out.push('\n');
            out
        }
    }
}

fn reversed(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let all: Vec<String> = map
                .iter()
                .rev()
                .map(|(k, v)| format!("{}:{}", Value::from(k.as_str()), reversed(v)))
                .collect();
            format!("{{{}}}", all.join(","))
        }
        Value::Array(items) => {
            let all: Vec<String> = items.iter().map(reversed).collect();
            format!("[{}]", all.join(","))
        }
        other => other.to_string(),
    }
}

/// Adds a member that nobody knows to each object.
pub fn add_members(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(add_members);
            map.insert("x_edition".to_owned(), json!({"kind": "community", "since": [1, 2]}));
        }
        Value::Array(items) => items.iter_mut().for_each(add_members),
        _ => {}
    }
}

/// Takes `names` out of an object, if it is one.
pub fn without(value: &mut Value, names: &[&str]) {
    if let Value::Object(map) = value {
        names.iter().for_each(|n| drop(map.remove(*n)));
    }
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// gzip without compression: stored blocks (RFC 1951 3.2.4, RFC 1952).
pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = data.chunks(0xffff).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let size = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(size.to_le_bytes());
        out.extend((!size).to_le_bytes());
        out.extend(block);
    }
    let mut crc = !0u32;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    out.extend((!crc).to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}

/// Does the client take gzip?
pub fn takes_gzip(header: &str) -> bool {
    header.split(',').any(|part| {
        let mut bits = part.split(';').map(str::trim);
        let coding = bits.next().unwrap_or("").to_ascii_lowercase();
        let refused = bits.any(|b| {
            let b = b.to_ascii_lowercase();
            b.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        });
        coding == "gzip" && !refused
    })
}

/// A body in pieces; of unknown length if `hidden`.
pub struct Pieces {
    pub rest: Bytes,
    pub hidden: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let take = if self.hidden { self.rest.len().min(100) } else { self.rest.len() };
        let piece = self.rest.split_to(take);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.hidden { SizeHint::default() } else { SizeHint::with_exact(self.rest.len() as u64) }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gzip_ends_with_the_known_checksum() {
        let out = super::gzip(b"123456789");
        let tail = &out[out.len() - 8..];
        assert_eq!(tail[..4], 0xcbf4_3926u32.to_le_bytes());
        assert_eq!(tail[4..], 9u32.to_le_bytes());
    }

    #[test]
    fn gzip_is_taken_only_when_asked_for() {
        assert!(super::takes_gzip("br, gzip;q=0.5"));
        assert!(!super::takes_gzip("gzip;q=0, identity"));
        assert!(!super::takes_gzip(""));
    }
}
