//! The generated client calls the server that implements the generated trait, and the generated files
//! and dependencies are those that the command writes and prints now.

mod calls;
mod fresh;
