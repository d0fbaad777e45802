//! Every default that the generators accept is valid at run time.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{names, names_client};

/// Deserializes an empty object and serializes the result. An invalid default would panic.
fn filled_in<T: DeserializeOwned + Serialize>() -> Value {
    let value: T = serde_json::from_str("{}").unwrap();
    serde_json::to_value(value).unwrap()
}

#[test]
fn every_default_of_the_golden_document_is_valid() {
    let document: Value = serde_json::from_str(include_str!("../golden/names.json")).unwrap();
    let properties = &document["components"]["schemas"]["Defaults"]["properties"];
    let mut expected: Value = properties
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, schema)| (name.clone(), schema["default"].clone()))
        .collect();
    // Values with a Rust type are serialized in a normal form.
    expected["date_time"] = json!("2016-12-31T23:59:60Z");
    expected["lower"] = json!("2024-02-29T12:00:00.123456789Z");
    expected["uuid"] = json!("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assert_eq!(filled_in::<names::types::Defaults>(), expected);
    assert_eq!(filled_in::<names_client::types::Defaults>(), expected);
}
