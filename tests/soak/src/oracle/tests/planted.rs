use super::history::History;
use crate::oracle::{judge_and_check, verdict::Verdict};

fn check(history: History) -> Verdict {
    judge_and_check(history.0)
}

#[test]
fn planted_faults_are_found_and_change_no_verdict() {
    let verdict = check(History::of(5).receiving(&[1, 2, 3, 4, 5]));
    assert_eq!(verdict.findings().collect::<Vec<_>>(), Vec::<String>::new());
    // There is one client and no collection.
    assert_eq!(verdict.counts["planted faults that the oracle found"], 5);
}

#[test]
fn a_finding_has_the_history_of_its_item() {
    let verdict = check(History::of(3).receiving(&[1, 3]));
    assert_eq!(verdict.histories.len(), 1);
    for text in [
        "history of orders/acme/a-1",
        "written: Write",
        "bus: 0 ms: version 2",
        "client all: 0 ms: version 3",
    ] {
        assert!(verdict.histories[0].contains(text), "{text}: {}", verdict.histories[0]);
    }
}
