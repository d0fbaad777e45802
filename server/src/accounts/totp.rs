//! The second factor: time-based codes and backup codes.

use std::fmt;

use rand::{Rng as _, RngCore as _};
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// The minimum length of a secret. RFC 4226 requires 16 bytes, but Google's generator makes 10.
const MIN_SECRET_BYTES: usize = 10;
const STEP_SECONDS: u64 = 30;
const BACKUP_CODES: usize = 12;
const BACKUP_CODE_LENGTH: usize = 8;
/// An alphabet without look-alike characters, for copying from paper.
const BACKUP_ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The secret that the user's device and the server share, for SHA-1, six digits and 30 seconds.
#[derive(Clone)]
pub struct TotpSecret(totp_rs::Secret);

/// The text is not a usable TOTP secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TotpSecretError {
    /// The text is not base32. Lower case, spaces and padding are allowed.
    #[error("TOTP secret is not base32")]
    NotBase32,
    /// The secret is short enough to guess.
    #[error("TOTP secret is shorter than {MIN_SECRET_BYTES} bytes")]
    TooShort,
}

impl TotpSecret {
    /// A new random secret of 160 bits.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 20]);
        rand::rng().fill_bytes(&mut *bytes);
        Self(totp_rs::Secret::from(*bytes))
    }

    /// Parses base32 as people type it.
    ///
    /// # Errors
    ///
    /// The text is not base32, or too short. The error does not quote it.
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

    /// The secret in base32, for the store and the user's device.
    pub fn to_base32(&self) -> Secret {
        Secret::from(self.0.to_base32())
    }

    /// The time step of `code` if it is valid now, or one step earlier or later.
    pub fn matching_step(&self, code: &str, now: Timestamp) -> Option<u64> {
        let present = now.as_seconds() / STEP_SECONDS;
        // All three codes are computed, so that the time does not reveal the clock drift.
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

    /// The URI that an authenticator app reads from a QR code.
    pub fn uri(&self, issuer: &str, username: &str) -> Secret {
        // In the label a colon separates issuer and account, so neither may contain one.
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

/// Twelve codes of eight characters. Each works for one login after the device was lost.
#[derive(Clone, Debug)]
pub struct BackupCodes(Vec<Secret>);

impl BackupCodes {
    /// New random codes.
    pub fn random() -> Self {
        let mut rng = rand::rng();
        let code = || {
            let pick = || char::from(BACKUP_ALPHABET[rng.random_range(0..BACKUP_ALPHABET.len())]);
            Secret::from(std::iter::repeat_with(pick).take(BACKUP_CODE_LENGTH).collect::<String>())
        };
        Self(std::iter::repeat_with(code).take(BACKUP_CODES).collect())
    }

    /// The codes, to show them once.
    pub fn codes(&self) -> &[Secret] {
        &self.0
    }

    /// The hashes that the store keeps.
    pub fn hashes(&self) -> Vec<String> {
        self.0.iter().map(|code| Self::hash(code.expose())).collect()
    }

    /// The SHA-256 of a code in hex, as Rocket.Chat stores it.
    pub fn hash(code: &str) -> String {
        hex::encode(Sha256::digest(code))
    }

    /// Whether a request's `code` can only be a backup code.
    pub fn is_backup_code_length(code: &str) -> bool {
        code.chars().count() == BACKUP_CODE_LENGTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are from RFC 6238, appendix B, for SHA-1 and cut to six digits.
    #[test]
    fn codes_match_rfc_6238() {
        let secret = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
        {
            assert_eq!(secret.code_at(Timestamp::from_millis(seconds * 1000)).expose(), code);
        }
    }

    #[test]
    fn codes_one_step_off_are_accepted_and_no_others() {
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
    fn base32_is_accepted_as_people_type_it() {
        let tidy = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let untidy = TotpSecret::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq=").unwrap();
        assert_eq!(tidy, untidy);
        assert_eq!(TotpSecret::from_base32("not base32!"), Err(TotpSecretError::NotBase32));
        assert_eq!(TotpSecret::from_base32("GEZDG"), Err(TotpSecretError::TooShort));
    }

    #[test]
    fn special_characters_in_names_do_not_break_the_uri() {
        let uri = TotpSecret::random().uri("Acme: Chat", "a&b=c:d");
        assert!(uri.expose().starts_with("otpauth://totp/Acme-%20Chat:a%26b%3Dc-d?secret="));
    }
}
