//! Password hashes: Argon2id, and bcrypt as in imported Rocket.Chat accounts.
//!
//! Both hash the hex SHA-256 of the password. A client may send only this digest, and bcrypt, which
//! ignores bytes after the 72nd, never gets a long password.

use std::{fmt, hint::black_box};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{self, Output, ParamsString, Salt, SaltString},
};
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use specfirst_dropshot::Secret;

use super::hash_kind::{self, HashCostError, HashKind, HashParameters};

const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// The SHA-256 of a password in lower-case hex.
#[derive(Clone, Debug)]
pub struct PasswordDigest(Secret);

/// A stored hash: Argon2id (`$argon2id$…`) or bcrypt (`$2b$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Secret);

/// A parsed hash whose cost is within the bounds.
enum Parsed<'a> {
    Bcrypt { kind: HashKind, text: &'a str },
    Argon2id { kind: HashKind, parameters: HashParameters, salt: Vec<u8>, expected: Output },
}

/// Why a stored hash cannot be used. The error never quotes the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableHash {
    /// The algorithm is unknown or missing.
    #[error("the hash is neither bcrypt nor Argon2id of version 19")]
    UnknownAlgorithm,
    /// The hash is truncated, or has parts that the algorithm does not have.
    #[error("the hash is malformed")]
    Malformed,
    /// The hash would keep a core busy for too long.
    #[error(transparent)]
    Cost(#[from] HashCostError),
}

/// Hashing or verifying failed.
#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub(crate) struct HashError {
    context: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The memory of Argon2, kept between hashes. Mapping 19 MiB anew takes a fifth of the time of a
/// hash.
#[derive(Default)]
pub(crate) struct Scratch(Vec<Block>);

impl PasswordDigest {
    /// The digest of a plain password.
    pub fn of(password: &Secret) -> Self {
        Self(Secret::from(hex::encode(Sha256::digest(password.expose()))))
    }

    /// A digest that a client sent; `None` unless it is the hex of 32 bytes.
    pub fn from_client(digest: &Secret) -> Option<Self> {
        let hex = digest.expose();
        let plausible = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        plausible.then(|| Self(Secret::from(hex.to_ascii_lowercase())))
    }
}

impl PasswordHash {
    /// A hash from the store or an import.
    pub fn from_stored(hash: String) -> Self {
        Self(Secret::from(hash))
    }

    /// The hash as text, for the store.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The algorithm and the cost.
    ///
    /// # Errors
    ///
    /// No password can be verified against the hash.
    pub fn kind(&self) -> Result<HashKind, UnusableHash> {
        self.parse().map(|parsed| parsed.kind())
    }

