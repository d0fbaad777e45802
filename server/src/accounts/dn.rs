//! Distinguished names (RFC 4514) in a normalised form, so that two of them can be compared.

/// The prefix of the placeholder that an imported account has instead of a distinguished name,
/// which a Rocket.Chat export does not contain. The account's first login finds it by its user name
/// and stores the name. No distinguished name begins like this, because `=` comes before any colon.
pub(crate) const IMPORTED_DN_PREFIX: &str = "rocketchat:";

/// Normalises a distinguished name; `None` if the text is not one. Text is in lower case, because
/// the naming attributes ignore case. Spaces are collapsed and removed around separators, escapes
/// are uniform, and the parts of a relative name are sorted.
///
/// Hexadecimal values (`#0402…`) are not decoded. An attribute type written as a number differs
/// from the same type written as a name.
pub fn normalize_dn(dn: &str) -> Option<String> {
    // A semicolon is the separator of RFC 1779, which RFC 2253 still allows.
    let relative_names = split_unescaped(dn, &[',', ';']).map(|relative_name| {
        let parts = split_unescaped(relative_name, &['+']).map(normalize_part);
        let mut parts = parts.collect::<Option<Vec<_>>>()?;
        parts.sort_unstable();
        Some(parts.join("+"))
    });
    Some(relative_names.collect::<Option<Vec<_>>>()?.join(","))
}

fn split_unescaped<'a>(
    text: &'a str,
    separators: &'static [char],
) -> impl Iterator<Item = &'a str> + use<'a> {
    let mut is_escaped = false;
    text.split(move |c| {
        let was_escaped = is_escaped;
        is_escaped = !was_escaped && c == '\\';
        !was_escaped && separators.contains(&c)
    })
}

/// Normalises `type=value`.
fn normalize_part(part: &str) -> Option<String> {
    let (kind, value) = part.split_once('=')?;
    let kind = kind.trim_matches(' ').to_ascii_lowercase();
    let is_type = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if kind.is_empty() || !kind.chars().all(is_type) {
        return None;
    }
    let value = match value.trim_matches(' ').strip_prefix('#') {
        Some(digits) => format!("#{}", hex::encode(hex::decode(digits).ok()?)),
        None => match String::from_utf8(unescape(value)?) {
            Ok(text) => escape(&text.to_lowercase()),
            Err(other) => other.as_bytes().iter().map(|byte| hex_pair(*byte)).collect(),
        },
    };
    Some(format!("{kind}={value}"))
}

fn unescape(value: &str) -> Option<Vec<u8>> {
    let mut bytes = value.bytes();
    let mut unescaped = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        unescaped.push(match byte {
            b'\\' => match bytes.next()? {
                special if br##" "#+,;<=>\"##.contains(&special) => special,
                digit => (hex_digit(digit)? << 4) | hex_digit(bytes.next()?)?,
            },
            b'"' | b'<' | b'>' | 0 => return None,
            other => other,
        });
    }
    Some(unescaped)
}

/// Escapes a value and removes the insignificant spaces.
fn escape(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut escaped = String::with_capacity(text.len());
    for c in words.join(" ").chars() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '=' | '>' | '\\' => escaped.extend(['\\', c]),
            '#' if escaped.is_empty() => escaped.push_str("\\#"),
            c if c.is_control() => {
                let mut buffer = [0; 4];
                escaped.extend(c.encode_utf8(&mut buffer).bytes().map(hex_pair));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn hex_pair(byte: u8) -> String {
    format!("\\{byte:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_rfc_4514() {
        for (dn, normalized) in [
            ("UID=jsmith,DC=example,DC=net", "uid=jsmith,dc=example,dc=net"),
            ("OU=Sales+CN=J.  Smith,DC=example,DC=net", "cn=j. smith+ou=sales,dc=example,dc=net"),
            (
                r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
                r#"cn=james \"jim\" smith\, iii,dc=example,dc=net"#,
            ),
            (r"CN=Before\0dAfter,DC=example,DC=net", r"cn=before\0dafter,dc=example,dc=net"),
            ("1.3.6.1.4.1.1466.0=#04024869", "1.3.6.1.4.1.1466.0=#04024869"),
            (r"CN=Lu\C4\8Di\C4\87", "cn=lučić"),
        ] {
            assert_eq!(normalize_dn(dn).as_deref(), Some(normalized), "{dn}");
            assert_eq!(normalize_dn(normalized).as_deref(), Some(normalized), "{dn}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_normalised_alike() {
        for spellings in [
            &["uid=lara,dc=x", "UID=Lara,DC=X", " uid = lara , dc = x ", "uid=lara;dc=x"][..],
            &["cn=a b,dc=x", "cn=a   b ,dc=x", r"cn=\20a\20b\ ,dc=x"],
            &[r"cn=a\,b", r"cn=a\2cb", r"cn=a\2Cb", r"CN=\61\,\62"],
            &[r"cn=\#a", r"cn=\23a"],
            &[r"cn=a\=b", "cn=a=b"],
            &["cn=é", "cn=É", r"cn=\c3\A9"],
            &["cn=a+ou=b", "ou=b+cn=a", "OU=B + CN=A"],
            &["cn=#04024869AB", "CN= #04024869ab "],
            &["cn=", "cn= "],
        ] {
            let first = normalize_dn(spellings[0]);
            assert!(first.is_some(), "{spellings:?}");
            for spelling in spellings {
                assert_eq!(normalize_dn(spelling), first, "{spelling}");
            }
        }
    }

    #[test]
    fn different_names_stay_different_when_normalised() {
        let names = [
            "cn=a,cn=b",
            "cn=b,cn=a",
            r"cn=a\,cn=b",
            "cn=a+cn=b",
            r"cn=a\+cn=b",
            r"cn=a\\,cn=b",
            "cn=ab",
            "cn=a b",
            "cn=#0402",
            r"cn=\#0402",
            r"cn=a\00",
            "cn=a",
            r"cn=\ff",
            r"cn=\\ff",
            "ou=a",
        ];
        let normalized: std::collections::HashSet<_> =
            names.into_iter().map(normalize_dn).collect();
        assert_eq!(normalized.len(), names.len(), "{normalized:?}");
        assert!(!normalized.contains(&None));
        // A PostgreSQL text cannot contain NUL.
        assert!(normalized.iter().flatten().all(|dn| !dn.contains('\0')));
    }

    #[test]
    fn text_that_is_not_a_distinguished_name_is_refused() {
        for text in [
            "",
            "lara",
            "=lara",
            "cn=a,",
            ",cn=a",
            "cn=a,,cn=b",
            "cn=a+",
            "c n=a",
            r"cn=a\",
            r"cn=a\4",
            r"cn=a\xy",
            "cn=#0",
            "cn=#xy",
            r#"cn="a, b""#,
            "cn=<a>",
            "cn=a\0",
            "rocketchat:61",
            "unknown:entryuuid:1",
        ] {
            assert_eq!(normalize_dn(text), None, "{text:?}");
        }
    }
}
