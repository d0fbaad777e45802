//! Members that may be null, and not absent.

use std::marker::PhantomData;

use schemars::{JsonSchema, r#gen::SchemaGenerator, schema::Schema};

/// Describes a member of a struct that must be present, although it may be null.
///
/// Schemars takes each `Option` for a member that may be absent. Generated types name this type in
/// `#[schemars(with = "…")]`; it has no values.
#[derive(Debug)]
pub struct Required<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Required<T> {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

#[cfg(test)]
mod tests {
    use schemars::r#gen::SchemaSettings;
    use serde_json::json;

    use super::*;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Members {
        #[schemars(with = "Required<Option<u8>>")]
        present: Option<u8>,
        absent: Option<u8>,
    }

    #[test]
    fn member_that_may_be_null_is_required() {
        let generator = SchemaSettings::openapi3().into_generator();
        let schema = json!(generator.into_root_schema_for::<Members>());
        assert_eq!(schema["required"], json!(["present"]));
        assert_eq!(schema["properties"]["present"]["nullable"], true);
    }
}
