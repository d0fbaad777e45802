//! Output to files and the screen, and the handling of Ctrl-C.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use anyhow::Context as _;
use serde_json::Value;

use specfirst_engine::{redact::Secrets, runner::environment::Interrupt};

/// Writes a file atomically, without secrets.
pub fn write_file(path: &Path, text: &str, secrets: &Secrets) -> anyhow::Result<()> {
    write_clean(path, &secrets.redact(text))
}

/// Writes a JSON file atomically, without secrets.
pub fn write_json(path: &Path, value: Value, secrets: &Secrets) -> anyhow::Result<()> {
    write_clean(path, &serde_json::to_string_pretty(&secrets.redact_json(value))?)
}

/// Writes a file atomically. The text must not hold a secret.
pub fn write_clean(path: &Path, text: &str) -> anyhow::Result<()> {
    let name = path.display();
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, text).with_context(|| format!("{name}: cannot be written"))?;
    fs::rename(&partial, path).with_context(|| format!("{name}: cannot be written"))
}

/// Prints a text without secrets and without terminal control characters.
pub fn print(text: &str, secrets: &Secrets) -> io::Result<()> {
    print_clean(&visible(&secrets.redact(text)))
}

/// The text with escaped control characters. Reports quote texts of a target, which must not move the
/// cursor or change the direction of the text.
pub fn visible(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || turns(c);
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Prints JSON, without secrets.
pub fn print_json(value: Value, secrets: &Secrets) -> anyhow::Result<()> {
    print_clean(&(serde_json::to_string_pretty(&secrets.redact_json(value))? + "\n"))?;
    Ok(())
}

fn print_clean(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()) {
        // A closed pipe, as with `| head`, is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints a message to standard error. A closed standard error does not affect the run.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Handles Ctrl-C and the termination signal. The first one ends the run in order, which logs out every
/// session. The second one ends the process at once.
pub fn interrupt_on_ctrl_c(interrupt: Interrupt) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        runtime.block_on(async move {
            if asked_to_end().await.is_err() {
                return;
            }
            interrupt.set();
            tell("interrupted: logging out; once more to stop at once");
            let _ = asked_to_end().await;
            std::process::exit(i32::from(specfirst_engine::report::exit_code::COULD_NOT_RUN));
        });
    });
}

#[cfg(unix)]
async fn asked_to_end() -> io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_of_a_target_are_escaped() {
        let text = "a\u{1b}[2Jb\u{9b}31m\u{202e}c\rd\te\nf ö";
        assert_eq!(visible(text), "a\\u{1b}[2Jb\\u{9b}31m\\u{202e}c\\rd\te\nf ö");
    }
}
