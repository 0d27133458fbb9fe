use serde_json::json;

use super::history::{History, SUBJECT, at, event};
use super::{assert_finding, assert_none, verdict};
use crate::oracle::observations::Outcome;

#[test]
fn a_bus_with_every_event_has_no_finding() {
    assert_none(History::of(3));
    let counts = verdict(History::of(3)).counts;
    assert_eq!((counts["writes"], counts["bus: events"]), (3, 3));
}

#[test]
fn an_event_that_the_bus_lacks_is_lost() {
    assert_finding(History::of(3).with(|all| _ = all.bus.remove(1)), &["lost: bus", "version 2"]);
}

#[test]
fn an_event_of_a_write_without_an_answer_may_be_missing_or_not() {
    let unanswered = |history: History| history.with(|all| all.writes[1].is_certain = false);
    assert_none(unanswered(History::of(3)));
    assert_none(unanswered(History::of(3).with(|all| _ = all.bus.remove(1))));
}

#[test]
fn a_record_in_the_table_of_rejected_records_is_not_lost() {
    let without_event = || History::of(1).with(|all| all.bus.clear());
    let stored = |all: &mut crate::oracle::observations::Observations| {
        all.rejected.insert((SUBJECT.to_owned(), 1));
    };
    assert_none(without_event().with(stored));
    let poison = |history: History| history.with(|all| all.writes[0].outcome = Outcome::Rejected);
    assert_none(poison(without_event().with(stored)));
    assert_finding(poison(without_event()), &["lost: the rejected record", "version 1"]);
}

#[test]
fn an_event_that_nobody_wrote_is_foreign() {
    assert_finding(History::of(1).with(|all| all.bus.push(event(2))), &["foreign: bus", "version 2"]);
}

#[test]
fn the_bus_may_have_an_event_twice_with_the_same_id_only() {
    let twice = || History::of(2).with(|all| all.bus.push(event(1)));
    assert_none(twice());
    assert_eq!(verdict(twice()).counts["bus: repeated with the same id"], 1);
    assert_finding(twice().with(|all| all.bus[2].id = "other".to_owned()), &["repeated: bus", "other"]);
}

#[test]
fn two_events_with_one_id_are_invalid() {
    let same = |history: History| history.with(|all| all.bus[1].id = "id-1".to_owned());
    assert_finding(same(History::of(2)), &["invalid: bus", "another event has the id"]);
}

#[test]
fn the_order_of_the_bus_is_that_of_the_sequences() {
    assert_none(History::of(2).with(|all| all.bus.reverse()));
    let older = |history: History| history.with(|all| all.bus[1].sequence = "0".to_owned());
    assert_finding(older(History::of(2)), &["reordered: bus", "version 2", "before", "version 1"]);
}

#[test]
fn content_that_differs_from_the_write_or_its_schema_is_invalid() {
    let other = |history: History| history.with(|all| all.bus[0].data = json!({"version": 9}));
    assert_finding(other(History::of(1)), &["invalid: bus", r#"{"version":9}"#]);
    let fault = |history: History| history.with(|all| all.bus[0].fault = Some("no number".to_owned()));
    assert_finding(fault(History::of(1)), &["invalid: bus", "no number"]);
}

#[test]
fn a_problem_of_the_writers_is_invalid() {
    let problem = |history: History| history.with(|all| all.problems.push("an unknown item".to_owned()));
    assert_finding(problem(History::of(1)), &["invalid: an unknown item"]);
}

#[test]
fn positions_compare_by_epoch_and_offset() {
    assert!(at(9) < at(10));
    assert!("a-10".parse::<crate::oracle::Position>().unwrap() < "b-1".parse().unwrap());
    assert!("a".parse::<crate::oracle::Position>().is_err());
}
