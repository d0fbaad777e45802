//! An object as it came, made a tree of when somebody asks for it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value};

/// A profile has a hundred preferences, and who wants its user name wants none of them.
#[derive(Clone, Default)]
pub(super) struct Raw {
    text: Option<Arc<str>>,
    object: OnceLock<Map<String, Value>>,
}

impl Raw {
    /// Of the text of an object, which must have been found well-formed.
    pub(super) fn from_text(text: &Arc<str>) -> Self {
        Self { text: Some(Arc::clone(text)), object: OnceLock::new() }
    }

    pub(super) fn from_object(object: Map<String, Value>) -> Self {
        Self { text: None, object: object.into() }
    }

    pub(super) fn object(&self) -> &Map<String, Value> {
        self.object.get_or_init(|| {
            let text = self.text.as_deref().unwrap_or("{}");
            serde_json::from_str(text).unwrap_or_default()
        })
    }
}

impl PartialEq for Raw {
    /// By what it says: white space does not count.
    fn eq(&self, other: &Self) -> bool {
        self.object() == other.object()
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object().fmt(f)
    }
}
