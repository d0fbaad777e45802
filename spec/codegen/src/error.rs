//! Why no code is written for a document.

use specfirst_model::DocumentError;

use crate::{unsupported::Unsupported, view::ViewError};

/// Why no code is written for a document.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The document is malformed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Generated code cannot express a part of the document, or the part contradicts itself.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The schemas of the document cannot become types as they are.
    #[error(transparent)]
    Schemas(Box<dyn std::error::Error + Send + Sync>),
    /// Two items of the generated code would have one name, and no place of the document is known.
    #[error("{0}")]
    NameClash(String),
    /// A schema has no type in Rust.
    #[error("it has no Rust type")]
    NoRustType(#[source] Box<Error>),
    /// A library refuses the document.
    #[error("{library} refuses the document")]
    Library {
        /// The name of the library.
        library: &'static str,
        /// What it says.
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
    /// The generated text is not Rust: a bug of a generator.
    #[error("the generator wrote invalid Rust")]
    InvalidRust(#[from] syn::Error),
    /// The code of a copy of the document, which is written to find names that coincide, fails.
    #[error("in a copy of the document {copy}")]
    Copy {
        /// What distinguishes the copy.
        copy: &'static str,
        /// What is wrong.
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
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The error of a library.
    pub(crate) fn library(
        library: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Library { library, source: Box::new(source) }
    }
}
