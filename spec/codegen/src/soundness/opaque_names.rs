//! Names that cannot coincide.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use specfirst_model::Pointer;

use crate::schema::{is_properties_map, is_schema};

/// Replaces each name that contributes to the name of a type with a number. The same name gets the same
/// number everywhere, because typify finds the tag of a `oneOf` by its name.
pub(super) fn with_opaque_names(mut value: Value) -> Value {
    let mut names = OpaqueNames::default();
    names.rename_components(&mut value, "schemas");
    names.rename_components(&mut value, "responses");
    names.visit(&mut value, &Pointer::root());
    value
}

#[derive(Default)]
struct OpaqueNames {
    numbers: BTreeMap<String, usize>,
    /// Each `$ref` with its replacement.
    references: BTreeMap<String, String>,
}

impl OpaqueNames {
    fn opaque_name(&mut self, kind: char, name: &str) -> String {
        let next = self.numbers.len();
        let number = self.numbers.entry(format!("{kind}{name}")).or_insert(next);
        format!("{kind}{number}x")
    }

    fn rename_components(&mut self, document: &mut Value, kind: &str) {
        let at = format!("/components/{kind}");
        let Some(Value::Object(members)) = document.pointer_mut(&at) else { return };
        for (name, value) in std::mem::take(members) {
            let opaque = self.opaque_name('c', &format!("{kind}/{name}"));
            let escaped = Pointer::root().child(&name);
            self.references.insert(format!("#{at}/{name}"), format!("#{at}/{opaque}"));
            self.references.insert(format!("#{at}{escaped}"), format!("#{at}/{opaque}"));
            members.insert(opaque, value);
        }
    }

    fn visit(&mut self, value: &mut Value, at: &Pointer) {
        let members = match value {
            Value::Array(items) => {
                items.iter_mut().enumerate().for_each(|(i, item)| self.visit(item, &at.child(i)));
                return;
            }
            Value::Object(members) => members,
            _ => return,
        };
        let is_reference = match members.get_mut("$ref") {
            Some(Value::String(reference)) if !is_properties_map(at) => {
                if let Some(opaque) = self.references.get(reference) {
                    reference.clone_from(opaque);
                }
                true
            }
            _ => false,
        };
        // The pointers are those of the document before the renaming, so children come first.
        members.iter_mut().for_each(|(name, value)| self.visit(value, &at.child(name)));
        if is_reference {
            return;
        }
        if is_schema(at) {
            // A title names the type, and a default names members.
            for keyword in ["title", "default", "discriminator"] {
                members.shift_remove(keyword);
            }
            if let Some(Value::Array(required)) = members.get_mut("required") {
                for name in required {
                    *name = name.as_str().map(|name| self.opaque_name('p', name)).into();
                }
            }
        } else if is_properties_map(at) {
            self.rename_members(members, 'p');
        } else if at.as_str() == "/paths" {
            for (path, item) in std::mem::take(members) {
                let path = self.rename_variables(&path);
                members.insert(path, item);
            }
        } else if let Some(Value::String(id)) = members.get_mut("operationId")
            && at.tokens().next().is_some_and(|first| first == "paths")
        {
            *id = self.opaque_name('o', id);
        } else if is_renamed_parameter(members, at)
            && let Some(Value::String(name)) = members.get_mut("name")
        {
            *name = self.opaque_name('q', name);
        }
    }

    fn rename_variables(&mut self, path: &str) -> String {
        let mut parts = path.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |path, part| match part.split_once('}') {
            Some((name, rest)) => format!("{path}{{{}}}{rest}", self.opaque_name('q', name)),
            None => format!("{path}{{{part}"),
        })
    }

    fn rename_members(&mut self, members: &mut Map<String, Value>, kind: char) {
        for (name, value) in std::mem::take(members) {
            members.insert(self.opaque_name(kind, &name), value);
        }
    }
}

/// Whether `members` are those of a parameter that can be renamed.
fn is_renamed_parameter(members: &Map<String, Value>, at: &Pointer) -> bool {
    let is_listed =
        at.parent().is_some_and(|list| list.tokens().last().is_some_and(|t| t == "parameters"));
    // OpenAPI ignores some header parameters because of their names.
    is_listed && members.get("in").is_some_and(|place| place != "header")
}
