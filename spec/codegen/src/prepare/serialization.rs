//! Arrays and objects in parameters, which OpenAPI serialises by `style` and `explode`.
//!
//! An object in a query whose members are parameters of their own becomes these parameters. Elsewhere,
//! a parameter that is not a scalar becomes the text that is sent. An array in a query stays.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use specfirst_model::{Document, DocumentError, Operation, Parameter, ParameterLocation, Pointer};

use super::{SCALARS, resolved, single_reference::exclude_null};
use crate::{error::Result, prune::METHODS, unsupported::Unsupported};

/// OpenAPI ignores header parameters of these names: media types and security schemes describe them.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Replaces the parameters that neither generator supports.
pub(super) fn simplify(document: &Document) -> Result<Document, DocumentError> {
    replace(document, |document, _, parameter| simplified(document, parameter))
}

/// Replaces the arrays of queries whose values are in one text. progenitor repeats the name for each value,
/// whatever the document says.
pub(super) fn join_arrays(document: &Document) -> Result<Document, DocumentError> {
    replace(document, |document, _, parameter| {
        let schema = schema(document, parameter)?;
        let Serialization::Separated(separator) = serialization(document, parameter, &schema)
        else {
            return None;
        };
        let note = format!("The values, with {} between them.", name_of(separator));
        Some(vec![text(document, parameter, &note)])
    })
}

/// How a request holds a parameter, after [`simplify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Serialization {
    Scalar,
    /// An array: the name occurs once for each value.
    Repeated,
    /// An array: one text, with this character between the values.
    Separated(char),
    /// An object of the parameters that no other one names.
    Rest,
    /// Neither of these, and why.
    Unsupported(String),
}

/// How a request holds a parameter that has a schema, references followed.
pub(crate) fn serialization(
    document: &Document,
    parameter: &Parameter,
    schema: &Value,
) -> Serialization {
    let unsupported = |reason: &str| Serialization::Unsupported(reason.to_owned());
    let is_query = parameter.location == ParameterLocation::Query;
    let style = parameter.style.as_deref();
    let usual_style = if is_query { "form" } else { "simple" };
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or("any type");
    let style = style.filter(|style| *style != usual_style);
    match (kind, style) {
        ("array", None | Some("spaceDelimited" | "pipeDelimited")) if is_query => {
            if !is_array(document, schema) {
                return unsupported(
                    "OpenAPI does not say how an array in a query holds other than scalars",
                );
            }
            match style {
                _ if parameter.explode => Serialization::Repeated,
                Some("spaceDelimited") => Serialization::Separated(' '),
                Some("pipeDelimited") => Serialization::Separated('|'),
                _ => Serialization::Separated(','),
            }
        }
        ("object", None) if is_query && parameter.explode && is_free(schema) => Serialization::Rest,
        ("object", None | Some("deepObject")) if is_query => unsupported(
            "an object in a query has members that are scalars or arrays of scalars, and no others",
        ),
        (kind, None) if SCALARS.contains(&kind) => Serialization::Scalar,
        (kind, None) => {
            Serialization::Unsupported(format!("a parameter must have a scalar type, not {kind}"))
        }
        (_, Some(style)) => {
            Serialization::Unsupported(format!("the style `{style}` is not supported here"))
        }
    }
}

/// Refuses what progenitor would send in a way that OpenAPI does not define.
pub(crate) fn check_for_client(document: &Document) -> Result<()> {
    for operation in document.operations()? {
        for parameter in &operation.parameters {
            let schema = schema(document, parameter).unwrap_or_default();
            let kind = schema.get("type").and_then(Value::as_str);
            if matches!(kind, Some("array" | "object"))
                && let Serialization::Unsupported(reason) =
                    serialization(document, parameter, &schema)
            {
                return Err(Unsupported::new(&operation, &parameter.pointer, reason).into());
            }
        }
    }
    Ok(())
}

/// Whether an object declares no member.
fn is_free(schema: &Value) -> bool {
    let members = schema.get("properties").and_then(Value::as_object);
    members.is_none_or(Map::is_empty) && schema.get("additionalProperties") != Some(&json!(false))
}

