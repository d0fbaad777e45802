//! The account behind a session, read tolerantly.

mod raw;
mod read;

use std::sync::Arc;

use serde_json::{Map, Value};

use self::raw::Raw;
use crate::deviation::Deviation;

/// The account behind a session.
///
/// Every member is optional, because servers differ: 0.60 sends no profile at all, 0.64 no avatar, and
/// each version adds members. A member that is absent or of another type than documented is `None`
/// here (or left out of a list), and [`raw`](Self::raw) keeps all of it.
///
/// ```no_run
/// # async fn run(session: login_client::Session) -> Result<(), login_client::Error> {
/// let profile = session.me().await?;
/// println!("{:?} works at UTC{:+}", profile.username, profile.utc_offset.unwrap_or(0.0));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// `_id`, equal to the session's user id.
    pub id: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The name to log in with.
    pub username: Option<String>,
    /// Every e-mail address.
    pub emails: Vec<Email>,
    /// The first e-mail address, where it is verified.
    pub email: Option<String>,
    /// The status the account shows: `online`, `away`, `busy` or `offline`.
    pub status: Option<String>,
    /// The status of its connections.
    pub status_connection: Option<String>,
    /// Hours east of UTC. A fraction in life (5.5 in India), an integer in the document.
    pub utc_offset: Option<f64>,
    /// Whether it may log in.
    pub active: Option<bool>,
    /// Its roles, such as `admin` or `bot`.
    pub roles: Vec<String>,
    /// Where its picture is.
    pub avatar_url: Option<String>,
    /// Whether it logs in by OAuth.
    pub is_oauth_user: Option<bool>,
    raw: Raw,
}

/// An e-mail address of an account.
///
/// ```
/// # fn f(profile: login_client::Profile) {
/// let verified = profile.emails.iter().filter(|email| email.verified == Some(true));
/// println!("{} verified addresses", verified.count());
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Email {
    /// The address.
    pub address: Option<String>,
    /// Whether its owner has shown that it is theirs.
    pub verified: Option<bool>,
}

impl Profile {
    /// The whole object as the server sent it, with the members this type does not know.
    ///
    /// ```
    /// # fn f(profile: login_client::Profile) {
    /// let theme = &profile.raw()["settings"]["preferences"]["themeAppearence"];
    /// # }
    /// ```
    pub fn raw(&self) -> &Map<String, Value> {
        self.raw.object()
    }

    /// Of the text of an object. Whatever it holds, the same comes out as of the object itself.
    ///
    /// # Errors
    ///
    /// It is no object, or no JSON at all; deviations may have been added.
    pub(crate) fn from_text(
        text: &Arc<str>,
        pointer: &str,
        deviations: &mut Vec<Deviation>,
    ) -> serde_json::Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let profile = read::read(&mut json, pointer, deviations)?;
        json.end()?;
        Ok(Self { raw: Raw::from_text(text), ..profile })
    }

    /// Of an object, each member of which may be anything.
    pub(crate) fn from_object(
        object: Map<String, Value>,
        pointer: &str,
        deviations: &mut Vec<Deviation>,
    ) -> Self {
        // A tree is well-formed, and an object is what is asked for: there is nothing to fail.
        let profile = read::read(&object, pointer, deviations).unwrap_or_default();
        Self { raw: Raw::from_object(object), ..profile }
    }
}
