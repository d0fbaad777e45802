//! Lowers operations.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use specfirst_model::{Document, Operation};

use super::{
    body, credentials, lowering::Lowering, names, names::Names, parameter, response, route::Routes,
};
use crate::{
    api_trait::{
        ir::{Api, Handler},
        types::Types,
    },
    error::Result,
    unsupported::Unsupported,
};

/// Lowers every operation. Types outside the module of types cannot have a name in `reserved`.
pub(in crate::api_trait) fn lower<'d>(
    document: &'d Document,
    types: &mut Types<'d>,
    reserved: &[&str],
) -> Result<Api> {
    let operations = document.operations()?;
    let mut functions = BTreeMap::new();
    for operation in &operations {
        let function = function_name(operation)?;
        if let Some(other) = functions.insert(function, operation) {
            let reason = format!("its function name is also that of `{}`", other.id);
            return Err(Unsupported::new(operation, &operation.pointer, reason).into());
        }
    }
    let routes = Routes::new(&operations)?;
    let (mut names, mut headers, mut credentials) = (Names::new(reserved), Vec::new(), Vec::new());
    let mut handlers: Vec<Handler> = operations
        .iter()
        .map(|operation| {
            let (names, headers, credentials) = (&mut names, &mut headers, &mut credentials);
            lower_operation(&mut Lowering {
                document,
                operation,
                types,
                names,
                headers,
                credentials,
            })
        })
        .collect::<Result<_>>()?;
    let routes = routes.lower(&mut handlers, &mut names)?;
    Ok(Api { handlers, routes, headers, credentials })
}

fn function_name(operation: &Operation) -> Result<String, Unsupported> {
    let name = operation.id.to_snake_case();
    if names::is_identifier(&name) {
        return Ok(name);
    }
    let at = operation.pointer.child("operationId");
    Err(Unsupported::new(operation, &at, format!("`{name}` is not a valid function name")))
}

fn lower_operation(lowering: &mut Lowering<'_, '_>) -> Result<Handler> {
    let operation = lowering.operation;
    if operation.method == "TRACE" {
        let reason = "Dropshot does not support this method";
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
        credentials: credentials::lower(lowering)?,
        body,
        responses: response::lower(lowering)?,
    })
}

/// The summary, the description, and the credentials that the handler must check.
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