/// Replaces parameters, in every operation of a path where one is to be replaced.
pub(super) fn replace(
    document: &Document,
    with: impl Fn(&Document, &Operation, &Parameter) -> Option<Vec<Value>>,
) -> Result<Document, DocumentError> {
    let operations = document.operations()?;
    let item = |pointer: &Pointer| pointer.parent().unwrap_or_default();
    let changed: BTreeSet<String> = operations
        .iter()
        .filter(|o| o.parameters.iter().any(|p| with(document, o, p).is_some()))
        .map(|operation| item(&operation.pointer).as_str().to_owned())
        .collect();
    if changed.is_empty() {
        return Ok(document.clone());
    }
    let mut value = document.value().clone();
    for operation in operations.iter().filter(|o| changed.contains(item(&o.pointer).as_str())) {
        // The others keep their places in the list, which problems name.
        let (mut kept, mut added) = (Vec::new(), Vec::new());
        for parameter in &operation.parameters {
            match with(document, operation, parameter) {
                Some(parts) => {
                    let mut parts = parts.into_iter();
                    kept.extend(parts.next());
                    added.extend(parts);
                }
                None => kept.extend(document.get(&parameter.pointer).cloned()),
            }
        }
        kept.extend(added);
        if let Some(Value::Object(members)) = value.pointer_mut(operation.pointer.as_str()) {
            members.insert("parameters".to_owned(), Value::Array(kept));
        }
    }
    for path in &changed {
        if let Some(Value::Object(item)) = value.pointer_mut(path)
            && METHODS.iter().any(|method| item.contains_key(*method))
        {
            item.shift_remove("parameters");
        }
    }
    Document::from_value(document.name(), value)
}

fn simplified(document: &Document, parameter: &Parameter) -> Option<Vec<Value>> {
    let is_named = |name: &&str| parameter.name.eq_ignore_ascii_case(name);
    if parameter.location == ParameterLocation::Header && IGNORED_HEADERS.iter().any(is_named) {
        return Some(Vec::new());
    }
    let Some(schema) = schema(document, parameter) else {
        let content = document.get(&parameter.pointer)?.get("content")?.as_object()?;
        let mut media_types = content.keys();
        let (Some(media_type), None) = (media_types.next(), media_types.next()) else {
            return None;
        };
        return Some(vec![text(document, parameter, &format!("The value as {media_type}."))]);
    };
    let is_array = is_array(document, &schema);
    let members = members(document, &schema);
    let style = parameter.style.as_deref();
    match parameter.location {
        ParameterLocation::Path | ParameterLocation::Header
            if style.is_none_or(|s| s == "simple") =>
        {
            let note = match (is_array, members) {
                (true, _) => "The values, with commas between them.",
                (false, Some(_)) if parameter.explode => {
                    "`name=value` pairs, with commas between them."
                }
                (false, Some(_)) => "Names and values in turn, with commas between them.",
                (false, None) => return None,
            };
            Some(vec![text(document, parameter, note)])
        }
        ParameterLocation::Query => {
            let members = members.filter(|members| !members.is_empty())?;
            match style {
                Some("deepObject") => Some(parts(parameter, &schema, &members, |name| {
                    format!("{}[{name}]", parameter.name)
                })),
                None | Some("form") if parameter.explode => {
                    Some(parts(parameter, &schema, &members, ToOwned::to_owned))
                }
                None | Some("form") => {
                    let note = "Names and values in turn, with commas between them.";
                    Some(vec![text(document, parameter, note)])
                }
                Some(_) => None,
            }
        }
        _ => None,
    }
}

/// The schema of a parameter, references followed.
fn schema(document: &Document, parameter: &Parameter) -> Option<Value> {
    let (_, schema) = document.resolve(parameter.schema.as_ref()?).ok()?;
    Some(schema.clone())
}

fn is_array(document: &Document, schema: &Value) -> bool {
    let is_scalar = |items: &Value| is_scalar(document, items);
    schema.get("type").is_some_and(|kind| kind == "array")
        && schema.get("items").is_none_or(|items| is_scalar(items) || items == &json!({}))
}

fn is_scalar(document: &Document, schema: &Value) -> bool {
    let kind = resolved(document.value(), schema).and_then(|schema| schema.get("type").cloned());
    kind.as_ref().and_then(Value::as_str).is_some_and(|kind| SCALARS.contains(&kind))
}

/// The members of an object that has no others, if all are scalars or arrays of scalars.
fn members(document: &Document, schema: &Value) -> Option<Map<String, Value>> {
    let is_open = schema.get("additionalProperties").is_some_and(|rest| rest != &json!(false));
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    let members = schema.get("properties").filter(|_| is_object && !is_open)?.as_object()?;
    let is_simple = |member: &Value| {
        resolved(document.value(), member)
            .is_some_and(|schema| is_scalar(document, schema) || is_array(document, schema))
    };
    members.values().all(is_simple).then(|| members.clone())
}

/// One parameter for each member of an object.
fn parts(
    parameter: &Parameter,
    schema: &Value,
    members: &Map<String, Value>,
    name_of: impl Fn(&str) -> String,
) -> Vec<Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
    let part = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        exclude_null(&mut schema);
        let mut part = json!({
            "name": name_of(name), "in": "query", "schema": schema,
            "required": parameter.required && is_required(name),
        });
        if let Some(description) = schema.get("description") {
            part["description"] = description.clone();
        }
        part
    };
    members.iter().map(part).collect()
}

