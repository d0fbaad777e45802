//! Requests per second, compared with a bare Dropshot server and between databases of two sizes.

use crate::{
    data::Data,
    generator::Request,
    measured::{Goal, Measured, Unit, median},
    stage::{Side, Stage, default_parameters},
};

const FEW: u32 = 1000;

pub(super) fn resume(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    against_bare(stage, ["resume", "resume-cap"], "login by `resume`", Data::resume)
}

pub(super) fn me(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    against_bare(stage, ["me", "me-cap"], "`GET /me`", Data::me)
}

fn against_bare(
    stage: &Stage,
    [name, cap_name]: [&'static str; 2],
    what: &str,
    write: fn(&Data, u64, &mut Vec<u8>),
) -> anyhow::Result<Vec<Measured>> {
    let data = stage.data()?;
    let server = stage.server(&data, "")?;
    let responses = stage.record(&server, &data)?;
    let (bare, looking) = (stage.bare(&responses, None)?, stage.bare(&responses, Some(&data))?);
    let request: Request<'_> = &|number, request| write(&data, number, request);
    let rounds = stage.side_by_side((&server, request), (&bare, request))?;
    let cap_rounds = stage.side_by_side((&looking, request), (&bare, request))?;
    let accounts = data.accounts;
    let what =
        format!("{what} on {accounts} accounts / a bare Dropshot handler, requests a second");
    let cap = "the same of a bare handler that steps to the row of the token / without".to_owned();
    Ok(vec![compare(name, what, Some(0.8), &rounds), compare(cap_name, cap, None, &cap_rounds)])
}

pub(super) fn flat(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let many = stage.data()?;
    let few = Data::of(&stage.cache, FEW, default_parameters())?;
    let (on_many, on_few) = (stage.server(&many, "")?, stage.server(&few, "")?);
    let responses = stage.record(&on_few, &few)?;
    let bare_on_many = stage.bare(&responses, Some(&many))?;
    let bare_on_few = stage.bare(&responses, Some(&few))?;
    let compare_by = |[name, cap_name]: [&'static str; 2],
                      call: &str,
                      write: fn(&Data, u64, &mut Vec<u8>)| {
        let (many_request, few_request): (Request<'_>, Request<'_>) =
            (&|number, request| write(&many, number, request), &|number, request| {
                write(&few, number, request)
            });
        let what = format!("{call} on {} accounts / on {}", many.accounts, few.accounts);
        let cap = "the same of a bare handler that steps to the row of the token".to_owned();
        let rounds = stage.side_by_side((&on_many, many_request), (&on_few, few_request))?;
        let (bare_many, bare_few) = ((&bare_on_many, many_request), (&bare_on_few, few_request));
        let cap_rounds = stage.side_by_side(bare_many, bare_few)?;
        anyhow::Ok([
            compare(name, what, Some(0.95), &rounds),
            compare(cap_name, cap, None, &cap_rounds),
        ])
    };
    let names = ["flat-resume", "flat-resume-cap"];
    let resume = compare_by(names, "login by `resume`", Data::resume)?;
    let me = compare_by(["flat-me", "flat-me-cap"], "`GET /me`", Data::me)?;
    Ok([resume, me].concat())
}

/// The ratio of the rates of the two servers. The load runs on the same cores and costs both the
/// same. The detail contains the processor time of the servers alone.
fn compare(
    name: &'static str,
    what: String,
    goal: Option<f64>,
    rounds: &[(Side, Side)],
) -> Measured {
    let of = |value: fn(&(Side, Side)) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
    let ratios = of(|(one, other)| one.rate / other.rate);
    let detail = format!(
        "{:.0} / {:.0} requests a second; processor time of the server for a request \
         {:.1} / {:.1} µs, of which the inverse ratio is {:.3}",
        median(&of(|(one, _)| one.rate)),
        median(&of(|(_, other)| other.rate)),
        median(&of(|(one, _)| one.cpu_us)),
        median(&of(|(_, other)| other.cpu_us)),
        median(&of(|(one, other)| other.cpu_us / one.cpu_us)),
    );
    Measured::new(name, what, goal.map(Goal::AtLeast), Unit::Ratio, &ratios, detail)
}
