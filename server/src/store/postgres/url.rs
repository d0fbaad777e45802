//! Parses the URL of the database, with the options of libpq as far as possible.

use tokio_postgres::Config;

const MODES: [&str; 4] = ["disable", "prefer", "require", "verify-full"];

/// Parses `postgres://…`, or a list of `name=value`.
///
/// `sslmode=verify-full` is read as `require`, because TLS connections always verify the name and
/// the root certificates here. Providers use it in the URLs that they give out.
pub(super) fn parse(url: &str) -> Result<Config, &'static str> {
    if let Ok(config) = url.parse() {
        return Ok(config);
    }
    // Replace it only now: in a URL that can be parsed as it is, the text may be part of a
    // password.
    let plain =
        url.split_inclusive(separates).map(|piece| match piece.trim_end_matches(separates) {
            word @ "sslmode=verify-full" => piece.replace(word, "sslmode=require"),
            _ => piece.to_owned(),
        });
    if let Ok(config) = plain.collect::<String>().parse() {
        return Ok(config);
    }
    // The library's error may quote the URL with the password, so it is not used.
    let value = |name| url.split(separates).find_map(|word| word.strip_prefix(name));
    Err(if value("sslrootcert=").is_some() {
        "store.url contains sslrootcert, which is store.root_certificate here"
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
    fn sslmode_is_read_as_in_libpq() {
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
    fn error_for_a_bad_url_does_not_quote_it() {
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
                "store.url contains sslrootcert, which is store.root_certificate here",
            ),
        ] {
            assert_eq!(parse(url).unwrap_err(), error, "{url}");
        }
    }
}
