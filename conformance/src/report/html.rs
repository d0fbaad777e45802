//! The report as one page that needs nothing else: no script, no font, no image from elsewhere.

use std::fmt::Write as _;

use super::{Failure, Report};
use crate::rule::{RULES, Tier};

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
.bad { color: var(--bad) } .good { color: var(--good) } .dim { color: var(--dim) }
q { font-style: italic }
";

/// The report as a page.
pub fn page(report: &Report) -> String {
    let mut html = String::new();
    let verdict = if report.failures.is_empty() { "conforms" } else { "does not conform" };
    let class = if report.failures.is_empty() { "good" } else { "bad" };
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Login conformance: {verdict}</title><style>{STYLE}</style></head><body>\
         <h1>Login conformance</h1><p>{} <strong class=\"{class}\">{verdict}</strong></p>",
        escape(&report.base_url)
    );
    summary(report, &mut html);
    if let Some(stopped) = &report.stopped {
        let _ =
            write!(html, "<p class=\"bad\">The run ended early: {}</p>", escape(&stopped.reason));
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
    html.push_str("</body></html>\n");
    html
}

fn summary(report: &Report, html: &mut String) {
    html.push_str("<dl class=\"sum\">");
    for (name, value) in [
        ("failures", report.failures.len().to_string()),
        ("rules asked", report.checks.to_string()),
        ("rules not run", report.not_run.len().to_string()),
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
        failure.rule,
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
        "<pre>at        {}\nexpected  {}\ngot       {}</pre><pre>{}</pre>",
        escape(&failure.place),
        escape(&failure.expected),
        escape(&failure.got),
        escape(&failure.curl)
    );
    if let Some(answer) = &failure.answer {
        let _ = write!(html, "<pre>{}</pre>", escape(answer));
    }
    if let Some(reason) = &failure.deviation {
        let _ = write!(html, "<p class=\"dim\">{}</p>", escape(reason));
    }
    html.push_str("</details>");
}

fn rules(report: &Report, html: &mut String) {
    for tier in Tier::ALL {
        let _ = write!(
            html,
            "<h2>Rules: {}</h2><div class=\"table\"><table><tr><th>rule</th><th>result</th>\
             <th>what it says, and why</th></tr>",
            tier.name()
        );
        for rule in RULES.iter().filter(|rule| rule.tier == tier) {
            let failures = report.failures.iter().filter(|f| f.rule == rule.id).count();
            let not_run = report.not_run.iter().find(|not_run| not_run.rule == rule.id);
            let (class, result) = match (failures, not_run) {
                (0, Some(not_run)) => ("dim", format!("not run: needs {}", not_run.needs)),
                (0, None) => ("good", "kept".to_owned()),
                (count, _) => ("bad", format!("broken ({count})")),
            };
            let sources: Vec<_> = rule.sources.iter().map(|s| escape(&s.line())).collect();
            let _ = write!(
                html,
                "<tr><td>{}</td><td class=\"{class}\">{}</td><td>{}<br>\
                 <span class=\"dim\">{}</span></td></tr>",
                rule.id,
                escape(&result),
                escape(rule.text),
                sources.join("<br>")
            );
        }
        html.push_str("</table></div>");
    }
}

fn coverage(report: &Report, html: &mut String) {
    html.push_str(
        "<h2>Coverage of the documents</h2><p class=\"dim\">How often each response schema judged \
         an answer.</p><div class=\"table\"><table><tr><th>schema</th><th>answers</th></tr>",
    );
    for (place, count) in &report.coverage {
        let _ = write!(html, "<tr><td>{}</td><td>{count}</td></tr>", escape(place));
    }
    html.push_str("</table></div>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
