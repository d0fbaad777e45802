//! The profile of an account, read tolerantly.

mod raw;
mod read;

use std::sync::Arc;

use serde_json::{Map, Value};

use self::raw::Raw;
use crate::deviation::Deviation;

/// The profile of the account of a session.
///
/// Every member is optional, because servers differ: 0.60 sends no profile, 0.64 no avatar, and
/// each version adds members. A member that is absent or of an undocumented type is `None` here, or
/// left out of a list. [`raw`](Self::raw) keeps every member.
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
    /// The display name.
    pub name: Option<String>,
    /// The user name to log in with.
    pub username: Option<String>,
    /// Every e-mail address.
    pub emails: Vec<Email>,
    /// The first e-mail address, where it is verified.
    pub email: Option<String>,
    /// The status that the account shows: `online`, `away`, `busy` or `offline`.
    pub status: Option<String>,
    /// The status of the account's connections.
    pub status_connection: Option<String>,
    /// The offset from UTC in hours, positive to the east. The document says integer, but real
    /// servers send fractions, such as 5.5 in India.
    pub utc_offset: Option<f64>,
    /// Whether the account may log in.
    pub active: Option<bool>,
    /// The roles, such as `admin` or `bot`.
    pub roles: Vec<String>,
    /// The URL of the profile picture.
    pub avatar_url: Option<String>,
    /// Whether the account logs in with OAuth.
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
    /// Whether the owner has verified the address.
    pub verified: Option<bool>,
}

impl Profile {
    /// The whole object as the server sent it, including members that this type does not know.
    ///
    /// ```
    /// # fn f(profile: login_client::Profile) {
    /// let theme = &profile.raw()["settings"]["preferences"]["themeAppearence"];
    /// # }
    /// ```
    pub fn raw(&self) -> &Map<String, Value> {
        self.raw.object()
    }

    /// Reads the JSON text of an object. The result is the same as that of
    /// [`from_object`](Self::from_object).
    ///
    /// # Errors
    ///
    /// The text is not a JSON object. Deviations may have been added.
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

    /// Reads an object whose members may have any type.
    pub(crate) fn from_object(
        object: Map<String, Value>,
        pointer: &str,
        deviations: &mut Vec<Deviation>,
    ) -> Self {
        // Reading fails only on malformed JSON or on something that is not an object.
        let profile = read::read(&object, pointer, deviations).unwrap_or_default();
        Self { raw: Raw::from_object(object), ..profile }
    }
}
