//! Which object of OpenAPI stands where, so that examples and extensions are never taken for schemas.

/// The objects of OpenAPI that hold references or schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Root,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Schema,
    Example,
    Link,
    Callback,
    SecurityScheme,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// One object.
    One(Object),
    /// A map from names to objects.
    Map(Object),
    /// An array of objects.
    List(Object),
    /// A value without references, such as an example.
    Opaque,
}

impl Position {
    /// What stands at a member of this place.
    pub(super) fn member(self, name: &str) -> Self {
        match self {
            // A component or property may be called `x-…`, a path may not.
            Self::Map(Object::PathItem | Object::Callback) if name.starts_with("x-") => {
                Self::Opaque
            }
            Self::Map(object) => Self::One(object),
            Self::One(Object::Callback) if !name.starts_with("x-") => Self::One(Object::PathItem),
            Self::One(object) => member_of(object, name),
            Self::List(_) | Self::Opaque => Self::Opaque,
        }
    }

    /// What stands at an item of this place.
    pub(super) fn item(self) -> Self {
        match self {
            Self::List(object) => Self::One(object),
            _ => Self::Opaque,
        }
    }
}

fn member_of(object: Object, name: &str) -> Position {
    use Object as O;
    use Position::{List, Map, One, Opaque};
    match (object, name) {
        (O::Root, "paths" | "webhooks") | (O::Components, "pathItems") => Map(O::PathItem),
        (O::Root, "components") => One(O::Components),
        (O::Components, "schemas") => Map(O::Schema),
        (O::Components | O::Operation, "responses") => Map(O::Response),
        (O::Components, "parameters") => Map(O::Parameter),
        (O::Components, "requestBodies") => Map(O::RequestBody),
        (O::Components | O::Response | O::Encoding, "headers") => Map(O::Header),
        (O::Components, "securitySchemes") => Map(O::SecurityScheme),
        (O::Components | O::Response, "links") => Map(O::Link),
        (O::Components | O::Operation, "callbacks") => Map(O::Callback),
        (O::PathItem | O::Operation, "parameters") => List(O::Parameter),
        (O::PathItem, method) if crate::operation::METHODS.contains(&method) => One(O::Operation),
        (O::Operation, "requestBody") => One(O::RequestBody),
        (O::Parameter | O::Header | O::MediaType, "schema") => One(O::Schema),
        (O::Components | O::Parameter | O::Header | O::MediaType, "examples") => Map(O::Example),
        (O::Parameter | O::Header | O::RequestBody | O::Response, "content") => Map(O::MediaType),
        (O::MediaType, "encoding") => Map(O::Encoding),
        (
            O::Schema,
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
        ) => Map(O::Schema),
        (
            O::Schema,
            "items"
            | "not"
            | "additionalProperties"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema",
        ) => One(O::Schema),
        (O::Schema, "allOf" | "anyOf" | "oneOf" | "prefixItems") => List(O::Schema),
        _ => Opaque,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Position {
        path.split(' ').fold(Position::One(Object::Root), |position, token| {
            if token.parse::<usize>().is_ok() && matches!(position, Position::List(_)) {
                position.item()
            } else {
                position.member(token)
            }
        })
    }

    #[test]
    fn objects_are_found_by_their_position_and_not_by_their_name() {
        let schema = Position::One(Object::Schema);
        assert_eq!(at("paths /a get responses 200 content application/json schema"), schema);
        assert_eq!(at("components schemas schema properties example"), schema);
        assert_eq!(at("components schemas A allOf 0 items"), schema);
        assert_eq!(at("components schemas A example properties"), Position::Opaque);
        assert_eq!(at("paths /a parameters 0"), Position::One(Object::Parameter));
        assert_eq!(
            at("paths /a get callbacks done {$url} post requestBody"),
            Position::One(Object::RequestBody)
        );
    }
}
