//! What can go wrong, one variant for each thing a program may do about it.

mod two_factor;

use std::{fmt, time::Duration};

use reqwest::StatusCode;

use crate::wait::Wait;

pub use two_factor::TwoFactor;

/// Why a call failed.
///
/// The variant follows from the status and the member `error` of the response alone. Message texts
/// change between versions of Rocket.Chat and with the server's language, so none is ever compared,
/// and none is part of what this type displays: a server may quote in it what it was sent.
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
    /// The base URL is not one; nothing was sent.
    #[error("the base URL cannot be used: {reason}")]
    InvalidBaseUrl {
        /// What is wrong with it, without quoting it.
        reason: &'static str,
    },

    /// A stored session cannot be taken up again; nothing was sent.
    #[error("the stored session cannot be used: {reason}")]
    InvalidSession {
        /// What is wrong with it, without quoting it.
        reason: &'static str,
    },

    /// The user name or password is wrong, or the token of a `resume` is unknown, revoked or expired.
    /// A server answers all of these alike, on purpose.
    #[error("the credentials are wrong")]
    InvalidCredentials,

    /// The password is right and the account wants a second factor as well.
    #[error("a second factor is required")]
    TotpRequired(TwoFactor),

    /// The password is right and the second factor is not.
    #[error("the second factor is wrong")]
    TotpInvalid(TwoFactor),

    /// The password is right and the account is switched off.
    #[error("the account is not active")]
    AccountInactive,

    /// Too many failed logins; the server refuses for a while without looking at the password.
    #[error("logins are blocked for a while for {0}")]
    Locked(Locked),

    /// The token of this session no longer works: log in again.
    #[error("the session is no longer valid")]
    Unauthenticated,

    /// Too many calls; none of them was looked at.
    #[error("the rate limit is reached")]
    RateLimited(Wait),

    /// The server refused the request as it is; sending it again cannot help.
    #[error("the server refused the request: {0}")]
    BadRequest(Rejection),

    /// The server failed or is too busy (a status of 500 and above).
    #[error("the server failed: {rejection}")]
    Server {
        /// The status, and what the server said, if it said anything in JSON.
        rejection: Rejection,
        /// When to try again, if the server said so.
        wait: Wait,
    },

    /// The server was not reached, or the connection broke or timed out.
    #[error("the server could not be reached")]
    Transport(#[source] Transport),

    /// The response is not one that this API gives: often a proxy's page, or a wrong base URL.
    #[error("unexpected response: {0}")]
    Protocol(Protocol),
}

impl Error {
    /// The status of the response, if there was one and it was an error on this API's terms.
    ///
    /// ```
    /// let error = login_client::Error::InvalidCredentials;
    /// assert_eq!(error.status(), Some(login_client::reqwest::StatusCode::UNAUTHORIZED));
    /// ```
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidBaseUrl { .. } | Self::InvalidSession { .. } | Self::Transport(_) => None,
            Self::InvalidCredentials
            | Self::TotpRequired(_)
            | Self::TotpInvalid(_)
            | Self::AccountInactive
            | Self::Locked(_)
            | Self::Unauthenticated => Some(StatusCode::UNAUTHORIZED),
            Self::RateLimited(_) => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::BadRequest(rejection) | Self::Server { rejection, .. } => Some(rejection.status),
            Self::Protocol(protocol) => Some(protocol.status),
        }
    }

    /// How long the server asks to wait before the next try, where it says so.
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

/// Whom a server has locked out.
///
/// ```
/// use login_client::Locked;
///
/// assert_eq!(Locked::Address.to_string(), "this address");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Locked {
    /// The account, from wherever a login comes.
    User,
    /// The address the logins come from, for whatever account.
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

/// What a server said when it refused.
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

    /// The member `error`; a number comes as its digits.
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

    /// The member `message`, for people. Think before logging it: a server may quote in it what it
    /// was sent.
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

/// Free text would bring the server's words, and perhaps ours, into a log.
fn is_identifier(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// A failure below this API: name resolution, connection, TLS, time-out.
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
        // A URL may hold what its owner does not want to see in a log.
        Self(error.without_url())
    }

    /// Whether a time-out ended it.
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

    /// Whether no connection came about, so that nothing was sent.
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
        // A browser does not tell.
        #[cfg(target_arch = "wasm32")]
        return false;
    }
}

/// What was expected of a response, and what came.
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
    /// The status the response came with.
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

    /// The place in the JSON body (RFC 6901), if the body is JSON.
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

    /// What should have been there.
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

    /// What was there: its kind, never its value.
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
