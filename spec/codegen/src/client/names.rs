//! Operations and parameters that would have the same name in the generated client.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use specfirst_model::{Document, Pointer};

use crate::{error::Result, unsupported::Unsupported};

/// The functions that every generated client has.
const CLIENT_FUNCTIONS: [&str; 3] = ["api_version", "new", "new_with_client"];
/// The names that the module of the builders imports, and those it uses from Rust's prelude.
const BUILDER_SCOPE: [&str; 11] = [
    "ByteStream",
    "ClientHooks",
    "ClientInfo",
    "Error",
    "From",
    "OperationInfo",
    "Option",
    "RequestBuilderExt",
    "ResponseValue",
    "Result",
    "String",
];
/// The functions of an operation's builder, and the local variables of its `send` that progenitor does
/// not rename when a parameter has the same name.
const BUILDER_FUNCTIONS: [&str; 4] = ["encode_path", "header_map", "new", "send"];
/// The functions that a builder also has if the operation has a body.
const BODY_FUNCTIONS: [&str; 2] = ["body", "body_map"];

/// Checks that the names of operations and parameters stay distinct in Rust.
pub(super) fn check_distinct(document: &Document) -> Result<()> {
    let operations = document.operations()?;
    let (mut functions, mut types) = (BTreeMap::new(), BTreeMap::new());
    for operation in &operations {
        let refuse =
            |at: &Pointer, reason: String| Err(Unsupported::new(operation, at, reason).into());
        let function = rust_name(&operation.id, str::to_snake_case);
        if CLIENT_FUNCTIONS.contains(&function.as_str()) {
            return refuse(
                &operation.pointer,
                format!("the client already has a function `{function}`"),
            );
        }
        let ty = rust_name(&operation.id, str::to_pascal_case);
        if BUILDER_SCOPE.contains(&ty.as_str()) {
            let reason = format!("its builder would shadow `{ty}`, which the generated code uses");
            return refuse(&operation.pointer, reason);
        }
        let other = functions.insert(function.clone(), &operation.id);
        let other = other.or(types.insert(ty, &operation.id));
        if let Some(other) = other {
            let reason = format!("its Rust name `{function}` is also that of `{other}`");
            return refuse(&operation.pointer, reason);
        }
        let mut fields = BTreeMap::new();
        for parameter in &operation.parameters {
            let field = rust_name(&parameter.name, str::to_snake_case);
            if BUILDER_FUNCTIONS.contains(&field.as_str())
                || operation.request_body.is_some() && BODY_FUNCTIONS.contains(&field.as_str())
            {
                let reason = format!("the operation's builder uses the name `{field}` itself");
                return refuse(&parameter.pointer, reason);
            }
            if let Some(other) = fields.insert(field.clone(), &parameter.name) {
                let reason = format!("its Rust name `{field}` is also that of `{other}`");
                return refuse(&parameter.pointer, reason);
            }
        }
    }
    Ok(())
}

/// The Rust name that progenitor derives from a name, for comparison.
pub(super) fn rust_name(name: &str, case: fn(&str) -> String) -> String {
    let name: String = name
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' })
        .collect();
    case(&name)
}
