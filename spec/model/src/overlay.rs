//! OpenAPI Overlay 1.0.0: the corrections to a document, each with its reason and source.
//!
//! An action whose target matches nothing is an error, though the specification lets it pass: here
//! it means that the page has changed and the correction needs a second look.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::pointer::Pointer;

/// YAML 1.2, in which `yes` is a string, as in documents.
fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::Options { strict_booleans: true, ..serde_saphyr::Options::default() }
}

/// An overlay, its actions in the order they apply.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// The version of the overlay specification: 1.0.0.
    pub overlay: String,
    /// What the overlay is called.
    pub info: Info,
    /// The document it extends; a note for readers, never fetched.
    #[serde(default)]
    pub extends: Option<String>,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// What must hold of the page's examples and cannot be said by a schema (an extension of ours).
    #[serde(default, rename = "x-example-rules")]
    pub example_rules: Vec<ExampleRule>,
}

/// The overlay's title and version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Info {
    /// A name for readers.
    pub title: String,
    /// The overlay's own version.
    pub version: String,
}

/// One correction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// An RFC 9535 JSONPath: what is changed.
    pub target: String,
    /// Why.
    pub description: String,
    /// Where the fact comes from.
    #[serde(rename = "x-source")]
    pub source: String,
    /// What is merged into each object matched, or appended to each array.
    #[serde(default)]
    pub update: Option<Value>,
    /// Whether what is matched is taken out.
    #[serde(default)]
    pub remove: bool,
}

/// A rule that examples must keep and that no schema can state.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRule {
    /// The rule's name in findings.
    pub id: String,
    /// An RFC 9535 JSONPath: the examples it is about.
    pub target: String,
    /// What each of them must keep.
    #[serde(flatten)]
    pub condition: ExampleCondition,
    /// Why.
    pub description: String,
    /// Where the fact comes from.
    #[serde(rename = "x-source")]
    pub source: String,
}

/// What an [`ExampleRule`] asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExampleCondition {
    /// The values at these pointers within the example are the same.
    Equal([String; 2]),
    /// The example is a string of one of these lengths and made of ASCII letters and digits.
    AlphanumericOfLength(Vec<usize>),
}

/// Why an overlay could not be read or applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// The text is not an overlay. The message of the source names line and column.
    #[error("{name}: not an overlay")]
    Syntax {
        /// What the overlay was called.
        name: String,
        /// What the parser said.
        #[source]
        source: Box<serde_saphyr::Error>,
    },
    /// The version is not 1.0.0.
    #[error("{name}: overlay version `{found}`, expected 1.0.0")]
    Version {
        /// What the overlay was called.
        name: String,
        /// What stands there.
        found: String,
    },
    /// An action cannot be carried out.
    #[error("{name}: actions[{index}] (target `{target}`): {message}")]
    Action {
        /// What the overlay was called.
        name: String,
        /// Which action, from 0.
        index: usize,
        /// Its target.
        target: String,
        /// What is wrong.
        message: String,
    },
}

impl Overlay {
    /// Reads an overlay in YAML or JSON; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// [`OverlayError::Syntax`] or [`OverlayError::Version`].
    pub fn parse(name: &str, text: &str) -> Result<Self, OverlayError> {
        let overlay: Self =
            serde_saphyr::from_str_with_options(text, yaml_options()).map_err(|source| {
                OverlayError::Syntax { name: name.to_owned(), source: Box::new(source) }
            })?;
        if overlay.overlay != "1.0.0" {
            return Err(OverlayError::Version { name: name.to_owned(), found: overlay.overlay });
        }
        Ok(overlay)
    }

    /// Carries out every action, in order, on a copy of `document`.
    ///
    /// # Errors
    ///
    /// [`OverlayError::Action`] for the first action whose target is not a JSONPath, matches
    /// nothing, or cannot take the update.
    pub fn apply(&self, name: &str, document: &Value) -> Result<Value, OverlayError> {
        let mut result = document.clone();
        for (index, action) in self.actions.iter().enumerate() {
            action.apply(&mut result).map_err(|message| OverlayError::Action {
                name: name.to_owned(),
                index,
                target: action.target.clone(),
                message,
            })?;
        }
        Ok(result)
    }
}

impl Action {
    fn apply(&self, document: &mut Value) -> Result<(), String> {
        // A JSONPath may name a node more than once (`$['a', 'a']`); a set holds it once.
        let selected: BTreeSet<Pointer> = matches(&self.target, document)?.into_iter().collect();
        if selected.is_empty() {
            return Err("matches nothing in the document".to_owned());
        }
        match (&self.update, self.remove) {
            (Some(_), true) => Err("has both `update` and `remove`".to_owned()),
            (None, false) => Err("has neither `update` nor `remove`".to_owned()),
            // A place sorts before what lies within it: reversed, no update moves a later target.
            (Some(update), false) => {
                selected.iter().rev().try_for_each(|place| apply_update(document, place, update))
            }
            (None, true) if selected.contains(&Pointer::root()) => {
                Err("the whole document cannot be removed".to_owned())
            }
            (None, true) => {
                remove_selected(document, &Pointer::root(), &selected);
                Ok(())
            }
        }
    }
}

