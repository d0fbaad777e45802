//! What the command writes. A session as text for another program is where the token becomes
//! visible, on purpose.

use std::io::{self, Write};

use login_client::{Session, StoredSession};

use super::{
    arguments::{Format, Server},
    http,
};

/// Prints a text, all of it.
///
/// # Errors
///
/// Those of the standard output; [`unless_gone`] takes out one of them.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// No error where it is only that the reader has gone, as `| head` does.
pub(super) fn unless_gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

/// Says a line on the standard error. Where that is impossible, there is nobody to tell; the exit
/// code still says what happened.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A session in the form asked for.
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

/// What curl needs to reach the server as this command did; values of headers stay in their variables.
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

/// One word to a POSIX shell, whatever it holds: a server chooses the token, and `eval` runs it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_sees_one_word() {
        assert_eq!(quoted("a$(reboot)`x`\"\\"), "'a$(reboot)`x`\"\\'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
