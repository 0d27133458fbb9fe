//! A client folds events into the items that a reader of the table finds.

use std::sync::LazyLock;

use proptest::prelude::*;
use tablecast_values::cursor::Cursor;

use super::*;

/// An item of the table: absent, state, no state, or unable to become state.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Absent,
    Order(u8),
    Note,
    Untyped,
    NoStatus,
    BadVersion,
    BadTotal,
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Absent),
        (0..2u8).prop_map(Kind::Order),
        Just(Kind::Note),
        Just(Kind::Untyped),
        Just(Kind::NoStatus),
        Just(Kind::BadVersion),
        Just(Kind::BadTotal),
    ]
}

fn item(kind: Kind) -> Option<Json> {
    let change = match kind {
        Kind::Absent => return None,
        Kind::Order(number) => json!({"total": {"N": number.to_string()}}),
        Kind::Note => json!({"kind": {"S": "note"}}),
        Kind::Untyped => json!({"kind": null}),
        Kind::NoStatus => json!({"status": null}),
        Kind::BadVersion => json!({"total": {"N": "0"}, "version": {"N": "-1"}}),
        Kind::BadTotal => json!({"total": {"S": "0"}}),
    };
    Some(order(change))
}

/// The data that a reader finds, or None if the item is invalid.
fn read(pipes: &Pipes, kind: Kind) -> Option<Option<Json>> {
    let Some(item) = item(kind) else { return Some(None) };
    let pipe = pipes.iter().next().unwrap();
    let text = record(None, Some(item)).to_string().replace("INSERT", "READ");
    let record = pipe.read(&mut Cursor::new(&text)).unwrap();
    let event = pipe.state_event(&record, pipes.schemas(), "8", "r1:7").ok()?;
    Some(event.map(|event| serde_json::from_str::<Json>(event.get()).unwrap()["data"].clone()))
}

/// Applies the events of a change. A rejected record has none.
fn fold(pipes: &Pipes, before: Kind, after: Kind, folded: &mut Option<Json>) {
    let batch = json!([record(item(before), item(after))]).to_string();
    for event in &enrich(pipes, &batch).unwrap().remove(0).events {
        let event: Json = serde_json::from_str(event.get()).unwrap();
        match event["type"].as_str().unwrap() {
            "order.v1" => *folded = Some(event["data"].clone()),
            "order.removed.v1" => *folded = None,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn folded_events_equal_the_item_whatever_it_was_before(history in prop::collection::vec(kinds(), 1..8)) {
        static PIPES: LazyLock<Pipes> = LazyLock::new(|| pipes(ORDERS));
        let (pipes, mut folded, mut before) = (&*PIPES, None, Kind::Absent);
        for after in history {
            if (before, after) == (Kind::Absent, Kind::Absent) {
                continue;
            }
            fold(pipes, before, after, &mut folded);
            if let Some(found) = read(pipes, after) {
                prop_assert_eq!(&folded, &found, "{:?} after {:?}", after, before);
            }
            before = after;
        }
    }
}
