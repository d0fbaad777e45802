//! The client, by progenitor.

use anyhow::{Context, Result};
use login_spec::Document;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};

use super::{code, view};

/// Writes the client of a document.
///
/// Progenitor takes one body type for each operation, so the client sends JSON only; and it panics
/// on some valid documents, which is turned into an error here.
pub(crate) fn generate(document: &Document) -> Result<String> {
    let view = view::with_json_bodies_only(&view::for_code(document)?)?;
    let openapi: openapiv3::OpenAPI =
        serde_json::from_value(view.value().clone()).context("progenitor cannot read it")?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    settings.with_conversion(
        code::secret_schema(),
        "crate::secret::Secret",
        [progenitor::TypeImpl::FromStr].into_iter(),
    );
    let tokens = code::quietly(|| Generator::new(&settings).generate_tokens(&openapi))
        .context("progenitor gave up")??;
    code::format(tokens)
}
