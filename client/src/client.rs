//! A server to log in to: its client and the options of that client.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    Method, RequestBuilder, Url,
    header::{ACCEPT, HeaderMap, HeaderValue},
};

use crate::{
    api,
    base_url::BaseUrl,
    error::{Error, Transport},
    exchange,
    response::Response,
    retry::{Retry, Safety},
};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
#[cfg(not(target_arch = "wasm32"))]
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Profiles with every preference set stay below 64 KiB.
const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// A Rocket.Chat server to log in to.
///
/// Cheap to clone; clones share one pool of connections.
///
/// ```no_run
/// # async fn run() -> Result<(), login_client::Error> {
/// let client = login_client::Client::new("https://chat.example.org")?;
/// let session = client.login("bot", "pa55word").await?;
/// println!("logged in as {}", session.user_id());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    base_url: BaseUrl,
    operations: Operations,
    http: reqwest::Client,
    /// The timeout to set on each request, where the timeout of the `reqwest` client does not
    /// apply.
    timeout: Option<Duration>,
    body_limit: usize,
    encoding: Encoding,
    retry: Option<Retry>,
}

/// The URLs of the operations of this API, parsed once because a copy costs less than a parse.
pub(crate) struct Operations {
    pub(crate) login: Url,
    pub(crate) me: Url,
    pub(crate) logout: Url,
}

/// The encoding of a login's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Form,
}

impl Client {
    /// A client with the default options of [`ClientBuilder`]. The base URL may have a sub-path,
    /// with or without a slash at its end.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client = login_client::Client::new("https://example.org/team/chat")?;
    /// assert_eq!(client.base_url(), "https://example.org/team/chat/");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidBaseUrl`] where the URL cannot be used, or [`Error::Transport`] where TLS
    /// cannot be set up.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Self::builder(base_url).build()
    }

    /// A builder for a client with other options than the defaults.
    ///
    /// ```
    /// use login_client::{Client, Retry};
    ///
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client = Client::builder("https://chat.example.org")
    ///     .timeout(std::time::Duration::from_secs(10))
    ///     .retry(Retry::times(3))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.to_owned(),
            http: None,
            timeout: None,
            body_limit: DEFAULT_BODY_LIMIT,
            encoding: Encoding::Json,
            retry: None,
        }
    }

    /// The base URL, which ends with a slash.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client = login_client::Client::new("http://localhost:3000")?;
    /// assert_eq!(client.base_url(), "http://localhost:3000/");
    /// # Ok(())
    /// # }
    /// ```
    pub fn base_url(&self) -> &str {
        self.inner.base_url.as_str()
    }

    /// The generated client, which shares the connections of this one and has one method for each
    /// operation of the document. It decodes strictly and sends no session credentials; see
    /// [`api`].
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let response = client
    ///     .api()
    ///     .login()
    ///     .body_map(|body| body.user("bot".to_owned()).password(login_client::Secret::from("pa55")))
    ///     .send()
    ///     .await?;
    /// println!("{}", response.data.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn api(&self) -> api::Client {
        api::Client::new_with_client(self.inner.base_url.without_slash(), self.inner.http.clone())
    }

    /// A request to a path below the base URL.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_to(method, self.inner.base_url.join(path))
    }

    /// A request to one of the [`operations`](Self::operations).
    pub(crate) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.inner.http.request(method, url);
        match self.inner.timeout {
            Some(timeout) => request.timeout(timeout),
            None => request,
        }
    }

    /// Sends a request of this API and reads the whole response.
    pub(crate) fn exchange(
        &self,
        request: RequestBuilder,
        safety: Safety,
    ) -> impl Future<Output = Result<Response, Error>> {
        let request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        exchange::send(request, self.inner.body_limit, self.inner.retry.as_ref(), safety)
    }

    pub(crate) fn operations(&self) -> &Operations {
        &self.inner.operations
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.inner.encoding
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

/// Builds a [`Client`] with other options than the defaults.
///
/// ```
/// use std::time::Duration;
///
/// # fn main() -> Result<(), login_client::Error> {
/// let client = login_client::Client::builder("https://chat.example.org")
///     .timeout(Duration::from_secs(5))
///     .body_limit(256 * 1024)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    base_url: String,
    http: Option<reqwest::Client>,
    timeout: Option<Duration>,
    body_limit: usize,
    encoding: Encoding,
    retry: Option<Retry>,
}

