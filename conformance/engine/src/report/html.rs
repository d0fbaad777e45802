//! The report as one HTML page without external resources.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Failure, Report, Verdict, counted,
    status::{RequirementReport, RuleReport, RuleStatus},
};
use crate::rule::Tier;

/// The page shows text from targets. If a text escapes the markup, this policy prevents it from running
/// or loading anything.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --soft: #f3f4f6; --line: #d9dce1;
  --bad: #b42318; --good: #177245; --dim: #5d6570; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #14171a; --soft: #1e2226;
  --line: #353b42; --bad: #ff8a7a; --good: #63d297; --dim: #a0a8b3; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem }
dl.sum { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0 }
dl.sum div { background: var(--soft); border-radius: .5rem; padding: .6rem .8rem }
dt { color: var(--dim); font-size: .8rem } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; margin: .6rem 0 }
summary { cursor: pointer } summary b { overflow-wrap: anywhere }
pre { background: var(--soft); border-radius: .4rem; padding: .7rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace }
.table { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
td, th { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
li, td:first-child, td:last-child { overflow-wrap: anywhere } td:first-child { min-width: 9rem }
p.label { margin: .8rem 0 -.6rem; font-size: .8rem; color: var(--dim) }
@media (max-width: 40rem) { .prose tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line) }
  .prose th { display: none } .prose td { display: block; border: 0; padding: .1rem 0 }
  .prose td:first-child { font-weight: 600 } }
.bad { color: var(--bad) } .good { color: var(--good) } .dim { color: var(--dim) }
q { font-style: italic }
";

/// The report as an HTML page.
pub fn page(report: &Report) -> String {
    let (verdict, class) = verdict(report);
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (report.suite) ": " (verdict) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (report.suite) }
                p { (report.base_url) " " strong class=(class) { (verdict) } }
                (summary(report))
                @if let Some(stopped) = &report.stopped {
                    p class=(if stopped.is_error { "bad" } else { "dim" }) {
                        "The run ended early: " (stopped.reason)
                    }
                }
                @if report.sessions_left > 0 {
                    p.bad { (counted(report.sessions_left, "session")) " could not be logged out" }
                }
                @if !report.failures.is_empty() {
                    h2 { "Failures" }
                    @for (number, failure) in report.failures.iter().enumerate() {
                        (details(failure, number == 0))
                    }
                }
                @if !report.practice.is_empty() {
                    h2 { "Differs from real servers" }
                    @for failure in &report.practice {
                        (details(failure, false))
                    }
                }
                @if !report.deviations.is_empty() {
                    h2 { "Known deviations" }
                    @for failure in &report.deviations {
                        (details(failure, false))
                    }
                }
                @for tier in Tier::ALL {
                    (rules(report, tier))
                }
                (requirements("Places of the page", "schema, example, body or status", &report.nodes))
                (requirements(
                    "Sentences of the page",
                    "sentence or line of the changelog",
                    &report.sentences,
                ))
                (coverage(report))
                (timings(report))
            }
        }
        "\n"
    };
    page.into_string()
}

/// The text of the verdict, and its CSS class.
fn verdict(report: &Report) -> (&'static str, &'static str) {
    match report.verdict() {
        Verdict::None => ("no verdict", "bad"),
        Verdict::DoesNotConform => ("does not conform", "bad"),
        Verdict::NoFailureFound => ("no failure found", "good"),
        Verdict::Conforms => ("conforms", "good"),
    }
}

