//! The canonical exchanges: the requests that clients send, and the refusals that they get.

use serde_json::json;

use super::{Purpose, Recording, normal};
use crate::login::{Driver, Session, requests, scenario::present_code, steps::log_out};
use specfirst_engine::{
    http::case::{Case, Expect, Request},
    runner::Step,
    strategy::form,
};

/// The purpose of the exchange with this name.
pub fn purpose(name: &str) -> Purpose {
    const ACCEPTED: [&str; 9] = [
        "login-by-user-name",
        "login-by-email",
        "login-by-form",
        "login-with-code",
        "resume",
        "me",
        "logout",
        "logout-by-get",
        "resume-with-code-account",
    ];
    const MALFORMED: [&str; 5] =
        ["malformed-json", "ill-typed-password", "wrong-media-type", "empty-object", "only-user"];
    if ACCEPTED.contains(&name) {
        Purpose::Accepted
    } else if MALFORMED.contains(&name) {
        Purpose::Malformed
    } else {
        Purpose::Refused
    }
}

struct Recorder<'d, 'r, 'a> {
    driver: &'d mut Driver<'r, 'a>,
    recording: &'d mut Recording,
}

/// Carries out the exchanges, and logs out every session that they begin.
pub(super) fn carry_out(driver: &mut Driver<'_, '_>, recording: &mut Recording) -> Step<()> {
    let mut recorder = Recorder { driver, recording };
    recorder.passwords()?;
    recorder.refusals()?;
    recorder.factor()?;
    recorder.inactive()
}

impl Recorder<'_, '_, '_> {
    fn take(&mut self, name: &'static str, case: Case) -> Step<Option<Session>> {
        let Some(response) = self.driver.response(&case)? else {
            self.recording.skipped.push((
                name,
                "a response: the connection was dropped, or the target limits requests",
            ));
            return Ok(None);
        };
        self.recording.snapshots.push(normal::snapshot(name, &case.request, &response));
        Ok(Session::begun_by(&case, &response))
    }

    fn take_and_out(&mut self, name: &'static str, case: Case) -> Step<()> {
        if let Some(begun) = self.take(name, case)? {
            log_out(self.driver, &begun)?;
        }
        Ok(())
    }

    fn skip(&mut self, names: &[&'static str], needs: &'static str) {
        self.recording.skipped.extend(names.iter().map(|name| (*name, needs)));
    }

    fn passwords(&mut self) -> Step<()> {
        const ANY: Expect = Expect::Anything;
        let run = self.driver.run;
        let Some(account) = run.suite.plain_accounts().next() else {
            self.skip(
                &[
                    "login-by-user-name",
                    "login-by-form",
                    "resume",
                    "me",
                    "logout",
                    "wrong-password",
                ],
                "an account without `totp_secret`",
            );
            return Ok(());
        };
        let login = |body: &serde_json::Value| {
            let request = Request::new("POST", requests::LOGIN).json(body);
            Case::new("login", "recorded", request, ANY).of(&account.username)
        };
        let right = json!({"user": account.username, "password": account.password});
        let begun = self.take("login-by-user-name", login(&right))?;
        if let Some(first) = begun {
            self.take("me", recorded(requests::me(&first, ANY, "token_authenticates")))?;
            let resumed =
                self.take("resume", recorded(requests::resume(&first, ANY, "resume_logs_in")))?;
            let current = resumed.unwrap_or(first);
            self.take("logout", recorded(requests::logout(&current, ANY)))?;
            self.take("logout-twice", recorded(requests::logout(&current, ANY)))?;
            self.take(
                "me-after-logout",
                recorded(requests::me(&current, ANY, "token_authenticates")),
            )?;
            self.take_and_out(
                "resume-after-logout",
                recorded(requests::resume(&current, ANY, "resume_logs_in")),
            )?;
        }
        let by_form = Request::new("POST", requests::LOGIN).body(requests::FORM, form(&right));
        let by_form = Case::new("login", "recorded", by_form, ANY).of(&account.username);
        if let Some(begun) = self.take("login-by-form", by_form)? {
            let request =
                requests::authenticated("GET", requests::LOGOUT, &begun.token, &begun.user_id);
            self.take("logout-by-get", Case::new("logout_by_get", "recorded", request, ANY))?;
        }
        match &account.email {
            Some(email) => {
                let body = json!({"user": email, "password": account.password});
                self.take_and_out("login-by-email", login(&body))?;
            }
            None => self.skip(&["login-by-email"], "an account with `email`"),
        }
        let wrong = json!({"user": account.username, "password": "Wr0ng-but-plausible"});
        self.take_and_out("wrong-password", login(&wrong))?;
        let ill_typed = json!({"user": account.username, "password": [account.password]});
        self.take_and_out("ill-typed-password", login(&ill_typed))
    }

    fn refusals(&mut self) -> Step<()> {
        let nobody = requests::nobody(self.driver.run.options.seed, "record");
        let json = "application/json";
        let unknown = json!({"user": nobody, "password": "Wr0ng-but-plausible"}).to_string();
        let only_user = json!({"user": nobody}).to_string();
        for (name, media_type, body) in [
            ("unknown-user", json, unknown.as_str()),
            ("empty-object", json, "{}"),
            ("only-user", json, only_user.as_str()),
            ("malformed-json", json, "{\"user\":"),
            ("wrong-media-type", "application/xml", "<user>a</user>"),
        ] {
            let request = Request::new("POST", requests::LOGIN).body(media_type, body.to_owned());
            self.take_and_out(name, Case::new("login", "recorded", request, Expect::Anything))?;
        }
        let request = Request::new("GET", requests::ME);
        self.take("me-without-headers", Case::new("me", "recorded", request, Expect::Anything))?;
        Ok(())
    }

    fn factor(&mut self) -> Step<()> {
        let run = self.driver.run;
        let mut accounts = run.suite.accounts.iter();
        let Some(account) = accounts.find(|a| a.totp_secret.is_some() && a.active) else {
            self.skip(
                &["code-missing", "code-wrong", "login-with-code", "resume-with-code-account"],
                "an account with `totp_secret`",
            );
            return Ok(());
        };
        let missing = requests::password(account, Expect::Anything, "code_is_required");
        self.take_and_out("code-missing", missing)?;
        let with = |code: &str| {
            let title = "recorded";
            requests::with_code(account, title, &json!(code), Expect::Anything, "code_logs_in")
        };
        // No right code has five digits.
        self.take_and_out("code-wrong", with("12345"))?;
        let code = present_code(self.driver, account)?;
        if let Some(begun) = self.take("login-with-code", with(&code))? {
            let resume = recorded(requests::resume(&begun, Expect::Anything, "resume_logs_in"));
            let resumed = self.take("resume-with-code-account", resume)?;
            log_out(self.driver, &resumed.unwrap_or(begun))?;
        }
        Ok(())
    }

    fn inactive(&mut self) -> Step<()> {
        let run = self.driver.run;
        let Some(account) = run.suite.accounts.iter().find(|account| !account.active) else {
            self.skip(&["inactive-account"], "an account with `active = false`");
            return Ok(());
        };
        let rule = "inactive_account_is_refused";
        self.take_and_out("inactive-account", requests::password(account, Expect::Anything, rule))
    }
}

fn recorded(case: Case) -> Case {
    Case { title: "recorded".to_owned(), ..case }
}
