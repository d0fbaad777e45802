//! The report of a run, as data. Secrets are redacted when it is made.

pub mod exit_code;
pub mod html;
pub mod junit;
pub mod sarif;
pub mod status;
pub mod terminal;

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    check::{deviation::Deviation, finding::Finding},
    http::{
        case::{Case, Expect},
        extra_header::ExtraHeader,
        transport::Target,
    },
    redact::Secrets,
    rule::{Catalogue, Severity, Tier, side::Side},
    runner::{Coverage, Evidence, Halt, Run, stage::seconds, suite::Suite},
};

use status::{RequirementReport, RuleReport, RuleStatus};

pub use crate::runner::stage::Stage;

/// The rule about the deviations file itself.
const STALE: &str = "deviations_are_current";

/// A failure of a rule, with the smallest request that shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Failure {
    /// The rule.
    pub rule: &'static str,
    /// The side that fails.
    pub side: Side,
    /// The tier of the rule, or `practice` if only real servers ask for it.
    pub tier: Tier,
    /// Whether it fails the run if no deviation explains it.
    #[serde(skip)]
    pub(crate) fails: bool,
    /// The severity of the rule.
    pub severity: Severity,
    /// The text of the rule.
    pub text: &'static str,
    /// The sources of the rule, one line each.
    pub sources: Vec<String>,
    /// The operation, as `POST /api/sessions`.
    pub operation: String,
    /// The title of the case.
    pub case: String,
    /// The place in a document, or in the response.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// The expected value.
    pub expected: String,
    /// The value that the target sent.
    pub got: String,
    /// The smallest case, as a `curl` command.
    pub curl: String,
    /// The response, shortened.
    pub response: Option<String>,
    /// The deviation that explains the failure, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation: Option<String>,
}

/// Why a run ended early.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stopped {
    /// The reason.
    pub reason: String,
    /// Whether the reason is an error.
    pub is_error: bool,
}

/// The verdict of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An error ended the run, so the findings may be incomplete.
    None,
    /// There are failures.
    DoesNotConform,
    /// The run ended early, as planned, and had found no failure by then.
    NoFailureFound,
    /// The run is complete and found no failure.
    Conforms,
}

/// The results for one side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SideReport {
    /// The side.
    pub side: Side,
    /// How many operations were tried.
    pub operations: usize,
    /// How many rules have a verdict.
    pub checks: usize,
    /// How many cases were made.
    pub cases: u64,
    /// How many requests got a response.
    pub exchanges: u64,
    /// The duration in seconds.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub duration: Duration,
    /// The exchanges of its fuzzing phase.
    pub fuzzing_exchanges: u64,
    /// The duration of its fuzzing phase in seconds.
    #[serde(rename = "fuzzing_seconds", serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub fuzzing: Duration,
    /// How many failures this side has.
    pub failures: usize,
}

/// The result of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The name of the suite.
    #[serde(skip)]
    pub(crate) suite: &'static str,
    /// The target.
    pub base_url: String,
    /// The seed, which makes the run repeatable.
    pub seed: u64,
    /// How many operations were tried.
    pub operations: usize,
    /// How many rules have a verdict.
    pub checks: usize,
    /// How many cases were made.
    pub cases: u64,
    /// How many requests got a response, including those of shrinking and logouts.
    pub exchanges: u64,
    /// The duration in seconds.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub duration: Duration,
    /// Exchanges of the fuzzing phase.
    pub fuzzing_exchanges: u64,
    /// The duration of the fuzzing phase in seconds.
    #[serde(rename = "fuzzing_seconds", serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub fuzzing: Duration,
    /// The results for each side.
    pub sides: Vec<SideReport>,
    /// The failures, the most severe first.
    pub failures: Vec<Failure>,
    /// The findings that a known deviation explains.
    pub deviations: Vec<Failure>,
    /// The findings about the practice of real servers, which fail a run only where that was asked for.
    pub practice: Vec<Failure>,
    /// The status of each rule.
    pub rules: Vec<RuleReport>,
    /// The status of each schema, example, body and status of the page.
    pub nodes: Vec<RequirementReport>,
    /// The status of each sentence and changelog line of the page.
    pub sentences: Vec<RequirementReport>,
    /// How often each response schema was applied.
    pub coverage: BTreeMap<String, u64>,
    /// The reason for an early end.
    pub stopped: Option<Stopped>,
    /// Sessions that could not be ended.
    pub sessions_left: usize,
    /// The requests and findings of each part of the plan.
    pub stages: Vec<Stage>,
    /// How much of each space of cases was covered, by the name of the space.
    pub spaces: BTreeMap<&'static str, Coverage>,
}

