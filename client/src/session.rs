//! A session: the result of a login, with its token and the calls that use it.

use std::{fmt, sync::Arc};

use reqwest::{
    Method, RequestBuilder, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Client, Deviation, Error, Profile, Secret, account::Account, error::Transport,
    response::LoggedIn, retry::Safety,
};

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const USER_ID: HeaderName = HeaderName::from_static("x-user-id");

impl Client {
    /// Restores a stored session without a request. The first call shows whether its token still
    /// works; [`resume`](Self::resume) checks it at once.
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let session = client.restore(serde_json::from_str(text)?)?;
    /// println!("{:?}", session.me().await?.username);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSession`] where the session belongs to another base URL, because no server
    /// may get another server's token, or where its user id or token cannot be a header.
    pub fn restore(&self, stored: StoredSession) -> Result<Session, Error> {
        let StoredSession { base_url, user_id, auth_token } = stored;
        if base_url != self.base_url() {
            return Err(Error::InvalidSession { reason: "it is for another server" });
        }
        self.with_token(user_id, auth_token)
    }
}

/// A session: a user id and a token that the server accepts for it.
///
/// Dropping it does not end the session; [`logout`](Self::logout) does. Clones are cheap and share
/// the session, so each task of a bot can have its own.
///
/// ```no_run
/// # async fn run(client: login_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let session = client.login("bot", "pa55word").await?;
/// let greeter = tokio::spawn({
///     let session = session.clone();
///     async move {
///         let text = serde_json::json!({ "roomId": "GENERAL", "text": "good morning" });
///         let message = session.post("/api/v1/chat.postMessage").json(&text);
///         session.send::<serde_json::Value>(message).await
///     }
/// });
/// println!("{:?}", session.me().await?.username);
/// greeter.await??;
/// session.logout().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    auth_token: Secret,
    headers: HeaderMap,
    account: Account,
}

impl Session {
    pub(crate) fn new(client: &Client, logged_in: LoggedIn) -> Self {
        let LoggedIn { auth_token, account } = logged_in;
        let headers = headers(account.user_id(), &auth_token);
        let inner = Inner { client: client.clone(), auth_token, headers, account };
        Self { inner: Arc::new(inner) }
    }

    /// The id of the account; current servers use 17 characters.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// println!("X-User-Id: {}", session.user_id());
    /// # }
    /// ```
    pub fn user_id(&self) -> &str {
        self.inner.account.user_id()
    }

