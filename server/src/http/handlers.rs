//! The handlers of the API, without login logic.

use std::time::Instant;

use dropshot::{HttpResponse, RequestContext};
use specfirst_dropshot::{BodyError, JsonOrForm, Members, Presented};

use super::{
    ApiContext, ApiError, Response, X_FORWARDED_FOR, access_tokens,
    error::{self, SharedResponses},
    rate_limit::Quota,
    response, unpack,
    unpack::UnpackError,
};
use crate::{
    accounts::{Token, TokenHash, UserId},
    generated::{
        AuthTokenAndUserIdCredentials, GeneratePersonalAccessTokenResponse,
        GetPersonalAccessTokensResponse, LoginApi, LoginOkHeaders, LoginResponse,
        LogoutByGetOkHeaders, LogoutByGetResponse, LogoutOkHeaders, LogoutResponse, MeOkHeaders,
        MeResponse, RegeneratePersonalAccessTokenResponse, RemovePersonalAccessTokenResponse,
        types::{
            CurrentUser, LoggedOut, LoggedOutData, LoginData, LoginRequest, LoginSuccess,
            NewPersonalAccessToken, PersonalAccessTokenName,
        },
    },
    logging::error_chain,
    login::{Credentials, Origin, Refusal},
    metrics::LoginMethod,
    store::StoreError,
};

/// The response to a call, which runs only within the rate limit.
///
/// This is not a function that takes the call's future, because passing a future by value copies
/// it, and that of a login is large.
macro_rules! counted {
    ($rqctx:ident, $route:literal, $call:expr) => {{
        let call = Call::begin(&$rqctx, $route);
        let result = match call.over_limit_response() {
            None => $call,
            Some(refused) => Ok(refused),
        };
        Ok(call.end(result))
    }};
}

/// The type that implements the API trait.
pub(super) enum Handlers {}

impl LoginApi for Handlers {
    type Context = ApiContext;

    async fn login(
        rqctx: RequestContext<ApiContext>,
        body: JsonOrForm<LoginRequest>,
    ) -> Result<Response<LoginResponse>, ApiError> {
        // The body is read before the rate limit is checked. If the server responded while the
        // client was still sending, the client would see a broken connection.
        let body = body.read(rqctx.context().body_timeout).await;
        counted!(rqctx, "login", login(&rqctx, body).await)
    }

