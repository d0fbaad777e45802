//! The run-time support for generated Dropshot API traits.
//!
//! The traits that `specfirst-codegen` generates use these types, so all servers that implement one
//! share them. A handler takes a [JSON or form body](JsonOrForm), a [form](Form) or a [query](Query) with
//! arrays, [credentials](Presented), and strings that must not be shown ([`Secret`]). It returns a
//! [`Response`] or an [`ApiError`], whose [body](ErrorBody) the API chooses. Nothing here depends on a particular API.

mod body;
pub mod credentials;
mod error;
mod form;
mod optional_body;
mod problem;
mod query;
mod required;
mod response;
mod route;
mod secret;
mod serde_message;
mod urlencoded;
pub mod write;

pub use self::{
    body::{BodyError, JsonOrForm, Members, json_type},
    credentials::{Basic, Credentials, Presented},
    error::{ApiError, ErrorBody},
    form::Form,
    optional_body::OptionalBody,
    problem::Problem,
    query::{Query, QueryForm, QueryParameters},
    required::Required,
    response::Response,
    route::{Deferred, DeferredBody, Route, Routed, Template},
    secret::Secret,
    serde_message::without_values,
};
