//! An in-memory login server with one switch for each defect or correct difference.

pub mod accounts;
pub mod app;
pub mod crypto;
pub mod reply;
pub mod server;
pub mod variants;
pub mod wire;
