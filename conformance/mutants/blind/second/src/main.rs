use blind_second::{Account, server, variants};
use std::io::Write;
use std::time::Duration;

const LIFE: Duration = Duration::from_secs(300);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [flag] if flag == "--list" => {
            let all: Vec<_> = variants::ALL.iter().map(|(_, v)| v).collect();
            println!("{}", serde_json::to_string_pretty(&all)?);
            Ok(())
        }
        [name, file] => {
            let id = variants::find(name).ok_or("unknown variant")?;
            let accounts: Vec<Account> = serde_json::from_slice(&std::fs::read(file)?)?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
                println!("http://{}", listener.local_addr()?);
                std::io::stdout().flush()?;
                let _ = tokio::time::timeout(LIFE, server::serve(id, accounts, listener)).await;
                Ok::<(), std::io::Error>(())
            })?;
            runtime.shutdown_background();
            Ok(())
        }
        _ => Err("usage: blind-second --list | blind-second VARIANT ACCOUNTS.json".into()),
    }
}
