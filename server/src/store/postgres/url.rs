//! The URL of the database, in libpq's words as far as they can be kept.

use tokio_postgres::Config;

const MODES: [&str; 4] = ["disable", "prefer", "require", "verify-full"];

/// Reads `postgres://…`, or words with a `=` in each.
///
/// `sslmode=verify-full` is what `require` is here: wherever there is TLS, name and roots are
/// verified. Providers write it into the URLs that they hand out.
pub(super) fn parse(url: &str) -> Result<Config, &'static str> {
    if let Ok(config) = url.parse() {
        return Ok(config);
    }
    // Only now: as long as the URL can be read as it stands, the word may be of a password.
    let plain =
        url.split_inclusive(separates).map(|piece| match piece.trim_end_matches(separates) {
            word @ "sslmode=verify-full" => piece.replace(word, "sslmode=require"),
            _ => piece.to_owned(),
        });
    if let Ok(config) = plain.collect::<String>().parse() {
        return Ok(config);
    }
    // The library's own words may quote the URL, and with it the password.
    let value = |name| url.split(separates).find_map(|word| word.strip_prefix(name));
    Err(if value("sslrootcert=").is_some() {
        "store.url holds sslrootcert, which is store.root_certificate here"
    } else if value("sslmode=").is_some_and(|mode| !MODES.contains(&mode)) {
        "store.url: sslmode is none of disable, prefer, require and verify-full"
    } else {
        "store.url is not a PostgreSQL URL"
    })
}

fn separates(c: char) -> bool {
    c == '?' || c == '&' || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::SslMode;

    use super::parse;

    #[test]
    fn modes_are_libpqs() {
        for (url, mode) in [
            ("postgres://u:p@h/d", SslMode::Prefer),
            ("postgres://u:p@h/d?sslmode=disable", SslMode::Disable),
            ("postgres://u:p@h/d?sslmode=require", SslMode::Require),
            ("postgres://u:p@h/d?connect_timeout=3&sslmode=verify-full", SslMode::Require),
            ("postgresql://u:p@h/d?sslmode=verify-full&connect_timeout=3", SslMode::Require),
            ("host=h sslmode=verify-full user=u", SslMode::Require),
        ] {
            assert_eq!(parse(url).unwrap().get_ssl_mode(), mode, "{url}");
        }
        let password = " sslmode=verify-full ";
        let url = format!("host=h user=u password='{password}'");
        assert_eq!(parse(&url).unwrap().get_password(), Some(password.as_bytes()));
    }

    #[test]
    fn what_cannot_be_read_is_told_without_a_word_of_it() {
        for (url, error) in [
            ("hunter2", "store.url is not a PostgreSQL URL"),
            ("mysql://u:hunter2@h", "store.url is not a PostgreSQL URL"),
            ("postgres://u:hunter2@h/d?hunter2=1", "store.url is not a PostgreSQL URL"),
            (
                "postgres://u:hunter2@h/d?sslmode=verify-ca",
                "store.url: sslmode is none of disable, prefer, require and verify-full",
            ),
            (
                "postgres://u:hunter2@h/d?sslmode=verify-full&sslrootcert=/hunter2",
                "store.url holds sslrootcert, which is store.root_certificate here",
            ),
        ] {
            assert_eq!(parse(url).unwrap_err(), error, "{url}");
        }
    }
}
