//! The client, by progenitor.

use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use specfirst_model::Document;

use super::{
    client_names, code,
    error::{Error, Result},
    soundness, view,
};

/// What the generated client cannot take from the document.
#[derive(Debug)]
pub struct Settings {
    /// The path of a type for strings that must not be shown, such as `crate::Secret`. It implements
    /// `Clone`, `Debug`, `Serialize`, `Deserialize` and `FromStr`.
    pub secret: &'static str,
}

/// Writes the client of a document.
///
/// Progenitor takes one body type for each operation, so the client sends JSON only; and it panics
/// on some valid documents, which is turned into an error here.
///
/// # Errors
///
/// What progenitor cannot express, with the operation and the place.
pub fn generate(document: &Document, settings: &Settings) -> Result<String> {
    let view = view::with_json_bodies_only(&view::for_code(document)?)?;
    client_names::check_distinct(&view)?;
    soundness::generate_checked(&view, |view| generate_file(view, settings))
}

fn generate_file(view: &Document, settings: &Settings) -> Result<syn::File> {
    let openapi: openapiv3::OpenAPI = serde_json::from_value(view.value().clone())
        .map_err(|error| Error::library("openapiv3", error))?;
    let mut generation = GenerationSettings::new();
    generation.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    generation.with_conversion(
        code::secret_schema(),
        settings.secret,
        [progenitor::TypeImpl::FromStr].into_iter(),
    );
    let tokens =
        code::catch_panic("progenitor", || Generator::new(&generation).generate_tokens(&openapi))?
            .map_err(|error| Error::library("progenitor", error))?;
    code::parse_file(tokens)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{fs, path::Path};

    use super::*;

    pub(crate) const SETTINGS: Settings = Settings { secret: "crate::secret::Secret" };

    /// The golden document of hostile names gives the file beside it, which the integration tests
    /// compile. `SPECFIRST_GOLDEN=overwrite` writes it.
    #[test]
    fn a_golden_document_gives_a_golden_client() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let document = fs::read_to_string(folder.join("names.json")).unwrap();
        let document = Document::parse("names.json", &document).unwrap();
        let code = generate(&document, &SETTINGS).unwrap();
        let golden = folder.join("names_client.rs");
        if std::env::var("SPECFIRST_GOLDEN").as_deref() == Ok("overwrite") {
            fs::write(&golden, &code).unwrap();
        }
        let is_fresh = code == fs::read_to_string(&golden).unwrap();
        assert!(is_fresh, "names_client.rs is stale; SPECFIRST_GOLDEN=overwrite mends it");
    }
}
