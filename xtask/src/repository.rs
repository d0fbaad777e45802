//! Paths and files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}

/// The path of a file, given from the root of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Reads a text file of the repository; the error names it.
pub(crate) fn read(relative: &str) -> Result<String> {
    fs::read_to_string(path(relative)).with_context(|| format!("cannot read {relative}"))
}
