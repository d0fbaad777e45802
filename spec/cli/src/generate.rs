//! `specfirst generate`: writes a client and an API trait.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use specfirst_codegen::{Problem, Side, with_operations};
use specfirst_model::{Document, Operation, Origins};

use crate::{
    code::{self, Names},
    dependencies, exit, input,
    output::{Generated, Outcome},
    problem::{problem_text, side_name},
    progress, screen,
};

/// Options of `generate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example: specfirst generate openapi.yaml --client src/client.rs --server src/api.rs

The command prints the crates and features that the generated code needs, to paste into Cargo.toml. It \
writes nothing if it refuses the document.")]
pub(crate) struct Args {
    /// The document, YAML or JSON; `-` reads standard input.
    file: PathBuf,
    /// Write a client to this file.
    #[arg(long, value_name = "OUT.rs", required_unless_present = "server")]
    client: Option<PathBuf>,
    /// Write a Dropshot API trait to this file.
    #[arg(long, value_name = "OUT.rs")]
    server: Option<PathBuf>,
    /// Apply this OpenAPI Overlay 1.0.0 file first. May be given several times.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Generate only this operation: its `operationId`, or method and path such as "GET /pets". May be
    /// given several times.
    #[arg(long, value_name = "OPERATION")]
    only: Vec<String>,
    /// Leave out the operations that cannot be generated, and list them in the generated file.
    #[arg(long)]
    skip_unsupported: bool,
    /// The name of the API trait. By default it is made from the title of the document.
    #[arg(long, value_name = "NAME", value_parser = type_name)]
    trait_name: Option<String>,
    /// The type of secret strings (`format: password`) in the client.
    #[arg(long, value_name = "TYPE", default_value = "specfirst_dropshot::Secret")]
    client_secret: String,
    /// Write nothing; print what is stale and exit with 4.
    #[arg(long)]
    check: bool,
}

fn type_name(text: &str) -> std::result::Result<String, String> {
    let is_name = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric());
    if is_name { Ok(text.to_owned()) } else { Err("expected a name such as `PetApi`".to_owned()) }
}

