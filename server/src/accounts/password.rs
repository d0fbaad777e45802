//! Password hashes: Argon2id, and the bcrypt that Rocket.Chat's accounts bring along.
//!
//! Both take the SHA-256 of the password in hex, not the password: a client may send only that
//! digest, and bcrypt, which ignores what follows 72 bytes, never sees a long password.

use std::fmt;

use argon2::password_hash::{self, Output, ParamsString, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

/// The cost of the bcrypt hashes that Rocket.Chat writes.
const ROCKETCHAT_BCRYPT_COST: u32 = 10;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Lower-case hex of a password's SHA-256.
#[derive(Clone, Debug)]
pub struct PasswordDigest(Secret);

/// A stored hash: `$argon2id$…` or bcrypt's `$2b$…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Secret);

/// What one Argon2id hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParameters {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes; this implementation works through them one after another.
    pub lanes: u32,
}

/// A hash could not be computed or read.
#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub struct HashError {
    context: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The memory that Argon2 fills, kept between hashes: mapping 19 MiB afresh costs a fifth of one.
#[derive(Default)]
pub(crate) struct Scratch(Vec<Block>);

impl PasswordDigest {
    /// Of a password in clear.
    #[must_use]
    pub fn of(password: &Secret) -> Self {
        Self(Secret::from(hex::encode(Sha256::digest(password.expose()))))
    }

    /// One that the client computed; `None` unless it is the hex of 32 bytes.
    #[must_use]
    pub fn presented(digest: &Secret) -> Option<Self> {
        let hex = digest.expose();
        let plausible = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        plausible.then(|| Self(Secret::from(hex.to_ascii_lowercase())))
    }
}

impl PasswordHash {
    /// One from the store or from an import.
    #[must_use]
    pub fn from_stored(hash: String) -> Self {
        Self(Secret::from(hash))
    }

    /// The text that the store keeps.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether it is bcrypt, to be replaced at the next login.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| self.expose().starts_with(prefix))
    }

    /// Whether some login could verify against it.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        if self.is_legacy() {
            self.expose().parse::<bcrypt::HashParts>().is_ok()
        } else {
            password_hash::PasswordHash::new(self.expose())
                .is_ok_and(|phc| phc.algorithm == Algorithm::Argon2id.ident() && phc.hash.is_some())
        }
    }

    /// Hashes afresh.
    pub(crate) fn create(
        digest: &PasswordDigest,
        parameters: HashParameters,
        scratch: &mut Scratch,
    ) -> Result<Self, HashError> {
        let mut salt = [0_u8; SALT_BYTES];
        rand::rng().fill_bytes(&mut salt);
        let params = parameters.to_params()?;
        let output = argon2id(digest, &salt, &params, scratch)?;
        let salt = SaltString::encode_b64(&salt).map_err(phc_error)?;
        let phc = password_hash::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(phc_error)?,
            salt: Some(salt.as_salt()),
            hash: Some(Output::new(&output).map_err(phc_error)?),
        };
        Ok(Self(Secret::from(phc.to_string())))
    }

    /// Whether `digest` is what was hashed.
    pub(crate) fn verify(
        &self,
        digest: &PasswordDigest,
        scratch: &mut Scratch,
    ) -> Result<bool, HashError> {
        if self.is_legacy() {
            return bcrypt::verify(digest.0.expose(), self.expose()).map_err(|source| HashError {
                context: "stored bcrypt hash cannot be read",
                source: source.into(),
            });
        }
        let phc = password_hash::PasswordHash::new(self.expose()).map_err(phc_error)?;
        let params = Params::try_from(&phc).map_err(phc_error)?;
        let (Some(salt), Some(expected)) = (phc.salt, phc.hash) else {
            return Err(phc_error(password_hash::Error::PhcStringField));
        };
        let mut buffer = [0_u8; 64];
        let salt = salt.decode_b64(&mut buffer).map_err(phc_error)?;
        let output = argon2id(digest, salt, &params, scratch)?;
        // `Output` compares in constant time.
        Ok(Output::new(&output).map_err(phc_error)? == expected)
    }

    /// Whether a right password should be hashed again, as a new account's would be.
    pub(crate) fn is_outdated(&self, parameters: HashParameters) -> bool {
        let current = password_hash::PasswordHash::new(self.expose())
            .ok()
            .and_then(|phc| Params::try_from(&phc).ok())
            .map(|p| HashParameters {
                memory_kib: p.m_cost(),
                passes: p.t_cost(),
                lanes: p.p_cost(),
            });
        current != Some(parameters)
    }

    /// Takes the time that Rocket.Chat's bcrypt takes, for nothing.
    pub(crate) fn waste_a_bcrypt(digest: &PasswordDigest) {
        let wasted = bcrypt::hash_with_salt(digest.0.expose(), ROCKETCHAT_BCRYPT_COST, [0; 16]);
        std::hint::black_box(wasted.is_ok());
    }
}

