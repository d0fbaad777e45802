//! The names in Rust code, found without parsing it: generated files have tens of megabytes.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

/// The names that code contains outside comments and literals.
#[derive(Default)]
pub(crate) struct Words<'c> {
    /// The first names of paths.
    pub(crate) crates: BTreeSet<&'c str>,
    pub(crate) idents: BTreeSet<&'c str>,
}

/// Words that a path may follow.
const KEYWORDS: [&str; 8] = ["as", "dyn", "for", "impl", "in", "return", "use", "where"];

/// What stands before a token, as far as paths need it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A name or `>`, which a path may continue.
    Segment,
    /// `::` after one of these.
    Continuation,
    Other,
}

impl<'c> Words<'c> {
    /// Adds the names of a file.
    ///
    /// # Errors
    ///
    /// A comment or a literal does not end.
    pub(crate) fn collect(&mut self, code: &'c str) -> Result<()> {
        let mut before = Before::Other;
        let mut rest = code;
        while let Some(first) = rest.chars().next() {
            let (length, now) = match first {
                _ if first.is_whitespace() => (first.len_utf8(), before),
                _ if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), before),
                _ if rest.starts_with("/*") => (end(rest, 2, "*/")?, before),
                _ if rest.starts_with("::") && before == Before::Segment => {
                    (2, Before::Continuation)
                }
                _ if rest.starts_with("::") => (2, Before::Other),
                _ if rest.starts_with("->") || rest.starts_with("=>") => (2, Before::Other),
                '>' => (1, Before::Segment),
                '"' => (string_length(rest)?, Before::Other),
                '\'' => (quote_length(rest)?, Before::Other),
                _ if is_word(first) => {
                    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                    let (word, after) = rest.split_at(length);
                    if let Some(literal) = literal_length(word, after)? {
                        (length + literal, Before::Other)
                    } else {
                        let is_keyword = KEYWORDS.contains(&word);
                        let is_path = after.trim_start().starts_with("::") && !is_keyword;
                        if is_path && before != Before::Continuation {
                            self.crates.insert(word);
                        }
                        self.idents.insert(word);
                        (length, if is_keyword { Before::Other } else { Before::Segment })
                    }
                }
                _ => (first.len_utf8(), Before::Other),
            };
            before = now;
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of what begins like this and ends with `closing`, which may not stand before `from`.
fn end(text: &str, from: usize, closing: &str) -> Result<usize> {
    let found = text.get(from..).and_then(|rest| rest.find(closing));
    found
        .map(|at| from + at + closing.len())
        .with_context(|| format!("no `{closing}` follows in generated code, which is a bug"))
}

/// The length of a string or a character with escapes, whose first character is its quote.
fn string_length(text: &str) -> Result<usize> {
    let mut chars = text.char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if Some(c) == quote {
            return Ok(at + c.len_utf8());
        }
    }
    anyhow::bail!("a literal of the generated code does not end, which is a bug")
}

/// The length of a character literal, or of the quote of a lifetime.
fn quote_length(text: &str) -> Result<usize> {
    let mut chars = text.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => string_length(text),
        _ => Ok(1),
    }
}

/// The length of the literal that follows its prefix, such as `r` or `b`.
fn literal_length(word: &str, after: &str) -> Result<Option<usize>> {
    let is_raw = matches!(word, "r" | "br" | "cr");
    let hashes = after.len() - after.trim_start_matches('#').len();
    if is_raw && after.get(hashes..).is_some_and(|rest| rest.starts_with('"')) {
        return end(after, hashes + 1, &format!("\"{}", "#".repeat(hashes))).map(Some);
    }
    if matches!(word, "b" | "c") && after.starts_with(['"', '\'']) {
        return string_length(after).map(Some);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> Words<'_> {
        let mut words = Words::default();
        words.collect(code).unwrap();
        words
    }

    #[test]
    fn names_in_comments_and_literals_are_not_found() {
        let code = r##"// a::A
            /* b::B */ let x = "c::C \" d::D"; let y = r#"e::E " f::F"#; let z = b"g::G";
            let q = ['\'', '"', 'h']; fn f<'i>(j: &'i k::K) { "l::L" }"##;
        let words = words(code);
        assert_eq!(words.crates.iter().copied().collect::<Vec<_>>(), ["k"]);
        assert!(words.idents.contains("q") && !words.idents.contains("C"));
    }

    #[test]
    fn only_the_first_name_of_a_path_is_a_crate() {
        let words = words(
            "::a::B::c(), <D as e::F>::g::H, Vec::<i::J>::new, x::\n y, r#mod::Z, \
             fn k() -> ::l::M { impl ::n::O for ::p::Q }",
        );
        let crates: Vec<_> = words.crates.iter().copied().collect();
        assert_eq!(crates, ["Vec", "a", "e", "i", "l", "mod", "n", "p", "x"]);
    }

    #[test]
    fn unfinished_literal_is_refused() {
        for code in ["\"a", "/* a", "r#\"a\"", "'\\a"] {
            assert!(Words::default().collect(code).is_err(), "{code}");
        }
    }
}
