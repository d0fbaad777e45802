//! Tests of the information that response times reveal. They run alone and in sequence, because a
//! hundred concurrent tests would distort the times.

mod enumeration;
#[expect(dead_code, reason = "shared with the integration tests, which use all of it")]
#[path = "../integration/pki.rs"]
mod pki;
#[expect(dead_code, reason = "shared with the integration tests, which use all of it")]
#[path = "../integration/slapd.rs"]
mod slapd;
