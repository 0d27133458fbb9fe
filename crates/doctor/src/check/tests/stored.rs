use super::healthy::{NOW, healthy};
use super::with;
use crate::check::letters::age;
use crate::diagnose;
use crate::facts::{Reading, Rejected};

#[test]
fn dead_letters_that_wait_or_that_somebody_received_are_critical() {
    for messages in [(1, 0), (0, 1)] {
        let found = with(|facts| facts.queues[0].messages = Reading::Found(messages));
        assert_eq!(found, ["critical dead-letters orders"]);
    }
    let found = with(|facts| facts.queues[1].messages = Reading::Found((1, 0)));
    assert_eq!(found, ["critical fanout-dead-letters fanout"]);
}

#[test]
fn dead_letters_have_their_number_and_age() {
    let mut facts = healthy();
    facts.queues[0].messages = Reading::Found((2, 1));
    facts.metrics.insert(age(&facts.queues[0]), vec![(NOW - 300, 7200.0)]);
    let evidence =
        ["acme-orders-dead-letters has 2 messages, and 1 that somebody received", "the oldest is 2 h old"];
    assert_eq!(diagnose(&facts)[0].evidence, evidence);
}

#[test]
fn rejected_records_are_counted_by_reason() {
    let mut facts = healthy();
    let reasons = [("events[0].data: no such key: total".to_owned(), 3), ("subject: null".to_owned(), 40)];
    let (pipe, newest) = ("orders".to_owned(), NOW - 90);
    facts.rejected.push(Rejected { pipe, reasons: reasons.into(), has_more: true, newest });
    let findings = diagnose(&facts);
    assert_eq!((findings[0].code.name(), findings[0].subject.as_str()), ("records-rejected", "orders"));
    let evidence = [
        "at least 43 records stored; the newest was rejected 90 s ago",
        "40: subject: null",
        "3: events[0].data: no such key: total",
    ];
    assert_eq!(findings[0].evidence, evidence);
}

#[test]
fn a_pipe_without_rejected_records_is_no_finding() {
    let rejected =
        Rejected { pipe: "orders".to_owned(), reasons: Default::default(), has_more: false, newest: 0 };
    assert_eq!(with(|facts| facts.rejected.push(rejected)), [""; 0]);
}
