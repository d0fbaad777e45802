//! Reads a profile from JSON with members of any type.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{Email, Profile};
use crate::deviation::{Deviation, is_fraction, kind, kind_of_text};

/// Reads the documented members in one pass, and adds a deviation for each member of another type.
/// The result's `raw` is empty.
///
/// Other members are checked and skipped without building a tree. The check is as strict as
/// parsing, so parsing the text later cannot fail.
///
/// # Errors
///
/// The input is not a JSON object.
pub(super) fn read<'de, D: Deserializer<'de>>(
    object: D,
    pointer: &str,
    deviations: &mut Vec<Deviation>,
) -> Result<Profile, D::Error> {
    object.deserialize_map(Members(Reader { pointer, deviations }))
}

/// The members that this crate knows.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Member {
    #[serde(rename = "_id")]
    Id,
    Name,
    Username,
    Emails,
    Email,
    Status,
    StatusConnection,
    UtcOffset,
    Active,
    Roles,
    AvatarUrl,
    #[serde(rename = "isOAuthUser")]
    IsOAuthUser,
    Settings,
    #[serde(other)]
    Other,
}

struct Members<'a>(Reader<'a>);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Profile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Profile, A::Error> {
        let Self(mut reader) = self;
        let mut profile = Profile::default();
        let mut has_id = false;
        while let Some(member) = object.next_key()? {
            let mut value = || object.next_value::<Value>();
            match member {
                Member::Id => {
                    has_id = true;
                    profile.id = reader.text("_id", value()?);
                }
                Member::Name => profile.name = reader.text("name", value()?),
                Member::Username => profile.username = reader.text("username", value()?),
                Member::Emails => profile.emails = reader.emails("emails", value()?),
                Member::Email => profile.email = reader.text("email", value()?),
                Member::Status => profile.status = reader.text("status", value()?),
                Member::StatusConnection => {
                    profile.status_connection = reader.text("statusConnection", value()?);
                }
                Member::UtcOffset => profile.utc_offset = reader.utc_offset("utcOffset", &value()?),
                Member::Active => profile.active = reader.flag("active", &value()?),
                Member::Roles => profile.roles = reader.texts("roles", value()?),
                Member::AvatarUrl => profile.avatar_url = reader.text("avatarUrl", value()?),
                Member::IsOAuthUser => {
                    profile.is_oauth_user = reader.flag("isOAuthUser", &value()?)
                }
                Member::Settings => {
                    let mut odd_parts = Vec::new();
                    let settings = Walk { odd_parts: Some(&mut odd_parts) };
                    reader.settings("settings", object.next_value_seed(settings)?, &odd_parts);
                }
                Member::Other => {
                    object.next_value_seed(Walk { odd_parts: None })?;
                }
            }
        }
        // `_id` is the only member that the document requires.
        if !has_id {
            reader.deviates("_id", "a string", kind(None));
        }
        Ok(profile)
    }
}

/// Reads the members of an object and collects its deviations.
struct Reader<'a> {
    pointer: &'a str,
    deviations: &'a mut Vec<Deviation>,
}

