//! The generated files of this repository.

use anyhow::Result;
use serde_json::Value;
use sha2::{Digest, Sha256};
use specfirst::output::Generated;

use crate::repository;

/// An indented JSON document with a final newline, at a path from the root of the repository.
pub(crate) fn json(path: &str, value: &Value) -> Result<Generated> {
    Ok(file(path, serde_json::to_string_pretty(value)? + "\n"))
}

/// Rust code, with the command and the source in its first line.
pub(crate) fn code(path: &str, code: &str, source: &Generated) -> Generated {
    let digest = Sha256::digest(&source.text);
    let name = &source.name;
    let head = "// Written by `cargo xtask generate` from";
    file(path, format!("{head} {name} (sha256 {digest:x}); do not edit.\n\n{code}"))
}

fn file(path: &str, text: String) -> Generated {
    Generated { name: path.to_owned(), path: repository::path(path), text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn code_names_its_source_and_changes_with_it() {
        let source = |a: u8| json("spec/openapi.json", &json!({"a": a})).unwrap();
        let code = |a| code("x.rs", "fn f() {}\n", &source(a)).text;
        assert!(code(1).starts_with("// Written by `cargo xtask generate` from spec/openapi.json"));
        assert_ne!(code(1), code(2));
    }
}
