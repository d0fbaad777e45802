//! The error of the generators.

use specfirst_model::DocumentError;

use crate::{unsupported::Unsupported, view::ViewError};

/// The reason why a generator writes no code for a document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The document is malformed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Generated code cannot express part of the document, or that part contradicts itself.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The schemas of the document cannot become Rust types without a change.
    #[error(transparent)]
    Schemas(Box<ViewError>),
    /// Two items of the generated code would have the same name, and the location in the document is
    /// unknown.
    #[error("{0}")]
    NameClash(String),
    /// A schema has no Rust type.
    #[error("the schema has no Rust type")]
    NoRustType(#[source] Box<Error>),
    /// A library rejects the document.
    #[error("{library} rejects the document")]
    Library {
        /// The name of the library.
        library: &'static str,
        /// The error of the library.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A library panicked. The panic was caught.
    #[error("{library} panicked: {message}")]
    Panic {
        /// The name of the library.
        library: &'static str,
        /// The message of the panic.
        message: String,
    },
    /// The generated text is not valid Rust, which is a bug in a generator.
    #[error("the generator wrote invalid Rust")]
    InvalidRust(#[from] syn::Error),
    /// Generation fails for a copy of the document. The copies exist to find names that coincide.
    #[error("in a copy of the document {copy}")]
    Copy {
        /// What distinguishes the copy.
        copy: &'static str,
        /// The error of the copy.
        #[source]
        source: Box<Error>,
    },
}

impl From<ViewError> for Error {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Document(error) => error.into(),
            ViewError::Unsupported(unsupported) => unsupported.into(),
            other => Self::Schemas(Box::new(other)),
        }
    }
}

/// The result of a generator.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps the error of a library.
    pub(crate) fn library(
        library: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Library { library, source: Box::new(source) }
    }
}
