//! Mutants: servers with one defect each, and correct servers that differ from the real one.
//!
//! Each mutant is the real server behind a proxy that changes one thing. Everything else that the
//! mutant does is the behaviour of the real server. A rule that kills no mutant proves nothing. A
//! finding about a correct server is a false positive, which shows that a rule is wrong.

mod access_tokens;
mod correct;
mod directory;
mod lockout;
mod login;
mod other;
mod proxy;
mod recorded_stream;
mod schema;
mod session;
mod space;
mod state;
mod two_factor;

pub use proxy::{LimitedRequests, Proxy};
pub use recorded_stream::Framing;
pub use state::{Memory, MostFailures, ProxyRequest, ProxyResponse, ProxyState};

/// A server that differs from the real one in one thing.
#[derive(Clone, Copy)]
pub struct Mutant {
    /// The name of the mutant on the command line and in reports.
    pub id: &'static str,
    /// What differs from the real server.
    pub title: &'static str,
    /// Whether the mutant conforms to the documentation all the same.
    pub is_correct: bool,
    /// Changes a request, or responds to it instead of the real server.
    pub before: fn(&ProxyState, &mut ProxyRequest) -> Option<ProxyResponse>,
    /// Changes a response.
    pub after: fn(&ProxyState, &ProxyRequest, &mut ProxyResponse),
    /// Whether it handles one request at a time.
    pub is_serial: bool,
    /// How it reads the bytes of requests.
    pub framing: Framing,
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
            framing: Framing::Right,
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

    fn framing(self, framing: Framing) -> Self {
        Self { framing, ..self }
    }

    fn serial(self) -> Self {
        Self { is_serial: true, ..self }
    }
}

/// Every mutant with a defect.
pub fn all() -> Vec<Mutant> {
    [
        schema::all(),
        login::all(),
        session::all(),
        two_factor::all(),
        lockout::all(),
        directory::all(),
        access_tokens::all(),
        space::all(),
        other::all(),
    ]
    .concat()
}

/// Every mutant that is correct.
pub fn correct_mutants() -> Vec<Mutant> {
    [correct::mutants(), lockout::correct()].concat()
}

/// The mutant with this id, with a defect or correct.
pub fn find(id: &str) -> Option<Mutant> {
    all().into_iter().chain(correct_mutants()).find(|mutant| mutant.id == id)
}