    /// An identifier of this hash that reveals nothing about it.
    pub(crate) fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.expose()))
    }

    fn parse(&self) -> Result<Parsed<'_>, UnusableHash> {
        let text = self.expose();
        if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            let parts: bcrypt::HashParts = text.parse().map_err(|_| UnusableHash::Malformed)?;
            return Ok(Parsed::Bcrypt { kind: HashKind::bcrypt(parts.get_cost())?, text });
        }
        if !text.starts_with("$argon2id$v=19$") {
            return Err(UnusableHash::UnknownAlgorithm);
        }
        let malformed = |_: password_hash::Error| UnusableHash::Malformed;
        let phc = password_hash::PasswordHash::new(text).map_err(malformed)?;
        let params = Params::try_from(&phc).map_err(malformed)?;
        let (Some(salt), Some(expected)) = (phc.salt, phc.hash) else {
            return Err(UnusableHash::Malformed);
        };
        let mut buffer = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut buffer).map_err(malformed)?.to_vec();
        if salt.len() < argon2::MIN_SALT_LEN {
            return Err(UnusableHash::Malformed);
        }
        let parameters = HashParameters {
            memory_kib: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
        };
        Ok(Parsed::Argon2id { kind: parameters.kind()?, parameters, salt, expected })
    }

    /// Hashes a password with a new salt.
    pub(crate) fn create(
        digest: &PasswordDigest,
        parameters: HashParameters,
        scratch: &mut Scratch,
    ) -> Result<Self, HashError> {
        let mut salt = [0_u8; SALT_BYTES];
        rand::rng().fill_bytes(&mut salt);
        let output = argon2id(digest, &salt, parameters, OUTPUT_BYTES, scratch)?;
        let params = parameters.to_params(Some(OUTPUT_BYTES)).map_err(argon2_error)?;
        let salt = SaltString::encode_b64(&salt).map_err(phc_error)?;
        let phc = password_hash::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(phc_error)?,
            salt: Some(salt.as_salt()),
            hash: Some(output),
        };
        Ok(Self(Secret::from(phc.to_string())))
    }

    /// Whether this is the hash of `digest`.
    ///
    /// # Errors
    ///
    /// The hash is [unusable](UnusableHash), or its computation failed.
    pub(crate) fn verify(
        &self,
        digest: &PasswordDigest,
        scratch: &mut Scratch,
    ) -> Result<bool, HashError> {
        match self.parse().map_err(|source| HashError::new("cannot verify", source))? {
            Parsed::Bcrypt { text, .. } => bcrypt::verify(digest.0.expose(), text)
                .map_err(|source| HashError::new("bcrypt failed", source)),
            Parsed::Argon2id { parameters, salt, expected, .. } => {
                let output = argon2id(digest, &salt, parameters, expected.len(), scratch)?;
                // `Output` compares in constant time.
                Ok(output == expected)
            }
        }
    }
}

impl Parsed<'_> {
    fn kind(&self) -> HashKind {
        match self {
            Self::Bcrypt { kind, .. } | Self::Argon2id { kind, .. } => *kind,
        }
    }
}

impl HashError {
    fn new(
        context: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { context, source: source.into() }
    }
}

/// Computes and discards a hash of this kind, which takes as long as verifying one.
pub(crate) fn dummy_hash(
    kind: HashKind,
    digest: &PasswordDigest,
    scratch: &mut Scratch,
) -> Result<(), HashError> {
    match kind.algorithm() {
        hash_kind::Algorithm::Bcrypt { cost } => {
            let hash = bcrypt::hash_with_salt(digest.0.expose(), cost, [0; SALT_BYTES]);
            black_box(hash.map_err(|source| HashError::new("bcrypt failed", source))?);
        }
        hash_kind::Algorithm::Argon2id(parameters) => {
            let salt = [0; SALT_BYTES];
            black_box(argon2id(digest, &salt, parameters, OUTPUT_BYTES, scratch)?);
        }
    }
    Ok(())
}

fn argon2id(
    digest: &PasswordDigest,
    salt: &[u8],
    parameters: HashParameters,
    output_bytes: usize,
    Scratch(blocks): &mut Scratch,
) -> Result<Output, HashError> {
    let params = parameters.to_params(Some(output_bytes)).map_err(argon2_error)?;
    let needed = params.block_count();
    if blocks.len() < needed {
        blocks.resize(needed, Block::default());
    }
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Output::init_with(output_bytes, |output| {
        let digest = digest.0.expose().as_bytes();
        let hashed =
            argon2.hash_password_into_with_memory(digest, salt, output, &mut blocks[..needed]);
        hashed.map_err(password_hash::Error::from)
    })
    .map_err(phc_error)
}

fn argon2_error(source: argon2::Error) -> HashError {
    HashError::new("Argon2 failed", source)
}

