//! What is wrong with a document or a page itself.
//!
//! The document is input and stays as it is; the findings tell its authors, and the readers of our
//! reports, where it contradicts itself. Each rule is general; what only one API knows stands as
//! data under `x-example-rules` in the overlay.
//!
//! Every schema is visited once, whatever refers to it, so that the time is linear in the document.

mod examples;
mod finding;
mod operations;
mod prose;
mod schemas;

use crate::{
    document::{Document, DocumentError},
    overlay::ExampleRule,
    pointer::Pointer,
};

pub use finding::{Finding, Severity};
pub use prose::{is_normative, markdown_sentences};

/// Lists what is wrong with a document, worst first, then in the order of the document. What cannot
/// be read is a finding, too, and does not hide what else is wrong.
///
/// # Errors
///
/// [`DocumentError`] where a rule of the overlay does not fit the document.
pub fn lint(document: &Document, rules: &[ExampleRule]) -> Result<Vec<Finding>, DocumentError> {
    let mut linter =
        Linter { document, findings: Vec::new(), schemas: schemas::Schemas::default() };
    let (read, malformed) = document.readable_operations();
    for error in &malformed {
        linter.malformed(error);
    }
    for operation in &read {
        linter.operation(operation);
    }
    linter.operation_ids(&read);
    linter.components();
    for rule in rules {
        linter.example_rule(rule)?;
    }
    let mut findings = linter.findings;
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

/// The state of one lint.
struct Linter<'d> {
    document: &'d Document,
    findings: Vec<Finding>,
    schemas: schemas::Schemas,
}

impl Linter<'_> {
    /// `malformed`: a part of the document that cannot be read.
    fn malformed(&mut self, error: &DocumentError) {
        let (pointer, message) = match error {
            DocumentError::Malformed { pointer, message, .. } => (pointer.clone(), message.clone()),
            other => (Pointer::root(), other.to_string()),
        };
        let finding = Finding {
            rule: "malformed".to_owned(),
            severity: Severity::Error,
            pointer,
            message,
            contradicts: None,
            quotation: None,
        };
        // Several operations may share the part.
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
