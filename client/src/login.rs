//! The two ways in: a password, with a second factor where one is asked for, and an earlier token.

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

/// What awaiting a [`Login`] or a [`Resume`] runs.
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

/// What awaiting a [`Login`] or a [`Resume`] runs. A browser's futures stay on their thread.
#[cfg(target_arch = "wasm32")]
pub type SessionFuture<'a> = Pin<Box<dyn Future<Output = Result<Session, Error>> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
type AskedCode<'a> = Pin<Box<dyn Future<Output = Option<Secret>> + Send + 'a>>;
#[cfg(target_arch = "wasm32")]
type AskedCode<'a> = Pin<Box<dyn Future<Output = Option<Secret>> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
type Ask<'a> = Box<dyn FnOnce(TwoFactor) -> AskedCode<'a> + Send + 'a>;
#[cfg(target_arch = "wasm32")]
type Ask<'a> = Box<dyn FnOnce(TwoFactor) -> AskedCode<'a> + 'a>;

impl Client {
    /// Logs in with a user name or an e-mail address, and a password. Await it, or add a second factor
    /// first: see [`Login`].
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), login_client::Error> {
    /// let session = client.login("ana@example.org", "pa55word").code("123456").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn login(&self, user: impl Into<String>, password: impl Into<Secret>) -> Login<'_> {
        Login { client: self, user: user.into(), password: password.into(), code: Code::Nowhere }
    }

    /// Logs in with the token of an earlier session. The token stays the same, its life is not
    /// prolonged, and no second factor is asked for.
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

/// A login with a password, to be awaited.
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

/// Where a second factor comes from.
enum Code<'a> {
    Nowhere,
    Given(Secret),
    Asked(Ask<'a>),
}

impl<'a> Login<'a> {
    /// Sends this second factor at once: six digits of an authenticator, or a backup code.
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

    /// Asks for a second factor if, and only if, the server wants one; once, since wrong codes lock
    /// accounts. `None` gives up, and the login ends with [`Error::TotpRequired`].
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
    pub fn code_with<F, Asked, C>(self, ask: F) -> Self
    where
        F: FnOnce(TwoFactor) -> Asked + Send + 'a,
        Asked: Future<Output = Option<C>> + Send + 'a,
        C: Into<Secret>,
    {
        self.ask_with(Box::new(|factor| {
            let code = ask(factor);
            Box::pin(async move { code.await.map(Into::into) })
        }))
    }

    /// Asks for a second factor if, and only if, the server wants one; once, since wrong codes lock
    /// accounts. `None` gives up, and the login ends with [`Error::TotpRequired`].
    ///
    /// What asks can be a browser's own: here nothing has to be `Send`.
    #[cfg(target_arch = "wasm32")]
    pub fn code_with<F, Asked, C>(self, ask: F) -> Self
    where
        F: FnOnce(TwoFactor) -> Asked + 'a,
        Asked: Future<Output = Option<C>> + 'a,
        C: Into<Secret>,
    {
        self.ask_with(Box::new(|factor| {
            let code = ask(factor);
            Box::pin(async move { code.await.map(Into::into) })
        }))
    }

    fn ask_with(self, ask: Ask<'a>) -> Self {
        Self { code: Code::Asked(ask), ..self }
    }

    async fn run(self) -> Result<Session, Error> {
        let Self { client, user, password, code } = self;
        let (code, ask) = match code {
            Code::Nowhere => (None, None),
            Code::Given(code) => (Some(code), None),
            Code::Asked(ask) => (None, Some(ask)),
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

/// A login with an earlier token, to be awaited.
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
    // It fails on nested values only, and the request has none.
    let body = body.unwrap_or_default();
    request.header(CONTENT_TYPE, HeaderValue::from_static(content_type)).body(body)
}
