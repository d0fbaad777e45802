//! What the author of a document can do about a problem.

/// Part of a reason, and what to do about it. The first match counts. Some reasons come from libraries.
const KNOWN: [(&str, &str); 24] = [
    (
        "router cannot distinguish",
        "give one of the two operations another path, or leave one of them out",
    ),
    ("must have a scalar type", "make it a string that the handler splits"),
    (
        "is not supported here",
        "give it the usual style, or make it a string that the handler reads",
    ),
    ("an object in a query", "describe each member as a parameter of its own, or make it a string"),
    ("how an array in a query holds", "make it a string, such as JSON"),
    ("`content` instead of `schema`", "describe it with `schema`"),
    ("extractor for cookies", "describe it as a header `Cookie`"),
    (
        "allows no members of the others",
        "remove its `additionalProperties: false`, or repeat in it the properties of the others",
    ),
    ("invalid pattern", "correct the `pattern`, or remove it"),
    ("unhandled not schema", "remove the `not`, and check the value in the program"),
    ("its own schema rejects it", "correct the value or its schema"),
    ("type of the schema rejects it", "correct the value or its schema"),
    ("must have the same schema", "give both media types one schema, or remove one of them"),
    ("does not support this method", "leave the operation out"),
    ("interim response", "remove this response"),
    ("has no body", "remove the content of this response"),
    ("is not a valid header name", "correct the name"),
    ("no parameter has this name", "add the parameter, or correct its name"),
    ("the path has no", "correct the name of the parameter or the path"),
    ("function name", "change the `operationId`"),
    ("already has a function", "change the `operationId`"),
    ("builder would shadow", "change the `operationId`"),
    ("its type would", "give the schema another `title`, or rename the component"),
    ("type name", "give the schema another `title`, or rename the component"),
];

/// What is always possible.
const GENERAL: &str = "change this place with an overlay, or leave the operation out";

/// What to do about a problem with this reason.
pub(super) fn advice(reason: &str) -> &'static str {
    let known = KNOWN.iter().find(|(part, _)| reason.contains(part));
    known.map_or(GENERAL, |(_, advice)| advice)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use specfirst_model::Document;

    use super::*;
    use crate::client;

    #[test]
    fn advice_names_what_to_change() {
        let refusal = |parameter: Value| {
            let operation = json!({"operationId": "a", "parameters": [parameter],
                                   "responses": {"204": {"description": ""}}});
            let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
                                  "paths": {"/a": {"get": operation}}});
            let document = Document::from_value("api.json", document).unwrap();
            let problems = client::generate(&document, &client::Settings::default()).unwrap_err();
            problems.into_iter().next().unwrap().advice
        };
        let query = |schema| json!({"name": "q", "in": "query", "schema": schema});
        assert_eq!(
            refusal(query(json!({"type": "string", "pattern": "["}))),
            "correct the `pattern`, or remove it"
        );
        assert_eq!(
            refusal(query(json!({"type": "integer", "default": "x"}))),
            "correct the value or its schema"
        );
        assert_eq!(
            refusal(json!({"name": "send", "in": "query", "schema": {"type": "string"}})),
            GENERAL
        );
    }
}
