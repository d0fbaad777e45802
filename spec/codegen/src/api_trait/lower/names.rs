//! Names that generated code can have.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use specfirst_model::Pointer;

/// The names of the types that lie beside the trait, each with the place it is made for.
pub(super) struct Names(BTreeMap<String, Pointer>);

impl Names {
    /// With the names that are taken whatever the document says.
    pub(super) fn new(reserved: &[&str]) -> Self {
        Self(reserved.iter().map(|name| ((*name).to_owned(), Pointer::root())).collect())
    }

    /// Takes a name for a place; whether it is new. What one place is called twice is one type.
    ///
    /// # Errors
    /// Why no type can have this name.
    pub(super) fn reserve(&mut self, name: &str, at: &Pointer) -> Result<bool, String> {
        if !is_identifier(name) {
            return Err(format!("`{name}` is no name for a type"));
        }
        match self.0.get(name) {
            Some(other) if other == at => Ok(false),
            Some(other) if *other == Pointer::root() => Err(format!("the type `{name}` is taken")),
            Some(other) => Err(format!("the type `{name}` would also be that of #{other}")),
            None => {
                self.0.insert(name.to_owned(), at.clone());
                Ok(true)
            }
        }
    }
}

/// The field for a parameter or header; `None` where there is no such field.
pub(super) fn field_name(name: &str) -> Option<String> {
    let field = name.to_snake_case();
    [field.clone(), format!("{field}_")].into_iter().find(|field| is_identifier(field))
}

pub(super) fn is_identifier(name: &str) -> bool {
    // Syn does not know `gen`, which the edition of 2024 keeps.
    typify::accept_as_ident(name) && syn::parse_str::<syn::Ident>(name).is_ok()
}
