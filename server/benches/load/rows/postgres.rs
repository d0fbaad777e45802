//! Two servers on one PostgreSQL, compared with one server.

use std::thread;

use login_server::testing::TestPostgres;

use crate::{
    data::Data,
    generator::{Load, Pace, Until},
    measured::{Measured, Unit, median},
    process::{Process, busy_time},
    stage::{CONNECTIONS, Stage, default_parameters},
};

const ACCOUNTS: u32 = 10_000;

pub(super) fn two_servers(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let postgres = TestPostgres::start()?;
    let url = runtime.block_on(postgres.database())?;
    let data = Data::in_postgres(&stage.cache, ACCOUNTS, default_parameters(), &url)?;
    let configuration = format!("[store]\nurl = \"{}\"\n", url.expose());
    let servers = [stage.server(&data, &configuration)?, stage.server(&data, &configuration)?];
    let one = |stage: &Stage| together(stage, &data, &servers[..1]);
    let two = |stage: &Stage| together(stage, &data, &servers);
    let (mut ratios, mut rates, mut shares, mut busy) = (vec![], vec![], vec![], vec![]);
    for round in 0..=stage.rounds {
        let (two, one) = if round % 2 == 0 {
            let two = two(stage)?;
            (two, one(stage)?)
        } else {
            let one = one(stage)?;
            (two(stage)?, one)
        };
        if round > 0 {
            ratios.push(two.rate / one.rate);
            rates.push(one.rate);
            shares.push(one.servers_share);
            busy.push(one.busy);
        }
    }
    let detail = format!(
        "{:.0} resumes a second by one server; PostgreSQL, servers and load share {} cores, which one \
         server keeps {:.0}% busy, and {:.0}% of that is the server itself: a second server has no \
         core of its own to add here",
        median(&rates),
        thread::available_parallelism()?,
        median(&busy) * 100.0,
        median(&shares) * 100.0,
    );
    let what = "resumes a second by two servers on one PostgreSQL / by one server";
    Ok(vec![Measured::new("postgres", what, None, Unit::Ratio, &ratios, detail)])
}

struct Together {
    rate: f64,
    /// The share of all cores' time that was used, and the servers' share of that.
    busy: f64,
    servers_share: f64,
}

/// Measures the load with the connections distributed among the servers.
fn together(stage: &Stage, data: &Data, servers: &[Process]) -> anyhow::Result<Together> {
    let request = &|number, request: &mut Vec<u8>| data.resume(number, request);
    let connections = CONNECTIONS / servers.len();
    let spent = || -> anyhow::Result<f64> {
        servers.iter().map(|server| anyhow::Ok(server.cpu_time()?.as_secs_f64())).sum()
    };
    let (before, busy_before) = (spent()?, busy_time()?);
    let rate = thread::scope(|scope| {
        let load = |server: &Process| {
            let (address, pace) = (server.address, Pace::Saturating);
            let until = Until::Elapsed(stage.length);
            let load = Load { address, connections, pace, until, request };
            scope.spawn(move || load.run()?.rate())
        };
        let loads: Vec<_> = servers.iter().map(load).collect();
        let rates = loads
            .into_iter()
            .map(|load| load.join().map_err(|_| anyhow::anyhow!("the load panicked"))?);
        rates.sum::<anyhow::Result<f64>>()
    })?;
    let busy = (busy_time()? - busy_before).as_secs_f64();
    let cores = thread::available_parallelism()?.get() as f64;
    let all = stage.length.as_secs_f64() * cores;
    Ok(Together { rate, busy: busy / all, servers_share: (spent()? - before) / busy })
}
