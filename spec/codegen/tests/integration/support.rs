//! What a crate supplies by hand to generated code, as small as it can be.

use dropshot::TypedBody;

pub(crate) type Answer<T> = T;
pub(crate) type JsonOrForm<T> = TypedBody<T>;

#[derive(Clone, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
