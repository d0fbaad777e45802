//! Code that both generators share: the schema of a secret, generated code, and catching the panic of a
//! library.

use std::{cell::Cell, panic, sync::Once};

use proc_macro2::TokenStream;
use schemars::schema::{InstanceType, SchemaObject};

use super::error::{Error, Result};

/// The schema of a secret string: `format: password`.
pub(crate) fn secret_schema() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Generated code before it is parsed.
pub(crate) struct Code {
    pub(crate) tokens: TokenStream,
    /// What the parsed items need.
    pub(crate) fix: Fix,
}

/// Changes parsed items. It gets one item at a time, and the modules around it, outermost first.
pub(crate) type Fix = Box<dyn Fn(&mut syn::File, &[syn::ItemMod])>;

impl Code {
    /// Parses the whole file.
    pub(crate) fn into_file(self) -> Result<syn::File> {
        let mut file = syn::parse2(self.tokens)?;
        (self.fix)(&mut file, &[]);
        Ok(file)
    }
}

thread_local! {
    /// Whether this thread runs library code whose panic is caught.
    static CATCHES: Cell<bool> = const { Cell::new(false) };
}

/// Runs library code that may panic. A panic becomes an error, and the panic hook prints nothing.
pub(crate) fn catch_panic<T>(library: &'static str, task: impl FnOnce() -> T) -> Result<T> {
    /// The hook is global. It stays, and prints as before wherever no panic is caught.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHES.get() {
                hook(info);
            }
        }));
    });
    let outer = CATCHES.replace(true);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(task));
    CATCHES.set(outer);
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
