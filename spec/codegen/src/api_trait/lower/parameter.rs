//! Parameters.

use heck::ToPascalCase;
use serde_json::Value;
use specfirst_model::{Parameter, ParameterLocation, Pointer};

use super::{lowering::Lowering, names, route};
use crate::{
    api_trait::ir::{Member, ParameterSet},
    error::Result,
    unsupported::Unsupported,
};

/// OpenAPI takes these from the body's media types and the security schemes instead.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// One set for each place that has parameters.
pub(super) fn lower(lowering: &mut Lowering<'_, '_>) -> Result<Vec<ParameterSet>> {
    let operation = lowering.operation;
    let mut sets: Vec<ParameterSet> = Vec::new();
    for parameter in &operation.parameters {
        let location = parameter.location;
        let kind = match location {
            ParameterLocation::Path => "Path",
            ParameterLocation::Query => "Query",
            ParameterLocation::Header if is_ignored(&parameter.name) => continue,
            ParameterLocation::Header => "Headers",
            ParameterLocation::Cookie => {
                let reason = "Dropshot has no extractor for cookies";
                return Err(lowering.unsupported(&parameter.pointer, reason).into());
            }
        };
        check_parameter(lowering, parameter)?;
        let member = lower_parameter(lowering, parameter)?;
        let set = match sets.iter_mut().find(|set| set.location == location) {
            Some(set) => set,
            None => {
                let name = format!("{}{kind}", lowering.type_prefix());
                lowering.reserve_name(&name, &parameter.pointer)?;
                sets.push(ParameterSet { location, name, members: Vec::new() });
                let last = sets.len() - 1;
                &mut sets[last]
            }
        };
        if let Some(other) = set.members.iter().find(|other| other.field == member.field) {
            let reason = format!("its field `{}` is that of `{}` too", member.field, other.name);
            return Err(lowering.unsupported(&parameter.pointer, reason).into());
        }
        set.members.push(member);
    }
    for name in route::variables(&operation.path) {
        if !has_parameter(lowering, ParameterLocation::Path, name) {
            let reason = format!("the path has `{{{name}}}`, the parameters do not");
            return Err(lowering.unsupported(&operation.pointer, reason).into());
        }
    }
    Ok(sets)
}

/// Why a value of the schema at a place is not one piece of text, if it is not.
pub(super) fn non_scalar_type(
    lowering: &Lowering<'_, '_>,
    schema: &Pointer,
) -> Result<Option<String>> {
    let (_, resolved) = lowering.document.resolve(schema)?;
    let kind = resolved.get("type").and_then(Value::as_str).unwrap_or("any type");
    let scalar = matches!(kind, "string" | "integer" | "number" | "boolean");
    Ok((!scalar).then(|| kind.to_owned()))
}

fn is_ignored(name: &str) -> bool {
    IGNORED_HEADERS.iter().any(|ignored| name.eq_ignore_ascii_case(ignored))
}

fn has_parameter(lowering: &Lowering<'_, '_>, location: ParameterLocation, name: &str) -> bool {
    lowering.operation.parameters.iter().any(|p| p.location == location && p.name == name)
}

/// Dropshot refuses these when it starts; this does so before.
fn check_parameter(lowering: &Lowering<'_, '_>, parameter: &Parameter) -> Result<(), Unsupported> {
    let Parameter { name, location, required, style, pointer, .. } = parameter;
    let in_path = route::variables(&lowering.operation.path).any(|variable| variable == name);
    let usual_style = match location {
        ParameterLocation::Query | ParameterLocation::Cookie => "form",
        ParameterLocation::Path | ParameterLocation::Header => "simple",
    };
    let reason = match location {
        ParameterLocation::Path if !in_path => format!("the path has no `{{{name}}}`"),
        ParameterLocation::Path if !required => "what stands in a path is required".to_owned(),
        ParameterLocation::Query if in_path => format!("the path has `{{{name}}}` as well"),
        ParameterLocation::Header if http::HeaderName::try_from(name).is_err() => {
            format!("`{name}` is no name for a header")
        }
        _ => match style.as_deref() {
            Some(style) if style != usual_style => {
                format!("Dropshot knows no style but `{usual_style}` here, this is `{style}`")
            }
            _ => return Ok(()),
        },
    };
    Err(lowering.unsupported(pointer, reason))
}

fn lower_parameter(lowering: &mut Lowering<'_, '_>, parameter: &Parameter) -> Result<Member> {
    let at = &parameter.pointer;
    let schema = parameter.schema.as_ref().ok_or_else(|| {
        lowering.unsupported(at, "a parameter with `content` in place of `schema`")
    })?;
    if let Some(kind) = non_scalar_type(lowering, schema)? {
        let reason = format!("{kind} is not a type one parameter can have");
        return Err(lowering.unsupported(at, reason).into());
    }
    let field = names::field_name(&parameter.name)
        .ok_or_else(|| lowering.unsupported(at, "its name cannot be that of a field"))?;
    let name = format!("{}_{field}", lowering.operation.id).to_pascal_case();
    Ok(Member {
        field,
        name: parameter.name.clone(),
        docs: parameter.description.clone(),
        required: parameter.required,
        ty: lowering.type_of(schema, &name)?,
    })
}
