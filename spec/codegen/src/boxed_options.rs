//! Recursive members that may be absent, as an `Option` of a `Box`.
//!
//! Typify breaks a circle of types at any place. It also boxes an `Option`, and then does not say that the
//! member may be absent: such a member would be sent as null.

use quote::quote;
use syn::{
    Attribute, Field, Meta, Type,
    visit_mut::{self, VisitMut},
};

use crate::fields::{argument, has_serde_meta, serde_metas};

/// Replaces each `Box<Option<T>>` of a generated file with `Option<Box<T>>`.
pub(crate) fn unbox_options(file: &mut syn::File) {
    BoxedOptions.visit_file_mut(file);
}

struct BoxedOptions;

impl VisitMut for BoxedOptions {
    fn visit_field_mut(&mut self, field: &mut Field) {
        let is_changed = boxed_option(&field.ty).is_some();
        visit_mut::visit_field_mut(self, field);
        if !is_changed || field.ident.is_none() {
            return;
        }
        // What typify writes for an `Option`.
        match field.attrs.iter_mut().find(|attribute| has_serde_meta(attribute, "default")) {
            Some(attribute) => replace_default(attribute),
            None => field.attrs.push(syn::parse_quote!(
                #[serde(deserialize_with = "::std::option::Option::deserialize")]
            )),
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(inner) = boxed_option(ty) {
            *ty = syn::parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        }
    }

    /// Attributes hold most of the text, and no types.
    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}
}

/// An absent `Option` needs no default, but is to be left out.
fn replace_default(attribute: &mut Attribute) {
    let Some(metas) = serde_metas(attribute) else { return };
    let kept = metas.iter().filter(|meta| !meta.path().is_ident("default"));
    if let Meta::List(list) = &mut attribute.meta {
        list.tokens = quote!(#(#kept,)* skip_serializing_if = "::std::option::Option::is_none");
    }
}

/// `T` of `Box<Option<T>>`.
fn boxed_option(ty: &Type) -> Option<&Type> {
    argument(argument(ty, "Box")?, "Option")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxed_option_becomes_an_option_that_may_be_absent() {
        let mut file: syn::File = syn::parse_quote! {
            struct A {
                #[serde(rename = "b-c", default)]
                b_c: ::std::boxed::Box<::std::option::Option<A>>,
                required: ::std::boxed::Box<::std::option::Option<A>>,
                other: ::std::boxed::Box<A>,
            }
            struct B(::std::boxed::Box<::std::option::Option<B>>);
            impl A {
                fn b_c<T>(value: T)
                where
                    T: TryInto<::std::boxed::Box<::std::option::Option<A>>>,
                {
                }
            }
        };
        unbox_options(&mut file);
        let expected: syn::File = syn::parse_quote! {
            struct A {
                #[serde(rename = "b-c", skip_serializing_if = "::std::option::Option::is_none")]
                b_c: ::std::option::Option<::std::boxed::Box<A>>,
                #[serde(deserialize_with = "::std::option::Option::deserialize")]
                required: ::std::option::Option<::std::boxed::Box<A>>,
                other: ::std::boxed::Box<A>,
            }
            struct B(::std::option::Option<::std::boxed::Box<B>>);
            impl A {
                fn b_c<T>(value: T)
                where
                    T: TryInto<::std::option::Option<::std::boxed::Box<A>>>,
                {
                }
            }
        };
        assert_eq!(file, expected);
    }
}
