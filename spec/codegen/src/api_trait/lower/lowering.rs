//! What lowering one operation needs.

use heck::ToPascalCase;
use proc_macro2::TokenStream;
use specfirst_model::{Document, Operation, Pointer, error_chain};

use super::names::Names;
use crate::{
    api_trait::{ir::HeaderSet, types::Types},
    error::Result,
    unsupported::Unsupported,
};

/// What lowering one operation needs.
pub(super) struct Lowering<'a, 'd> {
    pub(super) document: &'d Document,
    pub(super) operation: &'a Operation,
    pub(super) types: &'a mut Types<'d>,
    pub(super) names: &'a mut Names,
    pub(super) headers: &'a mut Vec<HeaderSet>,
}

impl Lowering<'_, '_> {
    pub(super) fn unsupported(&self, at: &Pointer, reason: impl Into<String>) -> Unsupported {
        Unsupported::new(self.operation, at, reason)
    }

    /// Takes a name for a type beside the trait; whether it is new.
    pub(super) fn reserve_name(&mut self, name: &str, at: &Pointer) -> Result<bool, Unsupported> {
        self.names.reserve(name, at).map_err(|reason| Unsupported::new(self.operation, at, reason))
    }

    /// The type of the schema at a place.
    pub(super) fn type_of(&mut self, at: &Pointer, name: &str) -> Result<TokenStream, Unsupported> {
        self.types.type_of(at, name).map_err(|error| self.unsupported(at, error_chain(&error)))
    }

    /// What the names of this operation's own types begin with.
    pub(super) fn type_prefix(&self) -> String {
        self.operation.id.to_pascal_case()
    }
}
