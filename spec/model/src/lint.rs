//! What is wrong with the page itself.
//!
//! The page is input and stays as it is; the findings tell its authors, and the readers of our
//! reports, where it contradicts itself. Each rule is general; what only one API knows stands as
//! data under `x-example-rules` in the overlay.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;
use serde_json::Value;

use crate::{
    document::{Document, DocumentError},
    operation::{Content, Operation, StatusPattern},
    overlay::{self, ExampleCondition, ExampleRule, Overlay},
    pointer::Pointer,
    schema::JsonSchema,
};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The page contradicts itself.
    Error,
    /// The page leaves out what its users need.
    Warning,
    /// The page says something that no schema can.
    Note,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// The place in `documented.json`.
    pub pointer: Pointer,
    /// What is wrong there.
    pub message: String,
    /// The place that it contradicts, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradicts: Option<Pointer>,
    /// The words of the page that it contradicts, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotation: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(f, "{severity}[{}]: {}", self.rule, self.message)?;
        write!(f, "  at #{}", self.pointer)?;
        if let Some(other) = &self.contradicts {
            write!(f, "\n  against #{other}")?;
        }
        if let Some(quotation) = &self.quotation {
            write!(f, "\n  the page says: \"{quotation}\"")?;
        }
        Ok(())
    }
}

