//! The committed files and the manifest are what the command writes and prints now.

use std::{collections::BTreeMap, fs, path::Path};

use specfirst::{Dependency, dependencies};

#[test]
fn generated_files_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (file, new) = (folder.join("openapi.yaml"), tempfile::tempdir().unwrap());
    let path = |name: &str| new.path().join(name).display().to_string();
    let (client, api) = (path("client.rs"), path("api.rs"));
    let file = file.display().to_string();
    let arguments = ["specfirst", "generate", &file, "--client", &client, "--server", &api];
    specfirst::run(arguments).unwrap();
    for name in ["client.rs", "api.rs"] {
        let committed = fs::read_to_string(folder.join("src").join(name)).unwrap();
        let is_fresh = fs::read_to_string(path(name)).unwrap() == committed;
        assert!(is_fresh, "{name} is stale; README.md has the command that writes it");
    }
}

/// The crate builds, so it proves that the printed crates and features suffice.
#[test]
fn manifest_has_exactly_the_printed_dependencies() {
    let code = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
        fs::read_to_string(path).unwrap()
    };
    let (client, api) = (code("client.rs"), code("api.rs"));
    let printed: BTreeMap<String, Vec<String>> = dependencies(&[&client, &api])
        .unwrap()
        .into_iter()
        .map(|Dependency { name, features, .. }| {
            (name.to_owned(), features.into_iter().map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(manifest(), printed);
}

/// The dependencies of this crate. The workspace adds the feature `derive` to `serde`.
fn manifest() -> BTreeMap<String, Vec<String>> {
    let table: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let entries = table["dependencies"].as_table().unwrap();
    entries
        .iter()
        .map(|(name, entry)| {
            let features = entry.get("features").and_then(toml::Value::as_array);
            let features = features.into_iter().flatten().filter_map(toml::Value::as_str);
            let of_workspace = (name == "serde").then_some("derive");
            (name.clone(), features.chain(of_workspace).map(str::to_owned).collect())
        })
        .collect()
}
