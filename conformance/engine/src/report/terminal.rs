//! The report for the terminal: failures first, then the summary.

use std::io::{self, Write};

use super::{Failure, Report, Verdict, counted};
use crate::rule::side::Side;

/// Writes a report.
///
/// # Errors
///
/// The error of the writer.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for failure in &report.failures {
        write_failure(failure, out)?;
    }
    for known in &report.deviations {
        let reason = known.deviation.as_deref().unwrap_or_default();
        let message = one_line(&known.message);
        writeln!(out, "known deviation {}: {message} ({reason})", known.rule)?;
    }
    for finding in &report.practice {
        writeln!(out, "practice {}: {}", finding.rule, one_line(&finding.message))?;
    }
    for rule in report.left_out() {
        let reason = one_line(rule.reason.as_deref().unwrap_or_default());
        writeln!(out, "not run {}: {reason}", rule.rule)?;
    }
    // The reason is that of the run, which the verdict states.
    let interrupted = report.interrupted().count();
    if interrupted > 0 {
        writeln!(out, "could not run {}", counted(interrupted, "rule"))?;
    }
    let has_known = !report.deviations.is_empty() || !report.practice.is_empty();
    if interrupted > 0 || report.left_out().next().is_some() || has_known {
        writeln!(out)?;
    }
    summary(report, out)
}

/// A line for each side, then the target and the seed, and the verdict last.
fn summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<7} {:>10} {:>7} {:>8} {:>10} {:>7} {:>22} {:>9}",
        "side",
        "operations",
        "checks",
        "cases",
        "exchanges",
        "seconds",
        "fuzzed per second",
        "failures"
    )?;
    for side in &report.sides {
        writeln!(
            out,
            "{:<7} {:>10} {:>7} {:>8} {:>10} {:>7.1} {:>22.0} {:>9}",
            side.side.name(),
            side.operations,
            side.checks,
            side.cases,
            side.exchanges,
            side.duration.as_secs_f64(),
            side.fuzzing_rate(),
            side.failures
        )?;
    }
    if report.sides.iter().any(|side| side.side == Side::Server) {
        writeln!(out, "target  {}", report.base_url)?;
    }
    for (space, coverage) in &report.spaces {
        writeln!(
            out,
            "space   {space}: {} of {} planned cells, which stand for {}",
            coverage.run, coverage.planned, coverage.cells
        )?;
    }
    if !report.practice.is_empty() {
        let count = report.practice.len();
        writeln!(
            out,
            "practice {count} of what real servers do differs; `--tier practice` fails for it"
        )?;
    }
    writeln!(out, "seed    {}", report.seed)?;
    if report.sessions_left > 0 {
        let left = counted(report.sessions_left, "session");
        writeln!(out, "left    {left} could not be logged out")?;
    }
    if !report.deviations.is_empty() {
        writeln!(out, "known   {}", counted(report.deviations.len(), "deviation"))?;
    }
    writeln!(out, "{}", verdict(report))
}

/// The last line, with the verdict.
fn verdict(report: &Report) -> String {
    let count = match report.failures.len() {
        0 => "no failure".to_owned(),
        count => counted(count, "failure"),
    };
    let reason = report.stopped.as_ref().map(|stopped| one_line(&stopped.reason));
    match (report.verdict(), reason) {
        // A run with findings has a verdict, however it ended.
        (Verdict::None, reason) => {
            format!("error   {} (no failure until then)", reason.unwrap_or_default())
        }
        (_, Some(reason)) => format!("verdict {count}; stopped: {reason}"),
        (Verdict::Conforms, None) => "verdict conforms".to_owned(),
        (_, None) => format!("verdict {count}"),
    }
}

fn write_failure(failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "FAILURE {} ({}, {}): {}",
        failure.rule,
        failure.tier.name(),
        failure.severity.name(),
        failure.operation
    )?;
    writeln!(out, "  wrong     {}", one_line(&failure.message))?;
    writeln!(out, "  rule      {}", failure.text)?;
    if let Some(source) = failure.sources.first() {
        writeln!(out, "  source    {source}")?;
    }
    writeln!(out, "  at        {}", one_line(&failure.place))?;
    writeln!(out, "  expected  {}", one_line(&failure.expected))?;
    writeln!(out, "  got       {}", one_line(&failure.got))?;
    if failure.side == Side::Client {
        writeln!(out, "  sent      {}", one_line(&failure.curl))?;
        let response = failure.response.as_deref().unwrap_or("nothing");
        return writeln!(
            out,
            "  answered  {}\n",
            response.trim_end().replace('\n', "\n            ")
        );
    }
    writeln!(out, "  minimal   {}\n", one_line(&failure.curl))
}

/// A text on one line. If the line breaks of a target were kept, it could forge lines of the report.
fn one_line(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n")
}
