//! Rules about operations as a whole.

use std::collections::{BTreeSet, HashMap};

use super::{Finding, Linter, Severity};
use crate::operation::{Operation, ParameterLocation, StatusPattern};

impl Linter<'_> {
    pub(super) fn operation(&mut self, operation: &Operation) {
        let new = self.examples_of(operation);
        self.prose_demands_required(operation, &new);
        self.path_parameters(operation);
        if let Some(finding) = errors_are_documented(operation) {
            self.findings.push(finding);
        }
    }

    /// `operation-id-unique`: two operations with one `operationId` would be one method.
    pub(super) fn operation_ids(&mut self, operations: &[Operation]) {
        let mut first: HashMap<&str, &Operation> = HashMap::new();
        for operation in operations {
            let Some(other) = first.get(operation.id.as_str()) else {
                first.insert(&operation.id, operation);
                continue;
            };
            self.findings.push(Finding {
                rule: "operation-id-unique".to_owned(),
                severity: Severity::Error,
                pointer: operation.pointer.clone(),
                message: format!(
                    "`{}` is the `operationId` of {}, too",
                    operation.id,
                    other.label()
                ),
                contradicts: Some(other.pointer.clone()),
                quotation: None,
            });
        }
    }

    /// `path-parameters-match`: the variables of a path and its parameters are the same.
    fn path_parameters(&mut self, operation: &Operation) {
        let variables: BTreeSet<&str> = operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .collect();
        let mut report = |pointer, message| {
            self.findings.push(Finding {
                rule: "path-parameters-match".to_owned(),
                severity: Severity::Error,
                pointer,
                message,
                contradicts: None,
                quotation: None,
            });
        };
        let of_path = |parameter: &&crate::Parameter| parameter.location == ParameterLocation::Path;
        let declared = || operation.parameters.iter().filter(of_path);
        for variable in &variables {
            if !declared().any(|parameter| parameter.name == *variable) {
                let message = format!("no parameter describes `{{{variable}}}` of the path");
                report(operation.pointer.clone(), message);
            }
        }
        for parameter in declared() {
            if !variables.contains(parameter.name.as_str()) {
                let name = &parameter.name;
                let message = format!("the path `{}` has no `{{{name}}}`", operation.path);
                report(parameter.pointer.clone(), message);
            } else if !parameter.required {
                let message = format!("the path parameter `{}` must be `required`", parameter.name);
                report(parameter.pointer.clone(), message);
            }
        }
    }
}

/// `errors-are-documented`: an operation that takes a body can refuse it, and says how.
fn errors_are_documented(operation: &Operation) -> Option<Finding> {
    let is_error = |status| match status {
        StatusPattern::Exact(status) => status >= 400,
        StatusPattern::Class(class) => class >= 4,
        StatusPattern::Default => true,
    };
    if operation.responses.iter().any(|response| is_error(response.status)) {
        return None;
    }
    let documented: Vec<_> =
        operation.responses.iter().map(|response| response.status.to_string()).collect();
    Some(Finding {
        rule: "errors-are-documented".to_owned(),
        severity: Severity::Warning,
        pointer: operation.pointer.child("responses"),
        message: format!(
            "only {} is documented: no status of an error and no body of one",
            documented.join(", ")
        ),
        contradicts: None,
        quotation: None,
    })
}
