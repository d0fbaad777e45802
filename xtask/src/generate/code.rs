//! What both code generators share: how a secret is recognised, and tokens to text.

use anyhow::{Context, Result};
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

/// Tokens as source text, a blank line between items.
pub(crate) fn format(tokens: TokenStream) -> Result<String> {
    let file = syn::parse2(tokens).context("the generator wrote what is not Rust")?;
    Ok(prettyplease::unparse(&file))
}
