/// The types of requests and responses.
pub mod types {
    ///`Clone`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Clone {
        #[serde(rename = "a b", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub a_b: ::std::option::Option<::std::string::String>,
        #[serde(rename = "1", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub x1: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub é: ::std::option::Option<::std::string::String>,
    }
    ///`Defaults`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
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
        PartialOrd,
        schemars::JsonSchema
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
    #[derive(
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd,
        schemars::JsonSchema
    )]
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
    impl ::schemars::JsonSchema for DefaultsNumber {
        fn schema_name() -> ::std::string::String {
            "DefaultsNumber".to_string()
        }
        fn json_schema(
            r#gen: &mut ::schemars::r#gen::SchemaGenerator,
        ) -> ::schemars::schema::Schema {
            let mut schema = <i64 as ::schemars::JsonSchema>::json_schema(r#gen)
                .into_object();
            schema.enum_values = ::std::option::Option::Some(
                [
                    ::serde_json::from_str("1").unwrap(),
                    ::serde_json::from_str("2").unwrap(),
                ]
                    .into_iter()
                    .collect(),
            );
            schema.into()
        }
    }
    ///`DefaultsShort`
    #[derive(
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd,
        schemars::JsonSchema
    )]
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
        PartialOrd,
        schemars::JsonSchema
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
    impl ::schemars::JsonSchema for From {
        fn schema_name() -> ::std::string::String {
            "From".to_string()
        }
        fn json_schema(
            r#gen: &mut ::schemars::r#gen::SchemaGenerator,
        ) -> ::schemars::schema::Schema {
            let mut schema = <i64 as ::schemars::JsonSchema>::json_schema(r#gen)
                .into_object();
            schema.enum_values = ::std::option::Option::Some(
                [
                    ::serde_json::from_str("1").unwrap(),
                    ::serde_json::from_str("2").unwrap(),
                ]
                    .into_iter()
                    .collect(),
            );
            schema.into()
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
    impl ::schemars::JsonSchema for Into {
        fn schema_name() -> ::std::string::String {
            "Into".to_string()
        }
        fn json_schema(
            r#gen: &mut ::schemars::r#gen::SchemaGenerator,
        ) -> ::schemars::schema::Schema {
            let mut schema = <::std::string::String as ::schemars::JsonSchema>::json_schema(
                    r#gen,
                )
                .into_object();
            let not = ::schemars::schema::SchemaObject {
                enum_values: ::std::option::Option::Some(
                    [::serde_json::from_str("\"x\"").unwrap()].into_iter().collect(),
                ),
                ..::std::default::Default::default()
            };
            schema.subschemas().not = Some(::std::boxed::Box::new(not.into()));
            schema.into()
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
        PartialOrd,
        schemars::JsonSchema
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
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
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
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Option {
        #[serde(rename = "a.b", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub a_b: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "async",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub async_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub build: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub builder: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "crate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub crate_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub default: ::std::option::Option<::std::string::String>,
        #[serde(rename = "dyn", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub dyn_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub extra: ::std::option::Option<::std::string::String>,
        #[serde(rename = "gen")]
        pub gen_: ::std::string::String,
        #[serde(
            rename = "@kind",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub kind: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub new: ::std::option::Option<::std::string::String>,
        #[serde(rename = "self")]
        pub self_: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub std: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "super",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub super_: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub try_from: ::std::option::Option<::std::string::String>,
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub union: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub value: ::std::option::Option<::std::string::String>,
        #[serde(rename = "1a")]
        pub x1a: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::string::String")]
        pub 日本: ::std::option::Option<::std::string::String>,
    }
    ///`Result`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
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
    #[derive(
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd,
        schemars::JsonSchema
    )]
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
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct Some {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "None")]
        pub none: ::std::option::Option<None>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "From")]
        pub short: ::std::option::Option<From>,
    }
    ///`String`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    #[serde(deny_unknown_fields)]
    pub struct String {
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "StringSelf")]
        pub self_: ::std::option::Option<StringSelf>,
        pub vec: Vec,
    }
    ///`StringSelf`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        schemars::JsonSchema
    )]
    pub struct StringSelf {
        #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "i64")]
        pub self_: ::std::option::Option<i64>,
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
        PartialOrd,
        schemars::JsonSchema
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
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
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
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct TypesPath {
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
    #[serde(rename = "self")]
    pub self_: i64,
}
///What the query string says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct TypesQuery {
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub client: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub url: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub request: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub response: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub result: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub info: ::std::option::Option<::std::string::String>,
    #[serde(rename = "gen")]
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub gen_: ::std::option::Option<::std::string::String>,
    #[serde(default)]
    #[schemars(with = "::std::string::String")]
    pub rqctx: ::std::option::Option<::std::string::String>,
}
///What the headers say.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct TypesHeaders {
    #[serde(rename = "X-Crate")]
    #[serde(default)]
    #[schemars(with = "types::TypesXCrate")]
    pub x_crate: ::std::option::Option<types::TypesXCrate>,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct TypesOkHeaders {
    #[serde(rename = "Type")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "::std::string::String")]
    pub type_: ::std::option::Option<::std::string::String>,
}
/// Every response that the document gives `types`.
#[derive(Debug)]
pub enum TypesResponse {
    /// 200: Done.
    Ok(types::Result, TypesOkHeaders),
    /// 4XX: Refused.
    ClientError(http::StatusCode, types::Error),
}
impl dropshot::HttpResponse for TypesResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        let documented = match &self {
            Self::ClientError(..) => {
                status.as_u16() / 100 == 4u16 && ![200u16].contains(&status.as_u16())
            }
            _ => true,
        };
        if !documented {
            let message = format!(
                "the document has another response for status {status}"
            );
            return Err(dropshot::HttpError::for_internal_error(message));
        }
        match self {
            Self::Ok(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &headers,
                )
            }
            Self::ClientError(_, body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Done.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::Result>,
                TypesOkHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::ClientError(status, ..) => *status,
        }
    }
}
/// Every response that the document gives `client`.
#[derive(Debug)]
pub enum ClientResponse {
    /// 200: Fine.
    Ok(types::String),
}
impl dropshot::HttpResponse for ClientResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Fine.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::String,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `clone`.
#[derive(Debug)]
pub enum CloneResponse {
    /// 200: Fine.
    Ok(types::Vec),
}
impl dropshot::HttpResponse for CloneResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Fine.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Vec,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// Every response that the document gives `Ok`.
#[derive(Debug)]
pub enum OkResponse {
    /// 200: Fine.
    Ok(types::Some),
}
impl dropshot::HttpResponse for OkResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("Fine.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Some,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "golden_api_mod"}]
pub trait GoldenApi {
    /// The state that the handlers share.
    type Context;
    #[endpoint{method = POST,
    path = "/option/{type}/{self}"}]
    async fn types(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<TypesPath>,
        query: dropshot::Query<TypesQuery>,
        headers: dropshot::Header<TypesHeaders>,
        body: dropshot::TypedBody<types::Option>,
    ) -> Result<
        specfirst_dropshot::Response<TypesResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/client"}]
    async fn client(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<ClientResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/clone"}]
    async fn clone(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<CloneResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/ok",
    operation_id = "Ok"}]
    async fn ok(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<OkResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
