//! Checks of a response against the schemas of the document. The rules have the names of schemathesis.

use std::{collections::BTreeMap, sync::Mutex};

use jsonschema::Validator;
use serde_json::Value;
use specfirst_model::{Content, Document, DocumentError, JsonSchema, Operation, Pointer};

use super::Judgement;
use crate::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
};

/// Refusals that any HTTP server may send for a malformed request. They are defined by RFC 9110, so a
/// document need not list them.
const HTTP_REFUSALS: [u16; 17] =
    [400, 401, 403, 404, 405, 406, 408, 411, 413, 414, 415, 416, 417, 421, 422, 429, 431];

/// What a server responds if it does not offer an operation.
const NOT_OFFERED: [u16; 3] = [404, 405, 501];

const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// The most errors of one body: a list of a million wrong items is one fault, not a million findings.
const MAX_ERRORS: usize = 64;

/// The compiled documents.
pub struct Judge {
    /// The complete document comes first. The others are used only where they describe an operation.
    documents: Vec<CompiledDocument>,
    /// How often each response schema was applied.
    coverage: Mutex<BTreeMap<String, u64>>,
}

struct CompiledDocument {
    document: Document,
    operations: Vec<Operation>,
    schemas: BTreeMap<Pointer, (JsonSchema, Validator)>,
}

impl Judge {
    /// Compiles every documented schema of the documents.
    ///
    /// # Errors
    ///
    /// An error if an operation or a schema cannot be read.
    pub fn new(documents: Vec<Document>) -> Result<Self, DocumentError> {
        let documents =
            documents.into_iter().map(CompiledDocument::new).collect::<Result<_, _>>()?;
        Ok(Self { documents, coverage: Mutex::default() })
    }

    /// The operations of the complete document.
    pub fn operations(&self) -> &[Operation] {
        self.documents.first().map_or(&[], |document| &document.operations)
    }

    /// The complete document.
    ///
    /// # Panics
    ///
    /// If the judge has no document.
    pub fn document(&self) -> &Document {
        &self.documents.first().expect("a judge has a document").document
    }

    /// Whether a document has the place, given as `openapi.json#/paths/…`.
    pub fn has_place(&self, place: &str) -> bool {
        let Some((name, pointer)) = place.split_once('#') else { return false };
        let mut documents = self.documents.iter().map(|document| &document.document);
        let document = documents.find(|document| document.name() == name);
        document.is_some_and(|document| document.value().pointer(pointer).is_some())
    }

    /// How often each schema of a response was applied.
    ///
    /// # Panics
    ///
    /// If another thread panicked while it held the counts.
    pub fn coverage(&self) -> BTreeMap<String, u64> {
        self.coverage.lock().expect("no thread panics while it counts").clone()
    }

    /// Judges a response: adds the findings, and the rules that were checked.
    pub fn judge(&self, case: &Case, response: &Response, judgement: &mut Judgement) {
        let Some(main) = self.documents.first() else { return };
        let Some(operation) = main.operations.iter().find(|o| o.id == case.operation) else {
            return;
        };
        // A proxy before the target wants its own credentials (RFC 9110, section 15.5.8): the response
        // says nothing about the target.
        if response.status == PROXY_AUTHENTICATION_REQUIRED
            && operation.response_for(response.status).is_none()
        {
            return;
        }
        judgement.check("not_a_server_error");
        judgement.check("status_code_conformance");
        let Judgement { findings, checked } = judgement;
        let responses = || main.place(&operation.pointer.child("responses"));
        let documented = operation.response_for(response.status);
        if response.status >= 500 && documented.is_none() {
            findings.push(Finding::new(
                "not_a_server_error",
                responses(),
                format!("the server failed on {}", case.title),
                "a status below 500",
                format!("{}", response.status),
            ));
        } else if documented.is_none() && !may_be_undocumented(case, response.status) {
            let known: Vec<_> = operation.responses.iter().map(|r| r.status.to_string()).collect();
            findings.push(Finding::new(
                "status_code_conformance",
                responses(),
                format!("the status {} is not documented", response.status),
                known.join(", "),
                format!("{}", response.status),
            ));
        }
        if let Some(documented) = documented.filter(|documented| !documented.content.is_empty()) {
            checked.push("content_type_conformance");
            self.media_type(main, documented, response, findings);
            for header in &documented.headers {
                if main.header(header, response, findings) {
                    checked.push("documented_headers");
                }
            }
        }
        // The page comes first, because it has priority where both documents apply.
        for document in self.documents.iter().rev() {
            if let Some(content) = document.json_content(operation, response.status) {
                self.body(document, content, response, findings, checked);
            }
        }
        // The two documents overlap, so findings that the page has given already are dropped.
        let mut seen = Vec::new();
        findings.retain(|finding| {
            let key = (finding.rule, finding.message.clone());
            let first = !seen.contains(&key);
            seen.push(key);
            first
        });
        // What the complete document adds to the one that has the authority is practice.
        if self.documents.len() > 1 {
            let of_main = format!("{}#", main.document.name());
            let is_described = self.describes(operation, None);
            let is_status_described = self.describes(operation, Some(response.status));
            for finding in findings.iter_mut().filter(|f| f.place.starts_with(&of_main)) {
                finding.is_practice = match finding.rule {
                    "not_a_server_error" => false,
                    "status_code_conformance" => !is_described,
                    "content_type_conformance" => !is_status_described,
                    _ => true,
                };
            }
            let is_missing = NOT_OFFERED.contains(&response.status) && !is_described;
            let is_conforming =
                matches!(case.expect, Expect::Success | Expect::SuccessOrUnauthorized);
            if is_missing && is_conforming {
                let rule = case.rule.or(case.expect.rule()).unwrap_or("positive_data_acceptance");
                checked.push(rule);
                let mut finding = Finding::new(
                    rule,
                    main.place(&operation.pointer),
                    format!("the target does not offer {}", operation.path),
                    "an operation of every real server",
                    response.status.to_string(),
                );
                finding.is_practice = true;
                findings.push(finding);
                return;
            }
        }
        if let Some((rule, finding)) = expectation(case, operation, main, response) {
            checked.push(rule);
            let is_refused = !response.is_success();
            let is_added = is_refused && self.adds_media_type(operation, case);
            findings.extend(finding.map(|finding| Finding { is_practice: is_added, ..finding }));
        }
    }

