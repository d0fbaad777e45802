//! TOTP codes by RFC 6238. They are independent of the server's code, so that the two do not share bugs.

use std::{fmt, str::FromStr, sync::LazyLock};

use data_encoding::{Encoding, Specification};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// The length of one step in seconds.
pub const STEP: u64 = 30;

/// RFC 4648 without padding. Bits after the last whole byte are ignored, because real secrets have them.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut base32 = Specification::new();
    base32.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    base32.check_trailing_bits = false;
    base32.encoding().unwrap_or_else(|error| unreachable!("32 symbols: {error}"))
});

/// The secret of a second factor whose codes are six digits of HMAC-SHA-1 and change every 30 seconds.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret {
    /// In uppercase, without blanks, dashes and padding.
    base32: String,
    key: Vec<u8>,
}

/// Why a text is not a valid TOTP secret. A message holds no part of the text except the name of a
/// parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpSecretError {
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// A character is not Base32.
    #[error(
        "character {position} is not Base32, which has A to Z and 2 to 7; blanks and dashes are \
         ignored"
    )]
    NotBase32 {
        /// The position of the character, from 1.
        position: usize,
    },
    /// The text has a length that no encoded bytes have.
    #[error("{length} Base32 characters are not a whole number of bytes: is the secret truncated?")]
    Length {
        /// The number of Base32 characters.
        length: usize,
    },
    /// The text is a URI, but not of a time-based code.
    #[error("only an `otpauth://totp/` URI is supported")]
    NotTotp,
    /// The URI has no secret.
    #[error("the `otpauth` URI has no parameter `secret`")]
    NoSecret,
    /// The URI has the same parameter twice.
    #[error("the `otpauth` URI has the parameter {0} twice")]
    Repeated(String),
    /// The URI has a parameter with an unsupported value.
    #[error(
        "the `otpauth` URI has the parameter {0} with a value that is not supported: only SHA1, 6 digits \
         and a period of 30 seconds are"
    )]
    UnsupportedValue(String),
    /// The URI has an unknown parameter, which may change the codes.
    #[error("the `otpauth` URI has the unknown parameter {0}")]
    UnknownParameter(String),
}

impl TotpSecret {
    /// The six-digit code of a step.
    ///
    /// # Panics
    ///
    /// Never, because an HMAC-SHA-1 has 20 bytes and the offset is at most 15.
    pub fn code(&self, step: u64) -> String {
        let mac = Hmac::<Sha1>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        let digest: [u8; 20] = mac.chain_update(step.to_be_bytes()).finalize().into_bytes().into();
        let offset = usize::from(digest[19] & 0xf);
        let word = digest[offset..offset + 4].try_into().expect("20 bytes hold four from 15 on");
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }

    /// The secret in Base32, in uppercase and without padding.
    pub fn as_base32(&self) -> &str {
        &self.base32
    }

    /// The bytes of the secret.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Parses Base32 of RFC 4648 in either case, with or without padding, blanks and dashes.
    fn from_base32(text: &str) -> Result<Self, TotpSecretError> {
        let text = text.trim_end().trim_end_matches('=');
        let mut base32 = String::new();
        for (at, c) in text.chars().enumerate() {
            if c.is_whitespace() || c == '-' {
                continue;
            }
            let c = c.to_ascii_uppercase();
            if !matches!(c, 'A'..='Z' | '2'..='7') {
                return Err(TotpSecretError::NotBase32 { position: at + 1 });
            }
            base32.push(c);
        }
        if base32.is_empty() {
            return Err(TotpSecretError::Empty);
        }
        let key = BASE32
            .decode(base32.as_bytes())
            .map_err(|_| TotpSecretError::Length { length: base32.len() })?;
        Ok(Self { base32, key })
    }

