//! A session as text for another program. This is where the token becomes visible, on purpose.

use login_client::{Session, StoredSession};

use super::arguments::Format;

pub(crate) fn render(session: &Session, format: Format) -> anyhow::Result<String> {
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
            "curl -H {} -H {} {}\n",
            quoted(&format!("X-User-Id: {user_id}")),
            quoted(&format!("X-Auth-Token: {}", auth_token.expose())),
            quoted(&format!("{base_url}api/v1/me")),
        ),
    })
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
