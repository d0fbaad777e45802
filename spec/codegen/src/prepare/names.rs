//! Names of types that stay distinct in Rust.

use std::collections::BTreeSet;

use heck::ToPascalCase;

/// The name of the Rust type for a name of the document, for comparison.
pub(crate) fn rust_name(name: &str) -> String {
    name.to_pascal_case()
}

/// The name, or the name with the first number that makes it distinct from all that are taken.
pub(super) fn distinct(name: &str, taken: &BTreeSet<String>) -> String {
    distinct_by(name, |name| taken.contains(&rust_name(name)))
}

/// The name, or the name with the first number that is not taken.
pub(super) fn distinct_by(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

/// Whether two names become the same Rust type.
pub(super) fn coincide(a: &str, b: &str) -> bool {
    // Most names differ in their letters, which is much cheaper to see than their words.
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    letters(a).eq(letters(b)) && rust_name(a) == rust_name(b)
}

/// A valid component name made of any text, in Pascal case.
pub(super) fn sanitized(text: &str) -> String {
    let words: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let name = words.to_pascal_case();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Type{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_coincide_in_rust_are_numbered() {
        let taken = BTreeSet::from(["UserId".to_owned(), "UserId2".to_owned()]);
        assert_eq!(distinct("user_id", &taken), "user_id3");
        assert_eq!(distinct("User", &taken), "User");
        assert!(coincide("user_id", "UserId") && !coincide("user_id", "Userid"));
        assert_eq!(sanitized("A title, with words"), "ATitleWithWords");
        assert_eq!(sanitized("1st"), "Type1st");
    }
}
