//! Page and overlay to the two documents that everything else follows.

use crate::{
    document::{Document, DocumentError},
    overlay::{Overlay, OverlayError},
    page::{Page, PageError},
};

/// What a page and an overlay give.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// The page.
    pub page: Page,
    /// The overlay.
    pub overlay: Overlay,
    /// The page's document with the overlay applied.
    pub openapi: Document,
}

/// Why page and overlay do not make a document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// The page is at fault.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The overlay is at fault, or does not fit the page.
    #[error(transparent)]
    Overlay(#[from] OverlayError),
    /// The result is no OpenAPI document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Cuts the document from the page and applies the overlay; each text comes with what errors call it.
///
/// # Errors
///
/// [`AssembleError`], which names the file at fault and the place in it.
pub fn assemble(
    (page_name, page): (&str, &str),
    (overlay_name, overlay): (&str, &str),
) -> Result<Assembled, AssembleError> {
    let page = Page::parse(page_name, page)?;
    let overlay = Overlay::parse(overlay_name, overlay)?;
    let value = overlay.apply(overlay_name, page.documented())?;
    let openapi = Document::from_value("openapi.json", value)?;
    // Whatever the overlay breaks is found here, not in the middle of a generator.
    openapi.operations()?;
    Ok(Assembled { page, overlay, openapi })
}
