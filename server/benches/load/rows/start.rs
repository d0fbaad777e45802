//! The time from the start of the program to its first response.

use std::time::Instant;

use crate::{
    connection::Connection,
    measured::{Goal, Measured, Unit},
    stage::Stage,
};

pub(super) fn first_response(stage: &Stage) -> anyhow::Result<Vec<Measured>> {
    let data = stage.data()?;
    let mut request = Vec::new();
    data.resume(0, &mut request);
    let mut times = Vec::new();
    // The first start is the warm-up, because the files may not be cached yet.
    for round in 0..=stage.rounds {
        let start = Instant::now();
        let server = stage.server(&data, "")?;
        let status = Connection::open(server.address)?.exchange(&request)?.status;
        let time = start.elapsed();
        anyhow::ensure!(status == 200, "the server responds with {status}");
        if round > 0 {
            times.push(time.as_secs_f64() * 1e3);
        }
    }
    let what = format!("start to the first answered `resume`, on {} accounts", data.accounts);
    let goal = Some(Goal::AtMost(200.0));
    let detail =
        "the process is started anew in each round; files are in the system's cache".to_owned();
    Ok(vec![Measured::new("start", what, goal, Unit::Milliseconds, &times, detail)])
}
