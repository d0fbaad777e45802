//! Operations.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::TokenStream;
use specfirst_model::{Document, Operation, Pointer};

use super::{body, names, names::Names, parameter, response, route};
use crate::api_trait::{
    Unsupported,
    ir::{Api, Handler, HeaderSet},
    types::Types,
};
use crate::error::Result;

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
    pub(super) fn take(&mut self, name: &str, at: &Pointer) -> Result<bool, Unsupported> {
        self.names.take(name, at).map_err(|reason| Unsupported::new(self.operation, at, reason))
    }

    /// The type of the schema at a place.
    pub(super) fn type_of(&mut self, at: &Pointer, name: &str) -> Result<TokenStream, Unsupported> {
        self.types.of(at, name).map_err(|error| self.unsupported(at, format!("{error:#}")))
    }

    /// What the names of this operation's own types begin with.
    pub(super) fn prefix(&self) -> String {
        self.operation.id.to_pascal_case()
    }
}

/// Lowers every operation; `taken` are the names that types beside the trait cannot have.
pub(in crate::api_trait) fn lower<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    taken: &[&str],
) -> Result<Api> {
    let operations = document.operations()?;
    let mut functions = BTreeMap::new();
    for operation in &operations {
        let function = function_name(operation)?;
        if let Some(other) = functions.insert(function, operation) {
            let reason = format!("its name as a function is that of `{}`", other.id);
            return Err(Unsupported::new(operation, &operation.pointer, reason).into());
        }
    }
    route::can_be_told_apart(&operations)?;
    let (mut names, mut headers) = (Names::new(taken), Vec::new());
    let handlers = operations
        .iter()
        .map(|operation| {
            let (names, headers) = (&mut names, &mut headers);
            handler(&mut Lowering { document, operation, types, names, headers })
        })
        .collect::<Result<_>>()?;
    Ok(Api { handlers, headers })
}

fn function_name(operation: &Operation) -> Result<String, Unsupported> {
    let name = operation.id.to_snake_case();
    if names::is_identifier(&name) {
        return Ok(name);
    }
    let at = operation.pointer.child("operationId");
    Err(Unsupported::new(operation, &at, format!("`{name}` is no name for a function")))
}

fn handler(lowering: &mut Lowering<'_, '_>) -> Result<Handler> {
    let operation = lowering.operation;
    if operation.method == "TRACE" {
        let reason = "Dropshot does not take this method";
        return Err(lowering.unsupported(&operation.pointer, reason).into());
    }
    let (body, note) = body::lower(lowering)?;
    Ok(Handler {
        function: function_name(operation)?,
        id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        tags: operation.tags.clone(),
        deprecated: operation.deprecated,
        docs: docs(operation).into_iter().chain(note).collect(),
        parameters: parameter::lower(lowering)?,
        body,
        responses: response::lower(lowering)?,
    })
}

/// Summary, description, and what the handler must check itself.
fn docs(operation: &Operation) -> Vec<String> {
    let mut docs: Vec<String> =
        operation.summary.iter().chain(&operation.description).cloned().collect();
    let keys: Vec<_> = operation
        .security
        .iter()
        .map(|set| {
            let names = set.iter().map(|scheme| match &scheme.api_key {
                Some((_, name)) => format!("`{name}`"),
                None => format!("`{}`", scheme.name),
            });
            names.collect::<Vec<_>>().join(" and ")
        })
        .filter(|names| !names.is_empty())
        .collect();
    if !keys.is_empty() {
        docs.push(format!("The caller presents {}.", keys.join(", or ")));
    }
    docs
}
