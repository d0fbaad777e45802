//! Golden APIs that answer over HTTP.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use dropshot::{
    ApiDescription, Body, HttpError, HttpServer, MultipartBody, Path, RequestContext,
    ServerBuilder, TypedBody, UntypedBody,
};
use http::StatusCode;

use crate::{
    contents::{self, OptionalBody, PutFileOkHeaders, types::Note},
    statuses::{
        self, CreateJobAnswer, CreateJobCreatedHeaders, CreateJobSeeOtherHeaders, DeleteJobAnswer,
        DeleteJobPath, JobAnswer, JobPath, SlowHeaders,
        types::{Job, JobDefault, Problem},
    },
};

/// What was answered, the headers in the order of their names.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    headers: Vec<String>,
    body: String,
}

fn answer(status: u16, headers: &[&str], body: &str) -> Answer {
    let headers = headers.iter().map(|&header| header.to_owned()).collect();
    Answer { status, headers, body: body.to_owned() }
}

/// Sends `method path`, a media type and a body; leaves out the headers that any answer has.
fn send(address: SocketAddr, request: &str, media_type: &str, body: &str) -> Answer {
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
    Answer { status, headers, body: body.to_owned() }
}

fn start(api: ApiDescription<()>) -> HttpServer<()> {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    ServerBuilder::new(api, (), log).start().unwrap()
}

