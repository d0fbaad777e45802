//! The block of results in `BENCHMARKS.md`, between two markers.

use anyhow::{Context as _, Result};

use super::{measured::Measured, position};

const BEGIN: &str = "<!-- results: written by `cargo xtask bench --write` -->\n";
const END: &str = "<!-- end of results -->\n";
const HEAD: &str = "| row | what, against what | goal | median (range of the rounds) | met |\n|---|---|---|---|---|\n";

/// The page with these results, which replace earlier ones with the same names.
pub(super) fn update(page: &str, results: &[Measured]) -> Result<String> {
    let (before, rest) =
        page.split_once(BEGIN).context("the page has no start marker of results")?;
    let (block, after) = rest.split_once(END).context("the page has no end marker of results")?;
    let mut rows = rows(block, "| `");
    let mut notes = rows_of_notes(block);
    for result in results {
        replace(&mut rows, &result.name, row(result));
        replace(&mut notes, &result.name, note(result));
    }
    let text = |lines: Vec<(String, String)>| -> String {
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    };
    let block = format!("\n{HEAD}{}\n{}\n", text(rows), text(notes));
    Ok(format!("{before}{BEGIN}{block}{END}{after}"))
}

/// A result as text for a terminal.
pub(super) fn show(result: &Measured) -> String {
    let verdict = match result.is_met() {
        None => String::new(),
        Some(met) => {
            format!(", goal {}: {}", result.goal_text(), if met { "met" } else { "MISSED" })
        }
    };
    let (name, what, detail) = (&result.name, &result.what, &result.detail);
    format!("{name}: {what}\n  {}{verdict}\n  {detail}", result.result_text())
}

fn row(result: &Measured) -> String {
    let met = match result.is_met() {
        None => "",
        Some(true) => "yes",
        Some(false) => "**no**",
    };
    let (goal, text) = (result.goal_text(), result.result_text());
    format!("| `{}` | {} | {goal} | {text} | {met} |", result.name, result.what)
}

fn note(result: &Measured) -> String {
    let rounds = match result.rounds {
        1 => "once".to_owned(),
        rounds => format!("{rounds} rounds"),
    };
    format!("- `{}` ({rounds}): {}.", result.name, result.detail)
}

fn rows_of_notes(block: &str) -> Vec<(String, String)> {
    rows(block, "- `")
}

/// The lines with this prefix, each with the name that follows it.
fn rows(block: &str, prefix: &str) -> Vec<(String, String)> {
    let named = |line: &str| {
        let (name, _) = line.strip_prefix(prefix)?.split_once('`')?;
        Some((name.to_owned(), line.to_owned()))
    };
    block.lines().filter_map(named).collect()
}

fn replace(lines: &mut Vec<(String, String)>, name: &str, line: String) {
    match lines.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => *old = line,
        None => lines.push((name.to_owned(), line)),
    }
    lines.sort_by_key(|(name, _)| position(name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::measured::{Goal, Unit};

    fn result(name: &str, value: f64) -> Measured {
        let goal = Some(Goal::AtMost(2.0));
        let detail = format!("{name} in detail");
        Measured { detail, ..Measured::of(name, "this / that", goal, Unit::Seconds, &[value]) }
    }

    #[test]
    fn rows_are_sorted_and_the_rest_of_the_page_is_unchanged() {
        let page = format!("# Speed\n{BEGIN}{END}\n## Why\n- `me` is fast\n");
        let page = update(&page, &[result("memory-idle", 1.0), result("me", 3.0)]).unwrap();
        let page = update(&page, &[result("memory-idle", 2.5), result("resume", 1.5)]).unwrap();
        let expected = format!(
            "# Speed\n{BEGIN}\n{HEAD}\
             | `resume` | this / that | ≤ 2.00 s | 1.50 s | yes |\n\
             | `me` | this / that | ≤ 2.00 s | 3.00 s | **no** |\n\
             | `memory-idle` | this / that | ≤ 2.00 s | 2.50 s | **no** |\n\n\
             - `resume` (once): resume in detail.\n\
             - `me` (once): me in detail.\n\
             - `memory-idle` (once): memory-idle in detail.\n\n\
             {END}\n## Why\n- `me` is fast\n"
        );
        assert_eq!(page, expected);
    }

    #[test]
    fn page_without_markers_is_refused() {
        assert!(update("# Speed\n", &[result("me", 1.0)]).is_err());
        assert!(update(BEGIN, &[result("me", 1.0)]).is_err());
    }
}
