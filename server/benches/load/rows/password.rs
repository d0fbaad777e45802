//! Logins by password: their rate, and their effect on requests that need no hash.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use login_server::{
    Secret,
    accounts::{HashParameters, PasswordDigest},
    hashing::{HashPool, HashPoolSettings, Requester},
};

use crate::{
    data::PASSWORD,
    generator::{Load, Pace, Until},
    measured::{Goal, Measured, Unit, median},
    stage::{CONNECTIONS, Stage, default_parameters},
};

const HASHES: usize = 40;
/// Well below the maximum rate, so that requests do not wait for each other.
const RESUMES_A_SECOND: f64 = 500.0;

/// The rate of logins, compared with cores / time of a hash and with the rate of plain hashing
/// threads.
pub(super) fn rate(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let cores = thread::available_parallelism()?.get();
    let data = stage.data()?;
    let (mut ratios, mut caps, mut of_caps) = (vec![], vec![], vec![]);
    let (mut hashes, mut plain_rates, mut rates) = (vec![], vec![], vec![]);
    for _ in 0..stage.rounds {
        // Measured before and after, because the speed of an idle core varies.
        let (before, plain_before) = (hash_seconds()?, plain_rate(cores, stage.length)?);
        let server = stage.server(&data, "")?;
        let request = &|number, request: &mut Vec<u8>| data.log_in(number, request);
        let (address, connections, pace) = (server.address, CONNECTIONS, Pace::Saturating);
        let load = |until| Load { address, connections, pace, until, request }.run()?.rate();
        // Fills the memory of the pool and the caches.
        load(Until::Requests(CONNECTIONS as u64))?;
        let rate = load(Until::Elapsed(stage.long()))?;
        drop(server);
        let plain = f64::midpoint(plain_before, plain_rate(cores, stage.length)?);
        let hash = f64::midpoint(before, hash_seconds()?);
        ratios.push(rate * hash / cores as f64);
        caps.push(plain * hash / cores as f64);
        of_caps.push(rate / plain);
        hashes.push(hash * 1e3);
        plain_rates.push(plain);
        rates.push(rate);
    }
    let detail = format!(
        "{:.1} logins a second on {cores} cores; one hash takes {:.1} ms while the other cores are idle",
        median(&rates),
        median(&hashes),
    );
    let cap_detail = format!(
        "{:.1} hashes a second: each thread fills memory of its own again and again, and the cores \
         share a cache and the way to memory",
        median(&plain_rates),
    );
    let goal = Some(Goal::AtLeast(0.95));
    let what = "password logins a second / (cores / time of one hash on an idle core)";
    let cap = "the same of plain threads that hash, one a core, without any server";
    let of_cap = "password logins a second / hashes a second of plain threads";
    let ratio = |name, what: &str, goal, values: &[f64], detail| {
        Measured::new(name, what, goal, Unit::Ratio, values, detail)
    };
    Ok(vec![
        ratio("password", what, goal, &ratios, detail.clone()),
        ratio("password-cap", cap, None, &caps, cap_detail),
        ratio("password-of-cap", of_cap, goal, &of_caps, detail),
    ])
}

/// The hashes per second of threads that do nothing else.
fn plain_rate(threads: usize, length: Duration) -> anyhow::Result<f64> {
    let HashParameters { memory_kib, passes, lanes } = default_parameters();
    let params = Params::new(memory_kib, passes, lanes, None)?;
    let hash = |memory: &mut Vec<Block>| {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        memory.resize(params.block_count(), Block::default());
        let mut output = [0; 32];
        argon2.hash_password_into_with_memory(PASSWORD.as_bytes(), &[7; 16], &mut output, memory)
    };
    let ready = Barrier::new(threads);
    let work = || -> anyhow::Result<f64> {
        let mut memory = Vec::new();
        let warm_up = hash(&mut memory);
        ready.wait();
        warm_up?;
        let (start, mut hashes) = (Instant::now(), 0);
        while start.elapsed() < length {
            hash(&mut memory)?;
            hashes += 1;
        }
        Ok(f64::from(hashes) / start.elapsed().as_secs_f64())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let rates = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?);
        rates.sum()
    })
}

/// The median time of a hash in seconds.
fn hash_seconds() -> anyhow::Result<f64> {
    let parameters = default_parameters();
    let pool = HashPool::start(HashPoolSettings { threads: 1, queue: 1, parameters })?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let digest = PasswordDigest::of(&Secret::from(PASSWORD));
        let stored = pool.hash(digest.clone()).await?;
        let mut times = Vec::new();
        for _ in 0..HASHES {
            let start = Instant::now();
            let stored = Some(stored.clone());
            pool.verify(Requester::own(), digest.clone(), stored).await?;
            times.push(start.elapsed().as_secs_f64());
        }
        Ok(median(&times))
    })
}

/// The p99 of `resume` while passwords are hashed on every core, compared with p99 at the same rate
/// alone.
pub(super) fn tail(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let data = stage.data()?;
    let server = stage.server(&data, "")?;
    let resume = &|number, request: &mut Vec<u8>| data.resume(number, request);
    let log_in = &|number, request: &mut Vec<u8>| data.log_in(number, request);
    let resumes = || -> anyhow::Result<f64> {
        let (address, connections) = (server.address, CONNECTIONS);
        let (pace, until) = (Pace::PerSecond(RESUMES_A_SECOND), Until::Elapsed(stage.long()));
        let outcome = Load { address, connections, pace, until, request: resume }.run()?;
        outcome.rate()?;
        Ok(outcome.latency_ms(99.0))
    };
    let (mut ratios, mut alone, mut saturated, mut logins) = (vec![], vec![], vec![], vec![]);
    resumes()?;
    for _ in 0..stage.rounds {
        let quiet = resumes()?;
        let done = AtomicBool::new(false);
        let (busy, rate) = thread::scope(|scope| {
            let flood = scope.spawn(|| {
                // On existing connections, because each new one would cause a burst of its own.
                let (address, connections) = (server.address, CONNECTIONS);
                let (pace, until) = (Pace::Saturating, Until::Told(&done));
                Load { address, connections, pace, until, request: log_in }.run()?.rate()
            });
            // Let the queue fill before anything is measured.
            thread::sleep(stage.length / 4);
            let busy = resumes();
            done.store(true, Ordering::Relaxed);
            let rate = flood.join().map_err(|_| anyhow::anyhow!("the flood panicked"))??;
            anyhow::Ok((busy?, rate))
        })?;
        ratios.push(busy / quiet);
        alone.push(quiet);
        saturated.push(busy);
        logins.push(rate);
    }
    let detail = format!(
        "p99 {:.2} / {:.2} ms at {RESUMES_A_SECOND} resumes a second, counted from when each was due; \
         meanwhile {:.1} password logins a second from {CONNECTIONS} connections",
        median(&saturated),
        median(&alone),
        median(&logins),
    );
    let what =
        "p99 of `resume` while password logins saturate the hash pool / alone at the same rate";
    let goal = Some(Goal::AtMost(5.0));
    let ratio = Measured::new("tail", what, goal, Unit::Ratio, &ratios, detail.clone());
    let what = "p99 of `resume` while password logins saturate the hash pool";
    let goal = Some(Goal::AtMost(50.0));
    Ok(vec![ratio, Measured::new("tail-ms", what, goal, Unit::Milliseconds, &saturated, detail)])
}
