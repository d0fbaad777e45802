//! The hash pool under load, and hashes that must not be computed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use login_server::{
    accounts::{Account, NewAccount, PasswordHash, Profile},
    config::ConfigLogging,
    logging,
    testing::{TestAccount, TestServer},
};
use serde_json::{Value, json};

use crate::{
    captured::Captured,
    http::{Response, log_in, send},
};

/// A login from this address, as a trusted proxy reports it.
async fn log_in_from(url: &str, address: &str, body: Value) -> Response {
    let body = body.to_string();
    let head = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {address}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    send(url, format!("{head}{body}").into_bytes()).await
}

/// Floods a server from one client while another client logs in repeatedly.
async fn flood(flooding: [&'static str; 2], other: [&'static str; 2]) {
    const CONNECTIONS: usize = 100;
    const LOGINS: usize = 20;

    let server = TestServer::builder()
        .account(TestAccount::new("mallory", "mallory-pw"))
        .account(TestAccount::new("alice", "alice-pw"))
        .config(|config| {
            // The lockout would hold back most of the flood before the queue does.
            config.lockout.enabled = false;
            config.hashing.threads = Some(2);
            config.hashing.queue = 64;
            (config.hashing.memory_kib, config.hashing.passes) = (4096, 1);
            config.server.trusted_proxies = serde_json::from_value(json!(["127.0.0.1"])).unwrap();
        })
        .start()
        .await
        .unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let refused = Arc::new(AtomicUsize::new(0));
    let floods = (0..CONNECTIONS).map(|_| {
        let (url, stop, refused) = (server.base_url(), Arc::clone(&stop), Arc::clone(&refused));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let [address, user] = flooding;
                let body = json!({"user": user, "password": format!("{user}-pw")});
                match log_in_from(&url, address, body).await.status {
                    200 => {}
                    503 => drop(refused.fetch_add(1, Ordering::Relaxed)),
                    status => panic!("{status}"),
                }
            }
        })
    });
    let floods: Vec<_> = floods.collect();
    while refused.load(Ordering::Relaxed) < CONNECTIONS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for _ in 0..LOGINS {
        let [address, user] = other;
        let body = json!({"user": user, "password": format!("{user}-pw")});
        let login = log_in_from(&server.base_url(), address, body).await;
        assert_eq!(login.status, 200, "{login:?}");
    }
    stop.store(true, Ordering::Relaxed);
    for flood in floods {
        flood.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_from_one_address_does_not_block_others() {
    flood(["192.0.2.1", "mallory"], ["198.51.100.1", "alice"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_of_one_account_does_not_block_others_at_the_same_address() {
    flood(["192.0.2.1", "mallory"], ["192.0.2.1", "alice"]).await;
}

#[tokio::test]
async fn unusable_stored_hash_is_refused_like_a_wrong_password_and_logged_once() {
    let captured = Captured::default();
    let server = TestServer::builder()
        .account(TestAccount::new("alice", "pw"))
        .log(logging::logger(&ConfigLogging::default(), captured.clone()))
        .start()
        .await
        .unwrap();
    let salt_and_hash = "c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    let hashes = [
        "$2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_owned(),
        format!("$argon2id$v=19$m=2097152,t=1,p=4${salt_and_hash}"),
        format!("$argon2id$v=19$m=65536,t=4000000000,p=4${salt_and_hash}"),
        format!("$argon2i$v=19$m=8,t=1,p=1${salt_and_hash}"),
        "hunter2".to_owned(),
    ];
    // Hashes as an earlier version may have stored them.
    let names = ["old0", "old1", "old2", "old3", "last"];
    for (name, hash) in names.iter().zip(&hashes) {
        let profile = Profile { username: (*name).to_owned(), ..Profile::default() };
        let password = Some(PasswordHash::from_stored(hash.clone()));
        let account = Account { password, ..Account::new(profile) };
        let new = NewAccount { account, backup_code_hashes: Vec::new() };
        server.store().add_account(&new).await.unwrap();
    }
    let url = server.base_url();
    let wrong = log_in(&url, json!({"user": "alice", "password": "no"})).await;
    for name in names.iter().flat_map(|name| [name, name]) {
        let refused = log_in(&url, json!({"user": name, "password": "pw"})).await;
        assert_eq!((refused.status, &refused.body), (401, &wrong.body));
    }
    // The line for the last user is written after those of the others.
    let log = captured.wait_for("username: last");
    let said = |what: &str| log.lines().filter(|line| line.contains(what)).count();
    assert_eq!(said("the stored hash cannot be verified"), hashes.len(), "{log}");
    assert_eq!(said("bcrypt cost 31 is not between 4 and 14"), 1, "{log}");
    assert!(hashes.iter().all(|hash| said(&hash[hash.len() - 6..]) == 0), "{log}");
}
