//! Who may log in, and why not. Nothing here knows HTTP.

mod authenticate;
mod credentials;
mod directory_accounts;
mod entry_profile;
mod password;
mod refusal;
pub mod throttle;
mod two_factor;

pub use authenticate::{LoggedIn, Login, LoginSettings, Origin};
pub use credentials::{Credentials, Incomplete, Password, PresentedMembers};
pub use refusal::Refusal;
