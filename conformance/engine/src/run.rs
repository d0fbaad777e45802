//! A whole run: the scenarios, the fuzzing phase, and the tear-down.

use std::time::{Duration, Instant};

use crate::{
    http::transport::TransportError,
    report::{Report, SideReport},
    rule::{Rule, side::Side},
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
    /// The target cannot be reached.
    #[error("the target does not answer")]
    Target(#[from] TransportError),
    /// The target responds, but is another kind of server.
    #[error("{base_url} answers, but not as {expected}: {reason}")]
    OtherServer {
        /// The target.
        base_url: String,
        /// The expected kind of server.
        expected: &'static str,
        /// What is wrong with the response.
        reason: String,
    },
    /// The run ended before anything was judged.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// The suite lacks something that it needs.
    #[error("{0}")]
    Unusable(&'static str),
}

/// Runs the plan against a target. If the run ends early, the report says why and holds the findings
/// until then.
///
/// # Errors
///
/// [`RunError`] if the run could not begin.
pub fn run<S: Suite>(
    options: &Options,
    suite: &S,
    environment: &Environment<'_>,
) -> Result<Report, RunError> {
    let serves = options.sides.include(Side::Server);
    if let Some(reason) = suite.unusable().filter(|_| serves) {
        return Err(RunError::Unusable(reason));
    }
    let run = Run::new(options, suite, environment);
    let mut sides = Vec::new();
    let mut ended = Ended::default();
    if serves {
        let side = Measured::start(Side::Server, &run);
        let fuzzing = server_side(&run, &mut ended)?;
        sides.push(side.end(&run, fuzzing));
    }
    let rules = suite.catalogue().rules();
    let of_client = || rules.iter().filter(|rule| rule.side() == Side::Client).map(|rule| rule.id);
    if let Some(halt @ (Halt::Interrupted | Halt::FailFast)) = &ended.halt {
        run.cut_short(of_client(), halt);
    } else if options.sides.include(Side::Client) {
        let side = Measured::start(Side::Client, &run);
        run.begin_stage("client");
        let halt = S::check_client(&run).err();
        if let Some(halt) = &halt {
            run.cut_short(of_client(), halt);
        }
        // All exchanges of the client side are generated.
        let fuzzing = side.so_far(&run);
        sides.push(side.end(&run, fuzzing));
        ended.halt = ended.halt.or(halt);
    }
    Ok(Report::new(&run, sides, ended.halt, ended.sessions_left))
}

/// How a run ended.
#[derive(Default)]
struct Ended {
    halt: Option<Halt>,
    sessions_left: usize,
}

/// The totals of a finished phase.
#[derive(Default)]
struct Phase {
    duration: Duration,
    exchanges: u64,
}

/// A side that is being measured.
struct Measured {
    side: Side,
    began: Instant,
    cases: u64,
    exchanges: u64,
}

impl Measured {
    fn start<S: Suite>(side: Side, run: &Run<'_, S>) -> Self {
        let began = run.environment.clock.now();
        Self { side, began, cases: run.cases(), exchanges: run.exchanges() }
    }

    fn so_far<S: Suite>(&self, run: &Run<'_, S>) -> Phase {
        let duration = run.environment.clock.now() - self.began;
        Phase { duration, exchanges: run.exchanges() - self.exchanges }
    }

    fn end<S: Suite>(self, run: &Run<'_, S>, fuzzing: Phase) -> SideReport {
        let Phase { duration, exchanges } = self.so_far(run);
        SideReport {
            side: self.side,
            operations: match self.side {
                Side::Server => run.suite.documents().operations().len(),
                Side::Client => run.suite.client_operations(),
            },
            checks: 0,
            cases: run.cases() - self.cases,
            exchanges,
            duration,
            fuzzing_exchanges: fuzzing.exchanges,
            fuzzing: fuzzing.duration,
            failures: 0,
        }
    }
}

/// Runs the scenarios, the fuzzing phase and the tear-down. Returns the totals of the fuzzing phase.
fn server_side<S: Suite>(run: &Run<'_, S>, ended: &mut Ended) -> Result<Phase, RunError> {
    let mut driver = run.driver()?;
    run.begin_stage("probe");
    probe(&mut driver)?;
    let mut fuzzing = Phase::default();
    ended.halt = match scenarios(&mut driver) {
        Ok(()) => {
            run.begin_stage("fuzzing");
            let measured = Measured::start(Side::Server, run);
            let halt = fuzzing::run(&mut driver).err();
            fuzzing = measured.so_far(run);
            halt
        }
        Err(halt) => Some(halt),
    };
    if let Some(halt) = &ended.halt {
        run.cut_short(fuzzing::RULES, halt);
        if halt.is_error() {
            // These rules judge every response, and the run ended before all of them.
            let judges_all = |rule: &&Rule| rule.side() == Side::Server && rule.cost == 0;
            let rules = run.suite.catalogue().rules().iter();
            run.cut_short(rules.filter(judges_all).map(|rule| rule.id), halt);
        }
    }
    run.begin_stage("tear-down");
    let as_meant = matches!(ended.halt, None | Some(Halt::Budget(_) | Halt::Guard { .. }));
    ended.sessions_left = driver.clean_up(as_meant);
    Ok(fuzzing)
}

/// Sends a request to which every such server responds alike, before anything counts as a failure.
///
/// # Errors
///
/// [`RunError`] if the target does not respond, or responds otherwise.
pub fn probe<S: Suite>(driver: &mut Driver<'_, '_, S>) -> Result<(), RunError> {
    let failed = |halt| match halt {
        Halt::Target(error) => RunError::from(error),
        halt => halt.into(),
    };
    let mut response = driver.alive().map_err(failed)?;
    if let Some(second) = driver.run.suite.second_probe(driver.run.options.seed)
        && matches!(response.status, 404 | 405 | 410)
    {
        response = driver.response(&second).map_err(failed)?.unwrap_or(response);
    }
    let base_url = driver.run.options.target.base_url().to_owned();
    let request = driver.run.suite.probe().request;
    let call = format!("{} {}", request.method, request.path);
    let odd = |reason: String| Err(RunError::OtherServer { base_url, expected: S::TARGET, reason });
    let media_type = response.header("content-type").unwrap_or("no media type").to_owned();
    let is_json = media_type.to_ascii_lowercase().contains("json") || response.json().is_some();
    match response.status {
        300..=399 => {
            let to = response.header("location").unwrap_or("elsewhere");
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
    // Rules without a scenario judge every response, so the first scenario is enough for them.
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
