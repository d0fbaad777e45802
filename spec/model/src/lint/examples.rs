//! Examples that their schemas reject.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, Linter, Severity};
use crate::{
    document::DocumentError,
    operation::Operation,
    overlay::{self, ExampleCondition, ExampleRule},
    pointer::Pointer,
};

/// The longest message of a finding, in characters: a validator quotes whole values.
const MAX_MESSAGE: usize = 400;

impl Linter<'_> {
    /// `example-fits-schema`: every example, wherever OpenAPI allows one, is valid under its schema.
    /// Returns the schemas of the operation that no operation before it has.
    pub(super) fn examples_of(&mut self, operation: &Operation) -> BTreeSet<Pointer> {
        let mut new = BTreeSet::new();
        for content in super::schemas::contents(operation) {
            let Some(schema) = &content.schema else { continue };
            for example in &content.examples {
                self.example_fits(schema, example);
            }
            let schemas = self.visit(schema);
            self.examples_of_schemas(&schemas);
            new.extend(schemas);
        }
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            Some((parameter.schema.as_ref()?, parameter.pointer.child("example")))
        });
        for (schema, example) in parameters {
            if self.schemas.is_first_visit(&example) {
                self.example_fits(schema, &example);
            }
            let schemas = self.visit(schema);
            self.examples_of_schemas(&schemas);
        }
        new
    }

    /// The components that no operation uses.
    pub(super) fn components(&mut self) {
        let at = Pointer::root().child("components").child("schemas");
        let components = self.document.get(&at).and_then(Value::as_object);
        for name in components.into_iter().flat_map(|components| components.keys()) {
            let schemas = self.visit(&at.child(name));
            self.examples_of_schemas(&schemas);
        }
    }

    fn examples_of_schemas(&mut self, schemas: &BTreeSet<Pointer>) {
        for schema in schemas {
            let Some(Value::Object(members)) = self.document.get(schema) else { continue };
            for keyword in ["example", "default"] {
                if members.contains_key(keyword) {
                    self.example_fits(schema, &schema.child(keyword));
                }
            }
            if let Some(Value::Object(examples)) = members.get("x-examples") {
                for name in examples.keys() {
                    self.example_fits(schema, &schema.child("x-examples").child(name));
                }
            }
        }
    }

    fn example_fits(&mut self, schema: &Pointer, example: &Pointer) {
        let document = self.document;
        let Some(value) = document.get(example) else { return };
        let compiled = match document.resolve(schema) {
            Ok((at, _)) => self.schemas.compiled(document, &at),
            Err(error) => Err(error),
        };
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                self.malformed(&error);
                return;
            }
        };
        let (translated, validator) = &*compiled;
        for error in validator.iter_errors(value) {
            let place = |text: &str| Pointer::parse(text).unwrap_or_default();
            let message = error.to_string();
            let mut message: String = message.chars().take(MAX_MESSAGE).collect();
            if message.chars().count() == MAX_MESSAGE {
                message.push('…');
            }
            self.findings.push(Finding {
                rule: "example-fits-schema".to_owned(),
                severity: Severity::Error,
                pointer: example.join(&place(error.instance_path().as_str())),
                message: format!("an example that its own schema rejects: {message}"),
                contradicts: Some(translated.in_document(&place(error.schema_path().as_str()))),
                quotation: None,
            });
        }
    }

    /// The rules that the overlay states as data.
    pub(super) fn example_rule(&mut self, rule: &ExampleRule) -> Result<(), DocumentError> {
        let document = self.document;
        let places = overlay::matches(&rule.target, document.value()).map_err(|message| {
            document.malformed(&Pointer::root(), format!("{}: {message}", rule.id))
        })?;
        for place in places {
            let Some(example) = document.get(&place) else { continue };
            let (pointer, contradicts, message) = match &rule.condition {
                ExampleCondition::Equal([left, right]) => {
                    let (a, b) = (example.pointer(left), example.pointer(right));
                    let (Some(a), Some(b)) = (a, b) else { continue };
                    if a == b {
                        continue;
                    }
                    let join = |text| place.join(&Pointer::parse(text).unwrap_or_default());
                    (join(left), Some(join(right)), format!("{a} here and {b} there"))
                }
                ExampleCondition::AlphanumericOfLength(lengths) => {
                    let text = example.as_str().unwrap_or_default();
                    if lengths.contains(&text.len())
                        && text.bytes().all(|b| b.is_ascii_alphanumeric())
                    {
                        continue;
                    }
                    (
                        place.clone(),
                        None,
                        format!("{example} has {} characters", text.chars().count()),
                    )
                }
            };
            self.findings.push(Finding {
                rule: rule.id.clone(),
                severity: Severity::Error,
                pointer,
                message: format!("{message}. {}", rule.description),
                contradicts,
                quotation: None,
            });
        }
        Ok(())
    }
}
