//! Parameters of statements.
//!
//! A statement without a name is sent together with its values, so the server has to be told their
//! types.

use std::borrow::Cow;

use tokio_postgres::types::{ToSql, Type};

/// The values of one statement, `$1` first.
pub(super) type Params<'a> = &'a [&'a dyn Param];

/// A value, and the type that PostgreSQL is told it has.
pub(super) trait Param: ToSql + Sync {
    fn sql_type(&self) -> Type;
}

/// The type of PostgreSQL's that goes with one of Rust's.
pub(super) trait SqlType {
    const TYPE: Type;
}

impl<T: SqlType + ToSql + Sync> Param for T {
    fn sql_type(&self) -> Type {
        T::TYPE
    }
}

macro_rules! sql_types {
    ($($sql:ident: $($rust:ty),+;)+) => {
        $($(impl SqlType for $rust {
            const TYPE: Type = Type::$sql;
        })+)+
    };
}

sql_types! {
    TEXT: &str, String, Cow<'_, str>;
    TEXT_ARRAY: &[String], Vec<&str>, Vec<String>, Vec<Option<String>>, Vec<Cow<'_, str>>;
    BOOL: bool;
    INT8: i64;
    INT8_ARRAY: Vec<i64>;
    FLOAT8: f64;
}

impl<T: SqlType> SqlType for Option<T> {
    const TYPE: Type = T::TYPE;
}

/// As the library takes them for a statement without a name.
pub(super) fn typed<'a>(params: Params<'a>) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    params.iter().map(|&param| (param as &(dyn ToSql + Sync), param.sql_type())).collect()
}

/// As the library takes them for a prepared statement.
pub(super) fn values<'a>(params: Params<'a>) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|&param| param as &(dyn ToSql + Sync)).collect()
}