impl Reader<'_> {
    fn deviates(&mut self, place: &str, expected: &'static str, found: &'static str) {
        let pointer = format!("{}/{place}", self.pointer);
        self.deviations.push(Deviation::new(pointer, expected, found));
    }

    fn text(&mut self, name: &str, value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            other => {
                self.deviates(name, "a string", kind(Some(&other)));
                None
            }
        }
    }

    fn flag(&mut self, name: &str, value: &Value) -> Option<bool> {
        let flag = value.as_bool();
        if flag.is_none() {
            self.deviates(name, "a boolean", kind(Some(value)));
        }
        flag
    }

    fn array(&mut self, name: &str, value: Value) -> Vec<Value> {
        match value {
            Value::Array(items) => items,
            other => {
                self.deviates(name, "an array", kind(Some(&other)));
                Vec::new()
            }
        }
    }

    fn utc_offset(&mut self, name: &str, value: &Value) -> Option<f64> {
        let offset = value.as_number();
        if offset.is_none_or(is_fraction) {
            // Real servers send fractions, so the value is kept, but the document says integer.
            self.deviates(name, "an integer", kind(Some(value)));
        }
        offset?.as_f64()
    }

    fn texts(&mut self, name: &str, value: Value) -> Vec<String> {
        let items = self.array(name, value).into_iter().enumerate();
        items.filter_map(|(index, item)| self.text(&format!("{name}/{index}"), item)).collect()
    }

    fn emails(&mut self, name: &str, value: Value) -> Vec<Email> {
        let mut emails = Vec::new();
        for (index, item) in self.array(name, value).into_iter().enumerate() {
            let place = format!("{name}/{index}");
            let Value::Object(members) = item else {
                self.deviates(&place, "an object", kind(Some(&item)));
                continue;
            };
            let mut email = Email::default();
            let pointer = format!("{}/{place}", self.pointer);
            let mut reader = Reader { pointer: &pointer, deviations: self.deviations };
            for (name, value) in members {
                match name.as_str() {
                    "address" => email.address = reader.text(&name, value),
                    "verified" => email.verified = reader.flag(&name, &value),
                    _ => (),
                }
            }
            emails.push(email);
        }
        emails
    }

    /// Adds the deviations of the settings. Only the raw object keeps them, because they differ
    /// between versions.
    fn settings(&mut self, name: &str, found: &'static str, odd_parts: &[Part]) {
        if found != OBJECT {
            self.deviates(name, OBJECT, found);
        }
        for (part, found) in odd_parts {
            self.deviates(&format!("{name}/{part}"), OBJECT, found);
        }
    }
}

const OBJECT: &str = "an object";

/// The name of a settings member that is not an object, and the kind of its value.
type Part = (&'static str, &'static str);

