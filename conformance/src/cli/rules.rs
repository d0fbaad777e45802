//! `login-conformance rules`: lists the rules.

use std::fmt::Write as _;

use crate::login::rules::RULES;
use specfirst_engine::{redact::Secrets, report::exit_code};

/// Options of `rules`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Prints the catalogue as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut text = String::new();
    if arguments.json {
        text = serde_json::to_string_pretty(RULES)?;
        text.push('\n');
    } else {
        for rule in RULES {
            writeln!(text, "{} ({}, {})", rule.id, rule.tier.name(), rule.severity.name())?;
            writeln!(text, "  {}", rule.text)?;
            for source in rule.sources {
                writeln!(text, "  - {}", source.line())?;
            }
            let cost = match rule.cost {
                0 => "no request of its own".to_owned(),
                cost => format!("about {cost} requests"),
            };
            let production = if rule.production {
                "safe on production"
            } else {
                "needs --allow-unsafe on production"
            };
            write!(text, "  {cost}; {production}")?;
            if let Some(needs) = rule.needs {
                write!(text, "; needs {needs}")?;
            }
            text.push_str("\n\n");
        }
    }
    super::output::print(&text, &Secrets::default())?;
    Ok(exit_code::CONFORMS)
}
