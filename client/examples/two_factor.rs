//! Logs in at a terminal and asks for a second factor if the server requires one.
//!
//! ```text
//! cargo run --example two_factor -- http://127.0.0.1:3000 carol
//! ```
//!
//! `login-server serve --demo` starts a server to try this with; it prints carol's codes.

use std::{env, error::Error};

use login_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [base_url, user] = arguments.as_slice() else {
        return Err("usage: two_factor URL USER".into());
    };
    let password = rpassword::prompt_password("Password: ")?;

    let client = Client::new(base_url)?;
    let outcome = client
        .login(user, password)
        .code_with(|factor| async move {
            if factor.code_generated() == Some(true) {
                println!("The server has sent you a code.");
            }
            rpassword::prompt_password("Code, or nothing to give up: ")
                .ok()
                .filter(|code| !code.is_empty())
        })
        .await;
    match outcome {
        Ok(session) => {
            println!("logged in, user id {}", session.user_id());
            session.logout().await?;
        }
        Err(login_client::Error::TotpRequired(factor)) => {
            println!("given up; any of these would have done: {}", factor.methods().join(", "));
        }
        Err(login_client::Error::TotpInvalid(_)) => println!("that code is wrong"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