/// Skips a value and returns its kind.
struct Walk<'a> {
    /// Where to record the documented members of this object that are not objects.
    odd_parts: Option<&'a mut Vec<Part>>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(kind(Some(&Value::Null)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(kind(Some(&value.into())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(kind(Some(&value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(kind(Some(&value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(kind(Some(&value.into())))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(kind_of_text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        while array.next_element_seed(Walk { odd_parts: None })?.is_some() {}
        Ok(kind(Some(&Value::Array(Vec::new()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let Self { mut odd_parts } = self;
        while let Some(member) = object.next_key()? {
            let found = object.next_value_seed(Walk { odd_parts: None })?;
            let name = match member {
                SettingsMember::Preferences => "preferences",
                SettingsMember::Profile => "profile",
                SettingsMember::Other => continue,
            };
            if let Some(odd_parts) = &mut odd_parts
                && found != OBJECT
            {
                odd_parts.push((name, found));
            }
        }
        Ok(OBJECT)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum SettingsMember {
    Preferences,
    Profile,
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn deviations(me: &Value) -> Vec<String> {
        let (text, mut deviations) = (Arc::from(me.to_string()), Vec::new());
        Profile::from_text(&text, "/me", &mut deviations).unwrap();
        deviations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ill_typed_members_are_named_in_the_order_of_the_text() {
        let me = json!({
            "settings": { "preferences": [], "x": 1, "profile": "" },
            "emails": [7, { "address": null, "verified": 0, "x": 1 }],
            "roles": ["user", 1.5, ""],
            "name": {},
            "unheard_of": [{ "preferences": 7 }],
        });
        assert_eq!(
            deviations(&me),
            [
                "/me/settings/preferences: expected an object, found an array",
                "/me/settings/profile: expected an object, found an empty string",
                "/me/emails/0: expected an object, found a number",
                "/me/emails/1/address: expected a string, found null",
                "/me/emails/1/verified: expected a boolean, found a number",
                "/me/roles/1: expected a string, found a fraction",
                "/me/name: expected a string, found an object",
                "/me/_id: expected a string, found nothing",
            ]
        );
    }

    #[test]
    fn every_documented_member_is_read() {
        let me = json!({
            "_id": "u1", "name": "Ana", "username": "ana", "email": "a@example.org",
            "emails": [{ "address": "b@example.org", "verified": false }],
            "status": "busy", "statusConnection": "away", "utcOffset": 5.5,
            "active": true, "isOAuthUser": false, "roles": ["bot"], "avatarUrl": "/avatar/ana",
        });
        let profile = Profile::from_text(&Arc::from(me.to_string()), "", &mut Vec::new()).unwrap();
        let email = Email { address: Some("b@example.org".into()), verified: Some(false) };
        let expected = Profile {
            id: Some("u1".into()),
            name: Some("Ana".into()),
            username: Some("ana".into()),
            emails: vec![email],
            email: Some("a@example.org".into()),
            status: Some("busy".into()),
            status_connection: Some("away".into()),
            utc_offset: Some(5.5),
            active: Some(true),
            roles: vec!["bot".into()],
            avatar_url: Some("/avatar/ana".into()),
            is_oauth_user: Some(false),
            raw: profile.raw.clone(),
        };
        assert_eq!(profile, expected);
    }

    #[test]
    fn settings_that_are_not_an_object_deviate() {
        for (settings, found) in [
            (json!(null), "null"),
            (json!(true), "a boolean"),
            (json!(-1), "a number"),
            (json!(1), "a number"),
            (json!(0.5), "a fraction"),
            (json!("x"), "a string"),
            (json!([]), "an array"),
        ] {
            let expected = format!("/me/settings: expected an object, found {found}");
            assert_eq!(deviations(&json!({ "_id": "u", "settings": settings })), [expected]);
        }
    }

    fn any_json() -> impl Strategy<Value = String> {
        let name = prop_oneof![
            2 => prop::sample::select(vec!["_id", "name", "emails", "roles", "settings",
                "utcOffset", "active", "isOAuthUser", "profile", "preferences", "address"])
                .prop_map(str::to_owned),
            1 => "[a-z\\\\é]{0,3}",
        ];
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("-3".to_owned()),
            Just("5.75".to_owned()),
            // These are not JSON, or serde rejects them; the whole text must be refused.
            prop::sample::select(vec!["1e999", r#""\ud83d""#, "nul", "01", "{\"a\"}", "[1,]"])
                .prop_map(str::to_owned),
            "[a-zé😀]{0,4}".prop_map(|text| format!("\"{text}\"")),
        ];
        leaf.prop_recursive(4, 24, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec((name.clone(), inner), 0..5).prop_map(|members| {
                    let members: Vec<String> = members
                        .iter()
                        .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
                        .collect();
                    format!("{{{}}}", members.join(", "))
                }),
            ]
        })
    }

    proptest! {
        /// Text that is skipped can be parsed later, and reading the text or the parsed tree gives
        /// the same profile.
        #[test]
        fn text_and_tree_agree(text in any_json()) {
            let tree = serde_json::from_str::<Map<String, Value>>(&text);
            let mut from_text = Vec::new();
            let read = Profile::from_text(&Arc::from(text.as_str()), "", &mut from_text);
            prop_assert_eq!(read.is_ok(), tree.is_ok(), "{}", text);
            if let (Ok(read), Ok(tree)) = (read, tree) {
                prop_assert_eq!(read.raw(), &tree);
                let repeats = text.matches("\":").count() != count_members(&Value::Object(tree.clone()));
                let mut from_tree = Vec::new();
                let profile = Profile::from_object(tree, "", &mut from_tree);
                // A tree keeps only the last of repeated members.
                if !repeats {
                    prop_assert_eq!(&from_text, &from_tree);
                    prop_assert_eq!(read, profile);
                }
            }
        }
    }

    fn count_members(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(count_members).sum(),
            Value::Object(members) => {
                members.len() + members.values().map(count_members).sum::<usize>()
            }
            _ => 0,
        }
    }
}
