//! The content coding gzip (RFC 9110, section 8.4.1.3) of requests and responses.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// The bytes in gzip.
///
/// # Panics
///
/// Never: memory takes every byte.
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes every byte")
}

/// The bytes that a response holds in gzip, but at most `limit` of them. `None` if it holds no gzip.
pub(super) fn decode(bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut decoded).ok()?;
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_ends_at_the_limit() {
        let zeros = encode(&vec![0; 1 << 20]);
        assert!(zeros.len() < 2_000);
        assert_eq!(decode(&zeros, 1_000).map(|decoded| decoded.len()), Some(1_000));
        assert_eq!(decode(&encode(b"text"), 1_000).as_deref(), Some(&b"text"[..]));
        assert_eq!(decode(b"no gzip", 1_000), None);
    }
}
