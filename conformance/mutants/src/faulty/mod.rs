//! The yardstick: servers with one fault each, and correct servers that differ from ours.
//!
//! Each is the real server behind a proxy that changes one thing, so that whatever else such a server
//! does is real. A rule that no faulty server fails proves nothing; a correct server that is accused
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
pub use world::{Ask, Memory, Reply, World};

/// A server that differs from the real one in one thing.
#[derive(Clone, Copy)]
pub struct Variant {
    /// Its name.
    pub id: &'static str,
    /// What differs.
    pub title: &'static str,
    /// Whether it is correct all the same.
    pub is_correct: bool,
    /// Changes a request, or answers it in place of the real server.
    pub before: fn(&World, &mut Ask) -> Option<Reply>,
    /// Changes an answer.
    pub after: fn(&World, &Ask, &mut Reply),
    /// Whether it answers one request at a time.
    pub is_serial: bool,
}

impl Variant {
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

    fn before(self, before: fn(&World, &mut Ask) -> Option<Reply>) -> Self {
        Self { before, ..self }
    }

    fn after(self, after: fn(&World, &Ask, &mut Reply)) -> Self {
        Self { after, ..self }
    }

    fn correct(self) -> Self {
        Self { is_correct: true, ..self }
    }

    fn serial(self) -> Self {
        Self { is_serial: true, ..self }
    }
}

/// Every server with a fault.
pub fn faults() -> Vec<Variant> {
    [
        schema::faults(),
        login::faults(),
        session::faults(),
        two_factor::faults(),
        directory::faults(),
        other::faults(),
    ]
    .concat()
}

/// Every correct server that differs.
pub fn correct_variants() -> Vec<Variant> {
    correct::variants()
}

/// Either, by name.
pub fn find(id: &str) -> Option<Variant> {
    faults().into_iter().chain(correct_variants()).find(|variant| variant.id == id)
}
