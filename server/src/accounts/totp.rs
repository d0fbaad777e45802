//! The second factor: time-based codes and backup codes.

use std::fmt;

use rand::{Rng as _, RngCore as _};
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// Fewer bytes than this can be guessed (RFC 4226 asks for 16; Google's generator gives 10).
const MIN_SECRET_BYTES: usize = 10;
const STEP_SECONDS: u64 = 30;
const BACKUP_CODES: usize = 12;
const BACKUP_CODE_LENGTH: usize = 8;
/// What cannot be mistaken when copied from paper.
const BACKUP_ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What the user's device and the server share: SHA-1, six digits, 30 seconds.
#[derive(Clone)]
pub struct TotpSecret(totp_rs::Secret);

/// A text that is no TOTP secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TotpSecretError {
    /// Lower case, spaces and padding are forgiven; anything else is not base32.
    #[error("TOTP secret is not base32")]
    NotBase32,
    /// Too easy to guess.
    #[error("TOTP secret is shorter than {MIN_SECRET_BYTES} bytes")]
    TooShort,
}

impl TotpSecret {
    /// A new one, of 160 bits.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 20]);
        rand::rng().fill_bytes(&mut *bytes);
        Self(totp_rs::Secret::from(*bytes))
    }

    /// From base32, as people type it.
    ///
    /// # Errors
    ///
    /// Says what is wrong, not what the text was.
    pub fn from_base32(text: &str) -> Result<Self, TotpSecretError> {
        let compact: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|c| !c.is_whitespace() && *c != '=')
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        );
        let secret =
            totp_rs::Secret::try_from_base32(&*compact).map_err(|_| TotpSecretError::NotBase32)?;
        if secret.as_ref().len() < MIN_SECRET_BYTES {
            return Err(TotpSecretError::TooShort);
        }
        Ok(Self(secret))
    }

    /// As the store keeps it and the user's device takes it.
    pub fn to_base32(&self) -> Secret {
        Secret::from(self.0.to_base32())
    }

    /// The step at which `code` is right, of the present one and its neighbours.
    pub fn matching_step(&self, code: &str, now: Timestamp) -> Option<u64> {
        let present = now.as_seconds() / STEP_SECONDS;
        // All three are computed whichever is right: the time tells nothing about the drift.
        let mut matching = None;
        for step in present.saturating_sub(1)..=present + 1 {
            let right: bool =
                self.code_at_step(step).expose().as_bytes().ct_eq(code.as_bytes()).into();
            matching = matching.or(right.then_some(step));
        }
        matching
    }

    /// The code that the user's device shows at `time`.
    pub fn code_at(&self, time: Timestamp) -> Secret {
        self.code_at_step(time.as_seconds() / STEP_SECONDS)
    }

    /// What an authenticator app reads from a QR code.
    pub fn uri(&self, issuer: &str, username: &str) -> Secret {
        // A colon separates issuer and account in the label, so neither may hold one.
        let clean = |text: &str| percent_encode(&text.replace(':', "-"));
        let (issuer, username) = (clean(issuer), clean(username));
        let secret = Zeroizing::new(self.0.to_base32());
        Secret::from(format!(
            "otpauth://totp/{issuer}:{username}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
            *secret
        ))
    }

    fn code_at_step(&self, step: u64) -> Secret {
        let totp = totp_rs::Builder::new()
            .with_algorithm(totp_rs::Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.0.clone())
            .build_noncompliant();
        Secret::from(totp.generate(step * STEP_SECONDS).to_string())
    }
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl PartialEq for TotpSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

/// Twelve codes of eight characters, each good for one login when the device is lost.
#[derive(Clone, Debug)]
pub struct BackupCodes(Vec<Secret>);

impl BackupCodes {
    /// New ones.
    pub fn random() -> Self {
        let mut rng = rand::rng();
        let code = || {
            let pick = || char::from(BACKUP_ALPHABET[rng.random_range(0..BACKUP_ALPHABET.len())]);
            Secret::from(std::iter::repeat_with(pick).take(BACKUP_CODE_LENGTH).collect::<String>())
        };
        Self(std::iter::repeat_with(code).take(BACKUP_CODES).collect())
    }

    /// The codes, to be shown once.
    pub fn codes(&self) -> &[Secret] {
        &self.0
    }

    /// What the store keeps.
    pub fn hashes(&self) -> Vec<String> {
        self.0.iter().map(|code| Self::hash(code.expose())).collect()
    }

    /// SHA-256 in hex, as Rocket.Chat keeps them.
    pub fn hash(code: &str) -> String {
        hex::encode(Sha256::digest(code))
    }

    /// Whether a `code` of a request can only be meant as a backup code.
    pub fn looks_like_one(code: &str) -> bool {
        code.chars().count() == BACKUP_CODE_LENGTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
        {
            assert_eq!(secret.code_at(Timestamp::from_millis(seconds * 1000)).expose(), code);
        }
    }

    #[test]
    fn one_step_of_drift_either_side_and_no_more() {
        let secret = TotpSecret::random();
        let now = Timestamp::from_millis(1_700_000_010_000);
        let present = now.as_seconds() / STEP_SECONDS;
        for (offset, step) in [
            (-60_i64, None),
            (-30, Some(present - 1)),
            (0, Some(present)),
            (30, Some(present + 1)),
            (60, None),
        ] {
            let code = secret.code_at(Timestamp::from_millis(now.as_millis() + offset * 1000));
            assert_eq!(secret.matching_step(code.expose(), now), step, "{offset}");
        }
        assert_eq!(secret.matching_step("", now), None);
        assert_eq!(secret.matching_step("2246d10", now), None);
    }

    #[test]
    fn base32_is_read_as_people_write_it() {
        let tidy = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let untidy = TotpSecret::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq=").unwrap();
        assert_eq!(tidy, untidy);
        assert_eq!(TotpSecret::from_base32("not base32!"), Err(TotpSecretError::NotBase32));
        assert_eq!(TotpSecret::from_base32("GEZDG"), Err(TotpSecretError::TooShort));
    }

    #[test]
    fn the_uri_cannot_be_broken_by_a_name() {
        let uri = TotpSecret::random().uri("Acme: Chat", "a&b=c:d");
        assert!(uri.expose().starts_with("otpauth://totp/Acme-%20Chat:a%26b%3Dc-d?secret="));
    }
}
