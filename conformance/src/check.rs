//! Judgements of one exchange by the documents, on the raw bytes.

use login_spec::{Document, DocumentError, JsonSchema, Operation, Pointer};

use crate::{
    case::{Case, Expect},
    exchange::Answer,
    strict_json,
};

/// The checks of every exchange, by schemathesis's names.
pub const CHECKS: [&str; 6] = [
    NOT_A_SERVER_ERROR,
    STATUS_CODE,
    CONTENT_TYPE,
    RESPONSE_SCHEMA,
    POSITIVE_ACCEPTANCE,
    NEGATIVE_REJECTION,
];
/// No answer is a 5xx, and there is an answer.
pub const NOT_A_SERVER_ERROR: &str = "not_a_server_error";
/// The status is documented.
pub const STATUS_CODE: &str = "status_code_conformance";
/// The content type is documented.
pub const CONTENT_TYPE: &str = "content_type_conformance";
/// The body conforms to the schema of its status.
pub const RESPONSE_SCHEMA: &str = "response_schema_conformance";
/// A conforming request is not refused for its form.
pub const POSITIVE_ACCEPTANCE: &str = "positive_data_acceptance";
/// A request that breaks the document is refused.
pub const NEGATIVE_REJECTION: &str = "negative_data_rejection";

/// What a check reports of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static str,
    /// The document that holds it.
    pub document: String,
    /// The place in that document.
    pub pointer: Pointer,
    /// What is wrong.
    pub message: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// The documents, ready to judge.
pub struct Judge {
    documents: Vec<Judging>,
}

struct Judging {
    document: Document,
    operations: Vec<Operation>,
}

impl Judge {
    /// The first document is the complete one; others are asked only where they speak.
    ///
    /// # Errors
    ///
    /// An operation cannot be read.
    pub fn new(documents: Vec<Document>) -> Result<Self, DocumentError> {
        let documents = documents
            .into_iter()
            .map(|document| Ok(Judging { operations: document.operations()?, document }))
            .collect::<Result<_, DocumentError>>()?;
        Ok(Self { documents })
    }

    /// Everything that is wrong with an answer; empty where it conforms.
    pub fn judge(&self, case: &Case, answer: &Answer) -> Vec<Finding> {
        let mut findings = Vec::new();
        let Some(main) = self.documents.first() else { return findings };
        let Some(operation) = main.operations.iter().find(|o| o.id == case.operation) else {
            return findings;
        };
        let finding = |rule, pointer: Pointer, message: String, expected: String, got: String| {
            let document = main.document.name().to_owned();
            Finding { rule, document, pointer, message, expected, got }
        };
        let responses = operation.pointer.child("responses");
        let status = answer.status.to_string();
        let response = operation.response_for(answer.status);
        if answer.status >= 500 {
            findings.push(finding(
                NOT_A_SERVER_ERROR,
                responses.clone(),
                "the server failed".to_owned(),
                "a status below 500".to_owned(),
                status.clone(),
            ));
        }
        if response.is_none() {
            let known: Vec<_> = operation.responses.iter().map(|r| r.status.to_string()).collect();
            findings.push(finding(
                STATUS_CODE,
                responses.clone(),
                "the status is not documented".to_owned(),
                known.join(", "),
                status.clone(),
            ));
        }
        if let Some(response) = response.filter(|response| !response.content.is_empty()) {
            let got = answer.header("content-type").unwrap_or("none").to_owned();
            let essence = got.split(';').next().unwrap_or_default().trim();
            if !response.content.iter().any(|c| c.media_type.eq_ignore_ascii_case(essence)) {
                let known: Vec<_> = response.content.iter().map(|c| c.media_type.clone()).collect();
                findings.push(finding(
                    CONTENT_TYPE,
                    response.pointer.child("content"),
                    "the content type is not documented".to_owned(),
                    known.join(", "),
                    got,
                ));
            }
        }
        for judging in &self.documents {
            findings.extend(judging.schema(operation, answer));
        }
        if let Some((rule, pointer, expected)) = expectation(case, operation, answer) {
            let message = case.title.clone();
            findings.push(finding(rule, pointer, message, expected, status));
        }
        findings
    }
}

/// The rule that the status of an answer breaks, where the case expects another.
fn expectation(
    case: &Case,
    operation: &Operation,
    answer: &Answer,
) -> Option<(&'static str, Pointer, String)> {
    // A limit that is reached says nothing about the data.
    if answer.status == 429 || answer.status >= 500 {
        return None;
    }
    let responses = operation.pointer.child("responses");
    let broken = || case.broken.as_ref().map_or_else(|| responses.clone(), |b| b.schema.clone());
    let (met, rule, pointer, expected) = match case.expect {
        Expect::Anything => return None,
        Expect::Success => {
            (answer.is_success(), POSITIVE_ACCEPTANCE, responses.child(200), "a success".to_owned())
        }
        Expect::SuccessOrUnauthorized => (
            answer.is_success() || answer.status == 401,
            POSITIVE_ACCEPTANCE,
            responses.clone(),
            "a success, or 401".to_owned(),
        ),
        Expect::Refusal | Expect::RefusalNotCoercion => (
            (400..500).contains(&answer.status),
            NEGATIVE_REJECTION,
            broken(),
            "a status from 400 to 499".to_owned(),
        ),
        Expect::Status(status) => {
            let place = responses.child(status);
            (answer.status == status, NEGATIVE_REJECTION, place, status.to_string())
        }
    };
    (!met).then_some((case.rule.unwrap_or(rule), pointer, expected))
}

impl Judging {
    fn schema(&self, operation: &Operation, answer: &Answer) -> Vec<Finding> {
        let same = |o: &&Operation| {
            o.path == operation.path && o.method.eq_ignore_ascii_case(&operation.method)
        };
        let content = self
            .operations
            .iter()
            .find(same)
            .and_then(|operation| operation.response_for(answer.status))
            .and_then(|response| response.content.iter().find(|c| c.media_type.contains("json")));
        let Some(pointer) = content.and_then(|content| content.schema.as_ref()) else {
            return Vec::new();
        };
        let finding = |pointer, message, expected, got| Finding {
            rule: RESPONSE_SCHEMA,
            document: self.document.name().to_owned(),
            pointer,
            message,
            expected,
            got,
        };
        let value = match strict_json::parse(&answer.body) {
            Ok(value) => value,
            Err(fault) => {
                let (message, got) = (fault.to_string(), answer.text());
                return vec![finding(pointer.clone(), message, "JSON".to_owned(), got)];
            }
        };
        let schema = match JsonSchema::read(&self.document, pointer) {
            Ok(schema) => schema,
            Err(error) => {
                let expected = "a schema".to_owned();
                return vec![finding(pointer.clone(), error.to_string(), expected, String::new())];
            }
        };
        let validator = match schema.validator() {
            Ok(validator) => validator,
            Err(error) => {
                let expected = "a schema".to_owned();
                return vec![finding(pointer.clone(), error, expected, String::new())];
            }
        };
        let errors = validator.iter_errors(&value).map(|error| {
            let place = Pointer::parse(error.schema_path().as_str()).unwrap_or_default();
            let expected = schema.value().pointer(place.as_str()).map(ToString::to_string);
            finding(
                schema.in_document(&place),
                format!("at `{}` of the answer: {error}", error.instance_path()),
                expected.unwrap_or_default(),
                error.instance().to_string(),
            )
        });
        errors.collect()
    }
}
