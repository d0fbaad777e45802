//! Decodes a text as its readers would, and maps each decoded byte back to its place in the text.
//!
//! A secret may be printed with some characters escaped and others not, and an escaped text may be
//! quoted and escaped again. No list of encodings covers all of that. So the text is decoded in every
//! order that changes it, and the plain secret is searched for in the results.

/// The most decodings of one text, and the most nested escapes. A page that quotes a `curl` line with a
/// body that holds JSON as a string has four levels.
const MAX_DECODINGS: usize = 32;
const DEEPEST: usize = 4;

/// One decoding of a text.
pub(super) struct Decoding {
    /// The decoded bytes.
    pub(super) bytes: Vec<u8>,
    /// The offset of each byte in the text, and the end of the text.
    origins: Vec<usize>,
}

/// Decodes an escape at the beginning of some bytes: its character, and its length in bytes.
type Escape = fn(&[u8]) -> Option<(char, usize)>;

/// Escapes that stand for a character.
const ESCAPES: [Escape; 3] = [backslash, entity, shell];

/// The text itself, and its decodings.
pub(super) fn decodings(text: &str) -> Vec<Decoding> {
    let bytes = text.as_bytes().to_vec();
    let mut decodings = vec![Decoding { origins: (0..=bytes.len()).collect(), bytes }];
    let mut fresh = 0;
    for _ in 0..DEEPEST {
        let end = decodings.len();
        for at in fresh..end {
            for next in decodings[at].decoded() {
                if decodings.len() < MAX_DECODINGS
                    && !decodings.iter().any(|decoding| decoding.bytes == next.bytes)
                {
                    decodings.push(next);
                }
            }
        }
        fresh = end;
    }
    decodings
}

impl Decoding {
    /// The range in the text of a range of this decoding.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        (self.origins[start], self.origins[end])
    }

    /// This decoding with one kind of escapes decoded, for each kind that it has.
    fn decoded(&self) -> Vec<Self> {
        let escapes = ESCAPES.iter().map(|escape| {
            self.read(|bytes| {
                let (character, length) = escape(bytes)?;
                let mut buffer = [0; 4];
                Some((character.encode_utf8(&mut buffer).as_bytes().to_vec(), length))
            })
        });
        let url = self.read(|bytes| Some((vec![percent(bytes)?], 3)));
        let encoding = self.read(|bytes| match bytes.first()? {
            b'+' => Some((vec![b' '], 1)),
            _ => Some((vec![percent(bytes)?], 3)),
        });
        escapes.chain([url, encoding]).flatten().collect()
    }

    /// `None` where nothing is decoded.
    fn read(&self, escape: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Option<Self> {
        let mut decoding = Self { bytes: Vec::new(), origins: Vec::new() };
        let (mut at, mut changed) = (0, false);
        while at < self.bytes.len() {
            let (bytes, length) = match escape(&self.bytes[at..]) {
                Some(decoded) => {
                    changed = true;
                    decoded
                }
                None => (vec![self.bytes[at]], 1),
            };
            decoding.origins.extend(bytes.iter().map(|_| self.origins[at]));
            decoding.bytes.extend(bytes);
            at += length;
        }
        decoding.origins.push(self.origins[at]);
        changed.then_some(decoding)
    }
}

/// Escapes of JSON, and of `$'…'` in shells.
fn backslash(bytes: &[u8]) -> Option<(char, usize)> {
    let (b'\\', kind) = (bytes.first()?, bytes.get(1)?) else { return None };
    let plain = match kind {
        b'"' | b'\\' | b'/' | b'\'' => char::from(*kind),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'x' => return Some((char::from_u32(hexadecimal(bytes.get(2..4)?)?)?, 4)),
        b'u' => {
            let unit = hexadecimal(bytes.get(2..6)?)?;
            if let Some(character) = char::from_u32(unit) {
                return Some((character, 6));
            }
            // Half of a surrogate pair: characters beyond the first 65,536 take two escapes.
            let rest = bytes.get(6..12).filter(|rest| rest.starts_with(b"\\u"))?;
            let low = hexadecimal(&rest[2..])?;
            let pair = [u16::try_from(unit).ok()?, u16::try_from(low).ok()?];
            return Some((char::decode_utf16(pair).next()?.ok()?, 12));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// HTML and XML.
fn entity(bytes: &[u8]) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}')];
    if bytes.first() != Some(&b'&') {
        return None;
    }
    // No entity that is decoded here is longer.
    let end = bytes.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&bytes[1..end]).ok()?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
            char::from_u32(code.ok()?)?
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, end + 1))
}

/// A quote inside the quotes of a shell.
fn shell(bytes: &[u8]) -> Option<(char, usize)> {
    const QUOTE: &[u8] = br"'\''";
    bytes.starts_with(QUOTE).then_some(('\'', QUOTE.len()))
}

/// A percent-encoded byte of a URL or a form.
fn percent(bytes: &[u8]) -> Option<u8> {
    let digits = bytes.get(1..3).filter(|_| bytes[0] == b'%')?;
    u8::try_from(hexadecimal(digits)?).ok()
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_of_decoded_text_maps_back_to_the_source() {
        for (text, read, quoted) in [
            (r"a\u00f6\/b", "ö/", r"\u00f6\/"),
            (r"a\ud83d\udd11b", "\u{1f511}", r"\ud83d\udd11"),
            ("a&#246;&amp;b", "ö&", "&#246;&amp;"),
            ("a%C3%b6+b", "ö ", "%C3%b6+"),
            (r"a'\''b", "a'b", r"a'\''b"),
            // Nested escapes.
            (r"a\\u00f6b", "ö", r"\\u00f6"),
            (r"a%5Cu00f6b", "ö", r"%5Cu00f6"),
            ("a&amp;quot;b", "\"", "&amp;quot;"),
        ] {
            let decoding = decodings(text).into_iter().find_map(|decoding| {
                let at =
                    decoding.bytes.windows(read.len()).position(|part| part == read.as_bytes())?;
                let (start, end) = decoding.origin(at, at + read.len());
                Some(&text[start..end])
            });
            assert_eq!(decoding, Some(quoted), "{text}");
        }
    }

    #[test]
    fn invalid_escapes_are_kept() {
        for text in ["100% & more;", r"c:\dir\", r"\ud83d\u0041", "&#x110000;", "%zz", "&;", "%"] {
            assert_eq!(decodings(text)[0].bytes, text.as_bytes());
        }
        assert_eq!(decodings("plain").len(), 1);
    }
}