impl Report {
    /// The JSON Schema (draft 7) of a report as JSON.
    pub fn json_schema() -> serde_json::Value {
        let schema = schemars::r#gen::SchemaSettings::draft07().into_generator();
        serde_json::to_value(schema.into_root_schema_for::<Self>()).unwrap_or_default()
    }

    /// The report of a run that ends here.
    pub fn new<S: Suite>(
        run: &Run<'_, S>,
        mut sides: Vec<SideReport>,
        halt: Option<Halt>,
        sessions_left: usize,
    ) -> Self {
        let (target, secrets) = (&run.options.target, run.environment.secrets);
        let catalogue = run.suite.catalogue();
        let mut evidence = run.evidence();
        match halt {
            None => evidence.extend(stale(run, &evidence)),
            Some(_) => run.not_run(STALE, "a run that does not end early"),
        }
        let failure = |evidence| Failure::new(evidence, target, catalogue, secrets);
        let mut failures: Vec<Failure> = evidence.iter().map(failure).collect();
        failures.sort_by_key(|failure| {
            let position = catalogue.position(failure.rule);
            (failure.severity, position, failure.place.clone())
        });
        let (deviations, failures): (Vec<_>, Vec<_>) =
            failures.into_iter().partition(|failure| failure.deviation.is_some());
        let (failures, practice): (Vec<_>, Vec<_>) =
            failures.into_iter().partition(|failure| failure.fails);
        let known = [deviations.as_slice(), practice.as_slice()].concat();
        let rules = status::rules(run, &failures, &known);
        let is_judged = |report: &&RuleReport| report.status.is_judged();
        for side in &mut sides {
            side.failures = failures.iter().filter(|failure| failure.side == side.side).count();
            let of_side = |report: &&RuleReport| report.definition.side() == side.side;
            side.checks = rules.iter().filter(of_side).filter(is_judged).count();
        }
        let stopped = halt.map(|halt| Stopped {
            reason: secrets.redact(&halt.to_string()),
            is_error: halt.is_error(),
        });
        // A run without any check has no verdict, even if the options selected nothing.
        let stopped = match stopped {
            None if !rules.iter().any(|report| report.status.is_judged()) => {
                Some(Stopped { reason: "no rule was judged".to_owned(), is_error: true })
            }
            stopped => stopped,
        };
        Self {
            suite: catalogue.suite,
            base_url: target.base_url().to_owned(),
            seed: run.options.seed,
            operations: run.suite.documents().operations().len(),
            checks: sides.iter().map(|side| side.checks).sum(),
            cases: run.cases(),
            exchanges: run.exchanges(),
            duration: sides.iter().map(|side| side.duration).sum(),
            fuzzing_exchanges: sides.iter().map(|side| side.fuzzing_exchanges).sum(),
            fuzzing: sides.iter().map(|side| side.fuzzing).sum(),
            sides,
            nodes: status::nodes(catalogue, &rules, &failures, &known),
            sentences: status::sentences(catalogue, &rules),
            rules,
            failures,
            deviations,
            practice,
            coverage: run.suite.documents().coverage(),
            stopped,
            sessions_left,
            stages: run.stages.finish(run.sent(), run.environment.clock.now()),
            spaces: run.coverages.all(),
        }
    }

    /// The report of a run that could not begin, for this reason.
    pub fn could_not_run(base_url: String, seed: u64, reason: &str, catalogue: &Catalogue) -> Self {
        let rules = status::none(catalogue, reason);
        Self {
            suite: catalogue.suite,
            base_url,
            seed,
            operations: 0,
            checks: 0,
            cases: 0,
            exchanges: 0,
            duration: Duration::ZERO,
            fuzzing_exchanges: 0,
            fuzzing: Duration::ZERO,
            sides: Vec::new(),
            nodes: status::nodes(catalogue, &rules, &[], &[]),
            sentences: status::sentences(catalogue, &rules),
            rules,
            failures: Vec::new(),
            deviations: Vec::new(),
            practice: Vec::new(),
            coverage: BTreeMap::new(),
            stopped: Some(Stopped { reason: reason.to_owned(), is_error: true }),
            sessions_left: 0,
            stages: Vec::new(),
            spaces: BTreeMap::new(),
        }
    }

