//! `cargo xtask architecture`: which folder imports which, and the rules that this must keep.

mod imports;
#[cfg(test)]
mod words;

use std::process::ExitCode;

use anyhow::Result;

use crate::{exit, screen};
use imports::Graph;

/// The most arrows between the folders of `conformance/` and its crates.
const MAX_ARROWS: usize = 30;

/// Prints the import graph of `conformance/`, and what is wrong with it.
pub(crate) fn run() -> Result<ExitCode> {
    let graph = Graph::of_conformance()?;
    screen::print(&format!("{}{} arrows\n", graph.lines(), graph.count()))?;
    let problems = problems(&graph);
    for problem in &problems {
        screen::tell(&format!("error: {problem}"));
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { exit::TANGLED.into() })
}

fn problems(graph: &Graph) -> Vec<String> {
    let mut problems = Vec::new();
    let circle = graph.circle();
    if !circle.is_empty() {
        problems.push(format!("these import each other: {}", circle.join(", ")));
    }
    if graph.count() > MAX_ARROWS {
        problems.push(format!("{} arrows, and at most {MAX_ARROWS} are allowed", graph.count()));
    }
    problems
}

#[test]
fn folders_of_the_suite_form_layers() {
    assert_eq!(problems(&Graph::of_conformance().unwrap()), Vec::<String>::new());
}
