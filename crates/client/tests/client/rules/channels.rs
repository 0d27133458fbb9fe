//! Each channel is a source: it has a log and positions of its own.

use serde_json::{Value, json};

use super::harness::Harness;
use crate::server_events::{
    not_recovered, placed as placed_in, pong, recovered, resumed, sources, subscribed, unavailable,
};

const SUBJECTS: &[&str] = &["orders/acme/*", "orders/globex/*"];
const ACME: &str = "tablecast/orders/acme";
const GLOBEX: &str = "tablecast/orders/globex";

/// An event of the channel `acme` or `globex`. Its id is `<channel> <position>`.
fn placed(channel: &str, short: &str) -> String {
    placed_in(channel, &format!("tablecast/orders/{channel}"), &format!("orders/{channel}/1"), short)
}

fn ends<'e>(acme: &'e str, globex: &'e str) -> [(&'static str, &'e str); 2] {
    [(ACME, acme), (GLOBEX, globex)]
}

fn live(acme: &str, globex: &str) -> Harness {
    let mut harness = Harness::new();
    harness.subscribe(SUBJECTS);
    harness.open(1);
    harness.receive(1, &[subscribed("1", SUBJECTS, &ends(acme, globex))]);
    harness.effects.clear();
    harness
}

/// The positions of the last subscribe.
fn after(harness: &mut Harness) -> Value {
    harness.sent().pop().unwrap()["after"].clone()
}

fn resumed_to(acme: &str, globex: &str) -> String {
    resumed("1", &[(ACME, recovered(acme)), (GLOBEX, recovered(globex))])
}

#[test]
fn equal_positions_in_different_channels_are_different_events() {
    let mut harness = live("e-10", "e-10");
    for channel in ["acme", "globex", "acme"] {
        harness.receive(1, &[placed(channel, "e-11"), placed(channel, "e-10")]);
    }
    assert_eq!(harness.delivered(), ["acme e-11", "globex e-11"]);
}

#[test]
fn each_channel_resumes_after_its_own_position_and_holds_back_its_own_events_only() {
    let mut harness = live("e-10", "f-2");
    harness.receive(1, &[placed("acme", "e-12"), placed("globex", "f-3")]);
    harness.reconnect(2);
    let message = json!({"action": "subscribe", "id": "1", "subjects": SUBJECTS, "after": sources(&ends("e-12", "f-3"))});
    assert_eq!(harness.sent(), [message]);
    harness.delivered();
    harness.receive(2, &[placed("acme", "e-15"), resumed_to("e-14", "f-20")]);
    let replayed = [("globex", "f-15"), ("acme", "e-11"), ("acme", "e-14"), ("globex", "f-21")];
    harness.receive(2, &replayed.map(|(channel, short)| placed(channel, short)));
    assert_eq!(harness.delivered(), ["globex f-15", "acme e-11", "acme e-14"]);
    harness.receive(2, &[placed("globex", "f-20"), subscribed("1", SUBJECTS, &ends("e-15", "f-21"))]);
    assert_eq!(harness.delivered(), ["globex f-20", "acme e-15", "globex f-21"]);
}

#[test]
fn only_the_channel_that_cannot_be_recovered_has_a_gap() {
    let mut harness = live("e-10", "f-2");
    harness.reconnect(2);
    let results = [(ACME, not_recovered("trimmed")), (GLOBEX, recovered("f-3"))];
    harness.receive(2, &[resumed("1", &results), placed("globex", "f-3"), placed("acme", "e-90")]);
    harness.receive(2, &[subscribed("1", SUBJECTS, &ends("e-89", "f-3"))]);
    assert_eq!(harness.delivered(), ["globex f-3", "gap tablecast/orders/acme trimmed", "acme e-90"]);
}

#[test]
fn a_log_that_continues_in_another_epoch_has_no_gap() {
    let mut harness = live("e-10", "e-10");
    harness.receive(1, &[placed("acme", "f-11")]);
    harness.reconnect(2);
    assert_eq!(after(&mut harness), sources(&ends("f-11", "e-10")));
    harness.receive(2, &[resumed_to("f-12", "f-12")]);
    harness.receive(2, &[placed("globex", "f-11"), placed("acme", "f-12"), placed("acme", "f-11")]);
    assert_eq!(harness.delivered(), ["acme f-11", "globex f-11", "acme f-12"]);
    harness.receive(2, &[subscribed("1", SUBJECTS, &ends("f-12", "f-12")), placed("globex", "f-12")]);
    assert_eq!(harness.delivered(), [""; 0]);
    harness.receive(2, &[placed("acme", "e-9")]);
    harness.reconnect(3);
    assert_eq!(after(&mut harness), sources(&ends("f-12", "f-12")));
}

#[test]
fn a_log_that_continues_has_no_gap_although_no_event_of_the_new_epoch_matches() {
    let mut harness = live("e-10", "e-10");
    harness.reconnect(2);
    harness.receive(2, &[resumed_to("f-12", "e-10"), subscribed("1", SUBJECTS, &ends("f-12", "e-10"))]);
    assert_eq!(harness.delivered(), [""; 0]);
}

#[test]
fn the_first_event_of_a_log_stays_known_although_the_replies_are_older() {
    let mut harness = live("3-0", "e-10");
    harness.reconnect(2);
    harness.receive(2, &[resumed_to("5-0", "e-10"), placed("acme", "4-1")]);
    harness.receive(2, &[subscribed("1", SUBJECTS, &ends("5-0", "e-10"))]);
    assert_eq!(harness.delivered(), ["acme 4-1"]);
    harness.reconnect(3);
    assert_eq!(after(&mut harness), sources(&ends("4-1", "e-10")));
}

#[test]
fn overlapping_subscriptions_resume_from_the_earlier_epoch() {
    let mut harness = live("e-10", "e-10");
    harness.subscribe(&["orders/acme/1"]);
    harness.receive(1, &[subscribed("2", &["orders/acme/1"], &[(ACME, "f-12")])]);
    harness.reconnect(2);
    assert_eq!(after(&mut harness), sources(&ends("e-10", "e-10")));
    harness.receive(2, &[resumed_to("f-13", "e-10")]);
    harness.receive(2, &["f-11", "f-12", "f-13"].map(|short| placed("acme", short)));
    assert_eq!(harness.delivered(), ["acme f-11", "acme f-12", "acme f-13", "acme f-13"]);
}

#[test]
fn an_idle_subscription_advances_to_another_epoch_and_not_to_an_empty_log() {
    let mut harness = live("3-0", "e-10");
    for acme in ["4-0", "5-0"] {
        harness.receive(1, &[pong(None, &ends(acme, "f-20"))]);
        harness.now += std::time::Duration::from_secs(200);
    }
    harness.reconnect(2);
    assert_eq!(after(&mut harness), sources(&ends("3-0", "f-20")));
}

#[test]
fn a_check_for_lost_events_resumes_a_log_that_continued_and_not_an_empty_one() {
    for (end, is_checked) in [("4-0", false), ("2-1", true), ("4-7", true)] {
        let mut harness = live("3-0", "e-10");
        harness.next_timer();
        let ping = harness.sent().pop().unwrap();
        harness.receive(1, &[unavailable(ping["id"].as_str())]);
        harness.now += std::time::Duration::from_secs(300);
        harness.receive(1, &[pong(None, &ends(end, "e-10"))]);
        assert_eq!(harness.actions().contains(&"subscribe".to_owned()), is_checked, "{end}");
    }
}
