//! Reads and validates deviations files.

use std::{fmt, fs, path::Path};

use toml::{Table, Value};

use super::{Deviation, Deviations, Pattern};
use crate::{check::Judge, rule::Catalogue};

/// Why deviations cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DeviationError {
    /// A file or a directory cannot be read.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// The files have problems, which `deviations check` lists.
    #[error("{}", lines(.0))]
    Problems(Vec<Problem>),
}

/// A problem of a deviations file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// The id or the number of the entry.
    pub entry: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.entry, self.message)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a file, or every `.toml` of a directory.
///
/// # Errors
///
/// [`DeviationError`].
pub fn read(
    path: &Path,
    catalogue: &Catalogue,
    documents: &Judge,
) -> Result<Deviations, DeviationError> {
    let (deviations, problems) = read_all(path, &Known { catalogue, documents })?;
    if problems.is_empty() { Ok(deviations) } else { Err(DeviationError::Problems(problems)) }
}

/// The problems of a file, or of every `.toml` of a directory, and the number of entries.
///
/// # Errors
///
/// [`DeviationError::Unreadable`].
pub fn check(
    path: &Path,
    catalogue: &Catalogue,
    documents: &Judge,
) -> Result<(usize, Vec<Problem>), DeviationError> {
    let (deviations, problems) = read_all(path, &Known { catalogue, documents })?;
    Ok((deviations.0.len(), problems))
}

/// The rules and places that an entry may name.
struct Known<'a> {
    catalogue: &'a Catalogue,
    documents: &'a Judge,
}

impl Known<'_> {
    /// Whether a place of the form `documented.json#/…` exists. Places in responses are always accepted.
    fn is_place(&self, place: &str) -> bool {
        if place.contains('#') { self.documents.has_place(place) } else { !place.is_empty() }
    }
}

fn read_all(path: &Path, known: &Known<'_>) -> Result<(Deviations, Vec<Problem>), DeviationError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| DeviationError::Unreadable { path, source }
    };
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files.clear();
        for entry in fs::read_dir(path).map_err(unreadable(path))? {
            let file = entry.map_err(unreadable(path))?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                files.push(file);
            }
        }
        files.sort();
    }
    let (mut deviations, mut problems) = (Deviations::default(), Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
        parse(&file.display().to_string(), &text, known, &mut deviations, &mut problems);
    }
    Ok((deviations, problems))
}

fn parse(
    path: &str,
    text: &str,
    known: &Known<'_>,
    all: &mut Deviations,
    problems: &mut Vec<Problem>,
) {
    let mut problem = |entry: &str, message: String| {
        let (path, entry) = (path.to_owned(), entry.to_owned());
        problems.push(Problem { path, entry, message });
    };
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return problem("the file", format!("is no TOML: {error}").trim().to_owned()),
    };
    for name in table.keys().filter(|name| *name != "deviation") {
        problem("the file", format!("`{name}` is no table of a deviations file"));
    }
    let Some(Value::Array(entries)) = table.get("deviation") else {
        return problem("the file", "holds no `[[deviation]]`".to_owned());
    };
    for (number, entry) in entries.iter().enumerate() {
        let name = entry.get("id").and_then(Value::as_str);
        let name = name.map_or_else(|| format!("deviation[{number}]"), str::to_owned);
        match Deviation::of(entry, known) {
            Ok(deviation) if all.0.iter().any(|other| other.id == deviation.id) => {
                problem(&name, "another entry has this id".to_owned());
            }
            Ok(deviation) => all.0.push(deviation),
            Err(messages) => messages.into_iter().for_each(|message| problem(&name, message)),
        }
    }
}

