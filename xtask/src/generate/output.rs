//! Compares a generated file with the one on disk, or writes it.

use std::{fs, io, io::Write, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};
use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::repository;

/// A generated file.
pub(crate) struct Generated {
    /// The path from the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The outcome of a check or a write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file on disk is up to date.
    Fresh,
    /// The file on disk was outdated and has been replaced.
    Written,
    /// The file on disk is outdated and has not been changed.
    Stale {
        /// The difference from the file on disk to the generated one.
        diff: String,
    },
}

impl Generated {
    /// An indented JSON document with a final newline.
    pub(crate) fn json(path: &str, value: &Value) -> Result<Self> {
        Ok(Self { path: path.to_owned(), text: serde_json::to_string_pretty(value)? + "\n" })
    }

    /// Rust code, with the command and the source in its first line.
    pub(crate) fn code(path: &str, code: &str, source: &Self) -> Self {
        let digest = Sha256::digest(&source.text);
        let text = format!(
            "// Written by `cargo xtask generate` from {} (sha256 {digest:x}); do not edit.\n\n{code}",
            source.path
        );
        Self { path: path.to_owned(), text }
    }

    /// Compares the file without writing it.
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

    /// Replaces the file atomically if it differs.
    pub(crate) fn write(&self) -> Result<Outcome> {
        if self.on_disk()?.as_ref() == Some(&self.text) {
            return Ok(Outcome::Fresh);
        }
        let path = repository::path(&self.path);
        let folder = path.parent().context("a generated file must be in a folder")?;
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

/// A file to rename into place. It is readable by all users, like files of a checkout, whereas a
/// temporary file is readable only by its owner.
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

    /// Uses an absolute path, which does not depend on the repository.
    fn document(folder: &Path) -> Generated {
        let path = folder.join("document.json");
        Generated::json(&path.display().to_string(), &json!({"a": 1})).unwrap()
    }

    #[test]
    fn check_reports_a_stale_file_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = document(folder.path());
        assert!(matches!(file.check().unwrap(), Outcome::Stale { .. }), "the file is missing");
        assert!(!Path::new(&file.path).exists());
        fs::write(&file.path, "{\n  \"a\": 2\n}\n").unwrap();
        let Outcome::Stale { diff } = file.check().unwrap() else {
            panic!("another text is stale")
        };
        assert!(diff.contains("-  \"a\": 2\n+  \"a\": 1\n"), "{diff}");
        assert!(fs::read_to_string(&file.path).unwrap().contains('2'));
    }

    #[test]
    fn file_is_written_once_and_no_other_file_remains() {
        let folder = tempfile::tempdir().unwrap();
        let file = document(folder.path());
        assert_eq!(file.write().unwrap(), Outcome::Written);
        assert_eq!(file.write().unwrap(), Outcome::Fresh);
        assert_eq!(file.check().unwrap(), Outcome::Fresh);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn written_file_is_readable_by_others_if_the_umask_allows_it() {
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
