//! Removes, adds and moves characters.

use std::fmt;

use super::Class;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Before the first character.
    Start,
    /// After half of the characters.
    Middle,
    /// After the last character.
    End,
    /// Before and after the text.
    Both,
}

/// A change to the characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edit {
    /// Keeps only the first bytes.
    Keep(usize),
    /// Keeps the first bytes, and appends another end.
    KeepAndReplaceRest(usize),
    /// Keeps the first half.
    KeepHalf,
    /// Removes the last characters.
    RemoveLast(usize),
    /// Removes the first characters.
    RemoveFirst(usize),
    /// Removes the character after the half.
    RemoveMiddle,
    /// Adds a text.
    Add(&'static str, Place),
    /// Doubles the last character.
    DoubleLast,
    /// Doubles the first character.
    DoubleFirst,
    /// Replaces the first character.
    ReplaceFirst,
    /// Replaces the character after the half.
    ReplaceMiddle,
    /// Replaces the last character.
    ReplaceLast,
    /// Replaces every character from a place on.
    ReplaceFrom(usize),
    /// Replaces every character, but keeps the length.
    ReplaceAll,
    /// Swaps the first two characters.
    SwapFirst,
    /// Swaps the last two characters.
    SwapLast,
    /// Reverses the text.
    Reverse,
    /// Sorts the characters.
    Sort,
    /// Repeats the text.
    Repeat,
    /// Removes everything but letters and digits.
    OnlyAlphanumeric,
    /// Adds one to the last digit.
    NextNumber,
    /// Another text of this many characters.
    Pad(usize),
}

impl Place {
    /// The text with another inserted at this place.
    pub fn insert(self, text: &str, added: &str) -> String {
        match self {
            Self::Start => format!("{added}{text}"),
            Self::End => format!("{text}{added}"),
            Self::Both => format!("{added}{text}{added}"),
            Self::Middle => {
                let (before, after) = halves(text);
                format!("{before}{added}{after}")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "before it",
            Self::Middle => "in its middle",
            Self::End => "after it",
            Self::Both => "before and after it",
        })
    }
}

