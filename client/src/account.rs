//! The profile that came with a login, read when somebody asks for it.
//!
//! A bot logs in for the token. Making a tree of every preference of its account takes longer than the
//! rest of the client's work, so that waits until it is wanted.

use std::sync::OnceLock;

use serde_json::{Value, value::RawValue};

use crate::{
    deviation::{Deviation, kind},
    lenient_json,
    profile::Profile,
};

const POINTER: &str = "/data/me";

/// The member `me` of an answer to a login.
#[derive(Debug)]
pub(crate) struct Account {
    user_id: String,
    text: Option<Box<RawValue>>,
    read: OnceLock<Read>,
}

#[derive(Debug)]
struct Read {
    profile: Option<Profile>,
    deviations: Vec<Deviation>,
}

impl Account {
    /// Of a valid answer whose `me`, if it has one, is this text.
    pub(crate) fn unread(user_id: String, text: Option<Box<RawValue>>) -> Self {
        Self { user_id, text, read: OnceLock::new() }
    }

    /// Of an answer that was read already, with what was odd about it.
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
            let mut deviations = Vec::new();
            let mut deviates = |found| {
                let pointer = POINTER.to_owned();
                deviations.push(Deviation::new(pointer, "JSON that can be read", found));
            };
            let text = self.text.as_deref().map(|text| lenient_json::parse(text.get().as_bytes()));
            let me = match text {
                None => None,
                Some(Ok(parsed)) => {
                    if parsed.mended {
                        deviates("text that had to be mended");
                    }
                    Some(parsed.value)
                }
                // Nested too deeply, or a number beyond all bounds.
                Some(Err(_)) => {
                    deviates("JSON that cannot");
                    None
                }
            };
            read(&self.user_id, me, deviations)
        })
    }
}

fn read(user_id: &str, me: Option<Value>, mut deviations: Vec<Deviation>) -> Read {
    let profile = match me {
        None => None,
        Some(Value::Object(me)) => Some(Profile::read(me, POINTER, &mut deviations)),
        Some(other) => {
            deviations.push(Deviation::new(POINTER.to_owned(), "an object", kind(Some(&other))));
            None
        }
    };
    let id = profile.as_ref().and_then(|profile| profile.id.as_deref());
    if id.is_some_and(|id| id != user_id) {
        let (pointer, expected) = (format!("{POINTER}/_id"), "the same id as /data/userId");
        deviations.push(Deviation::new(pointer, expected, "another"));
    }
    Read { profile, deviations }
}
