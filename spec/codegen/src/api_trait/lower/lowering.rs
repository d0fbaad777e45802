//! The state while an operation is lowered.

use heck::ToPascalCase;
use proc_macro2::TokenStream;
use specfirst_model::{Document, Operation, Pointer, error_chain};

use super::names::Names;
use crate::{
    api_trait::{
        ir::{Credentials, HeaderSet},
        types::Types,
    },
    error::Result,
    unsupported::Unsupported,
};

/// The operation that is lowered, and what all operations share.
pub(super) struct Lowering<'a, 'd> {
    pub(super) document: &'d Document,
    pub(super) operation: &'a Operation,
    pub(super) types: &'a mut Types<'d>,
    pub(super) names: &'a mut Names,
    pub(super) headers: &'a mut Vec<HeaderSet>,
    pub(super) credentials: &'a mut Vec<Credentials>,
}

impl Lowering<'_, '_> {
    pub(super) fn unsupported(&self, at: &Pointer, reason: impl Into<String>) -> Unsupported {
        Unsupported::new(self.operation, at, reason)
    }

    /// Reserves a name for a type outside the module of types. Returns whether the name is new.
    pub(super) fn reserve_name(&mut self, name: &str, at: &Pointer) -> Result<bool, Unsupported> {
        self.names.reserve(name, at).map_err(|reason| Unsupported::new(self.operation, at, reason))
    }

    /// The type of the schema at a pointer.
    pub(super) fn type_of(&mut self, at: &Pointer, name: &str) -> Result<TokenStream, Unsupported> {
        self.types.type_of(at, name).map_err(|error| self.unsupported(at, error_chain(&error)))
    }

    /// The prefix of the names of this operation's own types.
    pub(super) fn type_prefix(&self) -> String {
        self.operation.id.to_pascal_case()
    }
}
