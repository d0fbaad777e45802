//! The account behind a session, read tolerantly.

use serde_json::{Map, Value};

use crate::deviation::{Deviation, is_fraction, kind};

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
    raw: Map<String, Value>,
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
        &self.raw
    }

    /// Reads what it can; adds what it cannot to the deviations.
    pub(crate) fn read(
        raw: Map<String, Value>,
        pointer: &'static str,
        deviations: &mut Vec<Deviation>,
    ) -> Self {
        let mut reader = Reader { object: &raw, pointer, deviations };
        let profile = Self {
            id: reader.id(),
            name: reader.text("name"),
            username: reader.text("username"),
            emails: reader.emails(),
            email: reader.text("email"),
            status: reader.text("status"),
            status_connection: reader.text("statusConnection"),
            utc_offset: reader.utc_offset(),
            active: reader.flag("active"),
            roles: reader.texts("roles"),
            avatar_url: reader.text("avatarUrl"),
            is_oauth_user: reader.flag("isOAuthUser"),
            raw: Map::new(),
        };
        reader.settings();
        Self { raw, ..profile }
    }
}

/// Reads the members of one object.
struct Reader<'a> {
    object: &'a Map<String, Value>,
    pointer: &'a str,
    deviations: &'a mut Vec<Deviation>,
}

impl<'a> Reader<'a> {
    fn deviates(&mut self, place: &str, expected: &'static str, found: Option<&Value>) {
        let pointer = format!("{}/{place}", self.pointer);
        self.deviations.push(Deviation::new(pointer, expected, kind(found)));
    }

    fn member<T>(
        &mut self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.object.get(name)?;
        let read = read(value);
        if read.is_none() {
            self.deviates(name, expected, Some(value));
        }
        read
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.member(name, "a string", text)
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        self.member(name, "a boolean", Value::as_bool)
    }

    /// The one member that the document requires.
    fn id(&mut self) -> Option<String> {
        if !self.object.contains_key("_id") {
            self.deviates("_id", "a string", None);
        }
        self.text("_id")
    }

    fn utc_offset(&mut self) -> Option<f64> {
        let offset = self.member("utcOffset", "an integer", Value::as_number)?;
        if is_fraction(offset) {
            // Right in life, and kept; still not what the document says.
            self.deviates("utcOffset", "an integer", self.object.get("utcOffset"));
        }
        offset.as_f64()
    }

    fn texts(&mut self, name: &str) -> Vec<String> {
        let items = self.member(name, "an array", Value::as_array).into_iter().flatten();
        let mut texts = Vec::new();
        for (index, item) in items.enumerate() {
            match text(item) {
                Some(text) => texts.push(text),
                None => self.deviates(&format!("{name}/{index}"), "a string", Some(item)),
            }
        }
        texts
    }

    fn emails(&mut self) -> Vec<Email> {
        let items = self.member("emails", "an array", Value::as_array).into_iter().flatten();
        let mut emails = Vec::new();
        for (index, item) in items.enumerate() {
            let place = format!("emails/{index}");
            let Some(object) = item.as_object() else {
                self.deviates(&place, "an object", Some(item));
                continue;
            };
            let pointer = format!("{}/{place}", self.pointer);
            let mut email = Reader { object, pointer: &pointer, deviations: self.deviations };
            emails.push(Email { address: email.text("address"), verified: email.flag("verified") });
        }
        emails
    }

    /// Kept in the raw object only: every version has other settings.
    fn settings(&mut self) {
        let Some(settings) = self.member("settings", "an object", Value::as_object) else { return };
        let pointer = format!("{}/settings", self.pointer);
        let mut settings =
            Reader { object: settings, pointer: &pointer, deviations: self.deviations };
        for name in ["preferences", "profile"] {
            settings.member(name, "an object", Value::as_object);
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
