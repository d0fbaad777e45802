use std::time::Duration;

use blind_first::{Account, Kind, serve, variants};
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--list"] => {
            list();
            Ok(())
        }
        [variant, accounts] => run(variant, accounts),
        _ => Err("usage: blind-first --list | blind-first VARIANT ACCOUNTS.json".into()),
    };
    if let Err(error) = result {
        eprintln!("blind-first: {error}");
        std::process::exit(2);
    }
}

fn list() {
    let all: Vec<Value> = variants()
        .iter()
        .map(|v| {
            let kind = if v.kind == Kind::Mutant { "mutant" } else { "correct" };
            json!({ "name": v.name, "kind": kind, "what": v.what, "source": v.source })
        })
        .collect();
    println!("{}", serde_json::to_string_pretty(&all).expect("a list of strings is JSON"));
}

fn run(name: &str, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let variant = variants().iter().find(|v| v.name == name).ok_or("no variant has this name")?;
    let accounts = read_accounts(&std::fs::read_to_string(file)?)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        match tokio::time::timeout(Duration::from_secs(300), serve(listener, variant, accounts)).await {
            Ok(result) => Ok(result?),
            Err(_) => Ok(()),
        }
    })
}

/// Reads an array of objects with the members of `Account`; `totp_secret` is hexadecimal text or an array of bytes.
fn read_accounts(text: &str) -> Result<Vec<Account>, Box<dyn std::error::Error>> {
    let list: Vec<Value> = serde_json::from_str(text)?;
    list.iter()
        .map(|a| {
            let text = |key: &str| a[key].as_str().map(str::to_owned);
            let required = |key: &str| text(key).ok_or(format!("an account lacks `{key}`"));
            let totp_secret = match &a["totp_secret"] {
                Value::String(digits) => Some(hex::decode(digits)?),
                Value::Array(bytes) => Some(bytes.iter().filter_map(|b| b.as_u64()).map(|b| b as u8).collect()),
                _ => None,
            };
            Ok(Account {
                id: required("id")?,
                username: required("username")?,
                email: text("email"),
                name: text("name").unwrap_or_default(),
                password: text("password").unwrap_or_default(),
                totp_secret,
                backup_codes: a["backup_codes"]
                    .as_array()
                    .map(|codes| codes.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect())
                    .unwrap_or_default(),
                active: a["active"].as_bool().unwrap_or(true),
                bot: a["bot"].as_bool().unwrap_or(false),
            })
        })
        .collect()
}
