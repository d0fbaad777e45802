//! A deserializer of text.

use serde::de::{
    Deserializer, Error as _, IntoDeserializer, Visitor,
    value::{Error, MapDeserializer, SeqDeserializer},
};

use crate::serde_message::without_values;

/// What a query, a path or a form has for one name. A text is parsed as the type that the target has; an
/// object in a text is JSON.
pub(crate) enum Decoded {
    Text(String),
    /// One or more texts: an array if the target is one, else a single text.
    Values(Vec<String>),
    Array(Vec<String>),
    Object(Vec<(String, String)>),
}

impl IntoDeserializer<'_, Error> for Decoded {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A value of an array or an object.
struct Text(String);

impl IntoDeserializer<'_, Error> for Text {
    type Deserializer = Decoded;

    fn into_deserializer(self) -> Decoded {
        Decoded::Text(self.0)
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $expected:literal,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.or_single_text()? {
                Self::Text(text) => match text.parse() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(Error::custom(concat!("expected ", $expected))),
                },
                other => other.deserialize_any(visitor),
            }
        }
    )*};
}

impl Decoded {
    /// The text of several texts that are one. Anything else stays.
    fn or_single_text(self) -> Result<Self, Error> {
        let Self::Values(mut values) = self else { return Ok(self) };
        match (values.pop(), values.is_empty()) {
            (Some(text), true) => Ok(Self::Text(text)),
            _ => Err(Error::custom("expected one value")),
        }
    }

    fn read_object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.or_single_text()? {
            Self::Text(text) => {
                let json: serde_json::Value =
                    serde_json::from_str(&text).map_err(|_| Error::custom("expected JSON"))?;
                json.deserialize_map(visitor)
                    .map_err(|error| Error::custom(without_values(&error.to_string())))
            }
            other => other.deserialize_any(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for Decoded {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            Self::Values(values) if values.len() == 1 => {
                visitor.visit_string(values.into_iter().collect())
            }
            Self::Array(values) | Self::Values(values) => {
                visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Text)))
            }
            Self::Object(members) => visitor.visit_map(MapDeserializer::new(
                members.into_iter().map(|(name, value)| (name, Text(value))),
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.or_single_text()? {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.or_single_text()?.deserialize_any(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Values(values) => Self::Array(values).deserialize_any(visitor),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.read_object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read_object(visitor)
    }

    parsed! {
        deserialize_bool visit_bool "`true` or `false`",
        deserialize_i8 visit_i8 "an integer",
        deserialize_i16 visit_i16 "an integer",
        deserialize_i32 visit_i32 "an integer",
        deserialize_i64 visit_i64 "an integer",
        deserialize_i128 visit_i128 "an integer",
        deserialize_u8 visit_u8 "an integer",
        deserialize_u16 visit_u16 "an integer",
        deserialize_u32 visit_u32 "an integer",
        deserialize_u64 visit_u64 "an integer",
        deserialize_u128 visit_u128 "an integer",
        deserialize_f32 visit_f32 "a number",
        deserialize_f64 visit_f64 "a number",
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}
