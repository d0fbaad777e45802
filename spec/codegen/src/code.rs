//! Code that both generators share: the schema of a secret, parsing of tokens, and catching the panic
//! of a library.

use std::{
    panic,
    sync::{Mutex, PoisonError},
};

use proc_macro2::TokenStream;
use schemars::schema::{InstanceType, SchemaObject};

use super::{
    distinct_members,
    error::{Error, Result},
};

/// The schema of a secret string: `format: password`.
pub(crate) fn secret_schema() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Parses tokens as a Rust file, in which members have distinct names.
pub(crate) fn parse_file(tokens: TokenStream) -> Result<syn::File> {
    let mut file = syn::parse2(tokens)?;
    distinct_members::make_distinct(&mut file);
    Ok(file)
}

/// Runs library code that may panic. A panic becomes an error, and the panic hook prints nothing.
pub(crate) fn catch_panic<T>(library: &'static str, task: impl FnOnce() -> T) -> Result<T> {
    /// The hook is global, so two concurrent calls would restore each other's hook.
    static HOOK: Mutex<()> = Mutex::new(());
    let guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(task));
    panic::set_hook(hook);
    drop(guard);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref().copied()).unwrap_or("no message");
        Error::Panic { library, message: text.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_of_a_library_becomes_an_error() {
        let panics = |what: &str| {
            catch_panic("lib", || if what.is_empty() { 1 } else { panic!("no {what}") })
        };
        assert_eq!(panics("type").unwrap_err().to_string(), "lib panicked: no type");
        assert_eq!(panics("").unwrap(), 1);
        assert_eq!(
            catch_panic("lib", || panic!("fixed text")).map(|(): ()| 0).unwrap_err().to_string(),
            "lib panicked: fixed text"
        );
    }
}
