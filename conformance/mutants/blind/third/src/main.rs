use std::io::Write;
use std::time::Duration;

use blind_third::{server, variants};
use serde_json::{Value, json};

const LIFE: Duration = Duration::from_secs(600);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--list"] => {
            let entry = |kind: &str, v: &(&str, &str)| json!({"id": v.0, "kind": kind, "what": v.1});
            let all: Vec<Value> = (variants::MUTANTS.iter().map(|v| entry("mutant", v)))
                .chain(variants::CORRECT.iter().map(|v| entry("correct", v)))
                .collect();
            println!("{}", serde_json::to_string_pretty(&all)?);
            Ok(())
        }
        ["--variant", id] => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            let id = server::known(id).ok_or("unknown variant")?;
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
                println!("http://{}", listener.local_addr()?);
                std::io::stdout().flush()?;
                let _ = tokio::time::timeout(LIFE, server::serve(id, listener)).await;
                Ok::<(), std::io::Error>(())
            })?;
            runtime.shutdown_background();
            Ok(())
        }
        _ => Err("usage: blind-third --list | blind-third --variant ID".into()),
    }
}
