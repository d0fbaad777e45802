//! The suite, tested: a server that conforms, servers that do not, and targets that are none.

mod browser;
mod client_half;
mod deviations;
mod heeds;
mod leaks;
mod program;
mod record;
mod reports;
mod robust;
mod run;
mod scene;
mod tls;
mod yardstick;
