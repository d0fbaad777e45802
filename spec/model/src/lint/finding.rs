//! A finding of the lint.

use std::fmt;

use serde::Serialize;

use crate::pointer::Pointer;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The page contradicts itself.
    Error,
    /// The page leaves out what its users need.
    Warning,
    /// The page says something that no schema can.
    Note,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// The place in `documented.json`.
    pub pointer: Pointer,
    /// What is wrong there.
    pub message: String,
    /// The place that it contradicts, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradicts: Option<Pointer>,
    /// The words of the page that it contradicts, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotation: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(f, "{severity}[{}]: {}", self.rule, self.message)?;
        write!(f, "  at #{}", self.pointer)?;
        if let Some(other) = &self.contradicts {
            write!(f, "\n  against #{other}")?;
        }
        if let Some(quotation) = &self.quotation {
            write!(f, "\n  the page says: \"{quotation}\"")?;
        }
        Ok(())
    }
}
