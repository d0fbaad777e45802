//! The report as one page that needs nothing else: no script, no font, no image from elsewhere.

use std::fmt::Write as _;

use super::{
    Failure, Report, Verdict, counted,
    status::{RuleReport, RuleStatus},
};
use crate::rule::Tier;

/// Responses of targets stand on the page: should one get past [`escape`], it runs and loads nothing.
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

/// The report as a page.
pub fn page(report: &Report) -> String {
    let mut html = String::new();
    let (verdict, class) = verdict(report);
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <title>{suite}: {verdict}</title><style>{STYLE}</style></head><body>\
         <h1>{suite}</h1><p>{} <strong class=\"{class}\">{verdict}</strong></p>",
        escape(&report.base_url),
        suite = report.suite,
    );
    summary(report, &mut html);
    if let Some(stopped) = &report.stopped {
        let class = if stopped.is_error { "bad" } else { "dim" };
        let reason = escape(&stopped.reason);
        let _ = write!(html, "<p class=\"{class}\">The run ended early: {reason}</p>");
    }
    if report.sessions_left > 0 {
        let left = counted(report.sessions_left, "session");
        let _ = write!(html, "<p class=\"bad\">{left} could not be logged out</p>");
    }
    if !report.failures.is_empty() {
        html.push_str("<h2>Failures</h2>");
        for (number, failure) in report.failures.iter().enumerate() {
            write_failure(failure, number == 0, &mut html);
        }
    }
    if !report.deviations.is_empty() {
        html.push_str("<h2>Known deviations</h2>");
        for failure in &report.deviations {
            write_failure(failure, false, &mut html);
        }
    }
    rules(report, &mut html);
    coverage(report, &mut html);
    timings(report, &mut html);
    html.push_str("</body></html>\n");
    html
}

/// In words, and how they look.
fn verdict(report: &Report) -> (&'static str, &'static str) {
    match report.verdict() {
        Verdict::None => ("no verdict", "bad"),
        Verdict::DoesNotConform => ("does not conform", "bad"),
        Verdict::NoFailureFound => ("no failure found", "good"),
        Verdict::Conforms => ("conforms", "good"),
    }
}

