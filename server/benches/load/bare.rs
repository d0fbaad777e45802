//! What the login server is measured against: a Dropshot server with two endpoints that return
//! bytes made beforehand.
//!
//! The same version, allocator, logger, task mode and body limit; the body of a login is read,
//! since a server that does not read cannot keep its connection.

use std::io::Write as _;
use std::path::Path;

use dropshot::{
    ApiDescription, ApiEndpoint, ApiEndpointVersions, Body, ConfigDropshot, HandlerTaskMode,
    HttpError, Method, RequestContext, ServerBuilder, UntypedBody,
};
use http::Response;
use login_server::config::{ConfigLogging, LogLevel};
use login_server::logging;
use serde::{Deserialize, Serialize};

/// The answers of the login server, to be given again.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answers {
    pub(crate) login: Recorded,
    pub(crate) me: Recorded,
}

/// One answer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// Without those that HTTP itself adds.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    fn to_response(&self) -> Result<Response<Body>, HttpError> {
        let mut builder = Response::builder().status(200);
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        Ok(builder.body(self.body.clone().into())?)
    }
}

/// Serves until it is killed.
pub(crate) fn serve(answers: &Path) -> anyhow::Result<()> {
    let answers: Answers = serde_json::from_slice(&std::fs::read(answers)?)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let config = ConfigDropshot {
            default_request_body_max_bytes: 65_536,
            default_handler_task_mode: HandlerTaskMode::Detached,
            ..ConfigDropshot::default()
        };
        let logging = ConfigLogging { level: LogLevel::Warning, ..ConfigLogging::default() };
        let log = logging::logger(&logging, std::io::stderr());
        let server = ServerBuilder::new(description()?, answers, log).config(config).start()?;
        println!("listening on http://{}", server.local_addr());
        std::io::stdout().flush()?;
        server.await.map_err(anyhow::Error::msg)
    })
}

fn description() -> anyhow::Result<ApiDescription<Answers>> {
    let mut api = ApiDescription::new();
    let login = |rqctx: RequestContext<Answers>, body: UntypedBody| async move {
        std::hint::black_box(body.as_bytes());
        rqctx.context().login.to_response()
    };
    let me = |rqctx: RequestContext<Answers>| async move { rqctx.context().me.to_response() };
    let every = || ApiEndpointVersions::All;
    let json = "application/json";
    api.register(ApiEndpoint::new(
        "login".to_owned(),
        login,
        Method::POST,
        json,
        "/api/v1/login",
        every(),
    ))?;
    api.register(ApiEndpoint::new("me".to_owned(), me, Method::GET, json, "/api/v1/me", every()))?;
    Ok(api)
}
