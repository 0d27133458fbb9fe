use serde_json::{Value, json};

use super::super::entry::Entry;
use super::*;

fn event(id: &str, bytes: usize) -> Event {
    let detail = json!({"text": "x".repeat(bytes)}).to_string();
    let entry = json!({"Source": "s", "DetailType": "t", "Detail": detail});
    serde_json::from_value::<Entry>(entry).unwrap().into_event(id).unwrap()
}

fn ids(events: &StoredEvents, query: &str) -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(&events.list(&Query::parse(query).unwrap())).unwrap();
    list.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn events_are_listed_newest_last_and_after_any_event() {
    let mut events = StoredEvents::default();
    assert_eq!(ids(&events, ""), [""; 0]);
    ["a", "b", "c"].into_iter().for_each(|id| events.add(event(id, 1)));
    assert_eq!(ids(&events, ""), ["a", "b", "c"]);
    assert_eq!(ids(&events, "limit=2"), ["b", "c"]);
    assert_eq!(ids(&events, "after=b"), ["c"]);
    assert_eq!(ids(&events, "after=a&limit=1"), ["c"]);
    assert_eq!(ids(&events, "after=dropped"), ["a", "b", "c"]);
    assert_eq!(ids(&events, "limit=0"), [""; 0]);
}

#[test]
fn an_invalid_query_is_rejected() {
    assert!(Query::parse("limit=many").is_err());
    assert!(Query::parse("befor=a").is_err());
}

#[test]
fn the_oldest_event_is_dropped_when_there_are_too_many() {
    let mut events = StoredEvents::default();
    (0..MAX_EVENTS).for_each(|n| events.add(event(&n.to_string(), 1)));
    assert_eq!(ids(&events, "").len(), MAX_EVENTS);
    events.add(event("last", 1));
    let kept = ids(&events, "");
    assert_eq!((kept.len(), kept[0].as_str()), (MAX_EVENTS, "1"));
}

#[test]
fn the_oldest_events_are_dropped_when_they_are_too_large() {
    let mut events = StoredEvents::default();
    (0..300).for_each(|n| events.add(event(&n.to_string(), 250_000)));
    assert!(events.bytes <= MAX_BYTES);
    let kept = ids(&events, "");
    assert_eq!(kept.last().map(String::as_str), Some("299"));
    assert_eq!(kept.len(), MAX_BYTES / (events.bytes / kept.len()));
}
