//! Parameters of statements, with their types.
//!
//! An unnamed statement is sent together with its values, so the server must be told their types.

use std::borrow::Cow;

use tokio_postgres::types::{ToSql, Type};

/// The values of a statement, beginning with `$1`.
pub(super) type Params<'a> = &'a [&'a dyn Param];

/// A value and its PostgreSQL type.
pub(super) trait Param: ToSql + Sync {
    fn sql_type(&self) -> Type;
}

/// The PostgreSQL type of a Rust type.
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

/// The parameters in the form that the library takes for unnamed statements.
pub(super) fn typed<'a>(params: Params<'a>) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    params.iter().map(|&param| (param as &(dyn ToSql + Sync), param.sql_type())).collect()
}

/// The parameters in the form that the library takes for prepared statements.
pub(super) fn values<'a>(params: Params<'a>) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|&param| param as &(dyn ToSql + Sync)).collect()
}