fn summary(report: &Report) -> Markup {
    let not_judged = report.left_out().count() + report.interrupted().count();
    let figures = [
        ("failures", report.failures.len().to_string()),
        ("rules judged", report.checks.to_string()),
        ("rules not judged", not_judged.to_string()),
        ("operations", report.operations.to_string()),
        ("cases", report.cases.to_string()),
        ("exchanges", report.exchanges.to_string()),
        ("seconds", format!("{:.1}", report.duration.as_secs_f64())),
        ("per second", format!("{:.0}", report.rate())),
        ("seed", report.seed.to_string()),
    ];
    html! {
        dl.sum {
            @for (name, value) in figures {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

fn details(failure: &Failure, is_open: bool) -> Markup {
    html! {
        details open[is_open] {
            summary {
                b { (breakable(failure.rule)) } " "
                span.bad { (failure.severity.name()) } " "
                span.dim { (failure.operation) }
                br;
                (failure.message)
            }
            p { (failure.text) }
            ul {
                @for source in &failure.sources {
                    li.dim { (source) }
                }
            }
            pre {
                "at        " (failure.place) "\n"
                "expected  " (failure.expected) "\n"
                "got       " (failure.got)
            }
            p.label { "what was sent" }
            pre { (failure.curl) }
            @if let Some(response) = &failure.response {
                p.label { "the response" }
                pre { (response) }
            }
            @if let Some(reason) = &failure.deviation {
                p.dim { (reason) }
            }
        }
    }
}

fn rules(report: &Report, tier: Tier) -> Markup {
    let of_tier = report.rules.iter().filter(|report| report.definition.tier == tier);
    let rows = html! {
        @for report in of_tier {
            @let rule = report.definition;
            tr {
                td { (breakable(rule.id)) }
                td class=(class(report.status)) { (result(report)) }
                td {
                    (rule.text)
                    br;
                    span.dim {
                        @for (number, source) in rule.sources.iter().enumerate() {
                            @if number > 0 { br; }
                            (source.line())
                        }
                    }
                }
            }
        }
    };
    html! {
        h2 { "Rules: " (tier.name()) }
        (table("prose", &["rule", "result", "what it says, and why"], &rows))
    }
}

fn result(report: &RuleReport) -> String {
    let name = report.status.name();
    match (&report.reason, report.failures) {
        (Some(reason), _) => format!("{name}: {reason}"),
        (None, 0) => name.to_owned(),
        (None, count) => format!("{name} ({count})"),
    }
}

/// A section about the requirements of the page.
fn requirements(title: &str, first: &str, requirements: &[RequirementReport]) -> Markup {
    let judged = requirements.iter().filter(|requirement| requirement.status.is_judged()).count();
    let rows = html! {
        @for requirement in requirements {
            tr {
                td { (requirement.what) }
                td class=(class(requirement.status)) { (requirement.status.name()) }
                td.dim {
                    @for (number, rule) in requirement.rules.iter().enumerate() {
                        @if number > 0 { br; }
                        (breakable(rule))
                    }
                }
            }
        }
    };
    html! {
        h2 { (title) }
        p.dim { (judged) " of " (requirements.len()) " judged." }
        (table("prose", &[first, "result", "rules"], &rows))
    }
}

fn coverage(report: &Report) -> Markup {
    let rows = html! {
        @for (place, count) in &report.coverage {
            tr { td { (place) } td { (count) } }
        }
    };
    html! {
        h2 { "Response schemas" }
        (table("figures", &["schema", "responses judged"], &rows))
    }
}

fn timings(report: &Report) -> Markup {
    let rows = html! {
        @for stage in &report.stages {
            tr {
                td { (stage.name) }
                td { (format!("{:.2}", stage.duration.as_secs_f64())) }
                td { (stage.requests) }
                td { (stage.found) }
            }
        }
    };
    html! {
        h2 { "Time" }
        (table("figures", &["part", "seconds", "requests", "findings"], &rows))
    }
}

/// A table of figures or of prose. On a narrow screen, the cells of prose stand below each other.
fn table(kind: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        div.table {
            table class=(kind) {
                tr {
                    @for column in columns {
                        th { (column) }
                    }
                }
                (rows)
            }
        }
    }
}

fn class(status: RuleStatus) -> &'static str {
    match status {
        RuleStatus::NotRun | RuleStatus::KnownDeviation => "dim",
        RuleStatus::Passed => "good",
        RuleStatus::CouldNotRun | RuleStatus::Failed => "bad",
    }
}

/// A name with places for line breaks in a narrow column.
fn breakable(name: &str) -> Markup {
    html! {
        @for part in name.split_inclusive('_') {
            (part)
            @if part.ends_with('_') { wbr; }
        }
    }
}
