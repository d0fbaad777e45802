//! The final check of generated code: no two items have the same name, and no two different schemas
//! have the same type.
//!
//! Different names of a document may become the same Rust name, such as `a-b` and `a_b`. The libraries
//! that generate the code detect only some of these cases. Typify uses one type for all schemas with
//! the same name, even if the schemas differ. It also writes two fields with the same name. Only the
//! compiler finds the duplicate fields, and nothing finds the shared type. So the code is generated
//! twice more, from copies of the document:
//!
//! - One copy has a mark in the description of each schema. The mark appears in the doc comment of the
//!   type, so that a type leads back to its schema.
//! - The other copy has the marks, and names that cannot coincide. A mark that appears only in the code
//!   of this copy belongs to a schema whose type another schema of the same name has.
//!
//! The code of the copies is not parsed: the tokens show which types have which marks.

mod generate;
mod locate;
mod marks;
mod name_clash;
mod opaque_names;
mod print;
#[cfg(test)]
mod tests;

pub(super) use generate::{NAME_IS_USED, generate_checked};
