//! Compares a generated file with the one on disk, or writes it.

use std::{fs, io, io::Write, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};
use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::repository;

/// A generated file: where it belongs and what it should hold.
pub(crate) struct Generated {
    /// From the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What became of a generated file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file on disk is what the generator writes now.
    Fresh,
    /// The file on disk was not, and was replaced.
    Written,
    /// The file on disk is not, and was left as it is.
    Stale {
        /// From what is on disk to what the generator writes.
        diff: String,
    },
}

impl Generated {
    /// A JSON document, indented, with a line break at its end.
    pub(crate) fn json(path: &str, value: &Value) -> Result<Self> {
        Ok(Self { path: path.to_owned(), text: serde_json::to_string_pretty(value)? + "\n" })
    }

    /// Rust code; the first line says what wrote it and from which source.
    pub(crate) fn code(path: &str, code: &str, source: &Self) -> Self {
        let digest = Sha256::digest(&source.text);
        let text = format!(
            "// Written by `cargo xtask generate` from {} (sha256 {digest:x}); do not edit.\n\n{code}",
            source.path
        );
        Self { path: path.to_owned(), text }
    }

    /// Compares only.
    pub(crate) fn check(&self) -> Result<Outcome> {
        let old = self.on_disk()?.unwrap_or_default();
        if old == self.text {
            return Ok(Outcome::Fresh);
        }
        let diff = TextDiff::from_lines(&old, &self.text)
            .unified_diff()
            .context_radius(3)
            .header(&self.path, "generated now")
            .to_string();
        Ok(Outcome::Stale { diff })
    }

    /// Replaces the file if it differs, whole or not at all.
    pub(crate) fn write(&self) -> Result<Outcome> {
        if self.on_disk()?.as_ref() == Some(&self.text) {
            return Ok(Outcome::Fresh);
        }
        let path = repository::path(&self.path);
        let folder = path.parent().context("a generated file lies in a folder")?;
        let replace = || -> io::Result<()> {
            let mut new = new_file(folder)?;
            new.write_all(self.text.as_bytes())?;
            new.persist(&path)?;
            Ok(())
        };
        replace().with_context(|| format!("cannot write {}", self.path))?;
        Ok(Outcome::Written)
    }

    fn on_disk(&self) -> Result<Option<String>> {
        match fs::read_to_string(repository::path(&self.path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.path)),
        }
    }
}

/// A file that will be renamed into place: readable by everybody, as a file of a checkout is, where
/// a temporary file is only readable by its owner.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An absolute path is taken as it is, wherever the repository lies.
    fn document(folder: &Path) -> Generated {
        let path = folder.join("document.json");
        Generated::json(&path.display().to_string(), &json!({"a": 1})).unwrap()
    }

    #[test]
    fn a_check_says_what_is_stale_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = document(folder.path());
        assert!(matches!(file.check().unwrap(), Outcome::Stale { .. }), "it is not there yet");
        assert!(!Path::new(&file.path).exists());
        fs::write(&file.path, "{\n  \"a\": 2\n}\n").unwrap();
        let Outcome::Stale { diff } = file.check().unwrap() else {
            panic!("another text is stale")
        };
        assert!(diff.contains("-  \"a\": 2\n+  \"a\": 1\n"), "{diff}");
        assert!(fs::read_to_string(&file.path).unwrap().contains('2'));
    }

    #[test]
    fn a_file_is_written_once_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = document(folder.path());
        assert_eq!(file.write().unwrap(), Outcome::Written);
        assert_eq!(file.write().unwrap(), Outcome::Fresh);
        assert_eq!(file.check().unwrap(), Outcome::Fresh);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_is_readable_by_others_where_the_umask_lets_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (file, plain) = (document(folder.path()), folder.path().join("plain"));
        file.write().unwrap();
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o444;
        assert_eq!(mode(Path::new(&file.path)), mode(&plain));
    }

    #[test]
    fn code_names_its_source_and_changes_with_it() {
        let source = |a: u8| Generated::json("spec/openapi.json", &json!({"a": a})).unwrap();
        let code = |a| Generated::code("x.rs", "fn f() {}\n", &source(a)).text;
        assert!(code(1).starts_with("// Written by `cargo xtask generate` from spec/openapi.json"));
        assert_ne!(code(1), code(2));
    }
}