fn summary(report: &Report, html: &mut String) {
    html.push_str("<dl class=\"sum\">");
    for (name, value) in [
        ("failures", report.failures.len().to_string()),
        ("rules judged", report.checks.to_string()),
        (
            "rules not judged",
            (report.left_out().count() + report.interrupted().count()).to_string(),
        ),
        ("operations", report.operations.to_string()),
        ("cases", report.cases.to_string()),
        ("exchanges", report.exchanges.to_string()),
        ("seconds", format!("{:.1}", report.duration.as_secs_f64())),
        ("per second", format!("{:.0}", report.rate())),
        ("seed", report.seed.to_string()),
    ] {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    html.push_str("</dl>");
}

fn write_failure(failure: &Failure, open: bool, html: &mut String) {
    let open = if open { " open" } else { "" };
    let _ = write!(
        html,
        "<details{open}><summary><b>{}</b> <span class=\"bad\">{}</span> \
         <span class=\"dim\">{}</span><br>{}</summary><p>{}</p><ul>",
        breakable(failure.rule),
        failure.severity.name(),
        escape(&failure.operation),
        escape(&failure.message),
        escape(failure.text)
    );
    for source in &failure.sources {
        let _ = write!(html, "<li class=\"dim\">{}</li>", escape(source));
    }
    html.push_str("</ul>");
    let _ = write!(
        html,
        "<pre>at        {}\nexpected  {}\ngot       {}</pre><p class=\"label\">what was sent</p><pre>{}</pre>",
        escape(&failure.place),
        escape(&failure.expected),
        escape(&failure.got),
        escape(&failure.curl)
    );
    if let Some(response) = &failure.response {
        let response = escape(response);
        let _ = write!(html, "<p class=\"label\">what was answered</p><pre>{response}</pre>");
    }
    if let Some(reason) = &failure.deviation {
        let _ = write!(html, "<p class=\"dim\">{}</p>", escape(reason));
    }
    html.push_str("</details>");
}

fn rules(report: &Report, html: &mut String) {
    for tier in Tier::ALL {
        let _ = write!(html, "<h2>Rules: {}</h2>", tier.name());
        table("prose", &["rule", "result", "what it says, and why"], html, |html| {
            let of_tier = |report: &&RuleReport| report.definition.tier == tier;
            for report in report.rules.iter().filter(of_tier) {
                let rule = report.definition;
                let sources: Vec<_> = rule.sources.iter().map(|s| escape(&s.line())).collect();
                let name = report.status.name();
                let result = match (&report.reason, report.failures) {
                    (Some(reason), _) => format!("{name}: {}", escape(reason)),
                    (None, 0) => name.to_owned(),
                    (None, count) => format!("{name} ({count})"),
                };
                let _ = write!(
                    html,
                    "<tr><td>{}</td><td class=\"{}\">{result}</td><td>{}<br>\
                     <span class=\"dim\">{}</span></td></tr>",
                    breakable(rule.id),
                    class(report.status),
                    escape(rule.text),
                    sources.join("<br>")
                );
            }
        });
    }
}

/// What of the page was judged, place by place and sentence by sentence.
fn coverage(report: &Report, html: &mut String) {
    for (title, first, requirements) in [
        ("Places of the page", "schema, example, body or status", &report.nodes),
        ("Sentences of the page", "sentence or line of the changelog", &report.sentences),
    ] {
        let judged =
            requirements.iter().filter(|requirement| requirement.status.is_judged()).count();
        let _ = write!(
            html,
            "<h2>{title}</h2><p class=\"dim\">{judged} of {} judged.</p>",
            requirements.len()
        );
        table("prose", &[first, "result", "rules"], html, |html| {
            for requirement in requirements {
                let _ = write!(
                    html,
                    "<tr><td>{}</td><td class=\"{}\">{}</td><td class=\"dim\">{}</td></tr>",
                    escape(&requirement.what),
                    class(requirement.status),
                    requirement.status.name(),
                    breakable(&requirement.rules.join("<br>"))
                );
            }
        });
    }
    html.push_str("<h2>Response schemas</h2>");
    table("figures", &["schema", "responses judged"], html, |html| {
        for (place, count) in &report.coverage {
            let _ = write!(html, "<tr><td>{}</td><td>{count}</td></tr>", escape(place));
        }
    });
}

fn timings(report: &Report, html: &mut String) {
    html.push_str("<h2>Time</h2>");
    table("figures", &["part", "seconds", "requests", "findings"], html, |html| {
        for stage in &report.stages {
            let _ = write!(
                html,
                "<tr><td>{}</td><td>{:.2}</td><td>{}</td><td>{}</td></tr>",
                stage.name,
                stage.duration.as_secs_f64(),
                stage.requests,
                stage.found
            );
        }
    });
}

/// A table of figures, or of prose, whose cells stand below each other where there is little room.
fn table(kind: &str, columns: &[&str], html: &mut String, rows: impl FnOnce(&mut String)) {
    let _ = write!(html, "<div class=\"table\"><table class=\"{kind}\"><tr>");
    for column in columns {
        let _ = write!(html, "<th>{column}</th>");
    }
    html.push_str("</tr>");
    rows(html);
    html.push_str("</table></div>");
}

fn class(status: RuleStatus) -> &'static str {
    match status {
        RuleStatus::NotRun | RuleStatus::KnownDeviation => "dim",
        RuleStatus::Passed => "good",
        RuleStatus::CouldNotRun | RuleStatus::Failed => "bad",
    }
}

/// A name with places where a narrow column may break it.
fn breakable(name: &str) -> String {
    name.replace('_', "_<wbr>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