impl ClientBuilder {
    /// Uses this `reqwest` client, with its proxies, root certificates, headers and timeouts. Use
    /// it to trust a certificate of your own, or to send a header that a proxy in front of the
    /// server requires.
    ///
    /// Disable its redirects, as the default client does. On a redirect to another host, reqwest
    /// drops only the headers that it knows to be secret, and `X-Auth-Token` is not one of them.
    ///
    /// ```
    /// use login_client::reqwest::{self, header};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut headers = header::HeaderMap::new();
    /// headers.insert(header::USER_AGENT, "greeter/1.0".parse()?);
    /// headers.insert("x-gateway-key", "of this bot".parse()?);
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .default_headers(headers)
    ///     .proxy(reqwest::Proxy::all("http://proxy.example.org:3128")?)
    ///     .timeout(std::time::Duration::from_secs(10))
    ///     .build()?;
    /// let client =
    ///     login_client::Client::builder("https://chat.example.org").reqwest(http).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reqwest(self, http: reqwest::Client) -> Self {
        Self { http: Some(http), ..self }
    }

    /// The maximum time for a call, from its start to the last byte of the response. The default is
    /// 30 seconds, or the timeout of the `reqwest` client if one was set.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client = login_client::Client::builder("https://chat.example.org")
    ///     .timeout(std::time::Duration::from_secs(2))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// The maximum size of a response body in bytes. The default is 1 MiB.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let small = login_client::Client::builder("https://chat.example.org")
    ///     .body_limit(64 * 1024)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn body_limit(self, bytes: usize) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// Sends logins as `application/x-www-form-urlencoded`, for old proxies and servers that accept
    /// nothing else. Otherwise keep JSON, the default.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let old = login_client::Client::builder("https://chat.example.org").form().build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn form(self) -> Self {
        Self { encoding: Encoding::Form, ..self }
    }

    /// Retries calls where that is safe; see [`Retry`]. By default, nothing is retried. In a
    /// browser this has no effect.
    ///
    /// ```
    /// use login_client::{Client, Retry};
    ///
    /// # fn main() -> Result<(), login_client::Error> {
    /// let client =
    ///     Client::builder("https://chat.example.org").retry(Retry::times(3)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry: Some(retry), ..self }
    }

    /// Builds the client.
    ///
    /// ```
    /// use login_client::{Client, Error};
    ///
    /// let Err(error) = Client::builder("chat.example.org").build() else { panic!("no URL") };
    /// assert!(matches!(error, Error::InvalidBaseUrl { .. }));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidBaseUrl`] where the base URL cannot be used, or [`Error::Transport`] where
    /// TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = BaseUrl::parse(&self.base_url)?;
        let operations = Operations {
            login: base_url.join("api/v1/login"),
            me: base_url.join("api/v1/me"),
            logout: base_url.join("api/v1/logout"),
        };
        let (http, timeout) = match self.http {
            Some(http) => (http, self.timeout),
            None => {
                let timeout = self.timeout.unwrap_or(DEFAULT_TIMEOUT);
                let http = default_http(timeout);
                let http = http.map_err(|error| Error::Transport(Transport::new(error)))?;
                // A browser's client has no timeout, so each request sets its own.
                (http, cfg!(target_arch = "wasm32").then_some(timeout))
            }
        };
        let (body_limit, encoding, retry) = (self.body_limit, self.encoding, self.retry);
        let inner = Inner { base_url, operations, http, timeout, body_limit, encoding, retry };
        Ok(Client { inner: Arc::new(inner) })
    }
}

fn default_http(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    let mut headers = HeaderMap::new();
    headers.insert(
        reqwest::header::USER_AGENT,
        HeaderValue::from_static(concat!("login-client/", env!("CARGO_PKG_VERSION"))),
    );
    let builder = reqwest::Client::builder().default_headers(headers);
    // In a browser, the browser manages connections and redirects.
    #[cfg(not(target_arch = "wasm32"))]
    let builder = builder
        .timeout(timeout)
        .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
        // A redirect would send the password or the token to the host that the server names.
        .redirect(reqwest::redirect::Policy::none());
    #[cfg(target_arch = "wasm32")]
    let _ = timeout;
    builder.build()
}
