//! Checks that the general crates contain no words of a particular API.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::repository;

/// Words of the login API, in lower case.
const WORDS: [&str; 5] = ["login", "/api/v1", "authtoken", "rocket", "totp"];

/// The folders of the crates whose names begin with `specfirst-`.
fn general_crates() -> Vec<PathBuf> {
    let is_general = |folder: &PathBuf| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        manifest.lines().any(|line| line.starts_with("name = \"specfirst-"))
    };
    let workspace = repository::read("Cargo.toml").unwrap();
    let members = workspace.lines().find(|line| line.starts_with("members = ")).unwrap();
    let folders = members.split('"').skip(1).step_by(2).map(repository::path);
    folders.filter(is_general).collect()
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let nested = folders.iter().flat_map(|folder| sources(folder));
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    files.into_iter().filter(is_rust).chain(nested).collect()
}

/// The words of [`WORDS`] that a text contains.
fn words(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    WORDS.into_iter().filter(|word| text.contains(word)).collect()
}

#[test]
fn general_crates_know_no_particular_api() {
    let crates = general_crates();
    assert!(!crates.is_empty(), "no crate is named `specfirst-*`");
    for folder in crates {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(words(&manifest).is_empty(), "{}: {:?}", folder.display(), words(&manifest));
        for file in sources(&folder.join("src")) {
            let found = words(&fs::read_to_string(&file).unwrap());
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
    }
    assert_eq!(words("fn LogIn_authToken() {}"), ["login", "authtoken"]);
}
