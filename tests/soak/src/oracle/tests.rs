//! Each finding, with a history that contains its fault, and one that does not.

mod bus;
mod collections;
mod history;
mod planted;
mod subscriptions;

use super::judge;
use super::verdict::Verdict;
use history::History;

/// Returns the findings of a history.
fn findings(history: History) -> Vec<String> {
    judge(&history.0).findings().collect()
}

fn verdict(history: History) -> Verdict {
    judge(&history.0)
}

/// Asserts that there is one finding, and that it has these words.
#[track_caller]
fn assert_finding(history: History, words: &[&str]) {
    let findings = findings(history);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    for word in words {
        assert!(findings[0].contains(word), "{word}: {findings:?}");
    }
}

#[track_caller]
fn assert_none(history: History) {
    assert_eq!(findings(history), Vec::<String>::new());
}
