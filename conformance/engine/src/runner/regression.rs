//! Seeds of generated failures, kept so that the next run tries them first.
//!
//! Each part of the fuzzing phase has a file with a line for each failure: `cc`, proptest's seed of the
//! case, and a comment with the rule. The values themselves are not written, because they may hold
//! secrets.

use std::{
    any::Any,
    fmt, fs,
    io::Write as _,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use proptest::test_runner::{FailurePersistence, PersistedSeed};

/// The rule and title of the failure. `None` if the part was ended without a failure.
pub(crate) type Label = Arc<Mutex<Option<String>>>;

/// The file of one part.
#[derive(Clone)]
pub(crate) struct Regressions {
    path: PathBuf,
    label: Label,
}

impl Regressions {
    /// The file of a part in a directory. A failure without a label is not written.
    pub(crate) fn new(directory: &std::path::Path, part: &str, label: Label) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let name: String = part.chars().map(safe).collect();
        Self { path: directory.join(format!("{name}.txt")), label }
    }
}

impl fmt::Debug for Regressions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Regressions").field("path", &self.path).finish_non_exhaustive()
    }
}

impl FailurePersistence for Regressions {
    fn load_persisted_failures2(&self, _: Option<&'static str>) -> Vec<PersistedSeed> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let seeds = text.lines().filter_map(|line| line.split('#').next());
        seeds.filter_map(|seed| seed.trim().parse().ok()).collect()
    }

    fn save_persisted_failure2(
        &mut self,
        source: Option<&'static str>,
        seed: PersistedSeed,
        _: &dyn fmt::Debug,
    ) {
        let label = self.label.lock().expect("nobody panics holding it").clone();
        let Some(label) = label else { return };
        if self.load_persisted_failures2(source).contains(&seed) {
            return;
        }
        // A run must not fail because a seed cannot be written.
        if let Some(directory) = self.path.parent() {
            let _ = fs::create_dir_all(directory);
        }
        let file = fs::OpenOptions::new().create(true).append(true).open(&self.path);
        let _ = file.and_then(|mut file| writeln!(file, "{seed} # {label}"));
    }

    fn box_clone(&self) -> Box<dyn FailurePersistence> {
        Box::new(self.clone())
    }

    fn eq(&self, other: &dyn FailurePersistence) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| other.path == self.path)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::{
        prelude::*,
        test_runner::{Config, TestError, TestRunner},
    };

    use super::*;

    #[test]
    fn failure_is_replayed_first_and_its_value_is_not_stored() {
        let directory = tempfile::tempdir().unwrap();
        let label: Label = Arc::default();
        let tried = |found: &mut Vec<u32>, fails: bool| {
            let regressions = Regressions::new(directory.path(), "create Broken", label.clone());
            let config = Config {
                cases: 64,
                max_shrink_iters: 0,
                failure_persistence: Some(Box::new(regressions)),
                ..Config::default()
            };
            let seen = std::cell::RefCell::new(Vec::new());
            let result = TestRunner::new(config).run(&any::<u32>(), |value| {
                seen.borrow_mut().push(value);
                if fails { Err(TestCaseError::fail("on purpose")) } else { Ok(()) }
            });
            found.extend(seen.into_inner());
            match result {
                Err(TestError::Fail(_, value)) => Some(value),
                _ => None,
            }
        };
        // Without a label nothing is written.
        tried(&mut Vec::new(), true).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        *label.lock().unwrap() = Some("a rule: a title".to_owned());
        let first = tried(&mut Vec::new(), true).unwrap();
        let text = fs::read_to_string(directory.path().join("create-broken.txt")).unwrap();
        assert!(text.starts_with("cc ") && text.ends_with("# a rule: a title\n"), "{text}");
        assert!(!text.contains(&first.to_string()));
        let mut again = Vec::new();
        tried(&mut again, false);
        assert_eq!(again[0], first);
    }
}
