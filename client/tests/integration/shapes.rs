//! The login responses of servers of different versions: each logs in and reports its deviations.

use login_client::{Client, Session};
use serde_json::Value;

use crate::mock::{self, Mock};

async fn log_in(body: &str) -> Session {
    let server = Mock::start([mock::json(200, body)]).await;
    Client::new(&server.base_url()).unwrap().login("ana", "pa55").await.unwrap()
}

#[track_caller]
fn assert_deviations(session: &Session, expected: &[&str]) {
    let deviations: Vec<String> = session.deviations().iter().map(ToString::to_string).collect();
    assert_eq!(deviations, expected);
}

/// The first servers with this endpoint, which send only the ids.
#[tokio::test]
async fn server_0_60() {
    let session = log_in(include_str!("shapes/0.60.json")).await;
    assert_eq!(session.user_id(), "aobEdbYhXfu5hkeqG");
    assert!(session.profile().is_none());
    assert_deviations(&session, &[]);
}

/// With `me` but without `avatarUrl`, and with a fractional offset.
#[tokio::test]
async fn server_0_64() {
    let session = log_in(include_str!("shapes/0.64.json")).await;
    let profile = session.profile().unwrap();
    assert_eq!(profile.utc_offset, Some(5.5));
    assert_eq!(profile.avatar_url, None);
    assert_deviations(&session, &["/data/me/utcOffset: expected an integer, found a fraction"]);
}

#[tokio::test]
async fn server_1_0_0() {
    let session = log_in(include_str!("shapes/1.0.0.json")).await;
    let profile = session.profile().unwrap();
    assert_eq!(profile.avatar_url.as_deref(), Some("https://chat.example.org/avatar/ana"));
    assert_eq!(profile.emails[0].verified, Some(true));
    assert_eq!(profile.roles, ["user", "admin"]);
    assert_deviations(&session, &[]);
}

/// With `services` and `success`, and with `null` for members that are not set.
#[tokio::test]
async fn server_6() {
    let session = log_in(include_str!("shapes/6.x.json")).await;
    let profile = session.profile().unwrap();
    assert_eq!(profile.is_oauth_user, Some(false));
    assert_eq!(profile.name, None);
    assert_eq!(profile.raw()["services"]["totp"]["enabled"], Value::Bool(true));
    assert_deviations(&session, &["/data/me/name: expected a string, found null"]);
}

#[tokio::test]
async fn server_7() {
    let session = log_in(include_str!("shapes/7.x.json")).await;
    let profile = session.profile().unwrap();
    assert_eq!(profile.utc_offset, Some(5.75));
    assert_eq!(profile.email.as_deref(), Some("ana@example.org"));
    assert_eq!(session.deviations().len(), 1);
}

/// With a calendar in the settings, unknown members and a lone surrogate.
#[tokio::test]
async fn server_8() {
    let session = log_in(include_str!("shapes/8.x.json")).await;
    let profile = session.profile().unwrap();
    assert_eq!(profile.utc_offset, Some(-3.0));
    assert!(profile.raw()["settings"]["calendar"].is_object());
    assert_eq!(profile.raw()["statusText"], "on leave \u{fffd}");
    assert_deviations(
        &session,
        &["/data/me: expected JSON that can be read, found text that had to be repaired"],
    );
}

/// The page's own example, which its own schema rejects in three places.
#[tokio::test]
async fn documented_example() {
    let document: Value =
        serde_json::from_str(include_str!("../../../spec/documented.json")).unwrap();
    let examples = &document["paths"]["/api/v1/login"]["post"]["responses"]["200"]["content"]["application/json"]
        ["examples"];
    let session = log_in(&examples["Login successful"]["value"].to_string()).await;
    assert_eq!(session.user_id(), "aobEdbYhXfu5hkeqG");
    let profile = session.profile().unwrap();
    assert_eq!(profile.name.as_deref(), Some("Rocket Cat"));
    assert_eq!((profile.active, profile.utc_offset), (None, None));
    assert_eq!(profile.raw()["active"], "true");
    assert_deviations(
        &session,
        &[
            "/data/me/emails/0/verified: expected a boolean, found a string",
            "/data/me/utcOffset: expected an integer, found a string",
            "/data/me/active: expected a boolean, found a string",
            "/data/me/_id: expected the same id as /data/userId, found another",
        ],
    );
}

/// Too deeply nested, or with a number out of range: the login succeeds without a profile.
#[tokio::test]
async fn unreadable_profile_does_not_fail_the_login() {
    for me in
        [format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000)), "{\"a\":1e999}".into()]
    {
        let body = format!(
            r#"{{"status":"success","data":{{"userId":"u1","authToken":"t1","me":{me}}}}}"#
        );
        let session = log_in(&body).await;
        assert!(session.profile().is_none());
        assert_deviations(
            &session,
            &["/data/me: expected JSON that can be read, found JSON that cannot"],
        );
    }
}

/// No profile can fail a login.
#[tokio::test]
async fn profile_members_may_have_any_type() {
    let me: Value = serde_json::from_str(include_str!("shapes/7.x.json")).unwrap();
    let names: Vec<_> = me["data"]["me"].as_object().unwrap().keys().cloned().collect();
    for odd in ["null", "true", "-1.5", "\"\"", "\"x\"", "[]", "[null,[{}]]", "{}", "{\"a\":[]}"] {
        let odd: Value = serde_json::from_str(odd).unwrap();
        for name in &names {
            let mut body = me.clone();
            body["data"]["me"][name] = odd.clone();
            let session = log_in(&body.to_string()).await;
            assert_eq!(session.profile().unwrap().raw()[name], odd, "raw keeps {name}");
        }
        let mut body = me.clone();
        body["data"]["me"] = odd;
        log_in(&body.to_string()).await;
    }
}
