//! What both code generators share: how a secret is recognised, tokens to text, and how a library
//! that panics on a document is kept from ending the program.

use std::{
    panic,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, anyhow};
use proc_macro2::TokenStream;
use schemars::schema::{InstanceType, SchemaObject};

/// The schema of a string that must not be shown: `format: password`.
pub(crate) fn secret_schema() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Tokens as a file of Rust.
pub(crate) fn parse(tokens: TokenStream) -> Result<syn::File> {
    syn::parse2(tokens).context("the generator wrote what is not Rust")
}

/// Runs what may panic; the panic's message becomes the error, and nothing is printed.
pub(crate) fn quietly<T>(task: impl FnOnce() -> T) -> Result<T> {
    /// The hook is the program's: two of these at once would put back each other's.
    static HOOK: Mutex<()> = Mutex::new(());
    let guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(task));
    panic::set_hook(hook);
    drop(guard);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        anyhow!("{}", text.or_else(|| payload.downcast_ref().copied()).unwrap_or("no message"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_a_library_becomes_an_error() {
        let panics = |what: &str| quietly(|| if what.is_empty() { 1 } else { panic!("no {what}") });
        assert_eq!(panics("type").unwrap_err().to_string(), "no type");
        assert_eq!(panics("").unwrap(), 1);
        assert_eq!(
            quietly(|| panic!("fixed text")).map(|(): ()| 0).unwrap_err().to_string(),
            "fixed text"
        );
    }
}
