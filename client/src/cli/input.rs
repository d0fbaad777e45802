//! Reads what people type, paste and pipe into the command.

use std::{
    fs,
    io::{self, BufRead, Read},
    path::Path,
};

use anyhow::Context as _;
use login_client::Secret;

use super::Usage;

/// Removes the spaces and dashes that authenticator apps show and that people paste. No code
/// contains any: authenticator and e-mail codes are digits, backup codes are letters and digits.
pub(super) fn code(typed: &Secret) -> Secret {
    let is_separator = |c: char| {
        // The dashes from the hyphen to the horizontal bar, and the minus sign.
        c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    Secret::from(typed.expose().replace(is_separator, ""))
}

/// Reads the first line of standard input, so that `echo` and files with a final newline work.
pub(super) fn password() -> anyhow::Result<Secret> {
    let mut line = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut line).context("cannot read the password")?;
    let line = text(line).context("cannot read the password")?;
    Ok(Secret::from(line.expose().trim_end_matches(['\r', '\n'])))
}

/// Reads the text of a file; `-` is standard input.
pub(super) fn file(path: &Path) -> anyhow::Result<Secret> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(path)?;
    }
    Ok(text(bytes)?)
}

/// Converts bytes to text, without the byte order mark that Windows editors and shells add.
fn text(bytes: Vec<u8>) -> Result<Secret, Usage> {
    // UTF-16 without a byte order mark contains NUL bytes when it is read as UTF-8.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err(Usage("it is UTF-16 or not text; save it as UTF-8".into()));
    }
    // The UTF-8 error contains the bytes, so it is replaced.
    let text = String::from_utf8(bytes).map_err(|_| Usage("it is not UTF-8".into()))?;
    let text = Secret::from(text);
    Ok(match text.expose().strip_prefix('\u{feff}') {
        Some(rest) => Secret::from(rest),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_a_typed_code_are_dropped() {
        let typed = ["728801", "728 801", " 728-801\n", "72\u{a0}88\u{202f}01", "728\u{2013}801"];
        for typed in typed {
            assert_eq!(code(&Secret::from(typed)).expose(), "728801", "{typed:?}");
        }
        assert_eq!(code(&Secret::from("aB3d-eF7h")).expose(), "aB3deF7h");
        assert_eq!(code(&Secret::from("a_b.c")).expose(), "a_b.c", "these are not separators");
    }

    #[test]
    fn byte_order_mark_is_removed() {
        let read = |bytes: &[u8]| text(bytes.to_vec()).map(|text| text.expose().to_owned());
        assert_eq!(read(b"\xef\xbb\xbfp\xc3\xa4ss").unwrap(), "p\u{e4}ss");
        assert_eq!(read("\u{feff}\u{feff}a".as_bytes()).unwrap(), "\u{feff}a", "only the first");
        assert_eq!(read("a\u{feff}".as_bytes()).unwrap(), "a\u{feff}");
        for utf_16 in [&b"\xff\xfep\0"[..], b"\xfe\xff\0p", b"p\0a\0", b"\0p\0a"] {
            assert!(read(utf_16).unwrap_err().to_string().contains("UTF-16"));
        }
        assert_eq!(read(b"p\xe4ss").unwrap_err().to_string(), "it is not UTF-8");
    }
}
