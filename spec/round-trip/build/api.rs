//! The items of a generated API trait that the glue needs.

use std::collections::BTreeMap;

use syn::{Field, Ident, Item, ItemEnum, ItemTrait, LitStr};

/// A generated API trait.
#[derive(Default)]
pub(crate) struct Api<'f> {
    /// The fields of the parameters and headers, by the name of their struct.
    pub(crate) structs: BTreeMap<String, Vec<Member<'f>>>,
    /// The responses, by the name of their enum.
    pub(crate) responses: BTreeMap<String, &'f ItemEnum>,
    pub(crate) api_trait: Option<&'f ItemTrait>,
}

/// A parameter or a header.
pub(crate) struct Member<'f> {
    pub(crate) field: &'f Ident,
    /// Its name in a message.
    pub(crate) name: String,
}

/// Finds the items of a generated file.
pub(crate) fn read(file: &syn::File) -> Api<'_> {
    let mut api = Api::default();
    for item in &file.items {
        match item {
            Item::Struct(item) => {
                let members = item.fields.iter().filter_map(member).collect();
                api.structs.insert(item.ident.to_string(), members);
            }
            Item::Enum(item) => {
                api.responses.insert(item.ident.to_string(), item);
            }
            Item::Trait(item) => api.api_trait = Some(item),
            _ => {}
        }
    }
    api
}

fn member(field: &Field) -> Option<Member<'_>> {
    let ident = field.ident.as_ref()?;
    let mut name = ident.to_string();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // The other arguments of the attribute do not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<LitStr>()?.value();
            }
            Ok(())
        });
    }
    Some(Member { field: ident, name })
}
