//! Tests of the golden outputs of the generators. They compile, Dropshot accepts the API traits, and the
//! servers send over HTTP what the documents describe.

mod behaviour;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/bodies.rs"]
mod bodies;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/contents.rs"]
mod contents;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/credentials.rs"]
mod credentials;
mod defaults;
mod emitted;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/names.rs"]
mod names;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_imports, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/names_client.rs"]
mod names_client;
mod null;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/nullable.rs"]
mod nullable;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/parameters.rs"]
mod parameters;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/queries.rs"]
mod queries;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/routes.rs"]
mod routes;
#[allow(clippy::all, dead_code, missing_docs, unreachable_pub, unused_qualifications, reason = "generated")]
#[rustfmt::skip]
#[path = "../golden/statuses.rs"]
mod statuses;
mod templates;
