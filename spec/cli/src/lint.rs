//! `specfirst lint`: lists mistakes in documents.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use serde::Serialize;
use specfirst_model::{ExampleRule, Finding, Origin, Severity, lint};

use crate::{exit, input, progress, screen};

/// Options of `lint`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: specfirst lint openapi.yaml --deny error")]
pub(crate) struct Args {
    /// The documents, YAML or JSON, or Markdown pages that hold one; `-` reads standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Apply this OpenAPI Overlay 1.0.0 file first. May be given several times.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// The document that the FILEs were rendered from, such as the source of a documentation page. A
    /// finding that it does not share is marked as one of the rendering.
    #[arg(long, value_name = "DOCUMENT")]
    rendered_from: Option<PathBuf>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    /// Exit with 1 if a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY")]
    deny: Option<Level>,
}

/// A severity, as the option `--deny` names it.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    fn denies(self, severity: Severity) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        };
        severity <= least
    }
}

/// A finding with the file that it is in.
#[derive(Debug, Serialize)]
struct Located {
    file: String,
    #[serde(flatten)]
    finding: Finding,
    /// The file of `contradicts`, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradicts_file: Option<String>,
    /// With `--rendered-from`, whether only the rendering has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_in_rendering: Option<bool>,
}

/// Prints the findings of every document. A document that cannot be read does not hide the findings
/// of the others.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let rendered_from = args.rendered_from.as_ref().map(|file| findings(file, &[])).transpose()?;
    let mut all = Vec::new();
    let mut is_unreadable = false;
    for file in &args.files {
        let name = file.display();
        match progress::watch(&format!("linting {name}"), || findings(file, &args.overlay)) {
            Ok(mut findings) => {
                if let Some(shared) = &rendered_from {
                    mark_rendering(&mut findings, shared);
                }
                if !args.json {
                    print(&findings, &name.to_string())?;
                }
                all.extend(findings);
            }
            Err(error) => {
                is_unreadable = true;
                screen::print_error(&format!("error: {error:#}"));
            }
        }
    }
    if args.json {
        screen::print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
    }
    let is_denied = args
        .deny
        .is_some_and(|level| all.iter().any(|located| level.denies(located.finding.severity)));
    Ok(if is_unreadable || is_denied { exit::COULD_NOT_RUN.into() } else { ExitCode::SUCCESS })
}

fn findings(file: &std::path::Path, overlays: &[PathBuf]) -> Result<Vec<Located>> {
    let input::Loaded { source, overlays, .. } = input::load(file, overlays)?;
    let rules: Vec<ExampleRule> =
        overlays.into_iter().flat_map(|overlay| overlay.example_rules).collect();
    let mut findings = lint(&source.document, &rules)?;
    findings.extend(source.unsupported.iter().map(|found| Finding {
        rule: "unsupported-keyword".to_owned(),
        severity: Severity::Warning,
        pointer: found.pointer.clone(),
        message: format!(
            "`{}` cannot become Rust code: {}; {}",
            found.keyword, found.reason, found.advice
        ),
        contradicts: None,
        quotation: None,
    }));
    let mut located: Vec<Located> = findings
        .into_iter()
        .map(|mut finding| {
            let Origin { file, pointer } = source.origins.of(&finding.pointer);
            finding.pointer = pointer;
            let against = finding.contradicts.take().map(|other| source.origins.of(&other));
            finding.contradicts = against.as_ref().map(|other| other.pointer.clone());
            let contradicts_file = against.map(|other| other.file).filter(|other| *other != file);
            Located { file, finding, contradicts_file, only_in_rendering: None }
        })
        .collect();
    // Notes of the translation have their place in the user's file already.
    located.extend(source.notes.into_iter().map(|note| Located {
        file: source.document.name().to_owned(),
        finding: Finding {
            rule: "left-out".to_owned(),
            severity: Severity::Note,
            pointer: note.pointer,
            message: note.message,
            contradicts: None,
            quotation: None,
        },
        contradicts_file: None,
        only_in_rendering: None,
    }));
    located.sort_by_key(|located| located.finding.severity);
    Ok(located)
}

/// Marks the findings that the document does not share. A rendering has the places of its document.
fn mark_rendering(findings: &mut [Located], shared: &[Located]) {
    for located in findings {
        let is_shared = shared.iter().any(|other| {
            other.finding.rule == located.finding.rule
                && other.finding.pointer == located.finding.pointer
        });
        located.only_in_rendering = Some(!is_shared);
    }
}

fn print(findings: &[Located], name: &str) -> Result<()> {
    let mut text = String::new();
    for Located { file, finding, contradicts_file, only_in_rendering } in findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        text += &format!("{severity}[{}]: {}\n", finding.rule, finding.message);
        text += &format!("  at {file}#{}\n", finding.pointer);
        if let Some(other) = &finding.contradicts {
            let file = contradicts_file.as_ref().unwrap_or(file);
            text += &format!("  against {file}#{other}\n");
        }
        if let Some(quotation) = &finding.quotation {
            text += &format!("  the document says: \"{quotation}\"\n");
        }
        if *only_in_rendering == Some(true) {
            text +=
                "  only in the rendering: the document that it was made from has no such finding\n";
        }
        text.push('\n');
    }
    let count =
        |severity| findings.iter().filter(|located| located.finding.severity == severity).count();
    text += &format!(
        "{name}: {}, {}, {}\n",
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Note), "note"),
    );
    Ok(screen::print(&text)?)
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
