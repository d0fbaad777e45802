//! Syntax that another language interprets: SQL, LDAP, regular expressions, templates, and wildcards.

use std::fmt;

use super::Class;

/// A text with syntax of another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator(usize);

/// The template of an operator. In it, `{}` stands for the text, and `{?}` for the text with `.`, `_` or
/// `?` in place of one character.
struct Template {
    class: Class,
    name: &'static str,
    template: &'static str,
}

const fn pattern(name: &'static str, template: &'static str) -> Template {
    Template { class: Class::Pattern, name, template }
}

const fn injection(name: &'static str, template: &'static str) -> Template {
    Template { class: Class::Injection, name, template }
}

const fn number(name: &'static str, template: &'static str) -> Template {
    Template { class: Class::Number, name, template }
}

/// The operators, the most common first.
const TEMPLATES: [Template; 52] = [
    pattern("replaced by a wildcard", "*"),
    injection("with SQL that is always true after it", "{}' OR '1'='1"),
    pattern("replaced by `%`, which matches any text in SQL", "%"),
    injection("with an LDAP filter after it", "{})(|(uid=*"),
    pattern("replaced by a regular expression", ".*"),
    injection("with a comment of SQL after it", "{}'--"),
    pattern("with `%` after it", "{}%"),
    pattern("with `*` after it", "{}*"),
    pattern("with `*` in place of its end", "{1}*"),
    pattern("with `%` in place of its end", "{1}%"),
    pattern("with `_` in place of a character", "{_}"),
    pattern("with `.` in place of a character", "{.}"),
    pattern("with `?` in place of a character", "{?}"),
    pattern("between the anchors of a regular expression", "^{}$"),
    pattern("with `.*` after it", "{}.*"),
    injection("with a comment of MySQL after it", "{}'#"),
    injection("with a second statement of SQL after it", "{}'; SELECT 1;--"),
    injection("replaced by SQL that is always true", "' OR 1=1--"),
    injection("replaced by SQL with quotation marks", "\" OR \"\"=\""),
    injection("with `OR` of SQL and quotation marks after it", "{}\" OR \"1\"=\"1"),
    injection("replaced by an LDAP filter", "*)(&"),
    injection("with a NUL-terminated LDAP filter after it", "{})(&)\0"),
    injection("replaced by `admin` and an LDAP filter", "*)(objectClass=*"),
    injection("replaced by an operator of MongoDB as text", "{\"$ne\": null}"),
    injection("replaced by `[$ne]=`", "[$ne]="),
    injection("with a JavaScript condition after it", "{}' || '1'=='1"),
    injection("replaced by a template", "{{7*7}}"),
    injection("replaced by an expression", "${7*7}"),
    injection("with an XPath condition after it", "{}' or 'a'='a"),
    injection("with a line of a header after it", "{}\r\nX-Injected: yes"),
    injection("with a shell command after it", "{};true"),
    pattern("with an alternative of a regular expression", "x|{}"),
    pattern("with an empty alternative of a regular expression", "{}|"),
    pattern("as a regular expression of any case", "(?i){}"),
    pattern("between slashes", "/{}/"),
    pattern("with a path after it", "{}/../{}"),
    pattern("with a path before it", "x/../{}"),
    pattern("with a list after it", "{},x"),
    pattern("at the end of a list", "x,{}"),
    pattern("with a domain before it", "x\\{}"),
    pattern("with a realm after it", "{}@x"),
    pattern("with a password after a colon", "{}:x"),
    pattern("between quotation marks", "\"{}\""),
    pattern("between apostrophes", "'{}'"),
    pattern("between angle brackets", "<{}>"),
    pattern("with a comment after it", "{} (x)"),
    number("as a number with a leading zero", "0{}"),
    number("as a number with a fraction", "{}.0"),
    number("as a number with an exponent", "{}e0"),
    number("as a number with a sign", "+{}"),
    number("as zero with an exponent", "0e1"),
    number("as a number with a separator", "{,}"),
];

impl Operator {
    /// Every operator, the most common first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TEMPLATES.len()).map(Self)
    }

    fn template(self) -> &'static Template {
        &TEMPLATES[self.0]
    }

    pub(super) fn class(self) -> Class {
        self.template().class
    }

    /// Whether the result can match a text without holding it whole.
    pub fn is_self_contained(self) -> bool {
        !self.template().template.contains("{}")
    }

    pub(super) fn apply(self, text: &str) -> Option<String> {
        let Template { class, template, .. } = self.template();
        if *class == Class::Number && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let chars: Vec<char> = text.chars().collect();
        let with = |new: char| {
            let mut chars = chars.clone();
            *chars.get_mut(text.chars().count() / 2)? = new;
            Some(chars.into_iter().collect::<String>())
        };
        match *template {
            "{_}" => with('_'),
            "{.}" => with('.'),
            "{?}" => with('?'),
            "{,}" => (text.len() > 3)
                .then(|| format!("{},{}", &text[..text.len() - 3], &text[text.len() - 3..])),
            template if template.starts_with("{1}") => {
                let start: String = chars.iter().take(chars.len().div_ceil(2)).collect();
                Some(template.replace("{1}", &start))
            }
            "{{7*7}}" => Some("{{7*7}}".to_owned()),
            template => Some(template.replace("{}", text)),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.template().name)
    }
}
