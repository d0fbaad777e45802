//! Resident memory: idle on the large database, and after many logins.

use login_server::accounts::HashParameters;

use crate::data::Data;
use crate::generator::{Load, Pace, Until};
use crate::measured::{Goal, Measured, Unit};
use crate::process::Process;
use crate::stage::{CONNECTIONS, Stage, default_parameters};

const ACCOUNTS: u64 = 1000;
/// Growth is what comes after the caches and the allocator's arenas have filled.
const FIRST: u64 = 10_000;
const ALL: u64 = 100_000;

pub(super) fn growth(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let large = stage.data()?;
    let server = stage.server(&large, "")?;
    log_in(&server, &large, 1)?;
    let idle = server.resident_mib()?;
    // Every hash thread keeps the memory that Argon2 fills.
    log_in(&server, &large, 64)?;
    let hashed = server.resident_mib()?;
    drop(server);

    let HashParameters { memory_kib, passes, lanes } = HashParameters::CHEAP;
    let cheap =
        format!("[hashing]\nmemory_kib = {memory_kib}\npasses = {passes}\nlanes = {lanes}\n");
    let data = Data::of(&stage.cache, ACCOUNTS, HashParameters::CHEAP)?;
    let server = stage.server(&data, &cheap)?;
    let (first, all) = if stage.small { (FIRST / 10, ALL / 50) } else { (FIRST, ALL) };
    log_in(&server, &data, first)?;
    let after_first = server.resident_mib()?;
    log_in(&server, &data, all - first)?;
    let after_all = server.resident_mib()?;

    let scratch = default_parameters().memory_kib / 1024;
    let idle_detail = format!(
        "after the first login on {} accounts; {hashed:.1} MiB after 64 logins by password, since \
         each hash thread keeps {scratch} MiB for Argon2",
        large.accounts
    );
    let growth_detail = format!(
        "{after_first:.1} MiB after {first} logins by password, {after_all:.1} MiB after {all}, \
         with hashes of {memory_kib} KiB so that it takes seconds"
    );
    let mebibytes = |name, what: &str, goal, value, detail| {
        let goal = Some(Goal::AtMost(goal));
        Measured::new(name, what, goal, Unit::Mebibytes, &[value], detail)
    };
    let grown = after_all - after_first;
    Ok(vec![
        mebibytes("memory-idle", "resident memory, idle", 40.0, idle, idle_detail),
        mebibytes(
            "memory-growth",
            "growth of resident memory after the first 10,000 of 100,000 logins",
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
