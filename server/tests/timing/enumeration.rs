//! The time of a refusal does not tell whether there is such an account.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use login_server::{
    Secret,
    accounts::{
        Account, HashParameters, Identity, NewAccount, PasswordDigest, PasswordHash, Profile,
    },
    hashing::{HashPool, HashPoolSettings},
    testing::{TestAccount, TestServer, TestServerBuilder},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::slapd::Slapd;

/// Held by the test that measures.
static QUIET: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const LOGINS: usize = 200;
const TOLERANCE: f64 = 0.05;
/// The machine may be busy with something else, and then the medians say nothing. A server that
/// skipped the hash for unknown names would answer them several times as fast in every round.
const ROUNDS: usize = 6;

fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    connection
}

/// The bytes of an answer, on a connection that stays open.
fn exchange(connection: &mut TcpStream, body: &Value) -> (Duration, String) {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let began = Instant::now();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 2048];
    // Every answer here is one object without another inside.
    while !answer.ends_with(b"}") {
        let length = connection.read(&mut piece).unwrap();
        assert_ne!(length, 0, "the connection was closed");
        answer.extend_from_slice(&piece[..length]);
    }
    (began.elapsed(), String::from_utf8(answer).unwrap())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Interleaved, so that whatever else the machine does hits all alike, and in changing order, so
/// that none always follows the same other one.
fn medians<const N: usize>(connection: &mut TcpStream, names: [&str; N]) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for login in 0..LOGINS {
        for turn in 0..N {
            let index = if login % 2 == 0 { (login + turn) % N } else { (login + N - turn) % N };
            let body = json!({"user": names[index], "password": format!("no{login}")});
            times[index].push(exchange(connection, &body).0);
        }
    }
    times.map(median)
}

/// How much longer the slowest takes than the fastest.
fn spread(medians: &[f64]) -> f64 {
    let slowest = medians.iter().copied().fold(f64::MIN, f64::max);
    slowest / medians.iter().copied().fold(f64::MAX, f64::min) - 1.0
}

