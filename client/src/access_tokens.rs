//! Personal access tokens: the tokens that an account gives to its programs.

use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Secret, Session, TwoFactor,
    account::Account,
    response::{LoggedIn, is_header_text},
};

const CODE: HeaderName = HeaderName::from_static("x-2fa-code");

const LIST: &str = "/api/v1/users.getPersonalAccessTokens";
const CREATE: &str = "/api/v1/users.generatePersonalAccessToken";
const REGENERATE: &str = "/api/v1/users.regeneratePersonalAccessToken";
const REMOVE: &str = "/api/v1/users.removePersonalAccessToken";

impl Client {
    /// A session that uses a token which the program already has, such as a personal access token.
    /// It sends no request; the first call shows whether the token works.
    ///
    /// ```no_run
    /// # async fn run(client: login_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let token = std::env::var("ROCKETCHAT_TOKEN")?;
    /// let session = client.with_token("aobEdbYhXfu5hkeqG", token)?;
    /// println!("{:?}", session.me().await?.username);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSession`] where the user id or the token cannot be a header.
    pub fn with_token(
        &self,
        user_id: impl Into<String>,
        token: impl Into<Secret>,
    ) -> Result<Session, Error> {
        let (user_id, auth_token) = (user_id.into(), token.into());
        if !is_header_text(&user_id) || !is_header_text(auth_token.expose()) {
            let reason = "its user id or token cannot be a header";
            return Err(Error::InvalidSession { reason });
        }
        let account = Account::unread(user_id, None);
        Ok(Session::new(self, LoggedIn { auth_token, account }))
    }
}

impl Session {
    /// The personal access tokens of the account. A program can use such a token instead of a
    /// password: see [`Client::with_token`].
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let token = session.personal_access_tokens().create("my-bot").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn personal_access_tokens(&self) -> PersonalAccessTokens<'_> {
        PersonalAccessTokens { session: self, code: None }
    }
}

/// The personal access tokens of an account: [`Session::personal_access_tokens`] makes it.
///
/// If the account has a second factor, every change needs a [`code`](Self::code), unless the session
/// itself uses a token with [`NewAccessToken::bypass_two_factor`].
///
/// ```no_run
/// use login_client::Error;
///
/// # async fn run(session: login_client::Session) -> Result<(), Error> {
/// let tokens = session.personal_access_tokens();
/// for token in tokens.list().await? {
///     println!("{} …{}", token.name, token.last_part.unwrap_or_default());
/// }
/// let tokens = tokens.code("123456");
/// match tokens.create("my-bot").await {
///     Ok(token) => std::fs::write("token", token.expose()).expect("a writable file"),
///     Err(Error::AccessTokenExists) => eprintln!("there is one already"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PersonalAccessTokens<'a> {
    session: &'a Session,
    code: Option<Secret>,
}

/// The token to [`create`](PersonalAccessTokens::create). A text is converted to it as the name.
///
/// ```
/// use login_client::NewAccessToken;
///
/// let token = NewAccessToken::from("my-bot").bypass_two_factor();
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "it is only a description of the token"]
pub struct NewAccessToken {
    token_name: String,
    bypass_two_factor: bool,
}

/// A personal access token as the server lists it, which is without its secret.
///
/// ```
/// # fn f(token: login_client::PersonalAccessToken) {
/// println!("{} was made at {:?}", token.name, token.created_at);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PersonalAccessToken {
    /// The name, which is unique in the account.
    pub name: String,
    /// When the secret was made, as the server writes it: a time of RFC 3339 in UTC.
    #[serde(default)]
    pub created_at: Option<String>,
    /// The last characters of the secret; servers of today show 6.
    #[serde(default, rename = "lastTokenPart")]
    pub last_part: Option<String>,
    /// Whether calls with it need no code; `None` for servers older than 3.1.
    #[serde(default)]
    pub bypass_two_factor: Option<bool>,
}

impl PersonalAccessTokens<'_> {
    /// Sends this code of the second factor with each change: the six digits of an authenticator,
    /// or a backup code. A server takes each code once, so set a new one for the next change.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// session.personal_access_tokens().code("123456").remove("my-bot").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "it returns the tokens with the code"]
    pub fn code(self, code: impl Into<Secret>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// Lists the tokens.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// println!("{} tokens", session.personal_access_tokens().list().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`Session::send`].
    pub async fn list(&self) -> Result<Vec<PersonalAccessToken>, Error> {
        #[derive(Deserialize)]
        struct List {
            tokens: Vec<PersonalAccessToken>,
        }

        let list: List = self.session.send(self.session.get(LIST)).await?;
        Ok(list.tokens)
    }

    /// Makes a token and returns its secret, which the server shows only now.
    ///
    /// ```no_run
    /// use login_client::NewAccessToken;
    ///
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let tokens = session.personal_access_tokens();
    /// let plain = tokens.create("my-bot").await?;
    /// let admin = tokens.create(NewAccessToken::from("admin").bypass_two_factor()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::AccessTokenExists`] where the name is taken, [`Error::TotpRequired`] and
    /// [`Error::TotpInvalid`] for the code, and the errors of [`Session::send`].
    pub async fn create(&self, token: impl Into<NewAccessToken>) -> Result<Secret, Error> {
        self.issue(CREATE, &token.into()).await
    }

    /// Replaces the secret of a token and returns the new one. The old one no longer works, so a
    /// session that uses it has ended.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// let token = session.personal_access_tokens().regenerate("my-bot").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchAccessToken`] where the account has no token with this name,
    /// [`Error::TotpRequired`] and [`Error::TotpInvalid`] for the code, and the errors of
    /// [`Session::send`].
    pub async fn regenerate(&self, name: &str) -> Result<Secret, Error> {
        self.issue(REGENERATE, &Name { token_name: name }).await
    }

    /// Removes a token, which no longer works.
    ///
    /// ```no_run
    /// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
    /// session.personal_access_tokens().remove("my-bot").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`regenerate`](Self::regenerate).
    pub async fn remove(&self, name: &str) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Removed {}

        let Removed {} = self.change(REMOVE, &Name { token_name: name }).await?;
        Ok(())
    }

    async fn issue(&self, path: &str, body: &impl Serialize) -> Result<Secret, Error> {
        #[derive(Deserialize)]
        struct Issued {
            token: Secret,
        }

        let issued: Issued = self.change(path, body).await?;
        Ok(issued.token)
    }

    async fn change<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let mut request = self.session.post(path).json(body);
        if let Some(code) = &self.code {
            // A code that cannot be a header is wrong, and the error of the request would be that of
            // the connection.
            let Ok(mut value) = HeaderValue::from_str(code.expose()) else {
                return Err(Error::TotpInvalid(TwoFactor::default()));
            };
            value.set_sensitive(true);
            // Without `x-2fa-method`, the server takes the method that the account has.
            request = request.header(CODE, value);
        }
        self.session.send(request).await
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Name<'a> {
    token_name: &'a str,
}

impl NewAccessToken {
    /// Lets calls with the token do without a code of the second factor. Anyone who has the token can
    /// then change the tokens of the account.
    ///
    /// ```
    /// let token = login_client::NewAccessToken::from("my-bot").bypass_two_factor();
    /// ```
    pub fn bypass_two_factor(self) -> Self {
        Self { bypass_two_factor: true, ..self }
    }
}

impl From<String> for NewAccessToken {
    fn from(name: String) -> Self {
        Self { token_name: name, bypass_two_factor: false }
    }
}

impl From<&str> for NewAccessToken {
    fn from(name: &str) -> Self {
        Self::from(name.to_owned())
    }
}
