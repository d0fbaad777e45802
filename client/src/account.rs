//! The profile that came with a login, read when somebody asks for it.
//!
//! A bot logs in for the token. Making a tree of every preference of its account takes longer than the
//! rest of the client's work, so that waits until it is wanted.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::{
    deviation::{Deviation, kind},
    lenient_json,
    profile::Profile,
};

const POINTER: &str = "/data/me";

/// The member `me` of a response to a login.
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
    /// Of a valid response whose `me`, if it has one, is this text.
    pub(crate) fn unread(user_id: String, text: Option<Arc<str>>) -> Self {
        Self { user_id, text, read: OnceLock::new() }
    }

    /// Of a response that was read already, with what was odd about it.
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
                Err(_) => read_odd(&self.user_id, text),
            }
        })
    }
}

/// What is no object, or had to be mended to be read.
fn read_odd(user_id: &str, text: &str) -> Read {
    let mut deviations = Vec::new();
    let mut deviates = |found| {
        let pointer = POINTER.to_owned();
        deviations.push(Deviation::new(pointer, "JSON that can be read", found));
    };
    let me = match lenient_json::parse(text.as_bytes()) {
        Ok(parsed) => {
            if parsed.mended {
                deviates("text that had to be mended");
            }
            Some(parsed.value)
        }
        // Nested too deeply, or a number beyond all bounds.
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
