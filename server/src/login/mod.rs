//! The login logic, which does not depend on HTTP.

mod access_tokens;
mod authenticate;
mod counter_key;
mod credentials;
mod directory_accounts;
mod entry_profile;
mod password;
mod refusal;
pub(crate) mod throttle;
mod two_factor;

pub(crate) use access_tokens::{AccessTokenError, Caller};
pub(crate) use authenticate::{Login, LoginSettings, Origin};
pub(crate) use counter_key::CounterKey;
pub(crate) use credentials::{Credentials, Incomplete, Password, PresentedMembers};
pub(crate) use refusal::Refusal;
