//! Lowers parameters.

use heck::ToPascalCase;
use serde_json::Value;
use specfirst_model::{Parameter, ParameterLocation, Pointer};

use super::{lowering::Lowering, names, route};
use crate::{
    api_trait::ir::{Form, Member, ParameterSet},
    error::Result,
    prepare::{self, Serialization},
    unsupported::Unsupported,
};

/// One set for each location that has parameters.
pub(super) fn lower(lowering: &mut Lowering<'_, '_>) -> Result<Vec<ParameterSet>> {
    let operation = lowering.operation;
    let mut sets: Vec<ParameterSet> = Vec::new();
    for parameter in &operation.parameters {
        let location = parameter.location;
        let kind = match location {
            ParameterLocation::Path => "Path",
            ParameterLocation::Query => "Query",
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
            let reason =
                format!("its field name `{}` is also that of `{}`", member.field, other.name);
            return Err(lowering.unsupported(&parameter.pointer, reason).into());
        }
        set.members.push(member);
    }
    for name in route::variables(&operation.path) {
        if !has_parameter(lowering, ParameterLocation::Path, name) {
            let reason = format!("the path has `{{{name}}}`, but no parameter has this name");
            return Err(lowering.unsupported(&operation.pointer, reason).into());
        }
    }
    Ok(sets)
}

/// The type of the schema at a pointer if it is not a scalar type.
pub(super) fn non_scalar_type(
    lowering: &Lowering<'_, '_>,
    schema: &Pointer,
) -> Result<Option<String>> {
    let (_, resolved) = lowering.document.resolve(schema)?;
    let kind = resolved.get("type").and_then(Value::as_str).unwrap_or("any type");
    let scalar = matches!(kind, "string" | "integer" | "number" | "boolean");
    Ok((!scalar).then(|| kind.to_owned()))
}

fn has_parameter(lowering: &Lowering<'_, '_>, location: ParameterLocation, name: &str) -> bool {
    lowering.operation.parameters.iter().any(|p| p.location == location && p.name == name)
}

/// Rejects what Dropshot would reject when the server starts.
fn check_parameter(lowering: &Lowering<'_, '_>, parameter: &Parameter) -> Result<(), Unsupported> {
    let Parameter { name, location, required, pointer, .. } = parameter;
    let in_path = route::variables(&lowering.operation.path).any(|variable| variable == name);
    let reason = match location {
        ParameterLocation::Path if !in_path => format!("the path has no `{{{name}}}`"),
        ParameterLocation::Path if !required => "a path parameter must be required".to_owned(),
        ParameterLocation::Header if http::HeaderName::try_from(name).is_err() => {
            format!("`{name}` is not a valid header name")
        }
        _ => return Ok(()),
    };
    Err(lowering.unsupported(pointer, reason))
}

fn lower_parameter(lowering: &mut Lowering<'_, '_>, parameter: &Parameter) -> Result<Member> {
    let at = &parameter.pointer;
    let schema = parameter.schema.as_ref().ok_or_else(|| {
        lowering.unsupported(at, "a parameter with `content` instead of `schema` is not supported")
    })?;
    let (_, resolved) = lowering.document.resolve(schema)?;
    let form = match prepare::serialization(lowering.document, parameter, resolved) {
        Serialization::Scalar => Form::Scalar,
        Serialization::Repeated => Form::Repeated,
        Serialization::Separated(separator) => Form::Separated(separator),
        Serialization::Rest => Form::Rest,
        Serialization::Unsupported(reason) => return Err(lowering.unsupported(at, reason).into()),
    };
    let field = names::field_name(&parameter.name)
        .ok_or_else(|| lowering.unsupported(at, "its name has no valid field name in Rust"))?;
    let name = format!("{}_{field}", lowering.operation.id).to_pascal_case();
    Ok(Member {
        field,
        name: parameter.name.clone(),
        docs: parameter.description.clone(),
        required: parameter.required,
        form,
        ty: lowering.type_of(schema, &name)?,
    })
}
