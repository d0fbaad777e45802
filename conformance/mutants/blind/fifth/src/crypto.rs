//! Hashes, one-time codes and tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Stretches a password with PBKDF2 (RFC 8018). `naive` sets up the key anew in
/// each round: the result is the same, but a long password then costs much more.
pub fn stretch(password: &[u8], salt: &[u8], rounds: u32, naive: bool) -> [u8; 32] {
    let key = keyed(password);
    let mut step: [u8; 32] = finish(key.clone(), &[salt, &[0, 0, 0, 1]]);
    let mut out = step;
    for _ in 1..rounds {
        let mac = if naive { keyed(password) } else { key.clone() };
        step = finish(mac, &[&step]);
        for (o, s) in out.iter_mut().zip(step) {
            *o ^= s;
        }
    }
    out
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("any key length")
}

fn finish(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Compares without an early end.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

pub fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

/// The six-digit code of one time step (RFC 4226 and RFC 6238, SHA-1).
pub fn totp(secret: &[u8], step: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any key length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = (hash[19] & 15) as usize;
    let word = u32::from_be_bytes([hash[at] & 127, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

pub fn unix_now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

pub fn base64url(data: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(data)
}

pub fn unbase64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hexadecimal"))
        .collect()
}

pub fn hex(data: &[u8]) -> String {
    data.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn uuid() -> String {
    let mut b: [u8; 16] = random();
    b[6] = b[6] & 15 | 64;
    b[8] = b[8] & 63 | 128;
    let h = hex(&b);
    format!(
        "{}-{}-{}-{}-{}",
        &h[..8],
        &h[8..12],
        &h[12..16],
        &h[16..20],
        &h[20..]
    )
}

/// A signed JSON Web Token (RFC 7519, HS256).
pub fn jwt(key: &[u8], subject: &str) -> String {
    let head = base64url(br#"{"alg":"HS256","typ":"JWT"}"#);
    let now = unix_now();
    let claims = serde_json::json!({
        "sub": subject, "iat": now, "exp": now + 90 * 86_400, "jti": base64url(&random::<16>())
    });
    let signed = format!("{head}.{}", base64url(claims.to_string().as_bytes()));
    let mark = finish(keyed(key), &[signed.as_bytes()]);
    format!("{signed}.{}", base64url(&mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totp_vectors_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp(secret, time / 30), code);
        }
    }

    #[test]
    fn pbkdf2_vector() {
        let want = "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a";
        assert_eq!(hex(&stretch(b"password", b"salt", 4096, false)), want);
        assert_eq!(hex(&stretch(b"password", b"salt", 4096, true)), want);
    }
}
