//! `cargo xtask architecture`: prints the import graph and checks its rules.

mod imports;
#[cfg(test)]
mod words;

use std::process::ExitCode;

use anyhow::Result;
use specfirst::screen;

use crate::exit;
use imports::{Crate, Graph};

/// The crates of `conformance/`.
const SUITE: [Crate; 3] = [
    Crate { folder: "conformance/engine/src", name: "specfirst_engine", files_are_nodes: false },
    Crate { folder: "conformance/src", name: "login_conformance", files_are_nodes: false },
    Crate { folder: "conformance/mutants/src", name: "login_mutants", files_are_nodes: false },
];
/// The maximum number of arrows between the folders and crates of `conformance/`.
const MAX_SUITE_ARROWS: usize = 30;

const SERVER: Crate = Crate { folder: "server/src", name: "login_server", files_are_nodes: true };
/// The HTTP module of the server, and the only module that may import it.
const HTTP: (&str, &str) = ("login_server::http", "login_server::server");

/// Prints the import graphs of `conformance/` and `server/`, and their problems.
pub(crate) fn run() -> Result<ExitCode> {
    let (suite, server) = (Graph::of(&SUITE)?, Graph::of(&[SERVER])?);
    for (folder, graph) in [("conformance/", &suite), ("server/", &server)] {
        let (lines, count) = (graph.lines(), graph.count());
        screen::print(&format!("{folder}\n{lines}{count} arrows\n\n"))?;
    }
    let problems = [problems_of_suite(&suite), problems_of_server(&server)].concat();
    for problem in &problems {
        screen::print_error(&format!("error: {problem}"));
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { exit::BAD_IMPORTS.into() })
}

fn problems_of_suite(graph: &Graph) -> Vec<String> {
    let mut problems = import_cycle(graph);
    if graph.count() > MAX_SUITE_ARROWS {
        let count = graph.count();
        problems.push(format!("{count} arrows, and at most {MAX_SUITE_ARROWS} are allowed"));
    }
    problems
}

fn problems_of_server(graph: &Graph) -> Vec<String> {
    let mut problems = import_cycle(graph);
    let (http, above) = HTTP;
    for importer in graph.importers(http).into_iter().filter(|importer| *importer != above) {
        problems.push(format!("{importer} imports {http}, which only {above} may"));
    }
    problems
}

fn import_cycle(graph: &Graph) -> Vec<String> {
    let cycle = graph.cycle();
    if cycle.is_empty() {
        return Vec::new();
    }
    vec![format!("these import each other: {}", cycle.join(", "))]
}

#[test]
fn folders_of_the_suite_form_layers() {
    assert_eq!(problems_of_suite(&Graph::of(&SUITE).unwrap()), Vec::<String>::new());
}

#[test]
fn modules_of_the_server_form_layers_and_only_one_imports_http() {
    assert_eq!(problems_of_server(&Graph::of(&[SERVER]).unwrap()), Vec::<String>::new());
}
