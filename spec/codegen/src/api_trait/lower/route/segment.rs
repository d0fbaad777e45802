//! The segments of a path of the document.

use std::cmp::Reverse;

use specfirst_model::Operation;

use crate::unsupported::Unsupported;

/// One segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Literal(&'a str),
    /// A variable that is the whole segment, by its name.
    Variable(&'a str),
    /// Text and at least one variable, such as `{id}.json`.
    Mixed(&'a str),
}

impl Segment<'_> {
    /// The more specific of two segments that match the same text has the smaller rank.
    pub(super) fn rank(self) -> (u8, Reverse<usize>) {
        match self {
            Self::Literal(_) => (0, Reverse(0)),
            Self::Mixed(text) => (1, Reverse(shape(text).len())),
            Self::Variable(_) => (2, Reverse(0)),
        }
    }

    /// The segment without the names of its variables: it matches the same requests.
    pub(super) fn shape(self) -> String {
        match self {
            Self::Literal(text) => text.to_owned(),
            Self::Variable(_) => "{}".to_owned(),
            Self::Mixed(text) => shape(text),
        }
    }
}

fn shape(segment: &str) -> String {
    let mut parts = segment.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shape, part| {
        let literal = part.split_once('}').map_or("", |(_, literal)| literal);
        shape + "{}" + literal
    })
}

/// The names of the variables of a path.
pub(in crate::api_trait::lower) fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The segments of an operation's path. The router ignores a `/` at the end.
pub(super) fn parse(operation: &Operation) -> Result<Vec<Segment<'_>>, Unsupported> {
    let at = operation.pointer.parent().unwrap_or_default();
    let refuse = |reason: String| Unsupported::new(operation, &at, reason);
    let path = operation.path.strip_prefix('/');
    let path = path.ok_or_else(|| refuse("a path must begin with `/`".to_owned()))?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments = path.split('/').filter(|_| !path.is_empty()).map(parse_segment);
    let segments = segments.collect::<Result<_, _>>().map_err(refuse)?;
    let mut names: Vec<&str> = variables(path).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(refuse(format!("`{{{}}}` occurs twice in the path", pair[0]))),
        None => Ok(segments),
    }
}

fn parse_segment(segment: &str) -> Result<Segment<'_>, String> {
    if segment.is_empty() {
        return Err("a segment of the path is empty".to_owned());
    }
    if !segment.contains(['{', '}']) {
        return Ok(Segment::Literal(segment));
    }
    let mut parts = segment.split('{');
    let first = parts.next().unwrap_or_default();
    let mut is_well_formed = !first.contains('}');
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let Some((name, literal)) = part.split_once('}') else {
            is_well_formed = false;
            break;
        };
        is_well_formed &= !name.is_empty() && !literal.contains('}');
        if name.contains(':') {
            // Some tools write `{path:.*}` for a variable of several segments.
            return Err(format!("the variable `{{{name}}}` has a `:` in its name"));
        }
        if literal.is_empty() && parts.peek().is_some() {
            return Err(format!("no text separates the variables of the segment `{segment}`"));
        }
    }
    if !is_well_formed {
        return Err(format!("the braces of the segment `{segment}` do not name variables"));
    }
    let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    Ok(match name.filter(|name| !name.contains(['{', '}'])) {
        Some(name) => Segment::Variable(name),
        None => Segment::Mixed(segment),
    })
}
