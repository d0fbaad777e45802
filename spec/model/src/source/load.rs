//! A document from its files, in the form that generators read.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    bundle,
    error::SourceError,
    origins::Origins,
    read::read_value,
    version::{Note, Translated, UnsupportedKeyword, to_3_0},
};
use crate::{document::Document, overlay::Overlay};

/// A document as its author wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What messages call the document.
    pub name: &'a str,
    /// The text of the document.
    pub bytes: &'a [u8],
    /// The folder with the files that the document refers to, or `None` if it may not refer to any.
    pub folder: Option<&'a Path>,
}

/// A document of OpenAPI 3.0 or 3.1 in the form that generators read, and where it came from.
#[derive(Debug)]
pub struct Source {
    /// The document: one file, OpenAPI 3.0, overlays applied.
    pub document: Document,
    /// Where each part of it came from.
    pub origins: Origins,
    /// What 3.1 adds and 3.0 cannot say.
    pub unsupported: Vec<UnsupportedKeyword>,
    /// What the translation left out or interpreted.
    pub notes: Vec<Note>,
    /// The bytes of the other files of the document, by their path from its folder.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Source {
    /// Reads a document: parses it, bundles the files that it refers to, applies the overlays in
    /// order, and translates OpenAPI 3.1. An overlay sees the document before the translation.
    ///
    /// # Errors
    ///
    /// [`SourceError`], which names the file and the place.
    pub fn load(input: Input<'_>, overlays: &[(&str, Overlay)]) -> Result<Self, SourceError> {
        Self::load_with(input, overlays, &mut |path| fs::read(path))
    }

    fn load_with(
        input: Input<'_>,
        overlays: &[(&str, Overlay)],
        read: bundle::ReadFile<'_>,
    ) -> Result<Self, SourceError> {
        let value = read_value(input.name, input.bytes)?;
        let bundle::Bundled { mut value, origins, files } =
            bundle::bundle(input.name, value, input.folder, read)?;
        for (name, overlay) in overlays {
            value = overlay.apply(name, &value)?;
        }
        let Translated { value, origins, unsupported, notes } = to_3_0(value, origins);
        let document = Document::from_value(input.name, value)?;
        Ok(Self { document, origins, unsupported, notes, files })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn load(text: &str, overlay: Option<&str>) -> Result<Source, String> {
        let overlay = overlay.map(|text| ("o.yaml", Overlay::parse("o.yaml", text).unwrap()));
        let input = Input { name: "api.yaml", bytes: text.as_bytes(), folder: None };
        let read = &mut |_: &Path| Err(io::ErrorKind::NotFound.into());
        let overlays: Vec<_> = overlay.into_iter().collect();
        Source::load_with(input, &overlays, read).map_err(|error| error.to_string())
    }

    #[test]
    fn overlay_changes_the_document_before_its_translation() {
        let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n\
            - target: $.components.schemas.A\n  description: d\n  x-source: s\n  \
            update: {const: b}\n";
        let source = load(
            "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {type: string}}}",
            Some(overlay),
        )
        .unwrap();
        let schema = &source.document.value()["components"]["schemas"]["A"];
        assert_eq!(schema["enum"], serde_json::json!(["b"]));
    }

    #[test]
    fn other_versions_are_refused_with_what_to_do() {
        let error = |text: &str| load(text, None).unwrap_err();
        assert!(error("openapi: 3.1\npaths: {}").contains("quote"));
        assert!(error("swagger: '2.0'\npaths: {}").contains("Swagger 2.0"));
        assert_eq!(
            error("openapi: 3.2.0\npaths: {}"),
            "api.yaml: #/openapi: expected version 3.0.x or 3.1.x, found \"3.2.0\""
        );
        assert_eq!(error("- 1"), "api.yaml: #: expected an object with the member `openapi`");
    }
}
