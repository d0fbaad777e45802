//! The client side: what the client sends, and what it makes of every response.
//!
//! The client talks to a [`Wire`] on the loopback interface, which says what it is told and remembers
//! what it was sent. What it sent is judged as raw bytes by both documents; what it read is compared
//! with the response as JSON. So the client is a second thing under test, never the judge: no type of
//! it decides what is right.
//!
//! `sent` is about requests, `read` about conforming responses, `broken` about those that do not
//! conform, `refusals` about the errors that the façade promises, `shapes` about what real servers
//! and proxies send. `mutants` lays clients with a defect against all of it.

mod broken;
mod contract;
mod mutants;
mod promise;
mod read;
mod refusals;
mod run;
mod sent;
mod shapes;
mod subject;
mod wire;

pub use contract::read_body;
pub use mutants::{ClientMutant, MUTANTS};
pub use run::run;
pub use subject::{Call, CallInput, CallResult, Entrypoint, Outcome, Subject};
pub use wire::Wire;
