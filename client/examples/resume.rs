//! Keeps a session in a file, and logs in with a password only after that session has ended.
//!
//! ```text
//! ROCKETCHAT_PASSWORD=alice-demo cargo run --example resume -- http://127.0.0.1:3000 alice session.json
//! ```
//!
//! The file holds a token, which must be protected like a password: only its owner may read it.

use std::{env, error::Error, fs, io, path::Path};

use login_client::{Client, Session, StoredSession};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [base_url, user, file] = arguments.as_slice() else {
        return Err("usage: resume URL USER FILE".into());
    };
    let file = Path::new(file);

    let client = Client::new(base_url)?;
    let session = match resume(&client, file).await? {
        Some(session) => {
            println!("resumed, user id {}", session.user_id());
            session
        }
        None => {
            let session = client.login(user, env::var("ROCKETCHAT_PASSWORD")?).await?;
            println!("logged in anew, user id {}", session.user_id());
            session
        }
    };
    write_private(file, &serde_json::to_vec(&session.to_stored())?)?;
    Ok(())
}

/// Returns the session in the file if there is one and the server still accepts it.
async fn resume(client: &Client, file: &Path) -> Result<Option<Session>, Box<dyn Error>> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let stored: StoredSession = serde_json::from_slice(&text)?;
    // `restore` checks that the session belongs to this server before the token is sent.
    let token = client.restore(stored)?.auth_token().clone();
    match client.resume(token).await {
        Ok(session) => Ok(Some(session)),
        Err(login_client::Error::InvalidCredentials) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write_private(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, text)
}