/// Judges names whose refusals must not be told apart.
fn alike<const N: usize>(address: SocketAddr, names: [&str; N]) {
    let mut connection = connect(address);
    let answers = names.map(|name| {
        let answer = exchange(&mut connection, &json!({"user": name, "password": "no"})).1;
        let told = |line: &&str| !line.starts_with("date:") && !line.starts_with("x-request-id:");
        answer.lines().filter(told).map(str::to_owned).collect::<Vec<_>>()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mut seen = Vec::new();
    for _ in 0..ROUNDS {
        let medians = medians(&mut connection, names);
        let spread = spread(&medians);
        println!("{names:?}: {medians:.5?} s, {:.2}% apart", 100.0 * spread);
        if spread <= TOLERANCE {
            return;
        }
        seen.push(medians);
    }
    panic!("seconds for {names:?}: {seen:?}");
}

fn server() -> TestServerBuilder {
    TestServer::builder().account(TestAccount::new("alice", "pw")).config(|config| {
        // The hash that a server has by default, which the test API makes cheap.
        config.hashing = login_server::config::Config::default().hashing;
        config.lockout.account_failures = u32::MAX;
        config.lockout.address_failures = u32::MAX;
    })
}

async fn judge<const N: usize>(server: &TestServer, names: [&'static str; N]) {
    let address = server.server().local_addr();
    tokio::task::spawn_blocking(move || alike(address, names)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_take_the_same_time() {
    let _quiet = QUIET.lock().await;
    let idle = TestAccount::new("idle", "pw").inactive();
    let server = server().account(idle).start().await.unwrap();
    judge(&server, ["alice", "idle", "nobody"]).await;
}

/// Stores an account past the server, as an import does.
async fn add(server: &TestServer, username: &str, password: PasswordHash) {
    let profile = Profile { username: username.to_owned(), ..Profile::default() };
    let account = Account { password: Some(password), ..Account::new(profile) };
    let new = NewAccount { account, backup_code_hashes: Vec::new() };
    server.store().add_account(&new).await.unwrap();
}

fn bcrypt(cost: u32) -> PasswordHash {
    let hash = bcrypt::hash(hex::encode(Sha256::digest("pw")), cost).unwrap();
    PasswordHash::from_stored(hash)
}

async fn argon2id(parameters: HashParameters) -> PasswordHash {
    let pool = HashPool::start(HashPoolSettings { threads: 1, queue: 1, parameters }).unwrap();
    pool.hash(PasswordDigest::of(&Secret::from("pw"))).await.unwrap()
}

#[tokio::test]
async fn while_bcrypt_is_about_it_does_not_tell_who_still_has_it() {
    let _quiet = QUIET.lock().await;
    let server = server().start().await.unwrap();
    // The cost of those that Rocket.Chat writes.
    add(&server, "old", bcrypt(10)).await;
    judge(&server, ["old", "nobody"]).await;
}

/// The processor time, in seconds, that the hash threads of this process have taken so far.
#[cfg(target_os = "linux")]
fn hashing_time() -> f64 {
    let read = |task: &std::path::Path, file| std::fs::read_to_string(task.join(file)).ok();
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let times =
        tasks.filter(|task| read(task, "comm").is_some_and(|name| name.starts_with("hash-")));
    times
        .map(|task| {
            // A thread that still runs has taken more than is told here.
            while read(&task, "stat").is_some_and(|stat| stat.contains(") R ")) {
                std::thread::yield_now();
            }
            let schedstat = read(&task, "schedstat").unwrap();
            schedstat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
        })
        .sum()
}

/// How many refusals of each name are measured in a round. Processor time differs less than the time that passes
/// does, and some hashes are dear; `LOGIN_TEST_TIMING=200` measures as many as elsewhere.
#[cfg(target_os = "linux")]
fn samples() -> usize {
    std::env::var("LOGIN_TEST_TIMING").map_or(40, |samples| samples.parse().unwrap())
}

/// The median processor time of a refusal of each name.
#[cfg(target_os = "linux")]
fn cost_alike<const N: usize>(address: SocketAddr, names: [&str; N]) {
    let mut connection = connect(address);
    // From now on, the server knows every kind of hash.
    for name in names {
        exchange(&mut connection, &json!({"user": name, "password": "no"}));
    }
    // All samples count, however many there are: noise shrinks with more of them, a difference stays.
    let mut times = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for login in 0..samples() {
            for turn in 0..N {
                let index =
                    if login % 2 == 0 { (login + turn) % N } else { (login + N - turn) % N };
                let body = json!({"user": names[index], "password": format!("no{login}")});
                let before = hashing_time();
                exchange(&mut connection, &body);
                times[index].push(Duration::from_secs_f64(hashing_time() - before));
            }
        }
        let medians = times.clone().map(median);
        let spread = spread(&medians);
        println!("{names:?}: {medians:.5?} s of processor time, {:.2}% apart", 100.0 * spread);
        if spread <= TOLERANCE {
            return;
        }
    }
    panic!("seconds for {names:?}: {:?}", times.map(median));
}

#[cfg(target_os = "linux")]
async fn judge_cost<const N: usize>(server: &TestServer, names: [&'static str; N]) {
    let address = server.server().local_addr();
    tokio::task::spawn_blocking(move || cost_alike(address, names)).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_the_parameters_are_changed_a_refusal_costs_the_same() {
    let _quiet = QUIET.lock().await;
    let server = server().config(|config| config.hashing.threads = Some(1)).start().await.unwrap();
    let before = HashParameters { memory_kib: 12 * 1024, ..HashParameters::RECOMMENDED };
    add(&server, "before", argon2id(before).await).await;
    judge_cost(&server, ["alice", "before", "nobody"]).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn with_bcrypt_of_several_costs_a_refusal_costs_the_same() {
    let _quiet = QUIET.lock().await;
    let server = server().config(|config| config.hashing.threads = Some(1)).start().await.unwrap();
    for (name, cost) in [("cost8", 8), ("cost10", 10), ("cost12", 12)] {
        add(&server, name, bcrypt(cost)).await;
    }
    judge_cost(&server, ["alice", "cost8", "cost10", "cost12", "nobody"]).await;
}

#[tokio::test]
async fn with_a_directory_the_time_does_not_tell_whose_account_it_is_either() {
    let _quiet = QUIET.lock().await;
    let slapd = Slapd::start();
    let server = server().config(|config| config.ldap = Some(slapd.config(None)));
    let server = server.start().await.unwrap();
    let address = server.server().local_addr();
    // So that she has an account. On a connection of its own, where it does not matter how much of
    // the answer is read.
    let lara = json!({"user": "lara", "password": "lara-pw"});
    tokio::task::spawn_blocking(move || exchange(&mut connect(address), &lara)).await.unwrap();
    judge(&server, ["alice", "lara", "nobody"]).await;
    let identity = Identity::Username("lara".to_owned());
    assert!(server.store().find_account(&identity).await.unwrap().is_some());
}