    /// Parses an `otpauth` URI, which is what QR codes hold.
    fn from_uri(rest: &str) -> Result<Self, TotpSecretError> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let kind = path.split('/').next().unwrap_or_default();
        if !kind.eq_ignore_ascii_case("totp") {
            return Err(TotpSecretError::NotTotp);
        }
        let parameters: Vec<(String, String)> =
            serde_urlencoded::from_str(query.trim_end()).map_err(|_| TotpSecretError::NotTotp)?;
        let mut secret = None;
        for (at, (name, value)) in parameters.iter().enumerate() {
            let named = || parameter_name(name, at);
            if parameters[..at].iter().any(|(before, _)| before.eq_ignore_ascii_case(name)) {
                return Err(TotpSecretError::Repeated(named()));
            }
            let is_supported = match name.to_ascii_lowercase().as_str() {
                "secret" => {
                    secret = Some(value);
                    true
                }
                "algorithm" => matches!(&*value.to_ascii_uppercase(), "SHA1" | "SHA-1"),
                "digits" => value == "6",
                "period" => value == "30",
                // These two do not change the codes.
                "issuer" | "image" => true,
                _ => return Err(TotpSecretError::UnknownParameter(named())),
            };
            if !is_supported {
                return Err(TotpSecretError::UnsupportedValue(named()));
            }
        }
        Self::from_base32(secret.ok_or(TotpSecretError::NoSecret)?)
    }
}

impl FromStr for TotpSecret {
    type Err = TotpSecretError;

    /// Parses Base32 or an `otpauth://totp/` URI.
    fn from_str(text: &str) -> Result<Self, TotpSecretError> {
        const SCHEME: &str = "otpauth://";
        let text = text.trim_start();
        match text.get(..SCHEME.len()) {
            Some(start) if start.eq_ignore_ascii_case(SCHEME) => {
                Self::from_uri(&text[SCHEME.len()..])
            }
            _ => Self::from_base32(text),
        }
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// The name of a parameter for a message, or its number if the name may be a misplaced secret.
fn parameter_name(name: &str, at: usize) -> String {
    let is_word = name.len() <= 12 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word { format!("`{name}`") } else { format!("number {}", at + 1) }
}

/// The step of a time in seconds since 1970.
pub fn step(seconds: u64) -> u64 {
    seconds / STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ASCII secret "12345678901234567890" in Base32.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn error(text: &str) -> String {
        text.parse::<TotpSecret>().unwrap_err().to_string()
    }

    #[test]
    fn codes_match_rfc_6238_appendix_b() {
        let secret: TotpSecret = SECRET.parse().unwrap();
        // The last six of the eight digits in the RFC.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(step(seconds)), expected);
        }
    }

    #[test]
    fn secret_is_parsed_in_every_common_spelling() {
        let secret: TotpSecret = SECRET.parse().unwrap();
        let lower = SECRET.to_lowercase();
        for text in [
            "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
            "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ\n",
            &format!(" {SECRET}===="),
            &format!("otpauth://totp/Chat:probe?secret={lower}"),
            &format!(
                "OTPAUTH://TOTP/Chat%3Aprobe@example.org?issuer=Chat&algorithm=sha1&digits=6&period=30\
                 &secret={SECRET}"
            ),
        ] {
            assert_eq!(text.parse(), Ok(secret.clone()), "{text}");
        }
        assert_eq!(secret.as_base32(), SECRET);
        assert!(!format!("{secret:?}").contains(SECRET));
    }

    #[test]
    fn invalid_secret_is_refused_and_not_repeated() {
        assert_eq!(error(""), "it is empty");
        assert_eq!(error(" - ="), "it is empty");
        assert!(error("GEZDGNB1").starts_with("character 8 is not Base32"));
        assert!(error("hunter2!").starts_with("character 8 is not Base32"));
        assert!(error("GEZDGNBVG").starts_with("9 Base32 characters are not a whole number"));
        let uri = |query: &str| error(&format!("otpauth://totp/Chat:probe?{query}"));
        assert!(error("otpauth://hotp/Chat:probe?secret=GEZDGNBV&counter=1").contains("totp"));
        assert!(uri("issuer=Chat").contains("no parameter `secret`"));
        assert!(uri("secret=").contains("empty"));
        assert!(uri("secret=GEZDGNBV&secret=GEZDGNBV").contains("`secret` twice"));
        for parameter in ["algorithm=SHA256", "digits=8", "period=60"] {
            let name = parameter.split('=').next().unwrap();
            let said = uri(&format!("secret=GEZDGNBV&{parameter}"));
            assert!(said.contains(&format!("`{name}` with a value")), "{said}");
        }
        assert!(uri("secret=GEZDGNBV&encoder=steam").contains("unknown parameter `encoder`"));
        // The `=` is missing, so the name is the secret.
        let said = uri("secretGEZDGNBV");
        assert!(said.contains("parameter number 1") && !said.contains("GEZD"), "{said}");
    }
}
