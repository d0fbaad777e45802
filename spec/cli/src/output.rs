//! Compares a generated file with the one on disk, or writes it.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use similar::TextDiff;
use tempfile::NamedTempFile;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// What messages call the file.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// The outcome of a check or a write.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file on disk is what the generator writes now.
    Fresh,
    /// The file on disk was another one and has been replaced.
    Written,
    /// The file on disk is another one and has not been changed.
    Stale {
        /// The difference from the file on disk to the generated one.
        diff: String,
    },
}

impl Generated {
    /// Compares the file without writing it. A file that is missing is stale.
    ///
    /// # Errors
    ///
    /// The file on disk cannot be read.
    pub fn check(&self) -> Result<Outcome> {
        let old = self.on_disk()?.unwrap_or_default();
        if old == self.text {
            return Ok(Outcome::Fresh);
        }
        let diff = TextDiff::from_lines(&old, &self.text)
            .unified_diff()
            .context_radius(3)
            .header(&self.name, "generated now")
            .to_string();
        Ok(Outcome::Stale { diff })
    }

    /// Replaces the file atomically if it differs.
    ///
    /// # Errors
    ///
    /// The file on disk cannot be read, or the new one cannot be written.
    pub fn write(&self) -> Result<Outcome> {
        if self.on_disk()?.as_ref() == Some(&self.text) {
            return Ok(Outcome::Fresh);
        }
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let replace = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut new = new_file(folder)?;
            new.write_all(self.text.as_bytes())?;
            new.persist(&self.path)?;
            Ok(())
        };
        replace().with_context(|| format!("cannot write {}", self.name))?;
        Ok(Outcome::Written)
    }

    fn on_disk(&self) -> Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.name)),
        }
    }
}

/// A file to rename into place. It is readable by all users, like other files, whereas a temporary
/// file is readable only by its owner.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path) -> Generated {
        let path = folder.join("code.rs");
        Generated { name: "code.rs".to_owned(), path, text: "fn a() {}\n".to_owned() }
    }

    #[test]
    fn check_reports_a_stale_file_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        assert!(matches!(file.check().unwrap(), Outcome::Stale { .. }), "the file is missing");
        assert!(!file.path.exists());
        fs::write(&file.path, "fn b() {}\n").unwrap();
        let Outcome::Stale { diff } = file.check().unwrap() else {
            panic!("another text is stale")
        };
        assert!(diff.contains("-fn b() {}\n+fn a() {}\n"), "{diff}");
        assert!(fs::read_to_string(&file.path).unwrap().contains("fn b"));
    }

    #[test]
    fn file_is_written_once_and_no_other_file_remains() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
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
        let (file, plain) = (file(folder.path()), folder.path().join("plain"));
        file.write().unwrap();
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o444;
        assert_eq!(mode(&file.path), mode(&plain));
    }
}
