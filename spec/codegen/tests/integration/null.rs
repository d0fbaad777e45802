//! Types of schemas that may be null.

use serde_json::{Value, from_value, json, to_value};

use crate::nullable::types::{Closed, MaybePet, Owner, Pet};

/// An owner with this pet.
fn owner(first: Value) -> Value {
    let pet = json!({"name": "a"});
    json!({"first": first, "second": null, "third": pet, "list": [pet, null], "present": null,
           "age": null})
}

#[test]
fn reference_that_may_be_null_is_an_option_of_its_component() {
    let owner = |first| from_value::<Owner>(owner(first)).unwrap();
    let with = owner(json!({"name": "a"}));
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

#[test]
fn required_member_may_be_null_but_not_absent() {
    let whole = owner(json!(null));
    let read = from_value::<Owner>(whole.clone()).unwrap();
    assert_eq!(to_value(&read).unwrap(), whole);
    for name in ["first", "second", "third", "present", "age"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        let error = from_value::<Owner>(without).unwrap_err().to_string();
        assert_eq!(error, format!("missing field `{name}`"));
    }
}

#[test]
fn recursive_member_that_is_absent_is_not_sent() {
    let pet: Pet = from_value(json!({"name": "a", "parent": {"name": "b"}})).unwrap();
    let parent: &Option<Box<Pet>> = &pet.parent;
    assert!(parent.as_ref().unwrap().parent.is_none());
    assert_eq!(to_value(&pet).unwrap(), json!({"name": "a", "parent": {"name": "b"}}));
}
