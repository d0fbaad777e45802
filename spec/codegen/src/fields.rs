//! What the fields of generated structs say about themselves.

use syn::{
    Attribute, GenericArgument, Meta, PathArguments, Type, parse::Parser, punctuated::Punctuated,
};

/// The first argument of a generic type with this name, such as `T` of `Option<T>`.
pub(crate) fn argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == name => Some(inner),
        _ => None,
    }
}

/// Whether an attribute is a `serde` attribute with a part of this name.
pub(crate) fn has_serde_meta(attribute: &Attribute, name: &str) -> bool {
    serde_metas(attribute).is_some_and(|metas| metas.iter().any(|meta| meta.path().is_ident(name)))
}

/// The contents of a `serde` attribute; `None` for any other attribute.
pub(crate) fn serde_metas(attribute: &Attribute) -> Option<Punctuated<Meta, syn::Token![,]>> {
    let Meta::List(list) = &attribute.meta else { return None };
    if !list.path.is_ident("serde") {
        return None;
    }
    Punctuated::parse_terminated.parse2(list.tokens.clone()).ok()
}
