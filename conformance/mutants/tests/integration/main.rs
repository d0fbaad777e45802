//! Tests of the suite against a correct server, mutants, and targets that are not usable.

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
