//! A client to log in to Rocket.Chat.
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
//! [`api`] is generated from `spec/openapi.json`. It has one method for each operation and types
//! for each schema, exactly as documented. [`Client`] and [`Session`] are for most programs. They
//! send the generated [`api::types::LoginRequest`], so the compiler reports when a change of the
//! document affects them. They read responses with their own code, for three reasons:
//!
//! - The generated types are as strict as the document, and servers deviate from it. A `utcOffset`
//!   of 5.5 would fail a login that the server has granted. The document's own example does not
//!   decode.
//! - When a response does not decode, the generated client drops its status and headers. They show
//!   whether a proxy, a rate limit or a failure of the server is the cause.
//! - The generated client reads the whole body without a limit.
//!
//! The envelope (`userId`, `authToken`) is therefore read strictly and the profile tolerantly: see
//! [`Profile`], and [`Session::deviations`] for the differences found.
//! [`Profile`], and [`Session::deviations`] for what was odd.
//!
//! # Guarantees
//!
//! - **Errors** are an enum, decided by the status and the member `error`, never by a message:
//!   [`Error`].
//! - **Secrets** do not show in `Debug` and are marked as sensitive in headers. The crate
//!   overwrites its own copies in memory when it drops them; it cannot overwrite the copies of the
//!   HTTP stack. It logs nothing.
//! - **Redirects** are not followed, because they would take the password or the token to another
//!   host.
//! - **Retries** happen only if the program enables them, and only where they are safe: [`Retry`].
//!
//! # Features
//!
//! | feature | default | effect |
//! |---|---|---|
//! | `rustls` | yes | TLS with rustls, aws-lc-rs and the system's root certificates |
//! | `native-tls` | no | TLS with the system's library |
//! | `cli` | no | builds the command `login-client` |
//!
//! Without either TLS feature, `https` needs your own `reqwest` client (see
//! [`ClientBuilder::reqwest`]) or a browser.
//!
//! # In a browser
//!
//! The crate builds for `wasm32-unknown-unknown`, with or without its default features. It needs no
//! build flags and no features of other crates: the browser provides TLS and randomness.
//! Differences:
//!
//! - The server must allow the page's origin (CORS) to send `X-Auth-Token` and `X-User-Id`.
//! - The browser decides whether to follow redirects. It also reads the whole body before the
//!   client checks [`ClientBuilder::body_limit`].
//! - [`Retry`] has no effect, because there is no timer. [`Wait::until`] is `None`, because there
//!   is no clock. [`Wait::wait`] uses the headers that the server exposes to the page:
//!   `Retry-After` in seconds by itself, and a date or `X-RateLimit-Reset` only together with
//!   `Date`.
//! - Futures are not `Send`, and the closure of [`Login::code_with`] need not be.

mod access_tokens;
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
        reason = "generated code, with texts from the document"
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
/// It sends no session credentials by itself. Pass it a `reqwest` client whose default headers are
/// those of a session.
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

/// The HTTP client that this crate uses, in the version whose types appear in its API.
pub use reqwest;

pub use access_tokens::{NewAccessToken, PersonalAccessToken, PersonalAccessTokens};
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
