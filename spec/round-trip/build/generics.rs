//! Reads paths of types in generated code.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The last segment of a type's path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether the last segment of a type's path is this name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The generic argument at this index of the last segment of a type's path.
pub(crate) fn argument(ty: &Type, index: usize) -> Option<&Type> {
    segment_argument(last_segment(ty)?, index)
}

/// The generic argument at this index of a segment.
pub(crate) fn segment_argument(segment: &PathSegment, index: usize) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.into_iter().nth(index)
}
