//! Logs in with a password and prints the user.
//!
//! ```text
//! ROCKETCHAT_PASSWORD=alice-demo cargo run --example login -- http://127.0.0.1:3000 alice
//! ```
//!
//! `login-server serve --demo` starts a server to try this with.

use std::{env, error::Error};

use login_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [base_url, user] = arguments.as_slice() else { return Err("usage: login URL USER".into()) };
    let password = env::var("ROCKETCHAT_PASSWORD")?;

    let client = Client::new(base_url)?;
    let session = client.login(user, password).await?;
    println!("logged in, user id {}", session.user_id());
    for deviation in session.deviations() {
        eprintln!("note: {deviation}");
    }

    let me = session.me().await?;
    println!("{} at UTC{:+}", me.username.unwrap_or_default(), me.utc_offset.unwrap_or_default());
    session.logout().await?;
    Ok(())
}
