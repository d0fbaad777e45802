//! The documents and overlays that the arguments name.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use specfirst_model::{Input, Overlay, Page, Source};

/// What messages call standard input.
const STANDARD_INPUT: &str = "standard input";

/// A document that has been read, and the bytes that it and its overlays consist of.
pub(crate) struct Loaded {
    pub(crate) source: Source,
    pub(crate) overlays: Vec<Overlay>,
    /// What messages call the document.
    pub(crate) name: String,
    /// The bytes of every file, for the digest in generated files.
    pub(crate) bytes: Vec<Vec<u8>>,
}

/// Reads a document, or standard input for `-`, with its overlays applied. A Markdown page holds its
/// document in a fenced block.
pub(crate) fn load(file: &Path, overlays: &[PathBuf]) -> Result<Loaded> {
    let is_standard_input = file == Path::new("-");
    let name =
        if is_standard_input { STANDARD_INPUT.to_owned() } else { file.display().to_string() };
    let document = if is_standard_input {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        bytes
    } else {
        fs::read(file).with_context(|| format!("cannot read {name}"))?
    };
    let document = if name.ends_with(".md") {
        let page = Page::parse(&name, &String::from_utf8_lossy(&document))?;
        serde_json::to_vec(page.documented())?
    } else {
        document
    };
    let mut read = Vec::new();
    let mut bytes = vec![document];
    for path in overlays {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        read.push((name.clone(), Overlay::parse(&name, &text)?));
        bytes.push(text.into_bytes());
    }
    let folder = match file.parent() {
        _ if is_standard_input => None,
        Some(folder) if folder != Path::new("") => Some(folder),
        _ => Some(Path::new(".")),
    };
    let input = Input { name: &name, bytes: bytes.first().map_or(&[], Vec::as_slice), folder };
    let named: Vec<(&str, Overlay)> =
        read.iter().map(|(name, overlay)| (name.as_str(), overlay.clone())).collect();
    let mut source = Source::load(input, &named)?;
    bytes.extend(std::mem::take(&mut source.files).into_values());
    let overlays = read.into_iter().map(|(_, overlay)| overlay).collect();
    Ok(Loaded { source, overlays, name, bytes })
}