    async fn me(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<Response<MeResponse>, ApiError> {
        counted!(
            rqctx,
            "me",
            me(&rqctx, credentials).await.map(|user| MeResponse::Ok(user, MeOkHeaders::default()))
        )
    }

    async fn logout(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<Response<LogoutResponse>, ApiError> {
        counted!(rqctx, "logout", {
            let done = logout(&rqctx, credentials).await;
            done.map(|done| LogoutResponse::Ok(done, LogoutOkHeaders::default()))
        })
    }

    async fn logout_by_get(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<Response<LogoutByGetResponse>, ApiError> {
        counted!(rqctx, "logout", {
            let done = logout(&rqctx, credentials).await;
            done.map(|done| LogoutByGetResponse::Ok(done, LogoutByGetOkHeaders::default()))
        })
    }

    async fn generate_personal_access_token(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
        body: JsonOrForm<NewPersonalAccessToken>,
    ) -> Result<Response<GeneratePersonalAccessTokenResponse>, ApiError> {
        let body = body.read(rqctx.context().body_timeout).await;
        counted!(
            rqctx,
            "generate_personal_access_token",
            access_tokens::generate(&rqctx, credentials, body).await
        )
    }

    async fn regenerate_personal_access_token(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
        body: JsonOrForm<PersonalAccessTokenName>,
    ) -> Result<Response<RegeneratePersonalAccessTokenResponse>, ApiError> {
        let body = body.read(rqctx.context().body_timeout).await;
        counted!(
            rqctx,
            "regenerate_personal_access_token",
            access_tokens::regenerate(&rqctx, credentials, body).await
        )
    }

    async fn remove_personal_access_token(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
        body: JsonOrForm<PersonalAccessTokenName>,
    ) -> Result<Response<RemovePersonalAccessTokenResponse>, ApiError> {
        let body = body.read(rqctx.context().body_timeout).await;
        counted!(
            rqctx,
            "remove_personal_access_token",
            access_tokens::remove(&rqctx, credentials, body).await
        )
    }

    async fn get_personal_access_tokens(
        rqctx: RequestContext<ApiContext>,
        credentials: Presented<AuthTokenAndUserIdCredentials>,
    ) -> Result<Response<GetPersonalAccessTokensResponse>, ApiError> {
        counted!(
            rqctx,
            "get_personal_access_tokens",
            access_tokens::list(&rqctx, credentials).await
        )
    }
}

/// A call from its start to its response, which is counted for the rate limit and the metrics.
struct Call<'a> {
    context: &'a ApiContext,
    route: &'static str,
    started: Instant,
    quota: Option<Quota>,
}

impl<'a> Call<'a> {
    fn begin(rqctx: &'a RequestContext<ApiContext>, route: &'static str) -> Self {
        let (context, started) = (rqctx.context(), Instant::now());
        let quota = context.rate_limiter.as_ref().map(|limiter| {
            let (elapsed, now) = (context.clock.elapsed(), context.clock.now());
            limiter.count(origin(rqctx).address, route, elapsed, now)
        });
        Self { context, route, started, quota }
    }

    /// The response to a call over the limit, or `None` if the call is within it.
    fn over_limit_response<A: SharedResponses>(&self) -> Option<A> {
        let exceeded = self.quota.filter(|quota| quota.exceeded)?;
        Some(error::too_many_requests(exceeded.retry_after))
    }

    fn end<A: SharedResponses + HttpResponse>(self, result: Result<A, Refusal>) -> Response<A> {
        let response = response::pack(result.or_else(error::refused), self.quota);
        let took = self.started.elapsed();
        self.context.metrics.request(self.route, response.status_code().as_u16(), took);
        response
    }
}

async fn login(
    rqctx: &RequestContext<ApiContext>,
    body: Result<Members<LoginRequest>, BodyError>,
) -> Result<LoginResponse, Refusal> {
    let context = rqctx.context();
    let unpack = |body| unpack::credentials(body, rqctx.request.headers(), context.shapes);
    let (method, result) = match body.map_err(UnpackError::Body).and_then(unpack) {
        Ok(credentials) => {
            let method = match credentials {
                Credentials::Password { .. } => LoginMethod::Password,
                Credentials::Resume(_) => LoginMethod::Resume,
            };
            (method, context.login.log_in(credentials, origin(rqctx)).await)
        }
        Err(UnpackError::Incomplete(_)) => (LoginMethod::None, Err(Refusal::Unauthorized)),
        Err(UnpackError::Body(error)) => return Ok(error.into()),
    };
    context.metrics.login(method, result.as_ref().err().map_or("ok", Refusal::kind));
    let logged_in = log_server_failure(rqctx, result)?;
    let user_id = logged_in.user.id.to_string();
    let me = response::me(logged_in.user, site_url(rqctx));
    let auth_token = logged_in.token.into_secret();
    let success = LoginSuccess {
        status: "success".to_owned(),
        success: Some(true),
        data: LoginData { user_id, auth_token, me: Some(me) },
    };
    Ok(LoginResponse::Ok(success, LoginOkHeaders::default()))
}

async fn me(
    rqctx: &RequestContext<ApiContext>,
    credentials: Presented<AuthTokenAndUserIdCredentials>,
) -> Result<CurrentUser, Refusal> {
    let (user, token) = session(credentials)?;
    let user = log_server_failure(rqctx, rqctx.context().login.authorize(&user, &token).await)?;
    Ok(response::current_user(response::me(user, site_url(rqctx))))
}

async fn logout(
    rqctx: &RequestContext<ApiContext>,
    credentials: Presented<AuthTokenAndUserIdCredentials>,
) -> Result<LoggedOut, Refusal> {
    let (user, token) = session(credentials)?;
    log_server_failure(rqctx, rqctx.context().login.log_out(&user, &token).await)?;
    let message = "You've been logged out!".to_owned();
    Ok(LoggedOut { status: "success".to_owned(), data: LoggedOutData { message } })
}

/// Counts and logs a failure of the server. Errors of the client are not logged.
pub(super) fn log_server_failure<T>(
    rqctx: &RequestContext<ApiContext>,
    result: Result<T, Refusal>,
) -> Result<T, Refusal> {
    if let Err(refusal @ (Refusal::Unavailable(source) | Refusal::Internal(source))) = &result {
        if source.is::<StoreError>() {
            rqctx.context().metrics.store_error(refusal.kind());
        }
        slog::error!(rqctx.log, "the request failed"; "error" => error_chain(refusal));
    }
    result
}

pub(super) fn origin(rqctx: &RequestContext<ApiContext>) -> Origin {
    let peer = rqctx.request.remote_addr().ip();
    let headers = rqctx.request.headers().get_all(&X_FORWARDED_FOR);
    // A client can put invalid UTF-8 into the header, to the left of the proxy's addresses. It must
    // not make the proxy's addresses unreadable.
    let forwarded: Vec<_> =
        headers.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let forwarded = forwarded.iter().map(AsRef::as_ref);
    Origin { address: rqctx.context().trusted_proxies.client(peer, forwarded) }
}

fn site_url(rqctx: &RequestContext<ApiContext>) -> &str {
    let context = rqctx.context();
    let own = || format!("{}://{}", context.scheme, rqctx.server.local_addr);
    context.site_url.get_or_init(own)
}

/// The account and the token that the two headers name.
pub(super) fn session(
    credentials: Presented<AuthTokenAndUserIdCredentials>,
) -> Result<(UserId, TokenHash), Refusal> {
    let credentials = credentials.into_inner().ok_or(Refusal::NotLoggedIn)?;
    let AuthTokenAndUserIdCredentials { auth_token, user_id } = credentials;
    let user = UserId::from_stored(user_id.expose().to_owned());
    Ok((user, Token::from_client(auth_token).hash()))
}
