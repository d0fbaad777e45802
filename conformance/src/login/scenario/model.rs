//! Compares random sequences of logins, resumes and logouts of several accounts with a model.
//!
//! In the model, a token works from its login to its logout, with its own user id, for its own account.
//! A failing sequence shrinks, and the report shows the last request of the shortest one.

use proptest::prelude::*;

use super::Scenario;
use crate::login::{Driver, Session, accounts::Account, identity::check_identity, requests};
use specfirst_engine::{
    check::finding::Finding,
    http::{
        case::{Case, Expect},
        response::Response,
    },
    runner::{
        Step,
        search::{Counterexample, search},
    },
};

const RULE: &str = "sequences_follow_the_model";
/// How many sequences are generated.
const SEQUENCES: u32 = 11;
/// The most actions of one sequence.
const MAX_ACTIONS: usize = 12;

/// The scenario of the model.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![Scenario { name: "model", rules: &[RULE], production: false, run }]
}

/// One action. Each number selects an account or session, modulo how many there are.
#[derive(Clone, Debug)]
enum Action {
    LogIn(usize),
    Resume(usize),
    Me(usize),
    /// A token with the user id of another session.
    Swap(usize, usize),
    WrongPassword(usize),
    /// The right password of the account with a second factor, without a code.
    WithoutCode,
    LogOut(usize),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let any = 0..8_usize;
    let action = prop_oneof![
        // The most frequent, because the other actions need a session.
        4 => any.clone().prop_map(Action::LogIn),
        3 => any.clone().prop_map(Action::Me),
        2 => any.clone().prop_map(Action::Resume),
        2 => any.clone().prop_map(Action::LogOut),
        2 => (any.clone(), any.clone()).prop_map(|(a, b)| Action::Swap(a, b)),
        // Rare, because each counts for the lockout.
        1 => any.prop_map(Action::WrongPassword),
        1 => Just(Action::WithoutCode),
    ];
    prop::collection::vec(action, 1..=MAX_ACTIONS)
}

fn run(driver: &mut Driver<'_, '_>) -> Step<()> {
    let accounts: Vec<Account> = driver.run.suite.plain_accounts().take(3).cloned().collect();
    if accounts.is_empty() {
        return Ok(());
    }
    // An account with a second factor has one session, which an earlier scenario began, because a code
    // works only once. The model uses this session like any other but does not log it out.
    let run = driver.run;
    let mut factored = run.suite.accounts.iter().filter(|a| a.totp_secret.is_some());
    let factored =
        factored.find_map(|account| Some((account.clone(), run.suite.shared.get(account)?)));
    let mut accounts = accounts;
    accounts.extend(factored.iter().map(|(account, _)| account.clone()));
    search(driver, "model", &actions(), SEQUENCES, |driver, actions| {
        let kept = factored.iter().map(|(account, _)| {
            // A resume of an earlier sequence may have renewed it.
            let session = driver.run.suite.shared.get(account);
            (accounts.len() - 1, session, true)
        });
        let kept = kept.filter_map(|(at, session, lives)| Some((at, session?, lives)));
        let mut model = Model {
            accounts: &accounts,
            plain: accounts.len() - factored.iter().count(),
            sessions: kept.collect(),
            steps: Vec::new(),
        };
        let mut counterexamples = Vec::new();
        for action in actions {
            counterexamples = model.act(driver, action)?;
            if !counterexamples.is_empty() {
                break;
            }
        }
        for (at, session, lives) in &model.sessions {
            if *lives && *at < model.plain {
                driver.judged(&requests::logout(session, Expect::Anything))?;
            }
        }
        Ok(counterexamples)
    })
}

struct Model<'a> {
    accounts: &'a [Account],
    /// How many of the accounts have no second factor. They come first.
    plain: usize,
    /// The index of the account, the session, and whether the session is live.
    sessions: Vec<(usize, Session, bool)>,
    steps: Vec<String>,
}

