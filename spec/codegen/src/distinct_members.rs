//! Distinct names for members that coincide in Rust, such as `a-b` and `a_b`.
//!
//! Typify writes two fields of the same name, and a builder with two methods of the same name. All
//! list them in the same order, so the second of each becomes `a_b_2` everywhere. On the wire a member
//! keeps its name.

use std::collections::BTreeMap;

use quote::{ToTokens as _, format_ident};
use syn::{
    Attribute, Expr, ExprField, ExprStruct, Fields, Ident, ImplItem, ItemEnum, ItemImpl,
    ItemStruct, Member,
    visit_mut::{self, VisitMut},
};
use unicode_normalization::UnicodeNormalization as _;

/// Renames the members of a generated file that coincide.
pub(crate) fn make_distinct(file: &mut syn::File) {
    DistinctMembers.visit_file_mut(file);
}

struct DistinctMembers;

impl VisitMut for DistinctMembers {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        rename_fields(&mut item.fields, is_serialized(&item.attrs));
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        let is_serialized = is_serialized(&item.attrs);
        for variant in &mut item.variants {
            rename_fields(&mut variant.fields, is_serialized);
        }
    }

    fn visit_expr_struct_mut(&mut self, value: &mut ExprStruct) {
        let mut names = Names::default();
        for field in &mut value.fields {
            let Member::Named(name) = &mut field.member else { continue };
            let Some(new) = names.renamed(name) else { continue };
            RenameAccess { from: name.clone(), to: new.clone() }.visit_expr_mut(&mut field.expr);
            *name = new;
        }
        visit_mut::visit_expr_struct_mut(self, value);
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let mut names = Names::default();
        for member in &mut item.items {
            let ImplItem::Fn(method) = member else { continue };
            let Some(new) = names.renamed(&method.sig.ident) else { continue };
            let from = std::mem::replace(&mut method.sig.ident, new.clone());
            RenameAccess { from, to: new }.visit_block_mut(&mut method.block);
        }
        visit_mut::visit_item_impl_mut(self, item);
    }
}

fn is_serialized(attributes: &[Attribute]) -> bool {
    let mut derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives.any(|derive| derive.to_token_stream().to_string().contains("Serialize"))
}

fn rename_fields(fields: &mut Fields, is_serialized: bool) {
    let Fields::Named(fields) = fields else { return };
    let mut names = Names::default();
    for field in &mut fields.named {
        let Some(name) = &mut field.ident else { continue };
        let Some(new) = names.renamed(name) else { continue };
        if is_serialized && !field.attrs.iter().any(has_rename) {
            let wire = plain(name);
            field.attrs.push(syn::parse_quote!(#[serde(rename = #wire)]));
        }
        *name = new;
    }
}

/// How often each name occurred.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    /// The new name, if the name occurred before.
    fn renamed(&mut self, name: &Ident) -> Option<Ident> {
        let plain = plain(name);
        let count = self.0.entry(plain.clone()).or_default();
        *count += 1;
        let mut number = *count;
        if number == 1 {
            return None;
        }
        while self.0.contains_key(&format!("{plain}_{number}")) {
            number += 1;
        }
        let new = format!("{plain}_{number}");
        self.0.insert(new.clone(), 1);
        Some(format_ident!("{new}"))
    }
}

fn plain(name: &Ident) -> String {
    let name = name.to_string();
    // The compiler compares names in this form.
    name.strip_prefix("r#").unwrap_or(&name).nfc().collect()
}

fn has_rename(attribute: &Attribute) -> bool {
    // Additional properties are flattened and have no name.
    let text = attribute.to_token_stream().to_string();
    attribute.path().is_ident("serde") && (text.contains("rename") || text.contains("flatten"))
}

/// Renames each access to a field.
struct RenameAccess {
    from: Ident,
    to: Ident,
}

impl VisitMut for RenameAccess {
    fn visit_expr_field_mut(&mut self, access: &mut ExprField) {
        if matches!(&access.member, Member::Named(name) if *name == self.from)
            && matches!(&*access.base, Expr::Path(_))
        {
            access.member = Member::Named(self.to.clone());
        }
        visit_mut::visit_expr_field_mut(self, access);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_member_of_a_name_is_numbered_everywhere() {
        let mut file: syn::File = syn::parse_quote! {
            #[derive(Serialize)]
            struct A { #[serde(rename = "a-b")] a_b: u8, a_b: u16 }
            impl B {
                fn a_b(mut self) { self.a_b = 1; }
                fn a_b(mut self) { self.a_b = 2; }
                fn new(value: B) -> A { A { a_b: value.a_b?, a_b: value.a_b? } }
            }
        };
        make_distinct(&mut file);
        let expected: syn::File = syn::parse_quote! {
            #[derive(Serialize)]
            struct A { #[serde(rename = "a-b")] a_b: u8, #[serde(rename = "a_b")] a_b_2: u16 }
            impl B {
                fn a_b(mut self) { self.a_b = 1; }
                fn a_b_2(mut self) { self.a_b_2 = 2; }
                fn new(value: B) -> A { A { a_b: value.a_b?, a_b_2: value.a_b_2? } }
            }
        };
        assert_eq!(file, expected);
    }
}
