//! Matches paths against templates such as `/users/{id}.json`.

/// The characters that have a meaning in a URI (RFC 3986, section 2.2), and `%`. Encoded, they have none:
/// a client sends the name `a:b` as `a%3Ab`, and `{name}:{verb}` must not be split there.
const RESERVED: &[u8] = b":/?#[]@!$&'()*+,;=%";

/// A byte of a segment, and whether it is a reserved character that was encoded.
type Unit = (u8, bool);

/// The values of the variables of a template if it matches a path. As in Dropshot's router, empty
/// segments do not count, and a literal is the same literal if it is encoded.
pub(super) fn match_path<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut variables = Vec::new();
    for pattern in template.split('/').filter(|pattern| !pattern.is_empty()) {
        match_segment(pattern, &decode(segments.next()?), &mut variables)?;
    }
    segments.next().is_none().then_some(variables)
}

/// Each variable takes the shortest text with which the text after it can match, and at least one
/// character. The last one takes the rest.
fn match_segment<'t>(
    pattern: &'t str,
    text: &[Unit],
    variables: &mut Vec<(&'t str, String)>,
) -> Option<()> {
    let Some((literal, rest)) = pattern.split_once('{') else {
        let bytes = |units: &[Unit]| units.iter().map(|unit| unit.0).collect::<Vec<_>>();
        return (bytes(&decode(pattern)) == bytes(text)).then_some(());
    };
    let mut text = text.strip_prefix(decode(literal).as_slice())?;
    let mut parts = rest.split('{').peekable();
    while let Some(part) = parts.next() {
        let (name, literal) = part.split_once('}')?;
        let literal = decode(literal);
        let end = if parts.peek().is_some() {
            let mut places = text.windows(literal.len().max(1)).skip(1);
            1 + places.position(|place| place == literal)?
        } else {
            text.strip_suffix(literal.as_slice())?.len()
        };
        let (value, rest) = text.split_at(end);
        if value.is_empty() {
            return None;
        }
        let value: Vec<u8> = value.iter().map(|unit| unit.0).collect();
        // The router has refused a path that is not UTF-8.
        variables.push((name, String::from_utf8(value).ok()?));
        text = rest.strip_prefix(literal.as_slice())?;
    }
    text.is_empty().then_some(())
}

/// Decodes `%` and two hexadecimal digits.
fn decode(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|_| first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        // `from_str_radix` also accepts a sign.
        let digits = digits.filter(|digits| !digits.starts_with('+'));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                units.push((byte, RESERVED.contains(&byte)));
                rest = &tail[2..];
            }
            None => {
                units.push((first, false));
                rest = tail;
            }
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of the variables, in order.
    fn values(template: &str, path: &str) -> Option<Vec<String>> {
        Some(match_path(template, path)?.into_iter().map(|(_, value)| value).collect())
    }

    fn assert_values(template: &str, path: &str, expected: &[&str]) {
        let expected = expected.iter().map(|&value| value.to_owned()).collect();
        assert_eq!(values(template, path), Some(expected), "{template} {path}");
    }

    #[test]
    fn text_around_variables_must_be_equal() {
        assert_values("/{id}.json", "/a.json", &["a"]);
        assert_values("/v{version}/x", "/v2/x", &["2"]);
        assert_values("/{a}-{b}", "/x-y", &["x", "y"]);
        assert_values("/{name}:verb", "/a:verb", &["a"]);
        assert_values("/me", "/me", &[]);
        for (template, path) in [
            ("/{id}.json", "/a.xml"),
            ("/{id}.json", "/a.json.gz"),
            ("/v{version}", "/w2"),
            ("/{a}-{b}", "/xy"),
            ("/a{b}c{d}e", "/abcd"),
            ("/me", "/mee"),
            ("/me", "/ME"),
        ] {
            assert_eq!(values(template, path), None, "{template} {path}");
        }
    }

    #[test]
    fn number_of_segments_must_be_equal() {
        assert_values("/a/{b}", "/a/x", &["x"]);
        assert_eq!(values("/a/{b}", "/a"), None);
        assert_eq!(values("/a/{b}", "/a/x/y"), None);
    }

    #[test]
    fn earlier_variable_is_short_and_the_last_one_takes_the_rest() {
        assert_values("/{a}-{b}", "/x-y-z", &["x", "y-z"]);
        assert_values("/{a}.json", "/x.json.json", &["x.json"]);
        assert_values("/{a}.{b}.gz", "/x.tar.gz.gz", &["x", "tar.gz"]);
        assert_values("/{a}to{b}", "/totoy", &["to", "y"]);
        assert_values("/{a}-{b}", "/%C3%A9-%C3%BC", &["é", "ü"]);
    }

    #[test]
    fn variable_has_at_least_one_character() {
        for (template, path) in [
            ("/{id}.json", "/.json"),
            ("/v{version}", "/v"),
            ("/{a}-{b}", "/x-"),
            ("/{a}-{b}", "/-x"),
            ("/{a}-{b}", "/-"),
        ] {
            assert_eq!(values(template, path), None, "{template} {path}");
        }
        assert_values("/{a}-{b}", "/--x", &["-", "x"]);
    }

    #[test]
    fn encoded_text_is_the_same_text() {
        assert_values("/{a}.json", "/x%2Ejson", &["x"]);
        assert_values("/m%65/{a}", "//%6De//x/", &["x"]);
        assert_values("/a:b/é/{a}", "/a%3ab/%C3%A9/%25%zz%+1", &["%%zz%+1"]);
    }

    /// A reserved character of a value is encoded, so that it separates nothing.
    #[test]
    fn encoded_reserved_character_is_part_of_a_value() {
        assert_values("/{a}:{b}", "/x%3Ay:z", &["x:y", "z"]);
        assert_values("/{a}", "/x%2Fy", &["x/y"]);
        assert_eq!(values("/{a}:{b}", "/x%3Ay"), None);
    }
}
