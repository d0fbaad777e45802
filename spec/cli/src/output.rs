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
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// The outcome of a check or a write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
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
    /// Compares the file without writing it.
    pub(crate) fn check(&self) -> Result<Outcome> {
        let old = self.on_disk()?.unwrap_or_default();
        if old == self.text {
            return Ok(Outcome::Fresh);
        }
        let diff = TextDiff::from_lines(&old, &self.text)
            .unified_diff()
            .context_radius(3)
            .header(&self.path.display().to_string(), "generated now")
            .to_string();
        Ok(Outcome::Stale { diff })
    }

    /// Replaces the file atomically if it differs.
    pub(crate) fn write(&self) -> Result<Outcome> {
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
        replace().with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(Outcome::Written)
    }

    fn on_disk(&self) -> Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("cannot read {}", self.path.display()))
            }
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
