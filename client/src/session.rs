//! What a login gives: a token, and what can be done with it.

use std::{fmt, sync::Arc};

use reqwest::{
    Method, RequestBuilder, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Deviation, Error, Profile, Secret,
    account::Account,
    answer::{LoggedIn, is_header_text},
    retry::Safety,
};

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const USER_ID: HeaderName = HeaderName::from_static("x-user-id");

/// A session: a user id and a token that a server accepts for it.
///
/// Dropping it ends nothing; [`logout`](Self::logout) does. Clones stand for the same session.
///
/// ```no_run
/// # async fn run(client: login_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let session = client.login("bot", "pa55word").await?;
/// let rooms: serde_json::Value = session.get("/api/v1/rooms.get").send().await?.json().await?;
/// session.logout().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    client: Client,
    auth_token: Secret,
    headers: HeaderMap,
    account: Arc<Account>,
}

impl Session {
    pub(crate) fn new(client: &Client, logged_in: LoggedIn) -> Self {
        let LoggedIn { auth_token, account } = logged_in;
        let headers = headers(account.user_id(), &auth_token);
        Self { client: client.clone(), auth_token, headers, account }
    }

    pub(crate) fn restore(client: &Client, stored: StoredSession) -> Result<Self, Error> {
        let StoredSession { base_url, user_id, auth_token } = stored;
        let refuse = |reason| Err(Error::InvalidSession { reason });
        if base_url != client.base_url() {
            return refuse("it is for another server");
        }
        if !is_header_text(&user_id) || !is_header_text(auth_token.expose()) {
            return refuse("its user id or token cannot be a header");
        }
        let account = Arc::new(Account::unread(user_id, None));
        Ok(Self::new(client, LoggedIn { auth_token, account }))
    }

    /// The id of the account, 17 characters on a server of today.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// println!("X-User-Id: {}", session.user_id());
    /// # }
    /// ```
    pub fn user_id(&self) -> &str {
        self.account.user_id()
    }

    /// The token. Whoever has it is this account until the session ends.
    ///
    /// ```
    /// # async fn f(session: login_client::Session, client: login_client::Client) -> Result<(), login_client::Error> {
    /// let same = client.resume(session.auth_token()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn auth_token(&self) -> &Secret {
        &self.auth_token
    }

    /// The account as the login described it; `None` for a restored session and for servers older
    /// than 0.64. [`me`](Self::me) asks again.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// let name = session.profile().and_then(|profile| profile.username.as_deref());
    /// # }
    /// ```
    pub fn profile(&self) -> Option<&Profile> {
        self.account.profile()
    }

    /// Where the answer to the login differed from the document without harm.
    ///
    /// ```
    /// # fn f(session: login_client::Session) {
    /// session.deviations().iter().for_each(|deviation| eprintln!("{deviation}"));
    /// # }
    /// ```
    pub fn deviations(&self) -> &[Deviation] {
        self.account.deviations()
    }

    /// The two headers that prove who calls, marked sensitive: for a client of another kind, or as
    /// the `default_headers` of a `reqwest` client.
    ///
    /// ```
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
        &self.headers
    }

    /// A call to any endpoint of the server, with the two headers, on this client's connections.
    /// The path is below the base URL, whatever it looks like, so a token stays with its server.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), reqwest::Error> {
    /// let answer = session
    ///     .request(reqwest::Method::PUT, "/api/v1/some.endpoint")
    ///     .json(&serde_json::json!({ "key": "value" }))
    ///     .send()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, path).headers(self.headers.clone())
    }

    /// A `GET` with the two headers; see [`request`](Self::request).
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), reqwest::Error> {
    /// let rooms: serde_json::Value = session.get("/api/v1/rooms.get").send().await?.json().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A `POST` with the two headers; see [`request`](Self::request).
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), reqwest::Error> {
    /// let message = serde_json::json!({ "roomId": "GENERAL", "text": "hello" });
    /// session.post("/api/v1/chat.postMessage").json(&message).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Asks the server for the account.
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
    /// [`Error::Unauthenticated`] where the token no longer works, and what can happen to any call.
    pub async fn me(&self) -> Result<Profile, Error> {
        let request = self.operation(Method::GET, &self.client.operations().me);
        self.client.exchange(request, Safety::Repeatable).await?.profile()
    }

    /// Ends this session on the server; every other session of the account goes on.
    ///
    /// To be able to try again after a failure, keep a clone.
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
    /// [`Error::Unauthenticated`] where it had ended before, and what can happen to any call.
    pub async fn logout(self) -> Result<(), Error> {
        let request = self.operation(Method::POST, &self.client.operations().logout);
        self.client.exchange(request, Safety::Repeatable).await?.logged_out()
    }

    fn operation(&self, method: Method, url: &Url) -> RequestBuilder {
        self.client.request_to(method, url.clone()).headers(self.headers.clone())
    }

    /// What is needed to take this session up again later. It holds the token: serialise it only to
    /// where a password could lie, too.
    ///
    /// ```
    /// # fn f(session: login_client::Session) -> serde_json::Result<()> {
    /// let text = serde_json::to_string(&session.to_stored())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_stored(&self) -> StoredSession {
        StoredSession {
            base_url: self.client.base_url().to_owned(),
            user_id: self.user_id().to_owned(),
            auth_token: self.auth_token.clone(),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("client", &self.client)
            .field("user_id", &self.user_id())
            .field("auth_token", &self.auth_token)
            .finish_non_exhaustive()
    }
}

/// A session to be kept: made by [`Session::to_stored`], taken up by [`Client::restore`].
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
    /// The server, with a slash at the end.
    pub base_url: String,
    /// The account's id.
    pub user_id: String,
    /// The token, in plain text once it is serialised.
    pub auth_token: Secret,
}

fn headers(user_id: &str, auth_token: &Secret) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2);
    for (name, text) in [(USER_ID, user_id), (AUTH_TOKEN, auth_token.expose())] {
        // Both were checked to be visible ASCII, which always can be a header.
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    headers
}
