//! A whole run: the plan of scenarios, then generated data, then the logouts.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use login_spec::embedded;
use sha2::{Digest as _, Sha256};
use specfirst_model::{Document, DocumentError};

use crate::{
    accounts::Account,
    check::Judge,
    client_half,
    deviation::Deviations,
    driver::{Activity, Driver, Halt, Patience, Run, Step},
    generated,
    half::{Half, Halves},
    rate::Rate,
    report::{HalfReport, Report},
    rule::{RULES, Rule, Tier},
    scenario::{self, Scenario, requests},
    secrets::Secrets,
    transport::{TIMEOUT, Target, TransportError},
};

/// How many connections the generated phase uses where nobody says: while one job waits for its
/// answer, another makes its next case.
pub const JOBS: usize = 4;

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The server under test.
    pub target: Target,
    /// With whom to log in.
    pub accounts: Vec<Account>,
    /// What makes the run repeatable.
    pub seed: u64,
    /// How fast.
    pub rate: Rate,
    /// How many requests at most, logouts included.
    pub budget: Option<u64>,
    /// How many generated cases per operation and kind of data.
    pub cases: u32,
    /// How many connections the generated phase uses.
    pub jobs: usize,
    /// Whether rules are asked that may burden a production server.
    pub allow_unsafe: bool,
    /// Whether the target is somebody's: few wrong passwords, little shrinking.
    pub remote: bool,
    /// Whether the target may lock out an address from which many logins fail.
    pub address_lockout: bool,
    /// Which halves are judged.
    pub halves: Halves,
    /// These rules only, where there are any.
    pub only: Vec<String>,
    /// This tier only.
    pub tier: Option<Tier>,
    /// Whether to stop at the first failure.
    pub fail_fast: bool,
    /// How long an answer may take.
    pub timeout: Duration,
    /// What applies from the moment on that the target limits requests, where no rate was chosen.
    pub when_limited: Option<WhenLimited>,
    /// How long a target is waited for that limits requests or is unavailable.
    pub patience: Patience,
    /// What the target is known to do otherwise.
    pub deviations: Deviations,
    /// Where seeds of generated failures are kept.
    pub regressions: Option<PathBuf>,
}

/// What a run keeps to once its target limits requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhenLimited {
    /// The rate, where the target does not say how long to wait.
    pub rate: Rate,
    /// The budget, as a limited run would take hours for what an unlimited one does in seconds.
    pub budget: u64,
}

impl Options {
    /// A run of the plan against a server that is the caller's own, without limits, generated cases and
    /// rules that may burden it.
    pub fn new(target: Target, accounts: Vec<Account>) -> Self {
        Self {
            target,
            accounts,
            seed: 1,
            rate: Rate::Unlimited,
            budget: None,
            cases: 0,
            jobs: 1,
            allow_unsafe: false,
            remote: false,
            address_lockout: false,
            halves: Halves::Server,
            only: Vec::new(),
            tier: None,
            fail_fast: false,
            timeout: TIMEOUT,
            when_limited: None,
            patience: Patience::LOCAL,
            deviations: Deviations::default(),
            regressions: None,
        }
    }

    /// A name that nobody has, one for each purpose and seed: a server that locks names out must not
    /// meet the same one in every run.
    pub fn nobody(&self, purpose: &str) -> String {
        let digest = Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(purpose);
        format!("nobody-{}", &hex::encode(digest.finalize())[..10])
    }
}

