//! Resident memory: idle with the large database, and after many logins.

use login_server::accounts::HashParameters;

use crate::{
    data::Data,
    generator::{Load, Pace, Until},
    measured::{Goal, Measured, Unit},
    process::Process,
    stage::{CONNECTIONS, Stage, default_parameters},
};

const ACCOUNTS: u32 = 1000;
/// The number of logins before growth counts, in which the caches and the allocator's arenas fill.
const WARM_UP_LOGINS: u64 = 10_000;
const LOGINS: u64 = 100_000;

pub(super) fn growth(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let large = stage.data()?;
    let server = stage.server(&large, "")?;
    log_in(&server, &large, 1)?;
    let idle = server.memory()?;
    // Every hash thread keeps the memory that Argon2 fills.
    log_in(&server, &large, 64)?;
    let hashed = server.memory()?;
    drop(server);

    let HashParameters { memory_kib, passes, lanes } = HashParameters::CHEAP;
    let cheap =
        format!("[hashing]\nmemory_kib = {memory_kib}\npasses = {passes}\nlanes = {lanes}\n");
    let data = Data::of(&stage.cache, ACCOUNTS, HashParameters::CHEAP)?;
    let server = stage.server(&data, &cheap)?;
    let (first, all) =
        if stage.small { (WARM_UP_LOGINS / 10, LOGINS / 50) } else { (WARM_UP_LOGINS, LOGINS) };
    log_in(&server, &data, first)?;
    let after_first = server.memory()?;
    log_in(&server, &data, all - first)?;
    let after_all = server.memory()?;

    let scratch = default_parameters().memory_kib / 1024;
    let idle_detail = format!(
        "`RssAnon` after the first login on {} accounts; `VmRSS`, which counts pages of the database \
         that are the system's, {:.1} MiB; after 64 logins by password {:.1} and {:.1} MiB, since each \
         hash thread keeps {scratch} MiB for Argon2",
        large.accounts, idle.resident, hashed.own, hashed.resident,
    );
    let growth_detail = format!(
        "`RssAnon` (`VmRSS`) {:.1} ({:.1}) MiB after {first} logins by password, {:.1} ({:.1}) MiB after \
         {all}, with hashes of {memory_kib} KiB so that it takes seconds",
        after_first.own, after_first.resident, after_all.own, after_all.resident,
    );
    let mebibytes = |name, what: &str, goal, value, detail| {
        let goal = Some(Goal::AtMost(goal));
        Measured::new(name, what, goal, Unit::Mebibytes, &[value], detail)
    };
    let grown = after_all.own - after_first.own;
    Ok(vec![
        mebibytes("memory-idle", "memory of its own, idle", 40.0, idle.own, idle_detail),
        mebibytes(
            "memory-growth",
            "growth of its own memory after the first 10,000 of 100,000 logins",
            1.0,
            grown,
            growth_detail,
        ),
    ])
}

fn log_in(server: &Process, data: &Data, logins: u64) -> anyhow::Result<()> {
    let request = &|number, request: &mut Vec<u8>| data.log_in(number, request);
    let connections = CONNECTIONS.min(usize::try_from(logins)?);
    let (address, until) = (server.address, Until::Requests(logins));
    Load { address, connections, pace: Pace::Saturating, until, request }.run()?.rate()?;
    Ok(())
}
