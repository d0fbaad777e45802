//! A whole run: the plan of scenarios, then generated data, then the tear-down.

use std::time::{Duration, Instant};

use crate::{
    http::transport::TransportError,
    report::{HalfReport, Report},
    rule::{Rule, side::Half},
    runner::{
        Driver, Halt, Options, Run, Step,
        environment::Environment,
        fuzzing,
        suite::{Scenario, Suite},
    },
};

/// Why a run could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The target cannot be reached at all.
    #[error("the target does not answer")]
    Target(#[from] TransportError),
    /// The target answers, but it is no such server.
    #[error("{base_url} answers, but not as {expected}: {reason}")]
    OtherServer {
        /// The target.
        base_url: String,
        /// What it should be.
        expected: &'static str,
        /// What is odd.
        reason: String,
    },
    /// It had to end before anything was judged.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// The suite lacks what it needs.
    #[error("{0}")]
    Unusable(&'static str),
}

/// Runs the plan against a target; what is wrong is in the report. Where the run had to end early,
/// the report says why and holds what was learnt until then.
///
/// # Errors
///
/// [`RunError`] where it could not even begin.
pub fn run<S: Suite>(
    options: &Options,
    suite: &S,
    environment: &Environment<'_>,
) -> Result<Report, RunError> {
    let serves = options.halves.include(Half::Server);
    if let Some(reason) = suite.unusable().filter(|_| serves) {
        return Err(RunError::Unusable(reason));
    }
    let run = Run::new(options, suite, environment);
    let mut halves = Vec::new();
    let mut ended = Ended::default();
    if serves {
        let half = Measured::start(Half::Server, &run);
        let generated = server_half(&run, &mut ended)?;
        halves.push(half.end(&run, generated));
    }
    let rules = suite.catalogue().rules();
    let of_client = || rules.iter().filter(|rule| rule.half() == Half::Client).map(|rule| rule.id);
    if let Some(halt @ (Halt::Interrupted | Halt::FailFast)) = &ended.halt {
        run.cut_short(of_client(), halt);
    } else if options.halves.include(Half::Client) {
        let half = Measured::start(Half::Client, &run);
        run.begin_stage("client");
        let halt = S::check_client(&run).err();
        if let Some(halt) = &halt {
            run.cut_short(of_client(), halt);
        }
        // All of it is generated.
        let generated = half.so_far(&run);
        halves.push(half.end(&run, generated));
        ended.halt = ended.halt.or(halt);
    }
    Ok(Report::new(&run, halves, ended.halt, ended.sessions_left))
}

/// How a run ended.
#[derive(Default)]
struct Ended {
    halt: Option<Halt>,
    sessions_left: usize,
}

/// A phase that is over.
#[derive(Default)]
struct Phase {
    duration: Duration,
    exchanges: u64,
}

/// A half whose time runs.
struct Measured {
    half: Half,
    began: Instant,
    cases: u64,
    exchanges: u64,
}

impl Measured {
    fn start<S: Suite>(half: Half, run: &Run<'_, S>) -> Self {
        let began = run.environment.clock.now();
        Self { half, began, cases: run.cases(), exchanges: run.exchanges() }
    }

    fn so_far<S: Suite>(&self, run: &Run<'_, S>) -> Phase {
        let duration = run.environment.clock.now() - self.began;
        Phase { duration, exchanges: run.exchanges() - self.exchanges }
    }

    fn end<S: Suite>(self, run: &Run<'_, S>, generated: Phase) -> HalfReport {
        let Phase { duration, exchanges } = self.so_far(run);
        HalfReport {
            half: self.half,
            operations: run.suite.documents().operations().len(),
            checks: 0,
            cases: run.cases() - self.cases,
            exchanges,
            duration,
            generated_exchanges: generated.exchanges,
            generated: generated.duration,
            failures: 0,
        }
    }
}

/// The plan of scenarios, then generated data, then the logouts; how long generated data took.
fn server_half<S: Suite>(run: &Run<'_, S>, ended: &mut Ended) -> Result<Phase, RunError> {
    let mut driver = run.driver()?;
    run.begin_stage("probe");
    probe(&mut driver)?;
    let mut generated = Phase::default();
    ended.halt = match scenarios(&mut driver) {
        Ok(()) => {
            run.begin_stage("generated");
            let measured = Measured::start(Half::Server, run);
            let halt = fuzzing::run(&mut driver).err();
            generated = measured.so_far(run);
            halt
        }
        Err(halt) => Some(halt),
    };
    if let Some(halt) = &ended.halt {
        run.cut_short(fuzzing::RULES, halt);
        if halt.is_error() {
            // They judge every answer, and did not see all.
            let judges_all = |rule: &&Rule| rule.half() == Half::Server && rule.cost == 0;
            let rules = run.suite.catalogue().rules().iter();
            run.cut_short(rules.filter(judges_all).map(|rule| rule.id), halt);
        }
    }
    run.begin_stage("tear-down");
    let as_meant = matches!(ended.halt, None | Some(Halt::Budget(_) | Halt::Guard { .. }));
    ended.sessions_left = driver.clean_up(as_meant);
    Ok(generated)
}

/// One request that every such server answers alike, before anything is held against the target.
///
/// # Errors
///
/// [`RunError`] where the target does not answer, or otherwise.
pub fn probe<S: Suite>(driver: &mut Driver<'_, '_, S>) -> Result<(), RunError> {
    let answer = match driver.alive() {
        Ok(answer) => answer,
        Err(Halt::Target(error)) => return Err(error.into()),
        Err(halt) => return Err(halt.into()),
    };
    let base_url = driver.run.options.target.base_url().to_owned();
    let request = driver.run.suite.probe().request;
    let call = format!("{} {}", request.method, request.path);
    let odd = |reason: String| Err(RunError::OtherServer { base_url, expected: S::TARGET, reason });
    let media_type = answer.header("content-type").unwrap_or("no media type").to_owned();
    let is_json = media_type.to_ascii_lowercase().contains("json") || answer.json().is_some();
    match answer.status {
        300..=399 => {
            let to = answer.header("location").unwrap_or("elsewhere");
            odd(format!("{call} redirects to {to}: is the base URL right?"))
        }
        404 | 410 => odd(format!("{call} is not found: is the base URL right?")),
        status if !is_json => {
            odd(format!("{call} is answered {status} with {media_type} in place of JSON"))
        }
        _ => Ok(()),
    }
}

fn scenarios<S: Suite>(driver: &mut Driver<'_, '_, S>) -> Step<()> {
    let run = driver.run;
    let all = run.suite.scenarios();
    // Rules without a scenario of their own judge every answer: those of the first one show them.
    let first = all.first().map(|scenario| scenario.name);
    let is_selected = |scenario: &Scenario<S>| {
        run.options.only.is_empty()
            || scenario.rules.iter().any(|rule| run.wants(rule))
            || first == Some(scenario.name)
    };
    let (plan, unsafe_ones): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|scenario| scenario.production || run.options.allow_unsafe);
    for rule in unsafe_ones.iter().flat_map(|scenario| scenario.rules) {
        if !plan.iter().any(|scenario| scenario.rules.contains(rule)) {
            run.not_run(rule, "`--allow-unsafe`, as it may burden a production server");
        }
    }
    let plan: Vec<_> = plan.into_iter().filter(is_selected).collect();
    for (at, scenario) in plan.iter().enumerate() {
        run.begin_stage(scenario.name);
        let result = (scenario.run)(driver);
        if let Err(halt) = &result {
            let left = plan[at..].iter().flat_map(|scenario| scenario.rules.iter().copied());
            run.cut_short(left, halt);
        }
        result?;
    }
    Ok(())
}
