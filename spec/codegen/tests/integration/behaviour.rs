//! The golden APIs over HTTP.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use dropshot::{
    ApiDescription, Body, HttpServer, MultipartBody, Path, RequestContext, ServerBuilder,
    TypedBody, UntypedBody,
};
use http::StatusCode;
use specfirst_dropshot::{
    ApiError, Form, OptionalBody, Presented, Problem as Details, Response, Secret,
};

use crate::{
    contents::{self, PutFileOkHeaders, types::Note},
    credentials::{
        self, BasicAuthCredentials, BearerAuthCredentials, SessionOrKeyOrOauthCredentials,
        TokenAndUserIdCredentials,
    },
    queries::{self, SearchHeaders, SearchQuery},
    statuses::{
        self, CreateJobCreatedHeaders, CreateJobResponse, CreateJobSeeOtherHeaders, DeleteJobPath,
        DeleteJobResponse, JobPath, JobResponse, SlowHeaders,
        types::{Job, JobDefault, Problem},
    },
};

/// A received response, with its headers sorted by name.
#[derive(Debug, PartialEq)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

pub(crate) fn received(status: u16, headers: &[&str], body: &str) -> Received {
    let headers = headers.iter().map(|&header| header.to_owned()).collect();
    Received { status, headers, body: body.to_owned() }
}