/// The parameter as text, and a note on what the text is.
fn text(document: &Document, parameter: &Parameter, note: &str) -> Value {
    let mut changed = document.get(&parameter.pointer).cloned().unwrap_or_default();
    if let Value::Object(members) = &mut changed {
        for name in ["content", "style", "explode", "example", "examples"] {
            members.shift_remove(name);
        }
        members.insert("schema".to_owned(), json!({"type": "string"}));
        let description = match &parameter.description {
            Some(description) => format!("{description}\n\n{note}"),
            None => note.to_owned(),
        };
        members.insert("description".to_owned(), description.into());
    }
    changed
}

fn name_of(separator: char) -> &'static str {
    match separator {
        ' ' => "spaces",
        '|' => "`|`",
        _ => "commas",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(parameters: Value) -> Document {
        let responses = json!({"200": {"description": "ok"}});
        let get = json!({"operationId": "a", "parameters": parameters, "responses": responses});
        let info = json!({"title": "t", "version": "1"});
        let value = json!({"openapi": "3.0.3", "info": info, "paths": {"/a": {"get": get}}});
        Document::from_value("a.json", value).unwrap()
    }

    /// The name and the type of each parameter after a pass.
    fn after(
        pass: impl Fn(&Document) -> Result<Document, DocumentError>,
        parameters: Value,
    ) -> Vec<(String, String, bool)> {
        let document = pass(&document(parameters)).unwrap();
        let parameters = document.value().pointer("/paths/~1a/get/parameters").unwrap();
        let one = |parameter: &Value| {
            let text = |at: &str| parameter.pointer(at).and_then(Value::as_str).unwrap_or("");
            let is_required = parameter["required"] == json!(true);
            (text("/name").to_owned(), text("/schema/type").to_owned(), is_required)
        };
        parameters.as_array().unwrap().iter().map(one).collect()
    }

    fn is(name: &str, kind: &str, required: bool) -> (String, String, bool) {
        (name.to_owned(), kind.to_owned(), required)
    }

    #[test]
    fn object_in_a_query_becomes_its_members() {
        let object = json!({"type": "object", "required": ["from"], "properties": {
            "from": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}}}});
        let deep = json!({"name": "f", "in": "query", "style": "deepObject", "schema": object});
        let form = json!({"name": "f", "in": "query", "required": true, "schema": object});
        let other = json!({"name": "z", "in": "query", "schema": {"type": "boolean"}});
        assert_eq!(
            after(simplify, json!([deep, other])),
            [
                is("f[from]", "integer", false),
                is("z", "boolean", false),
                is("f[tags]", "array", false)
            ]
        );
        assert_eq!(
            after(simplify, json!([form])),
            [is("from", "integer", true), is("tags", "array", false)]
        );
    }

    #[test]
    fn object_with_unknown_or_nested_members_stays() {
        let nested = json!({"type": "object", "properties": {"a": {"type": "object"}}});
        let open = json!({"type": "object", "properties": {"a": {"type": "string"}},
            "additionalProperties": {"type": "string"}});
        for schema in [nested, open, json!({"type": "object"})] {
            let deep = json!({"name": "f", "in": "query", "style": "deepObject", "schema": schema});
            assert_eq!(after(simplify, json!([deep])), [is("f", "object", false)], "{schema}");
        }
    }

    #[test]
    fn arrays_outside_a_query_and_content_become_text() {
        let array = json!({"type": "array", "items": {"type": "integer"}});
        let header = json!({"name": "h", "in": "header", "schema": array});
        let content = json!({"name": "c", "in": "query", "content": {"application/json": {}}});
        let query = json!({"name": "q", "in": "query", "schema": array});
        assert_eq!(
            after(simplify, json!([header, content, query])),
            [is("h", "string", false), is("c", "string", false), is("q", "array", false)]
        );
    }

    #[test]
    fn headers_that_openapi_ignores_are_removed() {
        let header =
            |name: &str| json!({"name": name, "in": "header", "schema": {"type": "string"}});
        let list = json!([header("Authorization"), header("X-A"), header("content-type")]);
        assert_eq!(after(simplify, list), [is("X-A", "string", false)]);
    }

    #[test]
    fn array_in_one_text_is_text_for_the_client() {
        let array = json!({"type": "array", "items": {"type": "integer"}});
        let with = |style: &str, explode: bool| json!({"name": style, "in": "query", "schema": array, "style": style, "explode": explode});
        let list = [with("form", true), with("form", false), with("pipeDelimited", false)];
        let kinds: Vec<_> =
            after(join_arrays, Value::from(list.to_vec())).into_iter().map(|p| p.1).collect();
        assert_eq!(kinds, ["array", "string", "string"]);
    }
}