impl Deviation {
    fn of(entry: &Value, known: &Known<'_>) -> Result<Self, Vec<String>> {
        const NAMES: [&str; 8] =
            ["id", "rule", "where", "got", "case", "reason", "since", "data_dependent"];
        let mut wrong = Vec::new();
        for name in entry.as_table().into_iter().flat_map(Table::keys) {
            if !NAMES.contains(&name.as_str()) {
                wrong.push(format!("`{name}` is no member of a deviation"));
            }
        }
        let text = |name: &str, wrong: &mut Vec<String>| {
            let text = entry.get(name).and_then(Value::as_str).unwrap_or_default().trim();
            if text.is_empty() {
                wrong.push(format!("`{name}` is missing"));
            }
            text.to_owned()
        };
        let (id, reason) = (text("id", &mut wrong), text("reason", &mut wrong));
        let (rule, place) = (text("rule", &mut wrong), text("where", &mut wrong));
        let found = known.catalogue.find(&rule).map(|rule| rule.id);
        if found.is_none() && !rule.is_empty() {
            wrong.push(format!("there is no rule `{rule}`"));
        }
        if !known.is_place(&place) {
            wrong.push(format!("`where`: `{place}` is no place of the document"));
        }
        let since = match entry.get("since") {
            Some(Value::Datetime(date)) if date.time.is_none() => date.to_string(),
            Some(_) => {
                wrong.push("`since` is no date of the form 2026-11-24, without quotes".to_owned());
                String::new()
            }
            None => {
                wrong.push("`since` is missing".to_owned());
                String::new()
            }
        };
        let mut pattern = |name: &str| match entry.get(name) {
            Some(Value::String(text)) => Some(Pattern::new(text)),
            Some(_) => {
                wrong.push(format!("`{name}` is no text"));
                None
            }
            None => None,
        };
        let (got, case) = (pattern("got"), pattern("case"));
        let data_dependent = match entry.get("data_dependent") {
            None => false,
            Some(Value::Boolean(is)) => *is,
            Some(_) => {
                wrong.push("`data_dependent` is neither true nor false".to_owned());
                false
            }
        };
        match found {
            Some(rule) if wrong.is_empty() => {
                Ok(Self { id, rule, place, got, case, reason, since, data_dependent })
            }
            _ => Err(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use specfirst_model::Document;

    use super::*;
    use crate::rule::{Rule, Severity, Tier};

    static RULES: [Rule; 1] = [Rule {
        id: "a_rule",
        tier: Tier::Schema,
        severity: Severity::Low,
        text: "",
        sources: &[],
        cost: 0,
        production: true,
        needs: None,
    }];

    fn problems(text: &str) -> Vec<String> {
        let document = r#"{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/a/b": {}}}"#;
        let document = Document::parse("openapi.json", document).unwrap();
        let known = Known {
            catalogue: &Catalogue::new("suite", &RULES, Vec::new(), Vec::new()),
            documents: &Judge::new(vec![document]).unwrap(),
        };
        let (mut all, mut problems) = (Deviations::default(), Vec::new());
        parse("FILE", text, &known, &mut all, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    const GOOD: &str = "[[deviation]]\nid = \"a\"\nrule = \"a_rule\"\nwhere = \
        \"openapi.json#/paths/~1a~1b\"\nreason = \"because\"\nsince = 2026-11-24\n";

    #[test]
    fn invalid_entry_is_refused_with_a_reason() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
        let said = |from: &str, to: &str| problems(&GOOD.replace(from, to)).join("; ");
        assert_eq!(said("a_rule", "nope"), "FILE: a: there is no rule `nope`");
        assert_eq!(said("reason = \"because\"\n", ""), "FILE: a: `reason` is missing");
        assert_eq!(said("because", "  "), "FILE: a: `reason` is missing");
        assert_eq!(
            said("2026-11-24", "\"soon\""),
            "FILE: a: `since` is no date of the form 2026-11-24, without quotes"
        );
        assert!(said("2026-11-24", "2026-13-40").contains("is no TOML"));
        assert_eq!(
            said("~1b", "~1c"),
            "FILE: a: `where`: `openapi.json#/paths/~1a~1c` is no place of the document"
        );
        assert_eq!(
            said("since", "sinse"),
            "FILE: a: `sinse` is no member of a deviation; FILE: a: \
            `since` is missing"
        );
        assert_eq!(problems(&GOOD.repeat(2)), ["FILE: a: another entry has this id"]);
        assert_eq!(problems(""), ["FILE: the file: holds no `[[deviation]]`"]);
    }
}
