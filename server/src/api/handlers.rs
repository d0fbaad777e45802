//! The handlers: no login logic in here.

use dropshot::RequestContext;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::error::{self, Refusing};
use super::{ApiContext, ApiError, answer};
use crate::accounts::{Identity, Token, TokenHash, UserId};
use crate::body::{BodyError, JsonOrForm};
use crate::generated::types::{
    CurrentUser, LoggedOut, LoggedOutData, LoginData, LoginRequest, LoginSuccess,
};
use crate::generated::{
    LoginAnswer, LoginApi, LoginOkHeaders, LogoutAnswer, LogoutByGetAnswer, LogoutByGetOkHeaders,
    LogoutOkHeaders, MeAnswer, MeOkHeaders,
};
use crate::login::{Credentials, Incomplete, Origin, Password, Refusal};
use crate::secret::Secret;

/// Carries the implementation of the API trait.
pub(super) enum Handlers {}

impl LoginApi for Handlers {
    type Context = ApiContext;

    async fn login(
        rqctx: RequestContext<ApiContext>,
        body: JsonOrForm<LoginRequest>,
    ) -> Result<Answer<LoginAnswer>, ApiError> {
        limited(&rqctx, "login", login(&rqctx, body)).await
    }

    async fn me(rqctx: RequestContext<ApiContext>) -> Result<Answer<MeAnswer>, ApiError> {
        let call = async { Ok(MeAnswer::Ok(me(&rqctx).await?, MeOkHeaders::default())) };
        limited(&rqctx, "me", call).await
    }

    async fn logout(rqctx: RequestContext<ApiContext>) -> Result<Answer<LogoutAnswer>, ApiError> {
        let call =
            async { Ok(LogoutAnswer::Ok(logout(&rqctx).await?, LogoutOkHeaders::default())) };
        limited(&rqctx, "logout", call).await
    }

    async fn logout_by_get(
        rqctx: RequestContext<ApiContext>,
    ) -> Result<Answer<LogoutByGetAnswer>, ApiError> {
        let call = async {
            Ok(LogoutByGetAnswer::Ok(logout(&rqctx).await?, LogoutByGetOkHeaders::default()))
        };
        limited(&rqctx, "logout", call).await
    }
}

/// Counts the call, and makes it unless it is one too many.
async fn limited<A: Refusing>(
    rqctx: &RequestContext<ApiContext>,
    route: &'static str,
    call: impl Future<Output = Result<A, Refusal>>,
) -> Result<Answer<A>, ApiError> {
    let context = rqctx.context();
    let standing = context
        .rate_limiter
        .as_ref()
        .map(|limiter| limiter.count(origin(rqctx).address, route, context.clock.now()));
    let result = match standing {
        Some(standing) if standing.exceeded => Ok(error::too_many_requests(standing.retry_after)),
        _ => call.await.or_else(error::refused),
    };
    Ok(Answer::new(result, standing))
}

async fn login(
    rqctx: &RequestContext<ApiContext>,
    body: JsonOrForm<LoginRequest>,
) -> Result<LoginAnswer, Refusal> {
    let credentials = match unpack(body) {
        Ok(credentials) => credentials.map_err(|Incomplete| Refusal::Unauthorized)?,
        Err(error) => return Ok(error.into()),
    };
    let logged_in = rqctx.context().login.log_in(credentials, origin(rqctx)).await?;
    let user_id = logged_in.account.id.to_string();
    let me = answer::me(logged_in.account, &site_url(rqctx));
    let auth_token = logged_in.token.into_secret();
    let success = LoginSuccess {
        status: "success".to_owned(),
        success: Some(true),
        data: LoginData { user_id, auth_token, me: Some(me) },
    };
    Ok(LoginAnswer::Ok(success, LoginOkHeaders::default()))
}

async fn me(rqctx: &RequestContext<ApiContext>) -> Result<CurrentUser, Refusal> {
    let (user, token) = session(rqctx)?;
    let account = rqctx.context().login.authorize(&user, &token).await?;
    Ok(answer::current_user(answer::me(account, &site_url(rqctx))))
}

async fn logout(rqctx: &RequestContext<ApiContext>) -> Result<LoggedOut, Refusal> {
    let (user, token) = session(rqctx)?;
    rqctx.context().login.log_out(&user, &token).await?;
    let message = "You've been logged out!".to_owned();
    Ok(LoggedOut { status: "success".to_owned(), data: LoggedOutData { message } })
}

/// The body as credentials: the four documented members, and two that real clients send.
fn unpack(
    mut body: JsonOrForm<LoginRequest>,
) -> Result<Result<Credentials, Incomplete>, BodyError> {
    let members = body.members_mut()?;
    // `Option` would take null for a member that is missing; the document does not.
    let documented = ["user", "password", "resume", "code"];
    if let Some(name) = documented.iter().find(|&&name| members.get(name) == Some(&Value::Null)) {
        return Err(ill_typed(name, &Value::Null));
    }
    let username = string_member(members, "username")?;
    let email = string_member(members, "email")?;
    let LoginRequest { user, password, resume, code } = body.decode()?;
    let identity = user
        .map(Identity::Either)
        .or(username.map(Identity::Username))
        .or(email.map(Identity::Email));
    Ok(Credentials::sort_out(identity, password.map(Password::Clear), resume, code))
}

fn string_member(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, BodyError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(ill_typed(name, other)),
    }
}

fn ill_typed(name: &str, value: &Value) -> BodyError {
    let kind = crate::body::kind(value);
    BodyError::Malformed(format!("`{name}`: invalid type: {kind}, expected a string"))
}

fn origin(rqctx: &RequestContext<ApiContext>) -> Origin {
    let peer = rqctx.request.remote_addr().ip();
    let headers = rqctx.request.headers().get_all("x-forwarded-for");
    let forwarded: Vec<&str> = headers.iter().filter_map(|value| value.to_str().ok()).collect();
    Origin { address: rqctx.context().trusted_proxies.client(peer, forwarded.into_iter()) }
}

fn site_url(rqctx: &RequestContext<ApiContext>) -> String {
    let context = rqctx.context();
    match &context.site_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("{}://{}", context.scheme, rqctx.server.local_addr),
    }
}

fn session(rqctx: &RequestContext<ApiContext>) -> Result<(UserId, TokenHash), Refusal> {
    let header = |name| {
        let value = rqctx.request.headers().get(name)?.to_str().ok()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    let (Some(user), Some(token)) = (header("x-user-id"), header("x-auth-token")) else {
        return Err(Refusal::NotLoggedIn);
    };
    Ok((UserId::from_stored(user), Token::presented(Secret::from(token)).hash()))
}