/// Why a run could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A document cannot be read.
    #[error("the document cannot be used")]
    Document(#[from] DocumentError),
    /// The target cannot be reached at all.
    #[error("the target does not answer")]
    Target(#[from] TransportError),
    /// The target answers, but it is no such server.
    #[error("{base_url} answers, but not as a login server: {reason}")]
    NotALoginServer {
        /// The target.
        base_url: String,
        /// What is odd.
        reason: String,
    },
    /// It had to end before anything was judged.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// There is nobody to log in with.
    #[error("an account is needed, and there is none")]
    NoAccount,
}

/// Runs the plan against a target; what is wrong is in the report. Where the run had to end early,
/// the report says why and holds what was learnt until then.
///
/// # Errors
///
/// [`RunError`] where it could not even begin.
pub fn run(
    options: &Options,
    secrets: &Secrets,
    progress: &(dyn Fn(&Activity) + Sync),
) -> Result<Report, RunError> {
    let serves = options.halves.include(Half::Server);
    if serves && options.accounts.is_empty() {
        return Err(RunError::NoAccount);
    }
    let run = Run::new(options, judge()?, secrets, progress);
    let mut halves = Vec::new();
    let mut ended = Ended::default();
    if serves {
        let half = Measured::start(Half::Server, &run);
        let generated = server_half(&run, &mut ended)?;
        halves.push(half.end(&run, generated));
    }
    let of_client = || RULES.iter().filter(|rule| rule.half() == Half::Client).map(|rule| rule.id);
    if let Some(halt @ (Halt::Interrupted | Halt::FailFast)) = &ended.halt {
        run.cut_short(of_client(), halt);
    } else if options.halves.include(Half::Client) {
        let half = Measured::start(Half::Client, &run);
        run.stages.begin("client", run.sent());
        let halt = client_half::run(&run, None).err();
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

/// How long a phase took, and how many exchanges it saw.
type Phase = (Duration, u64);

/// A half whose time runs.
struct Measured {
    half: Half,
    began: Instant,
    before: (u64, u64),
}

impl Measured {
    fn start(half: Half, run: &Run<'_>) -> Self {
        Self { half, began: Instant::now(), before: run.totals() }
    }

    fn so_far(&self, run: &Run<'_>) -> Phase {
        (self.began.elapsed(), run.totals().1 - self.before.1)
    }

    fn end(self, run: &Run<'_>, (generated, generated_exchanges): Phase) -> HalfReport {
        let (cases, exchanges) = run.totals();
        HalfReport {
            half: self.half,
            operations: run.judge.operations().len(),
            checks: 0,
            cases: cases - self.before.0,
            exchanges: exchanges - self.before.1,
            duration: self.began.elapsed(),
            generated_exchanges,
            generated,
            failures: 0,
        }
    }
}

/// The plan of scenarios, then generated data, then the logouts; how long generated data took.
fn server_half(run: &Run<'_>, ended: &mut Ended) -> Result<Phase, RunError> {
    let mut driver = run.driver()?;
    run.stages.begin("probe", 0);
    probe(&mut driver)?;
    let mut generated = (Duration::ZERO, 0);
    ended.halt = match scenarios(&mut driver) {
        Ok(()) => {
            let (before, start) = (run.totals().1, Instant::now());
            run.stages.begin("generated", run.sent());
            let halt = generated::run(&mut driver).err();
            generated = (start.elapsed(), run.totals().1 - before);
            halt
        }
        Err(halt) => Some(halt),
    };
    if let Some(halt) = &ended.halt {
        run.cut_short(generated::RULES, halt);
        if halt.is_error() {
            // They judge every answer, and did not see all.
            let judges_all = |rule: &&Rule| rule.half() == Half::Server && rule.cost == 0;
            run.cut_short(RULES.iter().filter(judges_all).map(|rule| rule.id), halt);
        }
    }
    run.stages.begin("logouts", run.sent());
    let as_meant = matches!(ended.halt, None | Some(Halt::Budget(_) | Halt::AddressGuard));
    ended.sessions_left = driver.clean_up(as_meant);
    Ok(generated)
}

/// The judge by this workspace's documents.
pub fn judge() -> Result<Judge, DocumentError> {
    let openapi = Document::parse("openapi.json", embedded::OPENAPI)?;
    let documented = Document::parse("documented.json", embedded::DOCUMENTED)?;
    Judge::new(vec![openapi, documented])
}

/// One request that every login server answers alike, before anything is held against the target.
pub(crate) fn probe(driver: &mut Driver<'_, '_>) -> Result<(), RunError> {
    let answer = match driver.alive() {
        Ok(answer) => answer,
        Err(Halt::Target(error)) => return Err(error.into()),
        Err(halt) => return Err(halt.into()),
    };
    let base_url = driver.run.options.target.base_url().to_owned();
    let odd = |reason: String| RunError::NotALoginServer { base_url, reason };
    let media_type = answer.header("content-type").unwrap_or("no media type").to_owned();
    let is_json = media_type.to_ascii_lowercase().contains("json") || answer.json().is_some();
    match answer.status {
        300..=399 => {
            let to = answer.header("location").unwrap_or("elsewhere");
            Err(odd(format!("GET {} redirects to {to}: is the base URL right?", requests::ME)))
        }
        404 | 410 => Err(odd(format!("GET {} is not found: is the base URL right?", requests::ME))),
        _ if !is_json => Err(odd(format!(
            "GET {} is answered {} with {media_type} in place of JSON",
            requests::ME,
            answer.status
        ))),
        _ => Ok(()),
    }
}

fn scenarios(driver: &mut Driver<'_, '_>) -> Step<()> {
    let options = driver.run.options;
    // Rules without a scenario of their own judge every answer: those of the core show them.
    let is_selected = |scenario: &Scenario| {
        options.only.is_empty()
            || scenario.rules.iter().any(|rule| driver.run.wants(rule))
            || scenario.name == "core"
    };
    let (plan, unsafe_ones): (Vec<_>, Vec<_>) = scenario::plan()
        .into_iter()
        .partition(|scenario| scenario.production || options.allow_unsafe);
    for rule in unsafe_ones.iter().flat_map(|scenario| scenario.rules) {
        if !plan.iter().any(|scenario| scenario.rules.contains(rule)) {
            driver.run.not_run(rule, "`--allow-unsafe`, as it may burden a production server");
        }
    }
    let plan: Vec<_> = plan.into_iter().filter(is_selected).collect();
    for (at, scenario) in plan.iter().enumerate() {
        driver.run.stages.begin(scenario.name, driver.run.sent());
        let result = (scenario.run)(driver);
        if let Err(halt) = &result {
            let left = plan[at..].iter().flat_map(|scenario| scenario.rules.iter().copied());
            driver.run.cut_short(left, halt);
        }
        result?;
    }
    Ok(())
}
