//! The profile in a login response, which is parsed on first use.
//!
//! Many programs log in only for the token. Parsing every preference of an account takes longer
//! than the rest of the client's work.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::{
    deviation::{Deviation, kind},
    lenient_json,
    profile::Profile,
};

/// Where the profile is in the login response.
const POINTER: &str = "/data/me";

/// The member `me` of a login response.
#[derive(Debug)]
pub(crate) struct Account {
    user_id: String,
    text: Option<Arc<str>>,
    read: OnceLock<Read>,
}

#[derive(Debug)]
struct Read {
    profile: Option<Profile>,
    deviations: Vec<Deviation>,
}

impl Account {
    /// The account of a valid response; `text` is the JSON of `me`, if the response has that
    /// member.
    pub(crate) fn unread(user_id: String, text: Option<Arc<str>>) -> Self {
        Self { user_id, text, read: OnceLock::new() }
    }

    /// The account of a response that was parsed already, with the deviations found so far.
    pub(crate) fn read(user_id: String, me: Option<Value>, deviations: Vec<Deviation>) -> Self {
        let read = OnceLock::from(read(&user_id, me, deviations));
        Self { user_id, text: None, read }
    }

    pub(crate) fn user_id(&self) -> &str {
        &self.user_id
    }

    pub(crate) fn profile(&self) -> Option<&Profile> {
        self.get().profile.as_ref()
    }

    pub(crate) fn deviations(&self) -> &[Deviation] {
        &self.get().deviations
    }

    fn get(&self) -> &Read {
        self.read.get_or_init(|| {
            let Some(text) = &self.text else { return read(&self.user_id, None, Vec::new()) };
            let mut deviations = Vec::new();
            match Profile::from_text(text, POINTER, &mut deviations) {
                Ok(profile) => finish(&self.user_id, Some(profile), deviations),
                Err(_) => read_leniently(&self.user_id, text),
            }
        })
    }
}

/// Reads a `me` that is not an object or is not valid JSON.
fn read_leniently(user_id: &str, text: &str) -> Read {
    let mut deviations = Vec::new();
    let mut deviates = |found| {
        let pointer = POINTER.to_owned();
        deviations.push(Deviation::new(pointer, "JSON that can be read", found));
    };
    let me = match lenient_json::parse(text.as_bytes()) {
        Ok(parsed) => {
            if parsed.is_repaired {
                deviates("text that had to be repaired");
            }
            Some(parsed.value)
        }
        // The nesting is too deep, or a number is out of range.
        Err(_) => {
            deviates("JSON that cannot");
            None
        }
    };
    read(user_id, me, deviations)
}

fn read(user_id: &str, me: Option<Value>, mut deviations: Vec<Deviation>) -> Read {
    let profile = match me {
        None => None,
        Some(Value::Object(me)) => Some(Profile::from_object(me, POINTER, &mut deviations)),
        Some(other) => {
            deviations.push(Deviation::new(POINTER.to_owned(), "an object", kind(Some(&other))));
            None
        }
    };
    finish(user_id, profile, deviations)
}

fn finish(user_id: &str, profile: Option<Profile>, mut deviations: Vec<Deviation>) -> Read {
    let id = profile.as_ref().and_then(|profile| profile.id.as_deref());
    if id.is_some_and(|id| id != user_id) {
        let (pointer, expected) = (format!("{POINTER}/_id"), "the same id as /data/userId");
        deviations.push(Deviation::new(pointer, expected, "another"));
    }
    Read { profile, deviations }
}
