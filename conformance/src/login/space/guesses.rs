//! Which guesses the space has, and which of them come first.

use super::{
    guess::{Change, GivenPassword, Guess, Known, Subject},
    way::{Body, Way},
};
use crate::login::accounts::Account;
use specfirst_engine::transform::{
    Algorithm, Blank, Case as LetterCase, Class, Composition, Digest, Edit, Notation, Place,
    Transform, Weight,
};

/// The guesses of the space: every subject with every transform, way, password and account.
pub(super) fn guesses(accounts: &[&Account], catalogue: &[(Transform, Weight)]) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let whose = 0..accounts.len().min(4);
    for subject in
        [Subject::Password, Subject::User, Subject::Resume, Subject::Token, Subject::UserId]
    {
        let changes = catalogue.iter().filter(|(transform, _)| applies(subject, transform));
        // Tokens are compared by code that is simpler than that of passwords and names.
        let is_token = !matches!(subject, Subject::Password | Subject::User);
        let changes = changes.filter(|(_, weight)| !is_token || *weight != Weight::Rare);
        let changes = changes.map(|(transform, weight)| {
            let change = Change::of(*transform);
            let weight = weight_of(subject, &change, *weight);
            (change, weight)
        });
        let known = Known::ALL.into_iter().filter(|known| is_useful(subject, *known));
        let known = known.map(|known| {
            let change = Change::Known(known);
            let weight = weight_of(subject, &change, Weight::Usual);
            (change, weight)
        });
        // The first guesses of passwords take turns, so that no account needs a login in between.
        let mut turn = 0;
        for (change, weight) in changes.chain(known) {
            let plain = if subject == Subject::Password { turn % whose.len().max(1) } else { 0 };
            turn += usize::from(weight == Weight::First);
            for account in whose.clone() {
                for (way, password) in presentations(subject) {
                    // The first cells of a run are the plainest ones.
                    let is_plain = account == plain
                        && way == Way::DOCUMENTED
                        && password == GivenPassword::Right;
                    let weight = if is_plain { weight } else { weight.max(Weight::Usual) };
                    let change = change.clone();
                    guesses.push(Guess { subject, change, way, password, account, weight });
                }
            }
        }
    }
    guesses
}

/// In which ways and with which passwords a changed credential is presented.
fn presentations(subject: Subject) -> Vec<(Way, GivenPassword)> {
    match subject {
        Subject::Password => Way::ALL.map(|way| (way, GivenPassword::Right)).to_vec(),
        Subject::User => {
            let ways = Way::ALL.into_iter().filter(|way| way.body != Body::Digest);
            ways.flat_map(|way| {
                [GivenPassword::Right, GivenPassword::Wrong, GivenPassword::Others]
                    .map(|password| (way, password))
            })
            .collect()
        }
        Subject::Resume | Subject::Token | Subject::UserId => {
            vec![(Way::DOCUMENTED, GivenPassword::Right)]
        }
    }
}

pub(super) fn applies(subject: Subject, transform: &Transform) -> bool {
    match (subject, transform.class()) {
        // Whether tokens are signed shows only when there is one.
        (Subject::Resume | Subject::Token, Class::Signed) => true,
        (_, Class::Signed) => false,
        (Subject::Resume | Subject::Token | Subject::UserId, _)
            if transform.apply(DRAWN).is_none_or(|text| !subject.can_be(&text)) =>
        {
            false
        }
        (Subject::User, Class::Email) => true,
        (_, Class::Email) => false,
        (Subject::User | Subject::UserId, Class::Digest | Class::Number) => false,
        // A lenient decoder of Base64 ignores padding.
        (Subject::Resume | Subject::Token, Class::Extension) => {
            !transform.to_string().contains("`=`")
        }
        _ => true,
    }
}

fn is_useful(subject: Subject, known: Known) -> bool {
    use Known::{OthersPassword, OthersToken, OthersUserId, UserId, UserName};
    match subject {
        Subject::Password => true,
        Subject::User => known == UserId,
        Subject::Resume => matches!(known, UserName | UserId),
        Subject::Token => matches!(known, UserName | UserId | OthersToken),
        Subject::UserId => {
            !matches!(known, OthersPassword | OthersToken | UserId) || known == OthersUserId
        }
    }
}

/// The weight of a change of a credential. Only a few of each come first: those that the most
/// implementations get wrong.
fn weight_of(subject: Subject, change: &Change, weight: Weight) -> Weight {
    let is_first = match (subject, change) {
        (_, Change::Known(known)) => subject == Subject::Password && *known == Known::UserName,
        (_, Change::Transforms(Composition(transforms))) => {
            match (subject, transforms.as_slice()) {
                (_, [Transform::Edit(Edit::RemoveLast(1))]) => {
                    !matches!(subject, Subject::Resume | Subject::UserId)
                }
                (Subject::Password, [Transform::Blank(blank, Place::End)]) => *blank == Blank::NUL,
                (Subject::Password | Subject::Token, [Transform::Case(LetterCase::Swapped)]) => {
                    true
                }
                (Subject::User, [transform @ Transform::Operator(_)]) => {
                    weight == Weight::First && transform.class() != Class::Number
                }
                (Subject::Token, [Transform::Digest(digest)]) => *digest == STORED_TOKEN,
                (Subject::Token, [Transform::Edit(Edit::ReplaceLast)]) => true,
                _ => false,
            }
        }
    };
    if is_first { Weight::First } else { weight.max(Weight::Usual) }
}

/// How servers store a token. Whoever reads the database must not be able to log in with it.
const STORED_TOKEN: Digest = Digest { algorithm: Algorithm::Sha256, notation: Notation::Base64 };

/// A text as servers draw tokens and user ids, with letters that have look-alikes. Transforms that make
/// nothing of it that can be sent are left out for tokens and user ids.
const DRAWN: &str = "sKi7Ad2kSmIeZo4uQ";

#[cfg(test)]
mod tests {
    use super::*;
    use specfirst_engine::transform::SignedChange;

    #[test]
    fn changes_of_signed_tokens_are_planned_before_a_token_is_known() {
        let none = Transform::Signed(SignedChange::AlgorithmNone);
        assert!(applies(Subject::Token, &none) && applies(Subject::Resume, &none));
        assert!(!applies(Subject::Password, &none));
    }
}
