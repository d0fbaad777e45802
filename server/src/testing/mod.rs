//! For tests, also other people's: a server with chosen accounts, and the services around one.

mod postgres;
mod server;
mod service;

pub use postgres::TestPostgres;
pub use rustix::process::Signal;
pub use server::{TestAccount, TestServer, TestServerBuilder};
pub use service::{Service, ServiceError, find_program, run_to_end, service_folder};