/// Writes or checks every file. Nothing is written before all of them are generated.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let name = args.file.display().to_string();
    let loaded =
        progress::watch(&format!("reading {name}"), || input::load(&args.file, &args.overlay))?;
    let source = &loaded.source;
    for note in &source.notes {
        screen::print_error(&format!("note: {}#{}: {}", loaded.name, note.pointer, note.message));
    }
    let document = if args.only.is_empty() {
        source.document.clone()
    } else {
        only(&source.document, &args.only)?
    };
    let names = Names {
        api_trait: args.trait_name.clone().unwrap_or_else(|| trait_name(&document)),
        secret: args.client_secret.clone(),
    };
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for (side, path) in [(Side::Client, &args.client), (Side::Server, &args.server)] {
        let Some(path) = path else { continue };
        let generated =
            progress::watch(&format!("generating the {} of {name}", side_name(side)), || {
                let keywords = code::keyword_problems(&document, &source.unsupported, side);
                generate(&document, side, &names, args.skip_unsupported, keywords)
            });
        match generated {
            Ok((code, left_out)) => {
                report_left_out(&left_out, &source.origins);
                let head = head(args, side, &loaded, &left_out);
                let name = path.display().to_string();
                files.push(Generated { name, path: path.clone(), text: head + &code });
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return refuse(&problems, &source.origins);
    }
    if args.check {
        return check(&files, &name);
    }
    for file in &files {
        let word = if file.write()? == Outcome::Fresh { "fresh  " } else { "written" };
        screen::print(&format!("{word}  {}\n", file.name))?;
    }
    let codes: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
    let needed = dependencies(&codes)?;
    screen::print(&format!(
        "\nThe generated code needs these crates. Paste them into Cargo.toml:\n\n{}",
        dependencies::snippet(&needed)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Generates one side, without the operations that have a problem if `skip` says so. Returns the code
/// and the problems of the operations that are left out.
fn generate(
    document: &Document,
    side: Side,
    names: &Names,
    skip: bool,
    keywords: Vec<Problem>,
) -> Result<(String, Vec<Problem>), Vec<Problem>> {
    let mut problems = keywords;
    match code::generate(document, side, names) {
        Ok(code) if problems.is_empty() => return Ok((code, problems)),
        Ok(_) => {}
        Err(found) => problems.extend(found),
    }
    if !skip {
        return Err(problems);
    }
    // Without some operations, others may have a problem that was hidden before.
    loop {
        let without: BTreeSet<String> =
            problems.iter().filter_map(|problem| problem.operation.clone()).collect();
        let rest = with_operations(document, |operation| !without.contains(&operation.id));
        match code::generate(&rest, side, names) {
            Ok(code) => {
                problems.retain(|problem| problem.operation.is_some());
                return Ok((code, problems));
            }
            Err(found) => {
                let is_new = |problem: &Problem| {
                    problem.operation.as_ref().is_some_and(|id| !without.contains(id))
                };
                let can_continue = found.iter().any(is_new);
                problems.extend(found.into_iter().filter(|p| is_new(p) || p.operation.is_none()));
                if !can_continue {
                    return Err(problems);
                }
            }
        }
    }
}

/// The document with only the operations that the arguments name.
fn only(document: &Document, names: &[String]) -> Result<Document> {
    let (operations, _) = document.readable_operations();
    let is_named = |operation: &Operation, name: &String| {
        *name == operation.id || name.eq_ignore_ascii_case(&operation.label())
    };
    for name in names {
        if !operations.iter().any(|operation| is_named(operation, name)) {
            let known: Vec<&str> =
                operations.iter().take(10).map(|operation| operation.id.as_str()).collect();
            let more = if operations.len() > known.len() { ", …" } else { "" };
            bail!("no operation is called `{name}`; the document has {}{more}", known.join(", "));
        }
    }
    let keep = |operation: &Operation| names.iter().any(|name| is_named(operation, name));
    Ok(with_operations(document, keep))
}

/// `Pet store` as `PetStoreApi`.
fn trait_name(document: &Document) -> String {
    let title = document.value().pointer("/info/title").and_then(serde_json::Value::as_str);
    let words = title.unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric());
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return "Api".to_owned();
    }
    if !name.to_ascii_lowercase().ends_with("api") {
        name.push_str("Api");
    }
    name
}

/// The comment at the top of a generated file.
fn head(args: &Args, side: Side, loaded: &input::Loaded, left_out: &[Problem]) -> String {
    let mut digest = Sha256::new();
    for bytes in &loaded.bytes {
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    // Without its folder, so that the file does not depend on where the command ran.
    let source = args.file.file_name().map_or(loaded.name.clone(), |name| {
        if args.file == Path::new("-") { loaded.name.clone() } else { name.display().to_string() }
    });
    let mut head = format!(
        "// The {}, written by `specfirst generate` from {source} (sha256 {:x}); do not edit.\n",
        side_name(side),
        digest.finalize()
    );
    if !args.only.is_empty() {
        head += &format!("// Only these operations: {}.\n", one_line(&args.only.join(", ")));
    }
    if !left_out.is_empty() {
        head +=
            "//\n// These operations are left out, because the generator cannot express them:\n";
        for problem in left_out {
            let operation = problem.operation.as_deref().unwrap_or_default();
            let place = loaded.source.origins.of(&problem.pointer).pointer;
            head +=
                &format!("// - {}: #{place}: {}\n", one_line(operation), one_line(&problem.reason));
        }
    }
    head.push('\n');
    head
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn report_left_out(left_out: &[Problem], origins: &Origins) {
    if left_out.is_empty() {
        return;
    }
    for problem in left_out {
        let text = problem_text(problem, origins);
        screen::print_error(&text.replacen("error", "left out", 1));
    }
    let operations: BTreeSet<_> = left_out.iter().map(|problem| &problem.operation).collect();
    let side = left_out.first().map_or(Side::Client, |problem| problem.side);
    screen::print_error(&format!(
        "{} left out of the {}",
        counted(operations.len(), "operation"),
        side_name(side)
    ));
}

fn refuse(problems: &[Problem], origins: &Origins) -> Result<ExitCode> {
    for problem in problems {
        screen::print_error(&problem_text(problem, origins));
    }
    for side in [Side::Client, Side::Server] {
        let of_side = || problems.iter().filter(|problem| problem.side == side);
        let operations: BTreeSet<_> = of_side().filter_map(|p| p.operation.as_ref()).collect();
        if of_side().next().is_some() {
            screen::print_error(&format!(
                "error: no {}: {} in {}",
                side_name(side),
                counted(of_side().count(), "problem"),
                counted(operations.len(), "operation")
            ));
        }
    }
    bail!("nothing was written; `--skip-unsupported` leaves these operations out")
}

fn check(files: &[Generated], document: &str) -> Result<ExitCode> {
    let mut stale = Vec::new();
    for file in files {
        let path = &file.name;
        match file.check()? {
            Outcome::Stale { diff } => {
                screen::print(&format!("stale    {path}\n{diff}\n"))?;
                stale.push(path.clone());
            }
            _ => screen::print(&format!("fresh    {path}\n"))?,
        }
    }
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let verb = if stale.len() == 1 { "is" } else { "are" };
    screen::print_error(&format!(
        "error: {} {verb} stale; run `specfirst generate {document}` with the same options, but \
         without `--check`",
        stale.join(" and ")
    ));
    Ok(exit::STALE.into())
}

pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trait_is_named_after_the_title() {
        let name = |title: &str| {
            let document = json!({"openapi": "3.0.3", "info": {"title": title}, "paths": {}});
            trait_name(&Document::from_value("api.json", document).unwrap())
        };
        assert_eq!(name("Pet store - v2"), "PetStoreV2Api");
        assert_eq!(name("The books API"), "TheBooksAPI");
        assert_eq!(name("2 things"), "Api");
        assert_eq!(name("日本"), "Api");
    }
}
