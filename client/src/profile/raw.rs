//! An object that stays text until its members are needed.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value};

/// A profile has about a hundred preferences, which most programs never read.
#[derive(Clone, Default)]
pub(super) struct Raw {
    text: Option<Arc<str>>,
    object: OnceLock<Map<String, Value>>,
}

impl Raw {
    /// Keeps the text of an object, which must be well-formed.
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
    /// Compares the values, so white space does not matter.
    fn eq(&self, other: &Self) -> bool {
        self.object() == other.object()
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object().fmt(f)
    }
}
