//! Searches for failures with proptest's `TestRunner`, and shrinks each to a minimal case.

use std::cell::{Cell, RefCell};

use proptest::{
    strategy::Strategy,
    test_runner::{
        Config, FailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
    },
};
use sha2::{Digest as _, Sha256};

use crate::{
    check::finding::Finding,
    http::{case::Case, response::Response},
    runner::{
        Driver, Halt, Run, Step,
        regression::{Label, Regressions},
        suite::Suite,
    },
};

/// A finding and the exchange that shows it.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// What is wrong.
    pub finding: Finding,
    /// The case that was sent.
    pub case: Case,
    /// The response, if there was one.
    pub response: Option<Response>,
}

impl Counterexample {
    /// One for each finding of an exchange.
    pub fn of(findings: Vec<Finding>, case: &Case, response: Option<&Response>) -> Vec<Self> {
        let counterexample =
            |finding| Self { finding, case: case.clone(), response: response.cloned() };
        findings.into_iter().map(counterexample).collect()
    }
}

/// The most different failures to find with one strategy.
const ROUNDS: u32 = 8;

/// The random numbers of a part of a run. They depend only on the seed and the name of the part, so that
/// neither the order nor the number of jobs changes its cases.
pub fn rng(seed: u64, part: &str) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &digest(seed, part))
}

/// A digest of the seed and the name of a part of a run.
pub(crate) fn digest(seed: u64, part: &str) -> [u8; 32] {
    Sha256::new().chain_update(seed.to_le_bytes()).chain_update(part).finalize().into()
}

/// Tries `count` values over a connection, and reports each different finding in its smallest form.
///
/// # Errors
///
/// [`Halt`] if the run must end, or if a strategy yields no values.
pub fn search<S: Suite, V: Strategy>(
    driver: &mut Driver<'_, '_, S>,
    part: &str,
    strategy: &V,
    count: u32,
    judge: impl Fn(&mut Driver<'_, '_, S>, &V::Value) -> Step<Vec<Counterexample>>,
) -> Step<()> {
    let run = driver.run;
    search_over(run, part, strategy, count, |value| judge(driver, value))
}

/// Tries `count` values, and reports each different finding in its smallest form.
///
/// # Errors
///
/// [`Halt`] if the run must end, or if a strategy yields no values.
pub fn search_over<S: Suite, V: Strategy>(
    run: &Run<'_, S>,
    part: &str,
    strategy: &V,
    count: u32,
    judge: impl FnMut(&V::Value) -> Step<Vec<Counterexample>>,
) -> Step<()> {
    let options = run.options;
    let label = Label::default();
    let kept = options.regressions.as_deref().map(|directory| {
        let kept = Regressions::new(directory, part, label.clone());
        Box::new(kept) as Box<dyn FailurePersistence>
    });
    let config = Config {
        cases: count,
        failure_persistence: kept,
        // Bounded below: at its own limit, proptest writes to the standard error.
        max_shrink_iters: u32::MAX - 1,
        // An environment variable must not turn on the printing of values, which may hold secrets.
        verbose: 0,
        max_global_rejects: 10_000,
        max_local_rejects: 100_000,
        ..Config::default()
    };
    let max_shrinks = if options.remote { 16 } else { 256 };
    // The runner takes a `Fn`, so the state is in a cell.
    let judge = RefCell::new(judge);
    let tried = Cell::new(0_u32);
    for round in 0..ROUNDS {
        let left = count.saturating_sub(tried.get());
        if left == 0 {
            break;
        }
        let config = Config { cases: left, ..config.clone() };
        *label.lock().expect("nobody panics holding it") = None;
        let mut runner =
            TestRunner::new_with_rng(config, rng(options.seed, &format!("{part}/{round}")));
        let halt: RefCell<Option<Halt>> = RefCell::new(None);
        // A shrunk value must show the same finding as the first one.
        let first: RefCell<Option<Counterexample>> = RefCell::new(None);
        let shrinks = Cell::new(0);
        let result = runner.run(strategy, |value| {
            if halt.borrow().is_some() {
                return Ok(());
            }
            if first.borrow().is_some() {
                shrinks.set(shrinks.get() + 1);
                if shrinks.get() > max_shrinks {
                    return Ok(());
                }
            }
            let mut judge = judge.borrow_mut();
            let counterexamples = match judge(&value) {
                Ok(counterexamples) => counterexamples,
                Err(stop) => {
                    *halt.borrow_mut() = Some(stop);
                    *label.lock().expect("nobody panics holding it") = None;
                    // The error ends the round, because nothing more may be sent.
                    return Err(TestCaseError::fail("halt"));
                }
            };
            let mut first = first.borrow_mut();
            let found = counterexamples.into_iter().find(|found| match &*first {
                Some(first) => {
                    run.key(&first.finding, &first.case) == run.key(&found.finding, &found.case)
                }
                None => !run.is_known(&found.finding, &found.case),
            });
            if first.is_none() {
                tried.set(tried.get() + 1);
            }
            let Some(found) = found else { return Ok(()) };
            let rule = found.finding.rule;
            let title = run.environment.secrets.redact(&found.case.title);
            *label.lock().expect("nobody panics holding it") = Some(format!("{rule}: {title}"));
            *first = Some(found);
            Err(TestCaseError::fail(rule))
        });
        if let Some(Counterexample { finding, case, response }) = first.into_inner() {
            run.report(finding, &case, response.as_ref());
            if options.fail_fast {
                return Err(Halt::FailFast);
            }
        }
        if let Some(halt) = halt.into_inner() {
            return Err(halt);
        }
        match result {
            Ok(()) => break,
            Err(TestError::Fail(..)) => {}
            Err(TestError::Abort(reason)) => {
                return Err(Halt::Unusable(format!("{part}: no case could be made: {reason}")));
            }
        }
    }
    Ok(())
}
