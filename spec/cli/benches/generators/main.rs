//! The time of lint and of the generators for a large document.
//!
//! ```text
//! cargo bench -p specfirst --bench generators -- [--json] [--quick]
//! cargo bench -p specfirst --bench generators -- --document 1000 > api.json
//! ```
//!
//! Each round handles a document of 1,000 operations once, and one of 100 operations ten times. If the
//! time is linear in the number of operations, both take equally long. Each part of a round includes
//! reading the document from its text. `--document N` prints the document of N operations, so that
//! another program can be measured with it.

mod document;

use std::{
    fs,
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Parser;
use serde_json::json;
use specfirst_codegen::{api_trait, client};
use specfirst_model::{Document, Input, Source, lint};

/// The allocator that the command uses too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many times larger the large document is.
const FACTOR: usize = 10;

#[derive(Parser)]
struct Arguments {
    /// Print a JSON object instead of text
    #[arg(long)]
    json: bool,
    /// One round, for a rough impression
    #[arg(long)]
    quick: bool,
    /// Print the document of this many operations, and measure nothing
    #[arg(long, value_name = "N")]
    document: Option<usize>,
    /// Set by `cargo bench`; without it, as in `cargo test --all-targets`, only check that it runs
    #[arg(long, hide = true)]
    bench: bool,
}

/// What one document takes.
struct Times {
    lint: Duration,
    generate: Duration,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(operations) = arguments.document {
        println!("{:#}", document::of(operations));
        return Ok(());
    }
    let (rounds, operations) = match (arguments.bench, arguments.quick) {
        (false, _) => (1, FACTOR),
        (true, true) => (1, 1000),
        (true, false) => (5, 1000),
    };
    let large = document::of(operations).to_string();
    let small = document::of(operations / FACTOR).to_string();
    let mut results = Vec::new();
    for _ in 0..rounds {
        let large = measure(&large)?;
        let mut total = Times { lint: Duration::ZERO, generate: Duration::ZERO };
        for _ in 0..FACTOR {
            let small = measure(&small)?;
            total.lint += small.lint;
            total.generate += small.generate;
        }
        results.push(json!({
            "lint": large.lint.as_secs_f64(),
            "generate": large.generate.as_secs_f64(),
            "lint_growth": large.lint.as_secs_f64() / total.lint.as_secs_f64(),
            "generate_growth": large.generate.as_secs_f64() / total.generate.as_secs_f64(),
        }));
    }
    let result = json!({
        "operations": operations,
        "bytes": large.len(),
        "peak_memory_mib": peak_memory()?,
        "rounds": results,
    });
    println!("{}", if arguments.json { result.to_string() } else { format!("{result:#}") });
    Ok(())
}

fn measure(text: &str) -> anyhow::Result<Times> {
    let start = Instant::now();
    let findings = lint(&read(text)?, &[])?;
    let lint = start.elapsed();
    anyhow::ensure!(findings.is_empty(), "the document has a mistake: {findings:?}");
    let start = Instant::now();
    let document = read(text)?;
    black_box(client::generate(&document, &client::Settings::default())?);
    let settings = api_trait::Settings { name: "LargeApi".to_owned(), error_body: None };
    black_box(api_trait::generate(&document, &settings)?);
    Ok(Times { lint, generate: start.elapsed() })
}

fn read(text: &str) -> anyhow::Result<Document> {
    let input = Input { name: "large.json", bytes: text.as_bytes(), folder: None };
    Ok(Source::load(input, &[])?.document)
}

/// The most memory that this process had, in MiB. `None` where the system does not tell.
fn peak_memory() -> anyhow::Result<Option<f64>> {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return Ok(None) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    let kibibytes: f64 = kibibytes.context("no VmHWM in /proc/self/status")?.parse()?;
    Ok(Some(kibibytes / 1024.0))
}
