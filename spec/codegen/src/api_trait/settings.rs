//! What the generator is told beside the document.

use proc_macro2::TokenStream;

/// What the generated code cannot take from the document.
#[derive(Debug)]
pub struct Settings {
    /// The name of the trait.
    pub name: &'static str,
    /// The body of every error that the document does not name: a type that implements
    /// `specfirst_dropshot::ErrorBody`. A type of the document is `types::Name`.
    pub error_body: TokenStream,
}
