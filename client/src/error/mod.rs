//! Why a call can fail: one variant for each case that a program may handle differently.

mod two_factor;

use std::{fmt, time::Duration};

use reqwest::StatusCode;

use crate::wait::Wait;

pub use two_factor::TwoFactor;

/// Why a call failed.
///
/// The status and the member `error` of the response decide the variant. Message texts differ
/// between versions of Rocket.Chat and between languages, so the client never compares them. They
/// are not part of the displayed text either, because a server may quote the request in them.
///
/// ```no_run
/// use login_client::{Client, Error};
///
/// # async fn run() -> Result<(), Error> {
/// let client = Client::new("https://chat.example.org")?;
/// match client.login("bot", "pa55word").await {
///     Ok(session) => println!("logged in as {}", session.user_id()),
///     Err(Error::InvalidCredentials) => eprintln!("wrong user name or password"),
///     Err(Error::TotpRequired(factor)) => eprintln!("needs a code: {:?}", factor.methods()),
///     Err(Error::RateLimited(limit)) => eprintln!("try again in {:?}", limit.wait()),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The base URL cannot be used. Nothing was sent.
    #[error("the base URL cannot be used: {reason}")]
    InvalidBaseUrl {
        /// Why it cannot be used, without quoting it.
        reason: &'static str,
    },

    /// The stored session cannot be restored. Nothing was sent.
    #[error("the stored session cannot be used: {reason}")]
    InvalidSession {
        /// Why it cannot be used, without quoting it.
        reason: &'static str,
    },

    /// The user name or password is wrong, or the token of a `resume` is unknown, revoked or
    /// expired. A server responds to all of these in the same way, on purpose.
    #[error("the credentials are wrong")]
    InvalidCredentials,

    /// The password or the token is correct, and the account also requires a second factor.
    #[error("a second factor is required")]
    TotpRequired(TwoFactor),

    /// The password or the token is correct, but the second factor is wrong.
    #[error("the second factor is wrong")]
    TotpInvalid(TwoFactor),

    /// The password is correct, but the account is deactivated.
    #[error("the account is not active")]
    AccountInactive,

    /// There were too many failed logins. The server refuses logins for a while without checking
    /// them.
    #[error("logins are blocked for a while for {0}")]
    Locked(Locked),

    /// The session's token is no longer valid. Log in again.
    #[error("the session is no longer valid")]
    Unauthenticated,

    /// The account has a personal access token with this name already.
    #[error("the account has an access token with this name")]
    AccessTokenExists,

    /// The account has no personal access token with this name.
    #[error("the account has no access token with this name")]
    NoSuchAccessToken,

    /// There were too many calls. The server did not process this one.
    #[error("the rate limit is reached")]
    RateLimited(Wait),

    /// The server refused the request. Sending the same request again does not help.
    #[error("the server refused the request: {0}")]
    BadRequest(Rejection),

    /// The server failed or is overloaded: the status is 500 or above.
    #[error("the server failed: {rejection}")]
    Server {
        /// The status, and the server's error if the response had one in JSON.
        rejection: Rejection,
        /// How long to wait before a retry, if the server says so.
        wait: Wait,
    },

    /// The client could not reach the server, or the connection broke or timed out.
    #[error("the server could not be reached")]
    Transport(#[source] Transport),

    /// The response does not fit this API. Often a proxy sent it, or the base URL is wrong.
    #[error("unexpected response: {0}")]
    Protocol(Protocol),
}

impl Error {
    /// The status of the response; `None` if there was no response. For a lockout it is always 401,
    /// the status of a login.
    ///
    /// ```
    /// let error = login_client::Error::InvalidCredentials;
    /// assert_eq!(error.status(), Some(login_client::reqwest::StatusCode::UNAUTHORIZED));
    /// ```
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidBaseUrl { .. } | Self::InvalidSession { .. } | Self::Transport(_) => None,
            Self::TotpRequired(factor) | Self::TotpInvalid(factor) => factor.status,
            Self::InvalidCredentials
            | Self::AccountInactive
            | Self::Locked(_)
            | Self::Unauthenticated => Some(StatusCode::UNAUTHORIZED),
            Self::AccessTokenExists | Self::NoSuchAccessToken => Some(StatusCode::BAD_REQUEST),
            Self::RateLimited(_) => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::BadRequest(rejection) | Self::Server { rejection, .. } => Some(rejection.status),
            Self::Protocol(protocol) => Some(protocol.status),
        }
    }

    /// How long to wait before a retry, if the server says so.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let profile = match session.me().await {
    ///     Err(error) if error.wait().is_some_and(|wait| wait.as_secs() < 60) => {
    ///         tokio::time::sleep(error.wait().unwrap_or_default()).await;
    ///         session.me().await?
    ///     }
    ///     outcome => outcome?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) | Self::Server { wait, .. } => wait.wait(),
            _ => None,
        }
    }
}