    /// Whether only the complete document offers the media type of a request.
    fn adds_media_type(&self, operation: &Operation, case: &Case) -> bool {
        let Some(media_type) = case.request.header_value("content-type") else { return false };
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let offers = |o: &Operation| {
            let content = o.request_body.iter().flat_map(|body| &body.content);
            content.into_iter().any(|content| content.media_type.eq_ignore_ascii_case(essence))
        };
        let same = |o: &&Operation| {
            o.path == operation.path && o.method.eq_ignore_ascii_case(&operation.method)
        };
        let mut added = self.documents.iter().skip(1);
        offers(operation)
            && added
                .any(|document| document.operations.iter().find(same).is_some_and(|o| !offers(o)))
    }

    /// Whether a document with the authority describes an operation, and its responses of a status.
    fn describes(&self, operation: &Operation, status: Option<u16>) -> bool {
        let same = |o: &&Operation| {
            o.path == operation.path && o.method.eq_ignore_ascii_case(&operation.method)
        };
        self.documents[1..].iter().any(|document| {
            let described = document.operations.iter().find(same);
            described.is_some_and(|o| status.is_none_or(|status| o.response_for(status).is_some()))
        })
    }

    fn media_type(
        &self,
        main: &CompiledDocument,
        documented: &specfirst_model::Response,
        response: &Response,
        findings: &mut Vec<Finding>,
    ) {
        let got = response.header("content-type").unwrap_or("none").to_owned();
        let essence = got.split(';').next().unwrap_or_default().trim();
        if !documented.content.iter().any(|c| c.media_type.eq_ignore_ascii_case(essence)) {
            let known: Vec<_> = documented.content.iter().map(|c| c.media_type.clone()).collect();
            findings.push(Finding::new(
                "content_type_conformance",
                main.place(&documented.pointer.child("content")),
                "the media type is not documented",
                known.join(", "),
                got,
            ));
        }
    }

    fn body(
        &self,
        document: &CompiledDocument,
        content: &Content,
        response: &Response,
        findings: &mut Vec<Finding>,
        checked: &mut Vec<&'static str>,
    ) {
        let Some((schema, validator)) =
            content.schema.as_ref().and_then(|pointer| document.schemas.get(pointer))
        else {
            return;
        };
        if let Some(pointer) = &content.schema {
            let mut coverage = self.coverage.lock().expect("no thread panics while it counts");
            *coverage.entry(document.place(pointer)).or_default() += 1;
        }
        checked.push("response_is_json");
        let value = match response.strict_json() {
            Ok(value) => value,
            Err(error) => {
                let place = document.place(&content.pointer);
                findings.push(Finding::new(
                    "response_is_json",
                    place,
                    error.to_string(),
                    "JSON",
                    response.text().chars().take(400).collect::<String>(),
                ));
                return;
            }
        };
        checked.push("response_schema_conformance");
        for error in validator.iter_errors(value).take(MAX_ERRORS) {
            let place = Pointer::parse(error.schema_path().as_str()).unwrap_or_default();
            let expected = schema.value().pointer(place.as_str()).map(ToString::to_string);
            let keyword = place.tokens().last().unwrap_or_default();
            findings.push(Finding::new(
                "response_schema_conformance",
                document.place(&schema.in_document(&place)),
                format!("at `{}` of the response: {}", error.instance_path(), error.masked()),
                format!("{keyword}: {}", expected.unwrap_or_default()),
                error.instance().to_string(),
            ));
        }
    }
}

