//! Generates the client with progenitor.

mod names;
mod rewrite;

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use specfirst_model::Document;

use crate::{
    boxed_options::unbox_options,
    code::{self, Code},
    distinct_members,
    error::{Error, Result},
    prepare,
    problem::{Problems, Side, generate_or_explain},
    soundness, view,
};

/// What the document does not determine about the client.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The path of the type for secret strings, such as `crate::Secret`. The type implements `Clone`,
    /// `Debug`, `Serialize`, `Deserialize` and `FromStr`. Without it, a string with `format: password`
    /// is a `String`, and the `Debug` of the generated types shows it.
    pub secret: Option<String>,
}

/// Generates the client of a document.
///
/// Progenitor supports one body type for each operation, so the client sends only JSON where an
/// operation accepts JSON. For a body that is neither JSON nor a form, such as a multipart form, the
/// caller sets the bytes and `body_content_type`. Progenitor panics on some valid documents; the panic
/// becomes an error.
///
/// # Errors
///
/// Everything that progenitor cannot express, each with the operation and the JSON pointer.
pub fn generate(document: &Document, settings: &Settings) -> Result<String, Problems> {
    generate_or_explain(Side::Client, document, |document| generate_whole(document, settings))
}

fn generate_whole(document: &Document, settings: &Settings) -> Result<String> {
    let prepared = prepare::for_client(&prepare::for_both(document)?)?;
    prepare::check_for_client(&prepared)?;
    let view = view::for_code(&prepared)?;
    names::check_distinct(&view)?;
    let rewrite = rewrite::Rewrite::of(&prepared);
    // Both interfaces have the same types, and the positional one has the least code beside them.
    soundness::generate_checked(
        &view,
        |view| {
            let mut tokens = generate_tokens(view, settings, InterfaceStyle::Builder)?;
            rewrite.add_functions(&mut tokens);
            let rewrite = rewrite.clone();
            Ok(Code { tokens, fix: Box::new(move |file, modules| fix(file, modules, &rewrite)) })
        },
        |view| generate_tokens(view, settings, InterfaceStyle::Positional),
    )
}

fn fix(file: &mut syn::File, modules: &[syn::ItemMod], rewrite: &rewrite::Rewrite) {
    distinct_members::make_distinct(file);
    unbox_options(file);
    // Nothing in the types of the client sends a request.
    if modules.first().is_none_or(|outermost| outermost.ident != "types") {
        rewrite.apply(file);
    }
}

fn generate_tokens(
    view: &Document,
    settings: &Settings,
    style: InterfaceStyle,
) -> Result<TokenStream> {
    let openapi: openapiv3::OpenAPI = serde_json::from_value(view.value().clone())
        .map_err(|error| Error::library("openapiv3", error))?;
    let mut generation = GenerationSettings::new();
    generation.with_interface(style).with_tag(TagStyle::Merged);
    if let Some(secret) = &settings.secret {
        let implements = [progenitor::TypeImpl::FromStr].into_iter();
        generation.with_conversion(code::secret_schema(), secret, implements);
    }
    code::catch_panic("progenitor", || Generator::new(&generation).generate_tokens(&openapi))?
        .map_err(|error| Error::library("progenitor", error))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{fs, path::Path};

    use serde_json::{Value, json};

    use super::*;

    pub(crate) fn settings() -> Settings {
        Settings { secret: Some("crate::secret::Secret".to_owned()) }
    }

    /// typify makes two types of a component that may be null, and names one of them after its title.
    #[test]
    fn schema_that_may_be_null_has_one_name() {
        let base = json!({"type": "object", "title": "Base", "nullable": true,
                          "properties": {"id": {"type": "string"}}});
        let component = code(&json!({"$ref": "#/components/schemas/Base"}), &json!({"Base": base}));
        let inline = code(&json!({"type": "array", "items": base}), &json!({}));
        for code in [component, inline] {
            assert_eq!(code.matches("pub struct Base(").count(), 1, "{code}");
        }
    }

    #[test]
    fn copy_of_a_titled_component_is_that_component() {
        let source = json!({"type": "object", "title": "Event source"});
        let choice =
            json!({"type": "object", "oneOf": [{"$ref": "#/components/schemas/EventSource"}]});
        // Merging distributes the `allOf` over the alternatives, which are then copies.
        let copies = json!({"allOf": [{"$ref": "#/components/schemas/Choice"}]});
        let item = json!({"type": "object", "properties": {"source": copies}});
        let code = code(&item, &json!({"EventSource": source, "Choice": choice}));
        assert!(!code.contains("EventSource2"), "{code}");
    }

    /// The client of an operation that responds with this schema.
    fn code(schema: &Value, schemas: &Value) -> String {
        let content = json!({"application/json": {"schema": schema}});
        let get = json!({"operationId": "get", "responses": {"200": {"description": "", "content": content}}});
        let info = json!({"title": "t", "version": "1"});
        let value = json!({"openapi": "3.0.3", "info": info, "paths": {"/a": {"get": get}},
                           "components": {"schemas": schemas}});
        generate(&Document::from_value("a.json", value).unwrap(), &settings()).unwrap()
    }

    /// The golden document has difficult names. The integration tests compile the golden client.
    /// `SPECFIRST_GOLDEN=overwrite` writes it.
    #[test]
    fn golden_client_is_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let document = fs::read_to_string(folder.join("names.json")).unwrap();
        let document = Document::parse("names.json", &document).unwrap();
        let code = generate(&document, &settings()).unwrap();
        let golden = folder.join("names_client.rs");
        if std::env::var("SPECFIRST_GOLDEN").as_deref() == Ok("overwrite") {
            fs::write(&golden, &code).unwrap();
        }
        let is_fresh = code == fs::read_to_string(&golden).unwrap();
        assert!(is_fresh, "names_client.rs is stale; SPECFIRST_GOLDEN=overwrite updates it");
    }

    /// The client fills in each variable of a segment.
    #[test]
    fn segment_mixes_text_and_variables() {
        let get =
            serde_json::json!({"operationId": "a", "responses": {"204": {"description": ""}}});
        let document = serde_json::json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/files/{name}.{kind}": {"get": get}}});
        let document = Document::from_value("api.json", document).unwrap();
        let code = generate(&document, &settings()).unwrap();
        assert!(code.contains(r#""{}/files/{}.{}""#), "{code}");
    }
}
