//! The base URL of a server: validated once, joined with paths that cannot leave it.

use reqwest::Url;

use crate::Error;

/// The base URL of a server: it may have a sub-path and ends with exactly one slash.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Error::InvalidBaseUrl { reason };
        // `Url::parse` trims white space at both ends.
        let mut url = Url::parse(text).map_err(|_| {
            refuse("it is not an absolute URL, such as https://chat.example.org/sub/path")
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("its scheme is neither https nor http"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The base URL shows in debug output, errors and redirects, and so would its
            // credentials.
            return Err(refuse("it holds credentials; give them to the reqwest client instead"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it has a query or a fragment"));
        }
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// A URL below this one. The path is appended, never resolved, so `https://elsewhere/` and
    /// `//elsewhere/` cannot send a token to another server.
    pub(crate) fn join(&self, path: &str) -> Url {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut url = self.0.clone();
        url.set_path(&format!("{}{}", self.0.path(), path.trim_start_matches('/')));
        url.set_query(query);
        url
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The base URL for the generated client, which appends paths that begin with a slash.
    pub(crate) fn without_slash(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn joined(base: &str, path: &str) -> String {
        BaseUrl::parse(base).unwrap().join(path).to_string()
    }

    #[test]
    fn sub_paths_and_slashes_make_no_difference() {
        let plain = "https://chat.example.org/api/v1/me";
        assert_eq!(joined("https://chat.example.org", "/api/v1/me"), plain);
        assert_eq!(joined("https://chat.example.org/", "api/v1/me"), plain);
        assert_eq!(joined(" https://chat.example.org// \n", "/api/v1/me"), plain);
        let below = "http://localhost:3000/team/chat/api/v1/me";
        assert_eq!(joined("http://localhost:3000/team/chat", "/api/v1/me"), below);
        assert_eq!(joined("http://localhost:3000/team/chat/", "/api/v1/me"), below);
    }

    #[test]
    fn path_cannot_leave_the_server() {
        for path in
            ["https://evil.example/x", "//evil.example/x", "/\\evil.example", "@evil.example"]
        {
            let url = BaseUrl::parse("https://chat.example.org/sub").unwrap().join(path);
            assert_eq!(url.host_str(), Some("chat.example.org"), "{path}");
            assert!(url.username().is_empty());
        }
    }

    #[test]
    fn query_is_kept() {
        assert_eq!(
            joined("https://chat.example.org", "/api/v1/channels.list?count=5&sort=%7B%7D"),
            "https://chat.example.org/api/v1/channels.list?count=5&sort=%7B%7D"
        );
    }

    #[test]
    fn text_that_is_not_a_base_url_is_refused() {
        for text in [
            "",
            "chat.example.org",
            "localhost:3000",
            "ftp://chat.example.org",
            "https://",
            "https://user:secret@chat.example.org",
            "https://:secret@chat.example.org",
            "https://secret@chat.example.org",
            "https://chat.example.org/?x=1",
            "https://chat.example.org/#x",
        ] {
            let error = BaseUrl::parse(text).err().unwrap_or_else(|| panic!("{text} was taken"));
            assert!(!format!("{error} {error:?}").contains("secret"), "{text}");
        }
    }
}
