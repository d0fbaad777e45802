//! `cargo xtask generate`: page and overlay to documents, documents to code.

#[cfg(test)]
mod fuzz;
mod output;
#[cfg(test)]
mod surface;

use std::process::ExitCode;

use anyhow::{Context, Result};
use quote::quote;
use specfirst_codegen::{api_trait, client};
use specfirst_model::Assembled;

use crate::{exit, repository, screen};
use output::{Generated, Outcome};

/// The page, verbatim.
pub(crate) const PAGE: &str = "spec/upstream/post-api-v1-login.md";
/// The corrections.
pub(crate) const OVERLAY: &str = "spec/overlay.yaml";

/// Options of `generate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; show what is stale and exit with 4.
    #[arg(long)]
    check: bool,
}

/// Reads page and overlay and puts them together.
pub(crate) fn assemble() -> Result<Assembled> {
    let (page, overlay) = (repository::read(PAGE)?, repository::read(OVERLAY)?);
    Ok(specfirst_model::assemble((PAGE, &page), (OVERLAY, &overlay))?)
}

/// Writes or checks every generated file. Nothing is written before all of them are made.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let files = generate()?;
    let mut stale = 0;
    for file in &files {
        let outcome = if args.check { file.check()? } else { file.write()? };
        screen::print(&match outcome {
            Outcome::Fresh => format!("fresh    {}\n", file.path),
            Outcome::Written => format!("written  {}\n", file.path),
            Outcome::Stale { diff } => {
                stale += 1;
                format!("stale    {}\n{diff}\n", file.path)
            }
        })?;
    }
    if stale == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let files = if stale == 1 { "file is" } else { "files are" };
    screen::tell(&format!(
        "error: {stale} generated {files} stale; mend with `cargo xtask generate`"
    ));
    Ok(exit::STALE.into())
}

fn generate() -> Result<Vec<Generated>> {
    let assembled = assemble()?;
    let openapi = Generated::json("spec/openapi.json", assembled.openapi.value())?;
    let client =
        client::generate(&assembled.openapi, &CLIENT).context("cannot generate the client")?;
    has_its_crates(&client, "client/Cargo.toml").context("cannot generate the client")?;
    let server = api_trait::generate(&assembled.openapi, &server_settings())
        .context("cannot generate the API trait")?;
    has_its_crates(&server, "server/Cargo.toml").context("cannot generate the API trait")?;
    Ok(vec![
        Generated::json("spec/documented.json", assembled.page.documented())?,
        Generated::code("client/src/generated.rs", &client, &openapi),
        Generated::code("server/src/generated.rs", &server, &openapi),
        openapi,
    ])
}

/// The crates that code needs for what a document may hold, and what that is.
const CRATES: [(&str, &str); 3] = [
    ("chrono", "`format: date` or `format: date-time`"),
    ("regress", "`pattern`"),
    ("uuid", "`format: uuid`"),
];

/// Checks that the package that will hold the code depends on what the code needs.
fn has_its_crates(code: &str, manifest: &str) -> Result<()> {
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

/// What `login-client` supplies by hand.
const CLIENT: client::Settings = client::Settings { secret: "crate::secret::Secret" };

/// What `login-server` supplies by hand.
fn server_settings() -> api_trait::Settings {
    api_trait::Settings { name: "LoginApi", error_body: quote!(types::Failure) }
}

#[cfg(test)]
mod crates {
    use super::*;

    #[test]
    fn a_crate_that_the_package_lacks_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("Cargo.toml").display().to_string();
        std::fs::write(&manifest, "[dependencies]\nregress-not = \"1\"\nuuid.workspace = true\n")
            .unwrap();
        has_its_crates("pub id: ::uuid::Uuid,", &manifest).unwrap();
        let refusal = has_its_crates("pub id: ::regress::Regex,", &manifest).unwrap_err();
        let refusal = refusal.to_string();
        assert!(refusal.contains("`pattern`, which needs the crate `regress`"), "{refusal}");
    }
}

#[cfg(test)]
mod freshness {
    use super::*;

    /// `cargo test` alone notices a stale file.
    #[test]
    fn every_generated_file_is_fresh() {
        for file in generate().unwrap() {
            let outcome = file.check().unwrap();
            assert!(
                outcome == Outcome::Fresh,
                "{}: {outcome:?}; `cargo xtask generate`",
                file.path
            );
        }
    }
}
