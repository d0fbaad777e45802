//! The crates and features that generated code needs.

use anyhow::Result;

use crate::words::Words;

/// A crate that generated code needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the package.
    pub name: &'static str,
    /// The version requirement; empty for a crate of this repository.
    pub version: &'static str,
    /// The features.
    pub features: Vec<&'static str>,
    /// Whether the default features are needed.
    pub default_features: bool,
}

/// A crate that generated code may use.
struct Known {
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
    default_features: bool,
}

const fn known(
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
) -> Known {
    Known { name, version, features, default_features: true }
}

/// Every crate that the generators write paths of, with the features that any use needs.
const KNOWN: [Known; 21] = [
    known("async-trait", "0.1.89", &[]),
    known("base64", "0.23.0", &[]),
    known("bytes", "1.11.0", &[]),
    known("chrono", "0.4.42", &["serde"]),
    Known { name: "dropshot", version: "0.18.0", features: &[], default_features: false },
    known("futures", "0.3.32", &[]),
    known("futures-core", "0.3.32", &[]),
    known("http", "1.4.1", &[]),
    known("http-body-util", "0.1.3", &[]),
    known("percent-encoding", "2.3.2", &[]),
    known("progenitor-client", "0.15.1", &[]),
    known("regress", "0.12.0", &[]),
    known("reqwest", "0.13.5", &["json", "stream"]),
    // As dropshot, progenitor and typify use.
    known("schemars", "0.8.22", &[]),
    known("serde", "1.0.228", &["derive"]),
    known("serde_json", "1.0.150", &[]),
    known("serde_urlencoded", "0.7.1", &[]),
    known("slog", "2.8.2", &[]),
    known("specfirst-dropshot", "", &[]),
    known("tokio", "1.52.0", &[]),
    known("uuid", "1.18.1", &["serde"]),
];

/// The crates that these generated files need together.
///
/// # Errors
///
/// A file is not Rust.
pub fn dependencies(codes: &[&str]) -> Result<Vec<Dependency>> {
    let mut words = Words::default();
    for code in codes {
        words.collect(code)?;
    }
    let uses = |name: &str| words.crates.contains(name.replace('-', "_").as_str());
    let mut needed = Vec::new();
    for known in KNOWN.iter().filter(|known| uses(known.name)) {
        let mut features = known.features.to_vec();
        match known.name {
            "schemars" => {
                features.extend(uses("chrono").then_some("chrono"));
                features.extend(uses("uuid").then_some("uuid1"));
            }
            "reqwest" => {
                for feature in ["form", "multipart", "query"] {
                    features.extend(words.idents.contains(feature).then_some(feature));
                }
                features.sort_unstable();
            }
            _ => {}
        }
        needed.push(Dependency {
            name: known.name,
            version: known.version,
            features,
            default_features: known.default_features,
        });
    }
    Ok(needed)
}

/// The dependencies as a section of `Cargo.toml`.
pub fn snippet(dependencies: &[Dependency]) -> String {
    let mut text = "[dependencies]\n".to_owned();
    for dependency in dependencies {
        let Dependency { name, version, features, default_features } = dependency;
        let mut parts = Vec::new();
        if version.is_empty() {
            // The crate is not published; the command knows the folder that it was built from.
            parts.push(format!("path = {:?}", support_folder()));
        } else {
            parts.push(format!("version = \"{version}\""));
        }
        if !default_features {
            parts.push("default-features = false".to_owned());
        }
        if !features.is_empty() {
            parts.push(format!("features = {features:?}"));
        }
        match parts.as_slice() {
            [only] if !version.is_empty() => {
                let version = only.trim_start_matches("version = ");
                text += &format!("{name} = {version}\n");
            }
            _ => text += &format!("{name} = {{ {} }}\n", parts.join(", ")),
        }
    }
    text
}

/// The folder of `specfirst-dropshot`.
fn support_folder() -> String {
    let cli = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = cli.ancestors().nth(2).unwrap_or(cli);
    root.join("server").join("support").display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str) -> Vec<&'static str> {
        dependencies(&[code]).unwrap().iter().map(|needed| needed.name).collect()
    }

    #[test]
    fn crates_are_found_in_paths_attributes_and_imports_only() {
        let code = "//! chrono::Utc in a comment\n#[derive(::serde::Deserialize)]\npub struct A;\n\
            use progenitor_client::ResponseValue;\nfn f(uuid: u8) -> types::regress::Regex {\n\
            let bytes = vec![\"chrono::\"]; <A as http::X>::chrono::Y; serde_json::json!(1) }";
        assert_eq!(names(code), ["http", "progenitor-client", "serde", "serde_json"]);
        assert_eq!(names("pub a: Option<::uuid::Uuid>"), ["uuid"]);
    }

    #[test]
    fn features_follow_from_what_is_used() {
        let code = "pub a: ::chrono::NaiveDate, b: schemars::X, c: reqwest::multipart::Form";
        let found = dependencies(&[code]).unwrap();
        let text = snippet(&found);
        assert!(
            text.contains("chrono = { version = \"0.4.42\", features = [\"serde\"] }\n"),
            "{text}"
        );
        assert!(text.contains("features = [\"json\", \"multipart\", \"stream\"]"), "{text}");
        assert!(
            text.contains("schemars = { version = \"0.8.22\", features = [\"chrono\"] }"),
            "{text}"
        );
        let path = snippet(&dependencies(&["specfirst_dropshot::Secret"]).unwrap());
        assert!(std::path::Path::new(path.split('"').nth(1).unwrap()).join("Cargo.toml").is_file());
    }

    /// The generators write code for the versions that this repository tests.
    #[test]
    fn versions_are_those_of_the_workspace() {
        let manifest = include_str!("../../../Cargo.toml");
        for known in &KNOWN {
            let line =
                manifest.lines().find_map(|line| line.strip_prefix(&format!("{} = ", known.name)));
            if let Some(line) = line.filter(|_| !known.version.is_empty()) {
                assert!(line.contains(&format!("\"{}\"", known.version)), "{} {line}", known.name);
            }
        }
    }
}