fn halves(text: &str) -> (&str, &str) {
    let half = text.chars().count() / 2;
    let at = text.char_indices().nth(half).map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

/// The first bytes of a text, up to the end of a character. `None` if the text is no longer than that.
fn first_bytes(text: &str, count: usize) -> Option<&str> {
    (text.len() > count).then(|| &text[..text.floor_char_boundary(count)])
}

/// Another character of the same kind. Its code in Base64 differs in the highest bit, because a lenient
/// decoder ignores the lowest bits of a last character (RFC 4648, section 3.5).
fn other(c: char) -> char {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() {
        let value = c.to_digit(16).unwrap_or_default();
        return char::from_digit(value ^ 8, 16).unwrap_or('0');
    }
    match ALPHABET.iter().position(|known| char::from(*known) == c) {
        Some(at) => char::from(ALPHABET[at ^ 32]),
        None if c == 'x' => 'y',
        None => 'x',
    }
}

impl Edit {
    pub(super) fn apply(self, text: &str) -> Option<String> {
        let chars: Vec<char> = text.chars().collect();
        let count = chars.len();
        let of = |chars: &[char]| chars.iter().collect::<String>();
        let changed = |at: usize, new: char| {
            let mut chars = chars.clone();
            chars[at] = new;
            of(&chars)
        };
        match self {
            Self::Keep(bytes) => first_bytes(text, bytes).map(str::to_owned),
            Self::KeepAndReplaceRest(bytes) => {
                first_bytes(text, bytes).map(|kept| format!("{kept}-other"))
            }
            Self::KeepHalf => Some(halves(text).0.to_owned()),
            Self::RemoveLast(removed) => (count > removed).then(|| of(&chars[..count - removed])),
            Self::RemoveFirst(removed) => (count > removed).then(|| of(&chars[removed..])),
            Self::RemoveMiddle => {
                let (before, after) = halves(text);
                let mut after = after.chars();
                after.next().map(|_| format!("{before}{}", after.as_str()))
            }
            Self::Add(added, place) => Some(place.insert(text, added)),
            Self::DoubleLast => chars.last().map(|last| format!("{text}{last}")),
            Self::DoubleFirst => chars.first().map(|first| format!("{first}{text}")),
            Self::ReplaceFirst => (count > 0).then(|| changed(0, other(chars[0]))),
            Self::ReplaceMiddle => (count > 2).then(|| changed(count / 2, other(chars[count / 2]))),
            Self::ReplaceLast => (count > 1).then(|| changed(count - 1, other(chars[count - 1]))),
            Self::ReplaceFrom(at) => (count > at).then(|| {
                chars[..at].iter().copied().chain(chars[at..].iter().map(|c| other(*c))).collect()
            }),
            Self::ReplaceAll => Some(chars.iter().map(|c| other(*c)).collect()),
            Self::SwapFirst => (count > 1).then(|| {
                let mut chars = chars.clone();
                chars.swap(0, 1);
                of(&chars)
            }),
            Self::SwapLast => (count > 1).then(|| {
                let mut chars = chars.clone();
                chars.swap(count - 2, count - 1);
                of(&chars)
            }),
            Self::Pad(count) => Some("Ab1-".chars().cycle().take(count).collect()),
            Self::Reverse => Some(chars.iter().rev().collect()),
            Self::Sort => {
                let mut chars = chars.clone();
                chars.sort_unstable();
                Some(of(&chars))
            }
            Self::Repeat => Some(format!("{text}{text}")),
            Self::OnlyAlphanumeric => {
                Some(chars.iter().filter(|c| c.is_alphanumeric()).collect::<String>())
                    .filter(|left| !left.is_empty())
            }
            Self::NextNumber => {
                let at = chars.iter().rposition(char::is_ascii_digit)?;
                let digit = chars[at].to_digit(10).unwrap_or_default();
                Some(changed(at, char::from_digit((digit + 1) % 10, 10).unwrap_or('0')))
            }
        }
    }

    pub(super) fn class(self) -> Class {
        match self {
            Self::Keep(_)
            | Self::KeepAndReplaceRest(_)
            | Self::KeepHalf
            | Self::RemoveLast(_)
            | Self::RemoveFirst(_)
            | Self::RemoveMiddle => Class::Cut,
            Self::Add(..) | Self::DoubleLast | Self::DoubleFirst | Self::Repeat => Class::Extension,
            _ => Class::Edit,
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let removed = |f: &mut fmt::Formatter<'_>, which: &str, count: usize| match count {
            1 => write!(f, "with its {which} character removed"),
            count => write!(f, "with its {which} {count} characters removed"),
        };
        match self {
            Self::Keep(1) => f.write_str("cut after its first byte"),
            Self::Keep(bytes) => write!(f, "cut after {bytes} bytes"),
            Self::KeepAndReplaceRest(bytes) => {
                write!(f, "with another end after its first {bytes} bytes")
            }
            Self::KeepHalf => f.write_str("cut in half"),
            Self::RemoveLast(count) => removed(f, "last", *count),
            Self::RemoveFirst(count) => removed(f, "first", *count),
            Self::RemoveMiddle => f.write_str("with its middle character removed"),
            Self::Add(added, place) => write!(f, "with `{added}` {place}"),
            Self::DoubleLast => f.write_str("with its last character doubled"),
            Self::DoubleFirst => f.write_str("with its first character doubled"),
            Self::ReplaceFirst => f.write_str("with another first character"),
            Self::ReplaceMiddle => f.write_str("with another middle character"),
            Self::ReplaceLast => f.write_str("with another last character"),
            Self::ReplaceFrom(at) => write!(f, "with other characters after the first {at}"),
            Self::ReplaceAll => f.write_str("replaced by another text of its length"),
            Self::SwapFirst => f.write_str("with its first two characters swapped"),
            Self::SwapLast => f.write_str("with its last two characters swapped"),
            Self::Reverse => f.write_str("reversed"),
            Self::Sort => f.write_str("with its characters sorted"),
            Self::Repeat => f.write_str("twice in a row"),
            Self::OnlyAlphanumeric => f.write_str("reduced to its letters and digits"),
            Self::Pad(count) => write!(f, "replaced by another text of {count} characters"),
            Self::NextNumber => f.write_str("with its last digit increased"),
        }
    }
}
