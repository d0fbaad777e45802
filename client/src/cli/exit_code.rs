//! The exit codes of the command. Scripts rely on them, so an existing code never changes.

use login_client::Error;

use super::Usage;

/// Any failure without a code of its own: a file that cannot be read, a prompt without a terminal.
pub(crate) const FAILURE: u8 = 1;
/// The arguments, the base URL or the session cannot be used. clap uses the same code.
pub(crate) const USAGE: u8 = 2;
/// The user name or password is wrong, or the token to resume with is unknown.
pub(crate) const INVALID_CREDENTIALS: u8 = 10;
/// The server requires a second factor and none was given.
pub(crate) const TOTP_REQUIRED: u8 = 11;
/// The second factor is wrong.
pub(crate) const TOTP_INVALID: u8 = 12;
/// The account is deactivated.
pub(crate) const ACCOUNT_INACTIVE: u8 = 13;
/// There were too many failed logins; try again after some minutes.
pub(crate) const LOCKED: u8 = 14;
/// The session has ended: log in again.
pub(crate) const UNAUTHENTICATED: u8 = 15;
/// The rate limit is reached.
pub(crate) const RATE_LIMITED: u8 = 16;
/// The server refused the request; a retry does not help.
pub(crate) const BAD_REQUEST: u8 = 17;
/// The server failed or is too busy.
pub(crate) const SERVER: u8 = 18;
/// The client could not reach the server.
pub(crate) const TRANSPORT: u8 = 19;
/// The response does not come from Rocket.Chat.
pub(crate) const PROTOCOL: u8 = 20;

/// The list for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
   0  done
   1  something else failed, such as a file or a prompt
   2  wrong arguments, or no server or session among them
  10  wrong user name, password or token
  11  a second factor is required
  12  the second factor is wrong
  13  the account is not active
  14  logins are blocked for a while
  15  the session has ended
  16  the rate limit is reached
  17  the server refused the request
  18  the server failed
  19  the server was not reached
  20  the response is not Rocket.Chat's";

/// The exit code for any error of the command.
pub(crate) fn of_any(error: &anyhow::Error) -> u8 {
    if error.is::<Usage>() {
        return USAGE;
    }
    error.downcast_ref().map_or(FAILURE, of)
}

/// The exit code for an error of the library.
fn of(error: &Error) -> u8 {
    match error {
        Error::InvalidBaseUrl { .. } | Error::InvalidSession { .. } => USAGE,
        Error::InvalidCredentials => INVALID_CREDENTIALS,
        Error::TotpRequired(_) => TOTP_REQUIRED,
        Error::TotpInvalid(_) => TOTP_INVALID,
        Error::AccountInactive => ACCOUNT_INACTIVE,
        Error::Locked(_) => LOCKED,
        Error::Unauthenticated => UNAUTHENTICATED,
        Error::RateLimited(_) => RATE_LIMITED,
        Error::BadRequest(_) => BAD_REQUEST,
        Error::Server { .. } => SERVER,
        Error::Transport(_) => TRANSPORT,
        Error::Protocol(_) => PROTOCOL,
        // `Error` is non-exhaustive: it may get new variants before this command knows them.
        _ => FAILURE,
    }
}
