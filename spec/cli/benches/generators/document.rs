//! A document with any number of operations, like that of a large public API.
//!
//! Five operations share a resource. Its schemas have nested objects, references, arrays, enums,
//! `allOf`, `oneOf` and examples. Operations have several responses, and parameters of each kind.

use serde_json::{Map, Value, json};

/// The operations of one resource.
const OPERATIONS: [fn(&Resource) -> Placed; 5] =
    [Resource::list, Resource::create, Resource::read, Resource::update, Resource::delete];

/// The document with this many operations.
pub(super) fn of(operations: usize) -> Value {
    let mut paths = Map::new();
    let mut schemas = shared_schemas();
    for index in 0..operations {
        let (number, which) = (index / OPERATIONS.len(), index % OPERATIONS.len());
        let resource =
            Resource { name: format!("Item{number}"), path: format!("/v1/item-{number}") };
        if which == 0 {
            resource.add_schemas(&mut schemas);
        }
        let Placed { path, method, operation } = OPERATIONS[which](&resource);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation;
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "A large API", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas, "responses": shared_responses(), "parameters": {
            "Limit": {"name": "limit", "in": "query", "description": "The size of a page.",
                      "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
            "RequestId": {"name": "X-Request-Id", "in": "header",
                          "schema": {"type": "string", "format": "uuid"}},
        }},
    })
}

/// An operation with its place in the document.
struct Placed {
    path: String,
    method: &'static str,
    operation: Value,
}

/// A resource: the name of its schema, and its path.
struct Resource {
    name: String,
    path: String,
}

impl Resource {
    fn path_of_one(&self) -> String {
        format!("{}/{{item_id}}", self.path)
    }

    fn list(&self) -> Placed {
        let page = object(
            &json!({
                "items": {"type": "array", "items": reference(&self.name)},
                "page": {"type": "object", "required": ["total"], "properties": {
                    "total": {"type": "integer", "format": "int64", "minimum": 0},
                    "next": {"type": "string", "nullable": true}}},
            }),
            &["items", "page"],
        );
        let parameters = json!([
            {"$ref": "#/components/parameters/Limit"},
            {"name": "state", "in": "query",
             "schema": {"type": "string", "enum": ["open", "closed", "all"], "default": "open"}},
            {"name": "since", "in": "query", "schema": {"type": "string", "format": "date-time"}},
        ]);
        let operation = self.operation("list", parameters, None, "200", &page);
        Placed { path: self.path.clone(), method: "get", operation }
    }

    fn create(&self) -> Placed {
        let parameters = json!([{"$ref": "#/components/parameters/RequestId"}]);
        let body = self.schema("Draft");
        let operation =
            self.operation("create", parameters, Some(body), "201", &reference(&self.name));
        Placed { path: self.path.clone(), method: "post", operation }
    }

    fn read(&self) -> Placed {
        let parameters = json!([self.id(), {"$ref": "#/components/parameters/RequestId"}]);
        let operation = self.operation("read", parameters, None, "200", &self.schema("Detail"));
        Placed { path: self.path_of_one(), method: "get", operation }
    }

    fn update(&self) -> Placed {
        let changed = object(
            &json!({
                "item": reference(&self.name),
                "changes": {"type": "array", "items": object(&json!({
                    "member": {"type": "string"}, "reason": {"type": "string", "nullable": true},
                }), &["member"])},
            }),
            &["item"],
        );
        let body = self.schema("Draft");
        let operation = self.operation("update", json!([self.id()]), Some(body), "200", &changed);
        Placed { path: self.path_of_one(), method: "put", operation }
    }

    fn delete(&self) -> Placed {
        let mut operation = self.operation("delete", json!([self.id()]), None, "204", &Value::Null);
        operation["responses"]["204"] = json!({"description": "The item is gone."});
        Placed { path: self.path_of_one(), method: "delete", operation }
    }