/// Lists what is wrong with a document, worst first, then in the order of the document.
///
/// # Errors
///
/// [`DocumentError`] where the document cannot be read at all, or a rule of the overlay does not
/// fit it.
pub fn lint(document: &Document, overlay: &Overlay) -> Result<Vec<Finding>, DocumentError> {
    let mut findings = Vec::new();
    for operation in document.operations()? {
        for content in contents(&operation) {
            examples_fit_their_schema(document, content, &mut findings)?;
        }
        what_prose_demands_is_required(document, &operation, &mut findings)?;
        errors_are_documented(&operation, &mut findings);
    }
    for rule in &overlay.example_rules {
        example_rule(document, rule, &mut findings)?;
    }
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

fn contents(operation: &Operation) -> impl Iterator<Item = &Content> {
    let requests = operation.request_body.iter().flat_map(|body| &body.content);
    requests.chain(operation.responses.iter().flat_map(|response| &response.content))
}

/// `example-fits-schema`: every example, wherever OpenAPI allows one, is valid under its schema.
fn examples_fit_their_schema(
    document: &Document,
    content: &Content,
    findings: &mut Vec<Finding>,
) -> Result<(), DocumentError> {
    let Some(schema) = &content.schema else { return Ok(()) };
    for example in &content.examples {
        example_fits(document, schema, example, findings)?;
    }
    let mut schemas = BTreeSet::new();
    nested_schemas(document, schema, &mut schemas)?;
    for schema in &schemas {
        let Some(Value::Object(members)) = document.get(schema) else { continue };
        for keyword in ["example", "default"] {
            if members.contains_key(keyword) {
                example_fits(document, schema, &schema.child(keyword), findings)?;
            }
        }
        if let Some(Value::Object(examples)) = members.get("x-examples") {
            for name in examples.keys() {
                let example = schema.child("x-examples").child(name);
                example_fits(document, schema, &example, findings)?;
            }
        }
    }
    Ok(())
}

fn example_fits(
    document: &Document,
    schema: &Pointer,
    example: &Pointer,
    findings: &mut Vec<Finding>,
) -> Result<(), DocumentError> {
    let Some(value) = document.get(example) else { return Ok(()) };
    let translated = JsonSchema::read(document, schema)?;
    let validator = translated.validator().map_err(|error| document.malformed(schema, error))?;
    for error in validator.iter_errors(value) {
        let place = |text: &str| Pointer::parse(text).unwrap_or_default();
        findings.push(Finding {
            rule: "example-fits-schema".to_owned(),
            severity: Severity::Error,
            pointer: example.join(&place(error.instance_path().as_str())),
            message: format!("an example that its own schema rejects: {error}"),
            contradicts: Some(translated.in_document(&place(error.schema_path().as_str()))),
            quotation: None,
        });
    }
    Ok(())
}

/// A schema's place and those of every schema within it or referred to by it.
fn nested_schemas(
    document: &Document,
    schema: &Pointer,
    seen: &mut BTreeSet<Pointer>,
) -> Result<(), DocumentError> {
    let (at, value) = document.resolve(schema)?;
    if !seen.insert(at.clone()) {
        return Ok(());
    }
    let Some(members) = value.as_object() else { return Ok(()) };
    for (keyword, value) in members {
        let place = at.child(keyword);
        match (keyword.as_str(), value) {
            ("items" | "not" | "additionalProperties", Value::Object(_)) => {
                nested_schemas(document, &place, seen)?;
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                for index in 0..list.len() {
                    nested_schemas(document, &place.child(index), seen)?;
                }
            }
            ("properties", Value::Object(properties)) => {
                for name in properties.keys() {
                    nested_schemas(document, &place.child(name), seen)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// `prose-demands-required`: a sentence that says a member must be there, of a member that no
/// `required` names.
fn what_prose_demands_is_required(
    document: &Document,
    operation: &Operation,
    findings: &mut Vec<Finding>,
) -> Result<(), DocumentError> {
    let mut schemas = BTreeSet::new();
    for schema in contents(operation).filter_map(|content| content.schema.as_ref()) {
        nested_schemas(document, schema, &mut schemas)?;
    }
    for at in &schemas {
        let Some(schema) = document.get(at) else { continue };
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        for (name, property) in properties {
            if names_member(schema, name) {
                continue;
            }
            let own = property.get("description").and_then(Value::as_str).unwrap_or_default();
            let of_member =
                markdown_sentences(own).into_iter().filter(|sentence| is_normative(sentence));
            let of_operation =
                markdown_sentences(operation.description.as_deref().unwrap_or_default())
                    .into_iter()
                    .filter(|sentence| {
                        is_normative(sentence) && sentence.contains(&format!("`{name}`"))
                    });
            let Some(sentence) = of_member.chain(of_operation).next() else { continue };
            // `required` cannot say "if", so a conditional demand is no fault of the page.
            let is_conditional = sentence.split_whitespace().any(|word| word == "if");
            findings.push(Finding {
                rule: "prose-demands-required".to_owned(),
                severity: if is_conditional { Severity::Note } else { Severity::Warning },
                pointer: at.child("properties").child(name),
                message: format!("the prose demands `{name}`, `required` does not"),
                contradicts: None,
                quotation: Some(sentence),
            });
        }
    }
    Ok(())
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

/// `errors-are-documented`: an operation that takes a body can refuse it, and says how.
fn errors_are_documented(operation: &Operation, findings: &mut Vec<Finding>) {
    let is_error = |status| match status {
        StatusPattern::Exact(status) => status >= 400,
        StatusPattern::Class(class) => class >= 4,
        StatusPattern::Default => true,
    };
    if operation.responses.iter().any(|response| is_error(response.status)) {
        return;
    }
    let documented: Vec<_> =
        operation.responses.iter().map(|response| response.status.to_string()).collect();
    findings.push(Finding {
        rule: "errors-are-documented".to_owned(),
        severity: Severity::Warning,
        pointer: operation.pointer.child("responses"),
        message: format!(
            "only {} is documented: no status of an error and no body of one",
            documented.join(", ")
        ),
        contradicts: None,
        quotation: None,
    });
}

/// The rules that the overlay states as data.
fn example_rule(
    document: &Document,
    rule: &ExampleRule,
    findings: &mut Vec<Finding>,
) -> Result<(), DocumentError> {
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
                if lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
                {
                    continue;
                }
                (place.clone(), None, format!("{example} has {} characters", text.chars().count()))
            }
        };
        findings.push(Finding {
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
