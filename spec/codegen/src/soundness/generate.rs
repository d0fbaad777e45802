//! Generates the code, and again from copies of the document to check it.

use serde_json::Value;
use specfirst_model::{Document, Pointer};

use super::{
    locate::locate_failure,
    marks::{MarkedDocument, type_marks},
    name_clash::{Clash, Scope},
    opaque_names::with_opaque_names,
};
use crate::{
    error::{Error, Result},
    unsupported::Unsupported,
};

/// Generates the code of a view. Code that would not compile, or that has one type for two different
/// schemas, is an error.
///
/// # Errors
///
/// Whatever `write` returns, or the two items with the same name, with the operation and the JSON
/// pointer.
pub(crate) fn generate_checked(
    view: &Document,
    write: impl Fn(&Document) -> Result<syn::File>,
) -> Result<String> {
    let file = write(view).map_err(|error| match error {
        Error::Unsupported(_) => error,
        _ => locate_failure(view).unwrap_or(error),
    })?;
    let marked = MarkedDocument::new(view);
    let write_marked = |value: Value| write(&Document::from_value(view.name(), value)?);
    let named = write_marked(marked.value.clone()).map_err(copy_error("with marked schemas"))?;
    let at = |mark: &String| marked.schemas.get(mark).map(|schema| &schema.at);
    let clash_error = |pointer: Option<&Pointer>, reason: String| match pointer {
        Some(at) => Unsupported::at(view, at, reason).into(),
        None => Error::NameClash(reason),
    };
    if let Some(Clash { mark, other, mut reason }) = Scope::default().find_clash(&named.items) {
        if let Some(other) = other.as_ref().and_then(at) {
            reason = format!("{reason}, like that of #{other}");
        }
        return Err(clash_error(mark.as_ref().and_then(at), reason));
    }
    let distinct = write_marked(with_opaque_names(marked.value.clone()))
        .map_err(copy_error("with names that cannot coincide"))?;
    let (found, expected) = (type_marks(&named.items), type_marks(&distinct.items));
    for lost in expected.difference(&found) {
        // An equal schema of the same name may have the type. Without that schema, this one has it.
        let equal = marked.equal_schemas(lost, &found);
        let is_shared = !equal.is_empty()
            && type_marks(&write_marked(marked.without_schemas(&equal))?.items).contains(lost);
        if !is_shared {
            let reason = "its type would have the name of another type: give it a `title`";
            return Err(clash_error(at(lost), reason.to_owned()));
        }
    }
    Ok(prettyplease::unparse(&file))
}

fn copy_error(copy: &'static str) -> impl Fn(Error) -> Error {
    move |error| Error::Copy { copy, source: Box::new(error) }
}
