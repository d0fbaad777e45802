//! What a generated Dropshot API trait needs at run time.
//!
//! The trait that `specfirst-codegen` writes names these types, so that every server that
//! implements one shares them: bodies that are [JSON or a form](JsonOrForm), and strings that must
//! not be shown ([`Secret`]). Nothing here knows a particular API.

mod body;
mod secret;
mod serde_message;

pub use self::body::{BodyError, JsonOrForm, Members, kind};
pub use self::secret::Secret;
pub use self::serde_message::without_values;
