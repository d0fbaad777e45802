//! Logs in with a password and an optional second factor, or with the token of an earlier session.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
};

use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderValue},
};

use crate::{
    Client, Error, Secret, Session, TwoFactor, api::types::LoginRequest, client::Encoding,
    retry::Safety,
};

/// The future of a [`Login`] or a [`Resume`].
///
/// ```no_run
/// use std::future::IntoFuture;
///
/// # fn f(client: &login_client::Client) {
/// let future: login_client::SessionFuture<'_> = client.login("bot", "pa55word").into_future();
/// # }
/// ```
#[cfg(not(target_arch = "wasm32"))]
pub type SessionFuture<'a> = Pin<Box<dyn Future<Output = Result<Session, Error>> + Send + 'a>>;

/// The future of a [`Login`] or a [`Resume`]. In a browser it is not `Send`.
#[cfg(target_arch = "wasm32")]
pub type SessionFuture<'a> = Pin<Box<dyn Future<Output = Result<Session, Error>> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
type CodeFuture<'a> = Pin<Box<dyn Future<Output = Option<Secret>> + Send + 'a>>;
#[cfg(target_arch = "wasm32")]
type CodeFuture<'a> = Pin<Box<dyn Future<Output = Option<Secret>> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
type AskForCode<'a> = Box<dyn FnOnce(TwoFactor) -> CodeFuture<'a> + Send + 'a>;
#[cfg(target_arch = "wasm32")]
type AskForCode<'a> = Box<dyn FnOnce(TwoFactor) -> CodeFuture<'a> + 'a>;

impl Client {
    /// Logs in with a password, and with a user name or an e-mail address. Await it, or add a
    /// second factor first: see [`Login`].
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), login_client::Error> {
    /// let session = client.login("ana@example.org", "pa55word").code("123456").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn login(&self, user: impl Into<String>, password: impl Into<Secret>) -> Login<'_> {
        Login { client: self, user: user.into(), password: password.into(), code: Code::None }
    }

    /// Logs in with the token of an earlier session. The token and its expiry stay the same, and
    /// the server does not ask for a second factor.
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client, token: String) -> Result<(), login_client::Error> {
    /// let session = client.resume(token).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(&self, token: impl Into<Secret>) -> Resume<'_> {
        Resume { client: self, token: token.into() }
    }
}

/// A login with a password. Await it to run it.
///
/// ```no_run
/// # async fn run(client: login_client::Client) -> Result<(), login_client::Error> {
/// let session = client.login("bot", "pa55word").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a login does nothing until it is awaited"]
pub struct Login<'a> {
    client: &'a Client,
    user: String,
    password: Secret,
    code: Code<'a>,
}

/// The source of the second factor.
enum Code<'a> {
    None,
    Given(Secret),
    OnDemand(AskForCode<'a>),
}

impl<'a> Login<'a> {
    /// Sends this second factor with the password: the six digits of an authenticator, or a backup
    /// code.
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), login_client::Error> {
    /// let session = client.login("ana", "pa55word").code("123456").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn code(self, code: impl Into<Secret>) -> Self {
        Self { code: Code::Given(code.into()), ..self }
    }

    /// Calls `ask` for a second factor if the server requires one. It asks once, because wrong
    /// codes lock accounts. If `ask` returns `None`, the login fails with [`Error::TotpRequired`].
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), login_client::Error> {
    /// let session = client
    ///     .login("ana", "pa55word")
    ///     .code_with(|factor| async move {
    ///         eprintln!("code ({}):", factor.method().unwrap_or("totp"));
    ///         std::io::stdin().lines().next()?.ok()
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(not(target_arch = "wasm32"))]
    pub fn code_with<F, Fut, C>(self, ask: F) -> Self
    where
        F: FnOnce(TwoFactor) -> Fut + Send + 'a,
        Fut: Future<Output = Option<C>> + Send + 'a,
        C: Into<Secret>,
    {
        self.ask_with(Box::new(|factor| {
            let code = ask(factor);
            Box::pin(async move { code.await.map(Into::into) })
        }))
    }

    /// Calls `ask` for a second factor if the server requires one. It asks once, because wrong
    /// codes lock accounts. If `ask` returns `None`, the login fails with [`Error::TotpRequired`].
    ///
    /// In a browser, neither the closure nor its future needs to be `Send`.
    #[cfg(target_arch = "wasm32")]
    pub fn code_with<F, Fut, C>(self, ask: F) -> Self
    where
        F: FnOnce(TwoFactor) -> Fut + 'a,
        Fut: Future<Output = Option<C>> + 'a,
        C: Into<Secret>,
    {
        self.ask_with(Box::new(|factor| {
            let code = ask(factor);
            Box::pin(async move { code.await.map(Into::into) })
        }))
    }

    fn ask_with(self, ask: AskForCode<'a>) -> Self {
        Self { code: Code::OnDemand(ask), ..self }
    }

    async fn run(self) -> Result<Session, Error> {
        let Self { client, user, password, code } = self;
        let (code, ask) = match code {
            Code::None => (None, None),
            Code::Given(code) => (Some(code), None),
            Code::OnDemand(ask) => (None, Some(ask)),
        };
        let mut request = LoginRequest {
            user: Some(user),
            password: Some(password),
            code,
            ..LoginRequest::default()
        };
        let outcome = log_in(client, &request, Safety::OnlyOnce).await;
        let (ask, factor) = match (ask, outcome) {
            (Some(ask), Err(Error::TotpRequired(factor))) => (ask, factor),
            (_, outcome) => return outcome,
        };
        match ask(factor.clone()).await {
            Some(code) => {
                request.code = Some(code);
                log_in(client, &request, Safety::OnlyOnce).await
            }
            None => Err(Error::TotpRequired(factor)),
        }
    }
}

impl<'a> IntoFuture for Login<'a> {
    type Output = Result<Session, Error>;
    type IntoFuture = SessionFuture<'a>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("client", self.client).finish_non_exhaustive()
    }
}

/// A login with the token of an earlier session. Await it to run it.
///
/// ```no_run
/// # async fn run(client: login_client::Client, token: String) -> Result<(), login_client::Error> {
/// let session = client.resume(token).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a login does nothing until it is awaited"]
pub struct Resume<'a> {
    client: &'a Client,
    token: Secret,
}

impl<'a> IntoFuture for Resume<'a> {
    type Output = Result<Session, Error>;
    type IntoFuture = SessionFuture<'a>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = LoginRequest { resume: Some(self.token), ..LoginRequest::default() };
            log_in(self.client, &request, Safety::Repeatable).await
        })
    }
}

async fn log_in(client: &Client, body: &LoginRequest, safety: Safety) -> Result<Session, Error> {
    let request = with_body(
        client.request_to(Method::POST, client.operations().login.clone()),
        body,
        client.encoding(),
    );
    let logged_in = client.exchange(request, safety).await?.logged_in()?;
    Ok(Session::new(client, logged_in))
}

fn with_body(request: RequestBuilder, body: &LoginRequest, encoding: Encoding) -> RequestBuilder {
    let (content_type, body) = match encoding {
        Encoding::Json => return request.json(body),
        Encoding::Form => ("application/x-www-form-urlencoded", serde_urlencoded::to_string(body)),
    };
    // Only nested values cannot be encoded, and this body has none.
    let body = body.unwrap_or_default();
    request.header(CONTENT_TYPE, HeaderValue::from_static(content_type)).body(body)
}
