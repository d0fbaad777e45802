//! `cargo xtask generate`: makes the documents from page and overlay, and code from the documents.

mod output;
#[cfg(test)]
mod surface;

use std::process::ExitCode;

use anyhow::{Context, Result};
use specfirst::{
    output::{Generated, Outcome},
    screen,
};
use specfirst_codegen::{api_trait, client};
use specfirst_model::Assembled;

use crate::{exit, repository};

/// The documentation page, verbatim.
pub(crate) const PAGE: &str = "spec/upstream/post-api-v1-login.md";
/// The overlay with corrections of the page.
pub(crate) const OVERLAY: &str = "spec/overlay.yaml";

/// Options of `generate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; print what is stale and exit with 4.
    #[arg(long)]
    check: bool,
}

/// Reads the page and the overlay and combines them.
pub(crate) fn assemble() -> Result<Assembled> {
    let (page, overlay) = (repository::read(PAGE)?, repository::read(OVERLAY)?);
    Ok(specfirst_model::assemble((PAGE, &page), (OVERLAY, &overlay))?)
}

/// Writes or checks every generated file. Nothing is written before all of them are generated.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let files = generate()?;
    let mut stale = 0;
    for file in &files {
        let outcome = if args.check { file.check()? } else { file.write()? };
        screen::print(&match outcome {
            Outcome::Fresh => format!("fresh    {}\n", file.name),
            Outcome::Written => format!("written  {}\n", file.name),
            Outcome::Stale { diff } => {
                stale += 1;
                format!("stale    {}\n{diff}\n", file.name)
            }
        })?;
    }
    if stale == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let files = if stale == 1 { "file is" } else { "files are" };
    screen::print_error(&format!(
        "error: {stale} generated {files} stale; run `cargo xtask generate`"
    ));
    Ok(exit::STALE.into())
}

fn generate() -> Result<Vec<Generated>> {
    let assembled = assemble()?;
    let openapi = output::json("spec/openapi.json", assembled.openapi.value())?;
    let client = client::generate(&assembled.openapi, &client_settings())
        .context("cannot generate the client")?;
    check_dependencies(&client, "client/Cargo.toml").context("cannot generate the client")?;
    let server = api_trait::generate(&assembled.openapi, &server_settings())
        .context("cannot generate the API trait")?;
    check_dependencies(&server, "server/Cargo.toml").context("cannot generate the API trait")?;
    Ok(vec![
        output::json("spec/documented.json", assembled.page.documented())?,
        output::code("client/src/generated.rs", &client, &openapi),
        output::code("server/src/generated.rs", &server, &openapi),
        openapi,
    ])
}

/// The crates that generated code may need, each with the part of a schema that requires it.
const CRATES: [(&str, &str); 3] = [
    ("chrono", "`format: date` or `format: date-time`"),
    ("regress", "`pattern`"),
    ("uuid", "`format: uuid`"),
];

/// Checks that a package depends on the crates that its generated code needs.
fn check_dependencies(code: &str, manifest: &str) -> Result<()> {
    let dependencies = repository::read(manifest)?;
    for (name, reason) in CRATES {
        let is_dependency = dependencies
            .lines()
            .filter_map(|line| line.strip_prefix(name))
            .any(|rest| rest.starts_with([' ', '.', '=']));
        anyhow::ensure!(
            is_dependency || !code.contains(&format!("{name}::")),
            "a schema has {reason}, which needs the crate `{name}`: add it to {manifest}"
        );
    }
    Ok(())
}

/// The hand-written types of `login-client` that the generated code uses.
fn client_settings() -> client::Settings {
    client::Settings { secret: Some("crate::secret::Secret".to_owned()) }
}

/// The names in the API trait, and the hand-written types of `login-server` that it uses.
fn server_settings() -> api_trait::Settings {
    let error_body = Some("types::Failure".to_owned());
    api_trait::Settings { name: "LoginApi".to_owned(), error_body }
}

#[cfg(test)]
mod crates {
    use super::*;

    #[test]
    fn missing_dependency_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("Cargo.toml").display().to_string();
        std::fs::write(&manifest, "[dependencies]\nregress-not = \"1\"\nuuid.workspace = true\n")
            .unwrap();
        check_dependencies("pub id: ::uuid::Uuid,", &manifest).unwrap();
        let refusal = check_dependencies("pub id: ::regress::Regex,", &manifest).unwrap_err();
        let refusal = refusal.to_string();
        assert!(refusal.contains("`pattern`, which needs the crate `regress`"), "{refusal}");
    }
}

#[cfg(test)]
mod freshness {
    use super::*;

    /// Ensures that `cargo test` alone detects a stale file.
    #[test]
    fn every_generated_file_is_fresh() {
        for file in generate().unwrap() {
            let outcome = file.check().unwrap();
            assert!(
                outcome == Outcome::Fresh,
                "{}: {outcome:?}; `cargo xtask generate`",
                file.name
            );
        }
    }
}
