//! Decides which users of the collection cannot log in here.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// The kinds of users who cannot log in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// A user of another server.
    Federated,
    /// A user of an app, which acts without logging in.
    App,
    /// A bot without a password, such as `rocket.cat`.
    Bot,
    /// A visitor of a live chat.
    Visitor,
    /// A user of a type that this program does not know.
    OtherType,
}

/// The members that decide whether a user can log in here, whatever their types.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Kind {
    username: Value,
    #[serde(rename = "type")]
    kind: Value,
    federated: Value,
    is_remote: Value,
    services: Value,
}

impl LeftOut {
    /// The name in a report.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Federated => "federated",
            Self::App => "app",
            Self::Bot => "bot",
            Self::Visitor => "visitor",
            Self::OtherType => "otherType",
        }
    }

    pub(super) fn of(
        Kind { username, kind, federated, is_remote, services }: &Kind,
    ) -> Option<Self> {
        let username = username.as_str().unwrap_or_default();
        // Matrix writes names as `@name:server`; names of this server contain no `@`.
        let is_foreign = username.starts_with('@') && username.contains(':');
        if is_foreign || [federated, is_remote].contains(&&Value::Bool(true)) {
            return Some(Self::Federated);
        }
        let has_password = ["bcrypt", "argon2"]
            .iter()
            .any(|algorithm| services["password"][algorithm].is_string());
        match kind {
            Value::Null if username == "rocket.cat" && !has_password => Some(Self::Bot),
            Value::Null => None,
            Value::String(kind) => match kind.as_str() {
                "user" => None,
                "bot" => (!has_password).then_some(Self::Bot),
                "app" => Some(Self::App),
                "visitor" => Some(Self::Visitor),
                _ => Some(Self::OtherType),
            },
            _ => Some(Self::OtherType),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherType => "of an unknown type",
            other => other.as_str(),
        })
    }
}
