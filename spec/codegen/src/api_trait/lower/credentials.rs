//! Lowers security requirements to types of credentials.

use heck::ToPascalCase;
use specfirst_model::{ParameterLocation, Pointer, SecurityScheme};

use super::{lowering::Lowering, names};
use crate::{
    api_trait::ir::{Credential, CredentialPlace, Credentials, CredentialsKind},
    error::Result,
    unsupported::Unsupported,
};

/// The name of the type of an operation's credentials. The type is created if it does not exist yet.
pub(super) fn lower(lowering: &mut Lowering<'_, '_>) -> Result<Option<String>> {
    let operation = lowering.operation;
    let mut sets: Vec<String> = Vec::new();
    for schemes in &operation.security {
        // A certificate of the connection is no part of a request, and without any scheme the request is
        // anonymous.
        let schemes: Vec<_> = schemes.iter().filter(|scheme| scheme.kind != "mutualTLS").collect();
        if schemes.is_empty() {
            continue;
        }
        let name = lower_set(lowering, &schemes)?;
        if !sets.contains(&name) {
            sets.push(name);
        }
    }
    if sets.len() < 2 {
        return Ok(sets.pop().map(|set| format!("{set}Credentials")));
    }
    let name = format!("{}Credentials", sets.join("Or"));
    if lowering.reserve_name(&name, &place(&name))? {
        let choices = sets.into_iter().map(|set| (set.clone(), format!("{set}Credentials")));
        let kind = CredentialsKind::OneOf(choices.collect());
        lowering.credentials.push(Credentials { name: name.clone(), kind });
    }
    Ok(Some(name))
}

/// The name of a set of schemes, whose type is created if it does not exist yet.
fn lower_set(lowering: &mut Lowering<'_, '_>, schemes: &[&SecurityScheme]) -> Result<String> {
    let words: Vec<_> = schemes.iter().map(|scheme| scheme.name.to_pascal_case()).collect();
    let set = words.join("And");
    let name = format!("{set}Credentials");
    if lowering.reserve_name(&name, &place(&name))? {
        let mut members: Vec<Credential> = Vec::new();
        for scheme in schemes {
            let credential = lower_scheme(lowering, scheme)?;
            if members.iter().any(|other| other.field == credential.field) {
                let reason = "two of its security schemes have the same name in Rust";
                return Err(lowering.unsupported(&lowering.operation.pointer, reason).into());
            }
            members.push(credential);
        }
        let kind = CredentialsKind::All(members);
        lowering.credentials.push(Credentials { name, kind });
    }
    Ok(set)
}

fn lower_scheme(
    lowering: &Lowering<'_, '_>,
    scheme: &SecurityScheme,
) -> Result<Credential, Unsupported> {
    let at = place(&scheme.name);
    let field = names::field_name(&scheme.name)
        .ok_or_else(|| lowering.unsupported(&at, "its name has no valid field name in Rust"))?;
    let place = match (scheme.kind.as_str(), scheme.http_scheme.as_deref(), &scheme.api_key) {
        ("apiKey", _, Some((ParameterLocation::Header, name))) => {
            if http::HeaderName::try_from(name).is_err() {
                let reason = format!("`{name}` is not a valid header name");
                return Err(lowering.unsupported(&at, reason));
            }
            CredentialPlace::Header(name.clone())
        }
        ("apiKey", _, Some((ParameterLocation::Query, name))) => {
            CredentialPlace::Query(name.clone())
        }
        ("apiKey", _, Some((ParameterLocation::Cookie, name))) => {
            CredentialPlace::Cookie(name.clone())
        }
        ("http", Some("basic"), _) => CredentialPlace::Basic,
        ("http", Some(name), _) => CredentialPlace::Authorization(name.to_owned()),
        ("oauth2" | "openIdConnect", ..) => CredentialPlace::Authorization("bearer".to_owned()),
        _ => return Err(lowering.unsupported(&at, "it does not say how it is sent")),
    };
    let docs = scheme.description.clone().unwrap_or_else(|| format!("`{}`.", scheme.name));
    Ok(Credential { field, docs, place })
}

fn place(name: &str) -> Pointer {
    Pointer::root().child("components").child("securitySchemes").child(name)
}
