//! The output of the command. Here, on purpose, a session with its token becomes plain text for
//! other programs.

use std::io::{self, Write};

use login_client::{Session, StoredSession};

use super::{
    arguments::{Format, Server},
    http,
};

/// Prints the whole text.
///
/// # Errors
///
/// Writing to standard output failed; [`unless_gone`] ignores a closed pipe.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Ignores the error of a pipe that its reader has closed, as `head` does.
pub(super) fn unless_gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

/// Prints a line on standard error. A failure is ignored, because the exit code still reports the
/// outcome.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The session as text in this format.
pub(super) fn render(server: &Server, session: &Session, format: Format) -> anyhow::Result<String> {
    let stored = session.to_stored();
    let StoredSession { base_url, user_id, auth_token } = &stored;
    Ok(match format {
        Format::Env => format!(
            "export ROCKETCHAT_URL={}\nexport ROCKETCHAT_USER_ID={}\nexport ROCKETCHAT_AUTH_TOKEN={}\n",
            quoted(base_url),
            quoted(user_id),
            quoted(auth_token.expose()),
        ),
        Format::Json => format!("{}\n", serde_json::to_string(&stored)?),
        Format::Curl => format!(
            "curl{} -H {} -H {} {}\n",
            curl_options(server)?,
            quoted(&format!("X-User-Id: {user_id}")),
            quoted(&format!("X-Auth-Token: {}", auth_token.expose())),
            quoted(&format!("{base_url}api/v1/me")),
        ),
    })
}

/// The curl options to reach the server as this command did. Header values stay in their variables.
fn curl_options(server: &Server) -> anyhow::Result<String> {
    let cacert = server
        .cacert
        .iter()
        .map(|file| format!(" --cacert {}", quoted(&file.display().to_string())));
    let headers = http::headers(&server.headers)?;
    let headers = headers
        .iter()
        .map(|http::EnvHeader { name, variable }| format!(" -H \"{name}: ${variable}\""));
    Ok(cacert.chain(headers).collect())
}

/// Quotes a text as one word of a POSIX shell: the server chooses the token, and `eval` runs it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_one_shell_word() {
        assert_eq!(quoted("a$(reboot)`x`\"\\"), "'a$(reboot)`x`\"\\'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
