//! The time of a refusal does not reveal whether there is an account.

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
/// The number of rounds, because other load on the machine can distort the medians. If the server
/// skipped the hash for unknown names, it would respond several times faster in every round.
const ROUNDS: usize = 6;

fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    connection
}

/// Sends a request on an open connection, and returns the time and the response.
fn exchange(connection: &mut TcpStream, body: &Value) -> (Duration, String) {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let began = Instant::now();
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    let mut piece = [0; 2048];
    // Every response here is an object without nested objects.
    while !response.ends_with(b"}") {
        let length = connection.read(&mut piece).unwrap();
        assert_ne!(length, 0, "the connection was closed");
        response.extend_from_slice(&piece[..length]);
    }
    (began.elapsed(), String::from_utf8(response).unwrap())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Measures the names alternately and in changing order, so that other load affects all of them,
/// and none always follows the same other one.
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

/// The relative difference between the slowest and the fastest.
fn spread(medians: &[f64]) -> f64 {
    let slowest = medians.iter().copied().fold(f64::MIN, f64::max);
    slowest / medians.iter().copied().fold(f64::MAX, f64::min) - 1.0
}

/// Asserts that refusals of these names take the same time.
fn alike<const N: usize>(address: SocketAddr, names: [&str; N]) {
    let mut connection = connect(address);
    let responses = names.map(|name| {
        let response = exchange(&mut connection, &json!({"user": name, "password": "no"})).1;
        let told = |line: &&str| !line.starts_with("date:") && !line.starts_with("x-request-id:");
        response.lines().filter(told).map(str::to_owned).collect::<Vec<_>>()
    });
    assert!(responses.iter().all(|response| *response == responses[0]), "{responses:?}");
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
        // The default hash of a server, which the test API replaces by a cheap one.
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
async fn wrong_password_and_unknown_name_take_the_same_time() {
    let _quiet = QUIET.lock().await;
    let idle = TestAccount::new("idle", "pw").inactive();
    let server = server().account(idle).start().await.unwrap();
    judge(&server, ["alice", "idle", "nobody"]).await;
}

/// Stores an account directly, as an import does.
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
async fn refusals_cost_the_same_while_some_hashes_are_bcrypt() {
    let _quiet = QUIET.lock().await;
    let server = server().start().await.unwrap();
    // The cost of Rocket.Chat's hashes.
    add(&server, "old", bcrypt(10)).await;
    judge(&server, ["old", "nobody"]).await;
}

/// The processor time in seconds that the hash threads of this process have used.
#[cfg(target_os = "linux")]
fn hashing_time() -> f64 {
    let read = |task: &std::path::Path, file| std::fs::read_to_string(task.join(file)).ok();
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let times =
        tasks.filter(|task| read(task, "comm").is_some_and(|name| name.starts_with("hash-")));
    times
        .map(|task| {
            // A running thread has used more than is shown here.
            while read(&task, "stat").is_some_and(|stat| stat.contains(") R ")) {
                std::thread::yield_now();
            }
            let schedstat = read(&task, "schedstat").unwrap();
            schedstat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
        })
        .sum()
}

/// The number of refusals per name in a round. Processor time varies less than elapsed time, and
/// some hashes are expensive; `LOGIN_TEST_TIMING=200` measures as many as the other tests.
#[cfg(target_os = "linux")]
fn samples() -> usize {
    std::env::var("LOGIN_TEST_TIMING").map_or(40, |samples| samples.parse().unwrap())
}

/// Asserts that refusals of these names cost the same processor time.
#[cfg(target_os = "linux")]
fn cost_alike<const N: usize>(address: SocketAddr, names: [&str; N]) {
    let mut connection = connect(address);
    // From now on, the server knows every kind of hash.
    for name in names {
        exchange(&mut connection, &json!({"user": name, "password": "no"}));
    }
    // All samples count: more samples reduce the noise, but not a difference.
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
async fn refusals_cost_the_same_after_a_change_of_parameters() {
    let _quiet = QUIET.lock().await;
    let server = server().config(|config| config.hashing.threads = Some(1)).start().await.unwrap();
    let before = HashParameters { memory_kib: 12 * 1024, ..HashParameters::RECOMMENDED };
    add(&server, "before", argon2id(before).await).await;
    judge_cost(&server, ["alice", "before", "nobody"]).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn refusals_cost_the_same_with_several_bcrypt_costs() {
    let _quiet = QUIET.lock().await;
    let server = server().config(|config| config.hashing.threads = Some(1)).start().await.unwrap();
    for (name, cost) in [("cost8", 8), ("cost10", 10), ("cost12", 12)] {
        add(&server, name, bcrypt(cost)).await;
    }
    judge_cost(&server, ["alice", "cost8", "cost10", "cost12", "nobody"]).await;
}

#[tokio::test]
async fn refusals_take_the_same_time_with_a_directory() {
    let _quiet = QUIET.lock().await;
    let slapd = Slapd::start();
    let server = server().config(|config| config.ldap = Some(slapd.config(None)));
    let server = server.start().await.unwrap();
    let address = server.server().local_addr();
    // Make the account, on a connection of its own, where the rest of the response need not be
    // read.
    let lara = json!({"user": "lara", "password": "lara-pw"});
    tokio::task::spawn_blocking(move || exchange(&mut connect(address), &lara)).await.unwrap();
    judge(&server, ["alice", "lara", "nobody"]).await;
    let identity = Identity::Username("lara".to_owned());
    assert!(server.store().find_account(&identity).await.unwrap().is_some());
}
