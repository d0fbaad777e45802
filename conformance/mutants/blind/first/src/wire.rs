//! HTTP messages: reading a request, and writing a reply in the way of the variant.

use std::convert::Infallible;
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::body::{Body as _, Frame, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Response};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value, json};

pub(crate) type Outgoing = Response<BoxBody<Bytes, Infallible>>;

/// The largest request body that the server reads into memory.
const MAX_BODY: usize = 64 * 1024;
/// The server reads and drops this much of a body that is too large, so that the client can read the response.
const MAX_DRAINED: usize = 16 * 1024 * 1024;

pub(crate) struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    /// The value of a header that occurs exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        if values.next().is_some() { None } else { value.to_str().ok() }
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// The members of the query, decoded as a form.
    pub fn query_members(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&self.query).unwrap_or_default()
    }

    pub fn query_member(&self, names: &[&str]) -> Option<String> {
        self.query_members().into_iter().find(|(key, _)| names.iter().any(|n| n.eq_ignore_ascii_case(key))).map(|(_, v)| v)
    }
}

pub(crate) enum BodyError {
    TooLarge,
    Broken,
}

pub(crate) async fn read_body(mut body: Incoming) -> Result<Bytes, BodyError> {
    let mut kept = Vec::new();
    let mut total = 0;
    if body.size_hint().lower() > MAX_DRAINED as u64 {
        return Err(BodyError::TooLarge);
    }
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(BodyError::Broken) };
        if let Ok(data) = frame.into_data() {
            total += data.len();
            if total > MAX_DRAINED {
                break;
            }
            if total <= MAX_BODY {
                kept.extend_from_slice(&data);
            }
        }
    }
    if total > MAX_BODY { Err(BodyError::TooLarge) } else { Ok(kept.into()) }
}

#[derive(Clone)]
pub(crate) enum Content {
    Json(Value),
    Text(String),
}

#[derive(Clone)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub content: Content,
}

impl Reply {
    pub fn json(status: u16, value: Value) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("pragma", "no-cache"),
            ("x-content-type-options", "nosniff"),
        ];
        Self {
            status,
            headers: headers.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            content: Content::Json(value),
        }
    }

    pub fn error(status: u16, error: &str, message: &str) -> Self {
        Self::json(status, json!({ "success": false, "status": "error", "error": error, "message": message }))
    }

    /// The one refusal of every wrong credential.
    pub fn unauthorized() -> Self {
        Self::error(401, "Unauthorized", "Unauthorized")
    }

    pub fn not_logged_in() -> Self {
        let message = "You must be logged in to do this.";
        Self::error(401, message, message)
    }

    pub fn bad_request(message: &str) -> Self {
        Self::error(400, "error-invalid-params", message)
    }

    pub fn html(status: u16, text: &str) -> Self {
        let mut reply = Self::json(status, Value::Null);
        reply.content = Content::Text(text.to_owned());
        reply.set("content-type", "text/html; charset=utf-8");
        reply
    }

    pub fn details(mut self, details: Value) -> Self {
        if let Some(members) = self.members() {
            members.insert("details".into(), details);
        }
        self
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub fn members(&mut self) -> Option<&mut Map<String, Value>> {
        match &mut self.content {
            Content::Json(Value::Object(members)) => Some(members),
            _ => None,
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(key, _)| key != name);
    }

    pub fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

/// The ways in which variants write the same reply.
#[derive(Default)]
pub(crate) struct Writing {
    pub pretty: bool,
    pub ascii: bool,
    pub bom: bool,
    pub padding: usize,
    pub gzip: bool,
    pub chunked: bool,
    pub trailing_space: bool,
}

pub(crate) fn write(mut reply: Reply, writing: &Writing) -> Outgoing {
    let mut text = match &reply.content {
        Content::Json(value) if writing.pretty => serde_json::to_string_pretty(value).unwrap_or_default(),
        Content::Json(value) => value.to_string(),
        Content::Text(text) => text.clone(),
    };
    if writing.ascii && matches!(reply.content, Content::Json(_)) {
        text = escape_some(&text);
    }
    if writing.trailing_space {
        text.push(' ');
    }
    text.push_str(&" ".repeat(writing.padding));
    if writing.bom {
        text.insert(0, '\u{feff}');
    }
    let mut bytes = Bytes::from(text);
    if writing.gzip {
        bytes = gzip_stored(&bytes).into();
        reply.set("content-encoding", "gzip");
    }
    let body = if writing.chunked {
        let parts: Vec<Result<Frame<Bytes>, Infallible>> =
            bytes.chunks(100).map(|part| Ok(Frame::data(Bytes::copy_from_slice(part)))).collect();
        Parts(parts.into_iter()).boxed()
    } else {
        Full::new(bytes).boxed()
    };
    let mut response = Response::new(body);
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status).unwrap_or_default();
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes())) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A stream over parts that are all ready.
struct Parts(std::vec::IntoIter<Result<Frame<Bytes>, Infallible>>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::task::Poll::Ready(self.0.next())
    }
}

/// Writes every `e`, every slash and every character outside ASCII inside of JSON strings as an escape.
fn escape_some(json: &str) -> String {
    let mut out = String::new();
    let mut in_string = false;
    let mut escaped = false;
    for c in json.chars() {
        if escaped {
            escaped = false;
            out.push(c);
            continue;
        }
        match c {
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            '\\' => {
                escaped = true;
                out.push(c);
            }
            '/' if in_string => out.push_str("\\/"),
            c if in_string && (c == 'e' || !c.is_ascii()) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Wraps data into the gzip format (RFC 1952) without making it smaller.
pub(crate) fn gzip_stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let data = &data[..data.len().min(65_535)];
    let len = data.len() as u16;
    out.push(1);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&(!len).to_le_bytes());
    out.extend_from_slice(data);
    let mut crc = !0_u32;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    out.extend_from_slice(&(!crc).to_le_bytes());
    out.extend_from_slice(&u32::from(len).to_le_bytes());
    out
}

/// Whether Accept-Encoding allows gzip (RFC 9110 12.5.3).
pub(crate) fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let is_zero = parts.any(|p| {
            p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0))
        });
        coding.eq_ignore_ascii_case("gzip") && !is_zero
    })
}

/// The members of a JSON object in the order of the text, with duplicates.
pub(crate) struct Pairs(pub Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

pub(crate) fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}