/// The places that a JSONPath selects.
pub(crate) fn matches(target: &str, document: &Value) -> Result<Vec<Pointer>, String> {
    let path = JsonPath::parse(target).map_err(|error| format!("not a JSONPath: {error}"))?;
    path.query_located(document)
        .locations()
        .map(|location| {
            let pointer = location.to_json_pointer();
            Pointer::parse(&pointer).ok_or_else(|| format!("no pointer for `{pointer}`"))
        })
        .collect()
}

fn apply_update(document: &mut Value, place: &Pointer, update: &Value) -> Result<(), String> {
    let node = document.pointer_mut(place.as_str()).ok_or("the target moved")?;
    match node {
        Value::Array(items) => {
            items.push(update.clone());
            Ok(())
        }
        Value::Object(_) if update.is_object() => merge(node, update, place),
        Value::Object(_) => Err("`update` must be an object, as the target is".into()),
        _ => Err(format!("#{place} is neither an object nor an array")),
    }
}

/// Merges member by member; a value that is no object replaces the old one.
fn merge(node: &mut Value, update: &Value, at: &Pointer) -> Result<(), String> {
    match (node, update) {
        (Value::Object(members), Value::Object(updates)) => {
            updates.iter().try_for_each(|(key, update)| match members.get_mut(key) {
                Some(old) => merge(old, update, &at.child(key)),
                None => {
                    members.insert(key.clone(), update.clone());
                    Ok(())
                }
            })
        }
        // The specification does not say whether two arrays are joined or one replaces the other.
        (Value::Array(_), Value::Array(_)) => {
            Err(format!("#{at} is an array already: make it the target of an action of its own"))
        }
        (node, update) => {
            *node = update.clone();
            Ok(())
        }
    }
}

/// Removes every selected node in one pass, so that no removal moves a node before it is looked at.
fn remove_selected(node: &mut Value, at: &Pointer, selected: &BTreeSet<Pointer>) {
    match node {
        Value::Object(members) => members.retain(|name, member| {
            let place = at.child(name);
            remove_selected(member, &place, selected);
            !selected.contains(&place)
        }),
        Value::Array(items) => {
            let mut places = (0..items.len()).map(|index| at.child(index));
            items.retain_mut(|item| {
                let Some(place) = places.next() else { return true };
                remove_selected(item, &place, selected);
                !selected.contains(&place)
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn apply(actions: &str, document: &Value) -> Result<Value, String> {
        let text = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        Overlay::parse("o.yaml", &text)
            .map_err(|error| error.to_string())?
            .apply("o.yaml", document)
            .map_err(|error| error.to_string())
    }

    const WHY: &str = "description: d, x-source: s";

    #[test]
    fn an_update_merges_into_objects_and_appends_to_arrays() {
        let document = json!({"a": {"b": 1, "c": {"d": 2}}, "list": [1]});
        let result = apply(
            &format!(
                "- {{target: $.a, {WHY}, update: {{b: 3, c: {{e: 4}}}}}}\n\
                 - {{target: $.list, {WHY}, update: 2}}\n\
                 - {{target: $.a.c.d, {WHY}, remove: true}}"
            ),
            &document,
        );
        assert_eq!(result.unwrap(), json!({"a": {"b": 3, "c": {"e": 4}}, "list": [1, 2]}));
    }

    #[test]
    fn an_action_that_cannot_be_carried_out_is_an_error_that_names_it() {
        let document = json!({"a": {"list": [1]}, "b": 1});
        let error = |action: &str| apply(&format!("- {{{WHY}, {action}}}"), &document).unwrap_err();
        assert_eq!(
            error("target: $.nowhere, update: {}"),
            "o.yaml: actions[0] (target `$.nowhere`): matches nothing in the document"
        );
        assert!(error("target: 'not a path', update: {}").contains("not a JSONPath"));
        assert!(error("target: $.b, update: {x: 1}").contains("#/b is neither"));
        assert!(error("target: $.a, update: {list: [2]}").contains("#/a/list is an array already"));
        assert!(error("target: $.a").contains("neither `update` nor `remove`"));
        assert!(error("target: $.a, update: {}, remove: true").contains("both"));
    }

    #[test]
    fn a_member_that_the_specification_does_not_know_is_refused() {
        let error =
            apply(&format!("- {{target: $.a, {WHY}, upadte: {{}}}}"), &json!({})).unwrap_err();
        assert_eq!(error, "o.yaml: not an overlay");
    }
}
