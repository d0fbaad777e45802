//! Reads operations out of a document; what is malformed is refused with its place.

use serde_json::{Map, Value};

use super::{
    Content, Header, Operation, Parameter, ParameterLocation, RequestBody, Response,
    SecurityScheme, StatusPattern,
};
use crate::{
    document::{Document, DocumentError},
    pointer::Pointer,
};

/// The methods a path item may have (OpenAPI 3.0.3, Path Item Object).
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads every operation of a document.
pub(crate) fn read_all(document: &Document) -> Result<Vec<Operation>, DocumentError> {
    let (operations, errors) = read_each(document);
    errors.into_iter().next().map_or(Ok(operations), Err)
}

/// Reads every operation of a document that can be read. The others become errors.
pub(crate) fn read_each(document: &Document) -> (Vec<Operation>, Vec<DocumentError>) {
    let root = Reader { document, at: Pointer::root(), value: document.value() };
    let (mut operations, mut errors) = (Vec::new(), Vec::new());
    let paths = match root.member("paths") {
        Ok(paths) => paths,
        Err(error) => return (operations, vec![error]),
    };
    for path in paths.into_iter().flat_map(|paths| paths.members()) {
        let (template, item) = match path {
            Ok((template, _)) if template.starts_with("x-") => continue,
            Ok(path) => path,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for method in METHODS {
            let operation = item.member(method).and_then(|operation| {
                operation
                    .map(|operation| operation.operation(&root, &template, &item, method))
                    .transpose()
            });
            match operation {
                Ok(operation) => operations.extend(operation),
                Err(error) => errors.push(error),
            }
        }
    }
    (operations, errors)
}

/// An object within the document, references followed, and where it stands.
struct Reader<'d> {
    document: &'d Document,
    at: Pointer,
    value: &'d Value,
}

impl<'d> Reader<'d> {
    fn read(document: &'d Document, at: &Pointer) -> Result<Self, DocumentError> {
        let (at, value) = document.resolve(at)?;
        Ok(Self { document, at, value })
    }

    fn malformed(&self, message: &str) -> DocumentError {
        self.document.malformed(&self.at, message)
    }