    /// The token. Anyone who has it can act as this account until the session ends.
    ///
    /// ```
    /// # async fn f(session: login_client::Session, client: login_client::Client) -> Result<(), login_client::Error> {
    /// let same = client.resume(session.auth_token()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn auth_token(&self) -> &Secret {
        &self.inner.auth_token
    }

    /// The profile in the login response; `None` for a restored session and for servers older than
    /// 0.64. [`me`](Self::me) requests it.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// let name = session.profile().and_then(|profile| profile.username.as_deref());
    /// # }
    /// ```
    pub fn profile(&self) -> Option<&Profile> {
        self.inner.account.profile()
    }

    /// The harmless differences between the login response and the document.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// session.deviations().iter().for_each(|deviation| eprintln!("{deviation}"));
    /// # }
    /// ```
    pub fn deviations(&self) -> &[Deviation] {
        self.inner.account.deviations()
    }

    /// The two headers that authenticate a call, marked as sensitive. Use them with another HTTP
    /// client, or as the `default_headers` of a `reqwest` client.
    ///
    /// ```
    /// use login_client::reqwest;
    ///
    /// # fn f(session: login_client::Session) -> reqwest::Result<()> {
    /// let http = reqwest::Client::builder()
    ///     .default_headers(session.headers().clone())
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .build()?;
    /// let api = login_client::api::Client::new_with_client("https://chat.example.org", http);
    /// # Ok(())
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.headers
    }

    /// A request to any endpoint of the server, with the two headers, on this client's connections.
    /// The path is always below the base URL, so the token cannot go to another server.
    ///
    /// Add what the endpoint needs, then pass it to [`send`](Self::send) to read JSON. Send it
    /// directly to get the plain response, which is no error whatever its status.
    ///
    /// ```no_run
    /// use login_client::reqwest::Method;
    ///
    /// # async fn run(session: login_client::Session) -> Result<(), Box<dyn std::error::Error>> {
    /// let avatar = session.request(Method::HEAD, "/avatar/bot").send().await?.error_for_status()?;
    /// println!("{:?}", avatar.headers().get("content-type"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.inner.client.request(method, path).headers(self.inner.headers.clone())
    }

    /// A `GET` request with the two headers; see [`request`](Self::request).
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let channels = session.get("/api/v1/channels.list").query(&[("count", "5")]);
    /// let channels: serde_json::Value = session.send(channels).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A `POST` request with the two headers; see [`request`](Self::request).
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let text = serde_json::json!({ "roomId": "GENERAL", "text": "hello" });
    /// let message = session.post("/api/v1/chat.postMessage").json(&text);
    /// let sent: serde_json::Value = session.send(message).await?;
    /// println!("message {}", sent["message"]["_id"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Sends a request of this session and reads the JSON of the response, with the errors, the
    /// body limit and the retries of this crate. The result is your own type, or
    /// `serde_json::Value`.
    ///
    /// ```no_run
    /// use login_client::Error;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Rooms {
    ///     update: Vec<Room>,
    /// }
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Room {
    ///     #[serde(rename = "_id")]
    ///     id: String,
    /// }
    ///
    /// # async fn run(session: login_client::Session) -> Result<(), Error> {
    /// match session.send::<Rooms>(session.get("/api/v1/rooms.get")).await {
    ///     Ok(rooms) => rooms.update.iter().for_each(|room| println!("{}", room.id)),
    ///     Err(Error::Unauthenticated) => eprintln!("time to log in again"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the token is no longer valid, [`Error::BadRequest`] where
    /// the server refuses the request, [`Error::Protocol`] where the response is not JSON or does
    /// not fit the type, and the errors of any call.
    pub async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        let (http, request) = request.build_split();
        let request = request.map_err(|error| Error::Transport(Transport::new(error)))?;
        let safety = match *request.method() {
            Method::GET | Method::HEAD => Safety::Repeatable,
            _ => Safety::OnlyOnce,
        };
        let request = RequestBuilder::from_parts(http, request);
        self.inner.client.exchange(request, safety).await?.json()
    }

    /// Requests the profile of the account.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// println!("{:?}", session.me().await?.roles);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the token is no longer valid, and the errors of any call.
    pub async fn me(&self) -> Result<Profile, Error> {
        let request = self.operation(Method::GET, &self.inner.client.operations().me);
        self.inner.client.exchange(request, Safety::Repeatable).await?.profile()
    }

    /// Ends this session on the server. Other sessions of the account continue.
    ///
    /// Keep a clone to be able to retry after a failure.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// session.logout().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the session had already ended, and the errors of any call.
    pub async fn logout(self) -> Result<(), Error> {
        let request = self.operation(Method::POST, &self.inner.client.operations().logout);
        self.inner.client.exchange(request, Safety::Repeatable).await?.logged_out()
    }

    fn operation(&self, method: Method, url: &Url) -> RequestBuilder {
        self.inner.client.request_to(method, url.clone()).headers(self.inner.headers.clone())
    }

    /// The data to restore this session later. It contains the token: store it only where you would
    /// also store a password.
    ///
    /// ```
    /// # fn f(session: login_client::Session) -> Result<(), Box<dyn std::error::Error>> {
    /// let text = serde_json::to_string(&session.to_stored())?;
    /// std::fs::write("session.json", text)?; // in a folder that only this bot can read
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_stored(&self) -> StoredSession {
        StoredSession {
            base_url: self.inner.client.base_url().to_owned(),
            user_id: self.user_id().to_owned(),
            auth_token: self.inner.auth_token.clone(),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("client", &self.inner.client)
            .field("user_id", &self.user_id())
            .field("auth_token", &self.inner.auth_token)
            .finish_non_exhaustive()
    }
}

/// A session to store: [`Session::to_stored`] makes it, [`Client::restore`] restores it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = r#"{
///     "base_url": "https://chat.example.org/",
///     "user_id": "aobEdbYhXfu5hkeqG",
///     "auth_token": "9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq"
/// }"#;
/// let client = login_client::Client::new("https://chat.example.org")?;
/// let session = client.restore(serde_json::from_str(text)?)?;
/// assert_eq!(session.user_id(), "aobEdbYhXfu5hkeqG");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSession {
    /// The base URL, with a slash at its end.
    pub base_url: String,
    /// The id of the account.
    pub user_id: String,
    /// The token. It serialises as plain text.
    pub auth_token: Secret,
}

fn headers(user_id: &str, auth_token: &Secret) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2);
    for (name, text) in [(USER_ID, user_id), (AUTH_TOKEN, auth_token.expose())] {
        // Both were checked to be visible ASCII, which is always valid in a header.
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    headers
}