    fn operation(
        &self,
        verb: &str,
        parameters: Value,
        body: Option<Value>,
        status: &str,
        schema: &Value,
    ) -> Value {
        let success =
            json!({"description": "Success.", "content": {"application/json": {"schema": schema}}});
        let invalid = object(
            &json!({
                "message": {"type": "string"},
                "fields": {"type": "array", "items": object(&json!({
                    "name": {"type": "string"}, "problem": {"type": "string"}}), &["name", "problem"])},
            }),
            &["message", "fields"],
        );
        let mut operation = json!({
            "operationId": format!("{verb}{}", self.name),
            "summary": format!("The operation {verb} of {}", self.name),
            "description": "The caller must have access to the item. The server may limit the rate.",
            "parameters": parameters,
            "responses": {
                status: success,
                "400": {"description": "The request is invalid.",
                        "content": {"application/json": {"schema": invalid}}},
                "404": {"$ref": "#/components/responses/NotFound"},
                "default": {"$ref": "#/components/responses/Failure"},
            },
        });
        if let Some(schema) = body {
            operation["requestBody"] =
                json!({"required": true, "content": {"application/json": {"schema": schema}}});
        }
        operation
    }

    fn id(&self) -> Value {
        json!({"name": "item_id", "in": "path", "required": true,
               "description": format!("The id of the {}.", self.name),
               "schema": {"type": "string", "format": "uuid"}})
    }

    /// A reference to one of the schemas of the resource.
    fn schema(&self, suffix: &str) -> Value {
        reference(&format!("{}{suffix}", self.name))
    }

    fn add_schemas(&self, schemas: &mut Map<String, Value>) {
        let draft = object(
            &json!({
                "title": {"type": "string", "minLength": 1, "maxLength": 200},
                "kind": {"type": "string", "enum": ["book", "film", "map", "recording"]},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 50},
                "size": {"type": "object", "required": ["width"], "properties": {
                    "width": {"type": "integer", "format": "int32"},
                    "unit": {"type": "string", "enum": ["mm", "cm"]},
                    "margins": {"type": "object", "properties": {
                        "left": {"type": "number"}, "right": {"type": "number"}}}}},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            }),
            &["title", "kind"],
        );
        let mut item = draft.clone();
        item["properties"]["id"] = json!({"type": "string", "format": "uuid"});
        item["properties"]["owner"] = reference("Owner");
        item["properties"]["created"] = json!({"type": "string", "format": "date-time"});
        item["properties"]["subject"] = json!({"oneOf": [reference("Owner"), reference("Group")]});
        item["required"] = json!(["id", "owner", "title", "kind"]);
        item["example"] = json!({
            "id": "5a1fb0c4-3f0c-4f4c-9d0e-8f7c3c2a1b00", "title": self.name, "kind": "map",
            "owner": {"id": 7, "name": "Ada", "address": {"city": "London"}},
            "created": "2024-05-01T10:00:00Z", "tags": ["old", "large"],
            "size": {"width": 30, "unit": "cm", "margins": {"left": 1.5}}});
        let detail = json!({"allOf": [reference(&self.name), object(&json!({
            "history": {"type": "array", "items": object(&json!({
                "at": {"type": "string", "format": "date-time"},
                "by": reference("Owner"),
                "action": {"type": "string", "enum": ["created", "changed", "moved"]},
            }), &["at", "action"])},
            "related": {"type": "array", "items": reference(&self.name)},
        }), &["history"])]});
        schemas.insert(format!("{}Draft", self.name), draft);
        schemas.insert(self.name.clone(), item);
        schemas.insert(format!("{}Detail", self.name), detail);
    }
}

fn shared_schemas() -> Map<String, Value> {
    let owner = object(
        &json!({
            "id": {"type": "integer", "format": "int64"},
            "name": {"type": "string"},
            "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        }),
        &["id", "name"],
    );
    let group = object(
        &json!({
            "group": {"type": "string"}, "members": {"type": "array", "items": reference("Owner")},
        }),
        &["group", "members"],
    );
    let failure = object(
        &json!({
            "code": {"type": "integer"}, "message": {"type": "string"},
        }),
        &["code", "message"],
    );
    [("Owner", owner), ("Group", group), ("Failure", failure)]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into_iter()
        .collect()
}

fn shared_responses() -> Value {
    let response = |description: &str| {
        json!({"description": description,
               "content": {"application/json": {"schema": reference("Failure")}}})
    };
    json!({"NotFound": response("There is no such item."), "Failure": response("It failed.")})
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}
