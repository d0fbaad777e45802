//! Generates the code, and again from copies of the document to check it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use proc_macro2::TokenStream;
use serde_json::Value;
use specfirst_model::{Document, Pointer};

use super::{
    locate::locate_failure,
    marks::{MarkedDocument, type_marks},
    name_clash::{Clash, Scope},
    opaque_names::with_opaque_names,
    print::print,
};
use crate::{
    code::Code,
    error::{Error, Result},
    prepare,
    threads::run_both,
    unsupported::Unsupported,
    view,
};

/// Generates the code of a view with `write`. Code that would not compile, or that has one type for two
/// different schemas, is an error. `write_types` writes the types of that code, with or without other code.
///
/// # Errors
///
/// Whatever `write` returns, or the two items with the same name, with the operation and the JSON
/// pointer.
pub(crate) fn generate_checked(
    view: &Document,
    write: impl Fn(&Document) -> Result<Code> + Sync,
    write_types: impl Fn(&Document) -> Result<TokenStream> + Sync,
) -> Result<String> {
    let mut view = view.clone();
    for round in 0.. {
        let (untitled, error) = match attempt(&view, &write, &write_types) {
            Ok(code) => return Ok(code),
            Err(Failure { untitled, error }) => (untitled, error),
        };
        // A title gives a type a name of its own.
        let mut value = view.value().clone();
        let mut is_changed = false;
        for (index, at) in untitled.iter().enumerate() {
            is_changed |= prepare::give_title(&mut value, at, round * 1000 + index + 2);
        }
        if !is_changed || round == MAX_ROUNDS {
            return Err(error);
        }
        view = view::for_code(&Document::from_value(view.name(), value)?)?;
    }
    Err(Error::NameClash("the types have no distinct names".to_owned()))
}

/// The reason of a refusal because of a name that another schema has.
pub(crate) const NAME_IS_USED: &str = "is already used by #";

/// How often names are made distinct. A new name may coincide with another one.
const MAX_ROUNDS: usize = 8;

/// Why an attempt failed, and the schemas for which a title may help.
struct Failure {
    untitled: Vec<Pointer>,
    error: Error,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { untitled: Vec::new(), error }
    }
}

fn attempt(
    view: &Document,
    write: &impl Fn(&Document) -> Result<Code>,
    write_types: &(impl Fn(&Document) -> Result<TokenStream> + Sync),
) -> std::result::Result<String, Failure> {
    let marked = MarkedDocument::new(view);
    let marked_view = |value: Value| Document::from_value(view.name(), value);
    let marks_of = |value: Value| -> Result<BTreeSet<String>> {
        Ok(type_marks(write_types(&marked_view(value)?)?))
    };
    let of_copies = || -> Result<(BTreeSet<String>, BTreeSet<String>)> {
        let found = marks_of(marked.value.clone()).map_err(copy_error("with marked schemas"))?;
        let expected = marks_of(with_opaque_names(marked.value.clone()));
        Ok((found, expected.map_err(copy_error("with names that cannot coincide"))?))
    };
    // The code takes most of the memory, so the copies are made while it is printed and shrinks.
    let (marks, printed) = match write(view) {
        Ok(code) => run_both(of_copies, || print(code)),
        Err(error) => (Ok((BTreeSet::new(), BTreeSet::new())), Err(error)),
    };
    let printed = printed.map_err(|error: Error| match error {
        Error::Unsupported(_) => error,
        _ => locate_failure(view).unwrap_or(error),
    });
    let printed = printed.map_err(|error| {
        // The trait names an inline schema after its operation, and a component may have that name.
        let untitled = match &error {
            Error::Unsupported(clash) if clash.reason.contains(NAME_IS_USED) => {
                vec![clash.pointer.clone()]
            }
            _ => Vec::new(),
        };
        Failure { untitled, error }
    })?;
    let at = |mark: &String| marked.schemas.get(mark).map(|schema| &schema.at);
    let clash_error = |pointer: Option<&Pointer>, reason: String| match pointer {
        Some(at) => Unsupported::at(view, at, reason).into(),
        None => Error::NameClash(reason),
    };
    let text = match printed {
        Ok(text) => text,
        Err(clash) => {
            // The same clash in the marked copy leads to its schemas.
            let named = marked_view(marked.value.clone()).map_err(Error::from);
            let named = named.and_then(|view| write(&view)).and_then(Code::into_file);
            let named = named.map_err(copy_error("with marked schemas"))?;
            let found = Scope::default().find_clash(&named.items);
            let Clash { mark, other, mut reason } = found.unwrap_or(clash);
            if let Some(other) = other.as_ref().and_then(at) {
                reason = format!("{reason}, like that of #{other}");
            }
            let is_type_name = reason.starts_with("its type would");
            let schemas = [&mark, &other].into_iter().flatten().filter_map(at).take(2);
            let untitled = if is_type_name { schemas.cloned().collect() } else { Vec::new() };
            let error = clash_error(mark.as_ref().and_then(at), reason);
            return Err(Failure { untitled, error });
        }
    };
    let (found, expected) = marks?;
    let (mut untitled, mut without) = (Vec::new(), BTreeMap::new());
    for lost in expected.difference(&found) {
        // An equal schema of the same name may have the type. Without that schema, this one has it.
        let equal = marked.equal_schemas(lost, &found);
        let is_shared = !equal.is_empty() && {
            // Many schemas may be equal to the same ones.
            let marks = match without.entry(equal) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let marks = marks_of(marked.without_schemas(entry.key()))?;
                    entry.insert(marks)
                }
            };
            marks.contains(lost)
        };
        if !is_shared {
            untitled.extend(at(lost).cloned());
        }
    }
    if let Some(first) = untitled.first() {
        let reason = "its type would have the name of another type: give it a `title`";
        let error = clash_error(Some(first), reason.to_owned());
        return Err(Failure { untitled, error });
    }
    Ok(text)
}

fn copy_error(copy: &'static str) -> impl Fn(Error) -> Error {
    move |error| Error::Copy { copy, source: Box::new(error) }
}
