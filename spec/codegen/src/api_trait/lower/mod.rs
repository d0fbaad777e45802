//! A document's operations as Dropshot can express them, or a refusal.

mod body;
mod lowering;
mod names;
mod operation;
mod parameter;
mod response;
mod route;

pub(super) use operation::lower;
