//! Mutants: servers with one defect each, and correct servers that differ from ours.
//!
//! Each is the real server behind a proxy that changes one thing, so that whatever else such a server
//! does is real. A rule that no mutant fails proves nothing; a correct server that is a false positive
//! proves a rule wrong.

mod correct;
mod directory;
mod heard;
mod login;
mod other;
mod proxy;
mod schema;
mod session;
mod two_factor;
mod world;

pub use proxy::Proxy;
pub use world::{Memory, ProxyRequest, ProxyResponse, ProxyState};

/// A server that differs from the real one in one thing.
#[derive(Clone, Copy)]
pub struct Mutant {
    /// Its name.
    pub id: &'static str,
    /// What differs.
    pub title: &'static str,
    /// Whether it is correct all the same.
    pub is_correct: bool,
    /// Changes a request, or answers it in place of the real server.
    pub before: fn(&ProxyState, &mut ProxyRequest) -> Option<ProxyResponse>,
    /// Changes a response.
    pub after: fn(&ProxyState, &ProxyRequest, &mut ProxyResponse),
    /// Whether it answers one request at a time.
    pub is_serial: bool,
}

impl Mutant {
    fn new(id: &'static str, title: &'static str) -> Self {
        Self {
            id,
            title,
            is_correct: false,
            before: |_, _| None,
            after: |_, _, _| {},
            is_serial: false,
        }
    }

    fn before(self, before: fn(&ProxyState, &mut ProxyRequest) -> Option<ProxyResponse>) -> Self {
        Self { before, ..self }
    }

    fn after(self, after: fn(&ProxyState, &ProxyRequest, &mut ProxyResponse)) -> Self {
        Self { after, ..self }
    }

    fn correct(self) -> Self {
        Self { is_correct: true, ..self }
    }

    fn serial(self) -> Self {
        Self { is_serial: true, ..self }
    }
}

/// Every server with a mutant.
pub fn all() -> Vec<Mutant> {
    [schema::all(), login::all(), session::all(), two_factor::all(), directory::all(), other::all()]
        .concat()
}

/// Every correct server that differs.
pub fn correct_mutants() -> Vec<Mutant> {
    correct::mutants()
}

/// Either, by name.
pub fn find(id: &str) -> Option<Mutant> {
    all().into_iter().chain(correct_mutants()).find(|mutant| mutant.id == id)
}
