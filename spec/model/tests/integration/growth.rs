//! The time of the lint grows with the size of the document, not with its square.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use specfirst_model::{Document, lint};

/// A document whose operations share components, with examples at every level.
fn document(operations: usize) -> Document {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    let reference = |number: usize| json!({"$ref": format!("#/components/schemas/Item{number}")});
    for number in 0..operations {
        schemas.insert(
            format!("Item{number}"),
            json!({
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "integer", "example": number},
                    "name": {"type": "string", "description": "It must be short.", "example": "a"},
                    "parent": reference(number * 7 / 10),
                    "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
                },
            }),
        );
        let content = |schema: Value| json!({"application/json": {"schema": schema}});
        paths.insert(
            format!("/items{number}"),
            json!({"get": {"responses": {
                "200": {"description": "", "content": {"application/json": {
                    "schema": reference(number), "example": {"id": "wrong"},
                }}},
                "404": {"description": "", "content": content(reference(0))},
            }}}),
        );
    }
    let value = json!({
        "openapi": "3.0.3", "paths": paths, "components": {"schemas": schemas},
    });
    Document::from_value("large.json", value).unwrap()
}

/// The shortest of three measurements, which other work on the machine disturbs least.
fn time(document: &Document, findings: usize) -> Duration {
    let measure = |_| {
        let start = Instant::now();
        assert_eq!(lint(document, &[]).unwrap().len(), findings);
        start.elapsed()
    };
    (0..3).map(measure).min().unwrap()
}

#[test]
fn ten_times_the_operations_take_about_ten_times_as_long() {
    // Two findings an operation: the example, and the prose about `name`.
    let (small, large) = (time(&document(100), 200), time(&document(1000), 2000));
    // Quadratic time would be a factor of 100.
    assert!(large < small * 30, "{small:?} for 100 operations, {large:?} for 1,000");
}
