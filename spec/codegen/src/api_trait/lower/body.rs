//! Lowers the bodies of requests.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use specfirst_model::Content;

use super::lowering::Lowering;
use crate::{
    api_trait::ir::{Body, BodyKind},
    error::Result,
    media_type::{FORM, MULTIPART, essence, is_json},
    prepare::has_nested_member,
    unsupported::Unsupported,
};

/// The body, and a note for the handler about media types that the type of the body does not express.
pub(super) fn lower(lowering: &mut Lowering<'_, '_>) -> Result<(Option<Body>, Option<String>)> {
    let Some(body) = &lowering.operation.request_body else { return Ok((None, None)) };
    let name = format!("{}Body", lowering.type_prefix());
    let (mut json, mut form, mut multipart, mut bytes) = (None, None, false, Vec::new());
    let mut is_nested = false;
    for content in &body.content {
        match essence(&content.media_type).as_str() {
            FORM if !has_other_encoding(lowering, content) => {
                form = Some(json_type(lowering, content, &name)?);
                is_nested = is_nested_form(lowering, content);
            }
            MULTIPART => multipart = true,
            media_type if is_json(media_type) => {
                let ty = json_type(lowering, content, &name)?;
                if json.as_ref().is_some_and(|other: &TokenStream| !is_same_type(other, &ty)) {
                    let reason = "all JSON bodies of an operation must have the same schema";
                    return Err(lowering.unsupported(&content.pointer, reason).into());
                }
                json = Some(ty);
            }
            _ => bytes.push(format!("`{}`", content.media_type)),
        }
    }
    let kind = match (json, form, multipart, bytes.is_empty()) {
        (Some(json), None, false, true) => BodyKind::Json(json),
        (None, Some(form), false, true) if is_nested => BodyKind::NestedForm(form),
        (None, Some(form), false, true) => BodyKind::Form(form),
        (Some(json), Some(form), false, true) if is_same_type(&json, &form) => {
            BodyKind::JsonOrForm(json)
        }
        (None, None, true, true) => BodyKind::Multipart,
        (None, None, false, false) => BodyKind::Bytes,
        (None, None, false, true) => {
            return Err(lowering.unsupported(&body.pointer, "the body has no media type").into());
        }
        (Some(_), Some(_), false, true) => {
            return Err(lowering
                .unsupported(&body.pointer, "the JSON body and the form must have the same schema")
                .into());
        }
        // The handler tells the media types apart by the header of the request.
        _ => {
            bytes =
                body.content.iter().map(|content| format!("`{}`", content.media_type)).collect();
            BodyKind::Bytes
        }
    };
    let note = (!bytes.is_empty()).then(|| {
        let media_types = bytes.join(" or ");
        format!("The body is {media_types}; Dropshot takes it whatever the caller says it is.")
    });
    // The extractor for bytes accepts an empty body without `OptionalBody`.
    let required = body.required || matches!(kind, BodyKind::Bytes);
    Ok((Some(Body { required, kind }), note))
}

/// The type of a JSON body; any JSON value if it has no schema.
pub(super) fn json_type(
    lowering: &mut Lowering<'_, '_>,
    content: &Content,
    name: &str,
) -> Result<TokenStream, Unsupported> {
    match &content.schema {
        Some(schema) => lowering.type_of(schema, name),
        None => Ok(quote!(::serde_json::Value)),
    }
}

/// Whether a member of a form may be an array or an object.
fn is_nested_form(lowering: &Lowering<'_, '_>, content: &Content) -> bool {
    let schema = content.schema.as_ref().and_then(|at| lowering.document.get(at));
    schema.is_some_and(|schema| has_nested_member(lowering.document.value(), schema))
}

/// Whether a form has a member that is an array or an object in another form than the default one.
fn has_other_encoding(lowering: &Lowering<'_, '_>, content: &Content) -> bool {
    let encoding = lowering.document.get(&content.pointer.child("encoding"));
    let mut members = encoding.and_then(Value::as_object).into_iter().flatten();
    let is_other = |(_, member): (&String, &Value)| {
        member.get("style").is_some_and(|style| style != "form")
            || member.get("explode") == Some(&Value::Bool(false))
            || member.get("contentType").is_some()
    };
    is_nested_form(lowering, content) && members.any(is_other)
}

fn is_same_type(a: &TokenStream, b: &TokenStream) -> bool {
    a.to_string() == b.to_string()
}
