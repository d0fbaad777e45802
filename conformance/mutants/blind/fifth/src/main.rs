use std::process::ExitCode;

use blind_fifth::{server, variants};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--list"] => {
            println!("{}", variants::list());
            ExitCode::SUCCESS
        }
        ["--variant", id] => match variants::find(id) {
            Some(variant) => server::run(variant.id),
            None => {
                eprintln!("blind-fifth: no variant {id}; --list shows all");
                ExitCode::from(2)
            }
        },
        _ => {
            eprintln!("usage: blind-fifth --list | --variant ID");
            ExitCode::from(2)
        }
    }
}
