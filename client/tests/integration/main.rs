//! Tests of the client from outside, against scripted servers and the server of this workspace.

mod access_tokens;
mod any_bytes;
mod command;
mod documented;
mod mock;
mod real_server;
mod requests;
mod retries;
mod shapes;
mod tls;
