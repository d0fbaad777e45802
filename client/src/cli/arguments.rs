//! The command line. Passwords and tokens are never arguments, because `ps` shows arguments.

use std::{borrow::Cow, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use login_client::{Client, Retry, Secret, reqwest::Url};

use super::{Usage, exit_code, http};

/// Log in to Rocket.Chat and use the session from scripts
///
/// `eval "$(login-client login --user ana)"` sets ROCKETCHAT_URL, ROCKETCHAT_USER_ID and
/// ROCKETCHAT_AUTH_TOKEN, which every other command reads.
#[derive(Debug, Parser)]
#[command(version, after_help = exit_code::HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Log in with a password and print the session
    Login(Login),
    /// Log in again with the token of a session and print it
    Resume {
        #[command(flatten)]
        session: SessionSource,
        #[command(flatten)]
        output: Output,
    },
    /// Print the account of a session as JSON
    Me(SessionSource),
    /// End a session on the server
    Logout(SessionSource),
}

#[derive(Debug, Args)]
pub(crate) struct Server {
    /// The URL of the server with its sub-path [default for a stored session: the session's
    /// URL]
    #[arg(long, global = true, env = "ROCKETCHAT_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Send the login as a form, for old proxies that accept nothing else
    #[arg(long, global = true)]
    form: bool,
    /// The maximum time for a call, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Retry up to this many times where that is safe
    #[arg(long, global = true, value_name = "TIMES", default_value_t = 0)]
    retry: u32,
    /// Trust only the authorities in this file of PEM certificates [default: the system's]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Send a header with the value of an environment variable, such as
    /// Authorization=PROXY_AUTH for a proxy that requires a password; can be given more than
    /// once
    #[arg(long = "header", global = true, value_name = "NAME=ENV_VAR")]
    pub(crate) headers: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The user name or the e-mail address
    #[arg(long)]
    pub(crate) user: String,
    /// Read the password from the first line of the standard input, without a prompt
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// The second factor, with or without spaces and dashes; if this is not given, the command
    /// asks for it when the server requires one
    #[arg(long, env = "ROCKETCHAT_CODE", hide_env_values = true)]
    pub(crate) code: Option<Secret>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// How to print the session
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Format,
    /// Also print on standard error where the response differs from the documentation
    #[arg(long)]
    pub(crate) deviations: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Format {
    /// Lines for `eval` in a shell
    #[default]
    Env,
    /// The format that `--session` reads
    Json,
    /// A curl command that requests the account
    Curl,
}

#[derive(Debug, Args)]
pub(crate) struct SessionSource {
    /// A session as `--output json` prints it; `-` reads standard input. Without this option,
    /// the command uses ROCKETCHAT_USER_ID and ROCKETCHAT_AUTH_TOKEN
    #[arg(long, value_name = "FILE")]
    pub(crate) session: Option<PathBuf>,
}

impl Server {
    pub(crate) fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// A client for this server, set up as the arguments say.
    pub(crate) fn client(&self, base_url: &str) -> anyhow::Result<Client> {
        if Url::parse(base_url)
            .is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
        {
            // The library refuses such a URL too, but its advice is for programs.
            return Err(CREDENTIALS_IN_URL.into());
        }
        let timeout = Duration::from_secs(self.timeout);
        let mut builder = Client::builder(base_url).timeout(timeout);
        let headers = http::headers(&self.headers)?;
        if self.cacert.is_some() || !headers.is_empty() {
            builder = builder.reqwest(http::client(self.cacert.as_deref(), &headers, timeout)?);
        }
        if self.form {
            builder = builder.form();
        }
        if self.retry > 0 {
            builder = builder.retry(Retry::times(self.retry));
        }
        Ok(builder.build()?)
    }
}

const CREDENTIALS_IN_URL: Usage = Usage(Cow::Borrowed(
    "the base URL holds a user name or a password; for a proxy that asks for them, put the whole \
     header (such as `Basic …`) into an environment variable and give --header Authorization=VARIABLE",
));