/// What the server has locked after failed logins.
///
/// ```
/// use login_client::Locked;
///
/// assert_eq!(Locked::Address.to_string(), "this address");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Locked {
    /// The account, for logins from any address.
    User,
    /// The address that the logins come from, for any account.
    Address,
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "this account",
            Self::Address => "this address",
        })
    }
}

/// The server's reason for refusing a request.
///
/// ```
/// # use login_client::{Error, Rejection};
/// # fn f(error: Error) {
/// if let Error::BadRequest(rejection) = error {
///     eprintln!("{}: {}", rejection.status(), rejection.message().unwrap_or("no reason given"));
/// }
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl Rejection {
    /// The HTTP status.
    ///
    /// ```
    /// # fn f(rejection: &login_client::Rejection) {
    /// if rejection.status() == login_client::reqwest::StatusCode::FORBIDDEN {
    ///     println!("this account may not do that");
    /// }
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The member `error`, or `errorType` if `error` is a text for people. A number is returned as its
    /// digits.
    ///
    /// ```
    /// # fn f(rejection: &login_client::Rejection) {
    /// match rejection.code() {
    ///     Some("error-room-not-found") => println!("the room is gone"),
    ///     Some(code) => eprintln!("refused: {code}"),
    ///     None => eprintln!("refused without a reason"),
    /// }
    /// # }
    /// ```
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The member `message`, a text for people. Be careful when you log it: a server may quote the
    /// request in it.
    ///
    /// ```
    /// # fn f(rejection: &login_client::Rejection) {
    /// eprintln!("the server says: {:?}", rejection.message());
    /// # }
    /// ```
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status.as_u16())?;
        match self.code.as_deref() {
            Some(code) if is_identifier(code) => write!(f, ", error {code}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rejection({self})")
    }
}

/// Whether it is safe to display: free text could contain the server's words or parts of the
/// request.
pub(crate) fn is_identifier(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// A failure below this API: name resolution, connection, TLS or a timeout.
///
/// ```no_run
/// # async fn run() {
/// let client = login_client::Client::new("https://chat.example.org").unwrap();
/// if let Err(login_client::Error::Transport(failure)) = client.login("bot", "pa55word").await {
///     eprintln!("timed out: {}, never sent: {}", failure.is_timeout(), failure.is_connect());
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the exchange failed")]
pub struct Transport(#[source] reqwest::Error);

impl Transport {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        // A URL may contain what must not appear in a log.
        Self(error.without_url())
    }

    /// Whether the exchange timed out.
    ///
    /// ```
    /// # fn f(failure: &login_client::Transport) {
    /// if failure.is_timeout() {
    ///     eprintln!("too slow; whether the server did it is not known");
    /// }
    /// # }
    /// ```
    pub fn is_timeout(&self) -> bool {
        self.0.is_timeout()
    }

    /// Whether the connection failed, which means that nothing was sent.
    ///
    /// ```
    /// # fn f(failure: &login_client::Transport) {
    /// if failure.is_connect() {
    ///     eprintln!("not reached, so it can be sent again");
    /// }
    /// # }
    /// ```
    pub fn is_connect(&self) -> bool {
        #[cfg(not(target_arch = "wasm32"))]
        return self.0.is_connect();
        // A browser does not tell why an exchange failed.
        #[cfg(target_arch = "wasm32")]
        return false;
    }
}

/// How a response differs from what this API expects.
///
/// ```
/// # fn f(error: login_client::Error) {
/// if let login_client::Error::Protocol(protocol) = error {
///     eprintln!("status {}, at {:?}: {protocol}", protocol.status(), protocol.pointer());
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    pub(crate) status: StatusCode,
    pub(crate) pointer: Option<String>,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Protocol {
    /// The status of the response.
    ///
    /// ```
    /// # fn f(protocol: &login_client::Protocol) {
    /// if protocol.status() == login_client::reqwest::StatusCode::NOT_FOUND {
    ///     eprintln!("is the base URL right, with its sub-path?");
    /// }
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The place in the JSON body as a JSON pointer (RFC 6901), if the body is JSON.
    ///
    /// ```
    /// # fn f(protocol: &login_client::Protocol) {
    /// if protocol.pointer() == Some("/data/authToken") {
    ///     eprintln!("the server gave no token");
    /// }
    /// # }
    /// ```
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// What this API expects there.
    ///
    /// ```
    /// # fn f(protocol: &login_client::Protocol) {
    /// // Such as "expected a string that can be a header".
    /// eprintln!("expected {}", protocol.expected());
    /// # }
    /// ```
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the response has there: its kind, never its value.
    ///
    /// ```
    /// # fn f(protocol: &login_client::Protocol) {
    /// // Such as "found a number", or "found a page of HTML, perhaps from a proxy".
    /// eprintln!("found {}", protocol.found());
    /// # }
    /// ```
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status.as_u16())?;
        if let Some(pointer) = &self.pointer {
            match pointer.as_str() {
                "" => f.write_str(" at the top of the body")?,
                pointer => write!(f, " at {pointer}")?,
            }
        }
        write!(f, ": expected {}, found {}", self.expected, self.found)
    }
}
