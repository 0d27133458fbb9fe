use super::*;

const ACME: &str = "tablecast/orders/acme";
const WIDE: &str = "tablecast/orders/*";
const NONE: &str = "0000000000000000-0";

fn event(source: &str, position: &str) -> String {
    json!({"type": "t", "id": position, "source": source, "position": position}).to_string()
}

fn reply(event_type: &str, data: Value) -> String {
    let mut data = data;
    data["request"] = REQUEST.into();
    json!({"type": event_type, "id": "r", "source": "tablecast", "data": data}).to_string()
}

fn subscribed(sources: Value) -> String {
    reply("tablecast.subscribed.v1", json!({"subjects": [], "sources": sources}))
}

fn at(offset: u64) -> String {
    format!("0000000000000005-{offset}")
}

/// Subscribed on a first connection, with these sources.
fn live(sources: Value) -> Progress {
    let mut progress = Progress::default();
    assert_eq!(progress.subscribe(&["*".to_owned()]).get("after"), None);
    assert_eq!(progress.receive(subscribed(sources)), Received::default());
    progress
}

fn after(progress: &mut Progress) -> Value {
    progress.subscribe(&["*".to_owned()])["after"].clone()
}

#[test]
fn missed_events_are_shown_once_and_in_the_order_of_the_log() {
    let mut progress = live(json!({ACME: at(1)}));
    assert_eq!(progress.receive(event(ACME, &at(3))).frames, [event(ACME, &at(3))]);
    assert_eq!(after(&mut progress), json!({ACME: at(3)}));
    progress.receive(reply(
        "tablecast.resumed.v1",
        json!({"sources": {ACME: {"recovered": true, "position": at(4)}}}),
    ));
    for offset in [5, 2, 3, 4] {
        assert_eq!(progress.receive(event(ACME, &at(offset))), Received::default());
    }
    let received = progress.receive(subscribed(json!({ACME: at(5)})));
    assert_eq!(received.frames, [2, 4, 5].map(|offset| event(ACME, &at(offset))));
    assert!(progress.receive(event(ACME, &at(5))).frames.is_empty());
}

#[test]
fn a_pattern_that_is_too_wide_has_a_note_and_leaves_no_positions_of_channels() {
    let mut progress = live(json!({WIDE: NONE}));
    progress.receive(event(ACME, &at(3)));
    for _ in 0..2 {
        assert_eq!(after(&mut progress), json!({WIDE: NONE}));
        let cause = json!({"recovered": false, "cause": "too-wide"});
        progress.receive(reply("tablecast.resumed.v1", json!({"sources": {WIDE: cause}})));
        progress.receive(event(ACME, &at(3)));
        let received = progress.receive(subscribed(json!({WIDE: NONE})));
        assert!(received.frames.is_empty());
        let note = "events of tablecast/orders/* until now may be missing: the pattern is wider than a channel, and cannot resume (too-wide)";
        assert_eq!(received.notes, [note]);
    }
}

#[test]
fn a_source_that_is_not_recovered_starts_again() {
    let mut progress = live(json!({ACME: at(7)}));
    after(&mut progress);
    let reason = json!({"recovered": false, "reason": "epoch-changed"});
    progress.receive(reply("tablecast.resumed.v1", json!({"sources": {ACME: reason}})));
    // Cut before the reply: the next connection resumes after the same position.
    assert_eq!(after(&mut progress), json!({ACME: at(7)}));
    progress.receive(reply("tablecast.resumed.v1", json!({"sources": {ACME: reason}})));
    let received = progress.receive(subscribed(json!({ACME: "0000000000000004-2", "tablecast/new": at(1)})));
    assert_eq!(received.notes.len(), 2);
    assert!(received.notes[0].contains("tablecast/new") && received.notes[1].contains("epoch-changed"));
    assert_eq!(after(&mut progress), json!({ACME: "0000000000000004-2", "tablecast/new": at(1)}));
}

#[test]
fn a_log_continues_in_another_epoch_and_an_empty_one_has_no_new_position() {
    let mut progress = live(json!({ACME: at(0), WIDE: NONE}));
    progress.receive(event(ACME, "0000000000000004-1"));
    assert_eq!(after(&mut progress), json!({ACME: "0000000000000004-1", WIDE: NONE}));
    progress.receive(subscribed(json!({ACME: "0000000000000009-0"})));
    assert_eq!(after(&mut progress), json!({ACME: "0000000000000004-1"}));
    progress.receive(subscribed(json!({ACME: "0000000000000009-2"})));
    assert_eq!(after(&mut progress), json!({ACME: "0000000000000009-2"}));
}

#[test]
fn a_rejected_message_releases_the_events_that_wait() {
    let mut progress = live(json!({ACME: at(1)}));
    after(&mut progress);
    progress.receive(event(ACME, &at(2)));
    let error = reply("tablecast.error.v1", json!({"code": "bad-message"}));
    assert_eq!(progress.receive(error.clone()).frames, [event(ACME, &at(2)), error]);
}

#[test]
fn refused_patterns_are_named() {
    let mut progress = Progress::default();
    progress.subscribe(&["a/*".to_owned(), "b/*".to_owned()]);
    let subjects = json!([
        {"subject": "a/*", "granted": true},
        {"subject": "b/*", "granted": false, "reason": "not-granted"},
    ]);
    let received = progress.receive(reply("tablecast.subscribed.v1", json!({"subjects": subjects})));
    assert_eq!(received.notes, ["not granted, and not shown: b/* (not-granted)"]);
}

#[test]
fn other_texts_are_shown() {
    let mut progress = live(json!({}));
    for text in
        ["hello", "{}", r#"{"message":"Forbidden"}"#, r#"{"type":"t","data":{"request":7,"sources":[]}}"#]
    {
        assert_eq!(progress.receive(text.to_owned()).frames, [text]);
    }
}
