//! The documents' requirements for a client: valid requests, and the responses it must read.

use login_spec::embedded;
use serde_json::Value;
use specfirst_model::{
    Document, DocumentError, JsonSchema, Operation, ParameterLocation, Pointer, StatusPattern,
};

use specfirst_engine::{
    check::finding::Finding,
    http::{case::Request, strict_json},
};

/// Both documents, with compiled request schemas.
pub(super) struct ClientContract {
    /// The complete document first.
    documents: Vec<ContractDocument>,
}

struct ContractDocument {
    document: Document,
    operations: Vec<Operation>,
    bodies: Vec<Body>,
}

/// A request body of one media type.
struct Body {
    operation: String,
    media_type: String,
    schema: JsonSchema,
    validator: jsonschema::Validator,
}

/// A documented response with a JSON body.
pub(super) struct Documented {
    /// The operation's `operationId`.
    pub operation: String,
    /// The status.
    pub status: u16,
    /// The schema of the body.
    pub schema: JsonSchema,
    /// The place in the document.
    pub place: String,
}

impl ClientContract {
    /// The contract of the built-in documents.
    ///
    /// # Errors
    ///
    /// An error if an operation or a schema cannot be read.
    pub(super) fn embedded() -> Result<Self, DocumentError> {
        Self::new(vec![
            Document::parse("openapi.json", embedded::OPENAPI)?,
            Document::parse("documented.json", embedded::DOCUMENTED)?,
        ])
    }

    /// The contract of these documents, the complete one first.
    ///
    /// # Errors
    ///
    /// An error if an operation or a schema cannot be read.
    pub(super) fn new(documents: Vec<Document>) -> Result<Self, DocumentError> {
        let documents =
            documents.into_iter().map(ContractDocument::new).collect::<Result<_, _>>()?;
        Ok(Self { documents })
    }

    /// The operation with this id, in the complete document.
    pub(super) fn operation(&self, id: &str) -> Option<&Operation> {
        self.documents.first()?.operations.iter().find(|operation| operation.id == id)
    }

    /// The place in the complete document.
    pub(super) fn place(&self, pointer: &Pointer) -> String {
        let name = self.documents.first().map_or("", |document| document.document.name());
        format!("{name}#{pointer}")
    }

    /// Every documented response whose body is JSON.
    ///
    /// # Errors
    ///
    /// An error if a schema cannot be read.
    pub(super) fn responses(&self) -> Result<Vec<Documented>, DocumentError> {
        let mut responses = Vec::new();
        let Some(main) = self.documents.first() else { return Ok(responses) };
        for operation in &main.operations {
            for response in &operation.responses {
                let StatusPattern::Exact(status) = response.status else { continue };
                let json = response.content.iter().find(|c| c.media_type == "application/json");
                let Some(pointer) = json.and_then(|content| content.schema.as_ref()) else {
                    continue;
                };
                responses.push(Documented {
                    operation: operation.id.clone(),
                    status,
                    schema: JsonSchema::read(&main.document, pointer)?,
                    place: self.place(pointer),
                });
            }
        }
        Ok(responses)
    }

    /// The problem with the body of a request: its media type, or its value in one of the documents.
    /// `may_lack_alternative` is for requests that contain no documented way to log in.
    pub(super) fn body(
        &self,
        operation: &Operation,
        request: &Request,
        may_lack_alternative: bool,
    ) -> Vec<Finding> {
        let Some(documented) = &operation.request_body else {
            return Vec::from_iter(request.body.as_ref().map(|body| {
                Finding::new(
                    "client_request_conforms",
                    self.place(&operation.pointer),
                    "the client sends a body that the operation does not have",
                    "no body",
                    format!("{} bytes", body.len()),
                )
            }));
        };
        let sent = request.header_value("content-type").unwrap_or("none");
        let media_type = sent.split(';').next().unwrap_or_default().trim();
        if !documented.content.iter().any(|content| content.media_type == media_type) {
            let known: Vec<_> = documented.content.iter().map(|c| c.media_type.clone()).collect();
            return vec![Finding::new(
                "client_content_type",
                self.place(&documented.pointer.child("content")),
                "the client sends a media type that the operation does not document",
                known.join(", "),
                sent,
            )];
        }
        let value = match read_body(request) {
            Ok(value) => value,
            Err(reason) => {
                return vec![Finding::new(
                    "client_request_conforms",
                    self.place(&documented.pointer),
                    "the client sends a body that is not what its media type says",
                    media_type,
                    reason,
                )];
            }
        };
        let mut findings = Vec::new();
        for document in self.documents.iter().rev() {
            document.value(operation, media_type, &value, may_lack_alternative, &mut findings);
        }
        findings
    }

