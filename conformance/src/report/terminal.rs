//! The report for people, to be read in ten seconds: failures first, then the summary.

use std::io::{self, Write};

use super::{Failure, Report};

/// Writes a report.
///
/// # Errors
///
/// The writer's own.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for failure in &report.failures {
        write_failure(failure, out)?;
    }
    for known in &report.deviations {
        let reason = known.deviation.as_deref().unwrap_or_default();
        writeln!(out, "known deviation {}: {} ({reason})", known.rule, known.message)?;
    }
    for not_run in &report.not_run {
        writeln!(out, "not run {}: needs {}", not_run.rule, not_run.needs)?;
    }
    if !report.not_run.is_empty() || !report.deviations.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "target      {}", report.base_url)?;
    writeln!(out, "operations  {}", report.operations)?;
    writeln!(out, "checks      {} rules", report.checks)?;
    writeln!(out, "cases       {}", report.cases)?;
    writeln!(
        out,
        "exchanges   {} in {:.1} s ({:.0} per second)",
        report.exchanges,
        report.duration.as_secs_f64(),
        report.rate()
    )?;
    if report.generated_exchanges > 0 {
        writeln!(
            out,
            "generated   {} in {:.1} s ({:.0} per second)",
            report.generated_exchanges,
            report.generated.as_secs_f64(),
            report.generated_rate()
        )?;
    }
    writeln!(out, "seed        {}", report.seed)?;
    if report.sessions_left > 0 {
        writeln!(out, "sessions    {} could not be logged out", report.sessions_left)?;
    }
    if let Some(stopped) = &report.stopped {
        let word = if stopped.is_error { "error" } else { "stopped" };
        writeln!(out, "{word:<11} {}", stopped.reason)?;
    }
    if !report.deviations.is_empty() {
        writeln!(out, "deviations  {} known", report.deviations.len())?;
    }
    writeln!(out, "failures    {}", report.failures.len())
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
    writeln!(out, "  wrong     {}", failure.message)?;
    writeln!(out, "  rule      {}", failure.text)?;
    if let Some(source) = failure.sources.first() {
        writeln!(out, "  source    {source}")?;
    }
    writeln!(out, "  at        {}", failure.place)?;
    writeln!(out, "  expected  {}", failure.expected)?;
    writeln!(out, "  got       {}", failure.got)?;
    writeln!(out, "  minimal   {}\n", failure.curl)
}
