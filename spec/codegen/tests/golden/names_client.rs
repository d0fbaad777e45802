#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Clone`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct Clone {
        #[serde(rename = "a b", skip_serializing_if = "::std::option::Option::is_none")]
        pub a_b: ::std::option::Option<::std::string::String>,
        #[serde(rename = "1", skip_serializing_if = "::std::option::Option::is_none")]
        pub x1: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub é: ::std::option::Option<::std::string::String>,
    }
    impl Clone {
        pub fn builder() -> builder::Clone {
            Default::default()
        }
    }
    ///`Defaults`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Defaults {
        #[serde(default = "defaults::defaults_any")]
        pub any: ::serde_json::Value,
        #[serde(default = "defaults::defaults_choice")]
        pub choice: DefaultsChoice,
        #[serde(default = "defaults::defaults_date")]
        pub date: ::chrono::naive::NaiveDate,
        #[serde(default = "defaults::defaults_date_time")]
        pub date_time: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(default = "defaults::defaults_float")]
        pub float: f32,
        #[serde(default = "defaults::default_i64::<i64, -9223372036854775808>")]
        pub int64: i64,
        #[serde(default = "defaults::default_i64::<i8, -128>")]
        pub int8: i8,
        #[serde(default = "defaults::defaults_ip")]
        pub ip: ::std::net::IpAddr,
        #[serde(default = "defaults::defaults_ipv4")]
        pub ipv4: ::std::net::Ipv4Addr,
        #[serde(default = "defaults::defaults_ipv6")]
        pub ipv6: ::std::net::Ipv6Addr,
        #[serde(default = "defaults::defaults_list")]
        pub list: ::std::vec::Vec<::chrono::naive::NaiveDate>,
        #[serde(default = "defaults::defaults_lower")]
        pub lower: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(default = "defaults::defaults_map")]
        pub map: ::std::collections::HashMap<::std::string::String, u8>,
        #[serde(default = "defaults::defaults_matching")]
        pub matching: DefaultsMatching,
        #[serde(default = "defaults::defaults_number")]
        pub number: DefaultsNumber,
        #[serde(default = "defaults::default_nzu64::<::std::num::NonZeroU64, 1>")]
        pub positive: ::std::num::NonZeroU64,
        #[serde(default = "defaults::defaults_short")]
        pub short: DefaultsShort,
        #[serde(default = "defaults::default_u64::<u64, 18446744073709551615>")]
        pub uint64: u64,
        #[serde(default = "defaults::default_u64::<u8, 255>")]
        pub uint8: u8,
        #[serde(default = "defaults::defaults_uuid")]
        pub uuid: ::uuid::Uuid,
    }
    impl ::std::default::Default for Defaults {
        fn default() -> Self {
            Self {
                any: defaults::defaults_any(),
                choice: defaults::defaults_choice(),
                date: defaults::defaults_date(),
                date_time: defaults::defaults_date_time(),
                float: defaults::defaults_float(),
                int64: defaults::default_i64::<i64, -9223372036854775808>(),
                int8: defaults::default_i64::<i8, -128>(),
                ip: defaults::defaults_ip(),
                ipv4: defaults::defaults_ipv4(),
                ipv6: defaults::defaults_ipv6(),
                list: defaults::defaults_list(),
                lower: defaults::defaults_lower(),
                map: defaults::defaults_map(),
                matching: defaults::defaults_matching(),
                number: defaults::defaults_number(),
                positive: defaults::default_nzu64::<::std::num::NonZeroU64, 1>(),
                short: defaults::defaults_short(),
                uint64: defaults::default_u64::<u64, 18446744073709551615>(),
                uint8: defaults::default_u64::<u8, 255>(),
                uuid: defaults::defaults_uuid(),
            }
        }
    }
    impl Defaults {
        pub fn builder() -> builder::Defaults {
            Default::default()
        }
    }
    ///`DefaultsChoice`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum DefaultsChoice {
        #[serde(rename = "a")]
        A,
        #[serde(rename = "b")]
        B,
    }
    impl ::std::fmt::Display for DefaultsChoice {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::A => f.write_str("a"),
                Self::B => f.write_str("b"),
            }
        }
    }
    impl ::std::str::FromStr for DefaultsChoice {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "a" => Ok(Self::A),
                "b" => Ok(Self::B),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for DefaultsChoice {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for DefaultsChoice {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::default::Default for DefaultsChoice {
        fn default() -> Self {
            DefaultsChoice::B
        }
    }
    ///`DefaultsMatching`
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct DefaultsMatching(::std::string::String);
    impl ::std::ops::Deref for DefaultsMatching {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<DefaultsMatching> for ::std::string::String {
        fn from(value: DefaultsMatching) -> Self {
            value.0
        }
    }
    impl ::std::default::Default for DefaultsMatching {
        fn default() -> Self {
            DefaultsMatching("abc".to_string())
        }
    }
    impl ::std::str::FromStr for DefaultsMatching {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
            { ::regress::Regex::new("^a").unwrap() });
            if PATTERN.find(value).is_none() {
                return Err("doesn't match pattern \"^a\"".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for DefaultsMatching {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for DefaultsMatching {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for DefaultsMatching {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///`DefaultsNumber`
    #[derive(::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct DefaultsNumber(i64);
    impl ::std::ops::Deref for DefaultsNumber {
        type Target = i64;
        fn deref(&self) -> &i64 {
            &self.0
        }
    }
    impl ::std::convert::From<DefaultsNumber> for i64 {
        fn from(value: DefaultsNumber) -> Self {
            value.0
        }
    }
    impl ::std::default::Default for DefaultsNumber {
        fn default() -> Self {
            DefaultsNumber(2_i64)
        }
    }
    impl ::std::convert::TryFrom<i64> for DefaultsNumber {
        type Error = self::error::ConversionError;
        fn try_from(
            value: i64,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if ![1_i64, 2_i64].contains(&value) {
                Err("invalid value".into())
            } else {
                Ok(Self(value))
            }
        }
    }
    impl<'de> ::serde::Deserialize<'de> for DefaultsNumber {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            Self::try_from(<i64>::deserialize(deserializer)?)
                .map_err(|e| { <D::Error as ::serde::de::Error>::custom(e.to_string()) })
        }
    }
    ///`DefaultsShort`
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct DefaultsShort(::std::string::String);
    impl ::std::ops::Deref for DefaultsShort {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<DefaultsShort> for ::std::string::String {
        fn from(value: DefaultsShort) -> Self {
            value.0
        }
    }
    impl ::std::default::Default for DefaultsShort {
        fn default() -> Self {
            DefaultsShort("abc".to_string())
        }
    }
    impl ::std::str::FromStr for DefaultsShort {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 3usize {
                return Err("longer than 3 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for DefaultsShort {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for DefaultsShort {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for DefaultsShort {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///`Error`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum Error {
        Ok,
        Err,
        #[serde(rename = "Self")]
        Self_,
        None,
        #[serde(rename = "1")]
        X1,
        #[serde(rename = "1a")]
        X1a,
        #[serde(rename = "gen")]
        Gen,
        #[serde(rename = "a b")]
        AB,
        #[serde(rename = "")]
        X,
    }
    impl ::std::fmt::Display for Error {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Ok => f.write_str("Ok"),
                Self::Err => f.write_str("Err"),
                Self::Self_ => f.write_str("Self"),
                Self::None => f.write_str("None"),
                Self::X1 => f.write_str("1"),
                Self::X1a => f.write_str("1a"),
                Self::Gen => f.write_str("gen"),
                Self::AB => f.write_str("a b"),
                Self::X => f.write_str(""),
            }
        }
    }
    impl ::std::str::FromStr for Error {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "Ok" => Ok(Self::Ok),
                "Err" => Ok(Self::Err),
                "Self" => Ok(Self::Self_),
                "None" => Ok(Self::None),
                "1" => Ok(Self::X1),
                "1a" => Ok(Self::X1a),
                "gen" => Ok(Self::Gen),
                "a b" => Ok(Self::AB),
                "" => Ok(Self::X),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for Error {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Error {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///`From`
    #[derive(::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct From(i64);
    impl ::std::ops::Deref for From {
        type Target = i64;
        fn deref(&self) -> &i64 {
            &self.0
        }
    }
    impl ::std::convert::From<From> for i64 {
        fn from(value: From) -> Self {
            value.0
        }
    }
    impl ::std::convert::TryFrom<i64> for From {
        type Error = self::error::ConversionError;
        fn try_from(
            value: i64,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if ![1_i64, 2_i64].contains(&value) {
                Err("invalid value".into())
            } else {
                Ok(Self(value))
            }
        }
    }
    impl<'de> ::serde::Deserialize<'de> for From {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            Self::try_from(<i64>::deserialize(deserializer)?)
                .map_err(|e| { <D::Error as ::serde::de::Error>::custom(e.to_string()) })
        }
    }
    ///`Into`
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct Into(::std::string::String);
    impl ::std::ops::Deref for Into {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<Into> for ::std::string::String {
        fn from(value: Into) -> Self {
            value.0
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Into {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if ["x".to_string()].contains(&value) {
                Err("invalid value".into())
            } else {
                Ok(Self(value))
            }
        }
    }
    impl<'de> ::serde::Deserialize<'de> for Into {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            Self::try_from(<::std::string::String>::deserialize(deserializer)?)
                .map_err(|e| { <D::Error as ::serde::de::Error>::custom(e.to_string()) })
        }
    }
    ///`None`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum None {
        Some,
        None,
    }
    impl ::std::fmt::Display for None {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Some => f.write_str("Some"),
                Self::None => f.write_str("None"),
            }
        }
    }
    impl ::std::str::FromStr for None {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "Some" => Ok(Self::Some),
                "None" => Ok(Self::None),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for None {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for None {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///`Nullable`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct Nullable(pub ::std::option::Option<::std::string::String>);
    impl ::std::ops::Deref for Nullable {
        type Target = ::std::option::Option<::std::string::String>;
        fn deref(&self) -> &::std::option::Option<::std::string::String> {
            &self.0
        }
    }
    impl ::std::convert::From<Nullable>
    for ::std::option::Option<::std::string::String> {
        fn from(value: Nullable) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::option::Option<::std::string::String>>
    for Nullable {
        fn from(value: ::std::option::Option<::std::string::String>) -> Self {
            Self(value)
        }
    }
    ///`Option`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Option {
        #[serde(rename = "a.b", skip_serializing_if = "::std::option::Option::is_none")]
        pub a_b: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "async",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub async_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub build: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub builder: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "crate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub crate_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub default: ::std::option::Option<::std::string::String>,
        #[serde(rename = "dyn", skip_serializing_if = "::std::option::Option::is_none")]
        pub dyn_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub extra: ::std::option::Option<::std::string::String>,
        #[serde(rename = "gen")]
        pub gen_: ::std::string::String,
        #[serde(
            rename = "@kind",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub kind: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub new: ::std::option::Option<::std::string::String>,
        #[serde(rename = "self")]
        pub self_: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub std: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "super",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub super_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub try_from: ::std::option::Option<::std::string::String>,
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub union: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<::std::string::String>,
        #[serde(rename = "1a")]
        pub x1a: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub 日本: ::std::option::Option<::std::string::String>,
    }
    impl Option {
        pub fn builder() -> builder::Option {
            Default::default()
        }
    }
    ///`Result`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(untagged)]
    pub enum Result {
        String(String),
        Vec(Vec),
    }
    impl ::std::convert::From<String> for Result {
        fn from(value: String) -> Self {
            Self::String(value)
        }
    }
    impl ::std::convert::From<Vec> for Result {
        fn from(value: Vec) -> Self {
            Self::Vec(value)
        }
    }
    ///`Self_`
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct Self_(::std::string::String);
    impl ::std::ops::Deref for Self_ {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<Self_> for ::std::string::String {
        fn from(value: Self_) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for Self_ {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(||
            { ::regress::Regex::new("^[a-z]+$").unwrap() });
            if PATTERN.find(value).is_none() {
                return Err("doesn't match pattern \"^[a-z]+$\"".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for Self_ {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Self_ {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for Self_ {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///`Some`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct Some {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub none: ::std::option::Option<None>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub short: ::std::option::Option<From>,
    }
    impl Some {
        pub fn builder() -> builder::Some {
            Default::default()
        }
    }
    ///`String`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(deny_unknown_fields)]
    pub struct String {
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        pub self_: ::std::option::Option<StringSelf>,
        pub vec: Vec,
    }
    impl String {
        pub fn builder() -> builder::String {
            Default::default()
        }
    }
    ///`StringSelf`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct StringSelf {
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        pub self_: ::std::option::Option<i64>,
    }
    impl StringSelf {
        pub fn builder() -> builder::StringSelf {
            Default::default()
        }
    }
    ///`TypesXCrate`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum TypesXCrate {
        #[serde(rename = "Self")]
        Self_,
        #[serde(rename = "self_")]
        SelfX,
        #[serde(rename = "crate")]
        Crate,
    }
    impl ::std::fmt::Display for TypesXCrate {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Self_ => f.write_str("Self"),
                Self::SelfX => f.write_str("self_"),
                Self::Crate => f.write_str("crate"),
            }
        }
    }
    impl ::std::str::FromStr for TypesXCrate {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "Self" => Ok(Self::Self_),
                "self_" => Ok(Self::SelfX),
                "crate" => Ok(Self::Crate),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for TypesXCrate {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for TypesXCrate {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///`Vec`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(transparent)]
    pub struct Vec(pub ::std::vec::Vec<Some>);
    impl ::std::ops::Deref for Vec {
        type Target = ::std::vec::Vec<Some>;
        fn deref(&self) -> &::std::vec::Vec<Some> {
            &self.0
        }
    }
    impl ::std::convert::From<Vec> for ::std::vec::Vec<Some> {
        fn from(value: Vec) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::vec::Vec<Some>> for Vec {
        fn from(value: ::std::vec::Vec<Some>) -> Self {
            Self(value)
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Clone {
            a_b: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            x1: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            é: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Clone {
            fn default() -> Self {
                Self {
                    a_b: Ok(Default::default()),
                    x1: Ok(Default::default()),
                    é: Ok(Default::default()),
                }
            }
        }
        impl Clone {
            pub fn a_b<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.a_b = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for a_b: {e}")
                    });
                self
            }
            pub fn x1<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.x1 = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for x1: {e}"));
                self
            }
            pub fn é<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.é = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for é: {e}"));
                self
            }
        }
        impl ::std::convert::TryFrom<Clone> for super::Clone {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Clone,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    a_b: value.a_b?,
                    x1: value.x1?,
                    é: value.é?,
                })
            }
        }
        impl ::std::convert::From<super::Clone> for Clone {
            fn from(value: super::Clone) -> Self {
                Self {
                    a_b: Ok(value.a_b),
                    x1: Ok(value.x1),
                    é: Ok(value.é),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Defaults {
            any: ::std::result::Result<::serde_json::Value, ::std::string::String>,
            choice: ::std::result::Result<super::DefaultsChoice, ::std::string::String>,
            date: ::std::result::Result<
                ::chrono::naive::NaiveDate,
                ::std::string::String,
            >,
            date_time: ::std::result::Result<
                ::chrono::DateTime<::chrono::offset::Utc>,
                ::std::string::String,
            >,
            float: ::std::result::Result<f32, ::std::string::String>,
            int64: ::std::result::Result<i64, ::std::string::String>,
            int8: ::std::result::Result<i8, ::std::string::String>,
            ip: ::std::result::Result<::std::net::IpAddr, ::std::string::String>,
            ipv4: ::std::result::Result<::std::net::Ipv4Addr, ::std::string::String>,
            ipv6: ::std::result::Result<::std::net::Ipv6Addr, ::std::string::String>,
            list: ::std::result::Result<
                ::std::vec::Vec<::chrono::naive::NaiveDate>,
                ::std::string::String,
            >,
            lower: ::std::result::Result<
                ::chrono::DateTime<::chrono::offset::Utc>,
                ::std::string::String,
            >,
            map: ::std::result::Result<
                ::std::collections::HashMap<::std::string::String, u8>,
                ::std::string::String,
            >,
            matching: ::std::result::Result<
                super::DefaultsMatching,
                ::std::string::String,
            >,
            number: ::std::result::Result<super::DefaultsNumber, ::std::string::String>,
            positive: ::std::result::Result<
                ::std::num::NonZeroU64,
                ::std::string::String,
            >,
            short: ::std::result::Result<super::DefaultsShort, ::std::string::String>,
            uint64: ::std::result::Result<u64, ::std::string::String>,
            uint8: ::std::result::Result<u8, ::std::string::String>,
            uuid: ::std::result::Result<::uuid::Uuid, ::std::string::String>,
        }
        impl ::std::default::Default for Defaults {
            fn default() -> Self {
                Self {
                    any: Ok(super::defaults::defaults_any()),
                    choice: Ok(super::defaults::defaults_choice()),
                    date: Ok(super::defaults::defaults_date()),
                    date_time: Ok(super::defaults::defaults_date_time()),
                    float: Ok(super::defaults::defaults_float()),
                    int64: Ok(
                        super::defaults::default_i64::<i64, -9223372036854775808>(),
                    ),
                    int8: Ok(super::defaults::default_i64::<i8, -128>()),
                    ip: Ok(super::defaults::defaults_ip()),
                    ipv4: Ok(super::defaults::defaults_ipv4()),
                    ipv6: Ok(super::defaults::defaults_ipv6()),
                    list: Ok(super::defaults::defaults_list()),
                    lower: Ok(super::defaults::defaults_lower()),
                    map: Ok(super::defaults::defaults_map()),
                    matching: Ok(super::defaults::defaults_matching()),
                    number: Ok(super::defaults::defaults_number()),
                    positive: Ok(
                        super::defaults::default_nzu64::<::std::num::NonZeroU64, 1>(),
                    ),
                    short: Ok(super::defaults::defaults_short()),
                    uint64: Ok(
                        super::defaults::default_u64::<u64, 18446744073709551615>(),
                    ),
                    uint8: Ok(super::defaults::default_u64::<u8, 255>()),
                    uuid: Ok(super::defaults::defaults_uuid()),
                }
            }
        }
        impl Defaults {
            pub fn any<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::serde_json::Value>,
                T::Error: ::std::fmt::Display,
            {
                self.any = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for any: {e}")
                    });
                self
            }
            pub fn choice<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::DefaultsChoice>,
                T::Error: ::std::fmt::Display,
            {
                self.choice = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for choice: {e}")
                    });
                self
            }
            pub fn date<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::chrono::naive::NaiveDate>,
                T::Error: ::std::fmt::Display,
            {
                self.date = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for date: {e}")
                    });
                self
            }
            pub fn date_time<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::chrono::DateTime<::chrono::offset::Utc>>,
                T::Error: ::std::fmt::Display,
            {
                self.date_time = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for date_time: {e}")
                    });
                self
            }
            pub fn float<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<f32>,
                T::Error: ::std::fmt::Display,
            {
                self.float = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for float: {e}")
                    });
                self
            }
            pub fn int64<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i64>,
                T::Error: ::std::fmt::Display,
            {
                self.int64 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for int64: {e}")
                    });
                self
            }
            pub fn int8<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i8>,
                T::Error: ::std::fmt::Display,
            {
                self.int8 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for int8: {e}")
                    });
                self
            }
            pub fn ip<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::net::IpAddr>,
                T::Error: ::std::fmt::Display,
            {
                self.ip = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for ip: {e}"));
                self
            }
            pub fn ipv4<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::net::Ipv4Addr>,
                T::Error: ::std::fmt::Display,
            {
                self.ipv4 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for ipv4: {e}")
                    });
                self
            }
            pub fn ipv6<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::net::Ipv6Addr>,
                T::Error: ::std::fmt::Display,
            {
                self.ipv6 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for ipv6: {e}")
                    });
                self
            }
            pub fn list<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<::chrono::naive::NaiveDate>>,
                T::Error: ::std::fmt::Display,
            {
                self.list = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for list: {e}")
                    });
                self
            }
            pub fn lower<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::chrono::DateTime<::chrono::offset::Utc>>,
                T::Error: ::std::fmt::Display,
            {
                self.lower = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for lower: {e}")
                    });
                self
            }
            pub fn map<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::collections::HashMap<::std::string::String, u8>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.map = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for map: {e}")
                    });
                self
            }
            pub fn matching<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::DefaultsMatching>,
                T::Error: ::std::fmt::Display,
            {
                self.matching = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for matching: {e}")
                    });
                self
            }
            pub fn number<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::DefaultsNumber>,
                T::Error: ::std::fmt::Display,
            {
                self.number = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for number: {e}")
                    });
                self
            }
            pub fn positive<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::num::NonZeroU64>,
                T::Error: ::std::fmt::Display,
            {
                self.positive = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for positive: {e}")
                    });
                self
            }
            pub fn short<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::DefaultsShort>,
                T::Error: ::std::fmt::Display,
            {
                self.short = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for short: {e}")
                    });
                self
            }
            pub fn uint64<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<u64>,
                T::Error: ::std::fmt::Display,
            {
                self.uint64 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for uint64: {e}")
                    });
                self
            }
            pub fn uint8<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<u8>,
                T::Error: ::std::fmt::Display,
            {
                self.uint8 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for uint8: {e}")
                    });
                self
            }
            pub fn uuid<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::uuid::Uuid>,
                T::Error: ::std::fmt::Display,
            {
                self.uuid = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for uuid: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Defaults> for super::Defaults {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Defaults,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    any: value.any?,
                    choice: value.choice?,
                    date: value.date?,
                    date_time: value.date_time?,
                    float: value.float?,
                    int64: value.int64?,
                    int8: value.int8?,
                    ip: value.ip?,
                    ipv4: value.ipv4?,
                    ipv6: value.ipv6?,
                    list: value.list?,
                    lower: value.lower?,
                    map: value.map?,
                    matching: value.matching?,
                    number: value.number?,
                    positive: value.positive?,
                    short: value.short?,
                    uint64: value.uint64?,
                    uint8: value.uint8?,
                    uuid: value.uuid?,
                })
            }
        }
        impl ::std::convert::From<super::Defaults> for Defaults {
            fn from(value: super::Defaults) -> Self {
                Self {
                    any: Ok(value.any),
                    choice: Ok(value.choice),
                    date: Ok(value.date),
                    date_time: Ok(value.date_time),
                    float: Ok(value.float),
                    int64: Ok(value.int64),
                    int8: Ok(value.int8),
                    ip: Ok(value.ip),
                    ipv4: Ok(value.ipv4),
                    ipv6: Ok(value.ipv6),
                    list: Ok(value.list),
                    lower: Ok(value.lower),
                    map: Ok(value.map),
                    matching: Ok(value.matching),
                    number: Ok(value.number),
                    positive: Ok(value.positive),
                    short: Ok(value.short),
                    uint64: Ok(value.uint64),
                    uint8: Ok(value.uint8),
                    uuid: Ok(value.uuid),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Option {
            a_b: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            async_: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            build: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            builder: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            crate_: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            default: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            dyn_: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            gen_: ::std::result::Result<::std::string::String, ::std::string::String>,
            kind: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            new: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            self_: ::std::result::Result<::std::string::String, ::std::string::String>,
            std: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            super_: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            try_from: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            type_: ::std::result::Result<::std::string::String, ::std::string::String>,
            union: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            value: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            x1a: ::std::result::Result<::std::string::String, ::std::string::String>,
            日本: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Option {
            fn default() -> Self {
                Self {
                    a_b: Ok(Default::default()),
                    async_: Ok(Default::default()),
                    build: Ok(Default::default()),
                    builder: Ok(Default::default()),
                    crate_: Ok(Default::default()),
                    default: Ok(Default::default()),
                    dyn_: Ok(Default::default()),
                    extra: Ok(Default::default()),
                    gen_: Err("no value supplied for gen_".to_string()),
                    kind: Ok(Default::default()),
                    new: Ok(Default::default()),
                    self_: Err("no value supplied for self_".to_string()),
                    std: Ok(Default::default()),
                    super_: Ok(Default::default()),
                    try_from: Ok(Default::default()),
                    type_: Err("no value supplied for type_".to_string()),
                    union: Ok(Default::default()),
                    value: Ok(Default::default()),
                    x1a: Err("no value supplied for x1a".to_string()),
                    日本: Ok(Default::default()),
                }
            }
        }
        impl Option {
            pub fn a_b<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.a_b = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for a_b: {e}")
                    });
                self
            }
            pub fn async_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.async_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for async_: {e}")
                    });
                self
            }
            pub fn build<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.build = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for build: {e}")
                    });
                self
            }
            pub fn builder<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.builder = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for builder: {e}")
                    });
                self
            }
            pub fn crate_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.crate_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for crate_: {e}")
                    });
                self
            }
            pub fn default<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.default = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for default: {e}")
                    });
                self
            }
            pub fn dyn_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.dyn_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for dyn_: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            pub fn gen_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.gen_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for gen_: {e}")
                    });
                self
            }
            pub fn kind<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.kind = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for kind: {e}")
                    });
                self
            }
            pub fn new<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.new = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for new: {e}")
                    });
                self
            }
            pub fn self_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.self_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for self_: {e}")
                    });
                self
            }
            pub fn std<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.std = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for std: {e}")
                    });
                self
            }
            pub fn super_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.super_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for super_: {e}")
                    });
                self
            }
            pub fn try_from<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.try_from = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for try_from: {e}")
                    });
                self
            }
            pub fn type_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.type_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for type_: {e}")
                    });
                self
            }
            pub fn union<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.union = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for union: {e}")
                    });
                self
            }
            pub fn value<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.value = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for value: {e}")
                    });
                self
            }
            pub fn x1a<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.x1a = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for x1a: {e}")
                    });
                self
            }
            pub fn 日本<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.日本 = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for 日本: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Option> for super::Option {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Option,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    a_b: value.a_b?,
                    async_: value.async_?,
                    build: value.build?,
                    builder: value.builder?,
                    crate_: value.crate_?,
                    default: value.default?,
                    dyn_: value.dyn_?,
                    extra: value.extra?,
                    gen_: value.gen_?,
                    kind: value.kind?,
                    new: value.new?,
                    self_: value.self_?,
                    std: value.std?,
                    super_: value.super_?,
                    try_from: value.try_from?,
                    type_: value.type_?,
                    union: value.union?,
                    value: value.value?,
                    x1a: value.x1a?,
                    日本: value.日本?,
                })
            }
        }
        impl ::std::convert::From<super::Option> for Option {
            fn from(value: super::Option) -> Self {
                Self {
                    a_b: Ok(value.a_b),
                    async_: Ok(value.async_),
                    build: Ok(value.build),
                    builder: Ok(value.builder),
                    crate_: Ok(value.crate_),
                    default: Ok(value.default),
                    dyn_: Ok(value.dyn_),
                    extra: Ok(value.extra),
                    gen_: Ok(value.gen_),
                    kind: Ok(value.kind),
                    new: Ok(value.new),
                    self_: Ok(value.self_),
                    std: Ok(value.std),
                    super_: Ok(value.super_),
                    try_from: Ok(value.try_from),
                    type_: Ok(value.type_),
                    union: Ok(value.union),
                    value: Ok(value.value),
                    x1a: Ok(value.x1a),
                    日本: Ok(value.日本),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Some {
            none: ::std::result::Result<
                ::std::option::Option<super::None>,
                ::std::string::String,
            >,
            short: ::std::result::Result<
                ::std::option::Option<super::From>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Some {
            fn default() -> Self {
                Self {
                    none: Ok(Default::default()),
                    short: Ok(Default::default()),
                }
            }
        }
        impl Some {
            pub fn none<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::None>>,
                T::Error: ::std::fmt::Display,
            {
                self.none = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for none: {e}")
                    });
                self
            }
            pub fn short<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::From>>,
                T::Error: ::std::fmt::Display,
            {
                self.short = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for short: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Some> for super::Some {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Some,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    none: value.none?,
                    short: value.short?,
                })
            }
        }
        impl ::std::convert::From<super::Some> for Some {
            fn from(value: super::Some) -> Self {
                Self {
                    none: Ok(value.none),
                    short: Ok(value.short),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct String {
            self_: ::std::result::Result<
                ::std::option::Option<super::StringSelf>,
                ::std::string::String,
            >,
            vec: ::std::result::Result<super::Vec, ::std::string::String>,
        }
        impl ::std::default::Default for String {
            fn default() -> Self {
                Self {
                    self_: Ok(Default::default()),
                    vec: Err("no value supplied for vec".to_string()),
                }
            }
        }
        impl String {
            pub fn self_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::StringSelf>>,
                T::Error: ::std::fmt::Display,
            {
                self.self_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for self_: {e}")
                    });
                self
            }
            pub fn vec<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::Vec>,
                T::Error: ::std::fmt::Display,
            {
                self.vec = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for vec: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<String> for super::String {
            type Error = super::error::ConversionError;
            fn try_from(
                value: String,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    self_: value.self_?,
                    vec: value.vec?,
                })
            }
        }
        impl ::std::convert::From<super::String> for String {
            fn from(value: super::String) -> Self {
                Self {
                    self_: Ok(value.self_),
                    vec: Ok(value.vec),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct StringSelf {
            self_: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for StringSelf {
            fn default() -> Self {
                Self {
                    self_: Ok(Default::default()),
                }
            }
        }
        impl StringSelf {
            pub fn self_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.self_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for self_: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<StringSelf> for super::StringSelf {
            type Error = super::error::ConversionError;
            fn try_from(
                value: StringSelf,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { self_: value.self_? })
            }
        }
        impl ::std::convert::From<super::StringSelf> for StringSelf {
            fn from(value: super::StringSelf) -> Self {
                Self { self_: Ok(value.self_) }
            }
        }
    }
    /// Generation of default values for serde.
    pub mod defaults {
        pub(super) fn default_i64<T, const V: i64>() -> T
        where
            T: ::std::convert::TryFrom<i64>,
            <T as ::std::convert::TryFrom<i64>>::Error: ::std::fmt::Debug,
        {
            T::try_from(V).unwrap()
        }
        pub(super) fn default_u64<T, const V: u64>() -> T
        where
            T: ::std::convert::TryFrom<u64>,
            <T as ::std::convert::TryFrom<u64>>::Error: ::std::fmt::Debug,
        {
            T::try_from(V).unwrap()
        }
        pub(super) fn default_nzu64<T, const V: u64>() -> T
        where
            T: ::std::convert::TryFrom<::std::num::NonZeroU64>,
            <T as ::std::convert::TryFrom<
                ::std::num::NonZeroU64,
            >>::Error: ::std::fmt::Debug,
        {
            T::try_from(::std::num::NonZeroU64::try_from(V).unwrap()).unwrap()
        }
        pub(super) fn defaults_any() -> ::serde_json::Value {
            ::serde_json::from_str::<::serde_json::Value>("{\"a\":[1,null]}").unwrap()
        }
        pub(super) fn defaults_choice() -> super::DefaultsChoice {
            super::DefaultsChoice::B
        }
        pub(super) fn defaults_date() -> ::chrono::naive::NaiveDate {
            ::serde_json::from_str::<::chrono::naive::NaiveDate>("\"2024-02-29\"")
                .unwrap()
        }
        pub(super) fn defaults_date_time() -> ::chrono::DateTime<::chrono::offset::Utc> {
            ::serde_json::from_str::<
                ::chrono::DateTime<::chrono::offset::Utc>,
            >("\"2016-12-31T23:59:60Z\"")
                .unwrap()
        }
        pub(super) fn defaults_float() -> f32 {
            0.5_f32
        }
        pub(super) fn defaults_ip() -> ::std::net::IpAddr {
            ::serde_json::from_str::<::std::net::IpAddr>("\"::ffff:1.2.3.4\"").unwrap()
        }
        pub(super) fn defaults_ipv4() -> ::std::net::Ipv4Addr {
            ::serde_json::from_str::<::std::net::Ipv4Addr>("\"127.0.0.1\"").unwrap()
        }
        pub(super) fn defaults_ipv6() -> ::std::net::Ipv6Addr {
            ::serde_json::from_str::<::std::net::Ipv6Addr>("\"fe80::1\"").unwrap()
        }
        pub(super) fn defaults_list() -> ::std::vec::Vec<::chrono::naive::NaiveDate> {
            vec![
                ::serde_json::from_str:: < ::chrono::naive::NaiveDate >
                ("\"2024-02-29\"").unwrap()
            ]
        }
        pub(super) fn defaults_lower() -> ::chrono::DateTime<::chrono::offset::Utc> {
            ::serde_json::from_str::<
                ::chrono::DateTime<::chrono::offset::Utc>,
            >("\"2024-02-29t12:00:00.123456789012z\"")
                .unwrap()
        }
        pub(super) fn defaults_map() -> ::std::collections::HashMap<
            ::std::string::String,
            u8,
        > {
            [("a".to_string(), 255_u8)].into_iter().collect()
        }
        pub(super) fn defaults_matching() -> super::DefaultsMatching {
            super::DefaultsMatching("abc".to_string())
        }
        pub(super) fn defaults_number() -> super::DefaultsNumber {
            super::DefaultsNumber(2_i64)
        }
        pub(super) fn defaults_short() -> super::DefaultsShort {
            super::DefaultsShort("abc".to_string())
        }
        pub(super) fn defaults_uuid() -> ::uuid::Uuid {
            ::serde_json::from_str::<
                ::uuid::Uuid,
            >("\"6BA7B810-9dad-11d1-80b4-00c04fd430c8\"")
                .unwrap()
        }
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for Names that are hostile to Rust, and defaults that have types

Version: 1*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "1"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
impl Client {
    /**Sends a `POST` request to `/option/{type}/{self}`

```ignore
let response = client.types()
    .type_(type_)
    .self_(self_)
    .client(client)
    .gen_(gen_)
    .info(info)
    .request(request)
    .response(response)
    .result(result)
    .rqctx(rqctx)
    .url(url)
    .x_crate(x_crate)
    .body(body)
    .send()
    .await;
```*/
    pub fn types(&self) -> builder::Types<'_> {
        builder::Types::new(self)
    }
    /**Sends a `GET` request to `/client`

```ignore
let response = client.client()
    .send()
    .await;
```*/
    pub fn client(&self) -> builder::Client<'_> {
        builder::Client::new(self)
    }
    /**Sends a `GET` request to `/clone`

```ignore
let response = client.clone()
    .send()
    .await;
```*/
    pub fn clone(&self) -> builder::Clone<'_> {
        builder::Clone::new(self)
    }
    /**Sends a `GET` request to `/ok`

```ignore
let response = client.ok()
    .send()
    .await;
```*/
    pub fn ok(&self) -> builder::Ok<'_> {
        builder::Ok::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::types`]

[`Client::types`]: super::Client::types*/
    #[derive(Debug, Clone)]
    pub struct Types<'a> {
        _client: &'a super::Client,
        type_: Result<::std::string::String, String>,
        self_: Result<i64, String>,
        client: Result<Option<::std::string::String>, String>,
        gen_: Result<Option<::std::string::String>, String>,
        info: Result<Option<::std::string::String>, String>,
        request: Result<Option<::std::string::String>, String>,
        response: Result<Option<::std::string::String>, String>,
        result: Result<Option<::std::string::String>, String>,
        rqctx: Result<Option<::std::string::String>, String>,
        url: Result<Option<::std::string::String>, String>,
        x_crate: Result<Option<types::TypesXCrate>, String>,
        body: Result<types::builder::Option, String>,
    }
    impl<'a> Types<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                _client: client,
                type_: Err("type_ was not initialized".to_string()),
                self_: Err("self_ was not initialized".to_string()),
                client: Ok(None),
                gen_: Ok(None),
                info: Ok(None),
                request: Ok(None),
                response: Ok(None),
                result: Ok(None),
                rqctx: Ok(None),
                url: Ok(None),
                x_crate: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn type_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.type_ = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for type_ failed"
                        .to_string()
                });
            self
        }
        pub fn self_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.self_ = value
                .try_into()
                .map_err(|_| "conversion to `i64` for self_ failed".to_string());
            self
        }
        pub fn client<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.client = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for client failed"
                        .to_string()
                });
            self
        }
        pub fn gen_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.gen_ = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for gen_ failed"
                        .to_string()
                });
            self
        }
        pub fn info<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.info = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for info failed"
                        .to_string()
                });
            self
        }
        pub fn request<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.request = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for request failed"
                        .to_string()
                });
            self
        }
        pub fn response<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.response = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for response failed"
                        .to_string()
                });
            self
        }
        pub fn result<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.result = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for result failed"
                        .to_string()
                });
            self
        }
        pub fn rqctx<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.rqctx = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for rqctx failed"
                        .to_string()
                });
            self
        }
        pub fn url<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.url = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for url failed"
                        .to_string()
                });
            self
        }
        pub fn x_crate<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::TypesXCrate>,
        {
            self.x_crate = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `TypesXCrate` for x_crate failed".to_string()
                });
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::Option>,
            <V as std::convert::TryInto<types::Option>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `Option` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::Option) -> types::builder::Option,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/option/{type}/{self}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Result>, Error<types::Error>> {
            let Self {
                _client,
                type_,
                self_,
                client,
                gen_,
                info,
                request,
                response,
                result,
                rqctx,
                url,
                x_crate,
                body,
            } = self;
            let type_ = type_.map_err(Error::InvalidRequest)?;
            let self_ = self_.map_err(Error::InvalidRequest)?;
            let client = client.map_err(Error::InvalidRequest)?;
            let gen_ = gen_.map_err(Error::InvalidRequest)?;
            let info = info.map_err(Error::InvalidRequest)?;
            let request = request.map_err(Error::InvalidRequest)?;
            let response = response.map_err(Error::InvalidRequest)?;
            let result = result.map_err(Error::InvalidRequest)?;
            let rqctx = rqctx.map_err(Error::InvalidRequest)?;
            let url = url.map_err(Error::InvalidRequest)?;
            let x_crate = x_crate.map_err(Error::InvalidRequest)?;
            let body = body
                .and_then(|v| types::Option::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let _url = format!(
                "{}/option/{}/{}", _client.baseurl, super::path_segment(& type_
                .to_string()).map_err(Error::InvalidRequest) ?, super::path_segment(&
                self_.to_string()).map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            if let Some(value) = x_crate {
                header_map.append("X-Crate", value.to_string().try_into()?);
            }
            #[allow(unused_mut)]
            let mut _request = _client
                .client
                .post(_url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .query(&progenitor_client::QueryParam::new("client", &client))
                .query(&progenitor_client::QueryParam::new("gen", &gen_))
                .query(&progenitor_client::QueryParam::new("info", &info))
                .query(&progenitor_client::QueryParam::new("request", &request))
                .query(&progenitor_client::QueryParam::new("response", &response))
                .query(&progenitor_client::QueryParam::new("result", &result))
                .query(&progenitor_client::QueryParam::new("rqctx", &rqctx))
                .query(&progenitor_client::QueryParam::new("url", &url))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "types",
            };
            _client.pre(&mut _request, &info).await?;
            let _result = _client.exec(_request, &info).await;
            _client.post(&_result, &info).await?;
            let _response = _result?;
            match _response.status().as_u16() {
                200u16 => ResponseValue::from_response(_response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(_response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(_response)),
            }
        }
    }
    /**Builder for [`Client::client`]

[`Client::client`]: super::Client::client*/
    #[derive(Debug, Clone)]
    pub struct Client<'a> {
        client: &'a super::Client,
    }
    impl<'a> Client<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/client`
        pub async fn send(self) -> Result<ResponseValue<types::String>, Error<()>> {
            let Self { client } = self;
            let url = format!("{}/client", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "client",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::clone`]

[`Client::clone`]: super::Client::clone*/
    #[derive(Debug, Clone)]
    pub struct Clone<'a> {
        client: &'a super::Client,
    }
    impl<'a> Clone<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/clone`
        pub async fn send(self) -> Result<ResponseValue<types::Vec>, Error<()>> {
            let Self { client } = self;
            let url = format!("{}/clone", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "clone",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::ok`]

[`Client::ok`]: super::Client::ok*/
    #[derive(Debug, Clone)]
    pub struct Ok<'a> {
        client: &'a super::Client,
    }
    impl<'a> Ok<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/ok`
        pub async fn send(self) -> Result<ResponseValue<types::Some>, Error<()>> {
            let Self { client } = self;
            let url = format!("{}/ok", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "ok",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
/// A value as one segment of a path. In a URL, `\` is read as `/`, and a segment that is empty, `.`
/// or `..` is removed.
fn path_segment(value: &str) -> Result<String, String> {
    match value {
        "" | "." | ".." => {
            Err("a segment of a path cannot be empty, `.` or `..`".to_owned())
        }
        value => Ok(encode_path(value).replace('\\', "%5C")),
    }
}
