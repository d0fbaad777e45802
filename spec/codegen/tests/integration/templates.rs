//! Paths that Dropshot's router cannot tell apart, over HTTP.

use dropshot::{Header, Path, Query, RequestContext, TypedBody, UntypedBody};
use specfirst_dropshot::{ApiError, OptionalBody, Problem as Details, Response};

use crate::{
    behaviour::{Received, received, send_all, start},
    routes::{self, types::Change},
};

type Result<R> = std::result::Result<Response<R, Details>, ApiError<Details>>;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

enum Users {}

/// What a handler received, after the `operationId`.
fn text(rqctx: &RequestContext<()>, values: &str) -> String {
    format!("{} {values}", rqctx.endpoint.operation_id)
}

impl routes::GoldenApi for Users {
    type Context = ();

    async fn user(
        rqctx: RequestContext<()>,
        query: Query<routes::UserQuery>,
        path: Path<routes::UserPath>,
    ) -> Result<routes::UserResponse> {
        let (id, verbose) = (path.into_inner().id, query.into_inner().verbose);
        Ok(routes::UserResponse::Ok(text(&rqctx, &format!("{id} {verbose:?}"))).into())
    }

    async fn put_user(
        rqctx: RequestContext<()>,
        path: Path<routes::PutUserPath>,
        body: TypedBody<Change>,
    ) -> Result<routes::PutUserResponse> {
        let values = format!("{} {}", path.into_inner().id, body.into_inner().name);
        Ok(routes::PutUserResponse::Ok(text(&rqctx, &values)).into())
    }

    async fn delete_user(
        _: RequestContext<()>,
        _: Path<routes::DeleteUserPath>,
    ) -> Result<routes::DeleteUserResponse> {
        Ok(routes::DeleteUserResponse::NoContent.into())
    }

    async fn me(
        rqctx: RequestContext<()>,
        query: Query<routes::MeQuery>,
        headers: Header<routes::MeHeaders>,
    ) -> Result<routes::MeResponse> {
        let (fields, trace) = (query.into_inner().fields, headers.into_inner().x_trace);
        if fields == "none" {
            return Ok(routes::MeResponse::NotFound.into());
        }
        Ok(routes::MeResponse::Ok(text(&rqctx, &format!("{fields} {trace:?}"))).into())
    }

    async fn put_me(
        rqctx: RequestContext<()>,
        body: OptionalBody<TypedBody<Change>>,
    ) -> Result<routes::PutMeResponse> {
        let name = body.0.map(|body| body.into_inner().name);
        Ok(routes::PutMeResponse::Ok(text(&rqctx, &format!("{name:?}"))).into())
    }

    async fn create_me(_: RequestContext<()>) -> Result<routes::CreateMeResponse> {
        Ok(routes::CreateMeResponse::Created.into())
    }

    async fn post(
        rqctx: RequestContext<()>,
        path: Path<routes::PostPath>,
    ) -> Result<routes::PostResponse> {
        let path = path.into_inner();
        let values = format!("{} {}", path.user, path.id);
        Ok(routes::PostResponse::Ok(text(&rqctx, &values)).into())
    }

    async fn my_posts(rqctx: RequestContext<()>) -> Result<routes::MyPostsResponse> {
        Ok(routes::MyPostsResponse::Ok(text(&rqctx, "")).into())
    }

    async fn file_as_json(
        rqctx: RequestContext<()>,
        path: Path<routes::FileAsJsonPath>,
    ) -> Result<routes::FileAsJsonResponse> {
        let id = path.into_inner().id.to_string();
        Ok(routes::FileAsJsonResponse::Ok(text(&rqctx, &id)).into())
    }

    async fn delete_file(
        rqctx: RequestContext<()>,
        path: Path<routes::DeleteFilePath>,
    ) -> Result<routes::DeleteFileResponse> {
        Ok(routes::DeleteFileResponse::Ok(text(&rqctx, &path.into_inner().file)).into())
    }

    async fn file(
        rqctx: RequestContext<()>,
        path: Path<routes::FilePath>,
    ) -> Result<routes::FileResponse> {
        let path = path.into_inner();
        let values = format!("{} {}", path.name, path.kind);
        Ok(routes::FileResponse::Ok(text(&rqctx, &values)).into())
    }

