//! Endpoints that choose between handlers, because the router cannot.

use heck::ToPascalCase;
use quote::quote;
use specfirst_model::ParameterLocation;

use super::{Position, Routes, Segment, router_path, set_path, tree::Group};
use crate::{
    api_trait::{
        ir::{Form, Handler, Member, ParameterSet, Route, Template},
        lower::names::Names,
    },
    error::Result,
    unsupported::Unsupported,
};

/// The endpoints of a group: one for each method.
pub(super) fn lower(
    routes: &Routes<'_>,
    group: &Group,
    handlers: &mut [Handler],
    names: &mut Names,
) -> Result<Vec<Route>> {
    // The most specific path first; of two mixed segments, the one with more text.
    let mut members = group.members.clone();
    members.sort_by_cached_key(|&member| {
        routes.paths[member].iter().map(|segment| segment.rank()).collect::<Vec<_>>()
    });
    let mut shapes: Vec<Vec<String>> = Vec::new();
    let mut templates: Vec<(&[Segment<'_>], Template)> = Vec::new();
    let mut methods: Vec<(String, Vec<Candidate>)> = Vec::new();
    for member in members {
        let segments = routes.paths[member].as_slice();
        let shape: Vec<_> = segments.iter().map(|segment| segment.shape()).collect();
        let template = shapes.iter().position(|known| *known == shape).unwrap_or(shapes.len());
        if template == shapes.len() {
            shapes.push(shape);
            let path = handlers[member].path.clone();
            templates.push((segments, Template { path, methods: Vec::new() }));
        }
        let method = handlers[member].method.clone();
        templates[template].1.methods.push(method.clone());
        set_path(&mut handlers[member], &templates[template].1.path);
        let candidate = Candidate { template, handler: member };
        match methods.iter_mut().find(|(known, _)| *known == method) {
            Some((_, candidates)) => candidates.push(candidate),
            None => methods.push((method, vec![candidate])),
        }
    }
    let mut result = Vec::new();
    for (_, candidates) in methods {
        let Some(last) = candidates.last() else { continue };
        let endpoint = endpoint(routes, group, last, templates[last.template].0, handlers, names)?;
        for candidate in &candidates {
            handlers[candidate.handler]
                .docs
                .push(format!("Requests arrive through [`{0}`](Self::{0}).", endpoint.function));
        }
        result.push(Route {
            endpoint,
            templates: templates.iter().map(|(_, template)| template.clone()).collect(),
            handlers: candidates.iter().map(|candidate| candidate.handler).collect(),
        });
    }
    Ok(result)
}

/// A handler and its template, by their indices.
struct Candidate {
    template: usize,
    handler: usize,
}

/// The endpoint that Dropshot registers. Its description is that of the least specific operation.
fn endpoint(
    routes: &Routes<'_>,
    group: &Group,
    described: &Candidate,
    segments: &[Segment<'_>],
    handlers: &[Handler],
    names: &mut Names,
) -> Result<Handler> {
    let operation = &routes.operations[described.handler];
    let mut endpoint = handlers[described.handler].clone();
    let mut function = format!("route_{}", endpoint.function);
    if handlers.iter().any(|handler| handler.function == function) {
        // No name of a handler ends like this.
        function.push('_');
    }
    let name = format!("{}Route", operation.id.to_pascal_case());
    names
        .reserve(&name, &operation.pointer)
        .map_err(|reason| Unsupported::new(operation, &operation.pointer, reason))?;
    let is_path = |set: &ParameterSet| set.location == ParameterLocation::Path;
    let own = endpoint.parameters.iter().position(is_path).map(|at| endpoint.parameters.remove(at));
    let own = own.map(|set| set.members).unwrap_or_default();
    let variables = group.path.iter().zip(segments).filter_map(|(position, segment)| {
        let Position::Variable(name) = position else { return None };
        let described = own.iter().find(|member| *segment == Segment::Variable(&member.name));
        Some((name, described))
    });
    let members = variables.enumerate().map(|(index, (name, described))| Member {
        field: format!("segment{}", index + 1),
        name: name.clone(),
        docs: described.and_then(|member| member.docs.clone()),
        required: true,
        form: Form::Scalar,
        ty: described.map_or_else(|| quote!(::std::string::String), |member| member.ty.clone()),
    });
    let path = ParameterSet { location: ParameterLocation::Path, name, members: members.collect() };
    endpoint.parameters.insert(0, path);
    endpoint.docs.push(format!(
        "Dropshot's router cannot distinguish this path from others of the document, so this method \
         calls the right handler. It describes only `{}`.",
        endpoint.path
    ));
    endpoint.function = function;
    endpoint.path = router_path(&group.path);
    Ok(endpoint)
}