    fn object(&self) -> Result<&'d Map<String, Value>, DocumentError> {
        self.value.as_object().ok_or_else(|| self.malformed("expected an object"))
    }

    /// A member that is an object, if it is there.
    fn member(&self, name: &str) -> Result<Option<Self>, DocumentError> {
        if !self.object()?.contains_key(name) {
            return Ok(None);
        }
        let member = Self::read(self.document, &self.at.child(name))?;
        member.object()?;
        Ok(Some(member))
    }

    /// All members that are objects, in order.
    fn members(&self) -> Vec<Result<(String, Self), DocumentError>> {
        let Some(members) = self.value.as_object() else { return Vec::new() };
        members
            .keys()
            .map(|name| {
                let member = Self::read(self.document, &self.at.child(name))?;
                member.object()?;
                Ok((name.clone(), member))
            })
            .collect()
    }

    fn named_members(&self, name: &str) -> Result<Vec<(String, Self)>, DocumentError> {
        self.member(name)?.map_or_else(|| Ok(Vec::new()), |map| map.members().into_iter().collect())
    }

    /// The items of a member that is an array, each an object.
    fn items(&self, name: &str) -> Result<Vec<Self>, DocumentError> {
        let at = self.at.child(name);
        match self.object()?.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => (0..items.len())
                .map(|index| {
                    let item = Self::read(self.document, &at.child(index))?;
                    item.object()?;
                    Ok(item)
                })
                .collect(),
            Some(_) => Err(self.document.malformed(&at, "expected an array")),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, DocumentError> {
        match self.object()?.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.document.malformed(&self.at.child(name), "expected a string")),
        }
    }

    fn required_text(&self, name: &str) -> Result<String, DocumentError> {
        self.text(name)?.ok_or_else(|| self.malformed(&format!("`{name}` is missing")))
    }

    fn flag(&self, name: &str) -> Result<bool, DocumentError> {
        match self.object()?.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.document.malformed(&self.at.child(name), "expected a boolean")),
        }
    }

    /// The place of the schema, as the document has it: a reference stays one.
    fn schema(&self) -> Result<Option<Pointer>, DocumentError> {
        let at = self.at.child("schema");
        match self.object()?.get("schema") {
            None => Ok(None),
            Some(Value::Object(_)) => Ok(Some(at)),
            Some(_) => Err(self.document.malformed(&at, "expected an object")),
        }
    }

    fn operation(
        &self,
        root: &Self,
        path: &str,
        item: &Self,
        method: &str,
    ) -> Result<Operation, DocumentError> {
        let tags = match self.object()?.get("tags") {
            None => Vec::new(),
            Some(tags) => tags
                .as_array()
                .and_then(|tags| tags.iter().map(|tag| Some(tag.as_str()?.to_owned())).collect())
                .ok_or_else(|| {
                    self.document.malformed(&self.at.child("tags"), "expected strings")
                })?,
        };
        let mut parameters: Vec<Parameter> =
            self.items("parameters")?.iter().map(Self::parameter).collect::<Result<_, _>>()?;
        // An operation's own parameter takes the place of its path's.
        for shared in item.items("parameters")? {
            let shared = shared.parameter()?;
            let is_shared =
                |own: &Parameter| own.name == shared.name && own.location == shared.location;
            if !parameters.iter().any(is_shared) {
                parameters.push(shared);
            }
        }
        let responses =
            self.member("responses")?.ok_or_else(|| self.malformed("`responses` is missing"))?;
        let responses = responses
            .members()
            .into_iter()
            .filter(|member| !matches!(member, Ok((name, _)) if name.starts_with("x-")))
            .map(|member| {
                let (status, response) = member?;
                let status = StatusPattern::parse(&status).ok_or_else(|| {
                    responses.document.malformed(
                        &responses.at.child(&status),
                        "expected a status such as `200`, a class such as `4XX`, or `default`",
                    )
                })?;
                response.response(status)
            })
            .collect::<Result<_, _>>()?;
        Ok(Operation {
            id: self.text("operationId")?.unwrap_or_else(|| made_up_id(method, path)),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            pointer: self.at.clone(),
            tags,
            summary: self.text("summary")?,
            description: self.text("description")?,
            deprecated: self.flag("deprecated")?,
            parameters,
            request_body: self.member("requestBody")?.map(|body| body.body()).transpose()?,
            responses,
            security: self.security(root)?,
        })
    }

    fn parameter(&self) -> Result<Parameter, DocumentError> {
        let location = match self.required_text("in")?.as_str() {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" => ParameterLocation::Cookie,
            _ => {
                let message = "expected `path`, `query`, `header` or `cookie`";
                return Err(self.document.malformed(&self.at.child("in"), message));
            }
        };
        let style = self.text("style")?;
        let usual_style = match location {
            ParameterLocation::Query | ParameterLocation::Cookie => "form",
            ParameterLocation::Path | ParameterLocation::Header => "simple",
        };
        let explode = if self.object()?.contains_key("explode") {
            self.flag("explode")?
        } else {
            style.as_deref().unwrap_or(usual_style) == "form"
        };
        Ok(Parameter {
            name: self.required_text("name")?,
            location,
            required: self.flag("required")?,
            description: self.text("description")?,
            style,
            explode,
            schema: self.schema()?,
            pointer: self.at.clone(),
        })
    }

    fn body(&self) -> Result<RequestBody, DocumentError> {
        Ok(RequestBody {
            required: self.flag("required")?,
            description: self.text("description")?,
            content: self.contents()?,
            pointer: self.at.clone(),
        })
    }

    fn contents(&self) -> Result<Vec<Content>, DocumentError> {
        self.named_members("content")?
            .into_iter()
            .map(|(media_type, content)| {
                let mut examples = Vec::new();
                if content.object()?.contains_key("example") {
                    examples.push(content.at.child("example"));
                }
                for (_, example) in content.named_members("examples")? {
                    if example.object()?.contains_key("value") {
                        examples.push(example.at.child("value"));
                    }
                }
                Ok(Content {
                    media_type,
                    schema: content.schema()?,
                    examples,
                    pointer: content.at.clone(),
                })
            })
            .collect()
    }

    fn response(&self, status: StatusPattern) -> Result<Response, DocumentError> {
        let headers = self
            .named_members("headers")?
            .into_iter()
            .map(|(name, header)| {
                Ok(Header {
                    name,
                    required: header.flag("required")?,
                    description: header.text("description")?,
                    schema: header.schema()?,
                    pointer: header.at.clone(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Response {
            status,
            description: self.required_text("description")?,
            headers,
            content: self.contents()?,
            pointer: self.at.clone(),
        })
    }

    /// The operation's own `security`, else the document's.
    fn security(&self, root: &Self) -> Result<Vec<Vec<SecurityScheme>>, DocumentError> {
        let holder = if self.object()?.contains_key("security") { self } else { root };
        let sets = holder.items("security")?;
        sets.iter()
            .map(|set| {
                set.object()?
                    .keys()
                    .map(|name| {
                        let at = Pointer::root().child("components").child("securitySchemes");
                        Self::read(self.document, &at.child(name))
                            .map_err(|_| set.malformed(&format!("no security scheme `{name}`")))?
                            .security_scheme(name)
                    })
                    .collect()
            })
            .collect()
    }

    fn security_scheme(&self, name: &str) -> Result<SecurityScheme, DocumentError> {
        let kind = self.required_text("type")?;
        let api_key = match (kind.as_str(), self.text("in")?.as_deref()) {
            ("apiKey", Some("header")) => Some(ParameterLocation::Header),
            ("apiKey", Some("query")) => Some(ParameterLocation::Query),
            ("apiKey", Some("cookie")) => Some(ParameterLocation::Cookie),
            ("apiKey", _) => return Err(self.malformed("an `apiKey` must say where it is sent")),
            _ => None,
        };
        let api_key = match api_key {
            Some(location) => Some((location, self.required_text("name")?)),
            None => None,
        };
        let http_scheme = self.text("scheme")?.filter(|_| kind == "http");
        let http_scheme = http_scheme.map(|scheme| scheme.to_ascii_lowercase());
        Ok(SecurityScheme {
            name: name.to_owned(),
            kind,
            http_scheme,
            api_key,
            description: self.text("description")?,
        })
    }
}

/// `post /v1/books` as `post-v1-books`.
fn made_up_id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operations(paths: Value) -> Result<Vec<Operation>, DocumentError> {
        Document::from_value(
            "api.json",
            json!({
                "openapi": "3.0.3",
                "paths": paths,
                "security": [{"key": []}],
                "components": {
                    "parameters": {"P": {"name": "p", "in": "query"}},
                    "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
                },
            }),
        )
        .unwrap()
        .operations()
    }

    #[test]
    fn an_operation_is_read_with_what_its_path_and_document_share() {
        let read = operations(json!({"/a/{b}": {
            "parameters": [{"name": "b", "in": "path", "required": true, "schema": {}},
                           {"name": "p", "in": "query", "required": true}],
            "get": {
                "parameters": [{"$ref": "#/components/parameters/P"}],
                "responses": {"200": {"description": ""}, "4XX": {"description": "c"},
                              "default": {"description": "d"}},
            },
        }}))
        .unwrap();
        let [operation] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(operation.id, "get-a-b");
        let names: Vec<_> = operation.parameters.iter().map(|p| (&*p.name, p.required)).collect();
        assert_eq!(names, [("p", false), ("b", true)]);
        assert_eq!(
            operation.security[0][0].api_key,
            Some((ParameterLocation::Header, "X-Key".to_owned()))
        );
        let description =
            |status| operation.response_for(status).map(|response| response.description.as_str());
        assert_eq!([200, 404, 500].map(description), [Some(""), Some("c"), Some("d")]);
    }

    #[test]
    fn what_is_malformed_is_refused_with_its_place() {
        let error = |paths| operations(paths).unwrap_err().to_string();
        assert_eq!(
            error(json!({"/a": {"get": {}}})),
            "api.json: #/paths/~1a/get: `responses` is missing"
        );
        assert!(
            error(json!({"/a": {"get": {"responses": {"ok": {"description": ""}}}}}))
                .starts_with("api.json: #/paths/~1a/get/responses/ok: expected a status")
        );
        assert_eq!(
            error(
                json!({"/a": {"get": {"responses": {}, "parameters": [{"name": "x", "in": "y"}]}}})
            ),
            "api.json: #/paths/~1a/get/parameters/0/in: expected `path`, `query`, `header` or `cookie`"
        );
        assert_eq!(
            error(json!({"/a": {"get": {"responses": {}, "security": [{"none": []}]}}})),
            "api.json: #/paths/~1a/get/security/0: no security scheme `none`"
        );
        assert_eq!(error(json!({"/a": 1})), "api.json: #/paths/~1a: expected an object");
    }
}
