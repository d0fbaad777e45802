//! Case, normalisation, similar characters, and characters that cannot be seen.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// White space, an invisible character, or a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blank(usize);

/// The characters that implementations trim, ignore, or take for the end of a text.
const BLANKS: [(&str, &str); 36] = [
    (" ", "a space"),
    ("\0", "a NUL"),
    ("\n", "a line feed"),
    ("\t", "a tab"),
    ("\r\n", "a line break"),
    ("\r", "a carriage return"),
    ("\u{a0}", "a no-break space"),
    ("\u{200b}", "a zero-width space"),
    ("\u{feff}", "a byte order mark"),
    ("\u{3000}", "an ideographic space"),
    ("\u{b}", "a vertical tab"),
    ("\u{c}", "a form feed"),
    ("\u{85}", "a next line (U+0085)"),
    ("\u{2003}", "an em space"),
    ("\u{2028}", "a line separator"),
    ("\u{ad}", "a soft hyphen"),
    ("\u{200d}", "a zero-width joiner"),
    ("\u{202e}", "a right-to-left override"),
    ("\u{7f}", "a DEL"),
    ("\u{1}", "a control character (U+0001)"),
    ("\u{8}", "a backspace"),
    ("\u{1b}", "an escape character"),
    ("\u{1a}", "an end-of-file character (U+001A)"),
    ("\u{200c}", "a zero-width non-joiner"),
    ("\u{2060}", "a word joiner"),
    ("\u{180e}", "a Mongolian vowel separator"),
    ("\u{1680}", "an Ogham space"),
    ("\u{2002}", "an en space"),
    ("\u{2009}", "a thin space"),
    ("\u{200a}", "a hair space"),
    ("\u{2029}", "a paragraph separator"),
    ("\u{202f}", "a narrow no-break space"),
    ("\u{205f}", "a mathematical space"),
    ("\u{200e}", "a left-to-right mark"),
    ("\u{fe0f}", "a variation selector"),
    ("\u{fffd}", "a replacement character"),
];

impl Blank {
    /// Every one, the most common first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..BLANKS.len()).map(Self)
    }

    /// The space.
    pub const SPACE: Self = Self(0);
    /// The NUL, which ends a text in C.
    pub const NUL: Self = Self(1);

    pub(super) fn text(self) -> &'static str {
        BLANKS[self.0].0
    }

    pub(super) fn name(self) -> &'static str {
        BLANKS[self.0].1
    }

    /// Whether it is a control character other than white space.
    pub fn is_control(self) -> bool {
        self.text().chars().all(|c| c.is_control() && !c.is_whitespace())
    }

    /// Whether it is white space of ASCII.
    pub fn is_ascii_space(self) -> bool {
        self.text().chars().all(|c| c.is_ascii_whitespace() || c == '\u{b}')
    }
}

/// A change of case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// Every ASCII letter in the other case.
    Swapped,
    /// Capital letters.
    Upper,
    /// Small letters.
    Lower,
    /// Only the first letter in the other case.
    FirstSwapped,
    /// Only the last letter in the other case.
    LastSwapped,
}

fn swapped(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

impl Case {
    pub(super) fn apply(self, text: &str) -> String {
        let at = |at: Option<usize>| {
            let change = |(i, c)| if Some(i) == at { swapped(c) } else { c };
            text.char_indices().map(change).collect()
        };
        let mut letters = text.char_indices().filter(|(_, c)| c.is_ascii_alphabetic());
        match self {
            Self::Swapped => text.chars().map(swapped).collect(),
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::FirstSwapped => at(letters.next().map(|(at, _)| at)),
            Self::LastSwapped => at(letters.next_back().map(|(at, _)| at)),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Swapped => "in the other case",
            Self::Upper => "in capital letters",
            Self::Lower => "in small letters",
            Self::FirstSwapped => "with its first letter in the other case",
            Self::LastSwapped => "with its last letter in the other case",
        })
    }
}

/// A normalisation form of Unicode (UAX #15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Canonical composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Nfc => text.nfc().collect(),
            Self::Nfd => text.nfd().collect(),
            Self::Nfkc => text.nfkc().collect(),
            Self::Nfkd => text.nfkd().collect(),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nfc => "NFC",
            Self::Nfd => "NFD",
            Self::Nfkc => "NFKC",
            Self::Nfkd => "NFKD",
        }
    }
}

