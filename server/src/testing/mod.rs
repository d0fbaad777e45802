//! For tests, also of other projects: a server with chosen accounts, and the services around it.
//!
//! ```
//! use login_server::testing::{TestAccount, TestServer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let alice = TestAccount::new("alice", "secret").email("alice@example.org");
//! let server = TestServer::builder().account(alice).start().await?;
//! let url = server.base_url(); // give it to the client under test
//! # assert!(url.starts_with("http://127.0.0.1:"));
//! server.stop().await?;
//! # Ok(())
//! # })
//! # }
//! ```

mod pgbouncer;
mod postgres;
mod server;
mod service;

pub use pgbouncer::{PoolMode, TestPgbouncer};
pub use postgres::TestPostgres;
pub use rustix::process::Signal;
pub use server::{TestAccount, TestServer, TestServerBuilder, TestServerError};
pub use service::{Service, ServiceError, find_program, run_to_end, service_folder};