impl HashParameters {
    /// What the crate's authors and OWASP recommend: 19 MiB, two passes, one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// For tests only: a hundredth of a millisecond.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    /// Whether Argon2 takes them.
    ///
    /// # Errors
    /// They are outside of what Argon2 defines.
    pub fn validate(self) -> Result<(), HashError> {
        self.to_params().map(|_| ())
    }

    fn to_params(self) -> Result<Params, HashError> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT_BYTES)).map_err(
            |source| HashError {
                context: "Argon2 refuses these parameters",
                source: source.into(),
            },
        )
    }
}

fn argon2id(
    digest: &PasswordDigest,
    salt: &[u8],
    params: &Params,
    Scratch(blocks): &mut Scratch,
) -> Result<[u8; OUTPUT_BYTES], HashError> {
    let needed = params.block_count();
    if blocks.len() < needed {
        blocks.resize(needed, Block::default());
    }
    let mut output = [0_u8; OUTPUT_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(
            digest.0.expose().as_bytes(),
            salt,
            &mut output,
            &mut blocks[..needed],
        )
        .map_err(|source| HashError { context: "Argon2 failed", source: source.into() })?;
    Ok(output)
}

fn phc_error(source: password_hash::Error) -> HashError {
    HashError { context: "stored password hash cannot be read", source: source.into() }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(password: &str) -> PasswordDigest {
        PasswordDigest::of(&Secret::from(password))
    }

    #[test]
    fn argon2id_round_trip() {
        let mut scratch = Scratch::default();
        let hash =
            PasswordHash::create(&digest("pw"), HashParameters::CHEAP, &mut scratch).unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert!(hash.is_well_formed());
        assert!(hash.verify(&digest("pw"), &mut scratch).unwrap());
        assert!(!hash.verify(&digest("pW"), &mut scratch).unwrap());
        assert!(!hash.is_outdated(HashParameters::CHEAP));
        assert!(hash.is_outdated(HashParameters::RECOMMENDED));
    }

    #[test]
    fn rocketchats_bcrypt_verifies() {
        let stored = bcrypt::hash_with_salt(digest("pw").0.expose(), 4, [7; 16]).unwrap();
        let hash = PasswordHash::from_stored(stored.format_for_version(bcrypt::Version::TwoB));
        let mut scratch = Scratch::default();
        assert!(hash.is_legacy() && hash.is_well_formed());
        assert!(hash.is_outdated(HashParameters::CHEAP));
        assert!(hash.verify(&digest("pw"), &mut scratch).unwrap());
        assert!(!hash.verify(&digest("other"), &mut scratch).unwrap());
    }

    #[test]
    fn nothing_else_is_a_hash() {
        for text in [
            "",
            "pw",
            "$argon2id$",
            "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$2b$10$short",
        ] {
            assert!(!PasswordHash::from_stored(text.to_owned()).is_well_formed(), "{text}");
        }
    }

    #[test]
    fn a_presented_digest_is_64_hex_digits() {
        let good = Secret::from("AB".repeat(32).as_str());
        assert_eq!(PasswordDigest::presented(&good).unwrap().0.expose(), "ab".repeat(32));
        assert!(PasswordDigest::presented(&Secret::from("ab")).is_none());
        assert!(PasswordDigest::presented(&Secret::from("zz".repeat(32).as_str())).is_none());
    }

    #[test]
    fn debug_tells_nothing() {
        let hash = PasswordHash::from_stored("$2b$10$abc".to_owned());
        assert!(!format!("{hash:?}{:?}", digest("pw")).contains("abc"));
    }
}
