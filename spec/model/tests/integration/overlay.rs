//! An overlay changes exactly the nodes that its targets select.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use serde_json_path::JsonPath;
use specfirst_model::Overlay;

/// Applies one action to a document.
fn apply(target: &str, action: Value, document: &Value) -> Result<Value, String> {
    let mut action = action;
    action["target"] = json!(target);
    action["description"] = json!("d");
    action["x-source"] = json!("s");
    let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"},
                         "actions": [action]});
    let overlay = Overlay::parse("o.yaml", &overlay.to_string()).unwrap();
    overlay.apply("o.yaml", document).map_err(|error| error.to_string())
}

fn remove(target: &str, document: &Value) -> Result<Value, String> {
    apply(target, json!({"remove": true}), document)
}

#[test]
fn remove_takes_out_exactly_the_selected_elements() {
    let list = json!({"list": ["a", "b", "c", "d"]});
    let removed = |target: &str| remove(target, &list).unwrap()["list"].clone();
    assert_eq!(removed("$.list[2,0]"), json!(["b", "d"]), "first things last");
    assert_eq!(removed("$.list[1,1]"), json!(["a", "c", "d"]), "one element named twice");
    assert_eq!(removed("$.list[-1,3,0]"), json!(["b", "c"]), "one element named two ways");
    assert_eq!(removed("$.list[::-1]"), json!([]), "backwards");
    assert_eq!(removed("$.list[0:2, 1:3]"), json!(["d"]), "slices that overlap");
    let long: Vec<_> = (0..12).collect();
    let removed = remove("$[10, 9, 1, 2]", &json!(long)).unwrap();
    assert_eq!(removed, json!([0, 3, 4, 5, 6, 7, 8, 11]), "10 sorts before 9 as text");
    let nested = json!([[0, [1, 2]], [3, 4]]);
    assert_eq!(remove("$..[0]", &nested).unwrap(), json!([[4]]), "a node and what lies in it");
    let names = json!({"a/b": 1, "~1": [2], "0": 3, "": 4});
    assert_eq!(remove("$['a/b', '0', 'a/b']", &names).unwrap(), json!({"~1": [2], "": 4}));
    assert_eq!(remove("$['~1'][0]", &names).unwrap()["~1"], json!([]));
}

#[test]
fn the_whole_document_cannot_be_removed() {
    let error = remove("$", &json!({"a": 1})).unwrap_err();
    assert!(error.ends_with("the whole document cannot be removed"), "{error}");
}

#[test]
fn an_update_reaches_each_selected_node_once() {
    let document = json!({"a": [1], "b": {"a": [2]}});
    let appended = |target: &str| apply(target, json!({"update": 9}), &document).unwrap();
    assert_eq!(appended("$['a', 'a']"), json!({"a": [1, 9], "b": {"a": [2]}}));
    assert_eq!(appended("$..a"), json!({"a": [1, 9], "b": {"a": [2, 9]}}));
    // The outer update replaces what the inner one changed: neither is lost, nothing moves.
    let nested = json!({"x": {"x": {"y": 1}}});
    let merged = apply("$..x", json!({"update": {"x": 0}}), &nested).unwrap();
    assert_eq!(merged, json!({"x": {"x": 0}}));
}

/// A tree in which every node has a number of its own.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = Just(json!({"id": 0, "list": [], "map": {}}));
    let tree = leaf.prop_recursive(4, 40, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..12);
        let map = prop::collection::btree_map("[a-c~/0]", inner, 0..3);
        (list, map).prop_map(|(list, map)| json!({"id": 0, "list": list, "map": map}))
    });
    tree.prop_map(|mut tree| {
        number(&mut tree, &mut 0);
        tree
    })
}

fn number(node: &mut Value, next: &mut u64) {
    node["id"] = json!(*next);
    *next += 1;
    children_mut(node).into_iter().for_each(|child| number(child, next));
}

fn children_mut(node: &mut Value) -> Vec<&mut Value> {
    let Value::Object(members) = node else { return Vec::new() };
    let lists = members.values_mut();
    lists
        .flat_map(|value| match value {
            Value::Array(items) => items.iter_mut().collect::<Vec<_>>(),
            Value::Object(members) => members.values_mut().collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// Each node's number, and those of the nodes within it.
fn numbers(node: &Value, into: &mut BTreeMap<u64, BTreeSet<u64>>) -> BTreeSet<u64> {
    let id = node["id"].as_u64().unwrap();
    let mut node = node.clone();
    let mut all = BTreeSet::from([id]);
    for child in children_mut(&mut node) {
        all.extend(numbers(child, into));
    }
    into.insert(id, all.clone());
    all
}

/// A JSONPath to nodes of the tree, never to the root and never to a list or map itself.
fn target() -> impl Strategy<Value = String> {
    let index = prop_oneof![
        (-3..12i32).prop_map(|i| i.to_string()),
        Just("::-1".to_owned()),
        (0..6i32, 0..12i32).prop_map(|(from, to)| format!("{from}:{to}")),
        (0..20u64).prop_map(|id| format!("?@.id > {id}"))
    ];
    let indices = prop::collection::vec(index, 1..5).prop_map(|all| all.join(","));
    let name = prop::sample::select(vec!["'a'", "'b'", "'c'", "'~'", "'/'", "'0'", "*"]);
    let names = prop::collection::vec(name, 1..4).prop_map(|all| all.join(","));
    let step = prop_oneof![2 => indices.prop_map(|i| format!("list[{i}]")),
                           1 => names.prop_map(|names| format!("map[{names}]"))];
    let dots = prop::sample::select(vec![".", ".."]);
    prop::collection::vec((dots, step), 1..3)
        .prop_map(|steps| steps.iter().fold("$".to_owned(), |path, (d, s)| format!("{path}{d}{s}")))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is left is what was there without the selected nodes and what lies in them: by numbers,
    /// which know nothing of positions.
    #[test]
    fn remove_leaves_every_node_that_was_not_selected(tree in tree(), target in target()) {
        let mut within = BTreeMap::new();
        let mut expected = numbers(&tree, &mut within);
        let selected = JsonPath::parse(&target).unwrap().query(&tree).all();
        for node in &selected {
            for id in &within[&node["id"].as_u64().unwrap()] {
                expected.remove(id);
            }
        }
        match remove(&target, &tree) {
            Ok(left) => prop_assert_eq!(numbers(&left, &mut BTreeMap::new()), expected),
            Err(_) => prop_assert!(selected.is_empty()),
        }
    }

    #[test]
    fn update_changes_every_selected_node_and_no_other(tree in tree(), target in target()) {
        let selected = JsonPath::parse(&target).unwrap().query(&tree).all();
        let expected: BTreeSet<u64> =
            selected.iter().map(|node| node["id"].as_u64().unwrap()).collect();
        if let Ok(mut updated) = apply(&target, json!({"update": {"seen": true}}), &tree) {
            let mut found = BTreeSet::new();
            take_seen(&mut updated, &mut found);
            prop_assert_eq!(found, expected);
            prop_assert_eq!(updated, tree);
        }
    }
}

/// Takes the mark off every node that has it.
fn take_seen(node: &mut Value, into: &mut BTreeSet<u64>) {
    let id = node["id"].as_u64().unwrap();
    if node.as_object_mut().unwrap().remove("seen").is_some() {
        into.insert(id);
    }
    children_mut(node).into_iter().for_each(|child| take_seen(child, into));
}