/// Characters that some implementation takes for those of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookAlike {
    /// The full-width forms of ASCII, which NFKC turns back.
    FullWidth,
    /// One full-width character.
    OneFullWidth,
    /// Mathematical bold letters, which NFKC turns back.
    Bold,
    /// An accent on the first letter, which accent-insensitive collations ignore.
    Accent,
    /// Without the accents.
    WithoutAccents,
    /// A Cyrillic letter of the same shape.
    Homoglyph,
    /// A letter whose case mapping is ASCII: the long s, the Kelvin sign, the dotless i.
    SpecialCase,
    /// A superscript or circled digit or letter, which NFKC turns back.
    Superscript,
    /// Every character beyond ASCII, or the first letter, replaced by a question mark.
    QuestionMark,
    /// The text as UTF-8 read as Latin-1.
    Mojibake,
    /// Characters whose low byte is that of the text.
    LowByte,
}

impl LookAlike {
    pub(super) fn apply(self, text: &str) -> Option<String> {
        let full_width = |c: char| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            _ => c,
        };
        let bold = |c: char| match c {
            'a'..='z' => char::from_u32(0x1d41a + u32::from(c) - u32::from('a')).unwrap_or(c),
            'A'..='Z' => char::from_u32(0x1d400 + u32::from(c) - u32::from('A')).unwrap_or(c),
            _ => c,
        };
        match self {
            Self::FullWidth => Some(text.chars().map(full_width).collect()),
            Self::OneFullWidth => replace_first(text, |c| Some(full_width(c)).filter(|n| *n != c)),
            Self::Bold => Some(text.chars().map(bold).collect()),
            Self::Accent => {
                let at = text.char_indices().find(|(_, c)| c.is_ascii_alphabetic())?.0 + 1;
                Some(format!("{}\u{301}{}", &text[..at], &text[at..]).nfc().collect())
            }
            Self::WithoutAccents => {
                let is_mark = unicode_normalization::char::is_combining_mark;
                Some(text.nfd().filter(|c| !is_mark(*c)).collect())
            }
            Self::Homoglyph => replace_first(text, |c| {
                const PAIRS: [(char, char); 12] = [
                    ('a', 'а'),
                    ('e', 'е'),
                    ('o', 'о'),
                    ('p', 'р'),
                    ('c', 'с'),
                    ('x', 'х'),
                    ('y', 'у'),
                    ('i', 'і'),
                    ('A', 'А'),
                    ('B', 'В'),
                    ('T', 'Т'),
                    ('O', 'О'),
                ];
                PAIRS.iter().find(|(ascii, _)| *ascii == c).map(|(_, other)| *other)
            }),
            Self::SpecialCase => replace_first(text, |c| match c {
                's' | 'S' => Some('ſ'),
                'k' | 'K' => Some('\u{212a}'),
                'i' => Some('ı'),
                'I' => Some('İ'),
                _ => None,
            }),
            Self::Superscript => replace_first(text, |c| match c {
                '1' => Some('¹'),
                '2' => Some('²'),
                '3' => Some('³'),
                '0' | '4'..='9' => char::from_u32(0x2070 + u32::from(c) - u32::from('0')),
                'a'..='z' => char::from_u32(0x24d0 + u32::from(c) - u32::from('a')),
                _ => None,
            }),
            Self::QuestionMark => {
                let is_ascii = text.is_ascii();
                let mut is_first = true;
                let change = |c: char| {
                    let hit = if is_ascii { c.is_alphabetic() && is_first } else { !c.is_ascii() };
                    is_first &= !hit;
                    if hit { '?' } else { c }
                };
                Some(text.chars().map(change).collect())
            }
            Self::LowByte => Some(
                text.chars().map(|c| char::from_u32(u32::from(c) + 0x100).unwrap_or(c)).collect(),
            ),
            Self::Mojibake => Some(text.bytes().map(char::from).collect()),
        }
    }
}

/// Replaces the first character that has a replacement.
fn replace_first(text: &str, new: impl Fn(char) -> Option<char>) -> Option<String> {
    let (at, old, new) = text.char_indices().find_map(|(at, c)| Some((at, c, new(c)?)))?;
    Some(format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..]))
}

impl fmt::Display for LookAlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FullWidth => "in full-width characters",
            Self::OneFullWidth => "with its first character in full width",
            Self::Bold => "in mathematical bold letters",
            Self::Accent => "with an accent on its first letter",
            Self::WithoutAccents => "without its accents",
            Self::Homoglyph => "with a Cyrillic letter of the same shape",
            Self::SpecialCase => "with a letter whose case mapping is ASCII",
            Self::Superscript => "with a superscript or circled character",
            Self::QuestionMark => "with a question mark in place of a character",
            Self::Mojibake => "as UTF-8 that is read as Latin-1",
            Self::LowByte => "in characters whose low byte is that of the original",
        })
    }
}