/// Runs blocking requests beside a server.
async fn ask<const N: usize>(
    server: &HttpServer<()>,
    requests: [(&'static str, &'static str, &'static str); N],
) -> [Answer; N] {
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

    async fn create_job(_: RequestContext<()>) -> Result<CreateJobAnswer, HttpError> {
        let location = "/jobs/7".to_owned();
        let (x_cost, x_cached) = (Some(3), Some(false));
        let headers = CreateJobCreatedHeaders { location, x_cost, x_cached };
        Ok(CreateJobAnswer::Created(job("7"), headers))
    }

    async fn job(_: RequestContext<()>, path: Path<JobPath>) -> Result<JobAnswer, HttpError> {
        let other = JobDefault { text: "other".to_owned() };
        Ok(match path.into_inner().job.as_str() {
            "gone" => JobAnswer::ClientError(StatusCode::GONE, problem("gone")),
            // The document says this of it: no body.
            "mistaken" => JobAnswer::ClientError(StatusCode::NOT_FOUND, problem("no such job")),
            "absurd" => JobAnswer::ClientError(StatusCode::OK, problem("all is well")),
            "slow" => JobAnswer::TooManyRequests(problem("slow"), SlowHeaders::default()),
            "missing" => JobAnswer::NotFound,
            "broken" => JobAnswer::Default(StatusCode::BAD_GATEWAY, other),
            "confused" => JobAnswer::Default(StatusCode::CONFLICT, other),
            id => JobAnswer::Ok(job(id)),
        })
    }

    async fn delete_job(
        _: RequestContext<()>,
        path: Path<DeleteJobPath>,
    ) -> Result<DeleteJobAnswer, HttpError> {
        Ok(match path.into_inner().job.as_str() {
            "tea" => DeleteJobAnswer::ImATeapot,
            "odd" => DeleteJobAnswer::Status599(serde_json::json!([1])),
            _ => DeleteJobAnswer::NoContent,
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_documented_status_is_answered_as_documented() {
    let server = start(statuses::golden_api_mod::api_description::<Jobs>().unwrap());
    let answers = ask(
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
        answers,
        [
            answer(201, &created, r#"{"id":"7","steps":[]}"#),
            answer(200, &[json], r#"{"id":"7","steps":[]}"#),
            answer(404, &[], ""),
            answer(410, &[problem], r#"{"title":"gone"}"#),
            answer(429, &[problem], r#"{"title":"slow"}"#),
            answer(502, &[json], r#"{"text":"other"}"#),
            answer(204, &[], ""),
            answer(418, &[], ""),
            answer(599, &[json], "[1]"),
        ]
    );
    server.close().await.unwrap();
}

/// A variant for a class or `default` lets the handler choose; what it may choose is checked.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_the_document_has_another_answer_for_is_not_sent() {
    let server = start(statuses::golden_api_mod::api_description::<Jobs>().unwrap());
    let requests = ["GET /jobs/mistaken", "GET /jobs/absurd", "GET /jobs/confused"];
    let answers = ask(&server, requests.map(|request| (request, "", ""))).await;
    assert_eq!(answers.map(|answer| answer.status), [500, 500, 500]);
    server.close().await.unwrap();
}

/// Answers that no request above asks for are made all the same.
#[test]
fn an_answer_without_a_body_may_have_headers() {
    use dropshot::HttpResponse as _;

    let location = "/jobs/7".to_owned();
    let answer = CreateJobAnswer::SeeOther(CreateJobSeeOtherHeaders { location });
    let response = answer.to_result().unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/jobs/7");
    let location = "/jobs/\n7".to_owned();
    let answer = CreateJobAnswer::SeeOther(CreateJobSeeOtherHeaders { location });
    assert_eq!(answer.to_result().unwrap_err().status_code, 500);
}

enum Files {}

impl contents::GoldenApi for Files {
    type Context = ();

    async fn put_note(
        _: RequestContext<()>,
        body: OptionalBody<TypedBody<Note>>,
    ) -> Result<contents::PutNoteAnswer, HttpError> {
        Ok(match body.0 {
            Some(note) => contents::PutNoteAnswer::Ok(note.into_inner()),
            None => contents::PutNoteAnswer::NoContent,
        })
    }

    async fn post_note(
        _: RequestContext<()>,
        body: OptionalBody<TypedBody<Note>>,
    ) -> Result<contents::PostNoteAnswer, HttpError> {
        let text = body.0.and_then(|note| note.into_inner().text);
        assert_eq!(text.as_deref(), Some("a b"));
        Ok(contents::PostNoteAnswer::NoContent)
    }

    async fn patch_note(
        _: RequestContext<()>,
        _: TypedBody<Note>,
    ) -> Result<contents::PatchNoteAnswer, HttpError> {
        Ok(contents::PatchNoteAnswer::NoContent)
    }

    async fn put_file(
        _: RequestContext<()>,
        body: UntypedBody,
    ) -> Result<contents::PutFileAnswer, HttpError> {
        let length = body.as_bytes().len();
        let headers = PutFileOkHeaders { x_length: i64::try_from(length).ok() };
        Ok(contents::PutFileAnswer::Ok(Body::from(format!("{length} bytes")), headers))
    }

    async fn post_file(
        _: RequestContext<()>,
        mut body: MultipartBody,
    ) -> Result<contents::PostFileAnswer, HttpError> {
        let field = body.content.next_field().await.unwrap().unwrap();
        assert_eq!(field.text().await.unwrap(), "x");
        Ok(contents::PostFileAnswer::NoContent)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_arrive_and_leave_as_documented() {
    let server = start(contents::golden_api_mod::api_description::<Files>().unwrap());
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let answers = ask(
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
    let none = answer(204, &[], "");
    assert_eq!(answers[3].status, 400, "{:?}", answers[3]);
    let [absent, empty, nothing, _, posted, patched, file, no_file, parts] = answers;
    assert_eq!(absent, none);
    let json = "content-type: application/json";
    assert_eq!(empty, answer(200, &[json], r#"{"counts":{},"extra":{},"labels":[]}"#));
    assert_eq!(nothing, answer(200, &[json], "{}"));
    assert_eq!([&posted, &patched, &parts], [&none; 3]);
    assert_eq!(file, answer(200, &[text, "x-length: 5"], "5 bytes"));
    assert_eq!(no_file, answer(200, &[text, "x-length: 0"], "0 bytes"));
    server.close().await.unwrap();
}
