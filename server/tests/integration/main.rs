//! Tests of the whole server over HTTP, and of its store.

mod binary;
mod captured;
mod cli;
mod client_shapes;
mod connections;
mod crash;
mod demo;
mod hashing;
mod http;
mod import;
mod ldap;
mod login;
mod logs;
mod malformed;
mod operation;
mod pki;
mod postgres;
mod postgres_tls;
mod rehash;
mod round_trip;
mod slapd;
mod start;
mod store;
mod tls;
