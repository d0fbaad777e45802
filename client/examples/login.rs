//! Logs in, asks for a second factor where the server wants one, and calls an endpoint.
//!
//! ```text
//! cargo run --example login -- https://chat.example.org ana
//! ```
//!
//! The password is taken from the environment variable `ROCKETCHAT_PASSWORD`, or asked for.

use std::error::Error;

use login_client::Client;

const PASSWORD: &str = "ROCKETCHAT_PASSWORD";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base_url), Some(user), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: login BASE_URL USER".into());
    };
    let password = match std::env::var(PASSWORD) {
        Ok(password) => password,
        Err(_) => rpassword::prompt_password("Password: ")?,
    };

    let client = Client::new(&base_url)?;
    let session = client
        .login(user, password)
        .code_with(|_| async { rpassword::prompt_password("Code: ").ok() })
        .await?;
    println!("logged in, user id {}", session.user_id());
    for deviation in session.deviations() {
        eprintln!("note: {deviation}");
    }

    let me = session.me().await?;
    println!("{} at UTC{:+}", me.username.unwrap_or_default(), me.utc_offset.unwrap_or_default());
    session.logout().await?;
    Ok(())
}
