//! What is told by the time of an answer. Apart from the other tests, and one after the other: a
//! hundred tests beside them would be what is measured.

mod enumeration;
#[expect(dead_code, reason = "shared with the integration tests, which use all of it")]
#[path = "../integration/pki.rs"]
mod pki;
#[expect(dead_code, reason = "shared with the integration tests, which use all of it")]
#[path = "../integration/slapd.rs"]
mod slapd;
