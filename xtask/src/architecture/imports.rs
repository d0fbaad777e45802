//! Which folder of a crate imports which: the graph that `cargo xtask architecture` prints and a test bounds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};
use syn::{UseTree, visit_mut::VisitMut};

use crate::repository;

/// A crate whose imports are looked at.
#[derive(Clone, Copy)]
pub(super) struct Crate {
    /// The folder of its sources.
    pub(super) folder: &'static str,
    /// Its name in Rust.
    pub(super) name: &'static str,
    /// Whether each file beside its folders is a node of its own. Otherwise all of them are one node,
    /// which bears the name of the crate.
    pub(super) files_are_nodes: bool,
}

/// Imports between folders. A node is a folder of a crate, as `specfirst_engine::runner`. Whatever a
/// crate imports of another is one arrow, from crate to crate.
#[derive(Debug, Default)]
pub(super) struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// The graph of some crates, tests left out.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or holds no Rust.
    pub(super) fn of(crates: &[Crate]) -> Result<Self> {
        let mut graph = Self::default();
        for this in crates {
            graph.add(&repository::path(this.folder), None, *this, crates)?;
        }
        Ok(graph)
    }

    fn add(
        &mut self,
        folder: &Path,
        node: Option<&str>,
        this: Crate,
        crates: &[Crate],
    ) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let module = format!("{}::{stem}", this.name);
            if path.is_dir() {
                self.add(&path, Some(node.unwrap_or(&module)), this, crates)?;
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !["tests", "lib", "main"].contains(&stem.as_str())
            {
                let beside_folders = if this.files_are_nodes { &module } else { this.name };
                let node = node.unwrap_or(beside_folders);
                let text = fs::read_to_string(&path)?;
                let targets =
                    targets(&text, this, crates).with_context(|| path.display().to_string())?;
                for target in targets.into_iter().filter(|target| target != node) {
                    let is_own =
                        target == this.name || target.starts_with(&format!("{}::", this.name));
                    let from = if is_own { node } else { this.name };
                    self.0.entry(from.to_owned()).or_default().insert(target);
                }
            }
        }
        Ok(())
    }

    /// Which nodes import a node.
    pub(super) fn importers(&self, node: &str) -> Vec<&str> {
        let imports = self.0.iter().filter(|(_, targets)| targets.contains(node));
        imports.map(|(importer, _)| importer.as_str()).collect()
    }

    /// How many arrows there are.
    pub(super) fn count(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// Folders that import each other, directly or by others; empty where there is no circle.
    pub(super) fn circle(&self) -> Vec<String> {
        // Takes away what imports nothing that is left, as long as there is any.
        let mut left: BTreeMap<&String, BTreeSet<&String>> =
            self.0.iter().map(|(node, targets)| (node, targets.iter().collect())).collect();
        loop {
            let is_free = |targets: &BTreeSet<&String>| {
                targets.iter().all(|target| !left.contains_key(*target))
            };
            let free: Vec<&String> = left
                .iter()
                .filter(|(_, targets)| is_free(targets))
                .map(|(node, _)| *node)
                .collect();
            if free.is_empty() {
                return left.into_keys().cloned().collect();
            }
            left.retain(|node, _| !free.contains(node));
        }
    }

    /// A line for each folder that imports another.
    pub(super) fn lines(&self) -> String {
        let lines =
            self.0.iter().filter(|(_, targets)| !targets.is_empty()).map(|(node, targets)| {
                let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
                format!("{node} -> {}\n", targets.join(", "))
            });
        lines.collect()
    }
}

/// The nodes that a file of a crate imports.
fn targets(text: &str, this: Crate, crates: &[Crate]) -> syn::Result<BTreeSet<String>> {
    let mut file = syn::parse_file(text)?;
    file.items.retain(|item| !matches!(item, syn::Item::Mod(module) if module.ident == "tests"));
    let mut paths = Paths::default();
    paths.visit_file_mut(&mut file);
    let targets = paths.0.into_iter().filter_map(|path| {
        let is_own = path.first()? == "crate";
        let root = if is_own { this.name } else { path.first()? };
        let target = crates.iter().find(|target| target.name == root)?;
        let module = path.get(1)?;
        let at = repository::path(target.folder).join(module);
        let is_file = || target.files_are_nodes && at.with_extension("rs").is_file();
        let is_node = is_own && (at.is_dir() || is_file());
        Some(if is_node { format!("{root}::{module}") } else { root.to_owned() })
    });
    Ok(targets.collect())
}

/// Every path of a file, its first two segments.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl VisitMut for Paths {
    fn visit_item_use_mut(&mut self, item: &mut syn::ItemUse) {
        flatten(&item.tree, &[], &mut self.0);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit_mut::visit_path_mut(self, path);
    }
}

fn flatten(tree: &UseTree, before: &[String], paths: &mut Vec<Vec<String>>) {
    let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(&path.ident), paths),
        UseTree::Name(name) => paths.push(with(&name.ident)),
        UseTree::Rename(rename) => paths.push(with(&rename.ident)),
        UseTree::Glob(_) => paths.push(before.to_vec()),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, paths);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_through_others_and_chains_are_none() {
        let graph = |arrows: &[(&str, &str)]| {
            let mut graph = Graph::default();
            for (from, to) in arrows {
                graph.0.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            }
            graph
        };
        assert_eq!(graph(&[("a", "b"), ("b", "c"), ("a", "c")]).circle(), Vec::<String>::new());
        let circle = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]).circle();
        assert_eq!(circle, ["a", "b", "c"], "what imports a circle is named with it");
    }

    #[test]
    fn imports_are_read_from_uses_and_from_paths() {
        let text = "use crate::{http::{case::Case, rate}, rule};\n\
            fn f() -> crate::check::Judgement { specfirst_engine::run::run(std::mem::take) }\n\
            mod tests { use crate::report::Report; }";
        let named = |name| *super::super::SUITE.iter().find(|this| this.name == name).unwrap();
        let targets = |text, name| targets(text, named(name), &super::super::SUITE);
        let found = targets(text, "specfirst_engine").unwrap();
        let expected =
            ["", "::check", "::http", "::rule"].map(|folder| format!("specfirst_engine{folder}"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(
            targets("use specfirst_engine::http::rate;", "login_conformance").unwrap(),
            BTreeSet::from(["specfirst_engine".to_owned()])
        );
    }
}
