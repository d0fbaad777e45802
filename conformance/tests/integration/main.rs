//! The suite's catalogue and strategies, without a server.

mod catalogue;
mod strategies;
