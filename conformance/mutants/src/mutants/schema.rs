//! Mutants whose responses break the schema, the encoding, or a sentence of the page.

use serde_json::{Value, json};

use super::{Mutant, state::ProxyResponse};
use specfirst_engine::http::gzip;

fn on_login(response: &mut ProxyResponse, change: impl FnOnce(&mut ProxyResponse)) {
    if response.is_session() {
        change(response);
    }
}

/// A mutant that changes the response to a successful login.
macro_rules! login_response {
    ($id:literal, $title:literal, $change:expr) => {
        Mutant::new($id, $title).after(|_, request, response| {
            if request.is_login() {
                on_login(response, $change);
            }
        })
    };
}

pub(super) fn all() -> Vec<Mutant> {
    vec![
        login_response!("active-string", "`active` is a string", |r| r
            .put("/data/me/active", json!("true"))),
        login_response!("verified-string", "`verified` is a string", |r| {
            r.put("/data/me/emails/0/verified", json!("false"));
        }),
        login_response!("utc-offset-string", "`utcOffset` is a string", |r| {
            r.change(|body| body["data"]["me"]["utcOffset"] = json!("-3"));
        }),
        login_response!("roles-string", "`roles` is a string", |r| {
            r.change(|body| body["data"]["me"]["roles"] = json!("user"));
        }),
        login_response!("role-number", "a role is a number", |r| {
            r.change(|body| body["data"]["me"]["roles"] = json!([1]));
        }),
        login_response!("emails-object", "`emails` is an object", |r| {
            r.change(|body| body["data"]["me"]["emails"] = json!({"address": "x@example.org"}));
        }),
        login_response!("address-number", "an address is a number", |r| {
            r.put("/data/me/emails/0/address", json!(7));
        }),
        login_response!("status-number", "`status` is a number", |r| r.put("/status", json!(1))),
        login_response!("status-ok", "`status` is `ok`", |r| r.put("/status", json!("ok"))),
        login_response!("success-false", "`success` is false at 200", |r| {
            r.change(|body| body["success"] = json!(false));
        }),
        login_response!("success-string", "`success` is a string", |r| {
            r.change(|body| body["success"] = json!("true"));
        }),
        login_response!("data-array", "`data` is an array", |r| {
            r.change(|body| body["data"] = json!([body["data"].clone()]));
        }),
        login_response!("data-nested", "`data` lies within another `data`", |r| {
            r.change(|body| body["data"] = json!({"data": body["data"].clone()}));
        }),
        login_response!("name-null", "`name` is null", |r| {
            r.change(|body| body["data"]["me"]["name"] = Value::Null);
        }),
        login_response!("username-number", "`username` is a number", |r| {
            r.put("/data/me/username", json!(5));
        }),
        login_response!("id-number", "`_id` is a number", |r| r.put("/data/me/_id", json!(17))),
        login_response!("settings-array", "`settings` is an array", |r| {
            r.put("/data/me/settings", json!([]));
        }),
        login_response!("preferences-array", "`preferences` is an array", |r| {
            r.change(|body| body["data"]["me"]["settings"]["preferences"] = json!([]));
        }),
        login_response!("user-id-missing", "`userId` is missing", |r| r.remove("/data", "userId")),
        login_response!("auth-token-missing", "`authToken` is missing", |r| r
            .remove("/data", "authToken")),
        login_response!("auth-token-null", "`authToken` is null", |r| r
            .put("/data/authToken", Value::Null)),
        login_response!("data-missing", "`data` is missing", |r| r.remove("", "data")),
        login_response!("me-missing", "`me` is missing", |r| r.remove("/data", "me")),
        login_response!("avatar-missing", "`avatarUrl` is missing", |r| r
            .remove("/data/me", "avatarUrl")),
        login_response!("avatar-null", "`avatarUrl` is null", |r| r
            .put("/data/me/avatarUrl", Value::Null)),
        Mutant::new("active-string-on-resume", "`active` is a string after `resume` only").after(
            |_, request, response| {
                if request.member("resume").is_some() {
                    response.put("/data/me/active", json!("true"));
                }
            },
        ),
        Mutant::new("active-string-by-email", "`active` is a string after a login by e-mail")
            .after(|_, request, response| {
                if request.member("user").is_some_and(|user| user.contains('@')) {
                    response.put("/data/me/active", json!("true"));
                }
            }),
        Mutant::new("active-string-by-form", "`active` is a string after a login by form").after(
            |_, request, response| {
                if request.header("content-type").is_some_and(|kind| kind.contains("form")) {
                    response.put("/data/me/active", json!("true"));
                }
            },
        ),
        Mutant::new("active-string-with-code", "`active` is a string after a code").after(
            |_, request, response| {
                if request.member("code").is_some() {
                    response.put("/data/me/active", json!("true"));
                }
            },
        ),
        Mutant::new("active-string-in-me", "`active` is a string in `/me`").after(
            |_, request, response| {
                if request.is_me() && response.status == 200 {
                    response.put("/active", json!("true"));
                }
            },
        ),
        Mutant::new("seventh-response", "`active` is a string in every seventh login").after(
            |state, request, response| {
                if request.is_login()
                    && response.is_session()
                    && state.count("login").is_multiple_of(7)
                {
                    response.put("/data/me/active", json!("true"));
                }
            },
        ),
        Mutant::new("name-comes-and-goes", "`name` is missing in every fifth response").after(
            |state, request, response| {
                if request.is_login()
                    && response.is_session()
                    && state.count("login").is_multiple_of(5)
                {
                    response.remove("/data/me", "username");
                }
            },
        ),
        Mutant::new("html-refusal", "a refusal is HTML").after(|_, request, response| {
            if request.is_login() && response.status == 401 {
                response.body = "<html><body>401 Unauthorized</body></html>".into();
                response.set_header("content-type", "text/html");
            }
        }),
        login_response!("media-type-text", "a success is text/plain", |r| {
            r.set_header("content-type", "text/plain");
        }),
        login_response!("byte-order-mark", "a byte order mark precedes the body", |r| {
            r.body = [b"\xef\xbb\xbf".as_slice(), &r.body].concat().into();
        }),
        login_response!("name-twice", "a member name occurs twice", |r| {
            r.body = String::from_utf8_lossy(&r.body)
                .replacen("\"status\":", "\"status\":\"success\",\"status\":", 1)
                .into();
        }),
        login_response!("nan", "`utcOffset` is NaN", |r| {
            r.body = String::from_utf8_lossy(&r.body)
                .replacen("\"avatarUrl\"", "\"utcOffset\":NaN,\"avatarUrl\"", 1)
                .into();
        }),
        login_response!("text-after", "text follows the JSON value of the body", |r| {
            r.body = [&r.body, b"\n// end".as_slice()].concat().into();
        }),
        login_response!("not-utf-8", "the body is Latin-1", |r| {
            r.change(|body| body["data"]["me"]["name"] = json!("NAME"));
            let text = String::from_utf8_lossy(&r.body).into_owned();
            let (before, after) = text.split_once("NAME").unwrap_or((&text, ""));
            r.body = [before.as_bytes(), b"Ren\xe9e", after.as_bytes()].concat().into();
        }),
        // The proxy sends the length of what is left, and a client reads no more than the length either.
        Mutant::new("length-in-characters", "a response is as long in bytes as it has characters")
            .after(|_, request, response| {
                if request.is_login() && response.is_session() {
                    response.change(|body| body["data"]["me"]["name"] = json!("Ren\u{e9}e"));
                    let characters = String::from_utf8_lossy(&response.body).chars().count();
                    response.body.truncate(characters);
                }
            }),
        Mutant::new("gzip-unasked", "bodies are in gzip, although no request accepts that").after(
            |_, _, response| {
                response.body = gzip::encode(&response.body).into();
                response.set_header("content-encoding", "gzip");
            },
        ),
        Mutant::new("message-missing", "refusals have no `message`").after(
            |_, request, response| {
                if request.is_login() && response.status == 401 {
                    response.remove("", "message");
                }
            },
        ),
        Mutant::new("error-number", "`error` is a number").after(|_, request, response| {
            if request.is_login() && response.status == 401 {
                response.put("/error", json!(401));
            }
        }),
        Mutant::new("refusal-says-success", "a refusal says `success: true`").after(
            |_, request, response| {
                if request.is_login() && response.status == 401 {
                    response.put("/success", json!(true));
                }
            },
        ),
        Mutant::new("refusal-is-402", "refusals have a status that is not documented").after(
            |_, request, response| {
                if request.is_login() && response.status == 401 {
                    response.status = 402;
                }
            },
        ),
        Mutant::new("me-refusal-html", "a refusal of `/me` is plain text").after(
            |state, request, response| {
                // The first request is the suite's probe. Its response must be JSON for a run to start.
                if request.is_me() && response.status == 401 && state.count("me") > 1 {
                    response.body = "no".into();
                }
            },
        ),
        Mutant::new("logout-data-missing", "the response to a logout has no `data`").after(
            |_, request, response| {
                if request.is_logout() && response.status == 200 {
                    response.remove("", "data");
                }
            },
        ),
        Mutant::new("limit-header-text", "`X-RateLimit-Limit` is no number, at 429").after(
            |state, request, response| {
                if request.is_me() && state.count("me") == 3 {
                    *response = ProxyResponse::error(429, "error-too-many-requests", "slow down");
                    response.set_header("retry-after", "0");
                    response.set_header("x-ratelimit-limit", "ten");
                }
            },
        ),
    ]
}
