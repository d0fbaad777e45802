//! The transforms, in the order in which they are worth trying.

use super::{
    Blank, Case, Digest, Edit, EmailChange, Encoding, Form, LookAlike, Operator, Place,
    SignedChange, Transform,
};

/// How much a transform is expected to show. Implementations get the first ones wrong most often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Worth a request even if there are only a dozen.
    First,
    /// Worth one in a run without tight limits.
    Usual,
    /// Rare.
    Rare,
}

/// The lengths, in bytes, at which implementations cut texts: fixed columns, block sizes of ciphers and
/// digests, and the 72 bytes that bcrypt reads.
const LENGTHS: [usize; 22] = [
    8, 72, 16, 64, 32, 20, 10, 12, 55, 56, 63, 40, 50, 24, 48, 100, 128, 255, 256, 512, 1_024,
    4_096,
];

/// Texts that stand for nothing, for everything, or for a default.
const CONSTANTS: [&str; 12] = [
    "",
    "null",
    "undefined",
    "true",
    "0",
    "admin",
    "password",
    "None",
    "false",
    "NaN",
    "[object Object]",
    "anonymous",
];

/// Every transform with its weight, the most telling first.
pub fn catalogue() -> Vec<(Transform, Weight)> {
    use Weight::{First, Rare, Usual};
    let edit = Transform::Edit;
    let mut list = vec![
        (edit(Edit::RemoveLast(1)), First),
        (Transform::Case(Case::Swapped), First),
        (edit(Edit::Add("x", Place::End)), First),
        (Transform::Blank(Blank::SPACE, Place::End), First),
        (edit(Edit::Keep(8)), First),
        (edit(Edit::KeepAndReplaceRest(72)), First),
        (Transform::Constant(""), First),
        (edit(Edit::ReplaceLast), First),
        (Transform::Digest(Digest::all().next().expect("there are digests")), First),
        (Transform::Blank(Blank::NUL, Place::End), First),
        (edit(Edit::Keep(1)), Usual),
        (edit(Edit::KeepHalf), Usual),
        (edit(Edit::RemoveFirst(1)), Usual),
        (edit(Edit::ReplaceFirst), Usual),
        (edit(Edit::ReplaceMiddle), Usual),
        (edit(Edit::RemoveMiddle), Usual),
        (edit(Edit::ReplaceAll), Usual),
        (edit(Edit::Add("x", Place::Start)), Usual),
        (edit(Edit::Add("x", Place::Middle)), Usual),
        (edit(Edit::Reverse), Usual),
        (edit(Edit::Sort), Usual),
        (edit(Edit::SwapFirst), Usual),
        (edit(Edit::SwapLast), Usual),
        (edit(Edit::DoubleLast), Usual),
        (edit(Edit::DoubleFirst), Usual),
        (edit(Edit::Repeat), Usual),
        (edit(Edit::OnlyAlphanumeric), Usual),
        (edit(Edit::NextNumber), Usual),
        (edit(Edit::RemoveLast(2)), Usual),
        (edit(Edit::RemoveLast(4)), Usual),
        (edit(Edit::RemoveFirst(2)), Usual),
        (edit(Edit::RemoveFirst(4)), Usual),
        (edit(Edit::Keep(3)), Usual),
        (edit(Edit::Keep(4)), Usual),
        (edit(Edit::Keep(6)), Usual),
        (edit(Edit::ReplaceFrom(1)), Usual),
        (edit(Edit::Add("\0x", Place::End)), Usual),
        (edit(Edit::Add("1", Place::End)), Usual),
        (edit(Edit::Add("!", Place::End)), Usual),
        (edit(Edit::Add(".", Place::End)), Rare),
        (edit(Edit::Add("=", Place::End)), Rare),
    ];
    let long = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    list.push((edit(Edit::Add(long, Place::End)), Usual));
    list.push((edit(Edit::Pad(5_000)), Usual));
    for bytes in LENGTHS {
        list.push((edit(Edit::KeepAndReplaceRest(bytes)), Usual));
        list.push((edit(Edit::Keep(bytes)), Usual));
    }
    for case in [Case::Upper, Case::Lower, Case::FirstSwapped, Case::LastSwapped] {
        list.push((Transform::Case(case), Usual));
    }
    for (at, blank) in Blank::all().enumerate() {
        let weight = if at < 12 { Usual } else { Rare };
        for place in [Place::End, Place::Start] {
            list.push((
                Transform::Blank(blank, place),
                if place == Place::End { weight } else { Rare },
            ));
        }
        if at < 10 {
            list.push((Transform::Blank(blank, Place::Both), Rare));
            list.push((Transform::Blank(blank, Place::Middle), Usual));
        }
    }
    list.push((edit(Edit::Add(" x", Place::End)), Usual));
    list.push((edit(Edit::Add("\nx", Place::End)), Usual));
    list.push((edit(Edit::Add("<b>", Place::Middle)), Usual));
    list.push((edit(Edit::Add("<!--x-->", Place::End)), Usual));
    for similar in [
        LookAlike::FullWidth,
        LookAlike::Accent,
        LookAlike::Homoglyph,
        LookAlike::SpecialCase,
        LookAlike::WithoutAccents,
        LookAlike::OneFullWidth,
        LookAlike::Bold,
        LookAlike::Superscript,
        LookAlike::QuestionMark,
        LookAlike::Mojibake,
        LookAlike::LowByte,
    ] {
        list.push((Transform::LookAlike(similar), Usual));
    }
    for form in [Form::Nfkc, Form::Nfkd, Form::Nfd, Form::Nfc] {
        list.push((Transform::Form(form), Usual));
    }
    for (at, encoding) in Encoding::ALL.into_iter().enumerate() {
        list.push((Transform::Encode(encoding), if at < 7 { Usual } else { Rare }));
        list.push((Transform::Decode(encoding), Rare));
    }
    for (at, digest) in Digest::all().enumerate() {
        list.push((Transform::Digest(digest), if at < 9 { Usual } else { Rare }));
    }
    for (at, operator) in Operator::all().enumerate() {
        let weight = match at {
            0..=1 => First,
            2..=24 => Usual,
            _ => Rare,
        };
        list.push((Transform::Operator(operator), weight));
    }
    for change in EmailChange::ALL {
        list.push((Transform::Email(change), Usual));
    }
    for change in SignedChange::ALL {
        list.push((Transform::Signed(change), Usual));
    }
    for (at, constant) in CONSTANTS.into_iter().enumerate() {
        list.push((Transform::Constant(constant), if at < 6 { Usual } else { Rare }));
    }
    let mut known = std::collections::HashSet::new();
    list.retain(|(transform, _)| known.insert(*transform));
    list
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::transform::Class;

    /// Texts for which the transforms together apply.
    const TEXTS: [&str; 6] = [
        "Straße-Kit1é correct horse battery staple 0123456789 0123456789 0123456789 0123456789",
        "alice@example.org",
        "40157928",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl",
        "a%20b\\c",
        "\u{fb01}ve e\u{301}",
    ];

    #[test]
    fn every_transform_changes_some_text_and_says_how() {
        let long = "Ab1".repeat(2_000);
        let mut names = BTreeMap::new();
        for (transform, _) in catalogue() {
            let texts = TEXTS.iter().copied().chain([long.as_str(), "YWxpY2U", "616c"]);
            let changed: Vec<_> = texts.filter_map(|text| transform.apply(text)).collect();
            // These decode texts that no example is.
            if !matches!(transform, Transform::Decode(_)) {
                assert!(!changed.is_empty(), "{transform}");
            }
            let other = names.insert(transform.to_string(), transform);
            assert_eq!(other, None, "two transforms have one name");
        }
    }

    #[test]
    fn every_class_has_a_transform() {
        for class in Class::ALL {
            assert!(catalogue().iter().any(|(t, _)| t.class() == class), "{class:?}");
        }
    }

    #[test]
    fn transforms_keep_their_promise() {
        let applied = |transform: Transform, text: &str| transform.apply(text);
        let edit = Transform::Edit;
        for (transform, text, expected) in [
            (edit(Edit::RemoveLast(1)), "größe", Some("größ")),
            (edit(Edit::Keep(4)), "größe", Some("grö")),
            (edit(Edit::Keep(5)), "abcde", None),
            (edit(Edit::KeepAndReplaceRest(2)), "abcde", Some("ab-other")),
            (edit(Edit::SwapLast), "abc", Some("acb")),
            (edit(Edit::SwapLast), "abb", None),
            (edit(Edit::NextNumber), "a9b", Some("a0b")),
            (edit(Edit::OnlyAlphanumeric), "a-b!", Some("ab")),
            (Transform::Case(Case::FirstSwapped), "1ab", Some("1Ab")),
            (Transform::LookAlike(LookAlike::FullWidth), "a!", Some("ａ！")),
            (Transform::LookAlike(LookAlike::SpecialCase), "mask", Some("maſk")),
            (Transform::LookAlike(LookAlike::WithoutAccents), "é", Some("e")),
            (Transform::Encode(Encoding::PercentFirst), "ab", Some("%61b")),
            (Transform::Encode(Encoding::HtmlDecimal), "ab", Some("&#97;&#98;")),
            (Transform::Decode(Encoding::Percent), "a%20b", Some("a b")),
            (Transform::Decode(Encoding::Percent), "ab", None),
            (Transform::Email(EmailChange::Tag), "a@b.c", Some("a+tag@b.c")),
            (Transform::Email(EmailChange::Tag), "ab", None),
            (Transform::Signed(SignedChange::NoSignature), "ab", None),
        ] {
            assert_eq!(applied(transform, text).as_deref(), expected, "{text} {transform}");
        }
        let none = applied(Transform::Signed(SignedChange::AlgorithmNone), TEXTS[3]).unwrap();
        assert!(none.ends_with(".eyJzdWIiOiJ1MSJ9."), "{none}");
    }

    #[test]
    fn another_last_character_differs_in_the_bits_that_lenient_decoders_read() {
        use base64::{Engine as _, alphabet, engine::general_purpose as engines};
        let lenient = engines::GeneralPurpose::new(
            &alphabet::URL_SAFE,
            engines::NO_PAD.with_decode_allow_trailing_bits(true),
        );
        for text in ["c2lnbmF0dXJlLQ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let other = Transform::Edit(Edit::ReplaceLast).apply(text).unwrap();
            assert_ne!(lenient.decode(text).unwrap(), lenient.decode(other).unwrap());
        }
    }
}
