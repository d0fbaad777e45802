//! The client side: checks the requests that the client sends, and how it reads responses.
//!
//! The client talks to a [`MockServer`] on the loopback interface, which sends given responses and
//! records requests. The requests are judged as raw bytes by both documents. The values that the client
//! read are compared with the response as JSON. No type of the client decides what is right.
//!
//! `sent` checks requests, `read` conforming responses, `broken` responses that do not conform,
//! `refusals` the errors that the façade documents, and `shapes` the responses of real servers and
//! proxies. `mutants` holds clients with one defect each, which the rules must find.

mod broken;
mod contract;
mod mock_server;
mod mutants;
mod promise;
mod read;
mod refusals;
mod run;
mod sent;
mod shapes;
mod subject;

pub use contract::read_body;
pub use mock_server::MockServer;
pub use mutants::{ClientMutant, MUTANTS};
pub use run::{OPERATIONS, run};
pub use subject::{Call, CallInput, CallResult, Entrypoint, Outcome, Subject};
