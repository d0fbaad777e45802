//! The client, by progenitor.

use std::panic;

use anyhow::{Context, Result, anyhow};
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
    let tokens = quietly(|| Generator::new(&settings).generate_tokens(&openapi))
        .map_err(|message| anyhow!("progenitor gave up: {message}"))??;
    code::format(tokens)
}

/// Runs what may panic; the panic's message becomes the error, and nothing is printed.
fn quietly<T>(task: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(task));
    panic::set_hook(hook);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| payload.downcast_ref().copied()).unwrap_or("no message").to_owned()
    })
}
