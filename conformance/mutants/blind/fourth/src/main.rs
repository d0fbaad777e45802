//! An in-memory login server with one switch for each variant.

mod catalog;
mod model;
mod server;
mod wire;

use std::time::Duration;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--list"] => println!("{}", catalog::list()),
        ["--variant", id] if catalog::VARIANTS.iter().any(|v| v.0 == id) => run(id),
        ["--variant", id] => {
            eprintln!("no variant `{id}`; see --list");
            std::process::exit(2);
        }
        _ => {
            eprintln!("usage: blind-fourth --list | --variant ID");
            std::process::exit(2);
        }
    }
}

fn run(id: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let state = model::State::new(id, &base);
        println!("{base}");
        let _ = tokio::time::timeout(Duration::from_secs(600), wire::serve(listener, state)).await;
    });
    runtime.shutdown_background();
}
