//! A document's operations as Dropshot can express them, or a refusal.

use std::collections::BTreeMap;

use anyhow::Result;
use heck::{ToPascalCase, ToSnakeCase};
use login_spec::{Document, Operation, Parameter, ParameterLocation, Pointer, StatusPattern};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{Refused, types::Types};

/// Dropshot takes at most this many extractors beside the body.
const MAX_SHARED_EXTRACTORS: usize = 4;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// One handler.
pub(super) struct Handler {
    /// The function's name.
    pub(super) function: String,
    /// The document's own id.
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) tags: Vec<String>,
    pub(super) deprecated: bool,
    pub(super) docs: Vec<String>,
    pub(super) parameters: Vec<ParameterSet>,
    pub(super) body: Option<Body>,
    pub(super) success: TokenStream,
}

/// The parameters that one extractor takes.
pub(super) struct ParameterSet {
    pub(super) location: ParameterLocation,
    /// The name of the struct.
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// One parameter.
pub(super) struct Member {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) docs: Option<String>,
    pub(super) required: bool,
    pub(super) ty: TokenStream,
}

/// The body of a request.
pub(super) enum Body {
    Json(TokenStream),
    Form(TokenStream),
    JsonOrForm(TokenStream),
}

/// Lowers every operation.
pub(super) fn lower(document: &Document, types: &mut Types<'_>) -> Result<Vec<Handler>> {
    let operations = document.operations()?;
    let mut functions = BTreeMap::new();
    for operation in &operations {
        let function = function_name(operation)?;
        if let Some(other) = functions.insert(function, operation) {
            let reason = format!("its name as a function is that of `{}`", other.id);
            return Err(Refused::new(operation, &operation.pointer, reason).into());
        }
    }
    paths_can_be_routed(&operations)?;
    operations.iter().map(|operation| handler(document, operation, types)).collect()
}

fn function_name(operation: &Operation) -> Result<String, Refused> {
    let name = operation.id.to_snake_case();
    if syn::parse_str::<syn::Ident>(&name).is_err() {
        let at = operation.pointer.child("operationId");
        return Err(Refused::new(operation, &at, format!("`{name}` is no name for a function")));
    }
    Ok(name)
}

/// Dropshot's router takes one kind of segment at each place: literals, or one variable.
fn paths_can_be_routed(operations: &[Operation]) -> Result<(), Refused> {
    let mut variables: BTreeMap<String, (Option<String>, &Operation)> = BTreeMap::new();
    for operation in operations {
        let at = operation.pointer.parent().unwrap_or_default();
        let mut prefix = String::new();
        for segment in operation.path.split('/').skip(1) {
            let variable = segment
                .strip_prefix('{')
                .and_then(|segment| segment.strip_suffix('}'))
                .filter(|name| !name.is_empty() && !name.contains(['{', '}', ':']));
            if variable.is_none() && segment.contains(['{', '}']) {
                let reason = format!("the segment `{segment}` is part literal, part variable");
                return Err(Refused::new(operation, &at, reason));
            }
            let variable = variable.map(ToOwned::to_owned);
            let (known, other) =
                variables.entry(prefix.clone()).or_insert((variable.clone(), operation));
            if *known != variable {
                let reason = format!("the router cannot tell it from `{}`", other.path);
                return Err(Refused::new(operation, &at, reason));
            }
            prefix = format!("{prefix}/{}", if variable.is_some() { "{}" } else { segment });
        }
    }
    Ok(())
}

