//! The other ways to log in: by e-mail, with unknown members, with a charset, in chunks, and by form.

use serde_json::{Value, json};

use super::{
    Scenario,
    combined::{CombinedCase, CombinedOutcome},
    tokens::judge as judge_tokens,
};
use crate::login::{
    Driver, Session,
    accounts::Account,
    foreign_host,
    identity::check_identity,
    requests,
    space::{Body, Way},
    steps::step_and_log_out,
};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect, Request},
        response::Response,
    },
    runner::Step,
    strategy::form,
};

/// The scenarios of the ways to log in.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario { name: "form", rules: &["form_logs_in"], production: true, run: by_form },
        Scenario {
            name: "representations",
            rules: &["positive_data_acceptance", "password_is_compared_whole"],
            production: true,
            run: representations,
        },
    ]
}

const CHUNKS_RULE: &str = "chunked_bodies_are_read";

/// A login by e-mail, with an unknown member, with a charset, in chunks, and as a proxy for another host would
/// forward it, and the logins with one of these each.
pub(super) struct EveryWay {
    /// The login with all of them.
    pub(super) all: Case,
    /// The rules that its success checks.
    pub(super) rules: Vec<&'static str>,
    /// The logins with one of them each. The last one is in chunks.
    separate: Vec<Case>,
}

/// The rules of [`EveryWay`].
const EVERY_WAY_RULES: [&str; 4] = [
    "email_logs_in",
    "unknown_members_are_ignored",
    "media_type_parameters_are_accepted",
    CHUNKS_RULE,
];

impl EveryWay {
    pub(super) fn of(account: &Account) -> Self {
        let [by_email, unknown, parameters, chunks] = EVERY_WAY_RULES;
        let name = &account.username;
        let user = account.email.as_deref().unwrap_or(name);
        let more = |mut body: Value| {
            body["x-unknown-member"] = json!({"nested": [1, null, "two"]});
            body
        };
        let right = |user: &str| json!({"user": user, "password": account.password});
        const WITH_CHARSET: &str = "Application/JSON; charset=UTF-8";
        let case = |title: &str, media_type: &str, body: &Value, rule| {
            let request = Request::new("POST", requests::LOGIN).body(media_type, body.to_string());
            Case::new("login", title, request, Expect::Success).rule(rule).of(name)
        };
        let mut rules = vec![unknown, parameters, chunks];
        let title = "the right password and an unknown member";
        let mut separate = vec![
            case(title, "application/json", &more(right(name)), unknown),
            case(
                "a media type with charset, in other case",
                WITH_CHARSET,
                &right(name),
                parameters,
            ),
        ];
        if account.email.is_some() {
            rules.push(by_email);
            let title = "the right password by e-mail";
            separate.push(case(title, "application/json", &right(user), by_email));
        }
        let plain = requests::password(account, Expect::Anything, chunks);
        let title = "the right login in chunks".to_owned();
        separate.push(Case { title, request: in_chunks(plain.request.clone()), ..plain });
        let title = "by e-mail, in chunks, with an unknown member, a charset, and a media type in other case";
        let all = case(title, WITH_CHARSET, &more(right(user)), "password_logs_in");
        let all = Case { request: foreign_host::forwarded(in_chunks(all.request)), ..all };
        Self { all, rules, separate }
    }

    /// All at once, as a combined case.
    pub(super) fn combined(&self) -> CombinedCase<'_> {
        CombinedCase {
            case: &self.all,
            rules: &self.rules,
            is_right: Response::is_success,
            separate: &self.separate,
        }
    }

    /// Sends the logins with one of them each, after the plain login has succeeded. `findings` are those about
    /// the response to all at once.
    pub(super) fn run_separate(
        &self,
        driver: &mut Driver<'_, '_>,
        findings: Vec<Finding>,
        response: Option<&Response>,
    ) -> Step<()> {
        let outcome = self.combined().run_separate(driver, findings, response)?;
        if let (CombinedOutcome::Separate(responses), Some(case)) = (outcome, self.separate.last())
            && let Some(Some(response)) = responses.last()
        {
            judge_chunks(driver, case, response);
        }
        Ok(())
    }
}

fn in_chunks(request: Request) -> Request {
    request.header("Transfer-Encoding", "chunked")
}

