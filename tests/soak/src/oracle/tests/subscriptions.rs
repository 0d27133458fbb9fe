use serde_json::json;

use super::history::{History, at, event, gap};
use super::{assert_finding, assert_none, verdict};
use crate::oracle::observations::{Entry, Received, Start};

fn received(version: u64) -> Entry {
    Entry::Event(event(version))
}

#[test]
fn a_client_with_every_event_in_order_has_no_finding() {
    assert_none(History::of(3).receiving(&[1, 2, 3]));
    assert_eq!(verdict(History::of(3).receiving(&[1, 2, 3])).counts["clients: events"], 3);
}

#[test]
fn an_event_that_a_client_lacks_is_lost() {
    assert_finding(History::of(3).receiving(&[1, 3]), &["lost: client all", "version 2"]);
    assert_finding(History::of(3).receiving(&[1, 2]), &["lost: client all", "version 3"]);
}

#[test]
fn an_event_that_the_bus_and_a_client_lack_is_one_finding() {
    let lost = History::of(3).receiving(&[1, 3]).with(|all| _ = all.bus.remove(1));
    assert_finding(lost, &["lost: bus"]);
}

#[test]
fn a_client_need_not_have_events_from_before_it_was_ready() {
    let ready_late = |history: History| {
        history.with_subscription(|subscription| subscription.entries[1] = Entry::Ready(250))
    };
    assert_none(ready_late(History::of(3).receiving(&[3])));
    assert_finding(ready_late(History::of(3).receiving(&[1])), &["lost", "version 3"]);
    let never = |history: History| history.with_subscription(|subscription| subscription.entries.clear());
    assert_finding(never(History::of(1).receiving(&[])), &["never ready"]);
}

#[test]
fn a_gap_covers_the_events_in_its_place() {
    let history = |entries| History::of(5).client(entries);
    assert_none(history(vec![received(1), gap(), received(4), received(5)]));
    assert_none(history(vec![received(1), received(2), received(3), gap()]));
    let early = history(vec![gap(), received(1), received(2), received(3), received(5)]);
    assert_finding(early, &["lost", "version 4"]);
    let after = history(vec![received(1), received(3), gap(), received(4), received(5)]);
    assert_finding(after, &["lost", "version 2"]);
}

#[test]
fn a_gap_of_another_source_covers_nothing() {
    let other = |source: &str| {
        let gap = Entry::Gap { source: source.to_owned(), reason: "trimmed".to_owned() };
        History::of(3).client(vec![received(1), gap, received(3)])
    };
    assert_finding(other("tablecast/orders/globex"), &["lost", "version 2"]);
    assert_none(other("tablecast/orders/*"));
}

#[test]
fn an_event_that_was_appended_twice_must_be_in_gaps_twice() {
    let again = |history: History| {
        history.with(|all| all.bus.push(Received { position: at(9), ..event(2) })).with(|all| {
            let later = Received { position: at(10), ..event(4) };
            all.bus[3] = later.clone();
            all.clients[0].subscriptions[0].entries.push(Entry::Event(later));
        })
    };
    let entries = || vec![received(1), gap(), received(3)];
    assert_finding(again(History::of(4).client(entries())), &["lost", "version 2"]);
}

#[test]
fn a_version_that_comes_after_a_later_one_is_reordered() {
    assert_finding(History::of(3).receiving(&[1, 3, 2]), &["reordered: client all", "version 2", "after"]);
    let odd = |history: History| history.with(|all| all.writes[1].may_be_late = true);
    assert_none(odd(History::of(3).receiving(&[1, 3, 2])));
    let late = vec![received(1), received(3), Entry::Late(event(2))];
    assert_none(History::of(3).client(late));
}

#[test]
fn an_event_that_comes_twice_is_repeated() {
    assert_finding(History::of(2).receiving(&[1, 2, 1]), &["repeated: client all", "version 1"]);
    assert_finding(
        History::of(2).client(vec![received(1), received(2), Entry::Late(event(1))]),
        &["repeated: client all", "version 1"],
    );
}

#[test]
fn a_process_that_was_killed_may_receive_its_last_events_again() {
    let again_as = |start, again| {
        History::of(3).client(vec![received(1), received(2), Entry::Started(start), again, received(3)])
    };
    let again = |start| again_as(start, received(2));
    assert_none(again(Start::AfterKill));
    assert_eq!(verdict(again(Start::AfterKill)).counts["clients: again AfterKill"], 1);
    assert_finding(again(Start::AfterClose), &["repeated", "version 2"]);
    let second_position = Entry::Event(Received { position: at(9), ..event(2) });
    assert_none(again_as(Start::AfterClose, second_position));
}

#[test]
fn a_process_with_a_store_continues_and_one_without_begins_anew() {
    let without = |history: History, is_durable| {
        history.with_subscription(|subscription| subscription.is_durable = is_durable)
    };
    let restarted = || {
        let begin = [Entry::Started(Start::AfterKill), Entry::Ready(250)];
        History::of(3).client([received(1)].into_iter().chain(begin).chain([received(3)]).collect())
    };
    assert_none(without(restarted(), false));
    assert_finding(without(restarted(), true), &["lost", "version 2"]);
}

#[test]
fn an_event_of_another_tenant_subject_or_type_is_foreign() {
    let other_tenant = |history: History| history.with(|all| all.clients[0].tenant = "globex".to_owned());
    assert_finding(other_tenant(History::of(1).receiving(&[1])), &["foreign: client all", "version 1"]);
    let subject = History::of(1).receiving(&[1]).with_subscription(|subscription| {
        subscription.patterns = vec!["orders/acme/a-2".to_owned()];
    });
    assert_finding(subject, &["foreign"]);
    let other_type = History::of(1).receiving(&[1]).with_subscription(|subscription| {
        subscription.types = vec!["order.placed.v1".to_owned()];
    });
    assert_finding(other_type, &["foreign"]);
    assert_finding(History::of(1).receiving(&[1, 2]), &["foreign", "nobody wrote", "version 2"]);
}

#[test]
fn content_that_differs_and_errors_are_invalid() {
    let other = Entry::Event(Received { data: json!({}), ..event(1) });
    assert_finding(History::of(1).client(vec![other]), &["invalid: client all", "{}"]);
    let refused = Entry::Problem("refused".to_owned());
    assert_finding(History::of(1).client(vec![received(1), refused]), &["invalid: client all: refused"]);
}

#[test]
fn a_notice_of_a_large_event_counts_as_the_event() {
    let notice = || Received { is_notice: true, version: 0, data: json!({}), ..event(2) };
    assert_none(History::of(2).client(vec![received(1), Entry::Event(notice())]));
    let unknown = Received { id: "unknown".to_owned(), ..notice() };
    let findings = History::of(2).client(vec![received(1), received(2), Entry::Event(unknown)]);
    assert_finding(findings, &["foreign", "nobody wrote"]);
}
