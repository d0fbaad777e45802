//! Code that is written, and written again from copies of the document.

use serde_json::Value;
use specfirst_model::{Document, Pointer};

use super::{
    locate::locate,
    marks::{Marked, type_marks},
    name_clash::{Clash, Scope},
    opaque_names::with_opaque_names,
};
use crate::{
    error::{Error, Result},
    unsupported::Unsupported,
};

/// Writes the code of a view, and refuses code that would not compile or that mistakes schemas.
///
/// # Errors
///
/// What `write` says of the document, or what two things have one name, with operation and place.
pub(crate) fn generate_checked(
    view: &Document,
    write: impl Fn(&Document) -> Result<syn::File>,
) -> Result<String> {
    let file = write(view).map_err(|error| match error {
        Error::Unsupported(_) => error,
        _ => locate(view, &write).unwrap_or(error),
    })?;
    let marked = Marked::new(view);
    let write_marked = |value: Value| write(&Document::from_value(view.name(), value)?);
    let named = write_marked(marked.value.clone()).map_err(in_copy("with marked schemas"))?;
    let at = |mark: &String| marked.places.get(mark).map(|schema| &schema.at);
    let refusal = |place: Option<&Pointer>, reason: String| match place {
        Some(at) => Unsupported::at(view, at, reason).into(),
        None => Error::NameClash(reason),
    };
    if let Some(Clash { mark, other, mut reason }) = Scope::default().clash(&named.items) {
        if let Some(other) = other.as_ref().and_then(at) {
            reason = format!("{reason}, as #{other} has");
        }
        return Err(refusal(mark.as_ref().and_then(at), reason));
    }
    let apart = write_marked(with_opaque_names(marked.value.clone()))
        .map_err(in_copy("with names that cannot coincide"))?;
    let (made, expected) = (type_marks(&named.items), type_marks(&apart.items));
    for lost in expected.difference(&made) {
        // It may have gone to an equal schema of the same name: without that, it would be there.
        let equal = marked.equal(lost, &made);
        let is_shared = !equal.is_empty()
            && type_marks(&write_marked(marked.without(&equal))?.items).contains(lost);
        if !is_shared {
            let reason = "its type would have the name of another type: give it a `title`";
            return Err(refusal(at(lost), reason.to_owned()));
        }
    }
    Ok(prettyplease::unparse(&file))
}

fn in_copy(copy: &'static str) -> impl Fn(Error) -> Error {
    move |error| Error::Copy { copy, source: Box::new(error) }
}
