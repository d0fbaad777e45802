//! The documents of this repository: assembled right, linted, and never loosened.

mod lint;
mod newer_page;
mod tightens;