impl CompiledDocument {
    fn new(document: Document) -> Result<Self, DocumentError> {
        let operations = document.operations()?;
        let mut schemas = BTreeMap::new();
        for operation in &operations {
            let responses = operation.responses.iter();
            let bodies = responses.clone().flat_map(|r| r.content.iter().map(|c| &c.schema));
            let headers = responses.flat_map(|r| r.headers.iter().map(|h| &h.schema));
            for pointer in bodies.chain(headers).flatten() {
                if schemas.contains_key(pointer) {
                    continue;
                }
                schemas.insert(pointer.clone(), JsonSchema::compile(&document, pointer)?);
            }
        }
        Ok(Self { document, operations, schemas })
    }

    fn place(&self, pointer: &Pointer) -> String {
        format!("{}#{pointer}", self.document.name())
    }

    fn json_content(&self, operation: &Operation, status: u16) -> Option<&Content> {
        let same = |o: &&Operation| {
            o.path == operation.path && o.method.eq_ignore_ascii_case(&operation.method)
        };
        let documented = self.operations.iter().find(same)?.response_for(status)?;
        documented.content.iter().find(|content| content.media_type.contains("json"))
    }

    /// Returns whether there was a header to judge.
    fn header(
        &self,
        header: &specfirst_model::Header,
        response: &Response,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let place = self.place(&header.pointer);
        let Some(text) = response.header(&header.name) else {
            if header.required {
                let message = format!("the header `{}` is missing", header.name);
                findings.push(Finding::new(
                    "documented_headers",
                    place,
                    message,
                    "present",
                    "absent",
                ));
            }
            return header.required;
        };
        let Some((_, validator)) = header.schema.as_ref().and_then(|at| self.schemas.get(at))
        else {
            return true;
        };
        // A header value has no type, so it conforms if any reading of it does.
        let readings = [Value::from(text), serde_json::from_str(text).unwrap_or(Value::Null)];
        // RFC 9110, section 10.2.3, allows a date wherever the document names the seconds.
        let is_date = header.name.eq_ignore_ascii_case("retry-after")
            && httpdate::parse_http_date(text).is_ok();
        if !is_date && !readings.iter().any(|value| validator.is_valid(value)) {
            let message =
                format!("the header `{}` has a value that its schema rejects", header.name);
            findings.push(Finding::new(
                "documented_headers",
                place,
                message,
                "a value of its schema",
                text,
            ));
        }
        true
    }
}

/// Whether the status of a refusal need not be documented, because the document describes only
/// conforming requests.
fn may_be_undocumented(case: &Case, status: u16) -> bool {
    let is_malformed = !matches!(case.expect, Expect::Success | Expect::SuccessOrUnauthorized);
    is_malformed && HTTP_REFUSALS.contains(&status)
}

/// The rule that the case checks, and the finding if the response is unexpected. `None` if the response
/// says nothing about the case.
fn expectation(
    case: &Case,
    operation: &Operation,
    main: &CompiledDocument,
    response: &Response,
) -> Option<(&'static str, Option<Finding>)> {
    // A rate limit or a server error says nothing about the data. An unavailable server excuses a
    // refusal, but not a success.
    let is_documented = operation.response_for(response.status).is_some();
    let excused = case.expect != Expect::Success || !is_documented;
    if response.status == 429 || response.status >= 500 && excused {
        return None;
    }
    let rule = case.rule.or(case.expect.rule())?;
    let refused = (400..500).contains(&response.status);
    let (met, expected) = match case.expect {
        Expect::Anything => return None,
        Expect::Success => (response.is_success(), "a success"),
        Expect::SuccessOrUnauthorized => {
            (response.is_success() || matches!(response.status, 401 | 403), "a success, or 401")
        }
        Expect::Refusal | Expect::RefusalNotCoercion => (refused, "a status from 400 to 499"),
        Expect::Unauthorized => (matches!(response.status, 400 | 401 | 403 | 404 | 422), "401"),
    };
    if met {
        return Some((rule, None));
    }
    let responses = operation.pointer.child("responses");
    let pointer = match (case.expect, &case.broken) {
        (Expect::Success, _) => responses.child(200),
        (Expect::Unauthorized, _) => responses.child(401),
        (Expect::Refusal | Expect::RefusalNotCoercion, Some(broken)) => broken.schema.clone(),
        _ => responses,
    };
    let finding = Finding::new(
        rule,
        main.place(&pointer),
        format!("{}: answered {}", case.title, response.status),
        expected,
        response.status.to_string(),
    );
    Some((rule, Some(finding)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::case::Request;

    #[test]
    fn undocumented_refusal_is_allowed_for_malformed_requests_only() {
        let may = |expect, status| {
            let case = Case::new("create", "any", Request::new("POST", "/"), expect);
            may_be_undocumented(&case, status)
        };
        assert!(may(Expect::Refusal, 415) && may(Expect::Unauthorized, 404));
        assert!(!may(Expect::Refusal, 402) && !may(Expect::Refusal, 204));
        assert!(!may(Expect::Success, 404) && !may(Expect::SuccessOrUnauthorized, 415));
    }
}
