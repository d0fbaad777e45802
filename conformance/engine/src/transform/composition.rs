//! Several changes, one after the other.

use std::fmt;

use proptest::{collection, prelude::Strategy, sample};

use super::Transform;

/// Changes that are applied one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Composition(pub Vec<Transform>);

/// Compositions of up to three of these transforms. They shrink to fewer, and to earlier ones of the list.
pub fn compositions(transforms: Vec<Transform>) -> impl Strategy<Value = Composition> {
    collection::vec(sample::select(transforms), 1..=3).prop_map(Composition)
}

impl Composition {
    /// The changed text. `None` if one of the changes does not apply, or if the result is the text itself.
    pub fn apply(&self, text: &str) -> Option<String> {
        let changed =
            self.0.iter().try_fold(text.to_owned(), |text, transform| transform.apply(&text))?;
        (changed != text).then_some(changed)
    }
}

/// Completes a sentence about a text, as for [`Transform`].
impl fmt::Display for Composition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, transform) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { ", then " };
            write!(f, "{before}{transform}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{
        strategy::ValueTree as _,
        test_runner::{TestCaseError, TestError, TestRunner},
    };

    use super::*;
    use crate::transform::{Edit, Place, catalogue};

    fn all() -> Vec<Transform> {
        catalogue().into_iter().map(|(transform, _)| transform).collect()
    }

    #[test]
    fn a_server_that_trims_shrinks_to_one_blank() {
        let mut runner = TestRunner::deterministic();
        let accepts = |text: &str| text.trim() == "s3cret";
        let result =
            runner.run(&compositions(all()), |composition| match composition.apply("s3cret") {
                Some(text) if accepts(&text) => Err(TestCaseError::fail("accepted")),
                _ => Ok(()),
            });
        let Err(TestError::Fail(_, found)) = result else { panic!("nothing found") };
        assert!(matches!(found.0.as_slice(), [Transform::Blank(..)]), "{found}");
    }

    #[test]
    fn compositions_apply_in_order() {
        let add = Transform::Edit(Edit::Add("x", Place::End));
        let composition = Composition(vec![add, Transform::Edit(Edit::Reverse)]);
        assert_eq!(composition.apply("ab").as_deref(), Some("xba"));
        assert_eq!(composition.to_string(), "with `x` after it, then reversed");
        let back = Composition(vec![Transform::Edit(Edit::Reverse); 2]);
        assert_eq!(back.apply("ab"), None, "the result is the original");
        let mut runner = TestRunner::deterministic();
        let drawn = compositions(all()).new_tree(&mut runner).unwrap().current();
        assert!((1..=3).contains(&drawn.0.len()));
    }
}
