//! The first requests of a run: a login, the use of its token, and refusals.

use serde_json::json;

use super::{
    Scenario, browser,
    combined::{CombinedCase, CombinedOutcome},
    enumeration, tokens,
    ways_in::EveryWay,
};
use crate::login::{
    Driver, Session,
    accounts::Account,
    attempts::says_blocked,
    identity::check_identity,
    requests,
    space::{Pack, Spot, Way, refuse_packed},
    steps::{log_out, step_and_log_out},
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, HeaderNames},
        response::Response,
    },
    runner::{Halt, Step},
};

/// The first scenario of the plan.
pub(super) fn scenario() -> Scenario {
    Scenario {
        name: "smoke",
        rules: &[
            "password_logs_in",
            "password_is_compared_whole",
            "companions_have_no_effect",
            "token_authenticates",
            "resume_logs_in",
            "unknown_user_is_refused",
            "positive_data_acceptance",
            "refusals_look_alike",
            "origins_are_not_trusted",
            "values_stay_values",
            "credentials_have_one_place",
            "email_logs_in",
            "unknown_members_are_ignored",
            "media_type_parameters_are_accepted",
            "chunked_bodies_are_read",
        ],
        production: true,
        run,
    }
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<_> = driver.run.suite.plain_accounts().collect();
    let with_email = accounts.iter().find(|account| account.email.is_some());
    let Some(account) = with_email.or(accounts.first()).copied() else {
        for rule in scenario().rules {
            driver.run.not_run(rule, "an account without `totp_secret`");
        }
        return Ok(());
    };
    if account.email.is_none() {
        driver.run.not_run("email_logs_in", "an account with `email`");
    }
    let Some(first) = first_login(driver, account)? else { return Ok(()) };
    let FirstLogin { session, takes_companions } = first;
    token_identifies_account(driver, account, &session)?;
    refusals(driver, account, takes_companions)?;
    resume(driver, account, &session)?;
    Ok(())
}

/// Requests the account of the token, with header names in another case than in all other requests.
fn token_identifies_account(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    session: &Session,
) -> Step<()> {
    let small = requests::me(session, Expect::Success, "token_authenticates");
    let mut title = small.clone();
    title.title = "the account of a token, by header names in other case".to_owned();
    title.request.names = HeaderNames::Title;
    let combined = CombinedCase {
        case: &title,
        rules: &["token_authenticates"],
        is_right: Response::is_success,
        separate: std::slice::from_ref(&small),
    };
    if let Some(response) = combined.run(driver)?.first() {
        check_identity(driver, account, &small, &response);
    }
    Ok(())
}

/// A wrong password for a known user and one for an unknown user. Both must be refused alike. If a right login
/// may have companions, these requests have them too, because companions must let nobody in.
fn refusals(driver: &mut Driver<'_, '_>, account: &Account, takes_companions: bool) -> Step<()> {
    // One wrong password finds many defects. A server accepts it if it trims, cuts at eight or 72 bytes,
    // compares only a prefix, or compares nothing. The space of credentials finds out which.
    let Some(longest) = driver.run.suite.plain_accounts().max_by_key(|a| a.password.len()) else {
        return Ok(());
    };
    let near = format!("{} ", longest.password);
    driver.run.environment.secrets.learn("password", &near);
    let rule = "password_is_compared_whole";
    let known =
        requests::other_password(longest, "the password with a space after it", &near, rule);
    let combined = CombinedCase {
        case: &known,
        rules: &[rule],
        is_right: |response| matches!(response.status, 401 | 403),
        separate: &[],
    };
    let flag = Pack::flag();
    let pack = if takes_companions { flag.and(Pack::known(driver)) } else { flag };
    let known_response = refuse_packed(driver, &combined, &pack, longest)?.first();
    // The right password has logged in, and this one has not.
    let is_refused = known_response.as_ref().is_some_and(|response| !response.is_success());
    if is_refused {
        driver.run.suite.learn_way(Way::DOCUMENTED, true);
    }
    let spots = [Spot::Header, Spot::Query, Spot::Cookie, Spot::Member];
    let pack = if takes_companions { Pack::misplaced(driver, &spots) } else { Pack::default() };
    let nobody_response = nobody(driver, account, &pack)?;
    if let (Some(known_response), Some((response, user))) = (&known_response, &nobody_response) {
        let known = (known_response, longest.username.as_str());
        enumeration::suspect(driver, longest, known, (response, user))?;
    }
    Ok(())
}

