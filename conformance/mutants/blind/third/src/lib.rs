//! Small login servers, each right or with a single known defect.

pub mod server;
pub mod variants;
