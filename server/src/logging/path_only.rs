//! Removes everything but the path from logged URIs.

use std::fmt::Arguments;

use slog::{
    BorrowedKV, Drain, KV, Key, OwnedKV, OwnedKVList, Record, RecordStatic, Result, Serializer,
};

/// The key under which Dropshot logs the URI of a request.
const URI: &str = "uri";

/// A drain that logs only the path of each `uri`, without the query, the host and its user and
/// password.
pub(super) struct PathOnly<D>(D);

impl<D> PathOnly<D> {
    pub(super) fn new(drain: D) -> Self {
        Self(drain)
    }
}

impl<D: Drain> Drain for PathOnly<D> {
    type Ok = D::Ok;
    type Err = D::Err;

    fn log(&self, record: &Record<'_>, values: &OwnedKVList) -> std::result::Result<D::Ok, D::Err> {
        let origin =
            RecordStatic { location: record.location(), tag: record.tag(), level: record.level() };
        let kv = WithPathOnly(record.kv());
        let cut = Record::new(&origin, record.msg(), BorrowedKV(&kv));
        self.0.log(&cut, &OwnedKV(WithPathOnly(values.clone())).into())
    }
}

/// Key-value pairs of which `uri` is reduced to its path.
struct WithPathOnly<T>(T);

impl<T: KV> KV for WithPathOnly<T> {
    fn serialize(&self, record: &Record<'_>, serializer: &mut dyn Serializer) -> Result {
        self.0.serialize(record, &mut PathSerializer(serializer))
    }
}

struct PathSerializer<'a>(&'a mut dyn Serializer);

macro_rules! forward {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(&mut self, key: Key, value: $type) -> Result {
            self.0.$name(key, value)
        })*
    };
}

impl Serializer for PathSerializer<'_> {
    forward! {
        emit_bool: bool, emit_char: char,
        emit_u8: u8, emit_u16: u16, emit_u32: u32, emit_u64: u64, emit_usize: usize,
        emit_i8: i8, emit_i16: i16, emit_i32: i32, emit_i64: i64, emit_isize: isize,
        emit_u128: u128, emit_i128: i128, emit_f32: f32, emit_f64: f64,
    }

    fn emit_unit(&mut self, key: Key) -> Result {
        self.0.emit_unit(key)
    }

    fn emit_none(&mut self, key: Key) -> Result {
        self.0.emit_none(key)
    }

    fn emit_str(&mut self, key: Key, value: &str) -> Result {
        let value = if AsRef::<str>::as_ref(&key) == URI { path(value) } else { value };
        self.0.emit_str(key, value)
    }

    fn emit_arguments(&mut self, key: Key, value: &Arguments<'_>) -> Result {
        if AsRef::<str>::as_ref(&key) == URI {
            return self.0.emit_str(key, path(&value.to_string()));
        }
        self.0.emit_arguments(key, value)
    }
}

/// The path of a request target in any form: `/path?query`, `http://user:pw@host/path?query`,
/// `host:port`, `*`.
fn path(uri: &str) -> &str {
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let uri = &uri[..end];
    if uri.starts_with('/') || uri == "*" {
        return uri;
    }
    let after_scheme = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    after_scheme.find('/').map_or("", |slash| &after_scheme[slash..])
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn only_the_path_of_a_uri_is_kept() {
        for (uri, expected) in [
            ("/api/v1/login", "/api/v1/login"),
            ("/api/v1/login?password=hunter2", "/api/v1/login"),
            ("/?a=/hunter2", "/"),
            ("http://al:hunter2@host/api/v1/me?x", "/api/v1/me"),
            ("http://al:hunter2@host", ""),
            ("http://al:hunter2@host?hunter2", ""),
            ("al:hunter2@host:443", ""),
            ("*", "*"),
            ("", ""),
        ] {
            assert_eq!(path(uri), expected, "{uri}");
        }
    }
}
