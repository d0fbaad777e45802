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

    /// Reads what it can; adds what it cannot to the deviations. One pass over what came is cheaper
    /// than looking each member up.
    pub(crate) fn read(
        raw: Map<String, Value>,
        pointer: &str,
        deviations: &mut Vec<Deviation>,
    ) -> Self {
        let mut profile = Self::default();
        let mut reader = Reader { pointer, deviations };
        for (name, value) in &raw {
            match name.as_str() {
                "_id" => profile.id = reader.text(name, value),
                "name" => profile.name = reader.text(name, value),
                "username" => profile.username = reader.text(name, value),
                "emails" => profile.emails = reader.emails(name, value),
                "email" => profile.email = reader.text(name, value),
                "status" => profile.status = reader.text(name, value),
                "statusConnection" => profile.status_connection = reader.text(name, value),
                "utcOffset" => profile.utc_offset = reader.utc_offset(name, value),
                "active" => profile.active = reader.flag(name, value),
                "roles" => profile.roles = reader.texts(name, value),
                "avatarUrl" => profile.avatar_url = reader.text(name, value),
                "isOAuthUser" => profile.is_oauth_user = reader.flag(name, value),
                "settings" => reader.settings(name, value),
                _ => (),
            }
        }
        // The one member that the document requires.
        if !raw.contains_key("_id") {
            reader.deviates("_id", "a string", None);
        }
        profile.raw = raw;
        profile
    }
}

/// Reads the members of one object.
struct Reader<'a> {
    pointer: &'a str,
    deviations: &'a mut Vec<Deviation>,
}

impl Reader<'_> {
    fn deviates(&mut self, place: &str, expected: &'static str, found: Option<&Value>) {
        let pointer = format!("{}/{place}", self.pointer);
        self.deviations.push(Deviation::new(pointer, expected, kind(found)));
    }

    /// What was read, or a deviation.
    fn or_deviates<T>(
        &mut self,
        read: Option<T>,
        name: &str,
        expected: &'static str,
        value: &Value,
    ) -> Option<T> {
        if read.is_none() {
            self.deviates(name, expected, Some(value));
        }
        read
    }

    fn text(&mut self, name: &str, value: &Value) -> Option<String> {
        self.or_deviates(text(value), name, "a string", value)
    }

    fn flag(&mut self, name: &str, value: &Value) -> Option<bool> {
        self.or_deviates(value.as_bool(), name, "a boolean", value)
    }

    fn array<'v>(&mut self, name: &str, value: &'v Value) -> &'v [Value] {
        self.or_deviates(value.as_array(), name, "an array", value).map_or(&[], Vec::as_slice)
    }

    fn object<'v>(&mut self, name: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        self.or_deviates(value.as_object(), name, "an object", value)
    }

    fn utc_offset(&mut self, name: &str, value: &Value) -> Option<f64> {
        let offset = self.or_deviates(value.as_number(), name, "an integer", value)?;
        if is_fraction(offset) {
            // Right in life, and kept; still not what the document says.
            self.deviates(name, "an integer", Some(value));
        }
        offset.as_f64()
    }

    fn texts(&mut self, name: &str, value: &Value) -> Vec<String> {
        let mut texts = Vec::new();
        for (index, item) in self.array(name, value).iter().enumerate() {
            match text(item) {
                Some(text) => texts.push(text),
                None => self.deviates(&format!("{name}/{index}"), "a string", Some(item)),
            }
        }
        texts
    }

    fn emails(&mut self, name: &str, value: &Value) -> Vec<Email> {
        let mut emails = Vec::new();
        for (index, item) in self.array(name, value).iter().enumerate() {
            let place = format!("{name}/{index}");
            let Some(members) = self.object(&place, item) else { continue };
            let mut email = Email::default();
            let pointer = format!("{}/{place}", self.pointer);
            let mut reader = Reader { pointer: &pointer, deviations: self.deviations };
            for (name, value) in members {
                match name.as_str() {
                    "address" => email.address = reader.text(name, value),
                    "verified" => email.verified = reader.flag(name, value),
                    _ => (),
                }
            }
            emails.push(email);
        }
        emails
    }

    /// Kept in the raw object only: every version has other settings.
    fn settings(&mut self, name: &str, value: &Value) {
        let Some(settings) = self.object(name, value) else { return };
        for (part, value) in settings {
            if matches!(part.as_str(), "preferences" | "profile") {
                self.object(&format!("{name}/{part}"), value);
            }
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
