//! The import graph between folders of crates, which `cargo xtask architecture` prints and a test
//! checks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};
use syn::{UseTree, visit_mut::VisitMut};

use crate::repository;

/// A crate to read the imports of.
#[derive(Clone, Copy)]
pub(super) struct Crate {
    /// The folder of its sources.
    pub(super) folder: &'static str,
    /// Its name in Rust.
    pub(super) name: &'static str,
    /// Whether each file next to its folders is a node of its own. Otherwise all of these files
    /// form a single node with the name of the crate.
    pub(super) files_are_nodes: bool,
}

/// The imports between folders. A node is a folder of a crate, such as `specfirst_engine::runner`.
/// All imports from one crate to another form a single arrow.
#[derive(Debug, Default)]
pub(super) struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// The graph of these crates, without their tests.
    ///
    /// # Errors
    ///
    /// A file cannot be read or is not Rust.
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

    /// The nodes that import this node.
    pub(super) fn importers(&self, node: &str) -> Vec<&str> {
        let imports = self.0.iter().filter(|(_, targets)| targets.contains(node));
        imports.map(|(importer, _)| importer.as_str()).collect()
    }

    /// The number of arrows.
    pub(super) fn count(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// The folders of an import cycle, with those that import it; empty if there is no cycle.
    pub(super) fn cycle(&self) -> Vec<String> {
        // Repeatedly remove the nodes that import none of the remaining ones.
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

    /// One line for each folder that imports another.
    pub(super) fn lines(&self) -> String {
        let lines =
            self.0.iter().filter(|(_, targets)| !targets.is_empty()).map(|(node, targets)| {
                let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
                format!("{node} -> {}\n", targets.join(", "))
            });
        lines.collect()
    }
}

/// The nodes that a file of this crate imports.
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

/// The paths in a file, as their segments.
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
    fn cycles_are_found_also_if_indirect_and_chains_are_not_cycles() {
        let graph = |arrows: &[(&str, &str)]| {
            let mut graph = Graph::default();
            for (from, to) in arrows {
                graph.0.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            }
            graph
        };
        assert_eq!(graph(&[("a", "b"), ("b", "c"), ("a", "c")]).cycle(), Vec::<String>::new());
        let cycle = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]).cycle();
        assert_eq!(cycle, ["a", "b", "c"], "what imports a cycle is named with it");
    }

    #[test]
    fn imports_are_read_from_use_items_and_paths() {
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
