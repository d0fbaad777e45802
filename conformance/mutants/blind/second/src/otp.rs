//! Time-based one-time codes: SHA-1, 6 digits, 30 seconds (RFC 6238).

use hmac::{Hmac, Mac};
use sha1::Sha1;
use std::time::{SystemTime, UNIX_EPOCH};

pub const STEP: u64 = 30;

pub fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

pub fn step_now() -> u64 {
    unix_now() / STEP
}

/// The code of a step; `None` if the secret is not hexadecimal.
pub fn code(secret_hex: &str, step: u64) -> Option<String> {
    let key = hex::decode(secret_hex).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let word = u32::from_be_bytes([sum[at] & 0x7f, sum[at + 1], sum[at + 2], sum[at + 3]]);
    Some(format!("{:06}", word % 1_000_000))
}

#[cfg(test)]
mod tests {
    #[test]
    fn gives_the_codes_of_rfc_6238() {
        let secret = hex::encode("12345678901234567890");
        assert_eq!(super::code(&secret, 59 / 30).as_deref(), Some("287082"));
        assert_eq!(super::code(&secret, 1_111_111_109 / 30).as_deref(), Some("081804"));
    }
}
