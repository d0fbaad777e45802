//! Text that is URL-encoded: its names and values, and types made of them.

mod decoded;

use percent_encoding::percent_decode;
use serde::de::{DeserializeOwned, value::MapDeserializer};

pub(crate) use decoded::Decoded;

use crate::serde_message::without_values;

/// A name or a value is not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8;

/// The names and values of `application/x-www-form-urlencoded` (URL Standard), in order.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, NotUtf8> {
    let pairs = text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut sides = pair.splitn(2, |&byte| byte == b'=').map(decode);
            let mut side = || sides.next().unwrap_or_else(|| Ok(String::new()));
            Ok((side()?, side()?))
        })
        .collect()
}

fn decode(text: &[u8]) -> Result<String, NotUtf8> {
    let spaced: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| NotUtf8)
}

/// Makes a struct of its members. Errors name the problem, but never a value.
pub(crate) fn deserialize<'n, T: DeserializeOwned>(
    members: impl IntoIterator<Item = (&'n str, Decoded)>,
) -> Result<T, String> {
    let members = MapDeserializer::new(members.into_iter());
    T::deserialize(members)
        .map_err(|error: serde::de::value::Error| without_values(&error.to_string()))
}
