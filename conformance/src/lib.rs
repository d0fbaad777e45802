//! Judges a login server and its client by the OpenAPI document.
//!
//! [`login`] is the suite: it holds everything specific to the API, such as accounts, sessions,
//! lockouts and the scenarios of a login. [`client`] judges the client side: it generates responses,
//! and judges the requests and results of the generated client and its façade. [`cli`] is the program.
//!
//! This crate is independent of the types of client and server because the document decides what is
//! right. If a check read a generated type, a wrong attribute could go unnoticed.

pub mod cli;
pub mod client;
pub mod login;