    /// The verdict of the report.
    pub fn verdict(&self) -> Verdict {
        match &self.stopped {
            // What was found before the run ended holds whatever ended it.
            _ if !self.failures.is_empty() => Verdict::DoesNotConform,
            Some(stopped) if stopped.is_error => Verdict::None,
            Some(_) => Verdict::NoFailureFound,
            None => Verdict::Conforms,
        }
    }

    /// The exit code for the verdict.
    pub fn exit_code(&self) -> u8 {
        match self.verdict() {
            Verdict::None => exit_code::COULD_NOT_RUN,
            Verdict::DoesNotConform => exit_code::FAILURES,
            Verdict::NoFailureFound | Verdict::Conforms => exit_code::CONFORMS,
        }
    }

    /// The selected rules without a verdict.
    fn left_out(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|report| report.is_left_out())
    }

    /// The rules without a verdict because of an error.
    fn interrupted(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|report| report.status == RuleStatus::CouldNotRun)
    }

    /// Exchanges per second of the whole run.
    pub fn rate(&self) -> f64 {
        per_second(self.exchanges, self.duration)
    }
}

impl SideReport {
    /// Exchanges per second of the fuzzing phase.
    pub fn fuzzing_rate(&self) -> f64 {
        per_second(self.fuzzing_exchanges, self.fuzzing)
    }
}

/// Findings about entries of the deviations file that this run could have matched and did not, because
/// the deviation no longer occurs.
fn stale<S: Suite>(run: &Run<'_, S>, evidence: &[Evidence]) -> Vec<Evidence> {
    if run.options.deviations.0.is_empty() {
        run.not_run(STALE, "`--deviations`");
        return Vec::new();
    }
    run.count_check(STALE);
    let was_asked = |deviation: &&Deviation| {
        run.wants(deviation.rule)
            && run.wants(STALE)
            && run.count(deviation.rule) > 0
            && run.unjudged(deviation.rule).is_none()
            && !deviation.data_dependent
    };
    let was_met = |deviation: &Deviation| {
        let known = evidence.iter().filter_map(|evidence| evidence.deviation.as_ref());
        known.into_iter().any(|known| known.id == deviation.id)
    };
    let entries = run.options.deviations.0.iter().filter(was_asked);
    let stale = entries.filter(|deviation| !was_met(deviation)).map(|deviation| {
        let finding = Finding::new(
            STALE,
            &deviation.id,
            format!(
                "the deviation `{}`, known since {}, did not show: is the entry still needed?",
                deviation.id, deviation.since
            ),
            format!("{} at {}", deviation.rule, deviation.place),
            "none",
        );
        let probe = run.suite.probe();
        let title = "the deviations file";
        let case = Case::new(&probe.operation, title, probe.request, Expect::Anything);
        Evidence { finding, case, response: None, deviation: None, fails: true }
    });
    stale.collect()
}

/// A count with its noun, in the singular or the plural.
fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn per_second(count: u64, duration: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let count = count as f64;
    if duration.is_zero() { 0.0 } else { count / duration.as_secs_f64() }
}

impl Failure {
    fn new(evidence: &Evidence, target: &Target, catalogue: &Catalogue, secrets: &Secrets) -> Self {
        let Evidence { finding, case, response, deviation, fails } = evidence;
        let is_practice = finding.is_practice;
        let rule = catalogue.by_id(finding.rule);
        let redact = |text: &str| secrets.redact(text);
        // Redacted before it is shortened, because half a secret would not be found.
        let short = |text: &str| secrets.redact_beginning(text, 600);
        let path = case.request.path.split('?').next().unwrap_or_default();
        let mut curl = case.request.command(target.base_url(), redact);
        if rule.side() == Side::Server {
            curl.extend(target.headers().iter().map(ExtraHeader::curl));
        }
        Self {
            rule: rule.id,
            side: rule.side(),
            tier: if is_practice { Tier::Practice } else { rule.tier },
            fails: *fails,
            severity: rule.severity,
            text: rule.text,
            sources: rule.sources.iter().map(|source| source.line()).collect(),
            operation: format!("{} {path}", case.request.method),
            case: redact(&case.title),
            place: short(&finding.place),
            message: short(&finding.message),
            expected: short(&finding.expected),
            got: short(&finding.got),
            curl,
            response: response.as_ref().map(|response| {
                let headers: String =
                    response.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
                let headers = secrets.redact_beginning(&headers, 4_000);
                let body = secrets.redact_beginning(&response.text(), 2_000);
                format!("HTTP {}\n{headers}\n{body}", response.status)
            }),
            deviation: deviation
                .as_ref()
                .map(|known| format!("{}, since {}: {}", known.id, known.since, known.reason)),
        }
    }
}
