//! The settings of the generator.

use proc_macro2::TokenStream;

/// What the document does not determine about the generated code.
#[derive(Debug)]
pub struct Settings {
    /// The name of the trait.
    pub name: &'static str,
    /// The body of every error that the document does not describe: a type that implements
    /// `specfirst_dropshot::ErrorBody`. A type of the document has the path `types::Name`.
    pub error_body: TokenStream,
}
