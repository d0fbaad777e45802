//! The log: one line an event, for people or for programs, and never a secret.
//!
//! Nothing in this crate logs a body, a header or a token. Dropshot logs the URI of every request
//! whole, and a client may put a password into a query although nothing here reads one; so every
//! line passes through `PathOnly` on its way out.

mod path_only;

use std::{error::Error, io, iter::successors};

use slog::{Drain, Level, Logger, o};

use self::path_only::PathOnly;
use crate::config::{ConfigLogging, LogFormat, LogLevel};

/// Lines that may wait to be written; beyond it they are dropped, and their number is logged.
const QUEUE: usize = 4096;

/// A logger that writes on a thread of its own, so that a slow terminal delays no login.
pub fn logger(config: &ConfigLogging, writer: impl io::Write + Send + 'static) -> Logger {
    match config.format {
        LogFormat::Text => {
            let decorator = slog_term::PlainDecorator::new(writer);
            root(config.level, slog_term::FullFormat::new(decorator).use_utc_timestamp().build())
        }
        LogFormat::Json => root(
            config.level,
            slog_json::Json::new(writer).add_default_keys().set_flush(true).build(),
        ),
    }
}

/// An error and its causes, in one line.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn root<D>(level: LogLevel, drain: D) -> Logger
where
    D: Drain<Ok = (), Err = io::Error> + Send + 'static,
{
    let level = match level {
        LogLevel::Debug => Level::Debug,
        LogLevel::Info => Level::Info,
        LogLevel::Warning => Level::Warning,
        LogLevel::Error => Level::Error,
    };
    // A log that cannot be written must not end the server.
    let drain = PathOnly::new(drain).ignore_res();
    let queued = slog_async::Async::new(drain).chan_size(QUEUE).build();
    Logger::root(queued.filter_level(level).ignore_res(), o!())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_stand_after_the_error_in_one_line() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot start")]
        struct CannotStart(#[source] io::Error);

        let error = CannotStart(io::Error::other("the address is taken"));
        assert_eq!(error_chain(&error), "cannot start: the address is taken");
    }
}