/// Logs in as a user who does not exist, with a name and a password of another script, from another origin.
/// By the page, `user` and `password` are any strings, so a server must not refuse these as malformed. The
/// name also holds the punctuation of names and a line of a header, which must not become one.
/// The companions are the credentials of `account` in other places.
fn nobody(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    pack: &Pack,
) -> Step<Option<(Response, String)>> {
    let plain = driver.run.suite.nobody(driver.run.options.seed, "smoke");
    let user = format!("{plain}_+~-Ünïçødé-имя-名前{}", browser::INJECTED_LINE);
    let password = "пароль-密码-\u{1f511}";
    let case = |title: &str, user: &str, password: &str, expect, rule| {
        let mut case =
            requests::login(title, &json!({"user": user, "password": password}), expect, rule);
        case.request = case.request.header("Origin", browser::FOREIGN_ORIGIN);
        case
    };
    let (unknown, accepted) = ("unknown_user_is_refused", "positive_data_acceptance");
    let title = "a user who does not exist, with name and password of another script";
    let (refused, either) = (Expect::Unauthorized, Expect::SuccessOrUnauthorized);
    let combined = CombinedCase {
        case: &case(title, &user, password, refused, unknown),
        rules: &[unknown, accepted],
        is_right: |response| matches!(response.status, 401 | 403),
        separate: &[
            case("a user who does not exist", &plain, "plain", refused, unknown),
            case("a name of another script", &user, "plain", either, accepted),
            case("a password of another script", &plain, password, either, accepted),
        ],
    };
    let (response, user) = match refuse_packed(driver, &combined, pack, account)? {
        CombinedOutcome::Combined(response) => (Some(response), user),
        separate @ CombinedOutcome::Separate(_) => (separate.first(), plain),
    };
    if let Some(response) = &response {
        let login = case(title, &user, password, refused, unknown);
        browser::judge_origin(driver, &login, response, browser::FOREIGN_ORIGIN);
        browser::judge_injection(driver, &login, response);
    }
    let response = response.filter(|response| !response.is_success() && !says_blocked(response));
    if let Some(response) = &response {
        driver.run.suite.shared.put_refusal(response.clone(), user.clone());
    }
    Ok(response.map(|response| (response, user)))
}

/// The session of the first login.
struct FirstLogin {
    session: Session,
    /// Whether the target logs in although the login has companions.
    takes_companions: bool,
}

/// Logs in in every way at once, with companions that must have no effect. If that is refused, logs in plainly,
/// and tries each way alone. `None` if the plain login fails, which has been reported already.
fn first_login(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<FirstLogin>> {
    let mut every_way = EveryWay::of(account);
    let request = &every_way.all.request;
    every_way.all.request = Pack::known(driver).add_to(driver, request, account);
    let case = &every_way.all;
    let (findings, response) = driver.judged(case)?;
    let plain = |session| FirstLogin { session, takes_companions: false };
    if let Some(response) = response.clone().filter(Response::is_success) {
        every_way.combined().pass(driver, findings, &response)?;
        if check_identity(driver, account, case, &response) {
            let session = begin(driver, case, &response, account);
            return Ok(session.map(|session| FirstLogin { session, takes_companions: true }));
        }
        if let Some(begun) = Session::begun_by(case, &response) {
            log_out(driver, &begun)?;
        }
        return Ok(log_in(driver, account)?.map(plain));
    }
    let Some(session) = log_in(driver, account)? else { return Ok(None) };
    every_way.run_separate(driver, findings, response.as_ref())?;
    Ok(Some(plain(session)))
}

/// Logs in. If the accounts file is wrong, the result is an error and not a finding about the target.
fn log_in(driver: &mut Driver<'_, '_>, account: &Account) -> Step<Option<Session>> {
    let case = requests::password(account, Expect::Success, "password_logs_in");
    let (findings, response) = driver.judged(&case)?;
    let succeeded = response.as_ref().is_some_and(Response::is_success);
    if !succeeded && let Some(response) = &response {
        // If the target refuses one account, it may be broken. If it refuses all, the file is wrong.
        let mut accepted = false;
        let others = driver.run.suite.plain_accounts();
        for other in others.filter(|other| other.username != account.username) {
            let case = requests::password(other, Expect::Anything, "password_logs_in");
            let response = step_and_log_out(driver, &case)?;
            if response.is_some_and(|response| response.is_success()) {
                accepted = true;
                break;
            }
        }
        if !accepted && response.status < 500 {
            return Err(Halt::Unusable(format!(
                "the target refuses every account of the accounts file, starting with `{}` (status {}): check the \
                 names and passwords",
                account.username, response.status
            )));
        }
    }
    for finding in findings {
        driver.run.report(finding, &case, response.as_ref());
    }
    driver.stop_at_failure()?;
    let Some(response) = response.filter(|_| succeeded) else { return Ok(None) };
    check_identity(driver, account, &case, &response);
    Ok(begin(driver, &case, &response, account))
}

/// Shares the session that a login began.
fn begin(
    driver: &Driver<'_, '_>,
    case: &Case,
    response: &Response,
    account: &Account,
) -> Option<Session> {
    let begun = Session::begun_by(case, response);
    if begun.is_none() && response.string_at("/data/authToken").is_some() {
        let finding = Finding::new(
            "token_authenticates",
            "/data/authToken",
            "the token of a login cannot be sent in a header",
            "up to 4,096 characters, none of them a control character",
            response.string_at("/data/authToken").unwrap_or_default(),
        );
        driver.run.report(finding, case, Some(response));
    }
    if let Some(begun) = &begun {
        driver.run.suite.shared.put(account, begun.clone());
        tokens::judge(driver);
    }
    begun
}

/// Resumes the shared session. If the target returns a new token, the session continues with it.
pub(super) fn resume(
    driver: &mut Driver<'_, '_>,
    account: &Account,
    old: &Session,
) -> Step<Session> {
    let case = requests::resume(old, Expect::Success, "resume_logs_in");
    let Some(response) = driver.step(&case)? else { return Ok(old.clone()) };
    check_identity(driver, account, &case, &response);
    let current = Session::begun_by(&case, &response).unwrap_or_else(|| old.clone());
    driver.run.suite.shared.put(account, current.clone());
    Ok(current)
}
