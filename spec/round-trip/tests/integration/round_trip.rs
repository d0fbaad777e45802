//! Every operation of every document.

use std::collections::{BTreeMap, BTreeSet};

use specfirst_round_trip::check;

use crate::generated::subjects;

/// The differences that we know, each an operation with a response, and their reasons.
const KNOWN_DIFFERENCES: [(&str, &str); 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_equals_what_was_sent() {
    let (mut operations, mut found) = (0, BTreeMap::new());
    for subject in subjects() {
        let checked = check(&subject).await.unwrap();
        operations += checked.len();
        for difference in checked.into_values().flatten() {
            let place = format!("{}, {}", difference.operation, difference.response);
            found.insert(place, difference.to_string());
        }
    }
    let known: BTreeSet<&str> = KNOWN_DIFFERENCES.iter().map(|(place, _)| *place).collect();
    let new: Vec<_> = found.iter().filter(|(place, _)| !known.contains(place.as_str())).collect();
    let list: String = new.iter().map(|(_, difference)| format!("\n{difference}")).collect();
    assert!(new.is_empty(), "{} differences:{list}", new.len());
    let gone: Vec<_> = known.iter().filter(|place| !found.contains_key(**place)).collect();
    assert!(gone.is_empty(), "no longer different, remove from the list: {gone:?}");
    assert!(operations >= 60, "only {operations} operations");
}
