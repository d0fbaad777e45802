//! Types of schemas that may be null.

use serde_json::{from_value, json};

use crate::nullable::types::{Closed, MaybePet, Owner, Pet};

#[test]
fn reference_that_may_be_null_is_an_option_of_its_component() {
    let pet = || json!({"name": "a"});
    let owner = |first| {
        let value = json!({"first": first, "second": null, "third": pet(), "list": [pet(), null]});
        from_value::<Owner>(value).unwrap()
    };
    let with = owner(pet());
    let (first, third): (Option<Pet>, Option<Pet>) = (with.first, with.third);
    assert!(first.is_some() && third.is_some() && with.second.is_none());
    assert_eq!(with.list.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert!(owner(json!(null)).first.is_none());
    assert!(from_value::<MaybePet>(json!(null)).unwrap().0.is_none());
}

#[test]
fn composition_with_a_closed_part_refuses_unknown_members() {
    assert!(from_value::<Closed>(json!(null)).is_ok());
    assert!(from_value::<Closed>(json!({"name": "a", "size": 1})).is_ok());
    let error = from_value::<Closed>(json!({"name": "a", "colour": "red"})).unwrap_err();
    assert!(error.to_string().contains("unknown field `colour`"), "{error}");
}
