//! The server that the login server is compared with: a Dropshot server with two endpoints that
//! return prepared bytes.
//!
//! It uses the same version, allocator, logger, task mode and body limit. It reads the body of a
//! login, because otherwise it could not keep the connection open.
//!
//! With a database, it also looks up the row of the token. It takes the token from a fixed position
//! in the request, keeps one snapshot, and decodes no columns. A server that queries SQLite for
//! each request cannot be faster, so this is the upper limit for `resume` and `me`.

use std::{
    cell::RefCell,
    io::Write as _,
    path::{Path, PathBuf},
};

use dropshot::{
    ApiDescription, ApiEndpoint, ApiEndpointVersions, Body, ConfigDropshot, HandlerTaskMode,
    HttpError, Method, RequestContext, ServerBuilder, UntypedBody,
};
use http::Response;
use login_server::{
    Secret,
    accounts::Token,
    config::{ConfigLogging, LogLevel},
    logging,
    store::sqlite::FILE_NAME,
};
use rusqlite::{Connection, config::DbConfig};
use serde::{Deserialize, Serialize};

/// Recorded responses of the login server, which this server repeats.
#[derive(Serialize, Deserialize)]
pub(crate) struct Responses {
    pub(crate) login: Recorded,
    pub(crate) me: Recorded,
}

/// The state that the handlers share.
struct Context {
    responses: Responses,
    database: Option<PathBuf>,
}

/// A recorded response.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// The headers without those that HTTP itself adds.
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

/// Serves until the process is killed.
pub(crate) fn serve(responses: &Path, data: Option<&Path>) -> anyhow::Result<()> {
    let responses = serde_json::from_slice(&std::fs::read(responses)?)?;
    let context = Context { responses, database: data.map(|data| data.join(FILE_NAME)) };
    tokio::runtime::Runtime::new()?.block_on(async {
        let config = ConfigDropshot {
            default_request_body_max_bytes: 65_536,
            default_handler_task_mode: HandlerTaskMode::Detached,
            ..ConfigDropshot::default()
        };
        let logging = ConfigLogging { level: LogLevel::Warning, ..ConfigLogging::default() };
        let log = logging::logger(&logging, std::io::stderr());
        let server = ServerBuilder::new(description()?, context, log).config(config).start()?;
        println!("listening on http://{}", server.local_addr());
        std::io::stdout().flush()?;
        server.await.map_err(anyhow::Error::msg)
    })
}

fn description() -> anyhow::Result<ApiDescription<Context>> {
    let mut api = ApiDescription::new();
    let login = |rqctx: RequestContext<Context>, body: UntypedBody| async move {
        let context = rqctx.context();
        let body = std::hint::black_box(body.as_bytes());
        let token = &body[r#"{"resume":""#.len()..body.len() - r#""}"#.len()];
        context.look_up(token)?;
        context.responses.login.to_response()
    };
    let me = |rqctx: RequestContext<Context>| async move {
        let context = rqctx.context();
        let token = rqctx.request.headers().get("x-auth-token").map(|token| token.as_bytes());
        context.look_up(token.unwrap_or_default())?;
        context.responses.me.to_response()
    };
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

impl Context {
    fn look_up(&self, token: &[u8]) -> Result<(), HttpError> {
        thread_local! {
            static DB: RefCell<Option<Connection>> = const { RefCell::new(None) };
        }
        let Some(file) = &self.database else { return Ok(()) };
        let failed = |error: rusqlite::Error| HttpError::for_internal_error(error.to_string());
        let token = String::from_utf8_lossy(token).into_owned();
        let hash = Token::from_client(Secret::from(token)).hash();
        DB.with_borrow_mut(|db| {
            let db = match db {
                Some(db) => db,
                None => db.insert(open(file).map_err(failed)?),
            };
            let mut select = db.prepare_cached(SELECT).map_err(failed)?;
            let found = select.exists([hash.as_bytes()]).map_err(failed)?;
            let missing = || HttpError::for_internal_error("no such token".to_owned());
            found.then_some(()).ok_or_else(missing)
        })
    }
}

/// The query of the login server; its columns are not read.
const SELECT: &str = "SELECT a.id, a.username, a.name, a.emails, a.roles, a.utc_offset
     FROM accounts a JOIN sessions s ON s.account = a.number
     WHERE s.token_hash = ?1 AND s.issued_at >= 0 AND a.active";

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(file)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "mmap_size", 0x7fff_0000)?;
    db.execute_batch("BEGIN")?;
    Ok(db)
}
