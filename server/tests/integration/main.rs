//! Every test here talks HTTP to a running server.

mod http;
mod login;
mod malformed;