impl Model<'_> {
    /// Carries out one action. Returns what the response violates.
    fn act(&mut self, driver: &mut Driver<'_, '_>, action: &Action) -> Step<Vec<Counterexample>> {
        let count = self.sessions.len();
        match *action {
            Action::LogIn(n) => {
                let at = n % self.plain;
                let account = &self.accounts[at];
                self.steps.push(format!("{} logs in", account.username));
                let case = requests::password(account, Expect::Success, RULE);
                let (counterexamples, response) = self.send(driver, &case)?;
                if let Some(begun) =
                    response.and_then(|response| Session::begun_by(&case, &response))
                {
                    if self.sessions.iter().any(|(_, known, _)| known.token == begun.token) {
                        return Ok(vec![self.duplicate_token(case)]);
                    }
                    self.sessions.push((at, begun, true));
                }
                Ok(counterexamples)
            }
            Action::WrongPassword(n) => {
                let account = &self.accounts[n % self.plain];
                self.steps.push(format!("{} sends a wrong password", account.username));
                let wrong = "not-this-one";
                let case = requests::other_password(account, "a wrong password", wrong, RULE);
                Ok(self.send(driver, &case)?.0)
            }
            Action::WithoutCode => {
                // The refusal counts for the lockout, and no login of this account resets the count.
                let account = self.accounts.get(self.plain);
                let Some(account) = account.filter(|a| !driver.run.suite.is_near_lock(&a.username))
                else {
                    return Ok(Vec::new());
                };
                self.steps.push(format!("{} sends no code", account.username));
                let case = requests::password(account, Expect::Unauthorized, RULE);
                Ok(self.send(driver, &case)?.0)
            }
            _ if count == 0 => Ok(Vec::new()),
            Action::Resume(n) => {
                let (at, session, lives) = self.sessions[n % count].clone();
                // A refusal counts, and no login of an account with a second factor resets the count.
                if at >= self.plain && driver.run.suite.is_near_lock(&self.accounts[at].username) {
                    return Ok(Vec::new());
                }
                self.steps.push(self.step_text(n % count, "resumes"));
                let case = requests::resume(&session, expected(lives), RULE);
                let (counterexamples, response) = self.send(driver, &case)?;
                let renewed = response.and_then(|response| Session::begun_by(&case, &response));
                if let Some(renewed) = renewed.filter(|new| lives && new.token != session.token) {
                    // A server may renew tokens, and the old token may stay valid or not. So it is logged
                    // out and not used again.
                    driver.judged(&requests::logout(&session, Expect::Anything))?;
                    if at >= self.plain {
                        driver.run.suite.shared.put(&self.accounts[at], renewed.clone());
                    }
                    self.sessions[n % count].2 = false;
                    self.sessions.push((at, renewed, true));
                }
                Ok(counterexamples)
            }
            Action::Me(n) => {
                let (_, session, lives) = &self.sessions[n % count];
                let case = requests::me(session, expected(*lives), RULE);
                self.steps.push(self.step_text(n % count, "requests its account"));
                Ok(self.send(driver, &case)?.0)
            }
            Action::Swap(a, b) => {
                let (one, other) = (&self.sessions[a % count], &self.sessions[b % count]);
                if one.0 == other.0 {
                    return Ok(Vec::new());
                }
                let forged =
                    Session { token: one.1.token.clone(), account: None, ..other.1.clone() };
                let case = requests::me(&forged, Expect::Unauthorized, RULE);
                self.steps.push(self.step_text(a % count, "sends another session's user id"));
                Ok(self.send(driver, &case)?.0)
            }
            Action::LogOut(n) => {
                let (at, session, lives) = &self.sessions[n % count];
                if *at >= self.plain {
                    return Ok(Vec::new());
                }
                let case = requests::logout(session, expected(*lives)).rule(RULE);
                self.steps.push(self.step_text(n % count, "logs out"));
                self.sessions[n % count].2 = false;
                Ok(self.send(driver, &case)?.0)
            }
        }
    }

    fn step_text(&self, at: usize, what: &str) -> String {
        let (account, ..) = self.sessions[at];
        format!("session {} of {} {what}", at + 1, self.accounts[account].username)
    }

    fn send(
        &self,
        driver: &mut Driver<'_, '_>,
        case: &Case,
    ) -> Step<(Vec<Counterexample>, Option<Response>)> {
        let (mut findings, response) = driver.judged(case)?;
        if let (Some(name), Some(response)) = (&case.account, &response)
            && let Some(account) = self.accounts.iter().find(|account| account.username == *name)
        {
            check_identity(driver, account, case, response);
        }
        for finding in findings.iter_mut().filter(|finding| finding.rule == RULE) {
            finding.message = format!("{}; after: {}", finding.message, self.steps.join(", "));
        }
        Ok((Counterexample::of(findings, case, response.as_ref()), response))
    }

    fn duplicate_token(&self, case: Case) -> Counterexample {
        let finding = Finding::new(
            RULE,
            "/data/authToken",
            format!("a login got the token of another session; after: {}", self.steps.join(", ")),
            "a new token",
            "a token that is in use",
        );
        Counterexample { finding, case, response: None }
    }
}

fn expected(lives: bool) -> Expect {
    if lives { Expect::Success } else { Expect::Unauthorized }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, mem::discriminant};

    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};

    use super::*;

    #[test]
    fn generated_sequences_contain_every_action() {
        let mut runner = TestRunner::deterministic();
        let sequences = (0..100).map(|_| actions().new_tree(&mut runner).unwrap().current());
        let kinds: HashSet<_> = sequences.flatten().map(|action| discriminant(&action)).collect();
        assert_eq!(kinds.len(), 7);
    }
}