fn phc_error(source: password_hash::Error) -> HashError {
    HashError::new("Argon2 failed", source)
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

    fn stored(text: &str) -> PasswordHash {
        PasswordHash::from_stored(text.to_owned())
    }

    #[test]
    fn argon2id_round_trip() {
        let mut scratch = Scratch::default();
        let hash =
            PasswordHash::create(&digest("pw"), HashParameters::CHEAP, &mut scratch).unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert_eq!(hash.kind(), Ok(HashParameters::CHEAP.kind().unwrap()));
        assert!(hash.verify(&digest("pw"), &mut scratch).unwrap());
        assert!(!hash.verify(&digest("pW"), &mut scratch).unwrap());
    }

    #[test]
    fn argon2id_with_other_lengths_verifies() {
        let (salt, parameters) = ([7; 8], HashParameters { lanes: 2, ..OTHER });
        let mut scratch = Scratch::default();
        for bytes in [16, 64] {
            let output = argon2id(&digest("pw"), &salt, parameters, bytes, &mut scratch).unwrap();
            let hash = stored(&format!("$argon2id$v=19$m=24,t=3,p=2$BwcHBwcHBwc${output}"));
            assert_eq!(hash.kind(), Ok(parameters.kind().unwrap()));
            assert!(hash.verify(&digest("pw"), &mut scratch).unwrap());
            assert!(!hash.verify(&digest("other"), &mut scratch).unwrap());
        }
    }

    const OTHER: HashParameters = HashParameters { memory_kib: 24, passes: 3, lanes: 1 };

    #[test]
    fn bcrypt_hash_of_rocketchat_verifies() {
        let bcrypt = bcrypt::hash_with_salt(digest("pw").0.expose(), 4, [7; 16]).unwrap();
        let hash = stored(&bcrypt.format_for_version(bcrypt::Version::TwoB));
        let mut scratch = Scratch::default();
        assert_eq!(hash.kind(), Ok(HashKind::bcrypt(4).unwrap()));
        assert!(hash.verify(&digest("pw"), &mut scratch).unwrap());
        assert!(!hash.verify(&digest("other"), &mut scratch).unwrap());
    }

    #[test]
    fn unsupported_hashes_are_refused() {
        use UnusableHash::{Cost, Malformed, UnknownAlgorithm};

        const SALT_AND_HASH: &str = "c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
        const BCRYPT: &str = "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
        let with = |head: &str| format!("{head}${SALT_AND_HASH}");
        for (text, error) in [
            (String::new(), UnknownAlgorithm),
            ("pw".to_owned(), UnknownAlgorithm),
            ("$argon2id$".to_owned(), UnknownAlgorithm),
            (with("$argon2i$v=19$m=8,t=1,p=1"), UnknownAlgorithm),
            (with("$argon2id$v=16$m=8,t=1,p=1"), UnknownAlgorithm),
            (with("$argon2id$m=8,t=1,p=1"), UnknownAlgorithm),
            (format!("$2$10${BCRYPT}"), UnknownAlgorithm),
            (with("$argon2id$v=19$m=8,t=1,q=1"), Malformed),
            ("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ".to_owned(), Malformed),
            ("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA".to_owned(), Malformed),
            ("$2b$10$short".to_owned(), Malformed),
            (format!("$2b$03${BCRYPT}"), Cost(HashCostError::Bcrypt(3))),
            (format!("$2b$31${BCRYPT}"), Cost(HashCostError::Bcrypt(31))),
            (format!("$2b$99${BCRYPT}"), Cost(HashCostError::Bcrypt(99))),
            (with("$argon2id$v=19$m=524288,t=1,p=1"), Cost(HashCostError::Memory(524_288))),
            (with("$argon2id$v=19$m=4096,t=1,p=64"), Cost(HashCostError::Lanes(64))),
        ] {
            let hash = stored(&text);
            assert_eq!(hash.kind(), Err(error), "{text}");
            assert!(hash.verify(&digest("pw"), &mut Scratch::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn digest_of_a_client_must_have_64_hex_digits() {
        let good = Secret::from("AB".repeat(32).as_str());
        assert_eq!(PasswordDigest::from_client(&good).unwrap().0.expose(), "ab".repeat(32));
        assert!(PasswordDigest::from_client(&Secret::from("ab")).is_none());
        assert!(PasswordDigest::from_client(&Secret::from("zz".repeat(32).as_str())).is_none());
    }

    #[test]
    fn debug_shows_nothing_of_a_hash() {
        let hash = PasswordHash::from_stored("$2b$10$abc".to_owned());
        assert!(!format!("{hash:?}{:?}", digest("pw")).contains("abc"));
    }
}
