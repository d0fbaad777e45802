//! What the prose of a document demands, and its schemas do not.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, Linter, Severity};
use crate::{operation::Operation, pointer::Pointer};

impl Linter<'_> {
    /// `prose-demands-required`: a sentence that says a member must be there, of a member that no
    /// `required` names. `new` are the schemas of the operation that no operation before it has.
    pub(super) fn prose_demands_required(
        &mut self,
        operation: &Operation,
        new: &BTreeSet<Pointer>,
    ) {
        let demands: Vec<String> =
            markdown_sentences(operation.description.as_deref().unwrap_or_default())
                .into_iter()
                .filter(|sentence| is_normative(sentence) && sentence.contains('`'))
                .collect();
        for at in new {
            self.required_members(at, &demands, true);
        }
        if demands.is_empty() {
            return;
        }
        for at in self.schemas_of(operation).difference(new) {
            self.required_members(at, &demands, false);
        }
    }

    fn required_members(&mut self, at: &Pointer, demands: &[String], is_new: bool) {
        let Some(schema) = self.document.get(at) else { return };
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (name, property) in properties {
            if names_member(schema, name) {
                continue;
            }
            let own = property.get("description").and_then(Value::as_str).unwrap_or_default();
            let of_member = is_new
                .then(|| {
                    markdown_sentences(own).into_iter().find(|sentence| is_normative(sentence))
                })
                .flatten();
            let of_operation = || {
                let name = format!("`{name}`");
                demands.iter().find(|sentence| sentence.contains(&name)).cloned()
            };
            let Some(sentence) = of_member.or_else(of_operation) else { continue };
            // `required` cannot say "if", so a conditional demand is no fault of the page.
            let is_conditional = sentence.split_whitespace().any(|word| word == "if");
            self.findings.push(Finding {
                rule: "prose-demands-required".to_owned(),
                severity: if is_conditional { Severity::Note } else { Severity::Warning },
                pointer: at.child("properties").child(name),
                message: format!("the prose demands `{name}`, `required` does not"),
                contradicts: None,
                quotation: Some(sentence),
            });
        }
    }
}

/// Whether the schema's `required`, or that of one of its alternatives, names the member.
fn names_member(schema: &Value, name: &str) -> bool {
    let lists = |schema: &Value| {
        let required = schema.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|member| member == name))
    };
    let alternatives = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .filter_map(|list| schema.get(list).and_then(Value::as_array));
    lists(schema) || alternatives.flatten().any(lists)
}

/// The sentences of a Markdown text, list marks and line breaks taken out; tables are left aside.
pub fn markdown_sentences(markdown: &str) -> Vec<String> {
    markdown
        .lines()
        .map(|line| line.trim().trim_start_matches(['-', '>', '*']).trim())
        .filter(|line| !line.is_empty() && !line.starts_with(['|', '#']))
        .flat_map(|line| line.split_inclusive(". "))
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Whether a sentence demands something.
pub fn is_normative(sentence: &str) -> bool {
    let sentence = sentence.to_ascii_lowercase();
    ["mandatory", "is required", "must", "need to"].iter().any(|word| sentence.contains(word))
}
