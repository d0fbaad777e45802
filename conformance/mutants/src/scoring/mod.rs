//! Runs the suite against every mutant of [`crate::mutants`] and determines which rule kills which.

mod justification;
mod plan;
mod summary;

use std::time::{Duration, Instant};

use serde::Serialize;

use login_conformance::login::Login;
use specfirst_engine::{
    http::transport::Target,
    redact::Secrets,
    report::{Report, Stage},
    run,
    runner::{
        Options,
        environment::{Environment, Interrupt},
    },
};

use crate::{
    in_process::InProcessServer,
    mutants::{Mutant, Proxy},
};

pub use justification::{Justification, justification};
pub use plan::{Step, order_by_new_kills};
pub use summary::{RuleUse, Summary};

/// The result of the run against one mutant.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The id of the mutant.
    pub id: &'static str,
    /// What differs from the real server.
    pub title: &'static str,
    /// Whether the mutant is a correct server.
    pub is_correct: bool,
    /// The rules that failed, the most severe first.
    pub rules: Vec<&'static str>,
    /// The error that ended the run, if one did.
    pub error: Option<String>,
    /// How many requests got a response.
    pub exchanges: u64,
    /// The duration of the run, in seconds.
    pub seconds: f64,
    /// The requests and findings of each scenario.
    pub stages: Vec<Stage>,
}

/// The options of every run of a score.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The seed of every run.
    pub seed: u64,
    /// The budget of every run.
    pub budget: Option<u64>,
    /// Generated cases per operation and kind.
    pub cases: u32,
}

impl Outcome {
    /// Whether the suite judged rightly: it killed the mutant, or gave no false positive for a correct
    /// server.
    pub fn is_right(&self) -> bool {
        if self.is_correct {
            self.rules.is_empty() && self.error.is_none()
        } else {
            !self.rules.is_empty()
        }
    }
}

/// Runs the suite against one mutant. Each has its own server, since codes and counts would carry over.
///
/// # Errors
///
/// An error if the server or the proxy cannot start.
pub fn measure(mutant: Mutant, measure: Measure) -> anyhow::Result<(Outcome, Option<Report>)> {
    let server = InProcessServer::start()?.sacrificial();
    let accounts = server.accounts.clone();
    let handle = server.runtime().handle();
    let proxy = Proxy::start(handle, server.base_url(), accounts.clone(), mutant)?;
    let options = Options {
        seed: measure.seed,
        budget: measure.budget,
        cases: measure.cases,
        allow_unsafe: true,
        practice: true,
        timeout: Duration::from_secs(5),
        ..Options::new(Target::new(proxy.base_url())?)
    };
    let (secrets, began) = (Secrets::default(), Instant::now());
    let mut login =
        Login::new(accounts)?.with_accounts_without_password(server.without_password.clone());
    login.allow_unsafe = true;
    let result = run::run(&options, &login, &Environment::new(&secrets));
    let mut outcome = Outcome {
        id: mutant.id,
        title: mutant.title,
        is_correct: mutant.is_correct,
        rules: Vec::new(),
        error: None,
        exchanges: 0,
        seconds: began.elapsed().as_secs_f64(),
        stages: Vec::new(),
    };
    match result {
        Ok(report) => {
            outcome.exchanges = report.exchanges;
            outcome.stages.clone_from(&report.stages);
            for failure in &report.failures {
                if !outcome.rules.contains(&failure.rule) {
                    outcome.rules.push(failure.rule);
                }
            }
            let stopped = report.stopped.as_ref().filter(|stopped| stopped.is_error);
            outcome.error = stopped.map(|stopped| stopped.reason.clone());
            Ok((outcome, Some(report)))
        }
        Err(error) => {
            outcome.error = Some(error.to_string());
            Ok((outcome, None))
        }
    }
}

/// Runs the suite against every mutant on `jobs` threads, until an interrupt. The outcomes have the
/// order of `mutants`.
///
/// # Errors
///
/// As [`measure`].
///
/// # Panics
///
/// If a run panics, which is a bug.
pub fn measure_all(
    mutants: &[Mutant],
    how: Measure,
    jobs: usize,
    interrupt: &Interrupt,
    done: &(dyn Fn(&Outcome) + Sync),
) -> anyhow::Result<Vec<Outcome>> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let next = mutants.get(at).filter(|_| !interrupt.is_set());
                    let Some(mutant) = next else { return };
                    let result = measure(*mutant, how).map(|(outcome, _)| outcome);
                    if let Ok(outcome) = &result {
                        done(outcome);
                    }
                    results.lock().expect("no run panics here").push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no run panics here");
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