/// Reports a login in chunks that is refused. An HTTP/1.1 server must be able to read it (RFC 9112, section 7.1),
/// or may require a length.
fn judge_chunks(driver: &Driver<'_, '_>, case: &Case, response: &Response) {
    driver.run.count_check(CHUNKS_RULE);
    if !response.is_success() && response.status != 411 {
        let message =
            format!("{}: the response is not that of the login with a length", case.title);
        let got = response.status.to_string();
        let finding = Finding::new(CHUNKS_RULE, "chunks", message, "200, or 411", got);
        driver.run.report(finding, case, Some(response));
    }
}

/// The same credentials as a form.
fn by_form(driver: &mut Driver<'_, '_>) -> Step<()> {
    let body =
        |account: &Account| form(&json!({"user": account.username, "password": account.password}));
    // An account whose password a form encodes in both ways, because a server may not decode it.
    let suite = driver.run.suite;
    let lacks = |account: &&Account| ['+', '%'].map(|encoded| !body(account).contains(encoded));
    let account = suite.plain_accounts().min_by_key(lacks);
    let Some(account) = account else { return Ok(()) };
    let body = body(account);
    let request = Request::new("POST", requests::LOGIN).body(requests::FORM, body);
    let title = "the right password as a form";
    let case = Case::new("login", title, request, Expect::Success);
    let case = case.rule("form_logs_in").of(&account.username);
    if let Some(response) = driver.step(&case)? {
        keep(driver, account, &case, &response);
    }
    Ok(())
}

/// Keeps a session that one of these logins began, for a scenario that needs a session to end.
fn keep(driver: &Driver<'_, '_>, account: &Account, case: &Case, response: &Response) {
    check_identity(driver, account, case, response);
    let Some(begun) = Session::begun_by(case, response) else { return };
    let shared = driver.run.suite.shared.get(account);
    let is_shared = shared.as_ref().is_some_and(|shared| shared.token == begun.token);
    judge_tokens(driver);
    if !is_shared {
        driver.run.suite.shared.add_spare(begun);
    }
}

/// The same right login in other representations that mean the same: escapes and white space of JSON (RFC
/// 8259), another order of members, and percent-encoding of a form.
fn representations(driver: &mut Driver<'_, '_>) -> Step<()> {
    let rule = "positive_data_acceptance";
    let Some(account) = driver.run.suite.plain_accounts().next() else { return Ok(()) };
    let (name, password) = (&account.username, &account.password);
    let escaped =
        |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let json = |text: &str| Value::from(text).to_string();
    let bodies = [
        (
            "with JSON escapes",
            "application/json",
            format!(r#"{{"user":"{}","password":"{}"}}"#, escaped(name), escaped(password)),
        ),
        (
            "with white space in JSON",
            "application/json",
            format!(
                "\r\n\t {{ \"user\" : {} ,\n\"password\"\t: {} }} \n",
                json(name),
                json(password)
            ),
        ),
        (
            "with the password first",
            "application/json",
            format!(r#"{{"password":{},"user":{}}}"#, json(password), json(name)),
        ),
        (
            "as a form with every character encoded",
            requests::FORM,
            format!("user={}&password={}", percent_encoded(name), percent_encoded(password)),
        ),
    ];
    for (title, media_type, body) in bodies {
        let way = Way { body: Body::Form, ..Way::DOCUMENTED };
        if media_type == requests::FORM && !way.is_open(driver)? {
            continue;
        }
        let request = Request::new("POST", requests::LOGIN).body(media_type, body);
        let case = Case::new("login", format!("the right login {title}"), request, Expect::Success);
        step_and_log_out(driver, &case.rule(rule).of(name))?;
    }
    twice_encoded(driver, account)
}

/// The right password as a form, encoded twice. Decoded once, as forms are, it is a wrong one.
fn twice_encoded(driver: &mut Driver<'_, '_>, account: &Account) -> Step<()> {
    let way = Way { body: Body::Form, ..Way::DOCUMENTED };
    if !way.is_open(driver)? {
        return Ok(());
    }
    let password = percent_encoded(&account.password);
    driver.run.environment.secrets.learn("password", &password);
    let request = way.request(&account.username, &password);
    let title = "the password percent-encoded twice, as a form";
    let case = Case::new("login", title, request, Expect::Refusal);
    let case = case.rule("password_is_compared_whole").of(&account.username);
    step_and_log_out(driver, &case).map(drop)
}

/// A text with every byte percent-encoded.
fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
