//! Calls any endpoint of the server with the credentials of a session.
//!
//! ```text
//! ROCKETCHAT_PASSWORD=alice-demo \
//!     cargo run --example authenticated_call -- http://127.0.0.1:3000 alice /api/v1/me
//! ```

use std::{env, error::Error};

use login_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [base_url, user, path] = arguments.as_slice() else {
        return Err("usage: authenticated_call URL USER PATH".into());
    };

    let session = Client::new(base_url)?.login(user, env::var("ROCKETCHAT_PASSWORD")?).await?;
    let response: serde_json::Value = session.send(session.get(path)).await?;
    println!("{response:#}");
    session.logout().await?;
    Ok(())
}
