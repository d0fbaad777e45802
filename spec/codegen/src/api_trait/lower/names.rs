//! Valid and distinct names for generated code.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use specfirst_model::Pointer;

/// The names of the types outside the module of types, each with the pointer that it was created for.
pub(super) struct Names(BTreeMap<String, Pointer>);

impl Names {
    /// Starts with names that no document can use.
    pub(super) fn new(reserved: &[&str]) -> Self {
        Self(reserved.iter().map(|name| ((*name).to_owned(), Pointer::root())).collect())
    }

    /// Reserves a name for a pointer. Returns whether the name is new: the same pointer has one type.
    ///
    /// # Errors
    ///
    /// The reason why no type can have this name.
    pub(super) fn reserve(&mut self, name: &str, at: &Pointer) -> Result<bool, String> {
        if !is_identifier(name) {
            return Err(format!("`{name}` is not a valid type name"));
        }
        match self.0.get(name) {
            Some(other) if other == at => Ok(false),
            Some(other) if *other == Pointer::root() => {
                Err(format!("the type name `{name}` is reserved"))
            }
            Some(other) => Err(format!("the type name `{name}` is already used by #{other}")),
            None => {
                self.0.insert(name.to_owned(), at.clone());
                Ok(true)
            }
        }
    }
}

/// The field name for a parameter or header; `None` if no valid field name exists.
pub(super) fn field_name(name: &str) -> Option<String> {
    let field = name.to_snake_case();
    [field.clone(), format!("{field}_")].into_iter().find(|field| is_identifier(field))
}

pub(super) fn is_identifier(name: &str) -> bool {
    // Syn does not reject `gen`, which the 2024 edition reserves.
    typify::accept_as_ident(name) && syn::parse_str::<syn::Ident>(name).is_ok()
}