/// Sends a request, given as `METHOD path`. Leaves out the headers that every response has.
fn send(address: SocketAddr, request: &str, media_type: &str, body: &str) -> Received {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    let request = format!(
        "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {media_type}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let common = ["connection", "content-length", "date", "x-request-id"];
    let mut headers: Vec<String> = lines
        .filter(|line| !common.iter().any(|name| line.starts_with(&format!("{name}:"))))
        .map(ToOwned::to_owned)
        .collect();
    headers.sort();
    Received { status, headers, body: body.to_owned() }
}

pub(crate) fn start(api: ApiDescription<()>) -> HttpServer<()> {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    ServerBuilder::new(api, (), log).start().unwrap()
}

/// Sends blocking requests while the server runs.
pub(crate) async fn send_all<const N: usize>(
    server: &HttpServer<()>,
    requests: [(&'static str, &'static str, &'static str); N],
) -> [Received; N] {
    let address = server.local_addr();
    tokio::task::spawn_blocking(move || {
        requests.map(|(request, media_type, body)| send(address, request, media_type, body))
    })
    .await
    .unwrap()
}

enum Jobs {}

fn job(id: &str) -> Job {
    Job { id: id.to_owned(), steps: Some(Vec::new()) }
}

fn problem(title: &str) -> Problem {
    Problem { title: title.to_owned() }
}

impl statuses::GoldenApi for Jobs {
    type Context = ();

    async fn create_job(
        _: RequestContext<()>,
    ) -> Result<Response<CreateJobResponse, Details>, ApiError<Details>> {
        let location = "/jobs/7".to_owned();
        let (x_cost, x_cached) = (Some(3), Some(false));
        let headers = CreateJobCreatedHeaders { location, x_cost, x_cached };
        Ok(CreateJobResponse::Created(job("7"), headers).into())
    }

    async fn job(
        _: RequestContext<()>,
        path: Path<JobPath>,
    ) -> Result<Response<JobResponse, Details>, ApiError<Details>> {
        let other = JobDefault { text: "other".to_owned() };
        Ok(match path.into_inner().job.as_str() {
            "gone" => JobResponse::ClientError(StatusCode::GONE, problem("gone")),
            // The document has a response without a body for 404.
            "mistaken" => JobResponse::ClientError(StatusCode::NOT_FOUND, problem("no such job")),
            "absurd" => JobResponse::ClientError(StatusCode::OK, problem("all is well")),
            "slow" => JobResponse::TooManyRequests(problem("slow"), SlowHeaders::default()),
            "missing" => JobResponse::NotFound,
            "broken" => JobResponse::Default(StatusCode::BAD_GATEWAY, other),
            "confused" => JobResponse::Default(StatusCode::CONFLICT, other),
            id => JobResponse::Ok(job(id)),
        }
        .into())
    }

    async fn delete_job(
        _: RequestContext<()>,
        path: Path<DeleteJobPath>,
    ) -> Result<Response<DeleteJobResponse, Details>, ApiError<Details>> {
        Ok(match path.into_inner().job.as_str() {
            "tea" => DeleteJobResponse::ImATeapot,
            "odd" => DeleteJobResponse::Status599(serde_json::json!([1])),
            _ => DeleteJobResponse::NoContent,
        }
        .into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_documented_status_is_sent_as_documented() {
    let server = start(statuses::golden_api_mod::api_description::<Jobs>().unwrap());
    let responses = send_all(
        &server,
        [
            ("POST /jobs", "", ""),
            ("GET /jobs/7", "", ""),
            ("GET /jobs/missing", "", ""),
            ("GET /jobs/gone", "", ""),
            ("GET /jobs/slow", "", ""),
            ("GET /jobs/broken", "", ""),
            ("DELETE /jobs/7", "", ""),
            ("DELETE /jobs/tea", "", ""),
            ("DELETE /jobs/odd", "", ""),
        ],
    )
    .await;
    let (json, problem) =
        ("content-type: application/json", "content-type: application/problem+json");
    let created = [
        "content-type: application/json; charset=utf-8",
        "location: /jobs/7",
        "x-cached: false",
        "x-cost: 3",
    ];
    assert_eq!(
        responses,
        [
            received(201, &created, r#"{"id":"7","steps":[]}"#),
            received(200, &[json], r#"{"id":"7","steps":[]}"#),
            received(404, &[], ""),
            received(410, &[problem], r#"{"title":"gone"}"#),
            received(429, &[problem], r#"{"title":"slow"}"#),
            received(502, &[json], r#"{"text":"other"}"#),
            received(204, &[], ""),
            received(418, &[], ""),
            received(599, &[json], "[1]"),
        ]
    );
    server.close().await.unwrap();
}

/// With a variant for a class or `default`, the handler chooses the status. The choice is checked.
#[tokio::test(flavor = "multi_thread")]
async fn status_with_a_response_of_its_own_cannot_be_chosen() {
    let server = start(statuses::golden_api_mod::api_description::<Jobs>().unwrap());
    let requests = ["GET /jobs/mistaken", "GET /jobs/absurd", "GET /jobs/confused"];
    let responses = send_all(&server, requests.map(|request| (request, "", ""))).await;
    assert_eq!(responses.map(|response| response.status), [500, 500, 500]);
    server.close().await.unwrap();
}

/// No operation above sends these responses.
#[test]
fn response_without_a_body_may_have_headers() {
    use dropshot::HttpResponse as _;

    let location = "/jobs/7".to_owned();
    let response = CreateJobResponse::SeeOther(CreateJobSeeOtherHeaders { location });
    let response = response.to_result().unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/jobs/7");
    let location = "/jobs/\n7".to_owned();
    let response = CreateJobResponse::SeeOther(CreateJobSeeOtherHeaders { location });
    assert_eq!(response.to_result().unwrap_err().status_code, 500);
}

enum Files {}

impl contents::GoldenApi for Files {
    type Context = ();

    async fn put_note(
        _: RequestContext<()>,
        body: OptionalBody<TypedBody<Note>>,
    ) -> Result<Response<contents::PutNoteResponse, Details>, ApiError<Details>> {
        Ok(match body.0 {
            Some(note) => contents::PutNoteResponse::Ok(note.into_inner()),
            None => contents::PutNoteResponse::NoContent,
        }
        .into())
    }

    async fn post_note(
        _: RequestContext<()>,
        body: OptionalBody<Form<Note>>,
    ) -> Result<Response<contents::PostNoteResponse, Details>, ApiError<Details>> {
        let text = body.0.and_then(|note| note.into_inner().text);
        assert_eq!(text.as_deref(), Some("a b"));
        Ok(contents::PostNoteResponse::NoContent.into())
    }

    async fn patch_note(
        _: RequestContext<()>,
        _: TypedBody<Note>,
    ) -> Result<Response<contents::PatchNoteResponse, Details>, ApiError<Details>> {
        Ok(contents::PatchNoteResponse::NoContent.into())
    }

    async fn put_file(
        _: RequestContext<()>,
        body: UntypedBody,
    ) -> Result<Response<contents::PutFileResponse, Details>, ApiError<Details>> {
        let length = body.as_bytes().len();
        let headers = PutFileOkHeaders { x_length: i64::try_from(length).ok() };
        Ok(contents::PutFileResponse::Ok(Body::from(format!("{length} bytes")), headers).into())
    }

    async fn post_file(
        _: RequestContext<()>,
        mut body: MultipartBody,
    ) -> Result<Response<contents::PostFileResponse, Details>, ApiError<Details>> {
        let field = body.content.next_field().await.unwrap().unwrap();
        assert_eq!(field.text().await.unwrap(), "x");
        Ok(contents::PostFileResponse::NoContent.into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_arrive_and_leave_as_documented() {
    let server = start(contents::golden_api_mod::api_description::<Files>().unwrap());
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let responses = send_all(
        &server,
        [
            ("PUT /note", json, ""),
            ("PUT /note", json, r#"{"labels":[],"extra":{},"counts":{}}"#),
            ("PUT /note", json, "{}"),
            ("PUT /note", json, "{"),
            ("POST /note", form, "text=a+b"),
            ("PATCH /note", "application/merge-patch+json", "{}"),
            ("PUT /file", "application/octet-stream", "12345"),
            ("PUT /file", "text/plain", ""),
            (
                "POST /file",
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n",
            ),
        ],
    )
    .await;
    let text = "content-type: text/plain";
    let none = received(204, &[], "");
    assert_eq!(responses[3].status, 400, "{:?}", responses[3]);
    let [absent, empty, nothing, _, posted, patched, file, no_file, parts] = responses;
    assert_eq!(absent, none);
    let json = "content-type: application/json";
    assert_eq!(empty, received(200, &[json], r#"{"counts":{},"extra":{},"labels":[]}"#));
    assert_eq!(nothing, received(200, &[json], "{}"));
    assert_eq!([&posted, &patched, &parts], [&none; 3]);
    assert_eq!(file, received(200, &[text, "x-length: 5"], "5 bytes"));
    assert_eq!(no_file, received(200, &[text, "x-length: 0"], "0 bytes"));
    server.close().await.unwrap();
}

enum Searches {}

impl queries::GoldenApi for Searches {
    type Context = ();

    async fn search(
        _: RequestContext<()>,
        query: specfirst_dropshot::Query<SearchQuery>,
        headers: dropshot::Header<SearchHeaders>,
    ) -> Result<Response<queries::SearchResponse, Details>, ApiError<Details>> {
        let SearchQuery { ids, limit, words, colours, filter_from, filter_tags, others } =
            query.into_inner();
        let sizes = headers.into_inner().x_sizes;
        let arrived = serde_json::json!([
            ids,
            limit,
            words,
            colours,
            filter_from,
            filter_tags,
            others,
            sizes
        ]);
        Ok(queries::SearchResponse::Ok(arrived).into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn arrays_and_objects_in_queries_arrive() {
    let server = start(queries::golden_api_mod::api_description::<Searches>().unwrap());
    let whole = "GET /search?ids=1&ids=-2&limit=3&words=a,b+c&colours=red%7Cdark%20blue\
                 &filter[from]=may&filter%5Btags%5D=x&filter[tags]=y&shape=round";
    let requests =
        [(whole, "", ""), ("GET /search?ids=7", "", ""), ("GET /search?limit=1", "", "")];
    let [all, least, none] = send_all(&server, requests).await;
    let arrived =
        r#"[[1,-2],3,["a","b c"],["red","dark blue"],"may",["x","y"],{"shape":"round"},null]"#;
    assert_eq!((all.status, all.body.as_str()), (200, arrived));
    assert_eq!(least.body, "[[7],null,null,null,null,null,null,null]");
    assert_eq!(none.status, 400);
    assert!(none.body.contains("missing field `ids`"), "{}", none.body);
    server.close().await.unwrap();
}

enum Callers {}

fn shown(secret: &Secret) -> String {
    secret.expose().to_owned()
}

impl credentials::GoldenApi for Callers {
    type Context = ();

    async fn bearer(
        _: RequestContext<()>,
        credentials: Presented<BearerAuthCredentials>,
    ) -> Result<Response<credentials::BearerResponse, Details>, ApiError<Details>> {
        let token = credentials.into_inner().map(|credentials| shown(&credentials.bearer_auth));
        Ok(credentials::BearerResponse::Ok(token.into()).into())
    }

    async fn other_bearer(
        _: RequestContext<()>,
        credentials: Presented<BearerAuthCredentials>,
    ) -> Result<Response<credentials::OtherBearerResponse, Details>, ApiError<Details>> {
        let is_present = credentials.into_inner().is_some();
        Ok(credentials::OtherBearerResponse::Ok(is_present.into()).into())
    }

    async fn basic(
        _: RequestContext<()>,
        credentials: Presented<BasicAuthCredentials>,
    ) -> Result<Response<credentials::BasicResponse, Details>, ApiError<Details>> {
        let basic = credentials.into_inner().map(|credentials| credentials.basic_auth);
        let basic = basic.map(|basic| format!("{} {}", basic.user, shown(&basic.password)));
        Ok(credentials::BasicResponse::Ok(basic.into()).into())
    }

    async fn keys(
        _: RequestContext<()>,
        credentials: Presented<TokenAndUserIdCredentials>,
    ) -> Result<Response<credentials::KeysResponse, Details>, ApiError<Details>> {
        let keys = credentials.into_inner();
        let keys = keys.map(|keys| format!("{} {}", shown(&keys.token), shown(&keys.user_id)));
        Ok(credentials::KeysResponse::Ok(keys.into()).into())
    }

    async fn any(
        _: RequestContext<()>,
        credentials: Presented<SessionOrKeyOrOauthCredentials>,
    ) -> Result<Response<credentials::AnyResponse, Details>, ApiError<Details>> {
        use SessionOrKeyOrOauthCredentials::{Key, Oauth, Session};
        let found = credentials.into_inner().map(|credentials| match credentials {
            Session(credentials) => format!("session {}", shown(&credentials.session)),
            Key(credentials) => format!("key {}", shown(&credentials.key)),
            Oauth(credentials) => format!("oauth {}", shown(&credentials.oauth)),
        });
        Ok(credentials::AnyResponse::Ok(found.into()).into())
    }

    async fn open(
        _: RequestContext<()>,
    ) -> Result<Response<credentials::OpenResponse, Details>, ApiError<Details>> {
        Ok(credentials::OpenResponse::Ok(true.into()).into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_reach_a_handler_as_types() {
    let server = start(credentials::golden_api_mod::api_description::<Callers>().unwrap());
    // The media type is the last header of `send`, so others can follow it.
    let with = |path: &'static str, header: &'static str| (path, header, "");
    let responses = send_all(
        &server,
        [
            with("GET /bearer", "a/b\r\nAuthorization: bearer t1"),
            with("GET /bearer", "a/b\r\nAuthorization: Basic t1"),
            with("GET /other-bearer", "a/b\r\nAuthorization: Bearer t1"),
            with("GET /basic", "a/b\r\nAuthorization: Basic dTpwOnE="),
            with("GET /keys", "a/b\r\nX-Token: t\r\nX-User: u"),
            with("GET /keys", "a/b\r\nX-Token: t"),
            with("GET /any?key=k", "a/b\r\nCookie: sid=s"),
            with("GET /any?key=k", "a/b\r\nAuthorization: Bearer t"),
            with("GET /any", "a/b\r\nAuthorization: Bearer t"),
            with("GET /any", "a/b"),
            with("GET /open", "a/b"),
        ],
    )
    .await;
    let bodies = responses.map(|response| response.body);
    let none = "null";
    assert_eq!(
        bodies,
        [
            "\"t1\"",
            none,
            "true",
            "\"u p:q\"",
            "\"t u\"",
            none,
            "\"session s\"",
            "\"key k\"",
            "\"oauth t\"",
            none,
            "true"
        ]
    );
    server.close().await.unwrap();
}
