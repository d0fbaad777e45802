//! The suite, tested: a server that conforms, servers that do not, and targets that are none.

mod accounts_file;
mod browser;
mod client;
mod deviations;
mod extra_headers;
mod leaks;
mod limits;
mod program;
mod rate_limits;
mod record;
mod reports;
mod robust;
mod run;
mod scene;
mod scoring;
mod tls;
mod verdicts;