    /// The problem with the credentials in the headers of a request.
    pub(super) fn credentials(
        &self,
        operation: &Operation,
        request: &Request,
        session: Option<(&str, &str)>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let schemes = operation.security.first().into_iter().flatten();
        let keys: Vec<&String> = schemes
            .filter_map(|scheme| scheme.api_key.as_ref())
            .filter(|(location, _)| *location == ParameterLocation::Header)
            .map(|(_, name)| name)
            .collect();
        let all = self.documents.first().into_iter().flat_map(|d| &d.operations);
        let mut known: Vec<&String> = all
            .flat_map(|operation| operation.security.iter().flatten())
            .filter_map(|scheme| scheme.api_key.as_ref().map(|(_, name)| name))
            .collect();
        known.sort();
        known.dedup();
        for name in known {
            let expected = session.filter(|_| keys.contains(&name)).map(|(user_id, token)| {
                if name.eq_ignore_ascii_case("x-user-id") { user_id } else { token }
            });
            let sent = request.header_value(name);
            if sent != expected {
                let say = |value: Option<&str>| match value {
                    None => "no such header",
                    Some(_) if sent.is_some() && expected.is_some() => "another value",
                    Some(_) => "the header",
                };
                findings.push(Finding::new(
                    "client_sends_credentials",
                    self.place(&operation.pointer.child("security")),
                    format!("the client does not send `{name}` as the operation asks"),
                    if expected.is_some() { "the session's value" } else { "no such header" },
                    say(sent),
                ));
            }
        }
        findings
    }
}

impl ContractDocument {
    fn new(document: Document) -> Result<Self, DocumentError> {
        let operations = document.operations()?;
        let mut bodies = Vec::new();
        for operation in &operations {
            for content in operation.request_body.iter().flat_map(|body| &body.content) {
                let Some(pointer) = &content.schema else { continue };
                let (schema, validator) = JsonSchema::compile(&document, pointer)?;
                let operation = operation.label();
                let media_type = content.media_type.clone();
                bodies.push(Body { operation, media_type, schema, validator });
            }
        }
        Ok(Self { document, operations, bodies })
    }

    fn value(
        &self,
        operation: &Operation,
        media_type: &str,
        value: &Value,
        may_lack_alternative: bool,
        findings: &mut Vec<Finding>,
    ) {
        // The page describes one media type. Its schema applies to forms too.
        let of_operation = |body: &&Body| body.operation.eq_ignore_ascii_case(&operation.label());
        let exact = self.bodies.iter().filter(of_operation).find(|b| b.media_type == media_type);
        let Some(body) = exact.or(self.bodies.iter().find(of_operation)) else { return };
        for error in body.validator.iter_errors(value) {
            let place = Pointer::parse(error.schema_path().as_str()).unwrap_or_default();
            if may_lack_alternative && matches!(place.as_str(), "/anyOf" | "/oneOf") {
                continue;
            }
            let expected = body.schema.value().pointer(place.as_str());
            findings.push(Finding::new(
                "client_request_conforms",
                format!("{}#{}", self.document.name(), body.schema.in_document(&place)),
                format!("at `{}` of the body: {}", error.instance_path(), error.masked()),
                expected.map(ToString::to_string).unwrap_or_default(),
                error.instance().to_string(),
            ));
        }
    }
}

/// The body of a request as JSON; each value of a form is a string, as forms have no other type.
///
/// # Errors
///
/// An error if the body is not JSON or a form.
pub fn read_body(request: &Request) -> Result<Value, String> {
    let body = request.body.clone().unwrap_or_default();
    if request.header_value("content-type").is_some_and(|kind| kind.contains("form")) {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&body).map_err(|error| error.to_string())?;
        let count = pairs.len();
        let members: serde_json::Map<_, _> =
            pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
        if members.len() < count {
            return Err("a name twice".to_owned());
        }
        return Ok(members.into());
    }
    strict_json::parse(&body).map_err(|error| error.to_string())
}