    async fn run(
        rqctx: RequestContext<()>,
        path: Path<routes::RunPath>,
        body: UntypedBody,
    ) -> Result<routes::RunResponse> {
        let path = path.into_inner();
        let body = body.as_str().unwrap();
        let values = format!("{} {} {} {body}", path.version, path.name, path.verb);
        Ok(routes::RunResponse::Ok(text(&rqctx, &values)).into())
    }
}

/// The responses to requests, each with its media type and body.
async fn responses<const N: usize>(
    requests: [(&'static str, &'static str, &'static str); N],
) -> [Received; N] {
    let server = start(routes::golden_api_mod::api_description::<Users>().unwrap());
    let responses = send_all(&server, requests).await;
    server.close().await.unwrap();
    responses
}

#[tokio::test(flavor = "multi_thread")]
async fn request_reaches_the_most_specific_operation() {
    let cases = [
        ("GET /users/7", "", "", "user 7 None"),
        ("GET /users/-7?verbose=true", "", "", "user -7 Some(true)"),
        ("GET /users/me?fields=a", "", "", "me a None"),
        ("GET //users/%6De/?fields=a", "", "", "me a None"),
        ("PUT /users/7", JSON, r#"{"name":"x"}"#, "putUser 7 x"),
        ("PUT /users/me", FORM, "name=x", "putMe Some(\\\"x\\\")"),
        ("PUT /users/me", "", "", "putMe None"),
        ("GET /users/me/posts", "", "", "myPosts "),
        ("GET /users/me/posts/9", "", "", "post me 9"),
        ("GET /users/a%2Fb/posts/9", "", "", "post a/b 9"),
        ("GET /files/7.json", "", "", "fileAsJson 7"),
        ("DELETE /files/a%20b.json", "", "", "deleteFile a b"),
        ("GET /files/a.tar.gz", "", "", "file a tar.gz"),
        ("POST /tools/v2/a%3Ab:c", "text/plain", "hi", "run 2 a:b c hi"),
    ];
    let received =
        responses(cases.map(|(request, media_type, body, _)| (request, media_type, body)));
    for ((request, _, _, expected), response) in cases.into_iter().zip(received.await) {
        assert_eq!(response.status, 200, "{request}: {response:?}");
        assert_eq!(response.body, format!("\"{expected}\""), "{request}");
    }
}

/// The responses of each operation are its own, also where another one is described.
#[tokio::test(flavor = "multi_thread")]
async fn each_operation_sends_its_own_responses() {
    let responses = responses([
        ("GET /users/me?fields=none", "", ""),
        ("POST /users/me", "", ""),
        ("DELETE /users/7", "", ""),
    ]);
    let expected = [404, 201, 204].map(|status| received(status, &[], ""));
    assert_eq!(responses.await, expected);
}

/// An operation's own extractors refuse what it does not accept.
#[tokio::test(flavor = "multi_thread")]
async fn invalid_request_is_refused_by_its_own_operation() {
    let responses = responses([
        ("GET /users/you", "", ""),
        ("GET /users/me", "", ""),
        ("PUT /users/7", FORM, "name=x"),
        ("PUT /users/me", JSON, r#"{"name":"x"}"#),
        ("PUT /users/7", JSON, "{}"),
        ("GET /files/x.json", "", ""),
    ]);
    assert_eq!(responses.await.map(|response| response.status), [400; 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn path_without_an_operation_is_not_found_and_other_methods_are_not_allowed() {
    let [posts, file, colon, me, user, json, kind] = responses([
        ("GET /users/7/posts", "", ""),
        ("GET /files/a", "", ""),
        ("POST /tools/v2/a%3Ab", "", ""),
        ("DELETE /users/me", "", ""),
        ("POST /users/7", "", ""),
        ("PUT /files/7.json", "", ""),
        ("DELETE /files/a.b", "", ""),
    ])
    .await;
    for response in [posts, file, colon] {
        assert_eq!(response.status, 404, "{response:?}");
        assert!(response.headers[0].ends_with("application/problem+json"), "{response:?}");
    }
    // No path of the router has `PUT` here, so Dropshot itself responds.
    assert_eq!(json.status, 405);
    for (response, allowed) in [(me, "GET, PUT, POST"), (user, "GET, PUT, DELETE"), (kind, "GET")] {
        assert_eq!(response.status, 405, "{response:?}");
        assert_eq!(response.headers[0], format!("allow: {allowed}"));
    }
}
