//! What a generated Dropshot API trait needs at run time.
//!
//! The trait that `specfirst-codegen` writes names these types, so that every server that
//! implements one shares them. A handler takes bodies that are [JSON or a form](JsonOrForm) and
//! strings that must not be shown ([`Secret`]); it returns a [`Response`] or an [`ApiError`], whose
//! [body](ErrorBody) the API chooses. Nothing here knows a particular API.

mod body;
mod error;
mod optional_body;
mod problem;
mod response;
mod secret;
mod serde_message;
pub mod write;

pub use self::{
    body::{BodyError, JsonOrForm, Members, kind},
    error::{ApiError, ErrorBody},
    optional_body::OptionalBody,
    problem::Problem,
    response::Response,
    secret::Secret,
    serde_message::without_values,
};
