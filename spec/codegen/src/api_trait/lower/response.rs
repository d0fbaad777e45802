//! Lowers responses.

use heck::ToPascalCase;
use specfirst_model::{self as model, Header, Pointer, StatusPattern};

use super::{body::json_type, lowering::Lowering, names, parameter::non_scalar_type};
use crate::{
    api_trait::ir::{Form, HeaderSet, Member, Response, ResponseContent, Responses},
    error::Result,
    media_type::{essence, is_json},
};

/// Statuses whose responses have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
const WITHOUT_BODY: [u16; 3] = [204, 205, 304];

/// Lowers every documented response.
pub(super) fn lower(lowering: &mut Lowering<'_, '_>) -> Result<Responses> {
    let at = lowering.operation.pointer.child("responses");
    if lowering.operation.responses.is_empty() {
        return Err(lowering.unsupported(&at, "no response is documented").into());
    }
    let name = format!("{}Response", lowering.type_prefix());
    lowering.reserve_name(&name, &at)?;
    let responses = &lowering.operation.responses;
    let mut all = Vec::new();
    for response in responses {
        if response.content.len() < 2 {
            all.push(lower_response(lowering, response)?);
            continue;
        }
        // A variant for each media type.
        for content in &response.content {
            let mut one = response.clone();
            one.content = vec![content.clone()];
            let mut lowered = lower_response(lowering, &one)?;
            if !all.is_empty()
                && all.iter().any(|other: &Response| other.variant == lowered.variant)
            {
                let media_type = lowered.content.as_ref().map(|content| &content.media_type);
                let suffix = essence(media_type.unwrap_or(&content.media_type)).to_pascal_case();
                lowered.variant = format!("{}{suffix}", lowered.variant);
            }
            if all.iter().any(|other| other.variant == lowered.variant) {
                let reason = "two media types of a response have the same name in Rust";
                return Err(lowering.unsupported(&content.pointer, reason).into());
            }
            all.push(lowered);
        }
    }
    Ok(Responses { name, all })
}

fn lower_response(lowering: &mut Lowering<'_, '_>, response: &model::Response) -> Result<Response> {
    let informational = match response.status {
        StatusPattern::Exact(status) => status < 200,
        StatusPattern::Class(class) => class < 2,
        StatusPattern::Default => false,
    };
    if informational {
        let reason = format!(
            "status {} is an interim response, which a handler cannot send",
            response.status
        );
        return Err(lowering.unsupported(&response.pointer, reason).into());
    }
    let variant = variant_name(response.status);
    // The types of a shared response are named after the response, not after an operation.
    let name = match component_name(&response.pointer) {
        Some(component) => component.to_pascal_case(),
        None => format!("{}{variant}", lowering.type_prefix()),
    };
    Ok(Response {
        status: response.status,
        description: response.description.clone(),
        content: lower_content(lowering, response, &name)?,
        headers: lower_headers(lowering, response, &name)?,
        variant,
    })
}

fn lower_content(
    lowering: &mut Lowering<'_, '_>,
    response: &model::Response,
    name: &str,
) -> Result<Option<ResponseContent>> {
    let content = match response.content.as_slice() {
        [] => return Ok(None),
        [content] => content,
        [_, second, ..] => {
            let reason = "a variant of a response has one media type";
            return Err(lowering.unsupported(&second.pointer, reason).into());
        }
    };
    let media_type = match content.media_type.as_str() {
        "*/*" | "application/*" => "application/octet-stream".to_owned(),
        "text/*" => "text/plain".to_owned(),
        other => other.to_owned(),
    };
    if let StatusPattern::Exact(status) = response.status
        && WITHOUT_BODY.contains(&status)
    {
        let reason = format!("a response with status {status} has no body");
        return Err(lowering.unsupported(&content.pointer, reason).into());
    }
    if is_json(&essence(&media_type)) {
        let json = Some(json_type(lowering, content, name)?);
        return Ok(Some(ResponseContent { media_type, json }));
    }
    if media_type.contains('*') || http::HeaderValue::try_from(&media_type).is_err() {
        let reason = format!("`{media_type}` is not one specific media type");
        return Err(lowering.unsupported(&content.pointer, reason).into());
    }
    Ok(Some(ResponseContent { media_type, json: None }))
}

/// The name of the struct of a response's headers. The struct is created if it does not exist yet.
fn lower_headers(
    lowering: &mut Lowering<'_, '_>,
    response: &model::Response,
    name: &str,
) -> Result<Option<String>> {
    let name = format!("{name}Headers");
    let mut members: Vec<Member> = Vec::new();
    for header in &response.headers {
        // OpenAPI ignores this header: the media type of the body describes it.
        if header.name.eq_ignore_ascii_case("content-type") {
            continue;
        }
        let member = lower_header(lowering, header, &name)?;
        if let Some(other) = members.iter().find(|other| other.field == member.field) {
            let reason =
                format!("its field name `{}` is also that of `{}`", member.field, other.name);
            return Err(lowering.unsupported(&header.pointer, reason).into());
        }
        members.push(member);
    }
    if members.is_empty() {
        return Ok(None);
    }
    if lowering.reserve_name(&name, &response.pointer)? {
        lowering.headers.push(HeaderSet { name: name.clone(), members });
    }
    Ok(Some(name))
}

fn lower_header(lowering: &mut Lowering<'_, '_>, header: &Header, set: &str) -> Result<Member> {
    let at = &header.pointer;
    let schema = header.schema.as_ref().ok_or_else(|| {
        lowering.unsupported(at, "a header with `content` instead of `schema` is not supported")
    })?;
    if http::HeaderName::try_from(&header.name).is_err() {
        let reason = format!("`{}` is not a valid header name", header.name);
        return Err(lowering.unsupported(at, reason).into());
    }
    if let Some(kind) = non_scalar_type(lowering, schema)? {
        return Err(lowering
            .unsupported(at, format!("a header must have a scalar type, not {kind}"))
            .into());
    }
    let field = names::field_name(&header.name)
        .ok_or_else(|| lowering.unsupported(at, "its name has no valid field name in Rust"))?;
    let name = format!("{set}_{field}").to_pascal_case();
    Ok(Member {
        field,
        name: header.name.clone(),
        docs: header.description.clone(),
        required: header.required,
        form: Form::Scalar,
        ty: lowering.type_of(schema, &name)?,
    })
}

/// The name of a response in the document's components.
fn component_name(at: &Pointer) -> Option<String> {
    let tokens: Vec<_> = at.tokens().collect();
    match tokens.as_slice() {
        [components, responses, name] if components == "components" && responses == "responses" => {
            Some(name.clone())
        }
        _ => None,
    }
}

/// The name of a variant, such as `NotFound` for 404. RFC 9110 defines the names of the classes.
fn variant_name(status: StatusPattern) -> String {
    match status {
        StatusPattern::Exact(status) => match reason_phrase(status) {
            Some(reason) => reason.replace('\'', "").to_pascal_case(),
            None => format!("Status{status}"),
        },
        StatusPattern::Class(2) => "Successful".to_owned(),
        StatusPattern::Class(3) => "Redirection".to_owned(),
        StatusPattern::Class(4) => "ClientError".to_owned(),
        StatusPattern::Class(_) => "ServerError".to_owned(),
        StatusPattern::Default => "Default".to_owned(),
    }
}

fn reason_phrase(status: u16) -> Option<&'static str> {
    http::StatusCode::from_u16(status).ok()?.canonical_reason()
}
