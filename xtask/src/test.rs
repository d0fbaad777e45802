//! `cargo xtask test`: runs the tests of the workspace.

use std::process::ExitCode;

use anyhow::Result;

use crate::{command, services};

/// The packages whose tests start services.
const NEED_SERVICES: [&str; 2] = ["login-server", "login-mutants"];

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Options for `cargo test`, such as `--package login-spec`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs the tests. A snapshot that differs fails and is not rewritten.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let packages = packages(&args.options);
    // With `--workspace`, Cargo would ignore `--package`.
    let everything: &[&str] = if packages.is_empty() { &["--workspace"] } else { &[] };
    let mut cargo = command::cargo(&["test"]);
    cargo.args(everything).args(&args.options).env("INSTA_UPDATE", "no");
    // To test one package, the services of the others need not be installed.
    if packages.is_empty() || packages.iter().any(|package| NEED_SERVICES.contains(package)) {
        cargo.envs(services::provide()?);
    }
    command::succeed("cargo test", &mut cargo)?;
    Ok(ExitCode::SUCCESS)
}

/// The packages that the options select.
fn packages(options: &[String]) -> Vec<&str> {
    let mut named = Vec::new();
    let mut follows = false;
    for option in options.iter().take_while(|option| *option != "--") {
        if follows {
            named.push(option.as_str());
        }
        follows = option == "--package" || option == "-p";
        named.extend(option.strip_prefix("--package="));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_among_the_options() {
        let named = |options: &str| {
            let options: Vec<_> = options.split_whitespace().map(str::to_owned).collect();
            packages(&options).join(" ")
        };
        assert_eq!(named(""), "");
        assert_eq!(named("some_test -- -p login-spec"), "");
        assert_eq!(
            named("-p login-spec --release --package login-server"),
            "login-spec login-server"
        );
        assert_eq!(named("--package=login-spec some_test"), "login-spec");
    }
}
