//! A server, and how to talk to it.

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
    /// Where the `reqwest` client's own does not count.
    timeout: Option<Duration>,
    body_limit: usize,
    encoding: Encoding,
    retry: Option<Retry>,
}

/// Where the operations of this API are, joined once: a copy costs less than a parse.
pub(crate) struct Operations {
    pub(crate) login: Url,
    pub(crate) me: Url,
    pub(crate) logout: Url,
}

/// How a login's body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Form,
}

impl Client {
    /// A client for the server at this base URL, a sub-path and a slash at the end included or not,
    /// with every default of [`ClientBuilder`].
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
    /// [`Error::InvalidBaseUrl`], or [`Error::Transport`] where TLS cannot be set up.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Self::builder(base_url).build()
    }

    /// A client with something other than the defaults.
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

    /// The base URL, with a slash at its end.
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

    /// The generated client on the same connections, for the operations of the document one by one.
    /// It decodes strictly and sends no credentials of a session; see [`api`].
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

    /// A request to any path below the base URL.
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

    /// One operation of this API, from request to whole response.
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

/// Makes a [`Client`] with something other than the defaults.
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
    /// Uses this `reqwest` client, with its proxies, roots, headers and time-outs: the way to trust a
    /// certificate of your own or to send a header that a proxy in front of the server wants.
    ///
    /// Switch its redirects off, as the client made here has them off: on a redirect to another host
    /// reqwest drops the headers it knows to be secret, and `X-Auth-Token` is not among them.
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

    /// The longest a call may take from its start to the last byte of its response: 30 seconds if this
    /// is not set, or what a `reqwest` client that was handed in has.
    ///
    /// ```
    /// # fn main() -> Result<(), login_client::Error> {
    /// let hasty = login_client::Client::builder("https://chat.example.org")
    ///     .timeout(std::time::Duration::from_secs(2))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// The longest response that is read: 1 MiB if this is not set.
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

    /// Sends logins as `application/x-www-form-urlencoded`, for the old proxies and servers that take
    /// nothing else. JSON is right everywhere else.
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

    /// Tries again where that is safe; see [`Retry`]. Without this nothing is tried again.
    /// In a browser it has no effect.
    ///
    /// ```
    /// use login_client::{Client, Retry};
    ///
    /// # fn main() -> Result<(), login_client::Error> {
    /// let patient =
    ///     Client::builder("https://chat.example.org").retry(Retry::times(3)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry: Some(retry), ..self }
    }

    /// The client.
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
    /// [`Error::InvalidBaseUrl`], or [`Error::Transport`] where TLS cannot be set up.
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
                // A browser's client has no time-out of its own, so each request gets it.
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
    // A browser decides on connections and redirects by itself.
    #[cfg(not(target_arch = "wasm32"))]
    let builder = builder
        .timeout(timeout)
        .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
        // A redirect would take the password, or the token, to wherever the server points.
        .redirect(reqwest::redirect::Policy::none());
    #[cfg(target_arch = "wasm32")]
    let _ = timeout;
    builder.build()
}
