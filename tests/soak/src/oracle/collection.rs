//! Checks that a collection ends equal to its table.

use super::Verdict;
use super::observations::CollectionEnd;

pub fn check(end: &CollectionEnd, verdict: &mut Verdict) {
    let CollectionEnd { client, items, table, .. } = end;
    verdict.count("collections: items", items.len());
    for (subject, data) in table {
        match items.get(subject) {
            Some(shown) if shown == data => {}
            Some(shown) => verdict.lost.push(format!("{client}: {subject} is {shown}, the table has {data}")),
            None => verdict.lost.push(format!("{client}: {subject} is missing, the table has {data}")),
        }
    }
    for subject in items.keys().filter(|subject| !table.contains_key(*subject)) {
        verdict.invalid.push(format!("{client}: {subject} is shown, but the table does not have it"));
    }
}
