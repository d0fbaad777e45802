//! Variables of paths that have one name for each position, as Dropshot's router needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::prune::METHODS;

/// Gives the variable at a position of a path the name that the first path has there. The name is not
/// part of a request. A path that would then have the same name twice stays as it is.
pub(super) fn rename_variables(document: &mut Value) {
    let Some(Value::Object(paths)) = document.get("paths") else { return };
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut renamed = Vec::new();
    for path in paths.keys() {
        let (mut prefix, mut result, mut names) = (String::new(), Vec::new(), BTreeMap::new());
        for segment in path.split('/').skip(1) {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let Some(name) = name.filter(|name| !name.contains(['{', '}'])) else {
                prefix = format!("{prefix}/{segment}");
                result.push(segment.to_owned());
                continue;
            };
            let first = known.entry(prefix.clone()).or_insert_with(|| name.to_owned()).clone();
            result.push(format!("{{{first}}}"));
            names.insert(name.to_owned(), first);
            prefix.push_str("/{}");
        }
        let distinct: BTreeSet<_> = names.values().collect();
        let target = format!("/{}", result.join("/"));
        if target != *path && distinct.len() == names.len() && path.starts_with('/') {
            renamed.push((path.clone(), target, names));
        }
    }
    for (path, target, names) in renamed {
        rename_one(document, &path, &target, &names);
    }
}

fn rename_one(document: &mut Value, path: &str, target: &str, names: &BTreeMap<String, String>) {
    let shared = document.pointer("/components/parameters").cloned().unwrap_or_default();
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    let Some(Value::Object(mut item)) = paths.get(path).cloned() else { return };
    rename_parameters(&mut item, &shared, names);
    for method in METHODS {
        if let Some(Value::Object(operation)) = item.get_mut(method) {
            rename_parameters(operation, &shared, names);
        }
    }
    // Both paths would have the same operations only if the document had them twice.
    if let Some(Value::Object(other)) = paths.get_mut(target) {
        if METHODS.iter().any(|method| other.contains_key(*method) && item.contains_key(*method)) {
            return;
        }
        let own = item.shift_remove("parameters").and_then(|p| p.as_array().cloned());
        for method in METHODS {
            if let Some(mut operation) = item.shift_remove(method) {
                if let (Some(own), Value::Object(members)) = (&own, &mut operation)
                    && let Value::Array(list) =
                        members.entry("parameters").or_insert_with(|| json!([]))
                {
                    list.extend(own.iter().cloned());
                }
                other.insert(method.to_owned(), operation);
            }
        }
        paths.shift_remove(path);
        return;
    }
    let renamed: Map<String, Value> = std::mem::take(paths)
        .into_iter()
        .map(|(name, value)| {
            if name == path {
                (target.to_owned(), Value::Object(item.clone()))
            } else {
                (name, value)
            }
        })
        .collect();
    *paths = renamed;
}

fn rename_parameters(
    holder: &mut Map<String, Value>,
    shared: &Value,
    names: &BTreeMap<String, String>,
) {
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else { return };
    for parameter in parameters {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let target = reference.and_then(|r| r.strip_prefix("#/components/parameters"));
        if let Some(target) = target.and_then(|r| shared.pointer(r)) {
            *parameter = target.clone();
        }
        if parameter.get("in").is_some_and(|place| place == "path")
            && let Some(name) = parameter.get("name").and_then(Value::as_str)
            && let Some(new) = names.get(name)
        {
            parameter["name"] = json!(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_at_one_position_get_one_name() {
        let item = |method: &str, name: &str| json!({method: {"parameters": [{"name": name, "in": "path"}]}});
        let mut document = json!({"paths": {
            "/a/{x}": item("get", "x"), "/a/{y}/b": item("get", "y"), "/a/{z}": item("put", "z"),
        }});
        rename_variables(&mut document);
        let mut both = item("get", "x");
        both["put"] = item("put", "x")["put"].clone();
        assert_eq!(document["paths"], json!({"/a/{x}": both, "/a/{x}/b": item("get", "x")}));
    }
}
