//! Logging in to Rocket.Chat.
//!
//! ```no_run
//! # async fn run() -> Result<(), login_client::Error> {
//! let client = login_client::Client::new("https://chat.example.org")?;
//! let session = client
//!     .login("ana", "pa55word")
//!     .code_with(|_| async { std::io::stdin().lines().next()?.ok() }) // only if the server asks
//!     .await?;
//! let rooms: serde_json::Value = session.send(session.get("/api/v1/rooms.get")).await?;
//! session.logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Two layers
//!
//! [`api`] is generated from `spec/openapi.json`: one method for each operation, types for each
//! schema, exactly as documented. [`Client`] and [`Session`] are what most programs want. They send
//! the generated [`api::types::LoginRequest`], so that a change of the document reaches them through
//! the compiler, and read the responses by themselves, for three reasons:
//!
//! - The generated types are as strict as the document, and life is not: a `utcOffset` of 5.5 would
//!   end a login that the server has granted. The document's own example does not decode.
//! - A response that does not decode comes out of the generated client without its status and headers,
//!   which say whether a proxy, a rate limit or a fault of the server is behind it.
//! - The generated client reads a body to its end, however long it is.
//!
//! So the envelope (`userId`, `authToken`) is read strictly and the profile tolerantly: see
//! [`Profile`], and [`Session::deviations`] for what was odd.
//!
//! # What it takes care of
//!
//! - **Errors** are an enum to act on, by status and `error`, never by a message's text: [`Error`].
//! - **Secrets** do not show in `Debug`, are marked sensitive as headers, and are overwritten in
//!   memory when they are dropped, as far as they are ours: what the HTTP stack copies is not.
//!   Nothing is logged.
//! - **Redirects** are not followed, because they would take the password or the token along.
//! - **Retries** happen only where they are asked for, and only where they are safe: [`Retry`].
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with aws-lc-rs and the system's roots |
//! | `native-tls` | no | TLS by the system's library |
//! | `cli` | no | the command `login-client` |
//!
//! Without either, `https` needs a `reqwest` client of your own, see [`ClientBuilder::reqwest`], or a
//! browser.
//!
//! # In a browser
//!
//! The crate builds for `wasm32-unknown-unknown`, with or without its default features. It needs no
//! flags and no other crate's features there: TLS and randomness are the browser's. What differs:
//!
//! - The server must allow the page's origin (CORS), with `X-Auth-Token` and `X-User-Id`.
//! - Redirects are followed as the browser sees fit, and [`ClientBuilder::body_limit`] is looked at
//!   when the body is there, since the browser reads it.
//! - [`Retry`] has no effect, for want of a timer, and [`Wait::until`] is `None`, for want of a clock.
//!   [`Wait::wait`] knows what the server exposes to the page: `Retry-After` in seconds by itself, a
//!   date or `X-RateLimit-Reset` only together with `Date`.
//! - Futures are not `Send`, and what [`Login::code_with`] takes need not be.

mod account;
mod base_url;
mod client;
mod deviation;
mod error;
mod exchange;
mod response;
#[rustfmt::skip]
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    rustdoc::all,
    reason = "written by a generator, from the document's own texts"
)]
mod generated;
mod lenient_json;
mod login;
mod profile;
mod retry;
mod secret;
mod session;
mod wait;

/// The generated client, exactly as documented.
///
/// It sends no credentials of a session by itself: hand it a `reqwest` client whose default headers
/// are those of a session.
///
/// ```no_run
/// use login_client::reqwest;
///
/// # async fn run(session: login_client::Session) -> Result<(), Box<dyn std::error::Error>> {
/// let http = reqwest::Client::builder()
///     .default_headers(session.headers().clone())
///     .redirect(reqwest::redirect::Policy::none())
///     .build()?;
/// let api = login_client::api::Client::new_with_client("https://chat.example.org", http);
/// println!("{}", api.me().send().await?.id);
/// # Ok(())
/// # }
/// ```
pub mod api {
    pub use crate::generated::*;
}

/// The HTTP client underneath, in the version whose types this crate takes and returns.
pub use reqwest;

pub use client::{Client, ClientBuilder};
pub use deviation::Deviation;
pub use error::{Error, Locked, Protocol, Rejection, Transport, TwoFactor};
pub use login::{Login, Resume, SessionFuture};
pub use profile::{Email, Profile};
pub use retry::Retry;
pub use secret::Secret;
pub use session::{Session, StoredSession};
pub use wait::Wait;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