fn handler(document: &Document, operation: &Operation, types: &mut Types<'_>) -> Result<Handler> {
    if operation.method == "TRACE" {
        let reason = "Dropshot does not take this method";
        return Err(Refused::new(operation, &operation.pointer, reason).into());
    }
    Ok(Handler {
        function: function_name(operation)?,
        id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        tags: operation.tags.clone(),
        deprecated: operation.deprecated,
        docs: docs(operation),
        parameters: parameters(document, operation, types)?,
        body: body(operation, types)?,
        success: success(operation, types)?,
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

fn parameters(
    document: &Document,
    operation: &Operation,
    types: &mut Types<'_>,
) -> Result<Vec<ParameterSet>> {
    let mut sets: Vec<ParameterSet> = Vec::new();
    for parameter in &operation.parameters {
        if parameter.location == ParameterLocation::Cookie {
            let reason = "Dropshot has no extractor for cookies";
            return Err(Refused::new(operation, &parameter.pointer, reason).into());
        }
        let member = member(document, operation, parameter, types)?;
        let location = parameter.location;
        match sets.iter_mut().find(|set| set.location == location) {
            Some(set) => set.members.push(member),
            None => {
                let kind = match location {
                    ParameterLocation::Path => "Path",
                    ParameterLocation::Query => "Query",
                    ParameterLocation::Header | ParameterLocation::Cookie => "Headers",
                };
                let name = format!("{}{kind}", operation.id.to_pascal_case());
                sets.push(ParameterSet { location, name, members: vec![member] });
            }
        }
    }
    debug_assert!(sets.len() <= MAX_SHARED_EXTRACTORS, "there are three locations");
    let declared = |name: &str| {
        operation.parameters.iter().any(|p| p.location == ParameterLocation::Path && p.name == name)
    };
    for name in operation.path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}')) {
        if !declared(name) {
            let reason = format!("the path has `{{{name}}}`, the parameters do not");
            return Err(Refused::new(operation, &operation.pointer, reason).into());
        }
    }
    Ok(sets)
}

fn member(
    document: &Document,
    operation: &Operation,
    parameter: &Parameter,
    types: &mut Types<'_>,
) -> Result<Member> {
    let refuse = |reason: &str| Refused::new(operation, &parameter.pointer, reason);
    let schema = parameter
        .schema
        .as_ref()
        .ok_or_else(|| refuse("a parameter with `content` in place of `schema`"))?;
    if parameter.style.is_some() {
        return Err(refuse("Dropshot knows no `style` of parameters").into());
    }
    let (_, resolved) = document.resolve(schema)?;
    let kind = resolved.get("type").and_then(Value::as_str).unwrap_or("any type");
    if !matches!(kind, "string" | "integer" | "number" | "boolean") {
        return Err(refuse(&format!("{kind} is not a type one parameter can have")).into());
    }
    let field = parameter.name.to_snake_case();
    let field = match syn::parse_str::<syn::Ident>(&field) {
        Ok(_) => field,
        Err(_) if syn::parse_str::<syn::Ident>(&format!("{field}_")).is_ok() => format!("{field}_"),
        Err(_) => return Err(refuse("its name cannot be that of a field").into()),
    };
    let name = format!("{}_{field}", operation.id).to_pascal_case();
    Ok(Member {
        field,
        name: parameter.name.clone(),
        docs: parameter.description.clone(),
        required: parameter.required,
        ty: types.of(schema, &name)?,
    })
}

fn body(operation: &Operation, types: &mut Types<'_>) -> Result<Option<Body>> {
    let Some(body) = &operation.request_body else { return Ok(None) };
    let refuse = |at: &Pointer, reason: &str| Refused::new(operation, at, reason);
    if !body.required {
        return Err(refuse(&body.pointer, "Dropshot's bodies are required, this is not").into());
    }
    let name = format!("{}Body", operation.id.to_pascal_case());
    let mut kinds = Vec::new();
    for content in &body.content {
        let media_type = content.media_type.as_str();
        if ![JSON, FORM].contains(&media_type) {
            let reason = format!("a body of type `{media_type}`: only JSON and forms can be typed");
            return Err(refuse(&content.pointer, &reason).into());
        }
        let schema = content
            .schema
            .as_ref()
            .ok_or_else(|| refuse(&content.pointer, "a body without a `schema`"))?;
        kinds.push((media_type, types.of(schema, &name)?));
    }
    let lowered = match kinds.as_slice() {
        [(JSON, ty)] => Body::Json(ty.clone()),
        [(_, ty)] => Body::Form(ty.clone()),
        [(_, a), (_, b)] if a.to_string() == b.to_string() => Body::JsonOrForm(a.clone()),
        [] => return Err(refuse(&body.pointer, "a body without a media type").into()),
        _ => return Err(refuse(&body.pointer, "JSON and form must have one schema").into()),
    };
    Ok(Some(lowered))
}

/// The body of the one success. Error answers are the crate's: see `Settings::answer`.
fn success(operation: &Operation, types: &mut Types<'_>) -> Result<TokenStream> {
    let at = operation.pointer.child("responses");
    let refuse = |at: &Pointer, reason: &str| Refused::new(operation, at, reason);
    let mut successes = operation.responses.iter().filter(|response| match response.status {
        StatusPattern::Exact(status) => status < 400,
        StatusPattern::Class(class) => class < 4,
        StatusPattern::Default => false,
    });
    let success = successes.next().ok_or_else(|| refuse(&at, "no success is documented"))?;
    if let Some(second) = successes.next() {
        return Err(refuse(&second.pointer, "a second success: a handler has one").into());
    }
    if success.status != StatusPattern::Exact(200) {
        let reason = format!("a success of status {}: only 200 can be answered", success.status);
        return Err(refuse(&success.pointer, &reason).into());
    }
    let [content] = success.content.as_slice() else {
        return Err(refuse(&success.pointer, "expected a body of one media type").into());
    };
    let schema = content.schema.as_ref().filter(|_| content.media_type == JSON);
    let schema =
        schema.ok_or_else(|| refuse(&content.pointer, "only JSON with a `schema` is answered"))?;
    let ty = types.of(schema, &format!("{}Success", operation.id.to_pascal_case()))?;
    Ok(quote!(#ty))
}
