//! Tests of the whole server over HTTP, and of its store.

mod cli;
mod crash;
mod http;
mod login;
mod malformed;
mod postgres;
mod round_trip;
mod store;
