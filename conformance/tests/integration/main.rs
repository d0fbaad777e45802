//! The suite, tested: its strategies, a server that conforms, and servers that do not.

mod faulty;
mod run;
mod strategies;
