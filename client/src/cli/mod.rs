//! The command: it parses arguments, prints a session and maps each kind of error to an exit code.

mod arguments;
mod exit_code;
mod http;
mod input;
mod output;
mod report;

use std::{borrow::Cow, process::ExitCode};

use anyhow::Context;
use clap::Parser;
use login_client::{Client, Secret, Session, StoredSession};

use arguments::{Arguments, Command, Login, Output, Server, SessionSource};

/// A usage error, which the caller can fix in the arguments, in the style of clap's own errors.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(Cow<'static, str>);

const NO_SERVER: Usage = Usage(Cow::Borrowed("no server: give --base-url or set ROCKETCHAT_URL"));

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(&format!("error: no runtime: {error}"));
            return exit_code::FAILURE.into();
        }
    };
    match runtime.block_on(run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::report(&error);
            exit_code::of_any(&error).into()
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = &arguments.server;
    match &arguments.command {
        Command::Login(login) => print(server, &log_in(server, login).await?, &login.output),
        Command::Resume { session, output } => {
            let (client, stored) = take(server, session)?;
            // `restore` refuses a session of another server before the token is sent.
            let session = client.restore(stored)?;
            print(server, &client.resume(session.auth_token()).await?, output)
        }
        Command::Me(session) => {
            let profile = restored(server, session)?.me().await?;
            let text = serde_json::to_string_pretty(profile.raw())?;
            // The reader of the pipe may have closed it, as `head` does.
            Ok(output::print(&(text + "\n")).or_else(output::unless_gone)?)
        }
        Command::Logout(session) => Ok(restored(server, session)?.logout().await?),
    }
}

async fn log_in(server: &Server, arguments: &Login) -> anyhow::Result<Session> {
    let client = server.client(server.base_url().ok_or(NO_SERVER)?)?;
    let password = if arguments.password_stdin {
        input::password()?
    } else {
        let password = rpassword::prompt_password("password: ");
        Secret::from(password.context("no terminal to ask at; --password-stdin needs none")?)
    };
    let login = client.login(arguments.user.as_str(), password);
    let login = match &arguments.code {
        Some(code) => login.code(input::code(code)),
        None => login.code_with(|factor| async move {
            let method = factor.method().unwrap_or("totp").to_owned();
            // Without a terminal nobody can type a code, so the login ends with the server's
            // refusal.
            let typed = rpassword::prompt_password(format!("second factor ({method}): ")).ok()?;
            Some(input::code(&Secret::from(typed)))
        }),
    };
    Ok(login.await?)
}

fn restored(server: &Server, source: &SessionSource) -> anyhow::Result<Session> {
    let (client, stored) = take(server, source)?;
    Ok(client.restore(stored)?)
}

/// Reads the session that a command is about, and makes a client for its server.
fn take(server: &Server, source: &SessionSource) -> anyhow::Result<(Client, StoredSession)> {
    let Some(file) = &source.session else { return take_from_environment(server) };
    let place = file.display();
    let text = input::file(file).with_context(|| place.to_string())?;
    let stored: StoredSession = serde_json::from_str(text.expose()).map_err(|error| {
        // serde's message quotes the text, which may be a token.
        let (line, column) = (error.line(), error.column());
        let what = "holds no session as `--output json` prints it";
        Usage(format!("{place} {what}: line {line}, column {column}").into())
    })?;
    let client = server.client(server.base_url().unwrap_or(&stored.base_url))?;
    Ok((client, stored))
}

fn take_from_environment(server: &Server) -> anyhow::Result<(Client, StoredSession)> {
    let variable = |name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty());
        value.ok_or_else(|| Usage(format!("no session: give --session or set {name}").into()))
    };
    let client = server.client(server.base_url().ok_or(NO_SERVER)?)?;
    let stored = StoredSession {
        base_url: client.base_url().to_owned(),
        user_id: variable("ROCKETCHAT_USER_ID")?,
        auth_token: variable("ROCKETCHAT_AUTH_TOKEN")?.into(),
    };
    Ok((client, stored))
}

fn print(server: &Server, session: &Session, output: &Output) -> anyhow::Result<()> {
    if output.deviations {
        for deviation in session.deviations() {
            output::say(&format!("note: {deviation}"));
        }
    }
    let text = output::render(server, session, output.output)?;
    // A session that cannot be printed is lost, so a closed pipe is an error here.
    output::print(&text).context("cannot print the session")
}
