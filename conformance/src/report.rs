//! What a run found, for people and for programs.

use std::{
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;

use crate::exit_code;

/// A rule that the target breaks, with the smallest request that shows it. Holds no secret.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The operation, as `POST /api/v1/login`.
    pub operation: String,
    /// What was sent, in words.
    pub case: String,
    /// The document and the place in it.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub got: String,
    /// The minimal case.
    pub curl: String,
}

/// The result of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The target.
    pub base_url: String,
    /// What makes the run repeatable.
    pub seed: u64,
    /// How many operations were tried.
    pub operations: usize,
    /// How many kinds of checks judged them.
    pub checks: usize,
    /// How many cases were made.
    pub cases: u64,
    /// How many requests were answered; shrinking sends more than there are cases.
    pub exchanges: u64,
    /// How long it took.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub duration: Duration,
    /// What is wrong.
    pub failures: Vec<Failure>,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

impl Report {
    /// The exit code that says the same.
    pub fn exit_code(&self) -> u8 {
        if self.failures.is_empty() { exit_code::CONFORMS } else { exit_code::FAILURES }
    }

    /// Writes it for people.
    ///
    /// # Errors
    ///
    /// The writer's own.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for failure in &self.failures {
            writeln!(out, "FAILURE {}: {}", failure.rule, failure.operation)?;
            writeln!(out, "  case      {}", failure.case)?;
            writeln!(out, "  wrong     {}", failure.message)?;
            writeln!(out, "  rule at   {}", failure.pointer)?;
            writeln!(out, "  expected  {}", failure.expected)?;
            writeln!(out, "  got       {}", failure.got)?;
            writeln!(out, "  minimal   {}\n", failure.curl)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = self.exchanges as f64 / self.duration.as_secs_f64().max(0.001);
        writeln!(out, "target      {}", self.base_url)?;
        writeln!(out, "operations  {}", self.operations)?;
        writeln!(out, "checks      {}", self.checks)?;
        writeln!(out, "cases       {}", self.cases)?;
        writeln!(out, "exchanges   {} ({rate:.0} per second)", self.exchanges)?;
        writeln!(out, "seed        {}", self.seed)?;
        writeln!(out, "failures    {}", self.failures.len())
    }
}
