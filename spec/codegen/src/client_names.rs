//! Operations and parameters that would have one name in the generated client.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use specfirst_model::{Document, ParameterLocation, Pointer};

use super::{error::Result, unsupported::Unsupported};

/// The functions that the client has in any case.
const CLIENT_FUNCTIONS: [&str; 2] = ["new", "new_with_client"];
/// What the module of the builders imports, and what it takes from Rust's prelude.
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
/// The functions of an operation's builder, and what its `send` calls things where it does not look
/// for a name that is free.
const BUILDER_FUNCTIONS: [&str; 4] = ["encode_path", "header_map", "new", "send"];
/// The functions for the body, where there is one.
const BODY_FUNCTIONS: [&str; 2] = ["body", "body_map"];
/// OpenAPI takes these from elsewhere, and so does the client.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Checks that the names of operations and parameters stay distinct in Rust.
pub(super) fn check_distinct(document: &Document) -> Result<()> {
    let operations = document.operations()?;
    let (mut functions, mut types) = (BTreeMap::new(), BTreeMap::new());
    for operation in &operations {
        let refuse =
            |at: &Pointer, reason: String| Err(Unsupported::new(operation, at, reason).into());
        let function = rust_name(&operation.id, str::to_snake_case);
        if CLIENT_FUNCTIONS.contains(&function.as_str()) {
            return refuse(&operation.pointer, format!("the client has a function `{function}`"));
        }
        let ty = rust_name(&operation.id, str::to_pascal_case);
        if BUILDER_SCOPE.contains(&ty.as_str()) {
            let reason = format!("its builder would hide the `{ty}` that the code uses");
            return refuse(&operation.pointer, reason);
        }
        let other = functions.insert(function.clone(), &operation.id);
        let other = other.or(types.insert(ty, &operation.id));
        if let Some(other) = other {
            let reason = format!("its name in Rust, `{function}`, is that of `{other}` too");
            return refuse(&operation.pointer, reason);
        }
        let mut fields = BTreeMap::new();
        for parameter in &operation.parameters {
            if parameter.location == ParameterLocation::Header
                && IGNORED_HEADERS.iter().any(|name| parameter.name.eq_ignore_ascii_case(name))
            {
                continue;
            }
            let field = rust_name(&parameter.name, str::to_snake_case);
            if BUILDER_FUNCTIONS.contains(&field.as_str())
                || operation.request_body.is_some() && BODY_FUNCTIONS.contains(&field.as_str())
            {
                let reason = format!("the operation's builder uses the name `{field}` itself");
                return refuse(&parameter.pointer, reason);
            }
            if let Some(other) = fields.insert(field.clone(), &parameter.name) {
                let reason = format!("its name in Rust, `{field}`, is that of `{other}` too");
                return refuse(&parameter.pointer, reason);
            }
        }
    }
    Ok(())
}

/// A name as progenitor makes it one of Rust, for comparison.
fn rust_name(name: &str, case: fn(&str) -> String) -> String {
    let name: String = name
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' })
        .collect();
    case(&name)
}
