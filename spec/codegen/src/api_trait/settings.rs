//! The settings of the generator.

/// What the document does not determine about the generated code.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the trait.
    pub name: String,
    /// The body of every error that the document does not describe: a type that implements
    /// `specfirst_dropshot::ErrorBody`. A type of the document has the path `types::Name`. Without it,
    /// the body is `specfirst_dropshot::Problem`.
    pub error_body: Option<String>,
}
