//! The log: one line per event, as text or JSON, without secrets.
//!
//! This crate logs no body, header or token. Dropshot logs the whole URI of every request, and a
//! client may put a password into the query. Every line therefore passes through `PathOnly`.

mod path_only;

use std::{error::Error, io, iter::successors};

use slog::{Drain, Level, Logger, o};

use self::path_only::PathOnly;
use crate::config::{ConfigLogging, LogFormat, LogLevel};

/// The number of lines that may wait to be written. Further lines are dropped, and the log says how
/// many.
const QUEUE_LINES: usize = 4096;

/// A logger that writes on a separate thread, so that a slow terminal does not delay logins.
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

/// An error and its sources in one line.
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
    // The server must keep running if the log cannot be written.
    let drain = PathOnly::new(drain).ignore_res();
    let queued = slog_async::Async::new(drain).chan_size(QUEUE_LINES).build();
    Logger::root(queued.filter_level(level).ignore_res(), o!())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_follow_the_error_in_one_line() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot start")]
        struct CannotStart(#[source] io::Error);

        let error = CannotStart(io::Error::other("the address is taken"));
        assert_eq!(error_chain(&error), "cannot start: the address is taken");
    }
}
