//! Logins by password: how many, and what they do to those that need no hash.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use login_server::accounts::PasswordDigest;
use login_server::hashing::{HashPool, HashPoolSettings, LegacyHashes};
use login_server::secret::Secret;

use crate::data::PASSWORD;
use crate::generator::{Load, Pace, Until};
use crate::measured::{Goal, Measured, Unit, median};
use crate::stage::{CONNECTIONS, Stage, default_parameters};

const HASHES: usize = 40;
/// Well below what the server can take, so that waiting for one another is not what is measured.
const RESUMES_A_SECOND: f64 = 500.0;

/// Logins a second over cores / time of one hash.
pub(super) fn rate(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let cores = thread::available_parallelism()?.get();
    let data = stage.data()?;
    let (mut ratios, mut hashes, mut busy_hashes, mut rates) = (vec![], vec![], vec![], vec![]);
    for _ in 0..stage.rounds {
        // Before and after, since an idle core may be faster in one moment than in the next.
        let before = hash_seconds(1)?;
        let server = stage.server(&data, "")?;
        let request = &|number, request: &mut Vec<u8>| data.log_in(number, request);
        // Fills the pool's memory and the caches.
        let (address, connections) = (server.address, CONNECTIONS);
        let (pace, until) = (Pace::Saturating, Until::Requests(CONNECTIONS as u64));
        Load { address, connections, pace, until, request }.run()?.rate()?;
        let rate = stage.load(address, request, Pace::Saturating)?.rate()?;
        drop(server);
        let hash = f64::midpoint(before, hash_seconds(1)?);
        let all_busy = hash_seconds(cores)?;
        ratios.push(rate * hash / cores as f64);
        hashes.push(hash * 1e3);
        busy_hashes.push(all_busy * 1e3);
        rates.push(rate);
    }
    let detail = format!(
        "{:.1} logins a second on {cores} cores; a hash takes {:.1} ms while the other cores are idle \
         and {:.1} ms while all of them hash, so that {:.3} of the goal's measure is what cores \
         that share their memory can give",
        median(&rates),
        median(&hashes),
        median(&busy_hashes),
        median(&hashes) / median(&busy_hashes),
    );
    let what = "password logins a second / (cores / time of one hash on an idle core)";
    let goal = Some(Goal::AtLeast(0.95));
    Ok(vec![Measured::new("password", what, goal, Unit::Ratio, &ratios, detail)])
}

/// The median time of a hash, so many at a time.
fn hash_seconds(threads: usize) -> anyhow::Result<f64> {
    let parameters = default_parameters();
    let pool = HashPool::start(HashPoolSettings { threads, queue: 64, parameters })?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let digest = PasswordDigest::of(&Secret::from(PASSWORD));
        let stored = pool.hash(digest.clone()).await?;
        let one_after_another = async || {
            let mut times = Vec::new();
            for _ in 0..HASHES {
                let start = Instant::now();
                let stored = Some(stored.clone());
                pool.verify(digest.clone(), stored, LegacyHashes::Absent).await?;
                times.push(start.elapsed().as_secs_f64());
            }
            anyhow::Ok(median(&times))
        };
        let times =
            futures::future::try_join_all((0..threads).map(|_| one_after_another())).await?;
        Ok(median(&times))
    })
}

/// p99 of `resume` while passwords are hashed on every core, over p99 alone at the same rate.
pub(super) fn tail(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let data = stage.data()?;
    let server = stage.server(&data, "")?;
    let resume = &|number, request: &mut Vec<u8>| data.resume(number, request);
    let log_in = &|number, request: &mut Vec<u8>| data.log_in(number, request);
    let resumes = || -> anyhow::Result<f64> {
        let outcome = stage.load(server.address, resume, Pace::PerSecond(RESUMES_A_SECOND))?;
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
                let (mut answered, start) = (0, Instant::now());
                while !done.load(Ordering::Relaxed) {
                    let (address, connections) = (server.address, CONNECTIONS);
                    let (pace, until) = (Pace::Saturating, Until::Requests(2 * CONNECTIONS as u64));
                    let load = Load { address, connections, pace, until, request: log_in };
                    answered += load.run()?.answered;
                }
                anyhow::Ok(answered as f64 / start.elapsed().as_secs_f64())
            });
            // The queue is full before anything is measured.
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
