//! Chooses the operation for a request where Dropshot's router cannot.
//!
//! At each position of a path, Dropshot's router takes either literal segments or one variable that is
//! the whole segment. OpenAPI also allows `/users/me` beside `/users/{id}`, and `/{id}.json`. The
//! generated endpoint for such paths has a variable at that position. It [finds](Route::find) the
//! template that the request is for, and calls its handler. Until then, nothing is extracted: what one
//! operation accepts, another may refuse.

mod deferred;
mod response;
mod template;

use dropshot::{ClientErrorStatusCode, HttpError, Path, RequestContext, ServerContext};
use http::header::ALLOW;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use self::{
    deferred::{Deferred, DeferredBody},
    response::Routed,
};
use crate::urlencoded::{Decoded, deserialize};

/// A path of the document with the methods that it has.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The path, such as `/users/{id}`.
    pub path: &'static str,
    /// The methods of its operations, in capitals.
    pub methods: &'static [&'static str],
}

/// The template that a request is for, and the values of its variables.
pub struct Route {
    template: &'static str,
    variables: Vec<(&'static str, String)>,
}

impl Route {
    /// Finds the template for a request. The first one that matches the path decides, so the most
    /// specific one must be first.
    ///
    /// # Errors
    ///
    /// No template matches (404), or the first one that matches lacks the method (405, with the header
    /// `Allow`).
    pub fn find<C: ServerContext>(
        rqctx: &RequestContext<C>,
        templates: &[Template],
    ) -> Result<Self, HttpError> {
        let request = &rqctx.request;
        Self::find_for(request.method().as_str(), request.uri().path(), templates)
    }

    fn find_for(method: &str, path: &str, templates: &[Template]) -> Result<Self, HttpError> {
        let found = templates
            .iter()
            .find_map(|template| Some((template, template::match_path(template.path, path)?)));
        let Some((template, variables)) = found else {
            let message = "no path of the document matches".to_owned();
            return Err(HttpError::for_not_found(None, message));
        };
        if template.methods.contains(&method) {
            return Ok(Self { template: template.path, variables });
        }
        let status = ClientErrorStatusCode::METHOD_NOT_ALLOWED;
        let mut error = HttpError::for_client_error_with_status(None, status);
        let allowed = template.methods.join(", ");
        error
            .add_header(ALLOW, allowed)
            .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
        Err(error)
    }

    /// The path of the template.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.template
    }

    /// The values of the variables.
    ///
    /// # Errors
    ///
    /// A value does not have the type of its variable (400).
    pub fn path<T>(&self) -> Result<Path<T>, HttpError>
    where
        T: DeserializeOwned + JsonSchema + Send + Sync,
    {
        let text = |value: &String| Decoded::Text(value.clone());
        let variables = self.variables.iter().map(|(name, value)| (*name, text(value)));
        deserialize(variables).map(|path: T| Path::from(path)).map_err(|error| {
            HttpError::for_bad_request(None, format!("bad parameter in URL path: {error}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    const TEMPLATES: [Template; 3] = [
        Template { path: "/users/me", methods: &["GET", "PUT"] },
        Template { path: "/users/{id}.json", methods: &["GET"] },
        Template { path: "/users/{id}", methods: &["GET", "DELETE"] },
    ];

    fn find(method: &str, path: &str) -> Result<Route, HttpError> {
        Route::find_for(method, path, &TEMPLATES)
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    struct Number {
        id: i64,
    }

    #[test]
    fn first_template_that_matches_is_found() {
        let template = |path| find("GET", path).map(|route| route.template()).ok();
        assert_eq!(template("/users/me"), Some("/users/me"));
        assert_eq!(template("/users/7.json"), Some("/users/{id}.json"));
        assert_eq!(template("/users/7"), Some("/users/{id}"));
    }

    /// The template that matches decides, even if a later one has the method.
    #[test]
    fn method_of_another_template_is_not_allowed() {
        let error = find("DELETE", "/users/me").err().unwrap();
        assert_eq!(error.status_code, 405);
        assert_eq!(error.headers.unwrap()["allow"], "GET, PUT");
        assert!(find("DELETE", "/users/7").is_ok());
    }

    #[test]
    fn path_without_a_template_is_not_found() {
        for path in ["/users", "/users/me/x", "/people/me"] {
            assert_eq!(find("GET", path).err().unwrap().status_code, 404, "{path}");
        }
    }

    #[test]
    fn variables_have_types() {
        let id = |path| find("GET", path).unwrap().path::<Number>();
        assert_eq!(id("/users/-7").unwrap().into_inner().id, -7);
        assert_eq!(id("/users/7.json").unwrap().into_inner().id, 7);
        assert_eq!(id("/users/you").unwrap_err().status_code, 400);
    }

    /// Values keep every character on their way to the handler.
    #[test]
    fn values_are_decoded_once() {
        #[derive(Deserialize, JsonSchema)]
        struct Text {
            id: String,
        }
        let route = find("GET", "/users/a%2Fb+c%26d%3D%2525%20%C3%A9").unwrap();
        assert_eq!(route.path::<Text>().unwrap().into_inner().id, "a/b+c&d=%25 é");
    }
}
