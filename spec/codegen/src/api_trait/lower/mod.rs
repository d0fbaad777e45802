//! Lowers the operations of a document to the intermediate representation.

mod body;
mod credentials;
mod lowering;
mod names;
mod operation;
mod parameter;
mod response;
mod route;

pub(super) use operation::lower;
