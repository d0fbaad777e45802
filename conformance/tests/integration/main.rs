//! The suite, tested: its strategies, its rules, a server that conforms, and servers that do not.

mod accounts_file;
mod browser;
mod catalogue;
mod client_half;
mod deviations;
mod extra_headers;
mod heeds;
mod leaks;
mod program;
mod record;
mod reports;
mod robust;
mod run;
mod scene;
mod strategies;
mod tls;
mod yardstick;
