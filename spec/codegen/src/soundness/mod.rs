//! The last gate of generated code: no two things have one name, and no two schemas one type.
//!
//! Names of a document become names of Rust, and different ones may become the same (`a-b` and
//! `a_b`). The libraries that write the code notice some of this. Typify takes one name for one type,
//! whatever the schemas are, and writes two fields of one name; neither is seen before a compiler
//! looks, or ever. So the code is written twice more, from copies of the document that say more:
//!
//! - with a mark in each schema's description, which comes out in the comment of its type, so that a
//!   type leads back to its place;
//! - with marks, and with names that cannot coincide. A mark that only comes out of this copy belongs
//!   to a schema that lost its type to another of the same name.

mod generate;
mod locate;
mod marks;
mod name_clash;
mod opaque_names;
#[cfg(test)]
mod tests;

pub(super) use generate::generate_checked;
